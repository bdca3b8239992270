"""The buttons under an analysis, which lead on from it."""

from typing import Any, Final

from src.core.domain.analysis import MatchAnalysis
from src.core.domain.answer_key import AnswerKey, account_mark

_BUTTON: Final = 2
_SECONDARY: Final = 2
_ALWAYS: Final = (("another", "Another match"), ("refresh", "Refresh"))


def match_buttons(analysis: MatchAnalysis, owner: str, *, details: bool) -> tuple[dict[str, Any], ...]:
    """Discord's JSON of one row: another match, this one anew, and more of it, or less where `details` are shown.

    `owner` is the Discord user whose answer it is. The bot knows the buttons by their `custom_id`, whichever process
    sent them and when.
    """
    key = AnswerKey(analysis.match_id, account_mark(analysis.puuid), owner).text
    more = ("less", "Less") if details else ("details", "Details")
    return tuple(_button(f"chimera:match:{name}:{key}", label) for name, label in (*_ALWAYS, more))


def _button(custom_id: str, label: str) -> dict[str, Any]:
    return {"type": _BUTTON, "style": _SECONDARY, "label": label, "custom_id": custom_id}
