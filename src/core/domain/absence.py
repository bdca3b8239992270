"""Documents that Riot does not have, and when it makes sense to ask for one again."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from src.core.domain.regions import parse_match_id

SETTLES_AFTER = timedelta(hours=6)
"""Riot can take this long after a game's end to publish its match and timeline; a 404 after that is for good."""

_FIRST_WAIT = timedelta(minutes=1)
_LONGEST_WAIT = timedelta(minutes=10)  # less than a timeline's own job waits: its next attempt does ask
_SETTLED_WAIT = timedelta(days=30)
_MOST_DOUBLINGS = 10  # far above the longest wait


class DocumentKind(StrEnum):
    """Which document of a match."""

    MATCH = "match"
    TIMELINE = "timeline"


@dataclass(frozen=True, slots=True)
class Absence:
    """A document that Riot did not have: `times` in a row, and not to be asked for before `ask_again_at` (UTC)."""

    match_id: str
    document: DocumentKind
    times: int
    ask_again_at: datetime


def wait_before_asking(times: int, *, is_settled: bool) -> timedelta:
    """How long to wait after a document was found absent for the `times`th time in a row (1 is the first).

    A fresh game's may come any minute, a settled one's will not.

    >>> [wait_before_asking(times, is_settled=False) // timedelta(minutes=1) for times in (1, 2, 3, 4, 5)]
    [1, 2, 4, 8, 10]
    >>> wait_before_asking(1, is_settled=True).days
    30
    """
    if is_settled:
        return _SETTLED_WAIT
    return min(_LONGEST_WAIT, _FIRST_WAIT * (1 << min(max(times - 1, 0), _MOST_DOUBLINGS)))


def is_settled(match_id: str, settled: Iterable[str]) -> bool:
    """True if the match is as old as one of `settled`, matches whose documents cannot change any more.

    The numbers of a platform's matches rise with time; those of two platforms say nothing about each other.

    >>> is_settled("EUW1_7", ["KR_9", "EUW1_8"]), is_settled("EUW1_9", ["KR_9", "EUW1_8"])
    (True, False)
    """
    platform, number = _numbered(match_id)
    return any(of == platform and number <= latest for of, latest in map(_numbered, settled))


def _numbered(match_id: str) -> tuple[str, int]:
    canonical, platform = parse_match_id(match_id)
    return platform, int(canonical.partition("_")[2])
