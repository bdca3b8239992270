"""The button that cancels a job."""

from typing import Any, Final
from uuid import UUID

_BUTTON: Final = 2
_SECONDARY: Final = 2


def cancel_button(job_id: UUID) -> dict[str, Any]:
    """Discord's JSON of the button. The bot knows it by its `custom_id`, whichever process sent it and when."""
    return {"type": _BUTTON, "style": _SECONDARY, "label": "Cancel", "custom_id": f"chimera:cancel:{job_id}"}
