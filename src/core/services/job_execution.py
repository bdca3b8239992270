"""Running a job: claim it, keep the lease, end it once."""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import structlog

from src.core.domain.job import RETRYING, Job, JobState, Lane, NewJob, Progress
from src.core.domain.reply import Reply
from src.core.domain.retry import RetryPolicy
from src.core.errors import (
    BrokenInvariant,
    ChimeraError,
    CircuitOpen,
    JobNotFound,
    LeaseLost,
    RateLimited,
    Transient,
    Unavailable,
)
from src.core.ports.answers import Answers
from src.core.ports.clock import Clock
from src.core.ports.job_ledger import JobLedger
from src.core.ports.job_queue import JobQueue
from src.core.ports.randomness import Randomness
from src.core.services.error_log import noted
from src.core.services.job_outcomes import JobOutcomes
from src.core.services.job_progress import JobProgress, stoppable
from src.core.services.job_submission import JobSubmission

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class LeaseTerms:
    """How a claimed job is held. `lease` and `heartbeat` in seconds; `max_deaths` killed processes end a job."""

    lease: float = 30.0
    heartbeat: float = 8.0
    max_deaths: int = 5


@dataclass(slots=True)
class Held:
    """A job in our hands. The heartbeat sets the flags; the work looks at them between batches.

    `partial_result` is what a cancelled job keeps, `done` how far it said it is.
    """

    job: Job
    cancel_requested: bool = False
    lost: bool = False
    partial_result: Any = None
    done: int = 0

    @property
    def has_advanced(self) -> bool:
        """True if this attempt got further than any before it."""
        return self.done > (self.job.progress.done if self.job.progress else 0)


@dataclass(frozen=True, slots=True)
class RetryPlanned:
    """The job was given back and is due again in `delay` seconds."""

    delay: float


@dataclass(frozen=True, slots=True)
class Failed:
    """The job ended as failed. `error_id` is in the log and in what the person was told.

    `is_told`: False if whoever waits could not be told yet; the reconciler does it, and puts the result out.
    """

    error_id: str
    is_told: bool = True


@dataclass(frozen=True, slots=True)
class Ended:
    """The job ended otherwise meanwhile: it was cancelled."""


@dataclass(slots=True)
class JobExecution:
    """The life of a job in a worker process."""

    ledger: JobLedger
    queue: JobQueue
    answers: Answers
    randomness: Randomness
    clock: Clock
    terms: LeaseTerms = field(default_factory=LeaseTerms)
    progress: JobProgress = field(init=False)
    outcomes: JobOutcomes = field(init=False)

    def __post_init__(self) -> None:
        """Share the ports with the two services that show and publish."""
        self.progress = JobProgress(self.ledger, self.queue, self.answers, self.clock)
        self.outcomes = JobOutcomes(self.ledger, self.queue, self.answers)

    async def claim(self, job_id: UUID, *, worker: str, hinted: Callable[[], NewJob]) -> Job | None:
        """Take the job a hint speaks of; None if it is not to be run now.

        A hint without a row (a message sent past the ledger) is written down first, as the job that `hinted`
        makes of it, then claimed.
        """
        job = await self._claim(job_id, worker)
        if job is not None:
            return job
        try:
            await self.ledger.get(job_id)
        except JobNotFound:
            await self.ledger.submit([hinted()])
            return await self._claim(job_id, worker)
        return None

    async def _claim(self, job_id: UUID, worker: str) -> Job | None:
        return await self.ledger.claim(job_id, worker=worker, lease=self.terms.lease, max_deaths=self.terms.max_deaths)

    @asynccontextmanager
    async def holding(self, job: Job) -> AsyncIterator[Held]:
        """Keep the lease alive while the body runs."""
        held = Held(job)
        beat = asyncio.create_task(self._beat(held))
        try:
            yield held
        finally:
            beat.cancel()
            with suppress(asyncio.CancelledError):
                await beat
            await self._fall_silent(job)

    async def _beat(self, held: Held) -> None:
        while not held.lost:
            await asyncio.sleep(self.terms.heartbeat)
            try:
                held.cancel_requested = await self.ledger.heartbeat(held.job.id, held.job.fence, lease=self.terms.lease)
            except LeaseLost:
                held.lost = True
                await self._fall_silent(held.job)
            except Exception as error:  # noqa: BLE001 - a missed beat must not stop the next one
                # The lease outlives several missed beats.
                _log.warning("heartbeat_missed", job_id=str(held.job.id), reason=in_words(error))

    async def _fall_silent(self, job: Job) -> None:
        """Show nothing more of this attempt: what came late would stand in place of another one's answer."""
        if job.reply is not None:
            await self.answers.pause(job.reply)

    async def report(self, held: Held, progress: Progress) -> None:
        """Write progress and show it to whoever waits; a cancel is known from here on."""
        if await self.progress.report(held.job, progress):
            held.cancel_requested = True
        held.done = max(held.done, progress.done)

    async def succeed(self, job: Job, result: Any, *, is_answered: bool = True) -> bool:
        """End as succeeded. Unless the work has answered for itself, whoever waits is told of the result first.

        False if they could not be told yet: the reconciler does it, and puts the result out.
        """
        is_told = is_answered or job.reply is None or await self._tell_success(job, job.reply, result)
        ended = await self.ledger.succeed(job.id, job.fence, result, is_answered=is_told)
        await self.outcomes.publish(ended, own=job.id)
        return is_told

    async def _tell_success(self, job: Job, reply: Reply, result: Any) -> bool:
        """True unless telling has to be tried again."""
        done = job.model_copy(update={"state": JobState.SUCCEEDED, "result": result})
        try:
            await self.answers.deliver_ended(reply, done)
        except ChimeraError as error:
            _log.warning("end_not_told", reason=str(error))
            return not isinstance(error, Unavailable)
        return True

    async def end_cancelled(self, job: Job, result: Any) -> None:
        """End as cancelled, keeping what was done."""
        await self.outcomes.publish(await self.ledger.end_cancelled(job.id, job.fence, result))

    async def wait_for_children(
        self, job: Job, children: Sequence[NewJob], *, result: Mapping[str, Any] | None = None
    ) -> None:
        """Become the parent of `children` (at least one) and publish them; `result` is what it brings along itself."""
        written = await self.ledger.wait_for_children(job.id, job.fence, children, result=result)
        await JobSubmission(self.ledger, self.queue).announce(written)

    async def handle_error(
        self, job: Job, error: Exception, *, policy: RetryPolicy | None = None, goes_on: bool = False
    ) -> RetryPlanned | Failed | Ended:
        """Plan a retry of a transient error, as `policy` says, or end the job and tell the person who waits.

        A backfill that meets a full Riot budget, or a Riot that fails all who ask, waits for its turn, however often:
        that is no failed attempt. Nor is it if the work `goes_on` from where it is: its time was up, and each attempt
        does more of it.
        """
        kind, text = type(error).__name__, in_words(error)
        waits = goes_on or (isinstance(error, (RateLimited, CircuitOpen)) and job.lane is Lane.BACKGROUND)
        if waits or (isinstance(error, Transient) and job.attempts < job.max_retries):
            waiting = RetryPolicy() if waits or policy is None else policy
            delay = waiting.delay(0 if waits else job.attempts, error, fraction=self.randomness.fraction())
            await self._fall_silent(job)
            await self._tell_retry(job, delay)
            if waits:
                ended = await self.ledger.give_back(job.id, job.fence, delay=delay)
            else:
                ended = await self.ledger.retry_later(job.id, job.fence, delay=delay, error=text, error_kind=kind)
            if ended:
                await self.outcomes.publish(ended)
                return Ended()
            _log.info("job_retries", delay=round(delay, 1), reason=text, error_kind=kind)
            return RetryPlanned(delay)
        return await self._fail(job, error, kind, text)

    async def _tell_retry(self, job: Job, delay: float) -> None:
        """Say so, unless it was cancelled, while the job is ours: the next answer may be another process's.

        Raises:
            LeaseLost: it is ours no longer.
        """
        if job.reply is None:
            return
        if not await self.ledger.heartbeat(job.id, job.fence, lease=self.terms.lease):
            retrying = Progress(step=RETRYING, extra={"seconds": round(delay)})
            await self.answers.progress(job.reply, retrying, cancels=stoppable(job))

    async def _fail(self, job: Job, error: Exception, kind: str, text: str) -> Failed:
        noted(_log, "job", error, error_id=job.error_id, job_id=str(job.id))
        is_told = await self._tell_failure(job, error)
        ended = await self.ledger.fail(job.id, job.fence, error=text, error_kind=kind, is_answered=is_told)
        await self.outcomes.publish(ended, own=job.id)
        return Failed(job.error_id, is_told=is_told)

    async def _tell_failure(self, job: Job, error: Exception) -> bool:
        """Tell the person who waits, if anybody does; True unless telling has to be tried again."""
        if job.reply is None:
            return True
        told = error if isinstance(error, ChimeraError) else BrokenInvariant("Something went wrong on our side.")
        try:
            await self.answers.deliver_error(job.reply, told, error_id=job.error_id)
        except ChimeraError as problem:
            _log.warning("failure_not_delivered", error_id=job.error_id, reason=str(problem))
            return not isinstance(problem, Unavailable)
        return True

    async def settle(self, ended: Sequence[Job]) -> None:
        """Publish the ends of jobs that no worker holds (a cancelled one that never started)."""
        await self.outcomes.publish(ended)


def in_words(error: Exception) -> str:
    """One line for the ledger. An unexpected error is named by its class only: its text may hold anything."""
    if isinstance(error, ChimeraError):
        return " ".join(str(error).split())
    return f"Unexpected {type(error).__name__}"
