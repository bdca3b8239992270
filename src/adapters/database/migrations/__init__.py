"""Alembic's environment. Revisions are plain SQL files beside their Python stubs."""

from importlib.resources import files

from alembic import op


def run_sql_file(name: str) -> None:
    """Run `versions/<name>`: statements that each end with a semicolon at the end of a line."""
    script = files("src.adapters.database.migrations").joinpath("versions", name).read_text("utf-8")
    for statement in script.split(";\n"):
        # The driver prepares each statement, and a prepared statement is a single one.
        if statement.strip():
            op.execute(statement)
