"""Jobs to submit, and the reply of somebody who waits."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from pydantic import SecretStr

from src.core.domain.job import NewJob
from src.core.domain.reply import Reply


def a_reply(**changes: Any) -> Reply:
    """A reply to user 4242."""
    fields: dict[str, Any] = {
        "application_id": "1",
        "token": SecretStr("interaction-token"),
        "expires_at": datetime(2026, 3, 14, 12, 15, tzinfo=UTC),
        "channel_id": "77",
        "user_id": "4242",
    }
    return Reply(**fields | changes)


def a_new_job(number: int = 1, **changes: Any) -> NewJob:
    """A background job whose id is `number`; nobody waits for it and no rate holds it up."""
    fields: dict[str, Any] = {
        "id": UUID(int=number),
        "kind": "src.tasks.match_tasks.fetch_and_store_match",
        "arguments": {"match_id": f"EUW1_{number}"},
        "queue": "matches",
    }
    return NewJob(**fields | changes)
