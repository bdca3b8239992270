"""Kills, shares and gold that need no map."""

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
            "to_s": times[end],
            "gold": earned,
        },
        until_s=times[end],
    )


def placement(view: Viewpoint) -> Candidate | None:
    """Arena's placement, where there is nothing else to say: the answer's title has it.

    Values: `placement`, `teams`, `at_s` (the end of the game).
    """
    if view.me.placement is None:
        return None
    teams = {p.subteam_id for p in view.match.participants if p.subteam_id is not None}
    return candidate(
        ObservationKind.PLACEMENT,
        view.match.duration_s,
        0,
        {
            "placement": view.me.placement,
            "teams": len(teams),
            "at_s": view.match.duration_s,
        },
    )


def damage_share(view: Viewpoint) -> Candidate | None:
    """Share of the team's damage to champions beside the share of its gold.

    Values: `damage_percent`, `gold_percent` (whole percent), `rank` in the team by damage, `team_size`.
    Nothing where there are no enemy champions to damage.
    """
    has_enemies = any(p not in view.team for p in view.match.participants)
    dealt, earned = (
        any(numbers) for numbers in zip(*((p.damage_to_champions, p.gold) for p in view.team), strict=True)
    )
    if not has_enemies or len(view.team) == 1 or not dealt or not earned:
        return None
    damage_part, gold_part = view.mine.damage_share, view.mine.gold_share
    return candidate(
        ObservationKind.DAMAGE_SHARE,
        view.match.duration_s,
        abs(damage_part - gold_part) * 10_000,
        {
            "damage_percent": round(100 * damage_part),
            "gold_percent": round(100 * gold_part),
            "rank": 1 + sum(p.damage_to_champions > view.me.damage_to_champions for p in view.team),
            "team_size": len(view.team),
        },
    )


def kill_share(view: Viewpoint) -> Candidate | None:
    """Part in the team's kills. Values: `part` (own kills and assists), `team_kills`, `percent`."""
    team_kills, share = view.mine.team_kills, view.mine.kill_participation
    if team_kills == 0 or len(view.team) == 1:
        return None
    return candidate(
        ObservationKind.KILL_SHARE,
        view.match.duration_s,
        abs(share - 0.5) * 1000,
        {
            "part": view.me.kills + view.me.assists,
            "team_kills": team_kills,
            "percent": round(100 * share),
        },
    )


def gold_share(view: Viewpoint) -> Candidate | None:
    """Share of the team's gold. Values: `gold`, `percent`, `team_size`."""
    if view.mine.gold_share == 0 or len(view.team) == 1:
        return None
    return candidate(
        ObservationKind.GOLD_SHARE,
        view.match.duration_s,
        100,
        {
            "gold": view.me.gold,
            "percent": round(100 * view.mine.gold_share),
            "team_size": len(view.team),
        },
    )
