"""What a process and the script in Redis say to each other, in JSON."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final, NamedTuple, Self

import orjson

from src.adapters.riot_budget.heard import Heard
from src.core.domain.job import Lane
from src.core.domain.rate_limits import LimitHeaders, RateLimitAnswer
from src.core.ports.riot_budget import Permit

UNANSWERED: Final = 0
ABANDONED: Final = -1
_SCOPES: Final = {None: 0, "app": 1, "method": 2}
_NOT_SAID: Final = -1.0


@dataclass(frozen=True, slots=True)
class Flight:
    """A call on its way since `since`. `app_landed`, `method_landed`: how many had ended by then (-1: not known)."""

    permit: Permit
    since: float
    app_landed: int
    method_landed: int


@dataclass(frozen=True, slots=True)
class Ended:
    """A call that has ended at `at`; `status` is Riot's, UNANSWERED or ABANDONED."""

    flight: Flight
    at: float
    status: int
    answer: RateLimitAnswer
    jitter: float

    def in_json(self, method: int, now: float) -> dict[str, Any]:
        """`method` is the number of its method in the message."""
        answer = self.answer
        return {
            "id": self.flight.permit.id,
            "method": method,
            "status": self.status,
            "age": now - self.at,
            "scopes": (_told(answer.app, self.flight.app_landed), _told(answer.method, self.flight.method_landed)),
            "blocks": _SCOPES[answer.blocks],
            "pause": _NOT_SAID if answer.pause is None else answer.pause,
            "jitter": self.jitter,
        }


class Ask(NamedTuple):
    """The first calls of a line, by the ids of their permits."""

    method: str
    lane: Lane
    ids: Sequence[str]


@dataclass(frozen=True)
class Message:
    """One exchange. `epoch` is the one to begin if Redis has none, `known` the one met last (empty: none).

    `flying` and `heard` (by method) are for a Redis that was emptied.
    """

    epoch: str
    known: str
    ended: Sequence[Ended]
    unused: Sequence[Permit]
    flying: Sequence[Flight]
    heard: Mapping[str, Heard]
    asks: Sequence[Ask]

    @cached_property
    def methods(self) -> list[str]:
        """The methods it speaks of, sorted."""
        permits = [*(one.flight.permit for one in self.ended), *self.unused, *(one.permit for one in self.flying)]
        return sorted({*(permit.method for permit in permits), *self.heard, *(ask.method for ask in self.asks)})

    def in_json(self, now: float) -> bytes:
        """The message as of `now`: times travel as ages, so that clocks need not agree."""
        number = {method: index for index, method in enumerate(self.methods, start=1)}
        return orjson.dumps(
            {
                "epoch": self.epoch,
                "known": self.known,
                "reports": [one.in_json(number[one.flight.permit.method], now) for one in self.ended],
                "unused": [{"id": permit.id, "method": number[permit.method]} for permit in self.unused],
                "flying": [
                    {"id": one.permit.id, "method": number[one.permit.method], "age": now - one.since}
                    for one in self.flying
                ],
                "heard": [heard.in_json(number[method], now) for method, heard in self.heard.items()],
                "asks": [
                    {"method": number[ask.method], "background": ask.lane is not Lane.INTERACTIVE, "ids": ask.ids}
                    for ask in self.asks
                ],
            }
        )


class Answer(NamedTuple):
    """To an ask: how many calls may go, and if not all, the seconds to wait (at least, if `is_unknown`).

    `is_open`: the circuit of the method is.
    """

    granted: int
    wait: float
    is_unknown: bool
    is_open: bool
    app_landed: int
    method_landed: int


@dataclass(frozen=True, slots=True)
class Reply:
    """What Redis says: its epoch, and an answer to each ask."""

    epoch: str
    answers: Sequence[Answer]

    @classmethod
    def read(cls, reply: bytes) -> Self:
        """Six numbers per ask; an empty list comes as an empty object."""
        content = orjson.loads(reply)
        numbers, width = list(content["asks"]), len(Answer._fields)
        rows = [numbers[start : start + width] for start in range(0, len(numbers), width)]
        return cls(
            content["epoch"],
            [
                Answer(granted, milliseconds / 1000, bool(unknown), bool(is_open), app_landed, method_landed)
                for granted, milliseconds, unknown, is_open, app_landed, method_landed in rows
            ],
        )


def _told(headers: LimitHeaders, landed: int) -> dict[str, Any]:
    told: dict[str, Any] = {"limits": headers.limits, "counts": headers.counts}
    return told if landed < 0 else told | {"landed": landed}
