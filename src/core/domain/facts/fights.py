"""Teamfights: deaths that belong together."""

from bisect import bisect_left
from collections import Counter
from collections.abc import Sequence
from itertools import chain
from typing import Final

from src.core.domain.facts.course import Course
from src.core.domain.facts.kills import involved
from src.core.domain.facts.model import Fight, KillFact, Place
from src.core.domain.facts.nearby import milliseconds
from src.core.domain.facts.sides import sides
from src.core.domain.match import BLUE, RED

_TOGETHER_MS: Final = 15_000
_TOGETHER_UNITS: Final = 4_000
_FEW_DEATHS, _ENOUGH_DEATHS = 2, 3
_MANY_PEOPLE: Final = 6


def fights(course: Course, kills: Sequence[KillFact]) -> tuple[Fight, ...]:
    """The teamfights among the match's `kills` (in order of time), in the order of their first deaths.

    None where there are not two teams.
    """
    if not course.match.has_two_teams:
        return ()
    about = _Game(course)
    told = (about.fight(kills, group) for group in together(kills) if len(group) >= _FEW_DEATHS)
    return tuple(fight for fight in told if _is_teamfight(fight))


def together(kills: Sequence[KillFact]) -> list[tuple[int, ...]]:
    """Groups of deaths that belong together, directly or through others, as indexes of `kills` (in order of time).

    Every death is in one group; some are alone in theirs.
    """
    times = [milliseconds(kill.time_s) for kill in kills]
    past: list[list[int]] = []
    recent: list[list[int]] = []  # those that a death may still join
    for index, kill in enumerate(kills):
        since = times[index] - _TOGETHER_MS
        past += [group for group in recent if times[group[-1]] < since]
        joined: list[list[int]] = []
        apart: list[list[int]] = []
        for group in (group for group in recent if times[group[-1]] >= since):
            reachable = group[bisect_left(group, since, key=times.__getitem__) :]
            is_joined = any(_is_close(kills[earlier], kill) for earlier in reachable)
            (joined if is_joined else apart).append(group)
        recent = [*apart, sorted([*chain.from_iterable(joined), index])]
    return sorted(map(tuple, (*past, *recent)))


def _is_close(one: KillFact, other: KillFact) -> bool:
    if one.x is None or one.y is None or other.x is None or other.y is None:
        return True
    return (one.x - other.x) ** 2 + (one.y - other.y) ** 2 <= _TOGETHER_UNITS**2


def _is_teamfight(fight: Fight) -> bool:
    return len(fight.kills) >= _ENOUGH_DEATHS or len(fight.blue) + len(fight.red) >= _MANY_PEOPLE


class _Game:
    """What fights are seen against."""

    def __init__(self, course: Course) -> None:
        self._course = course
        self._side = sides(course.match)

    def fight(self, kills: Sequence[KillFact], group: tuple[int, ...]) -> Fight:
        deaths = [kills[index] for index in group]
        start_s, end_s = deaths[0].time_s, deaths[-1].time_s
        there = sorted({who for death in deaths for who in involved(death, self._course.nearby)})
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
            followed=self._course.takings.following(end_s),
            win_change=self._course.win_change(start_s, end_s),
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
