"""Players who asked to be forgotten, and erasures under way."""

from src.adapters.database.migrations import run_sql_file

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the tables."""
    run_sql_file("v0006_erasure.sql")
