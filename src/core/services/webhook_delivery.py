"""Telling a client's address how a job ended."""

import json
from uuid import UUID

from pydantic import SecretStr

from src.core.domain.job import Job, JobState
from src.core.domain.job_view import task_view
from src.core.domain.webhook_secret import webhook_secret_for
from src.core.errors import ConfigurationError, Unavailable
from src.core.ports.job_ledger import JobLedger
from src.core.ports.webhooks import Webhooks

_TYPES = {
    JobState.SUCCEEDED: "task.completed",
    JobState.FAILED: "task.failed",
    JobState.CANCELLED: "task.cancelled",
}


class WebhookDelivery:
    """Sends `{"type", "timestamp", "data"}`, signed with the client's own secret."""

    def __init__(self, ledger: JobLedger, webhooks: Webhooks, secret: SecretStr) -> None:
        """`secret` is the setting WEBHOOK_SECRET."""
        self._ledger = ledger
        self._webhooks = webhooks
        self._secret = secret

    async def deliver(self, job_id: UUID, url: str, key_id: str | None, *, message_id: UUID) -> str:
        """Tell `url` how a job ended; answers the message's type, `task.completed`, `.failed` or `.cancelled`.

        `message_id` is the same in every attempt, so that a receiver can tell a repetition. `data` is the
        job's `task_view`, `timestamp` when it ended (ISO 8601).

        Raises:
            ConfigurationError: WEBHOOK_SECRET is not set (any more).
            JobNotFound: the job is kept no longer.
            WebhookRefused: the address must not be called, or is gone.
            Unavailable: no 2xx in time, or the job has not ended yet; worth another attempt.
        """
        if not self._secret.get_secret_value():
            raise ConfigurationError("Result callbacks are off: set WEBHOOK_SECRET.")
        job = await self._ledger.get(job_id)
        if not job.state.is_final:
            raise Unavailable("The job to tell of has not ended yet.")
        secret = webhook_secret_for(self._secret, key_id)
        await self._webhooks.deliver(url, message_id=str(message_id), body=_body(job), secret=secret)
        return _TYPES[job.state]


def _body(job: Job) -> bytes:
    told = {
        "type": _TYPES[job.state],
        "timestamp": job.finished_at.isoformat() if job.finished_at else None,
        "data": task_view(job),
    }
    return json.dumps(told, separators=(",", ":")).encode()
