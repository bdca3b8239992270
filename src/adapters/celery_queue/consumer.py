"""The part of a worker that talks to Redis, and decides what it hears."""

from collections.abc import Callable
from typing import Any

import structlog
from celery.worker import state
from celery.worker.consumer import Consumer

from src.adapters.celery_queue.settings import BACKGROUND_QUEUES

_log = structlog.get_logger(__name__)
_LOOK_EVERY = 0.25  # seconds


class ChimeraConsumer(Consumer):
    """A consumer that keeps a process free for people, and outlives every loss of its connection.

    Work in the background may wait for Riot's budget for minutes. Where it had all processes, an `/analyze` would wait
    as long: so while all processes but one are at such work, its queues are not heard.

    With Celery 5.7.0 and Kombu 5.7.0 both methods end the worker with an AttributeError where Redis goes in the midst
    of a poll while a task is at work. What Redis does not hear here costs a hint too many, which does no harm.
    """

    task_consumer: Any  # Celery sets these two, and its stubs do not know them
    controller: Any
    _look: Any = None

    def create_task_handler(self, *args: Any, **kwargs: Any) -> Callable[[Any], None]:
        """As Celery's; after each message it looks whether one more of that kind would be too many."""
        handle = super().create_task_handler(*args, **kwargs)
        if self._look is not None:
            self._look.cancel()
        self._look = self.timer.call_repeatedly(_LOOK_EVERY, self.keep_one_for_people)

        def on_task_received(message: Any) -> None:
            handle(message)
            self.keep_one_for_people()

        return on_task_received

    def keep_one_for_people(self) -> None:
        """Hear the queues of background work only while more than one process is free of it.

        A lone process hears them whenever it is free, and so does a worker that serves nothing else (`-Q`).
        """
        at_work = sum(_queue_of(request) in BACKGROUND_QUEUES for request in list(state.reserved_requests))
        spare = 1 if self._serves_people() else 0
        if at_work < max(1, self.pool.num_processes - spare):
            self._hear_all()
            return
        for queue in BACKGROUND_QUEUES:
            self.task_consumer.cancel_by_queue(queue)
        scaler = getattr(self.controller, "autoscaler", None)
        if scaler is not None:
            scaler.maybe_scale()

    @property
    def hears_background(self) -> bool:
        """True if it takes work of the background, where it is asked to at all."""
        own = self._own_background()
        return not own or any(self.task_consumer.consuming_from(queue) for queue in own)

    def _hear_all(self) -> None:
        unheard = [queue for queue in self._own_background() if not self.task_consumer.consuming_from(queue)]
        for queue in unheard:
            self.task_consumer.add_queue(self.app.amqp.queues[queue])
        if unheard:
            self.task_consumer.consume()

    def _serves_people(self) -> bool:
        return any(queue not in BACKGROUND_QUEUES for queue in self.app.amqp.queues.consume_from)

    def _own_background(self) -> list[str]:
        """Those of the background queues that this worker serves (`WORKER_QUEUE`, `-Q`)."""
        return [queue for queue in BACKGROUND_QUEUES if queue in self.app.amqp.queues.consume_from]

    def on_connection_error_after_connected(self, exc: Exception) -> None:
        """As Celery's, whatever closing the lost connection raises.

        It is closed twice: the first time fails halfway, the second one finds its transport gone.
        """
        try:
            super().on_connection_error_after_connected(exc)
        except Exception as error:  # noqa: BLE001 - it is lost anyhow
            _log.warning("lost_connection_not_closed", reason=type(error).__name__)

    def call_soon_ack(self, p: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        """As Celery's, but for a message whose connection is lost by then: nobody is there to acknowledge it to."""
        return super().call_soon_ack(_unless_lost, p, *args, **kwargs)  # type: ignore[misc]  # not in the stubs


def _queue_of(request: Any) -> str:
    return str((request.delivery_info or {}).get("routing_key", ""))


def _unless_lost(acknowledge: Callable[..., Any], *args: Any, **kwargs: Any) -> None:
    message = acknowledge.__self__  # type: ignore[attr-defined]  # a message's bound method
    transport = message.channel.connection
    if transport is None or transport.client is None:
        _log.info("message_not_acknowledged", delivery_tag=message.delivery_tag)
        return
    acknowledge(*args, **kwargs)
