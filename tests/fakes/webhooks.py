"""Webhooks that go nowhere."""

from dataclasses import dataclass

from pydantic import SecretStr

from src.adapters.webhooks.addresses import WebhookAddresses
from src.core.errors import Unavailable, WebhookRefused


@dataclass(frozen=True, slots=True)
class Delivered:
    """A message as it would have been sent."""

    url: str
    message_id: str
    body: bytes
    secret: SecretStr


class FakeWebhooks:
    """Implements `Webhooks`; every receiver answers `status`, and None is no answer."""

    def __init__(self) -> None:
        self.delivered: list[Delivered] = []
        self.status: int | None = 204
        self.retry_after: float | None = None
        self._addresses = WebhookAddresses(())

    def check(self, url: str) -> None:
        """See `Webhooks.check`."""
        self._addresses.check(url)

    async def deliver(self, url: str, *, message_id: str, body: bytes, secret: SecretStr) -> None:
        """See `Webhooks.deliver`."""
        self.check(url)
        if self.status is None:
            raise Unavailable("Nobody answers.")
        self.delivered.append(Delivered(url, message_id, body, secret))
        if self.status == 410:
            raise WebhookRefused
        if not 200 <= self.status < 300:
            raise Unavailable(retry_after=self.retry_after)
