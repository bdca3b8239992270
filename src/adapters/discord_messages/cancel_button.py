"""The button that cancels a job."""

from typing import Any
from uuid import UUID

from src.adapters.discord_messages.buttons import button


def cancel_button(job_id: UUID) -> dict[str, Any]:
    """Discord's JSON of it."""
    return button("Cancel", f"chimera:cancel:{job_id}")
