"""The win probability over a game."""

from bisect import bisect_left
from collections.abc import Sequence
from typing import Final

import numpy as np
from pydantic import BaseModel, ConfigDict

from src.core.domain.match import BLUE, Match
from src.core.domain.timeline import FRAME_SLACK_S, Timeline
from src.core.domain.win_probability.game import game_states
from src.core.domain.win_probability.model import predict
from src.core.domain.win_probability.scope import has_model
from src.core.domain.win_probability.state import GameStates, Prediction

_END_WITHIN_S: Final = 10.0  # in real games of the Rift the last frame is within 2.5 s of their duration


class WinPoint(BaseModel):
    """Blue's probability to win at a minute, with the bounds that hold it nine times out of ten.

    `minute`: minutes from the game's start: whole ones, and the game's end with up to two decimals.
    """

    model_config = ConfigDict(frozen=True)

    minute: float
    blue: float
    low: float
    high: float


class WinCurve:
    """Blue's probability to win, over one game. Times are seconds from the game's start.

    `points`: one per full minute that has a frame (within 2 s after it), minute 0 included, rounded to 4 decimals; and
    the end, the last frame, at which the probability is the result: 1 or 0. A game has no such end if nobody won it, or
    if its timeline stops early: if the last frame is more than 10 s from the match's duration.

    At any frame or event the probability is the model's, before what happened at that very moment and after it. Between
    two such moments it is linear. Before the first frame it is that of the first frame, past the last that of the end.
    """

    __slots__ = ("_after", "_before", "_moments", "points")

    def __init__(
        self, points: tuple[WinPoint, ...], moments_s: Sequence[float], before: Sequence[float], after: Sequence[float]
    ) -> None:
        """`moments_s` rise strictly; `before` and `after` are the probabilities just before and after each of them."""
        self.points = points
        self._moments, self._before, self._after = moments_s, before, after

    def before(self, time_s: float) -> float:
        """Blue's probability just before a moment: what happens exactly then is not counted."""
        return self._at(time_s, self._before)

    def after(self, time_s: float) -> float:
        """Blue's probability just after a moment: what happens exactly then is counted. At the end: its result."""
        return self._at(time_s, self._after)

    def change(self, from_s: float, until_s: float) -> float:
        """How blue's probability changed from just before one moment until just after another."""
        return self.after(until_s) - self.before(from_s)

    def _at(self, time_s: float, at_moments: Sequence[float]) -> float:
        following = bisect_left(self._moments, time_s)
        if following == len(self._moments):
            return self._after[-1]
        if following == 0 or self._moments[following] == time_s:
            return at_moments[following]
        since, until = self._moments[following - 1], self._moments[following]
        start, end = self._after[following - 1], self._before[following]
        return start + (end - start) * (time_s - since) / (until - since)


def win_curve(match: Match, timeline: Timeline) -> WinCurve | None:
    """The win probability over a game; None where there is no model (see `has_model`) or the timeline has no frames.

    An aborted game has a curve without a result; so has one whose timeline stops early (see `WinCurve`).

    Raises:
        MalformedDocument: the timeline is another match's, or lacks a participant of its match.
    """
    if not has_model(match) or not timeline.frame_times:
        return None
    moments = _moments(timeline)
    prediction = _predict_before_and_after(match, timeline, moments)
    before, after = prediction.blue[: len(moments)].tolist(), prediction.blue[len(moments) :].tolist()
    points = _points(timeline.frame_times, moments, prediction)
    end_s = timeline.frame_times[-1]
    if match.winner is not None and abs(end_s - match.duration_s) <= _END_WITHIN_S:
        after[-1] = float(match.winner == BLUE)
        points = _ended(points, end_s, after[-1])
    return WinCurve(points, moments, before, after)


def _moments(timeline: Timeline) -> list[float]:
    """Every frame and event from the first frame to the last; rises strictly."""
    first, last = timeline.frame_times[0], timeline.frame_times[-1]
    events = (event.time_s for events in (timeline.kills, timeline.monsters, timeline.buildings) for event in events)
    return sorted({*timeline.frame_times, *(time_s for time_s in events if first <= time_s <= last)})


def _predict_before_and_after(match: Match, timeline: Timeline, moments: Sequence[float]) -> Prediction:
    """The predictions just before all moments, followed by those just after them."""
    before, after = (game_states(match, timeline, moments, before=before) for before in (True, False))
    return predict(
        GameStates(
            patch=match.patch,
            time_s=np.concatenate([before.time_s, after.time_s]),
            total_gold=np.concatenate([before.total_gold, after.total_gold]),
            difference=np.concatenate([before.difference, after.difference]),
        )
    )


def _points(frame_times: Sequence[float], moments: Sequence[float], prediction: Prediction) -> tuple[WinPoint, ...]:
    points: dict[float, WinPoint] = {}
    for time_s in frame_times:
        minute, seconds = divmod(time_s, 60.0)
        if seconds <= FRAME_SLACK_S and minute not in points:
            after = len(moments) + bisect_left(moments, time_s)
            blue, low, high = (
                round(float(side[after]), 4) for side in (prediction.blue, prediction.low, prediction.high)
            )  # fmt: skip
            points[minute] = WinPoint(minute=minute, blue=blue, low=low, high=high)
    return tuple(points.values())


def _ended(points: tuple[WinPoint, ...], end_s: float, result: float) -> tuple[WinPoint, ...]:
    """The points with the result as the last one. Where the game ended on a full minute it takes that one's place."""
    minute = round(end_s / 60, 2)
    minute_of_end = end_s // 60 if end_s % 60 <= FRAME_SLACK_S else minute
    end = WinPoint(minute=minute, blue=result, low=result, high=result)
    return (*(point for point in points if point.minute < minute_of_end), end)
