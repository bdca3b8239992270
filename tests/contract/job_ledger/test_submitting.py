"""Writing jobs down."""

import asyncio
from uuid import uuid4

import pytest

from src.core.domain.job import JobState, Lane, NewJob, Rate
from src.core.errors import JobNotFound
from src.core.ports.job_ledger import JobLedger
from tests.contract.job_ledger.world import (
    REPLY,
    a_job,
    running,
    submitted,
)


class TestSubmit:
    """Writing jobs down."""

    async def test_a_submitted_job_is_there_as_given(self, ledger: JobLedger) -> None:
        first = await submitted(ledger)
        new = a_job(
            lane=Lane.INTERACTIVE, owner="42", idempotency_key="k", request_key="r", request_fingerprint="f",
            priority=7, max_retries=5, rate=Rate(count=7, seconds=3600), not_before=1.5, reply=REPLY,
            follows=first.id, follows_any_end=True,
        )  # fmt: skip
        (job,) = await ledger.submit([new])
        assert NewJob(**{name: getattr(job, name) for name in NewJob.model_fields}) == new
        assert (job.state, job.attempts, job.deaths, job.fence) == (JobState.QUEUED, 0, 0, 0)
        assert await ledger.get(job.id) == job

    async def test_a_job_is_due_when_it_says(self, ledger: JobLedger) -> None:
        for not_before in (0.0, 90.0):
            job = await submitted(ledger, not_before=not_before)
            assert job.next_attempt_at is not None
            assert (job.next_attempt_at - job.created_at).total_seconds() == not_before

    async def test_arguments_keep_the_order_of_their_keys(self, ledger: JobLedger) -> None:
        job = await submitted(ledger, arguments={"zeta": 1, "a": {"y": 1, "b": 2}})
        assert list((await ledger.get(job.id)).arguments) == ["zeta", "a"]

    async def test_the_answers_are_in_the_order_of_the_jobs(self, ledger: JobLedger) -> None:
        jobs = [a_job(idempotency_key=f"k{9 - number}") for number in range(5)]
        assert [job.id for job in await ledger.submit(jobs)] == [job.id for job in jobs]

    async def test_nothing_is_a_valid_submission(self, ledger: JobLedger) -> None:
        assert await ledger.submit([]) == ()

    async def test_the_same_id_again_changes_nothing(self, ledger: JobLedger) -> None:
        """The first call may have succeeded although its caller saw an error."""
        job = await running(ledger)
        again = (await ledger.submit([a_job(id=job.id, kind="other")]))[0]
        assert (again.kind, again.state) == ("fetch", JobState.RUNNING)

    async def test_a_held_key_answers_its_holder(self, ledger: JobLedger) -> None:
        holder = await submitted(ledger, idempotency_key="k")
        other, fresh = await ledger.submit([a_job(idempotency_key="k"), a_job(idempotency_key="k2")])
        assert other.id == holder.id
        assert fresh.id != holder.id

    async def test_a_key_is_free_again_once_its_job_is_final(self, ledger: JobLedger) -> None:
        holder = await running(ledger, idempotency_key="k")
        assert (await submitted(ledger, idempotency_key="k")).id == holder.id
        await ledger.succeed(holder.id, holder.fence, {})
        assert (await submitted(ledger, idempotency_key="k")).id != holder.id

    async def test_one_key_twice_in_a_submission_is_one_job(self, ledger: JobLedger) -> None:
        first, second = await ledger.submit([a_job(idempotency_key="k"), a_job(idempotency_key="k")])
        assert first.id == second.id

    async def test_a_key_submitted_by_many_at_once_is_one_job(self, ledger: JobLedger) -> None:
        keys = ["a", "b", "c"]
        answers = await asyncio.gather(
            *(
                ledger.submit([a_job(idempotency_key=key) for key in (keys if number % 2 else keys[::-1])])
                for number in range(8)
            )
        )
        assert len({job.id for jobs in answers for job in jobs}) == 3

    async def test_an_unknown_job_is_not_found(self, ledger: JobLedger) -> None:
        with pytest.raises(JobNotFound):
            await ledger.get(uuid4())
