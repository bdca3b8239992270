"""The buttons under a profile, which lead on from it."""

from typing import Any, Final

from src.core.domain.answer_key import AnswerKey, account_mark
from src.core.domain.profile import Profile, counts

_BUTTON: Final = 2
_SECONDARY: Final = 2


def profile_buttons(profile: Profile, owner: str) -> tuple[dict[str, Any], ...]:
    """Discord's JSON of one row: the newest matches fetched, and the last game that counts explained.

    `owner` is the Discord user whose answer it is. The bot knows the buttons by their `custom_id`, whichever process
    sent them and when.
    """
    mark = account_mark(profile.puuid)
    buttons = [("Fetch newest", f"chimera:profile:fetch:{mark}:{owner}")]
    last = next(filter(counts, profile.played.latest), None)
    if last is not None:
        buttons.append(("Explain last game", f"chimera:match:refresh:{AnswerKey(last.match_id, mark, owner).text}"))
    return tuple(
        {"type": _BUTTON, "style": _SECONDARY, "label": label, "custom_id": custom_id} for label, custom_id in buttons
    )
