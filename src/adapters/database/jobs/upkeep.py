"""Keeping the ledger small, and free of work that nobody can do."""

from collections.abc import Collection
from uuid import UUID

from src.adapters.database.jobs.ending import End, end_job, lock_family
from src.adapters.database.json_codec import clean_text
from src.adapters.database.pool import Connection, PostgresPool
from src.adapters.database.queries import load_queries
from src.core.domain.job import Job, JobState

_SQL = load_queries("job_upkeep.sql")


async def forget_finished(connection: Connection, *, older_than: float, limit: int) -> int:
    """Delete families that have long ended, and claims that no rate asks for any more; answers how many jobs went."""
    await connection.execute(_SQL["forget_claims"])
    roots = [row["id"] for row in await connection.fetch(_SQL["lock_forgettable"], older_than, limit)]
    return int(await connection.fetchval(_SQL["forget"], roots)) if roots else 0


async def give_up_unknown(
    database: PostgresPool, known_kinds: Collection[str], *, older_than: float
) -> tuple[Job, ...]:
    """Fail jobs of unknown kinds that nobody holds, each with its family locked; answers what is final with them."""
    rows = await database.fetch(_SQL["unknown"], list(known_kinds), older_than)
    return tuple([job for row in rows for job in await _give_up(database, row["id"])])


async def _give_up(database: PostgresPool, job_id: UUID) -> tuple[Job, ...]:
    async def work(connection: Connection) -> tuple[Job, ...]:
        family = await lock_family(connection, job_id)
        if not family or not await connection.fetchval(_SQL["is_free"], job_id):
            return ()
        job = family[-1]
        error = f"No code knows jobs of the kind {clean_text(job['kind'])} (any more)."
        deaths = int(job["state"] == JobState.RUNNING)
        return await end_job(
            connection, family, End(JobState.FAILED, error=error, error_kind="UnknownJobKind", deaths=deaths)
        )

    return await database.run(work)
