"""A stored match in a list to choose from."""

from datetime import datetime
from typing import Final

from src.adapters.discord_messages.numbers import ago, game_clock, kda, ordinal
from src.core.domain.champions import champion_name
from src.core.domain.match import Outcome
from src.core.domain.match_summary import MatchSummary
from src.core.domain.plain_text import clipped
from src.core.domain.queues import queue_name
from src.core.ports.answers import MatchLabel

_LENGTH: Final = 100
_OUTCOMES: Final = {
    Outcome.WIN: "win", Outcome.LOSS: "loss", Outcome.REMAKE: "remake", Outcome.ABORTED: "aborted",
}  # fmt: skip


def match_label(match: MatchSummary, now: datetime) -> MatchLabel:
    """For example `Ahri, win, 12/3/9, 2 h ago`, and beside it `Ranked Solo · 31:20`."""
    is_placed = match.placement is not None and match.outcome in {Outcome.WIN, Outcome.LOSS}
    result = ordinal(match.placement or 0) if is_placed else _OUTCOMES[match.outcome]
    score = kda(match.kills, match.deaths, match.assists)
    when = ago((now - match.started_at).total_seconds() - match.duration_s)
    line = ", ".join((champion_name(match.champion), result, score, when))
    beside = f"{queue_name(match.queue_id, match.mode)} · {game_clock(match.duration_s)}"
    return MatchLabel(clipped(line, _LENGTH), clipped(beside, _LENGTH))
