"""One event loop per process for callers that have none."""

import asyncio
import signal
import subprocess
import sys
import textwrap
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from types import FrameType

import pytest

from src.adapters.celery_queue import CelerySettings, create_celery_app
from src.bootstrap.runtime import Runtime
from src.core.errors import MatchNotFound

PROJECT = Path(__file__).resolve().parents[3]


@pytest.fixture
def runtime() -> Iterator[Runtime]:
    app = create_celery_app(CelerySettings(_env_file=None))
    runtime = Runtime(app)
    yield runtime
    runtime.close()
    app.close()


async def which_thread() -> str:
    return threading.current_thread().name


def test_work_is_done_in_a_loop_of_its_own_and_waited_for(runtime: Runtime) -> None:
    assert runtime.run(which_thread()) == "chimera-loop" != threading.current_thread().name


def test_errors_come_back_as_they_are(runtime: Runtime) -> None:
    async def fail() -> None:
        raise MatchNotFound

    with pytest.raises(MatchNotFound):
        runtime.run(fail())


def is_waiting(thread: int) -> bool:
    """Whether a thread is inside `Future.result`."""
    frame = sys._current_frames().get(thread)
    callers = [frame, frame.f_back] if frame else []
    return [caller.f_code.co_name for caller in callers if caller] == ["wait", "result"]


def test_an_interruption_cancels_the_work(runtime: Runtime) -> None:
    """Celery's soft time limit interrupts the waiting thread."""
    cancelled = threading.Event()

    class TooLong(Exception):
        pass

    async def work() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            cancelled.set()

    def interrupt(_number: int, _frame: FrameType | None) -> None:
        raise TooLong

    before = signal.signal(signal.SIGUSR1, interrupt)
    main_thread = threading.main_thread().ident
    assert main_thread is not None

    def interrupt_once_it_waits() -> None:
        while not is_waiting(main_thread):
            time.sleep(0.001)
        signal.pthread_kill(main_thread, signal.SIGUSR1)

    watcher = threading.Thread(target=interrupt_once_it_waits)
    watcher.start()
    try:
        with pytest.raises(TooLong):
            runtime.run(work())
    finally:
        watcher.join()
        signal.signal(signal.SIGUSR1, before)
    assert cancelled.wait(5)


def test_work_in_the_background_lives_until_the_end() -> None:
    app = create_celery_app(CelerySettings(_env_file=None))
    runtime = Runtime(app)
    began, ended = threading.Event(), threading.Event()

    async def keep_going() -> None:
        began.set()
        try:
            await asyncio.Event().wait()
        finally:
            ended.set()

    runtime.start(keep_going())
    assert began.wait(5)
    assert not ended.is_set()
    runtime.close()
    assert ended.is_set()
    assert not any(thread.name == "chimera-loop" for thread in threading.enumerate())
    app.close()


def test_a_forked_process_has_a_runtime_of_its_own(tmp_path: Path) -> None:
    """Even if it was forked while another thread was making the parent's."""
    program = textwrap.dedent("""
        import os
        from src.adapters.celery_queue import CelerySettings, create_celery_app
        from src.bootstrap import runtime as module

        async def pid():
            return os.getpid()

        app = create_celery_app(CelerySettings())
        mine = module.runtime_of(app)
        assert module.runtime_of(app) is mine
        with module._locks[0]:
            child = os.fork()
        if child == 0:
            theirs = module.runtime_of(app)
            os._exit(0 if theirs is not mine and theirs.run(pid()) == os.getpid() else 1)
        code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        assert mine.run(pid()) == os.getpid()
        module.close_runtime()
        module.close_runtime()
        raise SystemExit(code)
    """)
    ended = subprocess.run(
        [sys.executable, "-c", program], cwd=tmp_path, env={"PYTHONPATH": str(PROJECT)}, capture_output=True,
        text=True, timeout=60, check=False,
    )  # fmt: skip
    assert (ended.returncode, ended.stderr) == (0, "")
