"""Jobs that answer in Discord, over fakes."""

from typing import Any

from src.core.domain.job import Job, NewJob
from src.core.domain.reply import Reply
from src.core.ports.answers import Answers
from src.core.ports.clock import Clock
from src.core.ports.job_queue import JobQueue
from src.core.services.allowances import Allowance
from src.core.services.answer_jobs import AnswerJobs
from src.core.services.job_outcomes import JobOutcomes
from src.core.services.job_submission import JobSubmission
from tests.fakes.answers import FakeAnswers
from tests.fakes.job_ledger import FakeJobLedger
from tests.fakes.job_queue import FakeJobQueue
from tests.fakes.randomness import FakeRandomness
from tests.fakes.request_limits import FakeRequestLimits


def answer_jobs(ledger: FakeJobLedger, queue: JobQueue, clock: Clock, answers: Answers | None = None) -> AnswerJobs:
    """The service, with limits in memory."""
    outcomes = JobOutcomes(ledger, queue, answers or FakeAnswers(clock))
    return AnswerJobs(JobSubmission(ledger, queue), ledger, outcomes, FakeRequestLimits(clock), clock)


class AnswersUnderWay:
    """The service over a ledger of its own, whose jobs no worker takes."""

    def __init__(self, clock: Clock) -> None:
        self.ledger = FakeJobLedger(clock)
        self._randomness = FakeRandomness()
        self._service = answer_jobs(self.ledger, FakeJobQueue(), clock)

    async def submit(
        self, kind: str, arguments: dict[str, Any], *, owner: str, reply: Reply, replaces: str | None, often: Allowance
    ) -> Job:
        """See `AnswerJobs.submit`."""
        work = NewJob(id=self._randomness.job_id(), kind=kind, arguments=arguments, queue="default")
        return await self._service.submit(work, owner=owner, reply=reply, replaces=replaces, allowance=often)

    def of_kind(self, kind: str) -> list[Job]:
        """Jobs in order of submission, ended or not."""
        return [job for job in self.ledger.jobs if job.kind == kind]

    async def end(self) -> None:
        """End all that is under way."""
        for job in self.ledger.jobs:
            await self.ledger.cancel(job.id)
