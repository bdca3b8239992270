"""Champions' deaths, and what everybody's part in them comes to."""

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from operator import attrgetter
from typing import Final

from src.core.domain.facts.course import Course
from src.core.domain.facts.model import FOLLOWED_WITHIN_S, LANING_UNTIL_S, KillFact, Place
from src.core.domain.facts.nearby import Nearby, milliseconds
from src.core.domain.facts.places import place_of
from src.core.domain.facts.sides import LANES, OWN_GROUND, positions, sides
from src.core.domain.match import Match
from src.core.domain.timeline import FRAME_SLACK_S, Kill
from src.core.domain.timeline_detail import Spot

_FIFTEEN_S: Final = 15 * 60.0
_FRAME_S: Final = 60.0 + FRAME_SLACK_S  # the longest that two frames may be apart
_FOLLOWED_MS: Final = milliseconds(FOLLOWED_WITHIN_S)
_BEFORE_MS: Final = milliseconds(_FRAME_S)
_AFTER_MS: Final = milliseconds(FOLLOWED_WITHIN_S + _FRAME_S)


def kill_facts(course: Course) -> tuple[KillFact, ...]:
    """Every champion's death, in order of time."""
    about = _Game(course)
    deaths = sorted(course.timeline.kills, key=attrgetter("time_s"))
    first = next((death for death in deaths if about.is_kill(death)), None)
    return tuple(about.fact(death, is_first_blood=death is first) for death in deaths)


class _Game:
    """What a death is seen against."""

    def __init__(self, course: Course) -> None:
        self._course = course
        self._side = sides(course.match)
        self._position = positions(course.match)
        self._frames_ms = [milliseconds(time_s) for time_s in course.timeline.frame_times]

    def is_kill(self, death: Kill) -> bool:
        """Whether it was a participant's doing."""
        return death.killer_id in self._side

    def fact(self, death: Kill, *, is_first_blood: bool) -> KillFact:
        place = self._place(death)
        allies, enemies = self._near(death)
        helpers = tuple(who for who in death.assist_ids if who in self._side)
        return KillFact(
            time_s=death.time_s,
            killer_id=death.killer_id,
            victim_id=death.victim_id,
            assist_ids=helpers,
            place=place,
            x=death.x,
            y=death.y,
            allies_near=allies,
            enemies_near=enemies,
            gold=death.paid if death.killer_id else 0,
            shutdown=max(death.shutdown_bounty, 0) if death.killer_id else 0,
            gold_swing=self._gold_swing(death),
            followed=self._course.takings.following(death.time_s),
            is_solo=bool(death.killer_id) and not death.assist_ids,
            is_gank=self._is_gank(death, place),
            is_first_blood=is_first_blood,
            win_change=self._course.win_change(death.time_s, death.time_s),
        )

    def _place(self, death: Kill) -> Place | None:
        if not self._course.match.is_on_the_rift or death.x is None or death.y is None:
            return None
        return place_of(death.x, death.y)

    def _near(self, death: Kill) -> tuple[int, int]:
        """How many living of the victim's side, and of others, were there."""
        near = self._course.nearby
        dead = near.dead(death.time_s) - _named(death)
        people = (involved(death, near) - dead) & self._side.keys() - {death.victim_id}
        mine = self._side.get(death.victim_id)
        allies = sum(self._side[who] == mine for who in people)
        return allies, len(people) - allies

    def _gold_swing(self, death: Kill) -> int | None:
        killers, victims = self._side.get(death.killer_id), self._side.get(death.victim_id)
        now = milliseconds(death.time_s)
        before = bisect_left(self._frames_ms, now) - 1
        after = bisect_left(self._frames_ms, now + _FOLLOWED_MS)
        if killers is None or victims is None or before < 0 or after == len(self._frames_ms):
            return None
        if now - self._frames_ms[before] > _BEFORE_MS or self._frames_ms[after] - now > _AFTER_MS:
            return None
        return sum(
            series.total_gold[after] - series.total_gold[before] if side == killers
            else series.total_gold[before] - series.total_gold[after]
            for who, series in self._course.timeline.series.items()
            if (side := self._side.get(who)) in {killers, victims}
        )  # fmt: skip

    def _is_gank(self, death: Kill, place: Place | None) -> bool | None:
        position = self._position.get(death.victim_id)
        if position is None or place is None:
            return None
        lane = LANES.get(position)
        if lane is None or death.time_s >= LANING_UNTIL_S or place not in OWN_GROUND[lane]:
            return False
        killers = (self._position.get(who) for who in (death.killer_id, *death.assist_ids))
        return any(killer is not None and LANES.get(killer) is not lane for killer in killers)


def involved(death: Kill | KillFact, nearby: Nearby) -> frozenset[int]:
    """Who had a part when somebody died: those the event names, and those near it, who may be dead by then."""
    spot = Spot(death.x, death.y) if death.x is not None and death.y is not None else None
    return nearby.at(death.time_s, spot) | _named(death)


def _named(death: Kill | KillFact) -> frozenset[int]:
    return frozenset({death.killer_id, death.victim_id, *death.assist_ids} - {0})


@dataclass(frozen=True, slots=True)
class KillCounts:
    """One participant's part in the deaths of a match; `ParticipantFacts` says what each is."""

    deaths_before_14: int
    deaths_before_15: int
    kills_before_14: int
    assists_before_14: int
    solo_kills: int
    solo_deaths: int
    gank_deaths: int | None
    first_blood: str | None


def kill_counts(match: Match, kills: Sequence[KillFact]) -> dict[int, KillCounts]:
    """Everybody's counts by participant id."""
    position = positions(match)
    return {who: _counts(who, kills, position.get(who)) for who in sides(match)}


def _counts(who: int, kills: Sequence[KillFact], position: str | None) -> KillCounts:
    own = [kill for kill in kills if kill.killer_id == who]
    deaths = [kill for kill in kills if kill.victim_id == who]
    helped = [kill for kill in kills if who in kill.assist_ids]
    return KillCounts(
        deaths_before_14=_before(deaths, LANING_UNTIL_S),
        deaths_before_15=_before(deaths, _FIFTEEN_S),
        kills_before_14=_before(own, LANING_UNTIL_S),
        assists_before_14=_before(helped, LANING_UNTIL_S),
        solo_kills=sum(kill.is_solo for kill in own),
        solo_deaths=sum(death.is_solo for death in deaths),
        gank_deaths=_gank_deaths(deaths, position),
        first_blood=next((part for kill in kills if kill.is_first_blood and (part := part_in(kill, who))), None),
    )


def _gank_deaths(deaths: Sequence[KillFact], position: str | None) -> int | None:
    """None where nothing tells: not the position, or of no death in the laning phase its place."""
    early = [death for death in deaths if death.time_s < LANING_UNTIL_S]
    if position is None:
        return None
    if position in LANES and early and all(death.place is None for death in early):
        return None
    return sum(bool(death.is_gank) for death in early)


def _before(kills: Sequence[KillFact], time_s: float) -> int:
    return sum(kill.time_s < time_s for kill in kills)


def part_in(kill: KillFact, who: int) -> str | None:
    """A participant's part in a kill: `kill`, `victim`, `assist` or None."""
    if who == kill.killer_id:
        return "kill"
    if who == kill.victim_id:
        return "victim"
    return "assist" if who in kill.assist_ids else None
