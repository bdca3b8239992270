"""The server did it, but the client saw an error: every write must bear being repeated."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from contextvars import ContextVar
from typing import Any
from uuid import UUID

import asyncpg
import pytest

from src.adapters.database import (
    DatabaseAdapter,
    PostgresJobLedger,
    PostgresMatchStore,
    PostgresPlayerStore,
    PostgresYearlyStatisticsStore,
)
from src.adapters.database.pool import Connection
from src.core.domain.account import Account
from src.core.domain.job import Job, JobFilter, JobState, Progress, Rate
from src.core.domain.regions import Platform
from src.core.errors import Unavailable
from tests.contract.job_ledger.world import a_job
from tests.contract.test_user_bindings import ATTEMPT, account
from tests.fakes.matches import PUUID, a_stored_match

_IS_REPETITION = ContextVar("is_repetition", default=False)  # each task has its own


class LossyDatabase(DatabaseAdapter):
    """Every piece of work is committed, and then its connection breaks; its repetition is answered."""

    @asynccontextmanager
    async def _acquired(self) -> AsyncIterator[Connection]:
        async with super()._acquired() as connection:
            yield connection
        is_repetition = _IS_REPETITION.get()
        _IS_REPETITION.set(not is_repetition)
        if not is_repetition:
            raise asyncpg.ConnectionDoesNotExistError("connection was closed in the middle of operation")


@pytest.fixture
async def lossy(database_url: str) -> AsyncIterator[LossyDatabase]:
    async with LossyDatabase(url=database_url) as database:
        yield database


@pytest.fixture
def ledger(lossy: LossyDatabase) -> PostgresJobLedger:
    return PostgresJobLedger(lossy)


async def claimed(ledger: PostgresJobLedger, job_id: UUID, **changes: Any) -> Job:
    job = await ledger.claim(job_id, worker="w", lease=30.0, max_deaths=3)
    assert job is not None
    return job


async def test_a_claim_finds_what_it_took(ledger: PostgresJobLedger) -> None:
    """Otherwise the job would lie idle until its lease ran out, and count a death."""
    (new,) = await ledger.submit([a_job(rate=Rate(count=1, seconds=60))])
    job = await claimed(ledger, new.id)
    assert (job.fence, job.deaths, job.state) == (1, 0, JobState.RUNNING)


async def test_a_claim_does_not_find_what_another_claim_of_the_worker_took(ledger: PostgresJobLedger) -> None:
    (new,) = await ledger.submit([a_job()])
    await claimed(ledger, new.id)
    assert await ledger.claim(new.id, worker="w", lease=30.0, max_deaths=3) is None


async def test_a_whole_life_of_jobs_comes_out_as_if_nothing_had_happened(ledger: PostgresJobLedger) -> None:
    (new,) = await ledger.submit([a_job(idempotency_key="k")])
    parent = await claimed(ledger, new.id)
    assert await ledger.heartbeat(parent.id, parent.fence, lease=30) is False
    assert await ledger.report_progress(parent.id, parent.fence, Progress(step="x", done=1)) is False
    assert await ledger.retry_later(parent.id, parent.fence, delay=0, error="e", error_kind="k") == ()
    parent = await claimed(ledger, parent.id)
    assert (parent.attempts, parent.fence, parent.deaths) == (1, 2, 0)
    assert await ledger.give_back(parent.id, parent.fence, delay=0) == ()
    parent = await claimed(ledger, parent.id)
    children = await ledger.wait_for_children(parent.id, parent.fence, [a_job(), a_job()], result={"n": 1})
    held = [await claimed(ledger, child.id) for child in children]
    assert [job.id for job in await ledger.fail(held[0].id, 1, error="e", error_kind="k")] == [held[0].id]
    ended = await ledger.succeed(held[1].id, 1, {"n": 1})
    assert [(job.id, job.state) for job in ended] == [
        (held[1].id, JobState.SUCCEEDED),
        (parent.id, JobState.SUCCEEDED),
    ]
    missing = {"job_id": str(held[0].id), "error": "e", "arguments": held[0].arguments}
    assert ended[1].result == {"n": 2, "failed": [missing]}


async def test_cancels_come_out_as_if_nothing_had_happened(ledger: PostgresJobLedger) -> None:
    queued, busy = await ledger.submit([a_job(), a_job()])
    assert (await ledger.cancel(queued.id)).state is JobState.CANCELLED
    held = await claimed(ledger, busy.id)
    await ledger.cancel(busy.id)
    (ended,) = await ledger.end_cancelled(held.id, held.fence, {"stored": []})
    assert (ended.state, ended.result) == (JobState.CANCELLED, {"stored": []})
    (other,) = await ledger.submit([a_job()])
    held = await claimed(ledger, other.id)
    await ledger.cancel(held.id)
    (given_back,) = await ledger.give_back(held.id, held.fence, delay=0)
    assert (given_back.id, given_back.state) == (held.id, JobState.CANCELLED)


async def test_requests_come_out_as_if_nothing_had_happened(ledger: PostgresJobLedger) -> None:
    (there,) = await ledger.submit([a_job(idempotency_key="k")])
    asked = a_job(idempotency_key="k", request_key="r", request_fingerprint="f")
    (joined,) = await ledger.submit([asked])
    (own,) = await ledger.submit([a_job(request_key="q", request_fingerprint="f")])
    assert joined.id == there.id
    assert {job.id for job in await ledger.find(JobFilter(), limit=9)} == {there.id, own.id}


async def test_followers_that_were_not_seen_are_left_to_the_reconciler(
    ledger: PostgresJobLedger, database_url: str
) -> None:
    """Each step is done once; what nobody saw is published, settled and released later."""
    good, lost = await ledger.submit([a_job(), a_job()])
    due, failed = await ledger.submit([a_job(follows=good.id), a_job(follows=lost.id)])
    (last,) = await ledger.submit([a_job(follows=failed.id)])
    held = await claimed(ledger, good.id)
    await ledger.succeed(held.id, held.fence, {})
    await ledger.cancel(lost.id)
    await ledger.release_followers([good.id, lost.id])
    await ledger.release_followers()
    assert [(await ledger.get(job.id)).state for job in (due, failed, last)] == ["queued", "failed", "failed"]
    async with DatabaseAdapter(url=database_url) as database:
        seen = PostgresJobLedger(database)
        assert [hint.job_id for hint in await seen.overdue(limit=10)] == [due.id]
        unsettled = {job.id for job in await seen.unsettled(older_than=0, limit=10)}
        assert unsettled == {good.id, lost.id, failed.id, last.id}


async def test_upkeep_comes_out_as_if_nothing_had_happened(ledger: PostgresJobLedger) -> None:
    old, parent = await ledger.submit([a_job(), a_job()])
    held = await claimed(ledger, parent.id)
    (child,) = await ledger.wait_for_children(held.id, held.fence, [a_job(kind="gone")])
    await ledger.give_up_unknown([old.kind], older_than=0)
    assert [(await ledger.get(job.id)).state for job in (child, parent, old)] == ["failed", "failed", "queued"]
    await ledger.mark_settled([child.id, parent.id])
    await ledger.forget_finished(older_than=0, limit=10)
    assert [job.id for job in await ledger.find(JobFilter(with_children=True), limit=9)] == [old.id]


async def test_hints_that_were_not_seen_are_published_later(ledger: PostgresJobLedger, database_url: str) -> None:
    (job,) = await ledger.submit([a_job()])
    assert await ledger.overdue(limit=10) == ()
    async with DatabaseAdapter(url=database_url) as database:
        await database.execute("UPDATE jobs SET published_at = published_at - interval '1 minute'")
        assert [hint.job_id for hint in await PostgresJobLedger(database).overdue(limit=10)] == [job.id]


async def test_matches_players_and_bindings_are_there_once(lossy: LossyDatabase) -> None:
    matches, players = PostgresMatchStore(lossy), PostgresPlayerStore(lossy)
    await matches.store(a_stored_match())
    assert await matches.load("EUW1_1") == a_stored_match()
    await players.remember(Account(puuid="p", riot_id=None), Platform.KR)
    assert await players.find("p") is not None
    saved = await lossy.save_binding("42", account())
    assert await lossy.bindings_of("42") == (saved.binding,)


async def test_many_matches_are_there_and_counted_once(lossy: LossyDatabase) -> None:
    matches, years = PostgresMatchStore(lossy), PostgresYearlyStatisticsStore(lossy)
    pairs = [a_stored_match("EUW1_1"), a_stored_match("EUW1_2", timeline=False)]
    assert await matches.store_many(pairs, gone=["EUW1_2"], counted_for=PUUID) == frozenset()
    assert [await matches.load(one.match.match_id) for one in pairs] == pairs
    assert await matches.complete(["EUW1_1", "EUW1_2"]) == {"EUW1_1", "EUW1_2"}
    statistics = await years.of(PUUID, 2026)
    assert statistics is not None
    assert (statistics.games, statistics) == (2, await years.recount(PUUID, 2026))


async def test_what_is_taken_once_is_not_taken_again(lossy: LossyDatabase, database_url: str) -> None:
    """Here the repetition would say that there never was a sign-in: the truth is that nobody knows."""
    await lossy.open_attempt("hash", ATTEMPT, ttl=60)
    with pytest.raises(Unavailable):
        await lossy.take_attempt("hash")
    async with DatabaseAdapter(url=database_url) as database:
        assert await database.take_attempt("hash") is None


async def test_what_broke_before_the_commit_can_be_taken_again(database_url: str) -> None:
    async with DatabaseAdapter(url=database_url) as database:
        await database.open_attempt("hash", ATTEMPT, ttl=60)
        async with database.connection() as connection:
            pid = await connection.fetchval("SELECT pg_backend_pid()")
        other = await asyncpg.connect(database_url)
        await other.execute("SELECT pg_terminate_backend($1::integer)", pid)
        await other.close()
        assert await database.take_attempt("hash") == ATTEMPT


async def test_many_workers_on_lossy_connections_end_every_job_once(ledger: PostgresJobLedger) -> None:
    jobs = await ledger.submit([a_job() for _ in range(20)])

    async def work(job_id: UUID) -> int:
        job = await ledger.claim(job_id, worker="w", lease=30.0, max_deaths=3)
        return len(await ledger.succeed(job.id, job.fence, {})) if job else 0

    ends = await asyncio.gather(*(work(job.id) for job in jobs for _ in range(3)))
    assert sum(ends) == 20
