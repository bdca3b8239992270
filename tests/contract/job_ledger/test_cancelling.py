"""Stopping work."""

import asyncio
from uuid import uuid4

import pytest

from src.core.domain.job import Job, JobState
from src.core.errors import JobNotFound
from src.core.ports.job_ledger import JobLedger
from tests.contract.job_ledger.world import (
    REPLY,
    a_job,
    claimed,
    family,
    not_claimed,
    running,
    state_of,
    submitted,
)


class TestGiveWay:
    """Making room for work that is wanted more."""

    @pytest.mark.parametrize("is_retry", [True, False])
    async def test_a_queued_job_ends_and_nobody_is_told_of_it(self, ledger: JobLedger, is_retry: bool) -> None:  # noqa: FBT001
        """Its key is free. The same call again is answered again."""
        job = await submitted(ledger, reply=REPLY, idempotency_key="k")
        if is_retry:
            held = await claimed(ledger, job.id)
            await ledger.retry_later(held.id, held.fence, delay=90, error="Busy.", error_kind="Unavailable")
        assert [await ledger.give_way(job.id) for _ in range(2)] == [True, True]
        (ended,) = await ledger.unsettled(older_than=0, limit=9)
        assert (ended.id, ended.state, ended.reply) == (job.id, JobState.CANCELLED, None)
        assert await ledger.holder_of("k") is None
        assert await not_claimed(ledger, job.id)

    async def test_a_running_job_is_not_disturbed(self, ledger: JobLedger) -> None:
        job = await running(ledger, reply=REPLY)
        assert not await ledger.give_way(job.id)
        assert await ledger.heartbeat(job.id, job.fence, lease=30) is False
        assert await ledger.get(job.id) == job

    async def test_neither_is_one_that_has_its_answer_or_is_unknown(self, ledger: JobLedger) -> None:
        job = await running(ledger)
        (ended,) = await ledger.succeed(job.id, job.fence, {"n": 1})
        assert [await ledger.give_way(one) for one in (job.id, uuid4())] == [False, False]
        assert await ledger.get(job.id) == ended

    async def test_a_claim_at_the_same_moment_wins_or_loses_but_is_never_asked_to_stop(self, ledger: JobLedger) -> None:
        for _ in range(10):
            job = await submitted(ledger)
            gave_way, claim = await asyncio.gather(
                ledger.give_way(job.id), ledger.claim(job.id, worker="w", lease=30, max_deaths=3)
            )
            assert gave_way is (claim is None)
            assert not (await ledger.get(job.id)).cancel_requested


class TestCancel:
    """Stopping work."""

    async def test_a_queued_job_never_starts(self, ledger: JobLedger) -> None:
        job = await submitted(ledger)
        assert (await ledger.cancel(job.id)).state is JobState.CANCELLED
        assert await not_claimed(ledger, job.id)

    async def test_a_running_job_is_asked_to_stop_and_keeps_what_it_did(self, ledger: JobLedger) -> None:
        job = await running(ledger)
        asked = await ledger.cancel(job.id)
        assert (asked.state, asked.cancel_requested) == (JobState.RUNNING, True)
        assert await ledger.heartbeat(job.id, job.fence, lease=30) is True
        (ended,) = await ledger.end_cancelled(job.id, job.fence, {"stored": ["M"]})
        assert (ended.state, ended.result) == (JobState.CANCELLED, {"stored": ["M"]})

    async def test_a_job_may_succeed_in_spite_of_a_cancel(self, ledger: JobLedger) -> None:
        job = await running(ledger)
        await ledger.cancel(job.id)
        assert (await ledger.succeed(job.id, job.fence, {}))[0].state is JobState.SUCCEEDED

    @pytest.mark.parametrize("fails", [True, False])
    async def test_a_cancelled_job_that_is_given_back_ends(self, ledger: JobLedger, fails: bool) -> None:  # noqa: FBT001
        """And its parent with it. The same call again is answered again."""
        parent, (job,) = await family(ledger, 1)
        await ledger.cancel(job.id)

        async def handed_back() -> tuple[Job, ...]:
            if fails:
                return await ledger.retry_later(job.id, job.fence, delay=0, error="e", error_kind="k")
            return await ledger.give_back(job.id, job.fence, delay=0)

        ended = await handed_back()
        assert [(end.id, end.state) for end in ended] == [
            (job.id, JobState.CANCELLED),
            (parent.id, JobState.CANCELLED),
        ]
        assert await handed_back() == ended
        assert await ledger.get(job.id) == ended[0]

    async def test_a_cancelled_job_that_is_given_back_ends_alone_before_its_siblings(self, ledger: JobLedger) -> None:
        parent, (job, _) = await family(ledger, 2)
        await ledger.cancel(parent.id)
        assert [end.id for end in await ledger.give_back(job.id, job.fence, delay=0)] == [job.id]
        assert await state_of(ledger, parent) is JobState.WAITING

    async def test_what_a_cancelled_child_had_done_is_in_its_parents_result(self, ledger: JobLedger) -> None:
        _, (whole, part) = await family(ledger, 2)
        await ledger.cancel(part.id)
        await ledger.end_cancelled(part.id, part.fence, {"stored": ["M2"]})
        ended = await ledger.succeed(whole.id, whole.fence, {"stored": ["M1"]})
        assert (ended[1].state, ended[1].result) == (JobState.SUCCEEDED, {"stored": ["M1", "M2"]})

    async def test_cancelling_a_parent_cancels_its_children(self, ledger: JobLedger) -> None:
        parent = await running(ledger)
        queued, busy = await ledger.wait_for_children(parent.id, parent.fence, [a_job(), a_job()])
        held = await claimed(ledger, busy.id)
        assert (await ledger.cancel(parent.id)).state is JobState.WAITING
        assert await state_of(ledger, queued) is JobState.CANCELLED
        assert await ledger.heartbeat(held.id, held.fence, lease=30) is True
        ended = await ledger.end_cancelled(held.id, held.fence, {"stored": ["M"]})
        assert [job.id for job in ended] == [held.id, parent.id]
        assert (ended[1].state, ended[1].result) == (JobState.CANCELLED, {"stored": ["M"]})

    async def test_a_parent_whose_children_had_not_started_ends_at_once(self, ledger: JobLedger) -> None:
        parent = await running(ledger)
        await ledger.wait_for_children(parent.id, parent.fence, [a_job(), a_job()])
        assert (await ledger.cancel(parent.id)).state is JobState.CANCELLED

    async def test_cancelling_reaches_grandchildren(self, ledger: JobLedger) -> None:
        grandparent, (parent,) = await family(ledger, 1)
        (child,) = await ledger.wait_for_children(parent.id, parent.fence, [a_job()])
        assert (await ledger.cancel(grandparent.id)).state is JobState.CANCELLED
        assert await state_of(ledger, parent) is JobState.CANCELLED
        assert await state_of(ledger, child) is JobState.CANCELLED

    async def test_children_of_a_cancelled_parent_never_start(self, ledger: JobLedger) -> None:
        parent = await running(ledger)
        await ledger.cancel(parent.id)
        (child,) = await ledger.wait_for_children(parent.id, parent.fence, [a_job()])
        assert child.state is JobState.CANCELLED
        assert await state_of(ledger, parent) is JobState.CANCELLED

    async def test_cancelling_the_last_child_ends_the_parent(self, ledger: JobLedger) -> None:
        parent = await running(ledger)
        first, last = await ledger.wait_for_children(parent.id, parent.fence, [a_job(), a_job()])
        held = await claimed(ledger, first.id)
        await ledger.succeed(held.id, held.fence, {"n": 1})
        await ledger.cancel(last.id)
        ended = await ledger.get(parent.id)
        assert (ended.state, ended.result) == (JobState.SUCCEEDED, {"n": 1})

    async def test_a_parent_all_of_whose_children_were_cancelled_is_cancelled(self, ledger: JobLedger) -> None:
        parent = await running(ledger)
        for child in await ledger.wait_for_children(parent.id, parent.fence, [a_job(), a_job()]):
            await ledger.cancel(child.id)
        assert await state_of(ledger, parent) is JobState.CANCELLED

    async def test_cancelling_a_final_job_changes_nothing(self, ledger: JobLedger) -> None:
        job = await running(ledger)
        (ended,) = await ledger.succeed(job.id, job.fence, {})
        assert await ledger.cancel(job.id) == ended

    async def test_an_unknown_job_cannot_be_cancelled(self, ledger: JobLedger) -> None:
        with pytest.raises(JobNotFound):
            await ledger.cancel(uuid4())

    async def test_cancels_and_ends_at_once_leave_one_final_family(self, ledger: JobLedger) -> None:
        for _ in range(5):
            parent, children = await family(ledger, 3)
            await asyncio.gather(
                ledger.cancel(parent.id),
                ledger.cancel(parent.id),
                *(ledger.succeed(child.id, child.fence, {"n": 1}) for child in children),
            )
            assert (await ledger.get(parent.id)).result == {"n": 3}

    async def test_children_born_during_a_cancel_are_cancelled_too(self, ledger: JobLedger) -> None:
        for _ in range(15):
            grandparent, (parent,) = await family(ledger, 1)
            born, _ = await asyncio.gather(
                ledger.wait_for_children(parent.id, parent.fence, [a_job(), a_job()]), ledger.cancel(grandparent.id)
            )
            assert {await state_of(ledger, child) for child in born} == {JobState.CANCELLED}
            assert await state_of(ledger, grandparent) is JobState.CANCELLED
