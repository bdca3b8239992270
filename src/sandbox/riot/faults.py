"""Faults that tests and chaos runs order: statuses, broken bodies, resets, delays."""

import random
import re
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, field_validator, model_validator

BodyFault = Literal["normal", "empty", "html", "truncated", "reset"]


class FaultRule(BaseModel):
    """One fault, applied to the calls it matches.

    Attributes:
        path: Regular expression searched in the path after the routing value (RSO paths start with `/rso`).
        method: Method name, `match-v5.getTimeline` or `rso.token`; with `path`, both must match.
        status: Answer with this status; None leaves the answer alone but for `body` and `latency_ms`.
        body: `empty`, `html` or `truncated` bodies; `reset` closes the connection without an answer.
        rate_limit_type: `X-Rate-Limit-Type` of a 429; None leaves the header out, as services do. With
            `server` the answer has no app or method headers either.
        retry_after: `Retry-After` in seconds; None leaves it out.
        message: The message in the error body.
        latency_ms: Shortest and longest delay before the answer, in ms.
        count: How many calls it applies to; None: for ever.
        probability: The share of matching calls it applies to.
    """

    model_config = ConfigDict(extra="forbid")

    path: str | None = None
    method: str | None = None
    status: Annotated[int, Field(ge=400, le=599)] | None = None
    body: BodyFault = "normal"
    rate_limit_type: Literal["application", "method", "service", "server"] | None = None
    retry_after: Annotated[int, Field(ge=0)] | None = None
    message: str | None = None
    latency_ms: tuple[int, int] | None = None
    count: Annotated[int, Field(ge=1)] | None = None
    probability: Annotated[float, Field(gt=0, le=1)] = 1.0

    @field_validator("path")
    @classmethod
    def _compiles(cls, path: str | None) -> str | None:
        if path is not None:
            try:
                re.compile(path)
            except re.error as error:
                raise ValueError(f"not a regular expression: {error}") from error
        return path

    @model_validator(mode="after")
    def _does_something(self) -> Self:
        if self.status is None and self.body == "normal" and self.latency_ms is None:
            raise ValueError("a fault needs a status, a body or a latency")
        if self.latency_ms and not 0 <= self.latency_ms[0] <= self.latency_ms[1]:
            raise ValueError("latency_ms is [shortest, longest]")
        return self

    def matches(self, path: str, method: str) -> bool:
        """Whether the rule is about this call."""
        return (self.path is None or re.search(self.path, path) is not None) and self.method in {None, method}


RULES: TypeAdapter[list[FaultRule]] = TypeAdapter(list[FaultRule])


class Faults:
    """The rules in force, first match wins."""

    def __init__(self, seed: int = 0) -> None:
        self._rules: list[FaultRule] = []
        self._left: dict[int, int] = {}
        self._rng = random.Random(seed)  # noqa: S311 - reproducible on purpose

    @property
    def rules(self) -> list[FaultRule]:
        """The rules that still apply."""
        return list(self._rules)

    def add(self, *rules: FaultRule) -> None:
        """Put rules in force after those already there."""
        for rule in rules:
            self._rules.append(rule)
            if rule.count is not None:
                self._left[id(rule)] = rule.count

    def clear(self) -> None:
        """Back to normal."""
        self._rules.clear()
        self._left.clear()

    def draw(self, path: str, method: str) -> FaultRule | None:
        """The fault for this call, if any; uses up one of its `count`."""
        for rule in self._rules:
            if rule.matches(path, method) and (rule.probability == 1 or self._rng.random() < rule.probability):
                self._use(rule)
                return rule
        return None

    def delay_s(self, rule: FaultRule) -> float:
        """Seconds to wait before answering."""
        return self._rng.uniform(*rule.latency_ms) / 1000 if rule.latency_ms else 0.0

    def _use(self, rule: FaultRule) -> None:
        if rule.count is None:
            return
        self._left[id(rule)] -= 1
        if not self._left[id(rule)]:
            self._rules.remove(rule)
            del self._left[id(rule)]
