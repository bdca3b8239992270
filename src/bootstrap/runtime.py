"""One event loop per process for synchronous callers (Celery tasks, `.delay()` in a script)."""

import asyncio
import os
import threading
from collections.abc import Coroutine
from concurrent.futures import Future
from typing import Any, TypeVar

import structlog

from src.adapters.celery_queue import ChimeraCelery
from src.bootstrap.container import Container

T = TypeVar("T")
_log = structlog.get_logger(__name__)


class Runtime:
    """A thread with an event loop that owns the container: its pool, its HTTP sessions."""

    def __init__(self, app: ChimeraCelery) -> None:
        self.services = Container.build(celery=app)
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="chimera-loop", daemon=True)
        self._thread.start()

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        """Do asynchronous work and wait for it. An interruption (a time limit) cancels the work.

        Raises:
            RuntimeError: called from the loop itself, which would wait for itself for ever.
        """
        if threading.current_thread() is self._thread:
            work.close()
            raise RuntimeError("This is the event loop's own thread: await the work instead.")
        future = asyncio.run_coroutine_threadsafe(work, self._loop)
        try:
            return future.result()
        except BaseException:
            future.cancel()
            raise

    def start(self, work: Coroutine[Any, Any, Any]) -> None:
        """Let something run for as long as the process lives; should it end with an error, the log says so."""
        asyncio.run_coroutine_threadsafe(work, self._loop).add_done_callback(_log_end)

    def close(self) -> None:
        """End what was started, close the container and the loop."""
        self.run(self._end())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(timeout=5)
        if not self._thread.is_alive():
            self._loop.close()

    async def _end(self) -> None:
        others = asyncio.all_tasks() - {asyncio.current_task()}
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)
        await self.services.close()


def _log_end(future: Future[Any]) -> None:
    if not future.cancelled() and (error := future.exception()) is not None:
        _log.error("background_work_ended", exc_info=error)


_runtimes: dict[int, Runtime] = {}
_locks = [threading.Lock()]
# A lock that another thread holds during a fork stays locked in the child for ever.
os.register_at_fork(after_in_child=lambda: _locks.__setitem__(0, threading.Lock()))


def runtime_of(app: ChimeraCelery) -> Runtime:
    """This process's runtime, made at the first call. Loops, pools and sockets never survive a fork."""
    with _locks[0]:
        if os.getpid() not in _runtimes:
            _runtimes[os.getpid()] = Runtime(app)
        return _runtimes[os.getpid()]


def close_runtime() -> None:
    """Close this process's runtime, if there is one."""
    runtime = _runtimes.pop(os.getpid(), None)
    if runtime is not None:
        runtime.close()
