"""The part of a worker that talks to Redis."""

from collections.abc import Callable
from typing import Any

import structlog
from celery.worker.consumer import Consumer

_log = structlog.get_logger(__name__)


class ChimeraConsumer(Consumer):
    """A consumer that outlives every loss of its connection.

    With Celery 5.7.0 and Kombu 5.7.0 both methods end the worker with an AttributeError where Redis goes in the midst
    of a poll while a task is at work. What Redis does not hear here costs a hint too many, which does no harm.
    """

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


def _unless_lost(acknowledge: Callable[..., Any], *args: Any, **kwargs: Any) -> None:
    message = acknowledge.__self__  # type: ignore[attr-defined]  # a message's bound method
    transport = message.channel.connection
    if transport is None or transport.client is None:
        _log.info("message_not_acknowledged", delivery_tag=message.delivery_tag)
        return
    acknowledge(*args, **kwargs)
