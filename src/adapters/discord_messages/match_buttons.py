"""The buttons under an analysis, which lead on from it."""

from typing import Any, Final

from src.adapters.discord_messages.buttons import button
from src.core.domain.analysis import MatchAnalysis
from src.core.domain.answer_key import AnswerKey, account_mark

_ALWAYS: Final = (("another", "Another match"), ("refresh", "Refresh"))


def match_buttons(analysis: MatchAnalysis, owner: str, *, details: bool) -> tuple[dict[str, Any], ...]:
    """Discord's JSON of one row: another match, this one anew, and more of it, or less where `details` are shown.

    `owner` is the Discord user whose answer it is.
    """
    key = AnswerKey(analysis.match_id, account_mark(analysis.puuid), owner)
    more = ("less", "Less") if details else ("details", "Details")
    return tuple(match_button(label, name, key) for name, label in (*_ALWAYS, more))


def match_button(label: str, name: str, key: AnswerKey) -> dict[str, Any]:
    """Discord's JSON of a button that leads on to the match of this key, or from it."""
    return button(label, f"chimera:match:{name}:{key.text}")
