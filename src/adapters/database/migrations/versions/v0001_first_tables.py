"""Players, bindings, matches with timelines and participants, and the ledger of jobs."""

import sqlalchemy as sa
from alembic import op

from src.adapters.database.migrations import run_sql_file

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

_HAS_LZ4 = "SELECT 'lz4' = ANY (enumvals) FROM pg_settings WHERE name = 'default_toast_compression'"


def upgrade() -> None:
    """Create everything; match documents take lz4 where the server was built with it."""
    run_sql_file("v0001_first_tables.sql")
    if op.get_bind().scalar(sa.text(_HAS_LZ4)):
        op.execute("ALTER TABLE matches ALTER COLUMN document SET COMPRESSION lz4")
