"""A worker's connection to Redis: losing it never ends the worker."""

from collections.abc import Callable, Iterator
from typing import Any, cast

import pytest
from celery.worker.consumer import Consumer
from kombu import Connection, Message
from kombu.utils.imports import symbol_by_name

from src.adapters.celery_queue import CelerySettings, create_celery_app
from src.adapters.celery_queue.consumer import ChimeraConsumer


class HubAtOnce:
    """An event loop that does not wait."""

    def call_soon(self, call: Callable[[], Any]) -> None:
        call()


@pytest.fixture
def consumer() -> ChimeraConsumer:
    """A consumer of which only what the tests need is there."""
    made: Any = ChimeraConsumer.__new__(ChimeraConsumer)
    made.hub = HubAtOnce()
    return cast("ChimeraConsumer", made)


@pytest.fixture
def connection() -> Iterator[Connection]:
    with Connection("memory://") as opened:
        yield opened


class Acknowledged(Message):
    """A message that notes when it is acknowledged."""

    times = 0

    def ack_log_error(self, *_: Any, **__: Any) -> None:
        self.times += 1


def test_workers_use_this_consumer() -> None:
    assert symbol_by_name(create_celery_app(CelerySettings()).conf.worker_consumer) is ChimeraConsumer


def test_a_lost_connection_that_cannot_be_closed_is_given_up(
    consumer: ChimeraConsumer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What Kombu raises when its transport is gone already is no connection error, so Celery lets it pass."""

    def fails(*_: Any) -> None:
        raise AttributeError("'NoneType' object has no attribute 'hostname'")

    monkeypatch.setattr(Consumer, "on_connection_error_after_connected", fails)
    consumer.on_connection_error_after_connected(ConnectionRefusedError())


def test_a_message_is_acknowledged_where_it_came_from(consumer: ChimeraConsumer, connection: Connection) -> None:
    message = Acknowledged(channel=connection.channel(), delivery_tag="1")
    consumer.call_soon_ack(message.ack_log_error)
    assert message.times == 1


def test_a_message_of_a_lost_connection_is_not_acknowledged(consumer: ChimeraConsumer, connection: Connection) -> None:
    """It comes again, and the ledger knows that it is done."""
    message = Acknowledged(channel=connection.channel(), delivery_tag="1")
    connection.collect()
    consumer.call_soon_ack(message.ack_log_error)
    assert message.times == 0
