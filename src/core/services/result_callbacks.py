"""Asking for a callback: a job that tells an address how another job ended."""

import hashlib
from uuid import UUID

from pydantic import SecretStr

from src.core.domain.job import NewJob
from src.core.errors import WebhookRefused
from src.core.ports.randomness import Randomness
from src.core.ports.webhooks import Webhooks

DELIVER_WEBHOOK = "src.tasks.webhook_tasks.deliver_webhook"
DELIVERY_RETRIES = 8


class ResultCallbacks:
    """Makes the jobs that deliver results; they are submitted together with the jobs they follow."""

    def __init__(self, webhooks: Webhooks, randomness: Randomness, secret: SecretStr) -> None:
        """`secret` is the setting WEBHOOK_SECRET; without one there are no callbacks."""
        self._webhooks = webhooks
        self._randomness = randomness
        self._is_on = bool(secret.get_secret_value())

    def job_for(self, url: str, *, of: UUID, key_id: str | None, request_key: str | None = None) -> NewJob:
        """The job that tells `url` how the job `of` ended, once it has, whichever way.

        `key_id`: the API key whose secret signs it (None: the API is open). `request_key`: that of the request;
        the same request is called back once.

        Raises:
            WebhookRefused: the address must not be called, or WEBHOOK_SECRET is not set.
        """
        if not self._is_on:
            # The client's to mend, by leaving it out: a server without callbacks has no defect.
            raise WebhookRefused("This Chimera calls nobody back: WEBHOOK_SECRET is not set.")
        self._webhooks.check(url)
        return NewJob(
            id=self._randomness.job_id(),
            kind=DELIVER_WEBHOOK,
            arguments={"url": url, "task_id": str(of), "key_id": key_id},
            queue="default",
            max_retries=DELIVERY_RETRIES,
            follows=of,
            follows_any_end=True,
            # With a blank, which no client's key has: none of theirs is this one.
            request_key=f"{request_key} callback" if request_key else None,
            request_fingerprint=hashlib.sha256(url.encode()).hexdigest() if request_key else None,
        )
