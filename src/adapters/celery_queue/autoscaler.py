"""How many processes a worker has."""

from celery.worker.autoscale import Autoscaler


class ChimeraAutoscaler(Autoscaler):
    """One process more than there is work, and another one while work of the background is not heard.

    The one is free when somebody types a command; see `ChimeraConsumer.keep_one_for_people`.
    """

    @property
    def qty(self) -> int:
        """How many processes there should be."""
        hears_all = getattr(self.worker.consumer, "hears_background", True)
        return int(super().qty) + (1 if hears_all else 2)
