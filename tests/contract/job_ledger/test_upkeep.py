"""A ledger that stays small, and free of work that nobody can do."""

from uuid import UUID

import pytest

from src.core.domain.job import Job, JobState
from src.core.errors import JobNotFound
from src.core.ports.job_ledger import JobLedger
from tests.contract.job_ledger.world import (
    World,
    a_job,
    claimed,
    family,
    refused_everything,
    running,
    state_of,
    submitted,
)

DAY = 86400.0


async def settled(ledger: JobLedger) -> Job:
    """A job that has succeeded, its result put out."""
    job = await running(ledger)
    await ledger.succeed(job.id, job.fence, {})
    await ledger.mark_settled([job.id])
    return job


async def is_there(ledger: JobLedger, job_id: UUID) -> bool:
    try:
        await ledger.get(job_id)
    except JobNotFound:
        return False
    return True


class TestForgetting:
    """What has long ended is deleted."""

    async def test_old_finished_jobs_go_and_young_ones_stay(self, world: World) -> None:
        old = await settled(world.ledger)
        await world.pass_time(DAY + 1)
        young = await settled(world.ledger)
        assert await world.ledger.forget_finished(older_than=DAY, limit=10) == 1
        assert not await is_there(world.ledger, old.id)
        assert await is_there(world.ledger, young.id)
        assert await world.ledger.forget_finished(older_than=DAY, limit=10) == 0

    async def test_what_has_not_ended_or_is_not_settled_stays(self, world: World) -> None:
        await submitted(world.ledger)
        await running(world.ledger)
        await family(world.ledger)
        unsettled = await running(world.ledger)
        await world.ledger.fail(unsettled.id, unsettled.fence, error="e", error_kind="k")
        await world.pass_time(DAY)
        assert await world.ledger.forget_finished(older_than=0, limit=10) == 0

    async def test_children_go_with_their_parents_and_not_before(self, world: World) -> None:
        parent, (first, second) = await family(world.ledger, 2)
        await world.ledger.succeed(first.id, first.fence, {})
        await world.ledger.mark_settled([first.id])
        await world.pass_time(DAY)
        assert await world.ledger.forget_finished(older_than=0, limit=10) == 0
        await world.ledger.succeed(second.id, second.fence, {})
        await world.ledger.mark_settled([parent.id])
        assert await world.ledger.forget_finished(older_than=0, limit=10) == 0, "a child's result is not settled"
        await world.ledger.mark_settled([second.id])
        assert await world.ledger.forget_finished(older_than=0, limit=1) == 3
        for job in (parent, first, second):
            assert not await is_there(world.ledger, job.id)

    async def test_so_many_at_once_the_oldest_first(self, world: World) -> None:
        jobs = []
        for _ in range(3):
            jobs.append(await settled(world.ledger))
            await world.pass_time(1)
        assert await world.ledger.forget_finished(older_than=0, limit=2) == 2
        assert [await is_there(world.ledger, job.id) for job in jobs] == [False, False, True]

    async def test_a_job_that_others_still_follow_stays_and_keeps_nobody_else(self, world: World) -> None:
        followed, parent = await settled(world.ledger), (await family(world.ledger, 1))
        (child,) = parent[1]
        await world.ledger.succeed(child.id, child.fence, {})
        await world.ledger.mark_settled([child.id, parent[0].id])
        await world.pass_time(1)
        other = await settled(world.ledger)
        followers = [await submitted(world.ledger, follows=job_id) for job_id in (followed.id, child.id)]
        assert await world.ledger.forget_finished(older_than=0, limit=1) == 1
        assert not await is_there(world.ledger, other.id)
        for follower in followers:
            held = await claimed(world.ledger, follower.id)
            await world.ledger.succeed(held.id, held.fence, {})
        assert await world.ledger.forget_finished(older_than=0, limit=10) == 3
        left = await world.ledger.get(followers[0].id)
        assert (left.state, left.follows) == (JobState.SUCCEEDED, None)

    async def test_a_forgotten_job_takes_no_writes(self, ledger: JobLedger) -> None:
        job = await settled(ledger)
        assert await ledger.forget_finished(older_than=0, limit=10) == 1
        with pytest.raises(JobNotFound):
            await ledger.cancel(job.id)
        await refused_everything(ledger, job)


class TestUnknownKinds:
    """Jobs whose code is gone."""

    async def test_old_jobs_of_unknown_kinds_fail(self, world: World) -> None:
        known, unknown = [await submitted(world.ledger, kind=kind) for kind in ("known", "gone")]
        await world.pass_time(3601)
        young = await submitted(world.ledger, kind="gone")
        (ended,) = await world.ledger.give_up_unknown({"known"}, older_than=3600)
        assert (ended.id, ended.state, ended.error_kind) == (unknown.id, JobState.FAILED, "UnknownJobKind")
        assert ended.error == "No code knows jobs of the kind gone (any more)."
        assert await world.ledger.get(unknown.id) == ended
        for job in (known, young):
            assert await state_of(world.ledger, job) is JobState.QUEUED
        assert await world.ledger.give_up_unknown({"known"}, older_than=3600) == ()

    async def test_their_parents_end_with_them(self, ledger: JobLedger) -> None:
        parent = await running(ledger, kind="known")
        (child,) = await ledger.wait_for_children(parent.id, parent.fence, [a_job(kind="gone")])
        ended = await ledger.give_up_unknown(["known"], older_than=0)
        assert [job.id for job in ended] == [child.id, parent.id]

    async def test_jobs_for_later_and_followers_fail_too(self, ledger: JobLedger) -> None:
        first = await submitted(ledger, kind="known")
        later = await submitted(ledger, kind="gone", not_before=DAY)
        follower = await submitted(ledger, kind="gone", follows=first.id)
        assert {job.id for job in await ledger.give_up_unknown(["known"], older_than=0)} == {later.id, follower.id}

    async def test_whoever_is_at_work_is_left_alone_until_its_lease_runs_out(self, world: World) -> None:
        job = await running(world.ledger, kind="gone")
        parent, children = await family(world.ledger, 1)
        for child in children:
            await world.ledger.heartbeat(child.id, child.fence, lease=10**6)
        assert await world.ledger.give_up_unknown([], older_than=0) == ()
        await world.pass_time(31)
        (ended,) = await world.ledger.give_up_unknown([], older_than=0)
        assert (ended.id, ended.deaths) == (job.id, 1)
        assert await state_of(world.ledger, parent) is JobState.WAITING
        await refused_everything(world.ledger, job)
