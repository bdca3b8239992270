"""Wards placed and cleared in the phases of a game."""

from collections.abc import Iterable
from typing import Final

from src.core.domain.facts.model import LANING_UNTIL_S, WardPhase
from src.core.domain.match import Match
from src.core.domain.timeline_detail import TimelineDetail, WardEvent

_MID_GAME_UNTIL_S: Final = 25 * 60.0
_PHASES: Final = ((0.0, LANING_UNTIL_S), (LANING_UNTIL_S, _MID_GAME_UNTIL_S), (_MID_GAME_UNTIL_S, None))
_NO_WARDS: Final = frozenset({"UNDEFINED", "TEEMO_MUSHROOM"})
_CONTROL: Final = "CONTROL_WARD"


def ward_phases_of(match: Match, detail: TimelineDetail) -> dict[int, tuple[WardPhase, ...]]:
    """Every participant's wards in each phase that the game got to (see `WardPhase`); nobody's off the Rift."""
    if not match.is_on_the_rift:
        return {}
    placed, cleared = _wards(detail.wards_placed), _wards(detail.wards_killed)
    end_s = max([match.duration_s, *(ward.time_s for ward in (*placed, *cleared))])
    phases = [(since, until) for since, until in _PHASES if since <= end_s]
    return {
        p.participant_id: tuple(
            _phase(since, until, _of(placed, p.participant_id), _of(cleared, p.participant_id))
            for since, until in phases
        )
        for p in match.participants
    }


def _wards(events: Iterable[WardEvent]) -> list[WardEvent]:
    return [event for event in events if event.ward not in _NO_WARDS]


def _of(events: Iterable[WardEvent], participant_id: int) -> list[WardEvent]:
    return [event for event in events if event.participant_id == participant_id]


def _phase(since: float, until: float | None, placed: list[WardEvent], cleared: list[WardEvent]) -> WardPhase:
    now_placed, now_cleared = _within(placed, since, until), _within(cleared, since, until)
    return WardPhase(
        from_s=since,
        until_s=until,
        placed=len(now_placed),
        control=sum(ward.ward == _CONTROL for ward in now_placed),
        cleared=len(now_cleared),
    )


def _within(wards: list[WardEvent], since: float, until: float | None) -> list[WardEvent]:
    return [ward for ward in wards if since <= ward.time_s and (until is None or ward.time_s < until)]
