"""What belongs to a Discord user, in Postgres: shown, and taken away.

An erasure takes, in this order: the user's lock, the lock on tombstones, then rows. Whoever changes a link takes the
first two as well, whoever stores personal data the second, so nobody who waits for an erasure holds what it needs.
"""

from datetime import timedelta
from typing import Any
from uuid import UUID

import asyncpg

from src.adapters.database.data_export import exported
from src.adapters.database.forgetting import pseudonymise_some
from src.adapters.database.jobs.emptying import EVER, Person, emptied_jobs, empty_jobs, jobs_about
from src.adapters.database.jobs.submission import submit
from src.adapters.database.pool import Connection, PostgresPool
from src.adapters.database.queries import load_queries
from src.adapters.database.tombstones import forgotten_among, keep_others_out, put_tombstones
from src.core.domain.binding import LinkEvent
from src.core.domain.job import Job, NewJob
from src.core.domain.personal_data import STRAGGLERS_COME_WITHIN, Erased, Erasure, KeptData
from src.core.domain.reply import user_hash

_SQL = load_queries("personal_data.sql")
_STRAGGLERS = timedelta(seconds=STRAGGLERS_COME_WITHIN)


class PostgresPersonalData:
    """The PersonalData port."""

    def __init__(self, database: PostgresPool) -> None:
        """Use the pool of `database`."""
        self._database = database

    async def summary(self, discord_id: str) -> KeptData:
        """How much is kept of the user."""
        person = await _person(self._database, discord_id)
        counts = await self._database.fetchrow(_SQL["counts"], discord_id, person.puuids)
        jobs = await jobs_about(self._database, person, submitted_before=EVER)
        assert counts is not None  # noqa: S101 - it counts
        return KeptData(accounts=tuple(person.riot_ids), jobs=len(jobs), **dict(counts))

    async def export(self, discord_id: str, *, most_matches: int, most_jobs: int) -> dict[str, Any]:
        """All of it as JSON."""
        person = await _person(self._database, discord_id)
        return await exported(self._database, person, most_matches=most_matches, most_jobs=most_jobs)

    async def erase(self, discord_id: str, *, job: NewJob) -> Erased:
        """Take everything away but the matches."""

        async def work(connection: Connection) -> Erased:
            await connection.execute(_SQL["lock_user"], discord_id)
            known = await connection.fetchrow(_SQL["erasure"], job.id)
            if known is not None:
                return await _erased(connection, known)
            # All jobs are read for this: others go on meanwhile, and what comes meanwhile is for `sweep`.
            about = await jobs_about(connection, await _person(connection, discord_id), submitted_before=EVER)
            await keep_others_out(connection)
            person = await _person(connection, discord_id)
            await put_tombstones(connection, person.puuids)
            accounts = int(await connection.fetchval(_SQL["count_accounts"], person.puuids))
            await _drop_rows(connection, person)
            ids, ended = await empty_jobs(connection, about, discord_id)
            await connection.execute(
                _SQL["begin"], job.id, discord_id, person.puuids, person.riot_ids, list(ids), accounts
            )
            await submit(connection, [job])
            return Erased(job.id, accounts, ids, ended)

        return await self._database.run(work)

    async def erasure(self, erasure_id: UUID) -> Erasure | None:
        """An erasure that is not done."""
        row = await self._database.fetchrow(_SQL["erasure"], erasure_id)
        return None if row is None else Erasure(row["id"], tuple(row["puuids"]))

    async def sweep(self, erasure_id: UUID) -> tuple[Job, ...]:
        """Take away the jobs of the moment."""

        async def work(connection: Connection) -> tuple[Job, ...]:
            row = await connection.fetchrow(_SQL["erasure"], erasure_id)
            if row is None:
                return ()
            person = Person(row["discord_id"], row["puuids"], row["riot_ids"])
            until = row["begun_at"] + _STRAGGLERS
            about = await jobs_about(connection, person, submitted_before=min(until, row["relinked_at"] or until))
            ids, _ = await empty_jobs(connection, about, person.discord_id)
            await connection.execute(_SQL["note_jobs"], erasure_id, list(ids))
            return await emptied_jobs(connection, {*row["job_ids"], *ids})

        return await self._database.run(work)

    async def pseudonymise(self, puuid: str, *, limit: int) -> int:
        """Take the player out of some of their matches. After an unseen commit the answer is for the next ones."""

        async def work(connection: Connection) -> int:
            if not await forgotten_among(connection, [puuid]):
                return 0
            return await pseudonymise_some(connection, puuid, limit=limit)

        return await self._database.run(work)

    async def finish(self, erasure_id: UUID) -> None:
        """Forget the erasure."""
        await self._database.execute(_SQL["finish"], erasure_id)

    async def unfinished(self, *, older_than: float) -> tuple[UUID, ...]:
        """Erasures that take long."""
        return tuple(row["id"] for row in await self._database.fetch(_SQL["unfinished"], older_than))

    async def forget_audit(self, *, older_than: float) -> int:
        """Delete old lines of the audit log, and what has expired. Repeated after an unseen commit, it counts 0."""
        await self._database.execute(_SQL["forget_steps"])
        await self._database.execute(_SQL["forget_attempts"])
        row = await self._database.fetchrow(_SQL["forget_audit"], older_than)
        return 0 if row is None else int(row["gone"])


async def _person(database: "Connection | PostgresPool", discord_id: str) -> Person:
    puuids = sorted(row["puuid"] for row in await database.fetch(_SQL["accounts"], discord_id))
    names = await database.fetch(_SQL["riot_ids"], puuids)
    return Person(discord_id, puuids, sorted(f"{row['game_name']}#{row['tag_line']}" for row in names))


async def _drop_rows(connection: Connection, person: Person) -> None:
    """Everything but jobs and matches."""
    await connection.execute(_SQL["drop_bindings"], person.discord_id)
    await connection.execute(_SQL["drop_attempts"], person.discord_id, person.puuids)
    await connection.execute(_SQL["drop_steps"], person.discord_id)
    await connection.execute(_SQL["leave_steps_of_others"], person.discord_id)
    hashes = [user_hash(one) for one in person.ids]
    await connection.execute(_SQL["rename_in_audit"], person.ids, hashes, person.patterns)
    await connection.execute(_SQL["note"], LinkEvent.ERASED.value, user_hash(person.discord_id))
    await connection.execute(_SQL["uncount"], person.puuids)
    for name in ("drop_years", "drop_players"):
        await connection.execute(_SQL[name], person.puuids)


async def _erased(connection: Connection, row: asyncpg.Record) -> Erased:
    ended = await emptied_jobs(connection, row["job_ids"], unsettled_only=True)
    return Erased(row["id"], row["accounts"], tuple(row["job_ids"]), ended)
