"""Documents that Riot does not have, and which matches are the newest of a platform."""

from src.adapters.database.migrations import run_sql_file

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the table; the index of matches by their start becomes one by platform and start."""
    run_sql_file("v0004_absent_documents.sql")
