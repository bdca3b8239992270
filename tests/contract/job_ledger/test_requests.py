"""Clients that ask again."""

import asyncio

import pytest

from src.core.domain.job import JobState
from src.core.errors import JobNotFound, RequestConflict
from src.core.ports.job_ledger import JobLedger
from tests.contract.job_ledger.world import a_job, claimed, running, submitted


class TestRequestKeys:
    """A request key answers the same job for as long as that is kept."""

    async def test_asking_again_answers_the_same_job_even_when_it_has_ended(self, ledger: JobLedger) -> None:
        job = await running(ledger, request_key="r", request_fingerprint="f")
        for state in (JobState.RUNNING, JobState.SUCCEEDED):
            again = await submitted(ledger, request_key="r", request_fingerprint="f")
            assert (again.id, again.state) == (job.id, state)
            await ledger.succeed(job.id, job.fence, {})

    async def test_another_request_under_the_same_key_is_a_conflict(self, ledger: JobLedger) -> None:
        await submitted(ledger, request_key="r", request_fingerprint="f")
        bystander = a_job()
        with pytest.raises(RequestConflict):
            await ledger.submit([bystander, a_job(request_key="r", request_fingerprint="other")])
        with pytest.raises(JobNotFound):
            await ledger.get(bystander.id)

    async def test_the_same_id_again_is_no_conflict(self, ledger: JobLedger) -> None:
        new = a_job(request_key="r", request_fingerprint="f")
        assert await ledger.submit([new]) == await ledger.submit([new])

    async def test_one_key_twice_in_a_submission_is_one_job(self, ledger: JobLedger) -> None:
        first, second = await ledger.submit([a_job(request_key="r"), a_job(request_key="r")])
        assert first.id == second.id
        conflict = [a_job(request_key="q", request_fingerprint=fingerprint) for fingerprint in "ab"]
        with pytest.raises(RequestConflict):
            await ledger.submit(conflict)

    async def test_a_key_asked_by_many_at_once_is_one_job(self, ledger: JobLedger) -> None:
        keys = ["a", "b", "c"]
        answers = await asyncio.gather(
            *(
                ledger.submit([a_job(request_key=key, idempotency_key=key) for key in (keys if odd else keys[::-1])])
                for odd in (0, 1, 0, 1, 0, 1)
            )
        )
        assert len({job.id for jobs in answers for job in jobs}) == 3

    async def test_a_request_answered_by_a_job_that_was_there_stays_answered_by_it(self, ledger: JobLedger) -> None:
        """The request joined somebody else's work; asked again after its end, it must not start over."""
        there = await running(ledger, idempotency_key="k")
        asked = {"idempotency_key": "k", "request_key": "r", "request_fingerprint": "f"}
        assert (await submitted(ledger, **asked)).id == there.id
        await ledger.succeed(there.id, there.fence, {})
        assert (await submitted(ledger, **asked)).id == there.id
        assert (await submitted(ledger, idempotency_key="k")).id != there.id
        with pytest.raises(RequestConflict):
            await submitted(ledger, **asked | {"request_fingerprint": "other"})

    async def test_the_key_is_free_again_when_its_job_is_forgotten(self, ledger: JobLedger) -> None:
        job = await running(ledger, request_key="r", request_fingerprint="f")
        await ledger.succeed(job.id, job.fence, {})
        await ledger.mark_settled([job.id])
        assert await ledger.forget_finished(older_than=0, limit=10) == 1
        again = await submitted(ledger, request_key="r", request_fingerprint="other")
        assert again.id != job.id
        await claimed(ledger, again.id)
