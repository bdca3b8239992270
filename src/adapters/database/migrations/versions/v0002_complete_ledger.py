"""Jobs with priorities, rates over any window, predecessors and requests that are named for good."""

from src.adapters.database.migrations import run_sql_file

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the columns; jobs that are there keep their rates, and their turns at them."""
    run_sql_file("v0002_complete_ledger.sql")
