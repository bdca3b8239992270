"""Steps of linking on the web, in Postgres."""

from src.adapters.database.pool import PostgresPool
from src.adapters.database.queries import load_queries
from src.core.ports.link_steps import S, Step

_SQL = load_queries("link_steps.sql")


class PostgresLinkSteps:
    """The LinkSteps port."""

    def __init__(self, database: PostgresPool) -> None:
        """Use the pool of `database`."""
        self._database = database

    async def open(self, key: str, step: Step, *, ttl: float) -> None:
        """Keep a step for `ttl` seconds; expired ones go."""
        await self._database.execute(_SQL["open"], key, type(step).__name__, step.model_dump(mode="json"), ttl)

    async def peek(self, kind: type[S], key: str) -> S | None:
        """Look at a step."""
        row = await self._database.fetchrow(_SQL["peek"], key, kind.__name__)
        return None if row is None else kind.model_validate(row["payload"])

    async def take(self, kind: type[S], key: str) -> S | None:
        """Use a step up, once: repeating after a commit would say it was never there."""
        row = await self._database.run(
            lambda connection: connection.fetchrow(_SQL["take"], key, kind.__name__), repeatable=False
        )
        return kind.model_validate(row["payload"]) if row and row["is_valid"] else None
