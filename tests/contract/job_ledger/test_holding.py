"""What the holder of a job does, and how it ends."""

import pytest

from src.core.domain.job import JobState, Progress
from src.core.errors import LeaseLost
from src.core.ports.job_ledger import JobLedger
from tests.contract.job_ledger.world import (
    REPLY,
    World,
    a_job,
    claimed,
    family,
    not_claimed,
    refused_everything,
    running,
    submitted,
)
from tests.fakes.job_ledger import FakeJobLedger


class TestHolding:
    """What the holder of a job does, and what others cannot."""

    async def test_a_heartbeat_keeps_the_lease(self, world: World) -> None:
        job = await running(world.ledger)
        await world.pass_time(20)
        assert await world.ledger.heartbeat(job.id, job.fence, lease=30) is False
        await world.pass_time(20)
        assert await not_claimed(world.ledger, job.id)

    async def test_a_late_heartbeat_saves_a_job_that_nobody_took(self, world: World) -> None:
        job = await running(world.ledger)
        await world.pass_time(31)
        await world.ledger.heartbeat(job.id, job.fence, lease=30)
        assert await not_claimed(world.ledger, job.id)

    async def test_progress_is_kept(self, ledger: JobLedger) -> None:
        job = await running(ledger)
        progress = Progress(step="timeline", done=3, total=5, extra={"match_id": "EUW1_1"})
        await ledger.report_progress(job.id, job.fence, progress)
        assert (await ledger.get(job.id)).progress == progress

    async def test_reporting_progress_tells_of_a_cancel(self, ledger: JobLedger) -> None:
        job = await running(ledger)
        assert await ledger.report_progress(job.id, job.fence, Progress(step="matches", done=1)) is False
        await ledger.cancel(job.id)
        assert await ledger.report_progress(job.id, job.fence, Progress(step="matches", done=2)) is True

    async def test_a_stale_fence_writes_nothing(self, world: World) -> None:
        stale = await running(world.ledger)
        await world.pass_time(31)
        await claimed(world.ledger, stale.id)
        before = await world.ledger.get(stale.id)
        await refused_everything(world.ledger, stale)
        assert await world.ledger.get(stale.id) == before

    async def test_an_unclaimed_job_takes_no_writes(self, ledger: JobLedger) -> None:
        job = await submitted(ledger)
        with pytest.raises(LeaseLost):
            await ledger.succeed(job.id, 1, {})
        with pytest.raises(LeaseLost):
            await ledger.heartbeat(job.id, job.fence, lease=30)

    async def test_a_job_given_up_as_dead_takes_no_writes(self, world: World) -> None:
        job = await running(world.ledger)
        await world.pass_time(31)
        await not_claimed(world.ledger, job.id, max_deaths=1)
        before = await world.ledger.get(job.id)
        await refused_everything(world.ledger, job)
        assert await world.ledger.get(job.id) == before

    async def test_an_unknown_job_takes_no_writes(self, ledger: JobLedger) -> None:
        await refused_everything(ledger, await FakeJobLedger().submit([a_job()]))


class TestEnds:
    """How a job ends."""

    async def test_success_keeps_the_result(self, ledger: JobLedger) -> None:
        job = await running(ledger)
        (ended,) = await ledger.succeed(job.id, job.fence, {"z": [1], "a": None})
        assert (ended.state, ended.result) == (JobState.SUCCEEDED, {"z": [1], "a": None})
        assert ended.finished_at is not None
        assert await ledger.get(job.id) == ended

    async def test_failure_keeps_the_reason(self, ledger: JobLedger) -> None:
        job = await running(ledger)
        (ended,) = await ledger.fail(job.id, job.fence, error="No such match.", error_kind="MatchNotFound")
        assert (ended.state, ended.error, ended.error_kind) == (JobState.FAILED, "No such match.", "MatchNotFound")
        assert await ledger.get(job.id) == ended

    async def test_the_end_takes_the_secret_reply_out_of_the_ledger(self, ledger: JobLedger) -> None:
        job = await running(ledger, reply=REPLY)
        (ended,) = await ledger.succeed(job.id, job.fence, {})
        assert ended.reply == REPLY
        assert (await ledger.get(job.id)).reply is None

    async def test_the_reply_stays_where_nobody_could_be_told_yet(self, ledger: JobLedger) -> None:
        done, failed = await running(ledger, reply=REPLY), await running(ledger, reply=REPLY)
        await ledger.succeed(done.id, done.fence, {}, is_answered=False)
        await ledger.fail(failed.id, failed.fence, error="e", error_kind="k", is_answered=False)
        assert [job.reply for job in await ledger.unsettled(older_than=0, limit=9)] == [REPLY, REPLY]

    async def test_a_cancelled_jobs_reply_stays_until_somebody_answered(self, ledger: JobLedger) -> None:
        """Whoever cancelled is told after the end: should that fail, the reconciler tells."""
        job = await running(ledger, reply=REPLY)
        await ledger.cancel(job.id)
        await ledger.end_cancelled(job.id, job.fence, {})
        assert [left.reply for left in await ledger.unsettled(older_than=0, limit=9)] == [REPLY]
        await ledger.mark_settled([job.id])
        assert (await ledger.get(job.id)).reply is None

    async def test_ending_again_in_the_same_way_is_answered_again(self, ledger: JobLedger) -> None:
        """The first call may have succeeded although its caller saw an error."""
        parent, (child,) = await family(ledger, 1)
        first = await ledger.succeed(child.id, child.fence, {"n": 1})
        again = await ledger.succeed(child.id, child.fence, {"n": 1})
        assert again == first
        assert [job.id for job in again] == [child.id, parent.id]

    async def test_ending_again_in_another_way_is_refused(self, ledger: JobLedger) -> None:
        job = await running(ledger)
        await ledger.succeed(job.id, job.fence, {})
        with pytest.raises(LeaseLost):
            await ledger.fail(job.id, job.fence, error="e", error_kind="k")
        with pytest.raises(LeaseLost):
            await ledger.retry_later(job.id, job.fence, delay=0, error="e", error_kind="k")

    async def test_a_retry_counts_an_attempt_and_waits(self, world: World) -> None:
        job = await running(world.ledger)
        await world.ledger.retry_later(job.id, job.fence, delay=60, error="Riot is down.", error_kind="Unavailable")
        back = await world.ledger.get(job.id)
        assert (back.state, back.attempts) == (JobState.QUEUED, 1)
        assert (back.error, back.error_kind) == ("Riot is down.", "Unavailable")
        assert await not_claimed(world.ledger, job.id)
        await world.pass_time(61)
        assert (await claimed(world.ledger, job.id)).deaths == 0

    async def test_a_success_after_a_retry_has_no_error(self, ledger: JobLedger) -> None:
        job = await running(ledger)
        await ledger.retry_later(job.id, job.fence, delay=0, error="Riot is down.", error_kind="Unavailable")
        again = await claimed(ledger, job.id)
        (ended,) = await ledger.succeed(job.id, again.fence, {})
        assert (ended.error, ended.error_kind, ended.attempts) == (None, None, 1)

    async def test_a_repeated_retry_counts_once(self, ledger: JobLedger) -> None:
        job = await running(ledger)
        for _ in range(2):
            assert await ledger.retry_later(job.id, job.fence, delay=0, error="e", error_kind="k") == ()
        assert (await ledger.get(job.id)).attempts == 1

    async def test_giving_back_counts_no_attempt(self, ledger: JobLedger) -> None:
        job = await running(ledger)
        for _ in range(2):
            assert await ledger.give_back(job.id, job.fence, delay=0) == ()
        back = await claimed(ledger, job.id)
        assert (back.attempts, back.deaths, back.fence) == (0, 0, 2)
