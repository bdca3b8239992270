"""Taking a person out of the ledger: their jobs stay as empty rows.

A row that were gone would come back: a worker that hears of a job without a row writes it down as the message has it.
"""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from uuid import UUID

from src.adapters.database.jobs.rows import to_job
from src.adapters.database.pool import Connection, PostgresPool
from src.adapters.database.queries import load_queries
from src.core.domain.job import Job, JobState
from src.core.errors import PlayerForgotten

_SQL = load_queries("job_emptying.sql")
EVER = datetime(9999, 1, 1, tzinfo=UTC)
"""Later than any job was submitted."""
_UNFINISHED = frozenset({JobState.QUEUED, JobState.RUNNING, JobState.WAITING})


@dataclass(frozen=True, slots=True)
class Person:
    """What names somebody. Riot IDs as people write them, `Name#TAG`."""

    discord_id: str
    puuids: Sequence[str] = field(repr=False)
    riot_ids: Sequence[str] = field(repr=False)

    @property
    def ids(self) -> list[str]:
        """What names them wherever it stands. A Riot ID does not: it may be a piece of another, or of a sentence."""
        return [self.discord_id, *self.puuids]

    @property
    def patterns(self) -> list[str]:
        """Regular expressions, as Postgres has them too, for the ids as words of their own."""
        return [rf"(?<![\w-]){re.escape(one)}(?![\w-])" for one in self.ids]


async def jobs_about(
    database: "Connection | PostgresPool", person: Person, *, submitted_before: datetime
) -> tuple[UUID, ...]:
    """The jobs that name the person, themselves only."""
    folded = sorted({riot_id.casefold() for riot_id in person.riot_ids})
    rows = await database.fetch(
        _SQL["about"], person.discord_id, person.ids, submitted_before, person.patterns, folded
    )  # fmt: skip
    return tuple(
        row["id"] for row in rows if row["is_named"] or f"{row['game_name']}#{row['tag_line']}".casefold() in folded
    )


async def empty_jobs(
    connection: Connection, job_ids: Collection[UUID], discord_id: str
) -> tuple[tuple[UUID, ...], tuple[Job, ...]]:
    """Empty these jobs with all of their families, and end those that have not ended.

    Answers the ids of all of them, and the jobs that were ended.
    """
    if not job_ids:
        return (), ()
    roots = [row["id"] for row in await connection.fetch(_SQL["roots_of"], list(job_ids))]
    await connection.execute(_SQL["lock_roots"], roots)
    families = await connection.fetch(_SQL["lock_families"], roots)
    ids = tuple(row["id"] for row in families)
    cut = [row["id"] for row in families if row["state"] in _UNFINISHED]
    await connection.execute(_SQL["empty_jobs"], list(ids), discord_id, str(PlayerForgotten()))
    await connection.execute(_SQL["drop_requests"], list(ids))
    return ids, await emptied_jobs(connection, cut)


async def emptied_jobs(
    connection: Connection, job_ids: Collection[UUID], *, unsettled_only: bool = False
) -> tuple[Job, ...]:
    """Emptied jobs as they are now; `unsettled_only`: those whose end nobody has been told of."""
    rows = await connection.fetch(_SQL["emptied"], list(job_ids))
    return tuple(to_job(row) for row in rows if not (unsettled_only and row["settled_at"]))
