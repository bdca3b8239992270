"""What turned a match for one of its teams."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from src.core.domain.analysis import MATTERS_FROM, TimedTaking, Turn
from src.core.domain.facts.model import TOLD_FROM, MatchFacts, Moment, MomentKind, Place
from src.core.domain.key_events import part_in, takings_of
from src.core.domain.lead import AHEAD_FROM
from src.core.domain.match import BLUE, Participant
from src.core.domain.win_probability.scope import MEASURED_FROM_S

_MOST: Final = 3
_TOGETHER_S: Final = 20.0
_EVEN: Final = 0.5


def turns_of(facts: MatchFacts, me: Participant) -> tuple[Turn, ...]:
    """The up to three turns that changed the win probability most, in order of time; none where there is no model.

    A single kill is told only where there is not enough of anything else, and none before minute 5: the model was not
    measured there.

    The turn for good, if there is one, is always told. It brought the winner's probability from the loser's half to at
    least `AHEAD_FROM`, by `MATTERS_FROM` or more, after minute 5 and with more than a single kill; at every minute and
    in every other moment after it the winner had the better half.
    """
    takings = takings_of(facts, me)
    groups = _groups(facts)
    turns = [_turn(facts, me, group, takings) for group in groups]
    crossing = _last_crossing(facts, groups)
    if crossing is not None and _is_decisive(turns[crossing], won=me.team_id == facts.winner):
        turns[crossing] = turns[crossing].model_copy(update={"for_good": True})
    # Two kills that make up for each other turn nothing.
    great = [turn for turn in turns if abs(turn.after - turn.before) >= TOLD_FROM and not _is_early_kill(turn)]
    order = sorted(great, key=lambda turn: (not turn.for_good, _is_one_kill(turn), -abs(turn.after - turn.before)))
    return tuple(sorted(order[:_MOST], key=lambda turn: turn.time_s))


@dataclass(frozen=True, slots=True)
class _Group:
    """Moments that are one turn, from its first one's beginning to its last one's end."""

    moments: tuple[Moment, ...]
    from_s: float
    until_s: float
    after: float

    def with_next(self, moment: Moment, until_s: float) -> "_Group":
        later = self.until_s < until_s
        return _Group(
            moments=(*self.moments, moment),
            from_s=self.from_s,
            until_s=until_s if later else self.until_s,
            after=moment.after if later else self.after,
        )


def _groups(facts: MatchFacts) -> list[_Group]:
    groups: list[_Group] = []
    for moment in facts.moments:
        is_fight = moment.kind is MomentKind.FIGHT
        until_s = facts.fights[moment.index].end_s if is_fight else moment.time_s
        if groups and moment.time_s <= groups[-1].until_s + _TOGETHER_S:
            groups[-1] = groups[-1].with_next(moment, until_s)
        else:
            groups.append(_Group((moment,), moment.time_s, until_s, moment.after))
    return groups


def _last_crossing(facts: MatchFacts, groups: Sequence[_Group]) -> int | None:
    """Which group brought blue's probability to the winner's half, where it stayed; None if there is none."""
    if facts.winner is None or not groups:
        return None
    is_blue = facts.winner == BLUE

    def is_won(blue: float) -> bool:
        return blue > _EVEN if is_blue else blue < _EVEN

    ends = [(group.from_s, group.moments[0].before) for group in groups]
    ends += [(group.until_s, group.after) for group in groups]
    course = [*ends, *((60 * point.minute, point.blue) for point in facts.win_probability)]
    lost_s = max((time_s for time_s, blue in course if not is_won(blue)), default=-1.0)
    within = (index for index, group in enumerate(groups) if group.from_s <= lost_s <= group.until_s)
    return next((index for index in within if is_won(groups[index].after)), None)


def _is_decisive(turn: Turn, *, won: bool) -> bool:
    """True if it was great enough, and late enough, to have decided a match for the winner."""
    before, after = (turn.before, turn.after) if won else (1 - turn.before, 1 - turn.after)
    is_great = after >= AHEAD_FROM and after - before >= MATTERS_FROM
    return is_great and turn.time_s >= MEASURED_FROM_S and not _is_one_kill(turn)


def _turn(facts: MatchFacts, me: Participant, group: _Group, takings: Sequence[TimedTaking]) -> Turn:
    deaths = [facts.kills[index] for index in _deaths_of(facts, group)]
    own = {who for who, player in facts.participants.items() if player.team_id == me.team_id}
    before, after = group.moments[0].before, group.after
    is_blue = me.team_id == BLUE
    return Turn(
        time_s=group.from_s,
        until_s=group.until_s,
        place=_place(group),
        is_fight=any(moment.kind is MomentKind.FIGHT for moment in group.moments),
        kills=sum(str(death.killer_id) in own for death in deaths),
        deaths=sum(str(death.victim_id) in own for death in deaths),
        taken=tuple(taking.taken for taking in takings if group.from_s <= taking.time_s <= group.until_s),
        parts=tuple(part for death in deaths if (part := part_in(death, me.participant_id))),
        before=before if is_blue else 1 - before,
        after=after if is_blue else 1 - after,
    )


def _deaths_of(facts: MatchFacts, group: _Group) -> list[int]:
    """The deaths of the group's moments, as indexes of the match's; what happened elsewhere meanwhile is no part."""
    found: set[int] = set()
    for moment in group.moments:
        if moment.kind is MomentKind.FIGHT:
            found.update(facts.fights[moment.index].kills)
        elif moment.kind is MomentKind.KILL:
            found.add(moment.index)
    return sorted(found)


def _place(group: _Group) -> Place | None:
    """Where all of its fights and kills were; None if they were in several places."""
    places = {moment.place for moment in group.moments if moment.kind is not MomentKind.OBJECTIVE}
    return places.pop() if len(places) == 1 else None


def _is_early_kill(turn: Turn) -> bool:
    return _is_one_kill(turn) and turn.time_s < MEASURED_FROM_S


def _is_one_kill(turn: Turn) -> bool:
    return not turn.taken and turn.kills + turn.deaths <= 1
