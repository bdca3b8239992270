"""Facts of matches, and which of them are of an older version."""

from src.adapters.database.migrations import run_sql_file

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create them; no match has facts yet."""
    run_sql_file("v0007_match_facts.sql")
