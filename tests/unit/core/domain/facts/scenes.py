"""Games put on the map by hand: who died where, who took what, who stood where in the frames."""

from collections.abc import Iterable
from functools import lru_cache
from typing import Any

from hypothesis import strategies as st

from src.core.domain.facts.course import Course
from src.core.domain.match import Match
from src.core.domain.match_document import read_match
from src.core.domain.timeline import BuildingKill, Kill, MonsterKill, ParticipantSeries, Timeline
from src.core.domain.timeline_detail import PlacedEvent, PlateFall, Spot, TimelineDetail
from src.core.domain.win_probability.curve import WinCurve
from tests.unit.core.domain.documents import MATCH_ID, Document, Story, team_of
from tests.unit.core.domain.facts.details import detail

Point = tuple[int, int]

TOP, MID, BOT = (1500, 11500), (7435, 7435), (13000, 3000)
UPPER_RIVER, LOWER_RIVER = (5500, 9000), (9370, 5870)
BARON, DRAGON = (5007, 10471), (9866, 4414)
BLUES_BUFF, REDS_BUFF = (3820, 7990), (11050, 6880)  # both of them give the blue buff
BLUE_BASE, RED_BASE = (1500, 1500), (13300, 13300)
EVERYBODY = range(1, 11)


class Scene:
    """Blue's 1 to 5 against red's 6 to 10, top to utility; a frame a minute, in which everybody stands in the base."""

    def __init__(self, minutes: int = 20) -> None:
        self._minutes = minutes
        self._kills: list[Kill] = []
        self._monsters: list[tuple[MonsterKill, Point | None]] = []
        self._buildings: list[tuple[BuildingKill, Point | None]] = []
        self._plates: list[PlateFall] = []
        self._stands: dict[tuple[int, int], Point | None] = {}
        self._earned: list[tuple[int, int, int]] = []

    def kill(
        self,
        at_s: float,
        killer: int,
        victim: int,
        assists: tuple[int, ...] = (),
        *,
        at: Point | None = MID,
        bounty: int = 300,
        shutdown: int = 0,
    ) -> "Scene":
        """Somebody dies. Killer 0: of nobody's doing."""
        x, y = at or (None, None)
        self._kills.append(
            Kill(
                time_s=at_s, killer_id=killer, victim_id=victim, assist_ids=assists, x=x, y=y, bounty=bounty,
                shutdown_bounty=shutdown,
            )
        )  # fmt: skip
        return self

    def monster(
        self,
        at_s: float,
        monster: str,
        killer: int,
        *,
        assists: tuple[int, ...] = (),
        at: Point | None = DRAGON,
        subtype: str | None = None,
    ) -> "Scene":
        """A monster falls to the killer's team; killer 0: to nobody."""
        kill = MonsterKill(
            time_s=at_s, monster=monster, subtype=subtype, killer_id=killer, assist_ids=assists,
            team_id=team_of(killer) if killer else 300,
        )  # fmt: skip
        self._monsters.append((kill, at))
        return self

    def building(
        self,
        at_s: float,
        lost_by: int,
        killer: int = 0,
        *,
        assists: tuple[int, ...] = (),
        at: Point | None = None,
        building: str = "TOWER_BUILDING",
        tower: str | None = "OUTER_TURRET",
        lane: str | None = "MID_LANE",
    ) -> "Scene":
        """A team loses a building."""
        kill = BuildingKill(
            time_s=at_s, building=building, tower=tower, lane=lane, killer_id=killer, lost_by_team_id=lost_by,
            assist_ids=assists,
        )  # fmt: skip
        self._buildings.append((kill, at))
        return self

    def plate(self, at_s: float, lost_by: int, killer: int = 0, lane: str = "TOP_LANE") -> "Scene":
        """A team loses a turret plate."""
        self._plates.append(PlateFall(at_s, lane, killer, lost_by))
        return self

    def stands(self, who: int, minute: int, at: Point | None) -> "Scene":
        """Where somebody is in a minute's frame."""
        self._stands[who, minute] = at
        return self

    def earns(self, who: int, minute: int, gold: int) -> "Scene":
        """Somebody has so much more gold from a minute's frame on."""
        self._earned.append((who, minute, gold))
        return self

    def match(self, document: Document | None = None) -> Match:
        """The match: without a document an ordinary one."""
        return read_match(document) if document else _ordinary(self._minutes)

    def course(self, document: Document | None = None, win: WinCurve | None = None) -> Course:
        """How the match went."""
        return Course(self.match(document), self.timeline, self.detail, win)

    @property
    def timeline(self) -> Timeline:
        """Events as Riot writes them: in order of time."""
        return Timeline(
            match_id=MATCH_ID,
            frame_times=tuple(60.0 * minute for minute in range(self._minutes + 1)),
            series={who: self._series(who) for who in EVERYBODY},
            kills=tuple(sorted(self._kills, key=lambda kill: kill.time_s)),
            monsters=tuple(monster for monster, _ in self._in_time(self._monsters)),
            buildings=tuple(building for building, _ in self._in_time(self._buildings)),
        )

    @property
    def detail(self) -> TimelineDetail:
        """Read from the same document as the timeline."""
        return detail(
            positions={
                who: tuple(self._stood(who, minute) for minute in range(self._minutes + 1)) for who in EVERYBODY
            },
            placed=tuple(sorted(self._placed(), key=lambda event: event.time_s)),
            monster_spots=tuple(_spot(at) for _, at in self._in_time(self._monsters)),
            building_spots=tuple(_spot(at) for _, at in self._in_time(self._buildings)),
            plates=tuple(self._plates),
        )

    @staticmethod
    def _in_time(events: list[tuple[Any, Point | None]]) -> list[tuple[Any, Point | None]]:
        return sorted(events, key=lambda event: event[0].time_s)

    def _series(self, who: int) -> ParticipantSeries:
        frames = range(self._minutes + 1)
        extra = [sum(gold for one, since, gold in self._earned if one == who and since <= minute) for minute in frames]
        nothing = tuple(0 for _ in frames)
        return ParticipantSeries(
            total_gold=tuple(500 + 300 * minute + extra[minute] for minute in frames),
            xp=nothing, level=nothing, lane_minions=nothing, jungle_monsters=nothing,
        )  # fmt: skip

    def _stood(self, who: int, minute: int) -> Spot | None:
        return _spot(self._stands.get((who, minute), BLUE_BASE if team_of(who) == 100 else RED_BASE))

    def _placed(self) -> Iterable[PlacedEvent]:
        for kill in self._kills:
            if kill.x is not None and kill.y is not None:
                yield PlacedEvent(kill.time_s, _known(kill.killer_id, kill.victim_id), Spot(kill.x, kill.y))
        things: list[tuple[MonsterKill | BuildingKill, Point | None]] = [*self._monsters, *self._buildings]
        for event, at in things:
            if at is not None and event.killer_id:
                yield PlacedEvent(event.time_s, (event.killer_id,), Spot(*at))


@lru_cache
def _ordinary(minutes: int) -> Match:
    return read_match(Story(minutes).match())


def _known(*who: int) -> tuple[int, ...]:
    return tuple(one for one in who if one)


def _spot(at: Point | None) -> Spot | None:
    return Spot(*at) if at else None


def curve(*moments: tuple[float, float, float]) -> WinCurve:
    """A win probability that is even, but for these: a time, and what it is before and after."""
    known = {0.0: (0.5, 0.5), 9999.0: (0.5, 0.5)} | {time_s: (before, after) for time_s, before, after in moments}
    times = sorted(known)
    return WinCurve((), times, [known[time_s][0] for time_s in times], [known[time_s][1] for time_s in times])


points = st.tuples(st.integers(0, 14_870), st.integers(0, 14_870))
"""Anywhere on the map."""


@st.composite
def scenes(draw: st.DrawFn) -> Scene:
    """Ten minutes in which up to fifteen die, often soon after another and near each other, and some things fall."""
    scene = Scene(minutes=10)
    spots = st.one_of(st.none(), st.sampled_from((MID, BARON, UPPER_RIVER, BLUES_BUFF, TOP)), points)
    times = st.integers(1_000, 599_000).map(lambda ms: ms / 1000) | st.integers(10, 59).map(lambda part: part * 10.0)
    for _ in range(draw(st.integers(0, 15))):
        killer = draw(st.integers(0, 10))
        victim = draw(st.sampled_from([who for who in EVERYBODY if killer == 0 or team_of(who) != team_of(killer)]))
        helpers = draw(st.sets(st.sampled_from([who for who in EVERYBODY if team_of(who) != team_of(victim)])))
        assists = tuple(sorted(helpers - {killer})) if killer else ()
        scene.kill(draw(times), killer, victim, assists, at=draw(spots), shutdown=draw(st.integers(-50, 500)))
    for _ in range(draw(st.integers(0, 4))):
        scene.monster(draw(times), "DRAGON", draw(st.integers(0, 10)), at=draw(spots))
        scene.building(draw(times), draw(st.sampled_from((100, 200))), at=draw(spots))
    for _ in range(draw(st.integers(0, 10))):
        scene.stands(draw(st.sampled_from(EVERYBODY)), draw(st.integers(1, 9)), draw(spots))
        scene.earns(draw(st.sampled_from(EVERYBODY)), draw(st.integers(1, 9)), draw(st.integers(-200, 900)))
    return scene
