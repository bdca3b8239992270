"""Jobs after other jobs."""

import asyncio
from collections.abc import Awaitable, Callable
from uuid import uuid4

import pytest

from src.core.domain.job import Job, JobState
from src.core.errors import InvalidInput, JobNotFound
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

Ending = Callable[[JobLedger, Job], Awaitable[None]]


async def succeeded(ledger: JobLedger, job: Job) -> None:
    held = await claimed(ledger, job.id)
    await ledger.succeed(held.id, held.fence, {})


async def failed(ledger: JobLedger, job: Job) -> None:
    held = await claimed(ledger, job.id)
    await ledger.fail(held.id, held.fence, error="No such match.", error_kind="MatchNotFound")


async def cancelled(ledger: JobLedger, job: Job) -> None:
    await ledger.cancel(job.id)


class TestWaiting:
    """A follower does not start before its time."""

    async def test_a_follower_is_not_due_before_the_other_has_ended(self, world: World) -> None:
        first = await submitted(world.ledger)
        follower = await submitted(world.ledger, follows=first.id)
        assert (follower.state, follower.next_attempt_at) == (JobState.QUEUED, None)
        assert (await world.ledger.get(follower.id)) == follower
        await world.pass_time(10**6)
        assert await not_claimed(world.ledger, follower.id)
        assert [hint.job_id for hint in await world.ledger.overdue(limit=9)] == [first.id]

    async def test_nobody_goes_on_while_the_other_is_at_work(self, ledger: JobLedger) -> None:
        parent, _ = await family(ledger)
        queued, busy = await submitted(ledger), await running(ledger)
        for job in (parent, queued, busy):
            await submitted(ledger, follows=job.id, follows_any_end=True)
        assert await ledger.release_followers([parent.id, queued.id, busy.id]) == ()
        assert await ledger.release_followers() == ()

    async def test_a_follower_can_be_cancelled_before(self, ledger: JobLedger) -> None:
        first = await submitted(ledger)
        follower = await submitted(ledger, follows=first.id)
        assert (await ledger.cancel(follower.id)).state is JobState.CANCELLED
        await succeeded(ledger, first)
        assert await ledger.release_followers([first.id]) == ()

    async def test_there_must_be_a_job_to_follow(self, ledger: JobLedger) -> None:
        lonely = a_job()
        with pytest.raises(JobNotFound):
            await ledger.submit([lonely, a_job(follows=uuid4())])
        with pytest.raises(JobNotFound):
            await ledger.get(lonely.id)

    async def test_jobs_do_not_follow_each_other_in_a_circle(self, ledger: JobLedger) -> None:
        first, second = a_job(), a_job()
        circle = [first.model_copy(update={"follows": second.id}), second.model_copy(update={"follows": first.id})]
        with pytest.raises(InvalidInput):
            await ledger.submit(circle)


class TestGoingOn:
    """What the end of a job means for its followers."""

    async def test_after_a_success_the_followers_are_due(self, ledger: JobLedger) -> None:
        first = await submitted(ledger)
        followers = [await submitted(ledger, follows=first.id) for _ in range(2)]
        stranger = await submitted(ledger, follows=(await submitted(ledger)).id)
        await succeeded(ledger, first)
        released = await ledger.release_followers([first.id])
        assert {job.id for job in released} == {job.id for job in followers}
        assert all(job.state is JobState.QUEUED and job.next_attempt_at is not None for job in released)
        for job in followers:
            await claimed(ledger, job.id)
        assert await not_claimed(ledger, stranger.id)

    async def test_not_before_counts_from_the_end_of_the_other(self, world: World) -> None:
        first = await submitted(world.ledger)
        follower = await submitted(world.ledger, follows=first.id, not_before=60)
        await world.pass_time(100)
        await succeeded(world.ledger, first)
        await world.ledger.release_followers([first.id])
        await world.pass_time(55)
        assert await not_claimed(world.ledger, follower.id)
        await world.pass_time(6)
        await claimed(world.ledger, follower.id)

    @pytest.mark.parametrize(
        ("end", "error"),
        [
            (failed, "The job that had to succeed first did not: No such match."),
            (cancelled, "The job that had to succeed first was cancelled."),
        ],
    )
    async def test_what_needed_a_success_fails_with_all_that_follows_it(
        self, ledger: JobLedger, end: Ending, error: str
    ) -> None:
        first = await submitted(ledger)
        second = await submitted(ledger, follows=first.id)
        third = await submitted(ledger, follows=second.id)
        witness = await submitted(ledger, follows=third.id, follows_any_end=True)
        await end(ledger, first)
        released = await ledger.release_followers([first.id])
        assert [(job.id, job.state) for job in released] == [
            (second.id, JobState.FAILED),
            (third.id, JobState.FAILED),
            (witness.id, JobState.QUEUED),
        ]
        assert {(job.error, job.error_kind) for job in released[:2]} == {(error, "PredecessorFailed")}
        assert await ledger.get(second.id) == released[0]
        assert await not_claimed(ledger, second.id)
        await claimed(ledger, witness.id)

    @pytest.mark.parametrize("end", [succeeded, failed, cancelled])
    async def test_what_follows_any_end_goes_on_after_any(self, ledger: JobLedger, end: Ending) -> None:
        first = await submitted(ledger)
        follower = await submitted(ledger, follows=first.id, follows_any_end=True)
        await end(ledger, first)
        assert [job.id for job in await ledger.release_followers([first.id])] == [follower.id]
        await claimed(ledger, follower.id)

    async def test_repeating_it_answers_nobody_twice(self, ledger: JobLedger) -> None:
        first, lost = await submitted(ledger), await submitted(ledger)
        for job in (first, lost):
            await submitted(ledger, follows=job.id)
        await succeeded(ledger, first)
        await failed(ledger, lost)
        assert len(await ledger.release_followers([first.id, lost.id])) == 2
        assert await ledger.release_followers([first.id, lost.id]) == ()
        assert await ledger.release_followers() == ()

    async def test_of_many_releases_at_once_one_answers_each_follower(self, ledger: JobLedger) -> None:
        for _ in range(4):
            first, lost = await submitted(ledger), await submitted(ledger)
            followers = [await submitted(ledger, follows=job.id) for job in (first, lost) for _ in range(4)]
            await succeeded(ledger, first)
            await failed(ledger, lost)
            await asyncio.gather(*(ledger.get(first.id) for _ in range(10)))  # as many connections as there can be
            rounds = await asyncio.gather(*(ledger.release_followers() for _ in range(5)))
            released = [job.id for jobs in (*rounds, await ledger.release_followers()) for job in jobs]
            assert sorted(released) == sorted(job.id for job in followers)

    async def test_without_ids_whoever_was_missed_goes_on(self, ledger: JobLedger) -> None:
        first, lost = await submitted(ledger), await submitted(ledger)
        followers = [await submitted(ledger, follows=job.id) for job in (first, lost)]
        await succeeded(ledger, first)
        await failed(ledger, lost)
        assert {job.id for job in await ledger.release_followers()} == {job.id for job in followers}

    async def test_a_parent_that_ends_with_a_failed_follower_releases_its_own(self, ledger: JobLedger) -> None:
        """And two families whose jobs follow each other do not lock each other out."""
        for _ in range(5):
            families = [await family(ledger, 1) for _ in range(2)]
            (left, (left_child,)), (right, (right_child,)) = families
            after_left = await submitted(ledger, follows=left.id)
            after_right = await submitted(ledger, follows=right.id, follows_any_end=True)
            for child, other in ((left_child, right_child), (right_child, left_child)):
                (below,) = await ledger.wait_for_children(child.id, child.fence, [a_job(follows=other.id)])
                assert below.next_attempt_at is None
            await asyncio.gather(ledger.cancel(left.id), ledger.cancel(right.id))
            await asyncio.gather(
                ledger.release_followers([left.id, right.id]), ledger.release_followers([right.id, left.id])
            )
            assert await state_of(ledger, after_left) is JobState.FAILED
            await claimed(ledger, after_right.id)

    async def test_a_failed_followers_reply_stays_until_somebody_answered(self, ledger: JobLedger) -> None:
        first = await submitted(ledger)
        follower = await submitted(ledger, follows=first.id, reply=REPLY)
        await ledger.cancel(first.id)
        (failed_follower,) = await ledger.release_followers([first.id])
        unsettled = {job.id: job.reply for job in await ledger.unsettled(older_than=0, limit=9)}
        assert failed_follower.reply == unsettled[follower.id] == REPLY


class TestFollowingTheEnded:
    """The other job may have ended before its follower is written down."""

    async def test_after_a_success_the_follower_is_due_at_once(self, world: World) -> None:
        first = await submitted(world.ledger)
        await succeeded(world.ledger, first)
        await claimed(world.ledger, (await submitted(world.ledger, follows=first.id)).id)
        later = await submitted(world.ledger, follows=first.id, not_before=60)
        assert await not_claimed(world.ledger, later.id)
        await world.pass_time(61)
        await claimed(world.ledger, later.id)

    async def test_after_a_failure_it_is_written_down_as_failed_with_what_follows_it(self, ledger: JobLedger) -> None:
        first = await submitted(ledger)
        await failed(ledger, first)
        second = a_job(follows=first.id)
        third, witness = a_job(follows=second.id), a_job(follows=second.id, follows_any_end=True)
        written = await ledger.submit([third, witness, second])
        assert [job.id for job in written] == [third.id, witness.id, second.id]
        assert [job.state for job in written] == [JobState.FAILED, JobState.QUEUED, JobState.FAILED]
        assert written[2].error == "The job that had to succeed first did not: No such match."
        assert written[2].error_kind == written[0].error_kind == "PredecessorFailed"
        assert await ledger.get(second.id) == written[2]
        assert {job.id for job in await ledger.unsettled(older_than=0, limit=9)} == {first.id, second.id, third.id}
        await claimed(ledger, witness.id)

    async def test_the_same_submission_again_changes_nothing(self, ledger: JobLedger) -> None:
        lost = await submitted(ledger)
        await failed(ledger, lost)
        jobs = [a_job(follows=lost.id), a_job(follows=lost.id, follows_any_end=True)]
        assert await ledger.submit(jobs) == await ledger.submit(jobs)

    async def test_an_end_and_a_submission_at_once_leave_nobody_behind(self, ledger: JobLedger) -> None:
        for _ in range(10):
            first = await running(ledger)
            follower = a_job(follows=first.id)

            async def ended(job: Job = first) -> None:
                await ledger.succeed(job.id, job.fence, {})
                await ledger.release_followers([job.id])

            await asyncio.gather(ledger.submit([follower]), ended())
            await ledger.release_followers()
            await claimed(ledger, follower.id)


class TestFollowingWithinASubmission:
    """Jobs of one submission may follow each other, in whatever order they are written."""

    async def test_a_chain_goes_on_step_by_step(self, ledger: JobLedger) -> None:
        first = a_job()
        second = a_job(follows=first.id)
        third = a_job(follows=second.id)
        written = await ledger.submit([third, first, second])
        assert [job.id for job in written] == [third.id, first.id, second.id]
        assert [job.follows for job in written] == [second.id, None, first.id]
        for job, after in zip(written[1:], (second, third), strict=True):
            assert await not_claimed(ledger, after.id)
            await succeeded(ledger, job)
            assert [released.id for released in await ledger.release_followers([job.id])] == [after.id]

    @pytest.mark.parametrize("key", ["idempotency_key", "request_key"])
    async def test_a_follower_of_a_job_that_is_there_already_follows_that_one(
        self, ledger: JobLedger, key: str
    ) -> None:
        there = await submitted(ledger, **{key: "k"})
        again = a_job(**{key: "k"})
        found, follower = await ledger.submit([again, a_job(follows=again.id)])
        assert (found.id, follower.follows) == (there.id, there.id)
        assert await not_claimed(ledger, follower.id)
        await succeeded(ledger, there)
        await ledger.release_followers([there.id])
        await claimed(ledger, follower.id)
