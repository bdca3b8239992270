"""The whole message of a finished analysis: embeds, picture, buttons."""

from typing import Final

from src.adapters.discord_messages.analysis_embed import analysis_embed
from src.adapters.discord_messages.chart_text import chart_description
from src.adapters.discord_messages.details_embed import details_embed
from src.adapters.discord_messages.embed_limits import TOTAL, total
from src.adapters.discord_messages.match_buttons import match_buttons
from src.adapters.discord_messages.webhook_http import Message
from src.core.domain.analysis import MatchAnalysis

_CHART_NAME: Final = "match.png"


def analysis_message(analysis: MatchAnalysis, chart: bytes | None, owner: str, *, details: bool) -> Message:
    """The answer to `owner`, a Discord user; with `details` a second embed shows everybody."""
    embed = analysis_embed(analysis, chart_name=_CHART_NAME if chart else None)
    everybody = details_embed(analysis, colour=embed["color"], limit=TOTAL - total(embed)) if details else None
    return Message(
        embeds=(embed,) if everybody is None else (embed, everybody),
        chart=chart,
        chart_name=_CHART_NAME,
        chart_description=chart_description(analysis),
        buttons=match_buttons(analysis, owner, details=details),
    )
