"""The part of a worker that talks to Redis."""

import structlog
from celery.worker.consumer import Consumer

_log = structlog.get_logger(__name__)


class ChimeraConsumer(Consumer):
    """A consumer that outlives every loss of its connection."""

    def on_connection_error_after_connected(self, exc: Exception) -> None:
        """As Celery's, whatever closing the lost connection raises.

        Where Redis goes in the midst of a poll while a task is at work, Celery 5.7.0 closes the connection twice: the
        first time fails halfway, the second one finds its transport gone (AttributeError), and that ended the worker.
        """
        try:
            super().on_connection_error_after_connected(exc)
        except Exception as error:  # noqa: BLE001 - it is lost anyhow, and what was unacknowledged comes again
            _log.warning("lost_connection_not_closed", reason=type(error).__name__)
