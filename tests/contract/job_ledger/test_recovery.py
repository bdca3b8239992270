"""What was lost is published or settled again."""

import asyncio
from uuid import uuid4

import pytest

from src.core.domain.job import Hint, Lane
from src.core.ports.job_ledger import JobLedger
from tests.contract.job_ledger.world import (
    World,
    a_job,
    claimed,
    family,
    running,
    submitted,
)


class TestRepublishing:
    """What was lost on the way to the workers is published again."""

    async def test_a_job_nobody_published_is_overdue_once(self, ledger: JobLedger) -> None:
        job = await submitted(ledger)
        hint = Hint(job_id=job.id, kind="fetch", queue="matches", arguments={"b": 1, "a": [2]})
        assert await ledger.overdue(limit=10) == (hint,)
        assert await ledger.overdue(limit=10) == ()

    async def test_a_published_job_is_overdue_after_a_while_and_then_more_seldom(self, world: World) -> None:
        job = await submitted(world.ledger)
        await world.ledger.mark_published([job.id])
        for patience in (31, 61, 91):
            assert await world.ledger.overdue(limit=10) == ()
            await world.pass_time(patience - 6)
            assert await world.ledger.overdue(limit=10) == ()
            await world.pass_time(6)
            assert len(await world.ledger.overdue(limit=10)) == 1

    async def test_a_background_job_is_published_every_five_minutes_at_least(self, world: World) -> None:
        job = await submitted(world.ledger)
        await world.ledger.overdue(limit=10)
        for _ in range(15):
            await world.ledger.mark_published([job.id])
        await world.pass_time(290)
        assert await world.ledger.overdue(limit=10) == ()
        await world.pass_time(11)
        assert len(await world.ledger.overdue(limit=10)) == 1

    async def test_an_interactive_job_is_published_every_half_minute(self, world: World) -> None:
        await submitted(world.ledger, lane=Lane.INTERACTIVE)
        assert len(await world.ledger.overdue(limit=10)) == 1
        for _ in range(4):
            await world.pass_time(25)
            assert await world.ledger.overdue(limit=10) == ()
            await world.pass_time(6)
            assert len(await world.ledger.overdue(limit=10)) == 1

    @pytest.mark.parametrize("lane", Lane)
    async def test_an_abandoned_job_is_published_every_half_minute_at_least(self, world: World, lane: Lane) -> None:
        await running(world.ledger, lane=lane)
        await world.pass_time(31)
        assert len(await world.ledger.overdue(limit=10)) == 1
        for patience in (5, 10, 15, 20, 25, 30, 30):
            await world.pass_time(patience - 3)
            assert await world.ledger.overdue(limit=10) == ()
            await world.pass_time(4)
            assert len(await world.ledger.overdue(limit=10)) == 1

    async def test_a_job_that_is_not_due_is_not_overdue(self, world: World) -> None:
        await submitted(world.ledger, not_before=60)
        assert await world.ledger.overdue(limit=10) == ()
        await world.pass_time(61)
        assert len(await world.ledger.overdue(limit=10)) == 1

    async def test_a_retry_is_overdue_when_its_time_comes(self, world: World) -> None:
        new = await submitted(world.ledger)
        await world.ledger.mark_published([new.id])
        job = await claimed(world.ledger, new.id)
        await world.ledger.retry_later(job.id, job.fence, delay=5, error="e", error_kind="k")
        assert await world.ledger.overdue(limit=10) == ()
        await world.pass_time(6)
        assert len(await world.ledger.overdue(limit=10)) == 1

    async def test_a_job_at_work_is_not_overdue_until_its_lease_ran_out(self, world: World) -> None:
        job = await running(world.ledger)
        assert await world.ledger.overdue(limit=10) == ()
        await world.pass_time(31)
        assert [hint.job_id for hint in await world.ledger.overdue(limit=10)] == [job.id]
        assert await world.ledger.overdue(limit=10) == ()

    async def test_waiting_and_final_jobs_are_never_overdue(self, world: World) -> None:
        _, children = await family(world.ledger, 1)
        await world.pass_time(10)
        assert await world.ledger.overdue(limit=10) == ()
        await world.ledger.succeed(children[0].id, children[0].fence, {})
        await world.pass_time(1000)
        assert await world.ledger.overdue(limit=10) == ()

    async def test_people_come_first(self, ledger: JobLedger) -> None:
        await submitted(ledger)
        await submitted(ledger)
        people = [await submitted(ledger, lane=Lane.INTERACTIVE) for _ in range(2)]
        assert [hint.job_id for hint in await ledger.overdue(limit=3)][:2] == [job.id for job in people]

    async def test_of_one_lane_greater_priorities_come_first(self, ledger: JobLedger) -> None:
        """Then those that are due the longest."""
        low, first, second, high = [await submitted(ledger, priority=priority) for priority in (1, 5, 5, 9)]
        person = await submitted(ledger, lane=Lane.INTERACTIVE, priority=0)
        hints = await ledger.overdue(limit=4)
        assert [hint.job_id for hint in hints] == [person.id, high.id, first.id, second.id]
        assert [hint.priority for hint in hints] == [0, 9, 5, 5]
        assert [hint.job_id for hint in await ledger.overdue(limit=4)] == [low.id]

    async def test_what_a_dead_worker_had_begun_is_heard_first(self, world: World) -> None:
        """Its hint overtakes whatever waits in the queue; the job's own priority stays."""
        begun = await running(world.ledger, priority=2)
        fresh = await submitted(world.ledger, priority=7)
        await world.pass_time(31)
        hints = {hint.job_id: hint.priority for hint in await world.ledger.overdue(limit=10)}
        assert hints == {begun.id: 9, fresh.id: 7}
        assert (await world.ledger.get(begun.id)).priority == 2

    async def test_two_reconcilers_share_the_work(self, ledger: JobLedger) -> None:
        jobs = [await submitted(ledger) for _ in range(10)]
        rounds = await asyncio.gather(*(ledger.overdue(limit=10) for _ in range(4)))
        published = [hint.job_id for hints in rounds for hint in hints]
        published += [hint.job_id for hint in await ledger.overdue(limit=10)]
        assert sorted(published) == sorted(job.id for job in jobs)

    async def test_marking_unknown_jobs_is_harmless(self, ledger: JobLedger) -> None:
        await ledger.mark_published([uuid4()])
        await ledger.unpublish([uuid4()])
        await ledger.unpublish([])
        await ledger.mark_settled([uuid4()])
        await ledger.mark_published([])


class TestTakingBack:
    """What `overdue` marked as published but did not get out."""

    async def test_a_job_is_overdue_again_at_once(self, ledger: JobLedger) -> None:
        job = await submitted(ledger)
        for _ in range(2):
            assert [hint.job_id for hint in await ledger.overdue(limit=10)] == [job.id]
            await ledger.unpublish([job.id])
        assert len(await ledger.overdue(limit=10)) == 1

    async def test_an_abandoned_job_is_overdue_again_at_once(self, world: World) -> None:
        job = await running(world.ledger)
        await world.pass_time(31)
        assert len(await world.ledger.overdue(limit=10)) == 1
        await world.ledger.unpublish([job.id])
        assert [hint.job_id for hint in await world.ledger.overdue(limit=10)] == [job.id]

    async def test_an_outage_of_the_broker_does_not_make_jobs_wait_longer(self, world: World) -> None:
        job = await submitted(world.ledger)
        for _ in range(5):
            await world.ledger.overdue(limit=10)
            await world.ledger.unpublish([job.id])
        await world.ledger.overdue(limit=10)
        await world.pass_time(31)
        assert len(await world.ledger.overdue(limit=10)) == 1

    async def test_publications_that_happened_still_count(self, world: World) -> None:
        job = await submitted(world.ledger)
        await world.ledger.overdue(limit=10)
        await world.pass_time(31)
        for _ in range(2):
            assert len(await world.ledger.overdue(limit=10)) == 1
            for _ in range(3):  # once counts
                await world.ledger.unpublish([job.id])
        await world.ledger.overdue(limit=10)
        await world.pass_time(55)
        assert await world.ledger.overdue(limit=10) == ()
        await world.pass_time(6)
        assert len(await world.ledger.overdue(limit=10)) == 1

    async def test_a_job_that_was_taken_meanwhile_stays_with_its_worker(self, world: World) -> None:
        new = await submitted(world.ledger)
        await world.ledger.overdue(limit=10)
        job = await claimed(world.ledger, new.id)
        await world.ledger.unpublish([job.id])
        assert await world.ledger.get(job.id) == job
        assert await world.ledger.overdue(limit=10) == ()

    async def test_a_job_that_is_due_later_is_overdue_when_its_time_comes(self, world: World) -> None:
        job = await submitted(world.ledger, not_before=60)
        await world.ledger.mark_published([job.id])
        await world.ledger.unpublish([job.id])
        assert await world.ledger.overdue(limit=10) == ()
        await world.pass_time(61)
        assert len(await world.ledger.overdue(limit=10)) == 1


class TestSettling:
    """Results that did not get out."""

    async def test_a_final_job_is_unsettled_until_marked(self, world: World) -> None:
        job = await running(world.ledger)
        await world.ledger.succeed(job.id, job.fence, {"n": 1})
        assert await world.ledger.unsettled(older_than=5, limit=10) == ()
        await world.pass_time(6)
        (unsettled,) = await world.ledger.unsettled(older_than=5, limit=10)
        assert (unsettled.id, unsettled.result) == (job.id, {"n": 1})
        await world.ledger.mark_settled([job.id])
        assert await world.ledger.unsettled(older_than=5, limit=10) == ()

    async def test_parents_and_cancelled_jobs_are_unsettled_too(self, ledger: JobLedger) -> None:
        parent = await running(ledger)
        (child,) = await ledger.wait_for_children(parent.id, parent.fence, [a_job()])
        await ledger.cancel(parent.id)
        unsettled = {job.id for job in await ledger.unsettled(older_than=0, limit=10)}
        assert unsettled == {parent.id, child.id}

    async def test_a_job_at_work_cannot_be_marked_as_settled(self, ledger: JobLedger) -> None:
        job = await running(ledger)
        await ledger.mark_settled([job.id])
        await ledger.succeed(job.id, job.fence, {})
        assert len(await ledger.unsettled(older_than=0, limit=10)) == 1

    async def test_the_oldest_come_first(self, world: World) -> None:
        ended = []
        for _ in range(3):
            job = await running(world.ledger)
            await world.ledger.succeed(job.id, job.fence, {})
            ended.append(job.id)
            await world.pass_time(1)
        assert [job.id for job in await world.ledger.unsettled(older_than=0, limit=2)] == ended[:2]
