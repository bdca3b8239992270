"""Who was near a point of the map at a time."""

from bisect import bisect_left, bisect_right
from typing import Final

from src.core.domain.timeline import Timeline
from src.core.domain.timeline_detail import Spot, TimelineDetail

_UNITS: Final = 2_500
_EVENT_MS: Final = 10_000
_FRAME_MS: Final = 5_000


def milliseconds(time_s: float) -> int:
    """A time as Riot writes it. Spans between whole numbers are exact, so that a bound can be included."""
    return round(time_s * 1000)


class Nearby:
    """The positions that one timeline tells.

    An event places those it is known to place (see `PlacedEvent`), a frame everybody in it but the dead: frames leave
    them exactly where they died, until they are back in their base.
    """

    def __init__(self, timeline: Timeline, detail: TimelineDetail) -> None:
        """Both are read from the same document."""
        self._placed = detail.placed
        self._placed_ms = [milliseconds(event.time_s) for event in detail.placed]
        self._positions = detail.positions
        self._frames_ms = [milliseconds(time_s) for time_s in timeline.frame_times]
        self._deaths = sorted(
            (milliseconds(kill.time_s), kill.victim_id, kill.x, kill.y) for kill in timeline.kills if kill.x is not None
        )
        self._alive: dict[int, list[tuple[int, Spot]]] = {}

    def at(self, time_s: float, spot: Spot | None) -> frozenset[int]:
        """Participant ids of those within 2,500 units: by an event up to 10 s, or a frame up to 5 s, before or after.

        All bounds are included. Nobody is known to be near a spot that is not known.
        """
        if spot is None:
            return frozenset()
        now = milliseconds(time_s)
        by_event = {
            participant
            for index in _within(self._placed_ms, now, _EVENT_MS)
            if _is_near(self._placed[index].spot, spot)
            for participant in self._placed[index].participant_ids
        }
        by_frame = {
            participant
            for frame in _within(self._frames_ms, now, _FRAME_MS)
            for participant, stood in self._standing(frame)
            if _is_near(stood, spot)
        }
        return frozenset(by_event | by_frame)

    def _standing(self, frame: int) -> list[tuple[int, Spot]]:
        """Where the living are in a frame."""
        if frame not in self._alive:
            bodies: dict[int, Spot] = {}
            for _, victim, x, y in self._deaths[: bisect_right(self._deaths, (self._frames_ms[frame] + 1,))]:
                if x is not None and y is not None:
                    bodies[victim] = Spot(x, y)
            spots = ((participant, mine[frame]) for participant, mine in self._positions.items())
            self._alive[frame] = [(who, spot) for who, spot in spots if spot is not None and bodies.get(who) != spot]
        return self._alive[frame]


def _within(times_ms: list[int], now: int, span: int) -> range:
    return range(bisect_left(times_ms, now - span), bisect_right(times_ms, now + span))


def _is_near(one: Spot, other: Spot) -> bool:
    return (one.x - other.x) ** 2 + (one.y - other.y) ** 2 <= _UNITS**2
