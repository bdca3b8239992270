"""The end-of-game ward numbers of a match-v5 match document, which a `Match` does not keep."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from src.core.domain.document_reader import Node

_UNKNOWN = -1


@dataclass(frozen=True, slots=True)
class WardTotals:
    """One participant's wards in the whole game; None where the document does not say."""

    placed: int | None
    killed: int | None
    control: int | None


def read_ward_totals(document: Mapping[str, Any]) -> dict[int, WardTotals]:
    """Riot's `wardsPlaced`, `wardsKilled` and `detectorWardsPlaced` (control wards placed), by participant id.

    Raises:
        MalformedDocument: a participant is missing or unreadable; names its path.
    """
    people = Node(document, "match").child("info").children("participants")
    return {
        person.count("participantId"): WardTotals(
            placed=_total(person, "wardsPlaced"),
            killed=_total(person, "wardsKilled"),
            control=_total(person, "detectorWardsPlaced"),
        )
        for person in people
    }


def _total(person: Node, key: str) -> int | None:
    total = person.count(key, _UNKNOWN)
    return total if total >= 0 else None
