"""Taking jobs, at the rate that is allowed."""

import asyncio
from uuid import uuid4

import pytest

from src.core.domain.job import JobState, Lane
from src.core.errors import LeaseLost
from src.core.ports.job_ledger import JobLedger
from tests.contract.job_ledger.world import (
    REPLY,
    World,
    claimed,
    family,
    not_claimed,
    running,
    state_of,
    submitted,
)


class TestClaim:
    """Taking jobs."""

    async def test_a_claim_carries_the_fence_and_the_reply(self, ledger: JobLedger) -> None:
        new = await submitted(ledger, reply=REPLY)
        job = await claimed(ledger, new.id)
        assert (job.state, job.fence, job.reply) == (JobState.RUNNING, 1, REPLY)

    async def test_a_taken_job_is_not_given_twice(self, ledger: JobLedger) -> None:
        job = await running(ledger)
        assert await not_claimed(ledger, job.id)

    async def test_of_twenty_claims_at_once_one_wins(self, ledger: JobLedger) -> None:
        jobs = [await submitted(ledger) for _ in range(5)]
        await asyncio.gather(*(ledger.get(jobs[0].id) for _ in range(20)))  # as many connections as there can be
        for job in jobs:
            claims = [ledger.claim(job.id, worker=f"w{number}", lease=30.0, max_deaths=3) for number in range(20)]
            winners = [winner for winner in await asyncio.gather(*claims) if winner]
            assert [winner.fence for winner in winners] == [1]

    async def test_an_unknown_job_cannot_be_claimed(self, ledger: JobLedger) -> None:
        assert await not_claimed(ledger, uuid4())

    async def test_a_final_job_cannot_be_claimed(self, ledger: JobLedger) -> None:
        job = await running(ledger)
        await ledger.succeed(job.id, job.fence, 1)
        assert await not_claimed(ledger, job.id)

    async def test_a_job_waits_for_its_time(self, world: World) -> None:
        job = await submitted(world.ledger, not_before=60)
        assert await not_claimed(world.ledger, job.id)
        await world.pass_time(61)
        assert (await claimed(world.ledger, job.id)).deaths == 0

    async def test_a_job_whose_lease_ran_out_is_given_again_and_counts_a_death(self, world: World) -> None:
        first = await running(world.ledger)
        await world.pass_time(31)
        second = await claimed(world.ledger, first.id)
        assert (second.fence, second.deaths, second.attempts) == (2, 1, 0)

    async def test_a_job_that_kills_its_workers_ends_as_failed(self, world: World) -> None:
        job = await submitted(world.ledger, reply=REPLY)
        for _ in range(3):
            await claimed(world.ledger, job.id)
            await world.pass_time(31)
        assert await not_claimed(world.ledger, job.id)
        dead = await world.ledger.get(job.id)
        assert (dead.state, dead.deaths, dead.error_kind) == (JobState.FAILED, 3, "JobDied")
        assert dead.error == "The job ended its worker process 3 times and was stopped."

    async def test_a_dead_job_keeps_its_reply_until_somebody_answered(self, world: World) -> None:
        """Its holder is gone; whoever settles it tells the person who waits."""
        job = await running(world.ledger, reply=REPLY)
        await world.pass_time(31)
        assert await not_claimed(world.ledger, job.id, max_deaths=1)
        (dead,) = await world.ledger.unsettled(older_than=0, limit=10)
        assert dead.reply == REPLY
        await world.ledger.mark_settled([job.id])
        assert (await world.ledger.get(job.id)).reply is None

    async def test_a_dead_child_ends_its_parent(self, world: World) -> None:
        parent, (child,) = await family(world.ledger, 1)
        await world.pass_time(31)
        assert await not_claimed(world.ledger, child.id, max_deaths=1)
        ended = await world.ledger.get(parent.id)
        assert (ended.state, ended.error_kind) == (JobState.FAILED, "JobDied")

    async def test_a_cancelled_job_whose_worker_died_does_not_start_again(self, world: World) -> None:
        job = await running(world.ledger)
        await world.ledger.cancel(job.id)
        await world.pass_time(31)
        assert await not_claimed(world.ledger, job.id)
        assert await state_of(world.ledger, job) is JobState.CANCELLED


class TestRates:
    """So many claims of a kind in any 60 seconds."""

    async def test_a_used_up_rate_defers_the_next_job(self, world: World) -> None:
        jobs = [await submitted(world.ledger, rate_per_minute=2) for _ in range(3)]
        for job in jobs[:2]:
            await claimed(world.ledger, job.id)
            await world.pass_time(10)
        assert await not_claimed(world.ledger, jobs[2].id)
        assert await state_of(world.ledger, jobs[2]) is JobState.QUEUED
        await world.pass_time(35)
        assert await not_claimed(world.ledger, jobs[2].id)
        await world.pass_time(6)
        await claimed(world.ledger, jobs[2].id)

    async def test_deferred_jobs_become_due_one_after_the_other(self, world: World) -> None:
        jobs = [await submitted(world.ledger, rate_per_minute=2) for _ in range(6)]
        for job in jobs[:2]:
            held = await claimed(world.ledger, job.id)
            await world.ledger.succeed(job.id, held.fence, {})
            await world.pass_time(20)
        for job in jobs[2:]:
            assert await not_claimed(world.ledger, job.id)
        await world.pass_time(21)
        assert [hint.job_id for hint in await world.ledger.overdue(limit=9)] == [jobs[2].id]
        await world.pass_time(20)
        assert [hint.job_id for hint in await world.ledger.overdue(limit=9)] == [jobs[3].id]

    async def test_claims_at_once_do_not_exceed_the_rate(self, ledger: JobLedger) -> None:
        jobs = [await submitted(ledger, rate_per_minute=3) for _ in range(9)]
        claims = (ledger.claim(job.id, worker="w", lease=30.0, max_deaths=3) for job in jobs)
        assert len([job for job in await asyncio.gather(*claims) if job]) == 3

    async def test_a_job_claimed_again_counts_again(self, world: World) -> None:
        job = await submitted(world.ledger, rate_per_minute=2)
        for _ in range(2):
            held = await claimed(world.ledger, job.id)
            await world.ledger.give_back(job.id, held.fence, delay=0)
        assert await not_claimed(world.ledger, job.id)

    async def test_a_dead_job_over_its_rate_waits_and_counts_its_death(self, world: World) -> None:
        job = await running(world.ledger, rate_per_minute=1)
        await world.pass_time(31)
        assert await not_claimed(world.ledger, job.id)
        waiting = await world.ledger.get(job.id)
        assert (waiting.state, waiting.deaths) == (JobState.QUEUED, 1)
        with pytest.raises(LeaseLost):
            await world.ledger.heartbeat(job.id, job.fence, lease=30)

    async def test_people_do_not_wait_for_rates(self, ledger: JobLedger) -> None:
        for _ in range(3):
            await running(ledger, rate_per_minute=1, lane=Lane.INTERACTIVE)

    async def test_kinds_have_rates_of_their_own(self, ledger: JobLedger) -> None:
        await running(ledger, kind="a", rate_per_minute=1)
        await running(ledger, kind="b", rate_per_minute=1)
