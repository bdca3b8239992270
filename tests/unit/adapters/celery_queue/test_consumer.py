"""A worker's connection to Redis: losing it never ends the worker."""

from typing import Any

import pytest
from celery.worker.consumer import Consumer
from kombu.utils.imports import symbol_by_name

from src.adapters.celery_queue import CelerySettings, create_celery_app
from src.adapters.celery_queue.consumer import ChimeraConsumer


def test_workers_use_this_consumer() -> None:
    assert symbol_by_name(create_celery_app(CelerySettings()).conf.worker_consumer) is ChimeraConsumer


def test_a_lost_connection_that_cannot_be_closed_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    """What Kombu raises when its transport is gone already is no connection error, so Celery lets it pass."""

    def fails(*_: Any) -> None:
        raise AttributeError("'NoneType' object has no attribute 'hostname'")

    monkeypatch.setattr(Consumer, "on_connection_error_after_connected", fails)
    consumer = ChimeraConsumer.__new__(ChimeraConsumer)
    consumer.on_connection_error_after_connected(ConnectionRefusedError())
