"""How the outside hears of results."""

from typing import Protocol

from pydantic import SecretStr


class Webhooks(Protocol):
    """Calls addresses that clients gave us: hostile until proven otherwise."""

    def check(self, url: str) -> None:
        """Refuse an address that can never be called (scheme, port, user, literal private address), without asking DNS.

        Raises:
            WebhookRefused: with the reason.
        """
        ...

    async def deliver(self, url: str, *, message_id: str, body: bytes, secret: SecretStr) -> None:
        """POST a signed message (Standard Webhooks: `webhook-id`, `webhook-timestamp`, `webhook-signature`).

        No redirect is followed; the name is resolved once and the connection goes to the address that was checked.

        Raises:
            WebhookRefused: the address is not allowed, or the receiver said 410 Gone.
            Unavailable: no 2xx in time; worth another attempt.
        """
        ...
