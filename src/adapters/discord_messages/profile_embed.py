"""A player's profile as an embed that reads on a phone."""

from datetime import datetime
from typing import Final

from src.adapters.discord_messages.embed_limits import Embed, fitted
from src.adapters.discord_messages.numbers import counted, ordinal, percent
from src.core.domain.account import LeagueEntry
from src.core.domain.champions import champion_name
from src.core.domain.match import Outcome
from src.core.domain.match_summary import MatchSummary
from src.core.domain.plain_text import plain
from src.core.domain.profile import FLEX, SOLO, ChampionTally, Form, PlayedMatches, Profile, RoleTally, Tally, counts
from src.core.domain.queues import queue_name

_COLOUR: Final = 0x56B4E9
_TIER_COLOURS: Final = {
    "IRON": 0x6B5F5C, "BRONZE": 0xA06A42, "SILVER": 0x93A3AC, "GOLD": 0xD9A441, "PLATINUM": 0x4BA3A0,
    "EMERALD": 0x2EAD6B, "DIAMOND": 0x6A86E8, "MASTER": 0xA65BD9, "GRANDMASTER": 0xD94B4B, "CHALLENGER": 0xF2C75C,
}  # fmt: skip
_LADDERS: Final = {SOLO: "Solo/Duo", FLEX: "Flex"}
# Told apart with any colour vision, as the chart's colours are.
_MARKS: Final = {Outcome.WIN: "🟦", Outcome.LOSS: "🟧", Outcome.REMAKE: "⬛", Outcome.ABORTED: "⬛"}
_ROLES: Final = {"TOP": "Top", "JUNGLE": "Jungle", "MIDDLE": "Mid", "BOTTOM": "Bot", "UTILITY": "Support"}
_ROW: Final = 10  # marks: what a phone shows in one line
_STREAK: Final = 3  # games
_NO_ANSWER: Final = "Riot did not answer just now, so there is no rank here."
_COMING: Final = "Nothing is stored yet. Your latest matches are on their way: this fills up in a moment."
_NOTHING: Final = "No matches are stored yet, and Riot lists none. After your next game, press **Fetch newest**."
_UNASKED: Final = "No matches are stored yet. Press **Fetch newest** to get your latest ones."
_DISCLAIMER: Final = "Not endorsed by Riot Games"


def profile_embed(profile: Profile, now: datetime, *, fetched: int | None = None, is_fetching: bool = False) -> Embed:
    """The embed of a profile; `fetched` and `is_fetching` as in `Answers.deliver_profile`."""
    played = profile.played
    if played.stored:
        notice = _freshness(played, fetched, now)
    else:
        notice = _COMING if is_fetching else _UNASKED if fetched is None else _NOTHING
    fields = [*_form(played.form), *_champions(played.champions), *_roles(played.roles), *_latest(played.latest)]
    return fitted(
        {
            "title": plain(str(profile.riot_id)),
            "description": "\n".join([_place(profile), *_rank(profile), "", notice]),
            "color": _colour(profile),
            "fields": [{"name": name, "value": value, "inline": False} for name, value in fields],
            "footer": {"text": _DISCLAIMER},
        }
    )


def _place(profile: Profile) -> str:
    region = profile.platform.upper()
    return region if profile.level is None else f"{region} · level {profile.level:,}"


def _rank(profile: Profile) -> list[str]:
    if profile.entries is None:
        return [_NO_ANSWER]
    return [_ladder(entry) for entry in profile.ladders] or ["Unranked"]


def _ladder(entry: LeagueEntry) -> str:
    games = entry.wins + entry.losses
    won = f" ({percent(entry.wins / games)})" if games else ""
    tier = plain(" ".join([entry.tier.capitalize(), *([] if entry.is_apex else [entry.division])]))
    return (
        f"{_LADDERS[entry.queue]}: **{tier}** · {entry.league_points:,} LP\n"
        f"{counted(entry.wins, 'win')}, {counted(entry.losses, 'loss', 'losses')}{won}"
    )


def _colour(profile: Profile) -> int:
    return next((_TIER_COLOURS.get(entry.tier, _COLOUR) for entry in profile.ladders), _COLOUR)


def _freshness(played: PlayedMatches, fetched: int | None, now: datetime) -> str:
    number = counted(played.stored, "stored match", "stored matches")
    source = number if played.are_all else f"the newest {number}"
    newest = f", newest {_relative(played.newest_at)}" if played.newest_at else ""
    return f"From {source}{newest}.{_news(fetched, now)}"


def _news(fetched: int | None, now: datetime) -> str:
    if fetched is None:
        return ""
    return f"\nRiot was asked {_relative(now)}: {f'{fetched:,} new' if fetched else 'nothing new'}."


def _form(form: Form) -> list[tuple[str, str]]:
    tally = form.tally
    if not tally.games:
        return []
    marks = "".join(_MARKS[result] for result in form.results)
    rows = [marks[start : start + _ROW] for start in range(0, len(marks), _ROW)]
    streak = f" · 🔥 {form.winning_streak} wins in a row" if form.winning_streak >= _STREAK else ""
    per_game = " / ".join(f"{number / tally.games:.1f}" for number in (tally.kills, tally.deaths, tally.assists))
    pace = "" if form.cs_per_minute is None else f" · {form.cs_per_minute:.1f} CS/min"
    lines = [f"{_record(tally)}{streak}", *rows, f"{per_game} · KDA {tally.kda:.1f}{pace}"]
    if form.average_place is not None:
        lines.append(f"Arena: place {form.average_place:.1f} on average")
    name = "Last game" if tally.games == 1 else f"Last {tally.games} games"
    return [(f"{name} (newest first)" if tally.games > 1 else name, "\n".join(lines))]


def _record(tally: Tally) -> str:
    return f"**{counted(tally.wins, 'win')}**, {counted(tally.losses, 'loss', 'losses')} ({percent(tally.win_rate)})"


def _champions(champions: tuple[ChampionTally, ...]) -> list[tuple[str, str]]:
    lines = [
        f"**{_champion(one.champion)}** · {counted(one.tally.games, 'game')} · {percent(one.tally.win_rate)} won · "
        f"KDA {one.tally.kda:.1f}"
        for one in champions
    ]
    return [("Champions", "\n".join(lines))] if lines else []


def _roles(roles: tuple[RoleTally, ...]) -> list[tuple[str, str]]:
    lines = [
        f"**{_ROLES[one.position]}** {percent(one.share)} of games · {percent(one.tally.win_rate)} won" for one in roles
    ]
    return [("Roles", "\n".join(lines))] if lines else []


def _latest(latest: tuple[MatchSummary, ...]) -> list[tuple[str, str]]:
    return [("Latest games", "\n".join(map(_game, latest)))] if latest else []


def _game(match: MatchSummary) -> str:
    place = f" · {ordinal(match.placement)}" if match.placement is not None and counts(match) else ""
    queue = plain(queue_name(match.queue_id, match.mode))
    return (
        f"{_MARKS[match.outcome]} **{_champion(match.champion)}** {match.kills}/{match.deaths}/{match.assists}{place}"
        f" · {queue}\n{_relative(match.ended_at)} · `{match.match_id}`"
    )


def _champion(key: str) -> str:
    return plain(champion_name(key))


def _relative(moment: datetime) -> str:
    """As Discord shows it to everybody in their own words, and keeps up to date."""
    return f"<t:{int(moment.timestamp())}:R>"
