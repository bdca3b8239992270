"""A match's facts as a short text for a terminal."""

from collections.abc import Callable, Iterator, Sequence
from typing import Final

from src.core.domain.champions import champion_name
from src.core.domain.facts.model import (
    LANING_UNTIL_S,
    GameState,
    MatchFacts,
    MinuteMark,
    Moment,
    MomentKind,
    ParticipantFacts,
    Place,
)
from src.core.domain.match import BLUE, POSITIONS, RED, GameKind, Outcome
from src.core.domain.objectives import Objective
from src.core.domain.queues import queue_name

_SIDES: Final = {BLUE: "Blue", RED: "Red"}
_POSITIONS: Final = (*POSITIONS, None)
_MOST_MOMENTS: Final = 5
_NOT_KNOWN: Final = "-"
_SAYS_NOTHING: Final = frozenset({"", "0", _NOT_KNOWN})
_OUTCOMES: Final = {
    Outcome.WIN: "won", Outcome.LOSS: "lost", Outcome.REMAKE: "a remake", Outcome.ABORTED: "aborted",
}  # fmt: skip
_OBJECTIVES: Final = {
    Objective.DRAGON: "a dragon", Objective.ELDER: "the elder dragon", Objective.BARON: "the baron",
    Objective.HERALD: "the herald", Objective.GRUBS: "a void grub", Objective.ATAKHAN: "Atakhan",
    Objective.MONSTER: "an elite monster", Objective.TOWER: "a tower", Objective.NEXUS_TOWER: "a nexus tower",
    Objective.INHIBITOR: "an inhibitor", Objective.BUILDING: "a building",
}  # fmt: skip
_PLACES: Final = {
    Place.BLUE_BASE: "in blue's base", Place.RED_BASE: "in red's base", Place.BARON_PIT: "at the baron pit",
    Place.DRAGON_PIT: "at the dragon pit", Place.TOP_LANE: "in the top lane", Place.MID_LANE: "in the mid lane",
    Place.BOT_LANE: "in the bot lane", Place.RIVER_TOP: "in the top river", Place.RIVER_BOT: "in the bot river",
    Place.BLUE_TOP_JUNGLE: "in blue's top-side jungle", Place.BLUE_BOT_JUNGLE: "in blue's bot-side jungle",
    Place.RED_TOP_JUNGLE: "in red's top-side jungle", Place.RED_BOT_JUNGLE: "in red's bot-side jungle",
}  # fmt: skip


def match_report(facts: MatchFacts, participant_id: int | None = None) -> str:
    """Who won, everybody's line, and what moved the win probability most; of one participant more, and of others less.

    No line ends with a line break, and nobody is named: champions play. What a match has nothing of is left out.
    """
    if participant_id is None:
        told = [*_everybody(facts), *_swings(facts, list(facts.moments), BLUE)]
    else:
        theirs = [moment for moment in facts.moments if participant_id in moment.participants]
        told = [*_one(facts, participant_id), *_swings(facts, theirs, facts.of(participant_id).team_id)]
    lines = [_headline(facts), *_basis(facts), *told]
    return "\n".join("".join(filter(str.isprintable, line)).rstrip() for line in lines)


def _headline(facts: MatchFacts) -> str:
    queue = queue_name(facts.queue_id, facts.mode)
    return f"{facts.match_id}: {queue}, patch {facts.patch}, {_clock(facts.duration_s)}. {_result(facts)}"


def _result(facts: MatchFacts) -> str:
    if facts.state is GameState.REMAKE:
        return "A remake: nobody won or lost."
    if facts.state is GameState.ABORTED:
        return "Riot ended it early: its result does not count."
    if facts.winner is not None:
        return f"{_SIDES.get(facts.winner, f'Team {facts.winner}')} won."
    if first := [person for person in facts.participants.values() if person.placement == 1]:
        return f"{_champions(first)} came first."
    outcomes = {person.outcome for person in facts.participants.values()}
    return f"All {_OUTCOMES[outcomes.pop()]}." if len(outcomes) == 1 else ""


def _basis(facts: MatchFacts) -> Iterator[str]:
    if not facts.basis.timeline:
        yield "Without a timeline: only what the end of the game tells."


def _everybody(facts: MatchFacts) -> Iterator[str]:
    people = sorted(facts.participants.values(), key=_seat)
    cs = _told_at(people, ("10", "5"), lambda mark: mark.cs)
    gold = _told_at(people, ("15", "14", "10", "5"), lambda mark: mark.gold_diff)
    rows = [
        (
            _group(facts, person), (person.position or "").lower(), champion_name(person.champion),
            f"{person.kills}/{person.deaths}/{person.assists}",
            _number(person.minutes[cs].cs), _number(person.minutes[gold].gold_diff, signed=True),
        )
        for person in people
    ]  # fmt: skip
    yield from _table(("", "", "", "K/D/A", f"CS@{cs}", f"gold diff@{gold}"), rows, words=3)


def _seat(person: ParticipantFacts) -> tuple[int, int, int]:
    return (person.placement or 0, person.team_id, _POSITIONS.index(person.position))


def _told_at(people: list[ParticipantFacts], minutes: tuple[str, ...], of: Callable[[MinuteMark], int | None]) -> str:
    """The first of these minutes of which a number is known: short games have no later ones."""
    known = (minute for minute in minutes if any(of(person.minutes[minute]) is not None for person in people))
    return next(known, minutes[0])


def _group(facts: MatchFacts, person: ParticipantFacts) -> str:
    """Whom a participant played with: a side, in Arena the place of a team, and nothing where all are one team."""
    if facts.kind is GameKind.ARENA:
        return f"Place {person.placement}" if person.placement else _NOT_KNOWN
    if len({other.team_id for other in facts.participants.values()}) == 1:
        return ""
    return _SIDES.get(person.team_id, f"Team {person.team_id}")


def _one(facts: MatchFacts, participant_id: int) -> Iterator[str]:
    me = facts.of(participant_id)
    seat = ", ".join(filter(None, (_group(facts, me).lower(), (me.position or "").lower())))
    partners = f" with {_champions([facts.of(one) for one in me.partners])}" if me.partners else ""
    against = f" against {_champions([facts.of(me.lane_opponent)])}" if me.lane_opponent else ""
    yield (
        f"{champion_name(me.champion)}{f' ({seat})' if seat else ''}{partners}{against}: {_OUTCOMES[me.outcome]}, "
        f"{me.kills}/{me.deaths}/{me.assists}."
    )
    if facts.state is not GameState.REMAKE:
        kills = f"part in its kills {_percent(me.kill_participation)}, " if me.team_kills else ""
        yield f"Of the team: {kills}share of damage {_percent(me.damage_share)}, of gold {_percent(me.gold_share)}."
    if any(person.wards_placed for person in facts.participants.values()):
        yield f"Wards: {_number(me.wards_placed)} placed, {_number(me.wards_killed)} cleared."
    if facts.basis.lanes and facts.duration_s > LANING_UNTIL_S and me.deaths_before_14 is not None:
        yield f"Before 14:00: {_number(me.kills_before_14)}/{me.deaths_before_14}/{_number(me.assists_before_14)}."
    yield from _table(
        ("minute", "gold", "xp", "CS", "level", "gold diff", "xp diff", "CS diff"),
        [
            (
                minute, _number(mark.gold), _number(mark.xp), _number(mark.cs), _number(mark.level),
                _number(mark.gold_diff, signed=True), _number(mark.xp_diff, signed=True),
                _number(mark.cs_diff, signed=True),
            )
            for minute, mark in me.minutes.items()
            if mark.gold is not None
        ],
    )  # fmt: skip


def _table(head: tuple[str, ...], rows: Sequence[tuple[str, ...]], *, words: int = 0) -> Iterator[str]:
    """The lines of a table, its first `words` columns flush left; columns that say nothing are left out."""
    columns = [
        [cell.ljust(width) if number < words else cell.rjust(width) for cell in cells]
        for number, cells in enumerate(zip(head, *rows, strict=True))
        if set(cells[1:]) - _SAYS_NOTHING
        for width in [max(map(len, cells))]
    ]
    for line in zip(*columns, strict=True):
        yield "  ".join(line)


def _champions(people: list[ParticipantFacts]) -> str:
    *others, last = (champion_name(person.champion) for person in people)
    return f"{', '.join(others)} and {last}" if others else last


def _swings(facts: MatchFacts, moments: list[Moment], team_id: int) -> Iterator[str]:
    """The moments that changed a side's probability most, seen from that side."""
    if not facts.win_probability or not moments:
        return
    yield f"What moved {_SIDES[team_id].lower()}'s probability to win most:"
    most = sorted(moments, key=lambda moment: -abs(moment.change))[:_MOST_MOMENTS]
    for moment in sorted(most, key=lambda moment: moment.time_s):
        where = f" {_PLACES[moment.place]}" if moment.place else ""
        before, after = (
            _percent(blue if team_id == BLUE else 1 - blue) for blue in (moment.before, moment.after)
        )  # fmt: skip
        yield f"{_clock(moment.time_s):>6}  {_what(facts, moment)}{where}: {before} -> {after}"


def _what(facts: MatchFacts, moment: Moment) -> str:
    if moment.kind is MomentKind.OBJECTIVE and moment.objective:
        return f"{_SIDES[moment.team_id]} takes {_OBJECTIVES[moment.objective]}"
    if moment.kind is MomentKind.FIGHT:
        fight = facts.fights[moment.index]
        return f"A fight, blue loses {len(fight.blue_deaths)} and red {len(fight.red_deaths)},"
    kill = facts.kills[moment.index]
    killer = facts.participants.get(str(kill.killer_id))
    victim = champion_name(facts.of(kill.victim_id).champion)
    return f"{champion_name(killer.champion)} kills {victim}" if killer else f"{victim} dies"


def _clock(seconds: float) -> str:
    return f"{int(seconds) // 60}:{int(seconds) % 60:02}"


def _percent(share: float) -> str:
    """Whole percent; what is still open is neither 0 nor 100."""
    whole = round(100 * share)
    if whole == 0 < share:
        return "<1 %"
    return ">99 %" if whole == 100 and share < 1 else f"{whole} %"  # noqa: PLR2004


def _number(number: int | None, *, signed: bool = False) -> str:
    if number is None:
        return _NOT_KNOWN
    if signed:
        return f"{number:+,}" if number else "±0"
    return f"{number:,}"
