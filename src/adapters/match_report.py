"""A match's facts as a short text for a terminal."""

from collections.abc import Iterator
from typing import Final

from src.core.domain.champions import champion_name
from src.core.domain.facts.model import GameState, MatchFacts, Moment, MomentKind, Objective, ParticipantFacts, Place
from src.core.domain.match import GameKind, Outcome
from src.core.domain.queues import queue_name

_SIDES: Final = {100: "Blue", 200: "Red"}
_MOST_MOMENTS: Final = 5
_NOT_KNOWN: Final = "-"
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

    No line ends with a line break, and nobody is named: champions play.
    """
    if participant_id is None:
        lines = [_headline(facts), *_basis(facts), *_everybody(facts), *_swings(facts, list(facts.moments))]
    else:
        theirs = [moment for moment in facts.moments if participant_id in moment.participants]
        lines = [_headline(facts), *_basis(facts), *_one(facts, participant_id), *_swings(facts, theirs)]
    return "\n".join("".join(filter(str.isprintable, line)).rstrip() for line in lines)


def _headline(facts: MatchFacts) -> str:
    game = (
        f"{facts.match_id}: {queue_name(facts.queue_id, facts.mode)}, patch {facts.patch}, {_clock(facts.duration_s)}."
    )
    if facts.state is GameState.REMAKE:
        return f"{game} A remake: nobody won or lost."
    if facts.state is GameState.ABORTED:
        return f"{game} Riot ended it early: its result does not count."
    if facts.winner is None:
        return game
    return f"{game} {_SIDES.get(facts.winner, f'Team {facts.winner}')} won."


def _basis(facts: MatchFacts) -> Iterator[str]:
    if not facts.basis.timeline:
        yield "Without a timeline: only what the end of the game tells."


def _everybody(facts: MatchFacts) -> Iterator[str]:
    people = sorted(facts.participants.values(), key=_seat)
    rows = [
        (_group(facts, person), (person.position or "").lower(), champion_name(person.champion)) for person in people
    ]
    columns = list(zip(*rows, strict=True))
    names = [
        " ".join(part.ljust(max(map(len, column))) for part, column in zip(row, columns, strict=True)) for row in rows
    ]
    yield f"{'':{len(names[0])}}  {'K/D/A':>8} {'CS@10':>6} {'gold diff@15':>13}"
    for name, person in zip(names, people, strict=True):
        score = f"{person.kills}/{person.deaths}/{person.assists}"
        cs, gold = person.minutes["10"].cs, person.minutes["15"].gold_diff
        yield f"{name}  {score:>8} {_number(cs):>6} {_number(gold, signed=True):>13}"


def _seat(person: ParticipantFacts) -> tuple[int, int]:
    return (person.placement or 0, person.team_id)


def _group(facts: MatchFacts, person: ParticipantFacts) -> str:
    """Whom a participant played with: a side, or in Arena the place of a team."""
    if facts.kind is GameKind.ARENA:
        return f"Place {person.placement}" if person.placement else _NOT_KNOWN
    return _SIDES.get(person.team_id, f"Team {person.team_id}")


def _one(facts: MatchFacts, participant_id: int) -> Iterator[str]:
    me = facts.of(participant_id)
    role = f", {me.position.lower()}" if me.position else ""
    against = f" against {champion_name(facts.of(me.lane_opponent).champion)}" if me.lane_opponent else ""
    yield (
        f"{champion_name(me.champion)} ({_group(facts, me).lower()}{role}){against}: {_OUTCOMES[me.outcome]}, "
        f"{me.kills}/{me.deaths}/{me.assists}."
    )
    yield (
        f"Part in the team's kills {_percent(me.kill_participation)}, share of its damage {_percent(me.damage_share)}, "
        f"of its gold {_percent(me.gold_share)}."
    )
    yield f"Wards: {_number(me.wards_placed)} placed, {_number(me.wards_killed)} cleared."
    if me.deaths_before_14 is not None:
        yield f"Before 14:00: {_number(me.kills_before_14)}/{me.deaths_before_14}/{_number(me.assists_before_14)}."
    yield f"{'minute':>6} {'gold':>7} {'xp':>7} {'CS':>5} {'level':>5} {'gold diff':>10} {'xp diff':>8} {'CS diff':>8}"
    for minute, mark in me.minutes.items():
        if mark.gold is not None:
            yield (
                f"{minute:>6} {_number(mark.gold):>7} {_number(mark.xp):>7} {_number(mark.cs):>5} "
                f"{_number(mark.level):>5} {_number(mark.gold_diff, signed=True):>10} "
                f"{_number(mark.xp_diff, signed=True):>8} {_number(mark.cs_diff, signed=True):>8}"
            )


def _swings(facts: MatchFacts, moments: list[Moment]) -> Iterator[str]:
    if not facts.win_probability or not moments:
        return
    yield "What moved blue's probability to win most:"
    most = sorted(moments, key=lambda moment: -abs(moment.change))[:_MOST_MOMENTS]
    for moment in sorted(most, key=lambda moment: moment.time_s):
        where = f" {_PLACES[moment.place]}" if moment.place else ""
        change = f"{_percent(moment.before)} -> {_percent(moment.after)}"
        yield f"{_clock(moment.time_s):>6}  {_what(facts, moment)}{where}: {change}"


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
    return f"{number:+,}" if signed and number else f"{number:,}"
