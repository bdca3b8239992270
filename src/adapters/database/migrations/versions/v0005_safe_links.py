"""Links by several proofs, the steps of linking in a browser, and the audit log."""

from src.adapters.database.migrations import run_sql_file

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add them; links that are there were all proven by Riot Sign On."""
    run_sql_file("v0005_safe_links.sql")
