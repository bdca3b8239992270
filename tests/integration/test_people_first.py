"""A real worker whose processes are wanted by work that nobody waits for."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from celery import Celery

from src.adapters.celery_queue import CelerySettings, create_celery_app

PROJECT = Path(__file__).resolve().parents[2]
SECONDS = 1.5


@pytest.fixture
def app(broker_url: str, result_backend: str) -> Celery:
    settings = CelerySettings.model_validate({"celery_broker_url": broker_url, "celery_result_backend": result_backend})
    return create_celery_app(settings)


@pytest.fixture(params=["two processes", "from two processes to four"])
def worker(request: pytest.FixtureRequest, app: Celery, tmp_path: Path) -> Iterator[None]:
    size = {"WORKER_AUTOSCALE": "off", "WORKER_CONCURRENCY": "2"}
    if "four" in request.param:
        size = {"WORKER_AUTOSCALE": "4,2"}
    addresses = {"CELERY_BROKER_URL": app.conf.broker_url, "CELERY_RESULT_BACKEND": app.conf.result_backend}
    argv = [sys.executable, "-m", "celery", "-A", "tests.integration.sleepy_worker:app", "worker"]
    with (tmp_path / "log").open("wb") as log:
        process = subprocess.Popen(argv, cwd=PROJECT, env=os.environ | addresses | size, stdout=log, stderr=log)
        try:
            deadline = time.monotonic() + 30
            while not app.control.inspect(timeout=0.5).ping():
                assert process.poll() is None, (tmp_path / "log").read_text()
                assert time.monotonic() < deadline
            yield
        finally:
            process.send_signal(signal.SIGQUIT)
            process.wait(20)


@pytest.mark.usefixtures("worker")
def test_people_are_served_at_once_and_the_rest_goes_on(app: Celery) -> None:
    waiting = [app.send_task("sleepy.background", [SECONDS], queue="matches") for _ in range(5)]
    time.sleep(1)
    began = time.time()
    assert app.send_task("sleepy.for_people", queue="default").get(timeout=10) - began < 1.0
    assert not all(result.ready() for result in waiting)
    starts = sorted(result.get(timeout=40) for result in waiting)
    at_once = max(sum(start <= other < start + SECONDS for other in starts) for start in starts)
    assert at_once in {1, 3}  # all processes but one
