"""Publishing hints and results through Celery."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

from celery import Celery, group
from kombu.exceptions import OperationalError
from redis.exceptions import RedisError

from src.adapters.celery_queue.app import publisher_of
from src.core.domain.job import Hint, Job, JobState
from src.core.errors import Unavailable, error_named

R = TypeVar("R")
_HINT = "chimera_hint"
_PUBLISH_TIMEOUT = 20.0


def is_hint(options: Mapping[str, Any]) -> bool:
    """True for publishing options of a job that is in the ledger already."""
    return bool((options.get("headers") or {}).get(_HINT))


class CeleryJobQueue:
    """Implements `JobQueue`: the task id is the job id, so `AsyncResult` and Flower show it."""

    def __init__(self, app: Celery) -> None:
        self._app = app
        self._publisher = publisher_of(app)

    async def publish(self, hints: Sequence[Hint]) -> None:
        """See `JobQueue.publish`. Celery's client blocks, hence the thread."""
        await _off_the_loop(self._publish, hints)

    def _publish(self, hints: Sequence[Hint]) -> None:
        hints_together = group([self._signature(hint) for hint in hints], app=self._publisher)
        hints_together.apply_async(add_to_parent=False)

    def _signature(self, hint: Hint) -> Any:
        return self._publisher.signature(
            hint.kind, kwargs=hint.arguments, task_id=str(hint.job_id), queue=hint.queue, headers={_HINT: True}
        )

    async def ping(self) -> None:
        """Answer if Redis does.

        Raises:
            Unavailable: it does not.
        """
        await _off_the_loop(self._ping, ())

    def _ping(self, _nothing: Sequence[Any]) -> None:
        with self._app.connection_for_write() as connection:
            connection.ensure_connection(max_retries=1, timeout=5)

    async def workers(self) -> int:
        """How many workers answer within a second.

        Raises:
            Unavailable: Redis cannot be reached.
        """
        return len(await _off_the_loop(self._ping_workers, ()))

    def _ping_workers(self, _nothing: Sequence[Any]) -> list[Any]:
        return list(self._app.control.ping(timeout=1.0) or ())

    async def settle(self, jobs: Sequence[Job]) -> None:
        """See `JobQueue.settle`."""
        await _off_the_loop(self._settle, jobs)

    def _settle(self, jobs: Sequence[Job]) -> None:
        backend = self._app.backend
        for job in jobs:
            if job.state is JobState.SUCCEEDED:
                backend.store_result(str(job.id), job.result, "SUCCESS")
            elif job.state is JobState.CANCELLED:
                backend.mark_as_revoked(str(job.id), reason="cancelled", store_result=True)
            else:
                backend.mark_as_failure(str(job.id), error_named(job.error_kind, job.error), call_errbacks=False)


async def _off_the_loop(call: Callable[[Sequence[Any]], R], argument: Sequence[Any]) -> R:
    try:
        async with asyncio.timeout(_PUBLISH_TIMEOUT):
            return await asyncio.to_thread(call, argument)
    except (OperationalError, RedisError, OSError, TimeoutError) as error:
        raise Unavailable("Redis (the task queue) cannot be reached.", retry_after=2) from error
