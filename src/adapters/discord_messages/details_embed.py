"""Everybody in a match, in an embed of its own: a table for each team that fits a phone, and who is who."""

from collections.abc import Sequence
from itertools import groupby
from typing import Final

from src.adapters.discord_messages.embed_limits import TOTAL, Embed, fitted
from src.adapters.discord_messages.numbers import counted, kda
from src.adapters.discord_messages.table import code_tables
from src.core.domain.analysis import MatchAnalysis, ScoreboardRow
from src.core.domain.champions import champion_name
from src.core.domain.match import GameKind
from src.core.domain.plain_text import plain

_TITLE: Final = "Everybody"
_LEGEND: Final = "Gold and damage to champions in thousands."
_HUNDRED_THOUSAND: Final = 100_000

Rows = Sequence[ScoreboardRow]


def details_embed(analysis: MatchAnalysis, *, colour: int, limit: int = TOTAL) -> Embed:
    """The embed; its texts are at most `limit` long together."""
    rows = analysis.scoreboard
    tables = _by_place(rows) if analysis.kind is GameKind.ARENA else _by_team(rows)
    sections = [*tables, ("Who played", _players(rows))]
    fields = [{"name": name, "value": value, "inline": False} for name, value in sections if value]
    return fitted({"title": _TITLE, "description": _LEGEND, "color": colour, "fields": fields}, limit=limit)


def _by_team(rows: Rows) -> list[tuple[str, str]]:
    """A heading and a table for each side of the board."""
    teams = _sides(rows)
    tables = code_tables(
        ("", "K/D/A", "CS", "Gold", "Dmg"),
        [
            [(_who(row), _score(row), str(row.cs), _thousands(row.gold), _whole(row.damage)) for row in team]
            for team in teams
        ],
    )
    return list(zip(map(_heading, teams), tables, strict=True))


def _heading(team: Rows) -> str:
    whose = "Your team" if any(row.is_me for row in team) else "Enemy team"
    kills = counted(sum(row.kills for row in team), "kill")
    return f"{whose} · {kills} · {_thousands(sum(row.gold for row in team))}k gold"


def _by_place(rows: Rows) -> list[tuple[str, str]]:
    """One table for all teams of an Arena."""
    cells = [
        (_who(row, f"{row.placement or '-'} "), _score(row), _thousands(row.gold), _whole(row.damage)) for row in rows
    ]
    return [("By place", table) for table in code_tables(("", "K/D/A", "Gold", "Dmg"), [cells] if cells else [])]


def _players(rows: Rows) -> str:
    """Champions with their players, a line for each side; bots and who is not to be named are left out."""
    return "\n".join(filter(None, (_named(side) for side in _sides(rows))))


def _named(side: Rows) -> str:
    named = (row for row in side if row.name not in {"", row.champion})
    return " · ".join(f"**{plain(champion_name(row.champion))}** {plain(row.name)}" for row in named)


def _sides(rows: Rows) -> list[Rows]:
    return [list(side) for _side, side in groupby(rows, key=lambda row: row.side)]


def _who(row: ScoreboardRow, place: str = "") -> str:
    """The champion, the player's own one with a mark before it."""
    return f"{'>' if row.is_me else ' '}{place}{champion_name(row.champion)}"


def _score(row: ScoreboardRow) -> str:
    return kda(row.kills, row.deaths, row.assists)


def _thousands(amount: int) -> str:
    return _whole(amount) if amount >= _HUNDRED_THOUSAND else f"{amount / 1000:.1f}"


def _whole(amount: int) -> str:
    """Thousands without a decimal, which leaves a name its last letter."""
    return f"{amount / 1000:.0f}"
