"""What turned the game."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from src.core.domain.facts.model import TOLD_FROM, Fight, KillFact, Moment, MomentKind, ObjectiveFact, TeamFacts
from src.core.domain.match import BLUE, RED
from src.core.domain.win_probability.curve import WinCurve

_MOST: Final = 10


def moments(
    kills: Sequence[KillFact], fights: Sequence[Fight], teams: Mapping[str, TeamFacts], curve: WinCurve | None
) -> tuple[Moment, ...]:
    """The events that changed the win probability most, in order of time; none where there is no model.

    Of equal changes the earlier one counts.
    """
    if curve is None:
        return ()
    found = [*_of_fights(fights, curve), *_of_kills(kills, fights, curve), *_of_objectives(teams, curve)]
    great = [moment for moment in found if abs(moment.change) >= TOLD_FROM]
    greatest = sorted(great, key=lambda moment: (-abs(moment.change), moment.time_s))[:_MOST]
    return tuple(sorted(greatest, key=lambda moment: moment.time_s))


def _of_fights(fights: Sequence[Fight], curve: WinCurve) -> Iterator[Moment]:
    for index, fight in enumerate(fights):
        everybody = tuple(sorted((*fight.blue, *fight.red)))
        yield _moment(MomentKind.FIGHT, index, fight, everybody, curve)


def _of_kills(kills: Sequence[KillFact], fights: Sequence[Fight], curve: WinCurve) -> Iterator[Moment]:
    told = {index for fight in fights for index in fight.kills}
    for index, kill in enumerate(kills):
        if index not in told:
            yield _moment(MomentKind.KILL, index, kill, _credited(kill), curve)


def _of_objectives(teams: Mapping[str, TeamFacts], curve: WinCurve) -> Iterator[Moment]:
    for taker, team in teams.items():
        for index, objective in enumerate(team.objectives):
            moment = _moment(MomentKind.OBJECTIVE, index, objective, _credited(objective), curve)
            yield moment.model_copy(update={"team_id": int(taker)})


def _credited(event: KillFact | ObjectiveFact) -> tuple[int, ...]:
    """Killer and helpers."""
    return tuple(sorted({event.killer_id, *event.assist_ids} - {0}))


def _moment(
    kind: MomentKind, index: int, event: Fight | KillFact | ObjectiveFact, people: tuple[int, ...], curve: WinCurve
) -> Moment:
    start_s, end_s = (event.start_s, event.end_s) if isinstance(event, Fight) else (event.time_s, event.time_s)
    before, after = curve.before(start_s), curve.after(end_s)
    return Moment(
        time_s=start_s,
        minute=int(start_s // 60),
        kind=kind,
        team_id=BLUE if after > before else RED,
        place=None if isinstance(event, ObjectiveFact) else event.place,
        objective=event.objective if isinstance(event, ObjectiveFact) else None,
        participants=people,
        before=before,
        after=after,
        change=after - before,
        index=index,
    )
