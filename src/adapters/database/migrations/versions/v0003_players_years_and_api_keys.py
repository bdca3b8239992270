"""Players' years, numbers of players, and API keys."""

from src.adapters.database.migrations import run_sql_file

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create them; players and links that are there already get their numbers."""
    run_sql_file("v0003_players_years_and_api_keys.sql")
