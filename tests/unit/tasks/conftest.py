"""Tasks over fakes."""

from collections.abc import Iterator

import pytest
from celery.backends.base import DisabledBackend

from src.tasks import runtime_task
from src.tasks.celery_app import celery_app
from src.tasks.job_task import JobTask
from tests.unit.tasks.in_process import InProcess


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> Iterator[InProcess]:
    """A worker over fakes; `.delay()` submits to it."""
    celery_app.loader.import_default_modules()
    world = InProcess()
    monkeypatch.setattr(runtime_task, "runtime_of", lambda _app: world)
    monkeypatch.setattr(JobTask, "backend", DisabledBackend(celery_app))
    yield world
    world.loop.close()
