"""Jobs whose end is an answer in Discord: one at a time for a message, and not too many for a person."""

from typing import Final, NamedTuple

from src.core.domain.binding import one_time_hash
from src.core.domain.job import Job, JobState, Lane, NewJob
from src.core.domain.reply import Reply, user_hash
from src.core.errors import TooOften
from src.core.ports.clock import Clock
from src.core.ports.job_ledger import JobLedger
from src.core.ports.request_limits import RequestLimits
from src.core.services.job_outcomes import JobOutcomes
from src.core.services.job_submission import JobSubmission


class Allowance(NamedTuple):
    """How often a minute a Discord user may ask for something, under a name for the counter."""

    name: str
    per_minute: int


ANALYSES: Final = Allowance("analysis", 20)
"""Of a stored match they cost Riot nothing."""

FETCHES: Final = Allowance("fetch", 6)
"""Each costs Riot three calls at the least, and a development key has 50 a minute for everybody."""

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
            TooOften: another answer for that message is under way, or the owner has asked for many.
        """
        if wait := await self._limits.take(f"{allowance.name}:{user_hash(owner)}", per_minute=allowance.per_minute):
            raise TooOften(retry_after=wait)
        wanted = work.model_copy(
            update={
                "lane": Lane.INTERACTIVE,
                "owner": owner,
                "idempotency_key": _key(reply, replaces),
                "reply": reply,
            }
        )
        (job,) = await self._jobs.submit(wanted)
        if replaces and job.id != wanted.id and _gives_way(job, wanted) and await self._end(job):
            (job,) = await self._jobs.submit(wanted)
        if replaces and job.id != wanted.id:
            raise TooOften("One moment: another answer is on its way to this message.", retry_after=self._wait(job))
        return job

    async def _end(self, job: Job) -> bool:
        """Cancel a job without a word: what takes its place will say enough. False if it has begun meanwhile."""
        cancelled = await self._ledger.cancel(job.id)
        if cancelled.state.is_final:
            await self._outcomes.publish([cancelled.model_copy(update={"reply": None})])
        return cancelled.state.is_final

    def _wait(self, job: Job) -> float:
        """Seconds until it makes sense to ask again."""
        due = job.next_attempt_at if job.state is JobState.QUEUED else None
        return max(_TRY_AGAIN_S, (due - self._clock.now()).total_seconds() if due else 0.0)


def _key(reply: Reply, replaces: str | None) -> str:
    return f"answer:{replaces}" if replaces else f"interaction:{one_time_hash(reply.token.get_secret_value())}"


def _gives_way(job: Job, wanted: NewJob) -> bool:
    if job.owner != wanted.owner or job.state is not JobState.QUEUED:
        return False
    is_other_work = (job.kind, job.arguments) != (wanted.kind, wanted.arguments)
    return job.next_attempt_at is None or (job.is_retrying and is_other_work)
