"""Publishing hints and results through Celery."""

import asyncio
from collections.abc import Callable, Collection, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import partial
from typing import Any, TypeVar
from uuid import UUID

import structlog
from celery import Celery, group
from celery.states import READY_STATES
from kombu.exceptions import OperationalError
from redis.exceptions import RedisError, WatchError

from src.adapters.celery_queue.app import publisher_of
from src.adapters.celery_queue.forgetting import forget
from src.adapters.celery_queue.settings import QUEUES
from src.adapters.celery_queue.task_events import send_ends
from src.core.domain.job import Hint, Job, JobState, Progress
from src.core.domain.job_view import progress_view
from src.core.errors import StorageUnavailable, error_named

R = TypeVar("R")
_log = structlog.get_logger(__name__)
_HINT = "chimera_hint"
_TURN = "chimera:shown:"
_ANY_QUEUE = "default"
_TIMEOUT = 20.0  # seconds
# Seconds for publishing, and for each hint of it. Somebody waits, and what is not published is not lost: a Redis that
# hangs must not make every submission hang along.
_PUBLISH_PATIENCE, _PUBLISH_PATIENCE_EACH = 3.0, 0.1
_PROGRESS_TIMEOUT = 2.0
_HIGHEST = 9  # Kombu's first step is 0: it counts priorities on Redis the other way round


def is_hint(options: Mapping[str, Any]) -> bool:
    """True for publishing options of a job that is in the ledger already."""
    return bool((options.get("headers") or {}).get(_HINT))


class CeleryJobQueue:
    """Implements `JobQueue`: the task id is the job id, so `AsyncResult` and Flower show it."""

    def __init__(self, app: Celery) -> None:
        self._app = app
        self._publisher = publisher_of(app)
        # Of its own: a Redis that hangs must not use up the threads that publish and settle.
        self._courtesies = ThreadPoolExecutor(max_workers=1, thread_name_prefix="chimera-progress")

    async def publish(self, hints: Sequence[Hint]) -> None:
        """See `JobQueue.publish`. Celery's client blocks, hence the thread."""
        patience = _PUBLISH_PATIENCE + _PUBLISH_PATIENCE_EACH * len(hints)
        await _off_the_loop(self._publish, hints, seconds=min(patience, _TIMEOUT))

    def _publish(self, hints: Sequence[Hint]) -> None:
        signatures = [self._signature(hint) for hint in hints]
        # A group of one is no group, but costs as much as one.
        together = signatures[0] if len(signatures) == 1 else group(signatures, app=self._publisher)
        together.apply_async(add_to_parent=False)

    def _signature(self, hint: Hint) -> Any:
        return self._publisher.signature(
            hint.kind,
            kwargs=hint.arguments,
            task_id=str(hint.job_id),
            # A row may name a queue that is no more, and one hint that cannot go out would hold up all beside it.
            queue=hint.queue if hint.queue in QUEUES else _ANY_QUEUE,
            priority=_HIGHEST - hint.priority,
            headers={_HINT: True},
        )

    async def queue_lengths(self) -> dict[str, int]:
        """How many messages wait in each queue, those that a worker holds not counted.

        Raises:
            Unavailable: Redis cannot be reached.
        """
        return dict(await _off_the_loop(self._queue_lengths, QUEUES))

    def _queue_lengths(self, names: Sequence[str]) -> list[tuple[str, int]]:
        with self._app.connection_for_read() as connection:
            connection.ensure_connection(max_retries=1, interval_start=0)
            channel: Any = connection.default_channel
            return [(name, channel.queue_declare(name).message_count) for name in names]

    async def ping(self) -> None:
        """Answer if Redis does.

        Raises:
            Unavailable: it does not.
        """
        await _off_the_loop(self._ping, ())

    def _ping(self, _nothing: Sequence[Any]) -> None:
        with self._app.connection_for_write() as connection:
            connection.ensure_connection(max_retries=1, interval_start=0, timeout=5)

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
        send_ends(self._app, jobs)

    async def forget(self, job_ids: Collection[UUID]) -> None:
        """See `JobQueue.forget`."""
        if job_ids:
            await _off_the_loop(partial(forget, self._app, turns=_TURN), [str(job_id) for job_id in job_ids])

    async def show_progress(self, job_id: UUID, progress: Progress) -> None:
        """See `JobQueue.show_progress`; given up after two seconds."""
        await self._courtesy(self._show_progress, str(job_id), progress)

    async def turn_to_show(self, job_id: UUID, *, every: float) -> bool:
        """See `JobQueue.turn_to_show`; given up after two seconds."""
        return bool(await self._courtesy(self._take_turn, str(job_id), every))

    def _take_turn(self, task_id: str, every: float) -> bool:
        backend: Any = self._app.backend
        return bool(backend.client.set(f"{_TURN}{task_id}", 1, nx=True, px=max(1, round(every * 1000))))

    async def _courtesy(self, call: Callable[..., R], *arguments: Any) -> R | None:
        """What `call` answers; None if it fails or takes too long: whatever it is, the work goes on."""
        loop = asyncio.get_running_loop()
        try:
            async with asyncio.timeout(_PROGRESS_TIMEOUT):
                return await loop.run_in_executor(self._courtesies, call, *arguments)
        except Exception as error:  # noqa: BLE001 - see above
            _log.debug("progress_not_shown", job_id=arguments[0], reason=type(error).__name__)
            return None

    def _show_progress(self, task_id: str, progress: Progress) -> None:
        """Write unless the result is final. Celery's own `store_result` spares a SUCCESS, but no other end."""
        backend: Any = self._app.backend
        key = backend.get_key_for_task(task_id)
        state = {"task_id": task_id, "status": "PROGRESS", "result": progress_view(progress)}
        told = backend.encode(state | {"traceback": None, "children": [], "date_done": None})
        with backend.client.pipeline() as redis, suppress(WatchError):  # somebody else knew more
            redis.watch(key)
            known = redis.get(key)
            if known and backend.decode_result(known)["status"] in READY_STATES:
                return
            redis.multi()
            # As Celery stores its own: whoever waits for the result is subscribed to its key.
            redis.set(key, told, ex=backend.expires)
            redis.publish(key, told)
            redis.execute()


async def _off_the_loop(call: Callable[[Sequence[Any]], R], argument: Sequence[Any], *, seconds: float = _TIMEOUT) -> R:
    try:
        async with asyncio.timeout(seconds):
            return await asyncio.to_thread(call, argument)
    except (OperationalError, RedisError, OSError, TimeoutError) as error:
        raise StorageUnavailable("Redis (the task queue) cannot be reached.", retry_after=2) from error
