"""Who was near a point of the map at a time."""

from bisect import bisect_left, bisect_right
from operator import attrgetter
from typing import Final

from src.core.domain.timeline import Timeline
from src.core.domain.timeline_detail import Spot, TimelineDetail

_UNITS: Final = 2_500
_EVENT_MS: Final = 10_000
_FRAME_MS: Final = 5_000
_DEAD_MS: Final = 10_000


def milliseconds(time_s: float) -> int:
    """A time as Riot writes it. Spans between whole numbers are exact, so that a bound can be included."""
    return round(time_s * 1000)


class Nearby:
    """The positions that one timeline tells, and who was dead.

    An event places those it is known to place (see `PlacedEvent`), a frame everybody in it but the dead: frames leave
    them exactly where they died, until they are back in their base.
    """

    def __init__(self, timeline: Timeline, detail: TimelineDetail) -> None:
        """Both are read from the same document."""
        self._placed = detail.placed
        self._placed_ms = [milliseconds(event.time_s) for event in detail.placed]
        self._positions = detail.positions
        self._frames_ms = [milliseconds(time_s) for time_s in timeline.frame_times]
        self._deaths = sorted(timeline.kills, key=attrgetter("time_s"))
        self._deaths_ms = [milliseconds(death.time_s) for death in self._deaths]
        self._alive: dict[int, list[tuple[int, Spot]]] = {}

    def at(self, time_s: float, spot: Spot | None) -> frozenset[int]:
        """Participant ids of those within 2,500 units: by an event up to 10 s, or a frame up to 5 s, before or after.

        All bounds are included. Nobody is known to be near a spot that is not known. Some may have died just before:
        see `dead`.
        """
        if spot is None:
            return frozenset()
        now = milliseconds(time_s)
        by_event = {
            participant
            for index in _within(self._placed_ms, now - _EVENT_MS, now + _EVENT_MS)
            if _is_near(self._placed[index].spot, spot)
            for participant in self._placed[index].participant_ids
        }
        by_frame = {
            participant
            for frame in _within(self._frames_ms, now - _FRAME_MS, now + _FRAME_MS)
            for participant, stood in self._standing(frame)
            if _is_near(stood, spot)
        }
        return frozenset(by_event | by_frame)

    def dead(self, time_s: float) -> frozenset[int]:
        """Participant ids of those who died at a moment or in the 10 s before it, the start included."""
        now = milliseconds(time_s)
        return frozenset(self._deaths[index].victim_id for index in _within(self._deaths_ms, now - _DEAD_MS, now))

    def _standing(self, frame: int) -> list[tuple[int, Spot]]:
        """Where the living are in a frame."""
        if frame not in self._alive:
            bodies: dict[int, Spot] = {}
            for death in self._deaths[: bisect_right(self._deaths_ms, self._frames_ms[frame])]:
                if death.x is not None and death.y is not None:
                    bodies[death.victim_id] = Spot(death.x, death.y)
            spots = ((participant, mine[frame]) for participant, mine in self._positions.items())
            self._alive[frame] = [(who, spot) for who, spot in spots if spot is not None and bodies.get(who) != spot]
        return self._alive[frame]


def _within(times_ms: list[int], since: int, until: int) -> range:
    return range(bisect_left(times_ms, since), bisect_right(times_ms, until))


def _is_near(one: Spot, other: Spot) -> bool:
    return (one.x - other.x) ** 2 + (one.y - other.y) ** 2 <= _UNITS**2
