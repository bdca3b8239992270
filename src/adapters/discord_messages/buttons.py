"""Buttons, which the bot knows by their `custom_id`, whichever process sent them and when."""

from typing import Any, Final

_BUTTON: Final = 2
_SECONDARY: Final = 2


def button(label: str, custom_id: str) -> dict[str, Any]:
    """Discord's JSON of one."""
    return {"type": _BUTTON, "style": _SECONDARY, "label": label, "custom_id": custom_id}
