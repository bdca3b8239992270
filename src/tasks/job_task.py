"""A Celery task whose calls are jobs: the row in the ledger counts, the message is a hint."""

import time
from collections.abc import Coroutine, Iterator, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, contextmanager, suppress
from contextvars import ContextVar
from datetime import datetime
from functools import partial
from inspect import signature
from typing import Any, TypeVar
from uuid import NAMESPACE_URL, UUID, uuid5

import structlog
from celery import states
from celery.exceptions import Ignore, Reject, SoftTimeLimitExceeded
from celery.result import AsyncResult

from src.bootstrap.celery import is_hint
from src.core.domain.deadline import working_until
from src.core.domain.job import Job, Lane, NewJob, Progress, Rate
from src.core.domain.reply import user_hash
from src.core.domain.retry import RetryPolicy
from src.core.errors import ChimeraError, InvalidInput, LeaseLost, TookTooLong
from src.core.services.job_execution import Failed, Held, RetryPlanned, in_words
from src.tasks.runtime_task import RuntimeTask

T = TypeVar("T")
_log = structlog.get_logger(__name__)
# The job at hand. A context variable, so that work on the event loop's thread sees it too.
_HELD: ContextVar[Held | None] = ContextVar("held", default=None)


SLOT = "chimera_slot"
"""Header of what beat submits: the length in seconds of the time slots in each of which the job runs once."""

_CLAIM_AGAIN_AFTER = 1.0  # seconds
_TIME_TO_END = 15.0  # seconds, or a quarter of the soft time limit: by then a job no longer waits for Riot
# Celery's ways to chain tasks work through messages, which the ledger does not trust.
_NOT_FOR_JOBS = ("chain", "chord", "link", "link_error", "expires")


class CancelRequested(Exception):
    """Somebody cancelled the job; raised between two steps of the work."""


class JobTask(RuntimeTask):
    """The base of every Chimera task.

    `delay` and `apply_async` write the job down, then publish; the worker claims it, runs the body and ends it in
    the ledger. `max_retries` and `rate` are the job's (see `NewJob`), `backoff` says when a transient error is
    retried. `answers_itself`: the body has told whoever waits; else they are told of the result.
    """

    abstract = True
    acks_late = True
    # The row's arguments are checked when it is submitted and when it runs, not each time a hint is published: after
    # a deploy that changed a task, a row that no longer fits must end as failed, not block those beside it.
    typing = False
    # What Chimera can put into words is an answer, not a defect: Celery logs it in one line.
    throws = (ChimeraError,)
    max_retries = 3
    rate: Rate | None = Rate(count=100, seconds=60)
    backoff = RetryPolicy()
    lane: Lane = Lane.BACKGROUND
    queue_name: str = "default"  # not Celery's `queue`, which it no longer wants on tasks
    answers_itself = False

    # Publishing.

    def apply_async(  # type: ignore[override]  # the options are passed on as they are
        self,
        args: tuple[Any, ...] | None = None,
        kwargs: dict[str, Any] | None = None,
        task_id: str | None = None,
        **options: Any,
    ) -> AsyncResult[Any]:
        """Submit a job; returns once it is written down.

        Of Celery's options `countdown`, `eta`, `priority` (0-9, greater is sooner) and `queue` count. Ours:
        `follows` (the id of a job that must succeed first) and the header `chimera_slot` of what beat submits.

        Raises:
            TypeError: the arguments do not fit the task.
            InvalidInput: an option does not fit a job.
            Unavailable: the ledger cannot be reached.
        """
        if is_hint(options):
            return super().apply_async(args, kwargs, task_id=task_id, **options)
        refused = [name for name in _NOT_FOR_JOBS if options.get(name)]
        if refused:
            raise InvalidInput(
                f"A job takes no {', '.join(refused)}: submit what comes after it with follows=<its id>."
            )
        job = self._job(UUID(task_id) if task_id else self.services.randomness.job_id(), args or (), kwargs or {})
        written = self.runtime.run(self.services.jobs.submit(job.model_copy(update=self._asked(options, job))))[0]
        return self.AsyncResult(str(written.id))

    def _asked(self, options: Mapping[str, Any], job: NewJob) -> dict[str, Any]:
        """What the options change of a job."""
        now = self.app.now()
        asked: dict[str, Any] = {
            "not_before": _wait_of(options, now),
            "queue": self._queue_named(str(options.get("queue") or job.queue)),
            "follows": UUID(str(options["follows"])) if options.get("follows") else None,
        }
        if options.get("priority") is not None:
            asked["priority"] = min(9, max(0, int(options["priority"])))
        slot = (options.get("headers") or {}).get(SLOT)
        if slot:
            # The same id in the same slot, whichever beat says it and however often; nothing piles up either.
            name = f"chimera:{self.name}:{slot}:{int(now.timestamp() // slot)}"
            asked |= {"id": uuid5(NAMESPACE_URL, name), "idempotency_key": f"periodic:{self.name}"}
        return asked

    def _queue_named(self, name: str) -> str:
        if name not in self.app.amqp.queues:
            raise InvalidInput(f"There is no queue of that name; there are {', '.join(self.app.amqp.queues)}.")
        return name

    def job(self, *args: Any, **kwargs: Any) -> NewJob:
        """A job of this task with these arguments, not yet submitted.

        Raises:
            TypeError: the arguments do not fit the task.
        """
        return self._job(self.services.randomness.job_id(), args, kwargs)

    def _job(self, job_id: UUID, args: Sequence[Any], kwargs: Mapping[str, Any]) -> NewJob:
        return NewJob(
            id=job_id,
            kind=self.name,
            arguments=self._named(args, kwargs),
            queue=self.queue_name,
            lane=self.lane,
            max_retries=self.max_retries or 0,
            rate=self.rate,
        )

    def _named(self, args: Sequence[Any], kwargs: Mapping[str, Any]) -> dict[str, Any]:
        bound = signature(self.run).bind(*args, **kwargs)
        bound.apply_defaults()
        return dict(bound.arguments)

    # Working.

    def wait(self, work: Coroutine[Any, Any, T]) -> T:
        """Do asynchronous work from the synchronous body of a task.

        Raises:
            CancelRequested, LeaseLost: before starting it, if the job was cancelled or taken over meanwhile.
        """
        try:
            self.checkpoint()
        except BaseException:
            work.close()
            raise
        return self.runtime.run(work)

    def checkpoint(self) -> None:
        """Stop here if the job was cancelled or taken over."""
        held = _HELD.get()
        if held is not None and held.lost:
            raise LeaseLost
        if held is not None and held.cancel_requested:
            raise CancelRequested

    async def report(self, step: str, done: int, total: int, /, **extra: Any) -> None:
        """Write progress down and show it; for use inside the asynchronous work. Stops it if it was cancelled.

        `extra` may name anything: clients see its `total` instead of ours.
        """
        self.checkpoint()
        held = _HELD.get()
        if held is not None:
            await self.services.execution.report(held, Progress(step=step, done=done, total=total, extra=extra))
            self.checkpoint()

    def keep(self, partial_result: Any) -> None:
        """What the job answers if it is cancelled from here on; may be filled in later."""
        held = _HELD.get()
        if held is not None:
            held.partial_result = partial_result

    @property
    def current_job(self) -> Job | None:
        """The job at hand; None when the task was called directly, past the ledger."""
        held = _HELD.get()
        return held.job if held else None

    @property
    def progress_extra(self) -> Mapping[str, Any]:
        """What an earlier attempt of this job reported beside its step; empty at the first."""
        job = self.current_job
        return job.progress.extra if job and job.progress else {}

    def spawn(self, children: Sequence[NewJob], *, result: Mapping[str, Any] | None = None) -> None:
        """Hand the rest to child jobs, if there are any: this job ends with the last of them.

        Its result is `result` merged with theirs (see `merge_results`).

        Raises:
            Ignore: always when there are children (Celery's result comes from the last child).
        """
        if not children:
            return
        job = self.current_job
        if job is None:
            raise InvalidInput("A task that spawns children runs in a worker only: use .delay().")
        self.runtime.run(self.services.execution.wait_for_children(job, children, result=result))
        raise Ignore

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Run as a job in a worker; directly called (tests, a shell) just run the body."""
        request = self.request
        if request.called_directly or request.is_eager:
            return super().__call__(*args, **kwargs)
        job_id = UUID(request.id)
        hinted = partial(self._job, job_id, args, kwargs)
        claim = self.services.execution.claim(job_id, worker=request.hostname or "worker", hinted=hinted)
        job = self._claimed(claim)
        if job is None:
            raise Ignore
        # Only now: a surplus hint of a job that has ended must not make its result look unfinished.
        with suppress(Exception):
            self.backend.store_result(str(job_id), {"hostname": request.hostname}, states.STARTED)
        with self._in_hand(job), structlog.contextvars.bound_contextvars(**_context(job)):
            return self._perform(job)

    def _claimed(self, claim: Coroutine[Any, Any, Job | None]) -> Job | None:
        try:
            return self.runtime.run(claim)
        except ChimeraError as error:
            _log.warning("claim_failed", job_id=self.request.id, reason=str(error))
            # The hint goes back, after a pause: workers would use up a whole queue of them while Postgres restarts,
            # and what has been published often is not published again for minutes.
            time.sleep(_CLAIM_AGAIN_AFTER)
            raise Reject(str(error), requeue=True) from error

    @contextmanager
    def _in_hand(self, job: Job) -> Iterator[None]:
        holding: AbstractAsyncContextManager[Held] = self.services.execution.holding(job)
        token = _HELD.set(self.runtime.run(_enter(holding)))
        try:
            yield
        finally:
            _HELD.reset(token)
            self.runtime.run(_leave(holding))

    def _perform(self, job: Job) -> Any:
        execution = self.services.execution
        began = time.monotonic()
        _log.info("job_started", attempt=job.attempts + 1)
        try:
            with working_until(self._deadline()):
                result = self.run(**job.arguments)
            is_told = self.runtime.run(execution.succeed(job, result, is_answered=self.answers_itself))
        except Ignore:
            raise
        except LeaseLost as error:
            _log.warning("job_taken_over")
            raise Ignore from error
        except CancelRequested as request:
            held = _HELD.get()
            self.runtime.run(execution.end_cancelled(job, held.partial_result if held else None))
            _log.info("job_cancelled")
            raise Ignore from request
        except SoftTimeLimitExceeded as error:
            slow = TookTooLong(f"It took longer than {self.app.conf.task_soft_time_limit} s.")
            held = _HELD.get()
            return self._failed(job, slow, cause=error, goes_on=held is not None and held.has_advanced)
        except Exception as error:  # noqa: BLE001 - whatever it is, the ledger hears of it
            return self._failed(job, error, cause=error)
        _log.info("job_succeeded", seconds=round(time.monotonic() - began, 2))
        if not is_told:
            raise Ignore  # the reconciler tells, and puts the result out
        return result

    def _deadline(self) -> float:
        limit = float(self.app.conf.task_soft_time_limit)
        return time.monotonic() + limit - min(_TIME_TO_END, limit / 4)

    def _failed(self, job: Job, error: Exception, *, cause: Exception, goes_on: bool = False) -> Any:
        handling = self.services.execution.handle_error(job, error, policy=self.backoff, goes_on=goes_on)
        try:
            verdict = self.runtime.run(handling)
        except ChimeraError as problem:
            # Nothing could be written: the lease runs out and the job comes back.
            _log.warning("error_not_recorded", reason=str(problem))
            raise Ignore from problem
        if isinstance(verdict, Failed) and verdict.is_told:
            if isinstance(error, ChimeraError):
                raise error
            # Without its cause: Celery stores the traceback, and that text may hold anything.
            raise ChimeraError(f"{in_words(error)} (error id {verdict.error_id})") from None
        if isinstance(verdict, RetryPlanned):
            told = {"exc_type": type(error).__name__, "exc_message": [in_words(error)], "exc_module": "src.core.errors"}
            with suppress(Exception):
                self.backend.store_result(str(job.id), told, states.RETRY)
        raise Ignore from cause

    # Celery has stored the job's own result by now.

    def after_return(self, status: str, retval: Any, task_id: str, *_: Any) -> None:  # noqa: ARG002 - Celery's
        """Write down that the result is out."""
        if self.request.is_eager:
            return
        with suppress(ChimeraError):
            self.runtime.run(self.services.ledger.mark_settled([UUID(task_id)]))


def _wait_of(options: Mapping[str, Any], now: datetime) -> float:
    """Seconds until the job may start, from Celery's `countdown` or `eta`."""
    eta = options.get("eta")
    if isinstance(eta, datetime):
        return max(0.0, (eta.replace(tzinfo=eta.tzinfo or now.tzinfo) - now).total_seconds())
    return float(options.get("countdown") or 0.0)


async def _enter(holding: AbstractAsyncContextManager[Held]) -> Held:
    return await holding.__aenter__()


async def _leave(holding: AbstractAsyncContextManager[Held]) -> None:
    await holding.__aexit__(None, None, None)


def _context(job: Job) -> dict[str, str]:
    context = {"job_id": str(job.id), "job_kind": job.kind.rsplit(".", 1)[-1]}
    if match_id := job.arguments.get("match_id"):
        context["match_id"] = str(match_id)
    if job.parent_id:  # whoever is told of the parent's failure looks for its id
        context["parent_id"] = str(job.parent_id)
    if job.owner:
        context["user"] = user_hash(job.owner)
    return context
