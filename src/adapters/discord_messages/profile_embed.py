"""A player's profile as an embed that reads on a phone."""

from datetime import datetime
from typing import Final

from src.adapters.discord_messages.embed_limits import Embed, fitted
from src.adapters.discord_messages.errors_text import error_message
from src.adapters.discord_messages.league_words import DISCLAIMER, POSITIONS
from src.adapters.discord_messages.numbers import counted, kda, ordinal, percent
from src.core.domain.account import LeagueEntry
from src.core.domain.champions import champion_name
from src.core.domain.match import Outcome
from src.core.domain.match_summary import MatchSummary
from src.core.domain.plain_text import plain
from src.core.domain.profile import (
    FLEX,
    SOLO,
    ChampionTally,
    Fetched,
    Form,
    PlayedMatches,
    Profile,
    RoleTally,
    Tally,
    Trouble,
    counts,
)
from src.core.domain.queues import queue_name
from src.core.errors import error_named

_COLOUR: Final = 0x56B4E9
_TIER_COLOURS: Final = {
    "IRON": 0x6B5F5C, "BRONZE": 0xA06A42, "SILVER": 0x93A3AC, "GOLD": 0xD9A441, "PLATINUM": 0x4BA3A0,
    "EMERALD": 0x2EAD6B, "DIAMOND": 0x6A86E8, "MASTER": 0xA65BD9, "GRANDMASTER": 0xD94B4B, "CHALLENGER": 0xF2C75C,
}  # fmt: skip
_LADDERS: Final = {SOLO: "Solo", FLEX: "Flex"}
# Told apart with any colour vision, as the chart's colours are.
_MARKS: Final = {Outcome.WIN: "🟦", Outcome.LOSS: "🟧", Outcome.REMAKE: "⬛", Outcome.ABORTED: "⬛"}
_ROW: Final = 10  # marks: what a phone shows in one line
_STREAK: Final = 3  # games
_NO_ANSWER: Final = "Riot did not answer just now, so there is no rank here."
_EMPTY: Final = "No matches are stored yet."
_UNASKED: Final = f"{_EMPTY} Press **Fetch newest** to get your latest ones."
_UNLISTED: Final = "No matches are stored yet, and Riot lists none. After your next game, press **Fetch newest**."


def coming_text(profile: Profile) -> str:
    """What is said above a profile while matches are on their way."""
    whose = "More of your matches" if profile.played.stored else "Your latest matches"
    return f"{whose} are on their way: this fills up in a moment."


def profile_embed(
    profile: Profile, now: datetime, *, fetched: Fetched | None = None, is_fetching: bool = False
) -> Embed:
    """The embed of a profile; `fetched` and `is_fetching` as in `Answers.deliver_profile`."""
    played, about = profile.played, [_place(profile), *_rank(profile)]
    if not played.stored:
        about += ["", _EMPTY if is_fetching else _why_empty(fetched)]
    fields = [
        *_form(played.form),
        *_champions(played.champions),
        *_roles(played.roles),
        *_latest(played.latest),
        *_freshness(played, fetched, now),
    ]
    return fitted(
        {
            "title": plain(str(profile.riot_id)),
            "description": "\n".join(about),
            "color": _colour(profile),
            "fields": fields,
            "footer": {"text": DISCLAIMER},
        }
    )


def _why_empty(fetched: Fetched | None) -> str:
    if fetched is None:
        return _UNASKED
    if not fetched.listed:
        return _UNLISTED
    return f"{_EMPTY} Riot lists {fetched.listed:,}, but none could be had. Press **Fetch newest** to try again."


def _place(profile: Profile) -> str:
    region = profile.platform.upper()
    return region if profile.level is None else f"{region} · level {profile.level:,}"


def _rank(profile: Profile) -> list[str]:
    if profile.entries is None:
        return [_NO_ANSWER if profile.trouble is None else _told(profile.trouble)]
    return [_ladder(entry) for entry in profile.ladders] or ["Unranked"]


def _told(trouble: Trouble) -> str:
    return error_message(error_named(trouble.kind, trouble.text), trouble.error_id).text


def _ladder(entry: LeagueEntry) -> str:
    tally = Tally(wins=entry.wins, losses=entry.losses)
    rate = "" if tally.win_rate is None else f", {percent(tally.win_rate)}"
    won = f" · {entry.wins:,}W {entry.losses:,}L{rate}" if tally.games else ""
    tier = plain(" ".join([entry.tier.capitalize(), *([] if entry.is_apex else [entry.division])]))
    return f"**{tier}** {entry.league_points:,} LP {_LADDERS[entry.queue]}{won}"


def _colour(profile: Profile) -> int:
    return next((_TIER_COLOURS.get(entry.tier, _COLOUR) for entry in profile.ladders), _COLOUR)


def _form(form: Form) -> list[Embed]:
    tally = form.tally
    if not tally.games:
        return []
    won, lost = _MARKS[Outcome.WIN], _MARKS[Outcome.LOSS]
    losses = counted(tally.losses, "loss", "losses")
    rate = "" if tally.win_rate is None else f" ({percent(tally.win_rate)})"
    lines = [f"{won} **{counted(tally.wins, 'win')}**, {lost} {losses}{rate}"]
    marks = "".join(_MARKS[result] for result in form.results)
    lines += [marks[start : start + _ROW] for start in range(0, len(marks), _ROW)]
    if form.winning_streak >= _STREAK:
        lines.append(f"🔥 {form.winning_streak} wins in a row")
    per_game = " / ".join(f"{number / tally.games:.1f}" for number in (tally.kills, tally.deaths, tally.assists))
    pace = "" if form.cs_per_minute is None else f" · {form.cs_per_minute:.1f} CS/min"
    lines.append(f"{per_game} · KDA {tally.kda:.1f}{pace}")
    if form.average_place is not None:
        lines.append(f"Arena: place {form.average_place:.1f} on average")
    return [_field("Last game" if tally.games == 1 else f"Last {tally.games} games, newest first", lines)]


def _champions(champions: tuple[ChampionTally, ...]) -> list[Embed]:
    lines = [
        f"**{_champion(one.champion)}** {counted(one.tally.games, 'game')}{_won(one.tally)}, KDA {one.tally.kda:.1f}"
        for one in champions
    ]
    return [_field("Champions", lines)] if lines else []


def _roles(roles: tuple[RoleTally, ...]) -> list[Embed]:
    lines = [
        f"**{POSITIONS[one.position].capitalize()}** {percent(one.share)} of games{_won(one.tally)}" for one in roles
    ]
    return [_field("Roles", lines)] if lines else []


def _won(tally: Tally) -> str:
    return "" if tally.win_rate is None else f", {percent(tally.win_rate)} won"


def _latest(latest: tuple[MatchSummary, ...]) -> list[Embed]:
    return [_field("Latest games", list(map(_game, latest)))] if latest else []


def _game(match: MatchSummary) -> str:
    place = f" · {ordinal(match.placement)}" if match.placement is not None and counts(match) else ""
    queue = plain(queue_name(match.queue_id, match.mode))
    score = kda(match.kills, match.deaths, match.assists)
    return (
        f"{_MARKS[match.outcome]} **{_champion(match.champion)}** {score}{place}"
        f" · {queue}\n{_relative(match.ended_at)} · `{match.match_id}`"
    )


def _freshness(played: PlayedMatches, fetched: Fetched | None, now: datetime) -> list[Embed]:
    if played.newest_at is None:
        return []
    number = counted(played.stored, "stored match", "stored matches")
    lines = [f"The newest ended {_relative(played.newest_at)}."]
    if fetched is not None:
        new = f"{fetched.new:,} new" if fetched.new else ""
        missed = f"{fetched.missed:,} could not be had just now" if fetched.missed else ""
        lines.append(f"Riot was asked {_relative(now)}: {', '.join(filter(None, (new, missed))) or 'nothing new'}.")
    return [_field(f"From {number}" if played.are_all else f"From the newest {number}", lines)]


def _field(name: str, lines: list[str]) -> Embed:
    return {"name": name, "value": "\n".join(lines), "inline": False}


def _champion(key: str) -> str:
    return plain(champion_name(key))


def _relative(moment: datetime) -> str:
    """As Discord shows it to everybody in their own words, and keeps up to date."""
    return f"<t:{int(moment.timestamp())}:R>"
