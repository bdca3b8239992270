"""What happened around the player's deaths. "Within 60 s after", never "because of"."""

from collections import Counter

from src.core.domain.analysis import ObservationKind
from src.core.domain.facts.model import FOLLOWED_WITHIN_S, LANING_UNTIL_S, Followed, KillFact
from src.core.domain.objectives import Objective
from src.core.domain.observations.candidate import Candidate, candidate
from src.core.domain.observations.objectives import counted, worth
from src.core.domain.observations.viewpoint import Viewpoint

_CLUSTER_GAP_S = 180.0
_CLUSTER_SIZE = 2
_GOLD_PER_DEATH = 400  # a kill and an assist pay about that; it only orders observations
_EARLY_S = 600.0  # to have lived for a few minutes is no feat
_FINAL_PUSH_S = 90.0  # what the enemy takes at the very end is the end, and nothing to learn from


def deaths(view: Viewpoint) -> Candidate | None:
    """The heavier of the two stories about deaths: one of them is enough for anybody."""
    stories = [story for story in (early_deaths(view), death_and_objective(view)) if story is not None]
    return max(stories, key=lambda story: story.weight, default=None)


def early_deaths(view: Viewpoint) -> Candidate | None:
    """The largest cluster of own deaths before 14:00, each at most three minutes after the one before. Rift only.

    Deaths in the last 90 s of the game are left out.

    Values: `deaths`, `ganks` (those of them that were ganks, see `ParticipantFacts`), `first_s`, `last_s`;
    `enemy_<name>`: objectives the enemy took within 60 s after any of them; `before_s`, `before_gold`, `after_s`,
    `after_gold`: the team gold difference at the last frame before the first death and at the first frame 60 s or more
    after the last.
    """
    cluster = max(_clusters(_before_the_end(view)), key=len, default=[])
    if len(cluster) < _CLUSTER_SIZE or not view.match.is_on_the_rift:  # elsewhere dying early is how one shops
        return None
    followed = _followed(view, cluster)
    around = _gold_around(view, cluster[0].time_s, cluster[-1].time_s)
    was_costly = bool(followed) or around.get("after_gold", 0) < around.get("before_gold", 0)
    return candidate(
        ObservationKind.DEATHS_COST,
        cluster[0].time_s,
        _GOLD_PER_DEATH * len(cluster) * (1.0 if was_costly else 0.5) + worth(followed),
        {
            "deaths": len(cluster),
            "ganks": sum(bool(death.is_gank) for death in cluster),
            "first_s": cluster[0].time_s,
            "last_s": cluster[-1].time_s,
            **around,
            **counted(followed, "enemy"),
        },
        until_s=cluster[-1].time_s,
        is_setback=was_costly,
    )


def _before_the_end(view: Viewpoint) -> list[KillFact]:
    return [death for death in view.own_deaths if death.time_s < view.match.duration_s - _FINAL_PUSH_S]


def _clusters(own_deaths: list[KillFact]) -> list[list[KillFact]]:
    clusters: list[list[KillFact]] = []
    for death in own_deaths:
        if death.time_s >= LANING_UNTIL_S:
            break
        if clusters and death.time_s - clusters[-1][-1].time_s <= _CLUSTER_GAP_S:
            clusters[-1].append(death)
        else:
            clusters.append([death])
    return clusters


def _by_enemy(view: Viewpoint, death: KillFact) -> list[Followed]:
    """What the enemy took within 60 s after a death."""
    return [taken for taken in death.followed if taken.team_id != view.me.team_id]


def _followed(view: Viewpoint, cluster: list[KillFact]) -> list[Followed]:
    """What the enemy took within 60 s after a death of the cluster, each thing once.

    Two grubs can fall in one moment: what is the same in every respect counts as often as after one death.
    """
    together: Counter[Followed] = Counter()
    for death in cluster:
        together |= Counter(_by_enemy(view, death))
    return sorted(together.elements(), key=lambda taken: taken.time_s)


def _gold_around(view: Viewpoint, first_s: float, last_s: float) -> dict[str, float]:
    """The team gold difference around a span; nothing where the frames do not enclose it."""
    if view.timeline is None or not view.team_gold_diff:
        return {}
    times = view.timeline.frame_times
    before = [i for i, time_s in enumerate(times) if time_s <= first_s]
    after = [i for i, time_s in enumerate(times) if time_s >= last_s + FOLLOWED_WITHIN_S]
    if not before or not after:
        return {}
    return {
        "before_s": times[before[-1]],
        "before_gold": view.team_gold_diff[before[-1]],
        "after_s": view.on_the_clock(times[after[0]]),
        "after_gold": view.team_gold_diff[after[0]],
    }


def death_and_objective(view: Viewpoint) -> Candidate | None:
    """The own death after which the enemy took the most within 60 s, unless that was the end of the game.

    Deaths in the last 90 s are left out, and those that a nexus tower followed.

    Values: `at_s`; `place` (a `Place`) where it is known, and the own `team_id`; `until_s`: when the last of them fell;
    `enemy_<name>`: how many.
    """
    followed = [(death, _by_enemy(view, death)) for death in _before_the_end(view)]
    lessons = [pair for pair in followed if all(taken.objective is not Objective.NEXUS_TOWER for taken in pair[1])]
    death, objectives = max(lessons, key=lambda pair: worth(pair[1]), default=(None, []))
    if death is None or not objectives:
        return None
    return candidate(
        ObservationKind.DEATH_AND_OBJECTIVE,
        death.time_s,
        worth(objectives),
        {
            "at_s": death.time_s,
            **({"place": death.place.value, "team_id": view.me.team_id} if death.place else {}),
            "until_s": objectives[-1].time_s,
            **counted(objectives, "enemy"),
        },
        is_setback=True,
    )


def first_death(view: Viewpoint) -> Candidate | None:
    """When the player first died, if not before 10:00, or that it never happened.

    Values: `at_s`, `deaths`, or `duration_s`.
    """
    if view.timeline is None:
        return None
    if view.me.deaths == 0 and not view.own_deaths:
        duration_s = view.match.duration_s
        return candidate(ObservationKind.NO_DEATH, duration_s, 600, {"duration_s": duration_s})
    if not view.own_deaths or view.own_deaths[0].time_s < _EARLY_S:
        return None
    at_s = view.own_deaths[0].time_s
    return candidate(ObservationKind.FIRST_DEATH, at_s, at_s / 4, {"at_s": at_s, "deaths": view.me.deaths})
