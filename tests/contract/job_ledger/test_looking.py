"""Lists and counts of jobs."""

from uuid import uuid4

import pytest

from src.core.domain.job import JobFilter, JobState, Lane
from src.core.errors import JobNotFound
from src.core.ports.job_ledger import JobLedger
from tests.contract.job_ledger.world import World, a_job, claimed, family, running, submitted


class TestFind:
    """Jobs, newest first."""

    async def test_the_newest_come_first_page_by_page(self, ledger: JobLedger) -> None:
        together = await ledger.submit([a_job() for _ in range(8)])
        jobs = [*together, *[await submitted(ledger) for _ in range(3)]]
        newest_first = [job.id for job in reversed(jobs)]
        seen = []
        page = await ledger.find(JobFilter(), limit=3)
        while page:
            assert len(page) <= 3
            seen += [job.id for job in page]
            page = await ledger.find(JobFilter(), limit=3, before=page[-1].id)
        assert seen == newest_first

    async def test_jobs_are_found_as_they_are(self, ledger: JobLedger) -> None:
        job = await running(ledger)
        assert await ledger.find(JobFilter(), limit=10) == (job,)

    async def test_jobs_that_come_meanwhile_do_not_shift_the_pages(self, ledger: JobLedger) -> None:
        first, second = [await submitted(ledger) for _ in range(2)]
        assert [job.id for job in await ledger.find(JobFilter(), limit=1)] == [second.id]
        await submitted(ledger)
        assert [job.id for job in await ledger.find(JobFilter(), limit=1, before=second.id)] == [first.id]

    async def test_children_are_left_out_unless_wanted(self, ledger: JobLedger) -> None:
        parent, children = await family(ledger, 2)
        assert [job.id for job in await ledger.find(JobFilter(), limit=9)] == [parent.id]
        everybody = await ledger.find(JobFilter(with_children=True), limit=9)
        assert {job.id for job in everybody} == {parent.id, *(child.id for child in children)}

    async def test_all_conditions_hold(self, ledger: JobLedger) -> None:
        ann = [await submitted(ledger, owner="ann", kind=kind) for kind in ("sync", "sync", "fetch")]
        bob = await submitted(ledger, owner="bob", kind="sync")
        await submitted(ledger, kind="sync", lane=Lane.INTERACTIVE)
        await claimed(ledger, ann[0].id)
        wanted = {
            JobFilter(owner="ann"): [ann[2], ann[1], ann[0]],
            JobFilter(owner="ann", kinds=frozenset({"sync"})): [ann[1], ann[0]],
            JobFilter(owner="bob", kinds=frozenset({"sync", "fetch"})): [bob],
            JobFilter(owner="ann", states=frozenset({JobState.RUNNING})): [ann[0]],
            JobFilter(kinds=frozenset({"fetch"}), states=frozenset({JobState.QUEUED})): [ann[2]],
            JobFilter(lane=Lane.BACKGROUND): [bob, ann[2], ann[1], ann[0]],
            JobFilter(owner="ann", lane=Lane.INTERACTIVE): [],
            JobFilter(states=frozenset()): [],
            JobFilter(owner="nobody"): [],
        }
        for which, jobs in wanted.items():
            assert [job.id for job in await ledger.find(which, limit=9)] == [job.id for job in jobs], which
        assert [job.id for job in await ledger.find(JobFilter(owner="ann"), limit=9, before=ann[1].id)] == [ann[0].id]

    async def test_a_page_after_a_job_that_is_not_there_is_not_found(self, ledger: JobLedger) -> None:
        with pytest.raises(JobNotFound):
            await ledger.find(JobFilter(), limit=9, before=uuid4())


class TestHolder:
    """Who has a key."""

    async def test_a_key_is_held_until_its_job_has_ended(self, ledger: JobLedger) -> None:
        assert await ledger.holder_of("k") is None
        job = await submitted(ledger, idempotency_key="k")
        await submitted(ledger, idempotency_key="another")
        assert await ledger.holder_of("k") == job
        held = await claimed(ledger, job.id)
        assert await ledger.holder_of("k") == held
        await ledger.succeed(job.id, held.fence, None)
        assert await ledger.holder_of("k") is None


class TestCounts:
    """How many jobs there are."""

    async def test_jobs_are_counted_by_kind_state_and_lane(self, ledger: JobLedger) -> None:
        assert await ledger.counts() == ()
        for kind, lane in (("a", Lane.BACKGROUND), ("a", Lane.BACKGROUND), ("a", Lane.INTERACTIVE)):
            await submitted(ledger, kind=kind, lane=lane)
        await running(ledger, kind="b")
        counted = {(count.kind, count.state, count.lane): count.count for count in await ledger.counts()}
        assert counted == {
            ("a", JobState.QUEUED, Lane.BACKGROUND): 2,
            ("a", JobState.QUEUED, Lane.INTERACTIVE): 1,
            ("b", JobState.RUNNING, Lane.BACKGROUND): 1,
        }

    async def test_the_longest_wait_is_told(self, world: World) -> None:
        await submitted(world.ledger, kind="a")
        await world.pass_time(50)
        await submitted(world.ledger, kind="a")
        first = await running(world.ledger, kind="b")
        await submitted(world.ledger, kind="c", not_before=60)
        await submitted(world.ledger, kind="d", follows=first.id)
        waits = {count.kind: count.oldest_due_s for count in await world.ledger.counts()}
        assert waits == {"a": pytest.approx(50, abs=5), "b": 0, "c": 0, "d": 0}
