"""Teamfights: deaths that belong together."""

from collections import Counter
from collections.abc import Sequence
from typing import Final

from src.core.domain.facts.kills import involved
from src.core.domain.facts.model import Fight, KillFact, Place
from src.core.domain.facts.nearby import Nearby, milliseconds
from src.core.domain.facts.objectives import Takings
from src.core.domain.facts.sides import has_two_teams, sides
from src.core.domain.match import Match
from src.core.domain.timeline import Timeline
from src.core.domain.timeline_detail import TimelineDetail
from src.core.domain.win_probability.curve import WinCurve
from src.core.domain.win_probability.game import BLUE, RED

_TOGETHER_MS: Final = 15_000
_TOGETHER_UNITS: Final = 4_000
_FEW_DEATHS, _ENOUGH_DEATHS = 2, 3
_MANY_PEOPLE: Final = 6


def fights(
    match: Match, timeline: Timeline, detail: TimelineDetail, kills: Sequence[KillFact], curve: WinCurve | None
) -> tuple[Fight, ...]:
    """The teamfights among the match's `kills` (in order of time), in the order of their first deaths.

    None where there are not two teams. Timeline and detail are read from the same document.
    """
    if not has_two_teams(match):
        return ()
    about = _Game(match, timeline, detail, curve)
    told = (about.fight(kills, group) for group in together(kills) if len(group) >= _FEW_DEATHS)
    return tuple(fight for fight in told if _is_teamfight(fight))


def together(kills: Sequence[KillFact]) -> list[tuple[int, ...]]:
    """Groups of deaths that belong together, directly or through others, as indexes of `kills` (in order of time).

    Every death is in one group; some are alone in theirs.
    """
    times = [milliseconds(kill.time_s) for kill in kills]
    led_by = list(range(len(kills)))  # an earlier death of the same group, or itself
    since = 0
    for index, kill in enumerate(kills):
        while times[index] - times[since] > _TOGETHER_MS:
            since += 1
        for earlier in range(since, index):
            if _is_close(kills[earlier], kill):
                first, second = sorted((_leader(led_by, earlier), _leader(led_by, index)))
                led_by[second] = first
    groups: dict[int, list[int]] = {}
    for index in range(len(kills)):
        groups.setdefault(_leader(led_by, index), []).append(index)
    return list(map(tuple, groups.values()))


def _leader(led_by: Sequence[int], index: int) -> int:
    """The first death of a death's group."""
    while led_by[index] != index:
        index = led_by[index]
    return index


def _is_close(one: KillFact, other: KillFact) -> bool:
    if one.x is None or one.y is None or other.x is None or other.y is None:
        return True
    return (one.x - other.x) ** 2 + (one.y - other.y) ** 2 <= _TOGETHER_UNITS**2


def _is_teamfight(fight: Fight) -> bool:
    return len(fight.kills) >= _ENOUGH_DEATHS or len(fight.blue) + len(fight.red) >= _MANY_PEOPLE


class _Game:
    """What fights are seen against."""

    def __init__(self, match: Match, timeline: Timeline, detail: TimelineDetail, curve: WinCurve | None) -> None:
        self._side = sides(match)
        self._nearby = Nearby(timeline, detail)
        self._takings = Takings(match, timeline, detail)
        self._curve = curve

    def fight(self, kills: Sequence[KillFact], group: tuple[int, ...]) -> Fight:
        deaths = [kills[index] for index in group]
        start_s, end_s = deaths[0].time_s, deaths[-1].time_s
        there = sorted({who for death in deaths for who in involved(death, self._nearby)})
        blue_deaths, red_deaths = self._deaths_of(BLUE, deaths), self._deaths_of(RED, deaths)
        x, y = _middle(deaths)
        return Fight(
            start_s=start_s,
            end_s=end_s,
            place=_place(deaths),
            x=x,
            y=y,
            kills=group,
            blue=tuple(who for who in there if self._side.get(who) == BLUE),
            red=tuple(who for who in there if self._side.get(who) == RED),
            blue_deaths=blue_deaths,
            red_deaths=red_deaths,
            winner=_winner(len(blue_deaths), len(red_deaths)),
            gold=self._paid(BLUE, deaths) - self._paid(RED, deaths),
            followed=self._takings.following(end_s),
            win_change=self._curve.change(start_s, end_s) if self._curve else None,
        )

    def _deaths_of(self, team: int, deaths: Sequence[KillFact]) -> tuple[int, ...]:
        return tuple(death.victim_id for death in deaths if self._side.get(death.victim_id) == team)

    def _paid(self, team: int, deaths: Sequence[KillFact]) -> int:
        return sum(death.gold for death in deaths if self._side.get(death.killer_id) == team)


def _winner(blue_deaths: int, red_deaths: int) -> int | None:
    if blue_deaths == red_deaths:
        return None
    return BLUE if blue_deaths < red_deaths else RED


def _middle(deaths: Sequence[KillFact]) -> tuple[int, int] | tuple[None, None]:
    """The mean of the deaths' positions, rounded down."""
    spots = [(death.x, death.y) for death in deaths if death.x is not None and death.y is not None]
    if not spots:
        return None, None
    xs, ys = zip(*spots, strict=True)
    return sum(xs) // len(spots), sum(ys) // len(spots)


def _place(deaths: Sequence[KillFact]) -> Place | None:
    """Where most of them died; of equals the one where somebody died first."""
    places = Counter(death.place for death in deaths if death.place is not None)
    return max(places, key=places.__getitem__, default=None)  # the first of equals, and a Counter keeps the order
