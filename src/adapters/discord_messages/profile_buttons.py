"""The buttons under a profile, which lead on from it."""

from typing import Any

from src.adapters.discord_messages.buttons import button
from src.adapters.discord_messages.match_buttons import match_button
from src.core.domain.answer_key import AnswerKey, account_mark
from src.core.domain.profile import Profile, counts


def profile_buttons(profile: Profile, owner: str) -> tuple[dict[str, Any], ...]:
    """Discord's JSON of one row: the newest matches fetched, and the last game that counts explained.

    `owner` is the Discord user whose answer it is.
    """
    mark = account_mark(profile.puuid)
    fetch = button("Fetch newest", f"chimera:profile:fetch:{mark}:{owner}")
    last = next(filter(counts, profile.played.latest), None)
    if last is None:
        return (fetch,)
    return fetch, match_button("Explain last game", "refresh", AnswerKey(last.match_id, mark, owner))
