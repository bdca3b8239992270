"""What the lane and the farm tell. Nothing where there are no lanes."""

from src.core.domain.analysis import LANE_MARKS, ObservationKind
from src.core.domain.match import GameKind
from src.core.domain.observations.candidate import Candidate, candidate
from src.core.domain.observations.viewpoint import Viewpoint

_LANE_FROM_S, _LANE_UNTIL_S = 120.0, 902.0
_PACE_MINUTE = 15
_PACE_LEFT_S = 300.0  # shorter than this afterwards, a pace is noise
_GOLD_PER_CS = 30  # a minion pays about 20; a missed one also costs experience


def lane_lead(view: Viewpoint) -> Candidate | None:
    """The frame between minutes 2 and 15 at which the lane was furthest apart in gold.

    Values: `at_s`, `gold`, `cs`, `xp` (own minus the opponent's), `opponent` (champion), `position`.
    """
    diff, opponent, timeline = view.lane_gold_diff, view.opponent, view.timeline
    if timeline is None or opponent is None:
        return None
    laning = [i for i, time_s in enumerate(timeline.frame_times) if _LANE_FROM_S <= time_s <= _LANE_UNTIL_S]
    if not laning:
        return None
    frame = max(laning, key=lambda i: abs(diff[i]))
    own, theirs = timeline.series[view.me.participant_id], timeline.series[opponent.participant_id]
    at_s = timeline.frame_times[frame]
    return candidate(
        ObservationKind.LANE_LEAD,
        at_s,
        abs(diff[frame]),
        {
            "at_s": at_s,
            "gold": diff[frame],
            "cs": own.cs(frame) - theirs.cs(frame),
            "xp": own.xp[frame] - theirs.xp[frame],
            "opponent": opponent.champion,
            "position": view.me.position or "",
        },
        is_setback=diff[frame] < 0,
        is_shown_anyway=frame in {timeline.frame_at(minute) for minute in LANE_MARKS},
    )


def cs_pace(view: Viewpoint) -> Candidate | None:
    """Creep score per minute before and after minute 15, for positions that live on it.

    Values: `at_s`, `before`, `after` (per minute, one decimal), `cs_at` and `cs_end`, and `cs_short`: how many more
    it would have been at the earlier pace (0 or less: the pace did not fall).
    """
    timeline, me = view.timeline, view.me
    if timeline is None or view.match.kind is not GameKind.RIFT or me.position in {None, "UTILITY"}:
        return None
    frame = timeline.frame_at(_PACE_MINUTE)
    if frame is None or timeline.frame_times[-1] - timeline.frame_times[frame] < _PACE_LEFT_S:
        return None
    series, at_s = timeline.series[me.participant_id], timeline.frame_times[frame]
    cs_at, cs_end = series.cs(frame), series.cs(-1)
    minutes_left = (timeline.frame_times[-1] - at_s) / 60
    before, after = cs_at / (at_s / 60), (cs_end - cs_at) / minutes_left
    return candidate(
        ObservationKind.CS_PACE,
        at_s,
        abs(after - before) * minutes_left * _GOLD_PER_CS,
        {
            "at_s": at_s,
            "before": round(before, 1),
            "after": round(after, 1),
            "cs_at": cs_at,
            "cs_end": cs_end,
            "cs_short": round((before - after) * minutes_left),
        },
        is_setback=after < before,
    )


def cs_total(view: Viewpoint) -> Candidate | None:
    """Creep score at the end beside the lane opponent's. Values: `cs`, `opponent_cs`, `opponent` (champion)."""
    if view.opponent is None or view.me.position == "UTILITY":
        return None
    ahead = view.me.cs - view.opponent.cs
    return candidate(
        ObservationKind.CS_TOTAL,
        view.match.duration_s,
        abs(ahead) * _GOLD_PER_CS,
        {
            "cs": view.me.cs,
            "opponent_cs": view.opponent.cs,
            "opponent": view.opponent.champion,
        },
        is_setback=ahead < 0,
    )
