"""Jobs whose end is an answer in Discord: one at a time for a message, and not too many for a person."""

from typing import Final

from src.core.domain.binding import one_time_hash
from src.core.domain.job import Job, JobState, Lane, NewJob
from src.core.domain.reply import Reply
from src.core.errors import TooOften
from src.core.ports.clock import Clock
from src.core.ports.job_ledger import JobLedger
from src.core.ports.request_limits import RequestLimits
from src.core.services.allowances import Allowance, count
from src.core.services.job_outcomes import JobOutcomes
from src.core.services.job_submission import JobSubmission

_TRY_AGAIN_S: Final = 5.0


class AnswerJobs:
    """Submits them, ahead of the background. Where the counter cannot be reached, nobody is turned away."""

    def __init__(
        self, jobs: JobSubmission, ledger: JobLedger, outcomes: JobOutcomes, limits: RequestLimits, clock: Clock
    ) -> None:
        self._jobs = jobs
        self._ledger = ledger
        self._outcomes = outcomes
        self._limits = limits
        self._clock = clock

    async def submit(
        self, work: NewJob, *, owner: str, reply: Reply, replaces: str | None, allowance: Allowance
    ) -> Job:
        """Submit work that `owner` waits for and that answers through `reply`.

        The same interaction submitted twice is one job. `replaces` is the id of the message whose answer the new one
        takes the place of: one at a time. A job that waits for its next attempt gives way to different work, and one
        that waits for another job's end to any.

        Raises:
            TooOften: another answer for that message is under way, which does not count, or the owner has asked for
                many.
        """
        key = _key(reply, replaces)
        wanted = work.model_copy(
            update={"lane": Lane.INTERACTIVE, "owner": owner, "idempotency_key": key, "reply": reply}
        )
        there = await self._ledger.holder_of(key) if replaces else None
        if there is not None and not _gives_way(there, wanted):
            raise self._busy(there)
        await count(self._limits, allowance, owner)
        if there is not None:
            await self.make_way(there)
        (job,) = await self._jobs.submit(wanted)
        if replaces and job.id != wanted.id:
            raise self._busy(job)
        return job

    async def make_way(self, job: Job) -> None:
        """End a job without a word, unless it has begun meanwhile: what takes its place will say enough."""
        if await self._ledger.give_way(job.id):
            await self._outcomes.publish([job.model_copy(update={"state": JobState.CANCELLED, "reply": None})])

    def _busy(self, job: Job) -> TooOften:
        """With the seconds until it makes sense to ask again."""
        due = job.next_attempt_at if job.state is JobState.QUEUED else None
        wait = max(_TRY_AGAIN_S, (due - self._clock.now()).total_seconds() if due else 0.0)
        return TooOften("One moment: another answer is on its way to this message.", retry_after=wait)


def _key(reply: Reply, replaces: str | None) -> str:
    return f"answer:{replaces}" if replaces else f"interaction:{one_time_hash(reply.token.get_secret_value())}"


def _gives_way(job: Job, wanted: NewJob) -> bool:
    if job.owner != wanted.owner or job.state is not JobState.QUEUED:
        return False
    is_other_work = (job.kind, job.arguments) != (wanted.kind, wanted.arguments)
    return job.next_attempt_at is None or (job.is_retrying and is_other_work)
