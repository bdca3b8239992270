"""Taking jobs, at the rate that is allowed."""

import asyncio
from uuid import uuid4

from src.core.domain.job import JobState, Lane, Progress, Rate
from src.core.ports.job_ledger import JobLedger
from tests.contract.job_ledger.world import (
    REPLY,
    World,
    a_job,
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

    async def test_a_job_tells_who_took_it_last_and_when_it_started(self, world: World) -> None:
        new = await submitted(world.ledger)
        assert (new.worker, new.started_at) == (None, None)
        first = await claimed(world.ledger, new.id)
        assert first.worker == "w1"
        assert first.started_at is not None
        await world.ledger.give_back(first.id, first.fence, delay=0)
        await world.pass_time(60)
        second = await world.ledger.claim(new.id, worker="w2", lease=30.0, max_deaths=3)
        assert second is not None
        assert second.worker == "w2"
        assert second.started_at is not None
        assert second.started_at - second.created_at == first.started_at - first.created_at, "the first claim counts"

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

    async def test_deaths_of_a_job_that_gets_further_are_forgiven(self, world: World) -> None:
        """Workers that are killed again and again end no long job; a job that kills them gets no further."""
        job = await running(world.ledger)
        for done in range(1, 6):
            await world.pass_time(31)
            job = await claimed(world.ledger, job.id)
            assert job.deaths == 1
            await world.ledger.report_progress(job.id, job.fence, Progress(step="m", done=done, total=9), advances=True)
            assert (await world.ledger.get(job.id)).deaths == 0
        await world.ledger.report_progress(job.id, job.fence, Progress(step="m", done=6, total=9))
        await world.pass_time(31)
        assert (await claimed(world.ledger, job.id)).deaths == 1

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
    """So many first claims of a kind in any window."""

    async def test_a_used_up_rate_defers_the_next_job(self, world: World) -> None:
        jobs = [await submitted(world.ledger, rate=per_minute(2)) for _ in range(3)]
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
        jobs = [await submitted(world.ledger, rate=per_minute(2)) for _ in range(6)]
        for job in jobs[:2]:
            held = await claimed(world.ledger, job.id)
            await world.ledger.succeed(job.id, held.fence, {})
            await world.pass_time(20)
        for job in jobs[2:]:
            assert await not_claimed(world.ledger, job.id)
        for job, seconds in zip(jobs[2:], (21, 20, 40, 20), strict=True):
            await world.pass_time(seconds)
            assert [hint.job_id for hint in await world.ledger.overdue(limit=9)] == [job.id]
            held = await claimed(world.ledger, job.id)
            await world.ledger.succeed(job.id, held.fence, {})

    async def test_a_rate_per_hour_is_one_per_hour(self, world: World) -> None:
        first, second, third = [await submitted(world.ledger, rate=Rate.parse("1/h")) for _ in range(3)]
        held = await claimed(world.ledger, first.id)
        await world.ledger.succeed(held.id, held.fence, {})
        await world.pass_time(3500)
        assert await not_claimed(world.ledger, second.id)
        assert await not_claimed(world.ledger, third.id)
        await world.pass_time(101)
        await claimed(world.ledger, second.id)
        assert await not_claimed(world.ledger, third.id)
        await world.pass_time(3601)
        await claimed(world.ledger, third.id)

    async def test_a_newcomer_does_not_take_the_turn_of_a_job_that_waited(self, world: World) -> None:
        """It hears of its turn a moment later than a new job of its submission, and would wait again and again."""
        rate = per_minute(1)
        await running(world.ledger, rate=rate)
        patient = await submitted(world.ledger, rate=rate)
        assert await not_claimed(world.ledger, patient.id)
        await world.pass_time(62)
        newcomer = await submitted(world.ledger, rate=rate)
        assert await not_claimed(world.ledger, newcomer.id)
        await claimed(world.ledger, patient.id)
        await world.pass_time(61)
        await claimed(world.ledger, newcomer.id)

    async def test_a_turn_that_nobody_takes_is_anybodys(self, world: World) -> None:
        """Its worker may be gone for long."""
        await running(world.ledger, rate=per_minute(1))
        absent = await submitted(world.ledger, rate=per_minute(1))
        assert await not_claimed(world.ledger, absent.id)
        await world.pass_time(100)
        await running(world.ledger, rate=per_minute(1))

    async def test_jobs_of_one_kind_may_differ_in_their_rates(self, world: World) -> None:
        """Those of the shorter window count for the longer one, however long ago they left their own."""
        for _ in range(2):
            await running(world.ledger, rate=per_minute(100))
            await world.pass_time(600)
        rare = await submitted(world.ledger, rate=Rate(count=2, seconds=1800))
        assert await not_claimed(world.ledger, rare.id)
        await running(world.ledger, rate=per_minute(100))
        await world.pass_time(1801)
        await claimed(world.ledger, rare.id)

    async def test_a_longer_window_than_an_hour_is_kept_too(self, world: World) -> None:
        daily = Rate(count=1, seconds=86400)
        await running(world.ledger, rate=daily)
        await world.pass_time(80000)
        second = await submitted(world.ledger, rate=daily)
        assert await not_claimed(world.ledger, second.id)
        await world.pass_time(6401)
        await claimed(world.ledger, second.id)

    async def test_claims_at_once_do_not_exceed_the_rate(self, ledger: JobLedger) -> None:
        jobs = [await submitted(ledger, rate=per_minute(3)) for _ in range(9)]
        claims = (ledger.claim(job.id, worker="w", lease=30.0, max_deaths=3) for job in jobs)
        assert len([job for job in await asyncio.gather(*claims) if job]) == 3

    async def test_a_job_that_goes_on_needs_no_new_turn(self, world: World) -> None:
        """Neither after an error nor after its worker was killed; and it takes no turn from others."""
        job = await running(world.ledger, rate=per_minute(2))
        await world.ledger.give_back(job.id, job.fence, delay=0)
        again = await claimed(world.ledger, job.id)
        await world.ledger.retry_later(job.id, again.fence, delay=0, error="e", error_kind="k")
        await claimed(world.ledger, job.id)
        await running(world.ledger, rate=per_minute(2))
        await world.pass_time(31)
        assert (await claimed(world.ledger, job.id)).deaths == 1
        third = await submitted(world.ledger, rate=per_minute(2))
        assert await not_claimed(world.ledger, third.id)

    async def test_jobs_that_wait_for_something_else_keep_nobody_waiting(self, world: World) -> None:
        """Neither those scheduled for later, nor followers, nor retries hold a turn."""
        rate = per_minute(1)
        first = await running(world.ledger, rate=rate)
        await world.ledger.submit([a_job(rate=rate, not_before=30.0 + number) for number in range(5)])
        await world.ledger.submit([a_job(rate=rate, follows=first.id)])
        await world.ledger.retry_later(first.id, first.fence, delay=50, error="e", error_kind="k")
        second = await submitted(world.ledger, rate=rate)
        assert await not_claimed(world.ledger, second.id)
        due = (await world.ledger.get(second.id)).next_attempt_at
        assert due is not None
        assert (due - second.created_at).total_seconds() <= 60

    async def test_people_do_not_wait_for_rates(self, ledger: JobLedger) -> None:
        for _ in range(3):
            await running(ledger, rate=per_minute(1), lane=Lane.INTERACTIVE)

    async def test_kinds_have_rates_of_their_own(self, ledger: JobLedger) -> None:
        await running(ledger, kind="a", rate=per_minute(1))
        await running(ledger, kind="b", rate=per_minute(1))


def per_minute(count: int) -> Rate:
    return Rate(count=count, seconds=60)
