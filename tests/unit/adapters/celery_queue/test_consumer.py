"""A worker's connection to Redis: losing it never ends the worker."""

from collections.abc import Callable, Iterator
from types import SimpleNamespace
from typing import Any, cast

import pytest
from celery.worker.consumer import Consumer
from kombu import Connection, Message, Queue
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


class HeardQueues:
    """What a consumer's connection hears."""

    def __init__(self, *queues: str) -> None:
        self.heard = set(queues)

    def consuming_from(self, queue: str) -> bool:
        return queue in self.heard

    def cancel_by_queue(self, queue: str) -> None:
        self.heard.discard(queue)

    def add_queue(self, queue: Queue) -> None:
        self.heard.add(queue.name)

    def consume(self) -> None:
        """It hears what it has."""


def _consumer_of(
    monkeypatch: pytest.MonkeyPatch, *, serves: tuple[str, ...], processes: int, at_work: list[str]
) -> tuple[ChimeraConsumer, HeardQueues]:
    made: Any = ChimeraConsumer.__new__(ChimeraConsumer)
    made.app = create_celery_app(CelerySettings())
    made.app.amqp.queues.select(serves)
    made.pool = SimpleNamespace(num_processes=processes)
    made.controller = None
    made.task_consumer = HeardQueues(*serves)
    requests = [SimpleNamespace(delivery_info={"routing_key": queue}) for queue in at_work]
    monkeypatch.setattr("celery.worker.state.reserved_requests", requests)
    return cast("ChimeraConsumer", made), made.task_consumer


@pytest.mark.parametrize(
    ("processes", "at_work", "hears"),
    [
        (3, ["matches"], True),
        (3, ["matches", "recovery"], False),
        (3, ["matches", "default", "default"], True),
        (4, ["matches", "recovery"], True),
        (1, [], True),
        (1, ["matches"], False),
    ],
)
def test_all_processes_but_one_do_work_that_nobody_waits_for(
    monkeypatch: pytest.MonkeyPatch, *, processes: int, at_work: list[str], hears: bool
) -> None:
    everything = ("default", "matches", "recovery")
    consumer, queues = _consumer_of(monkeypatch, serves=everything, processes=processes, at_work=at_work)
    consumer.keep_one_for_people()
    assert consumer.hears_background is hears
    assert queues.heard == (set(everything) if hears else {"default"})


def test_what_was_not_heard_is_heard_again(monkeypatch: pytest.MonkeyPatch) -> None:
    at_work = ["matches"]
    consumer, queues = _consumer_of(monkeypatch, serves=("default", "matches"), processes=2, at_work=at_work)
    consumer.keep_one_for_people()
    assert queues.heard == {"default"}
    monkeypatch.setattr("celery.worker.state.reserved_requests", [])
    consumer.keep_one_for_people()
    assert queues.heard == {"default", "matches"}


def test_a_worker_without_queues_for_people_uses_all_its_processes(monkeypatch: pytest.MonkeyPatch) -> None:
    consumer, queues = _consumer_of(monkeypatch, serves=("matches",), processes=2, at_work=["matches"])
    consumer.keep_one_for_people()
    assert queues.heard == {"matches"}


def test_a_worker_without_background_queues_wants_no_more_processes(monkeypatch: pytest.MonkeyPatch) -> None:
    consumer, _ = _consumer_of(monkeypatch, serves=("default",), processes=2, at_work=["default", "default"])
    consumer.keep_one_for_people()
    assert consumer.hears_background
