"""A real worker whose processes are wanted by work that nobody waits for."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from celery import Celery

from src.adapters.celery_queue import CelerySettings, create_celery_app

PROJECT = Path(__file__).resolve().parents[2]
SECONDS = 4.0  # of a background task
AT_ONCE = 2.0  # seconds: what a busy machine may need, and less than what is left of such a task a second later


@pytest.fixture
def app(broker_url: str, result_backend: str) -> Celery:
    settings = CelerySettings.model_validate({"celery_broker_url": broker_url, "celery_result_backend": result_backend})
    return create_celery_app(settings)


@dataclass(frozen=True)
class Size:
    """How a worker is sized, and of how many background tasks at once it may be at most when all wait for it."""

    settings: dict[str, str]
    most: range


TWO = Size({"WORKER_AUTOSCALE": "off", "WORKER_CONCURRENCY": "2"}, most=range(1, 2))
# On a busy machine the first tasks may end before it has grown.
TWO_TO_FOUR = Size({"WORKER_AUTOSCALE": "4,2"}, most=range(2, 4))


@pytest.fixture(params=[TWO, TWO_TO_FOUR], ids=["two processes", "from two processes to four"])
def worker(request: pytest.FixtureRequest, app: Celery, tmp_path: Path) -> Iterator[Size]:
    size: Size = request.param
    addresses = {"CELERY_BROKER_URL": app.conf.broker_url, "CELERY_RESULT_BACKEND": app.conf.result_backend}
    argv = [sys.executable, "-m", "celery", "-A", "tests.integration.sleepy_worker:app", "worker"]
    env = os.environ | addresses | size.settings
    with (tmp_path / "log").open("wb") as log:
        process = subprocess.Popen(argv, cwd=PROJECT, env=env, stdout=log, stderr=log, start_new_session=True)
        try:
            deadline = time.monotonic() + 30
            while not app.control.inspect(timeout=0.5).ping():
                assert process.poll() is None, (tmp_path / "log").read_text()
                assert time.monotonic() < deadline
            yield size
        finally:
            _end(process)


def _end(worker: "subprocess.Popen[bytes]") -> None:
    """End a worker that leads a session of its own; with its processes, if it does not end them in time."""
    worker.send_signal(signal.SIGQUIT)
    try:
        worker.wait(20)
    except subprocess.TimeoutExpired:
        os.killpg(worker.pid, signal.SIGKILL)
        worker.wait()


def test_people_are_served_at_once_and_the_rest_goes_on(app: Celery, worker: Size) -> None:
    waiting = [app.send_task("sleepy.background", [SECONDS], queue="matches") for _ in range(4)]
    time.sleep(1)
    began = time.time()
    assert app.send_task("sleepy.for_people", queue="default").get(timeout=20) - began < AT_ONCE
    assert not all(result.ready() for result in waiting)
    starts = sorted(result.get(timeout=60) for result in waiting)
    at_once = max(sum(start <= other < start + SECONDS for other in starts) for start in starts)
    assert at_once in worker.most  # all processes but one
