"""Kills and gold that need no map."""

from src.core.domain.analysis import ObservationKind
from src.core.domain.facts.model import KillFact
from src.core.domain.observations.candidate import Candidate, candidate
from src.core.domain.observations.frames import short_spans
from src.core.domain.observations.viewpoint import Viewpoint

_STREAK_S = 120.0
_STREAK_SIZE = 2
_KILL_GOLD, _ASSIST_GOLD = 300, 150


def kill_streak(view: Viewpoint) -> Candidate | None:
    """The two minutes with the most own kills and assists.

    Values: `from_s` and `to_s` (the first and the last of them), `kills`, `assists`, `deaths` (own, in between).
    """
    mine = view.own_kills_and_assists
    runs = [
        [kill for kill in mine[first:] if kill.time_s - start.time_s <= _STREAK_S] for first, start in enumerate(mine)
    ]
    run = max(runs, key=lambda kills: _kill_worth(view, kills), default=[])
    if len(run) < _STREAK_SIZE:
        return None
    from_s, to_s = run[0].time_s, run[-1].time_s
    kills = sum(kill.killer_id == view.me.participant_id for kill in run)
    return candidate(
        ObservationKind.KILL_STREAK,
        from_s,
        _kill_worth(view, run),
        {
            "from_s": from_s,
            "to_s": to_s,
            "kills": kills,
            "assists": len(run) - kills,
            "deaths": sum(from_s <= death.time_s <= to_s for death in view.own_deaths),
        },
        until_s=to_s,
    )


def _kill_worth(view: Viewpoint, kills: list[KillFact]) -> int:
    return sum(_KILL_GOLD if kill.killer_id == view.me.participant_id else _ASSIST_GOLD for kill in kills)


def gold_peak(view: Viewpoint) -> Candidate | None:
    """The three minutes, or less, in which the player earned most. Values: `from_s`, `to_s`, `gold`."""
    if view.timeline is None:
        return None
    times = view.timeline.frame_times
    gold = view.timeline.series[view.me.participant_id].total_gold
    start, end = max(short_spans(times), key=lambda span: gold[span[1]] - gold[span[0]], default=(0, 0))
    earned = gold[end] - gold[start]
    if earned <= 0:
        return None
    return candidate(
        ObservationKind.GOLD_PEAK,
        times[start],
        earned * 0.1,
        {
            "from_s": times[start],
            "to_s": view.on_the_clock(times[end]),
            "gold": earned,
        },
        until_s=times[end],
    )
