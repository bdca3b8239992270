"""The state of a game at any moment, from its match and timeline."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from src.core.domain.match import BLUE, RED, Match
from src.core.domain.objectives import SOUL_AT, Objective, objective_of, taker_of
from src.core.domain.timeline import ParticipantSeries, Timeline
from src.core.domain.win_probability.payments import payments
from src.core.domain.win_probability.state import FEATURES, GameStates
from src.core.errors import MalformedDocument

Numbers = NDArray[np.float64]

_SIGN: Final = {BLUE: 1.0, RED: -1.0}
_READ_FROM_FRAMES: Final = ("xp", "levels", "lane_cs", "jungle_cs")
_COUNTED: Final = ("kills", "towers", "inhibitors", "dragons", "souls", "elders", "heralds", "grubs", "barons")
_FEATURES: Final = {
    Objective.TOWER: "towers",
    Objective.NEXUS_TOWER: "towers",
    Objective.INHIBITOR: "inhibitors",
    Objective.DRAGON: "dragons",
    Objective.ELDER: "elders",
    Objective.HERALD: "heralds",
    Objective.GRUBS: "grubs",
    Objective.BARON: "barons",
}


def game_states(match: Match, timeline: Timeline, times_s: Sequence[float], *, before: bool = False) -> GameStates:
    """The state of the game at each of these moments, seconds from its start, in any order.

    What happened exactly at a moment is counted, with `before` it is not yet. Moments outside the frames have the
    numbers of the nearer frame.

    Kills and whatever a team took are exact. Gold is exact at the frames; between two of them it is that of the first,
    plus what kills and objectives have paid since (see `payments`), plus the rest of what the team gained between the
    two, spread evenly over the time. If they paid more than the team gained, each counts for its share of the gain.
    Experience and CS are linear between frames. So are levels, though they come whole: nothing in between tells when,
    and a step at a frame would look like the doing of an event beside it.

    Raises:
        MalformedDocument: the timeline is another match's, has no frames, or lacks a participant of its match.
    """
    _check(match, timeline)
    times = np.asarray(times_s, dtype=np.float64)
    frames = np.asarray(timeline.frame_times, dtype=np.float64)
    teams = {person.participant_id: person.team_id for person in match.participants}
    blue, red = (_gold(timeline, teams, team, frames).at(times, before=before) for team in (BLUE, RED))
    columns = {"gold": blue - red}
    columns |= _frames_at(timeline, teams, frames, times)
    columns |= _counts_at(timeline, teams, times, before=before)
    difference = np.stack([columns[feature] for feature in FEATURES], axis=-1)
    return GameStates(patch=match.patch, time_s=times, total_gold=blue + red, difference=difference)


def _check(match: Match, timeline: Timeline) -> None:
    if timeline.match_id != match.match_id:
        raise MalformedDocument("The timeline belongs to another match.")
    if not timeline.frame_times:
        raise MalformedDocument("The timeline has no frames.")
    if any(person.participant_id not in timeline.series for person in match.participants):
        raise MalformedDocument("The timeline lacks a participant of its match.")


def _side(timeline: Timeline, teams: dict[int, int], team: int) -> list[ParticipantSeries]:
    return [timeline.series[number] for number, of_team in teams.items() if of_team == team]


def _frames_at(timeline: Timeline, teams: dict[int, int], frames: Numbers, times: Numbers) -> dict[str, Numbers]:
    blue, red = (
        np.array([(s.xp, s.level, s.lane_minions, s.jungle_monsters) for s in _side(timeline, teams, team)])
        .reshape(-1, len(_READ_FROM_FRAMES), len(frames))
        .sum(axis=0, dtype=np.float64)
        for team in (BLUE, RED)
    )
    return {name: np.interp(times, frames, row) for name, row in zip(_READ_FROM_FRAMES, blue - red, strict=True)}


@dataclass(frozen=True, slots=True)
class _TeamGold:
    """A team's gold at its frames, and what events paid it; shapes (frames,), (events,), and (events + 1,) added up."""

    frames: Numbers
    earned: Numbers
    paid_s: Numbers
    paid: Numbers

    def at(self, times: Numbers, *, before: bool) -> Numbers:
        last = len(self.frames) - 1
        since = np.clip(np.searchsorted(self.frames, times, side="left") - 1, 0, max(last - 1, 0))
        until = np.minimum(since + 1, last)
        length = self.frames[until] - self.frames[since]
        passed = np.clip((times - self.frames[since]) / np.where(length > 0, length, 1.0), 0.0, 1.0)
        paid_at_frames = self._paid_until(self.frames, before=False)
        paid_between = paid_at_frames[until] - paid_at_frames[since]
        paid = np.clip(self._paid_until(times, before=before) - paid_at_frames[since], 0.0, paid_between)
        gain = self.earned[until] - self.earned[since]
        at_once = np.clip(gain, 0.0, paid_between)
        share_paid = paid / np.where(paid_between > 0, paid_between, 1.0)
        return self.earned[since] + at_once * share_paid + (gain - at_once) * passed

    def _paid_until(self, times: Numbers, *, before: bool) -> Numbers:
        return self.paid[np.searchsorted(self.paid_s, times, side="left" if before else "right")]


def _gold(timeline: Timeline, teams: dict[int, int], team: int, frames: Numbers) -> _TeamGold:
    gold = np.array([series.total_gold for series in _side(timeline, teams, team)], dtype=np.float64)
    paid = sorted((time_s, amount) for time_s, to, amount in payments(timeline, teams) if to == team)
    return _TeamGold(
        frames=frames,
        earned=gold.reshape(-1, len(frames)).sum(axis=0),
        paid_s=np.array([time_s for time_s, _ in paid]),
        paid=np.cumsum([0.0, *(amount for _, amount in paid)]),
    )


def _counts_at(timeline: Timeline, teams: dict[int, int], times: Numbers, *, before: bool) -> dict[str, Numbers]:
    taken = sorted(_taken(timeline, teams))
    steps = np.zeros((len(taken) + 1, len(_COUNTED)))
    for row, (_, name, team) in enumerate(taken, start=1):
        steps[row, _COUNTED.index(name)] = _SIGN[team]
    moments = np.array([time_s for time_s, _, _ in taken])
    counts = steps.cumsum(axis=0)[np.searchsorted(moments, times, side="left" if before else "right")]
    return dict(zip(_COUNTED, counts.T, strict=True))


def _taken(timeline: Timeline, teams: dict[int, int]) -> Iterator[tuple[float, str, int]]:
    """When a side killed or took something, which of the counted it is, and the side's team."""
    for kill in timeline.kills:
        if (team := teams.get(kill.killer_id)) in _SIGN:  # 0, an execution's, is nobody's id
            yield kill.time_s, "kills", team
    dragons: Counter[int] = Counter()
    for event in sorted(timeline.objectives, key=lambda event: event.time_s):
        if (name := _FEATURES.get(objective_of(event))) and (team := taker_of(event)):
            yield event.time_s, name, team
            dragons[team] += name == "dragons"
            if name == "dragons" and dragons[team] == SOUL_AT:
                yield event.time_s, "souls", team
