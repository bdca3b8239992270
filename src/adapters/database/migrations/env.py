"""Alembic runs this for every command; the connection comes from `src.adapters.database.migrate`."""

from alembic import context

context.configure(connection=context.config.attributes["connection"])
with context.begin_transaction():
    context.run_migrations()
