"""What a process has heard from Riot of the windows under way, for a Redis that was emptied."""

from dataclasses import dataclass, field
from typing import Any

from src.core.domain.rate_limits import LimitHeaders, RateLimitAnswer, limits_of


@dataclass(slots=True)
class _Count:
    """The most calls that Riot has counted in its latest window of this length, and when that was heard."""

    calls: int
    count: int
    at: float


@dataclass(slots=True)
class Heard:
    """Counts of the key and of one method, by the length of the window in seconds."""

    app: dict[int, _Count] = field(default_factory=dict)
    method: dict[int, _Count] = field(default_factory=dict)

    def note(self, answer: RateLimitAnswer, *, let_go: float, ended: float) -> None:
        """Take in the answer of a call."""
        _note(self.app, answer.app, let_go, ended)
        _note(self.method, answer.method, let_go, ended)

    def in_json(self, method: int, now: float) -> dict[str, Any]:
        """Per scope and window: calls, length, count, and how long ago. `method` is its number in the message."""
        scopes = [
            [[one.calls, length, one.count, now - one.at] for length, one in scope.items()]
            for scope in (self.app, self.method)
        ]
        return {"method": method, "scopes": scopes}


def _note(scope: dict[int, _Count], told: LimitHeaders, let_go: float, ended: float) -> None:
    counts = limits_of(told.counts)
    for length, calls in limits_of(told.limits).items():
        count, before = counts.get(length, 0), scope.get(length)
        # Answers overtake each other. Only a call let go after the highest count was heard arrived after that one: a
        # lower count is then of a new window.
        if before is None or count >= before.count or let_go >= before.at:
            scope[length] = _Count(calls, count, ended)
