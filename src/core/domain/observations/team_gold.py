"""What the team gold difference tells."""

from src.core.domain.analysis import MATTERS_FROM, Observation, ObservationKind
from src.core.domain.match import Outcome
from src.core.domain.observations.candidate import Candidate, candidate
from src.core.domain.observations.frames import short_spans
from src.core.domain.observations.objectives import counted, taken
from src.core.domain.observations.viewpoint import Viewpoint

_TOLD_LEAD = 1000  # gold; a smaller lead is no story


def gold_swing(view: Viewpoint) -> Candidate | None:
    """The biggest change of the team gold difference within three minutes, and what happened in them, if it mattered.

    Where there is a model, it did if the own team's chance is known before and after it and changed by `MATTERS_FROM`.
    Elsewhere what ends with the game is but its end, unless it took a team from behind to ahead.

    Values: `from_s`, `to_s`, `from_gold`, `to_gold`, `swing` (own minus enemy), `from_chance` and `to_chance` (the own
    team's, where there is a model), `own_kills`, `enemy_kills`, `my_kills`, `my_assists`, `my_deaths`, and the
    objectives as `own_<name>` and `enemy_<name>`.
    """
    diff = view.team_gold_diff
    if view.timeline is None or not diff:
        return None
    times = view.timeline.frame_times
    start, end = max(short_spans(times), key=lambda span: abs(diff[span[1]] - diff[span[0]]), default=(0, 0))
    swing = diff[end] - diff[start]
    after_s, until_s = times[start], times[end]
    chances = _chances(view, after_s, until_s)
    has_model = bool(view.facts.win_probability)
    is_end = end == len(times) - 1 and diff[start] * diff[end] >= 0
    if swing == 0 or (not chances if has_model else is_end):
        return None
    objectives = counted(taken(view, after_s, until_s, by_enemy=False), "own") | counted(
        taken(view, after_s, until_s, by_enemy=True), "enemy"
    )
    return candidate(
        ObservationKind.GOLD_SWING,
        after_s,
        abs(swing),
        {
            "from_s": after_s,
            "to_s": view.on_the_clock(until_s),
            "from_gold": diff[start],
            "to_gold": diff[end],
            "swing": swing,
            **chances,
            **_fights(view, after_s, until_s),
            **objectives,
        },
        until_s=until_s,
        is_setback=swing < 0,
    )


def _chances(view: Viewpoint, after_s: float, until_s: float) -> dict[str, float]:
    """The own team's chances at both ends, where both are known and differ by what matters."""
    before, after = view.win_chance(after_s), view.win_chance(until_s)
    if before is None or after is None or abs(after - before) < MATTERS_FROM:
        return {}
    return {"from_chance": before, "to_chance": after}


def _fights(view: Viewpoint, after_s: float, until_s: float) -> dict[str, int]:
    """Who killed how often in the span. An execution is nobody's kill."""
    kills = [k for k in view.facts.kills if after_s < k.time_s <= until_s]
    mine = view.me.participant_id
    return {
        "own_kills": sum(view.is_own(kill.killer_id) for kill in kills),
        "enemy_kills": sum(view.is_enemy(kill.killer_id) for kill in kills),
        "my_kills": sum(kill.killer_id == mine for kill in kills),
        "my_assists": sum(mine in kill.assist_ids for kill in kills),
        "my_deaths": sum(kill.victim_id == mine for kill in kills),
    }


def is_without_me(seen: Observation) -> bool:
    """True for a gold swing that the player has no part in: no takedown if it went well, no death if it did not."""
    if seen.kind is not ObservationKind.GOLD_SWING:
        return False
    went_well = float(seen.values["swing"]) > 0
    parts = ("my_kills", "my_assists") if went_well else ("my_deaths",)
    return not any(seen.values[part] for part in parts)


def team_lead(view: Viewpoint) -> Candidate | None:
    """A lead that did not hold or a deficit that was made up, where the outcome says so. Values: `at_s`, `gold`."""
    if view.timeline is None or not view.team_gold_diff:
        return None
    diff = view.team_gold_diff
    frame = {
        Outcome.LOSS: max(range(len(diff)), key=diff.__getitem__),
        Outcome.WIN: min(range(len(diff)), key=diff.__getitem__),
    }.get(view.me.outcome)
    if frame is None:
        return None
    lost = view.me.outcome is Outcome.LOSS
    if (diff[frame] if lost else -diff[frame]) < _TOLD_LEAD:
        return None
    at_s = view.timeline.frame_times[frame]
    return candidate(
        ObservationKind.TEAM_LEAD,
        at_s,
        abs(diff[frame]) * 0.8,
        {"at_s": view.on_the_clock(at_s), "gold": diff[frame]},
        is_setback=lost,
    )
