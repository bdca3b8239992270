"""Publishing needs no result backend, whatever the environment says."""

import pytest
from celery.backends.base import DisabledBackend

from src.adapters.celery_queue import create_celery_app
from src.adapters.celery_queue.app import publisher_of


def test_the_environments_result_backend_is_not_subscribed_to(monkeypatch: pytest.MonkeyPatch) -> None:
    """Celery reads CELERY_RESULT_BACKEND itself, before its configuration; each publication would subscribe there."""
    monkeypatch.setenv("CELERY_RESULT_BACKEND", "redis://127.0.0.1:1/2")
    assert isinstance(publisher_of(create_celery_app()).backend, DisabledBackend)
