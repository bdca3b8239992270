"""What became of the matches of a batch."""

from bisect import insort
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields
from typing import Any, Self


@dataclass(slots=True)
class BatchReport:
    """Match ids by what became of them, in the order they were asked for.

    `missing` Riot does not have, `malformed` cannot be read or stored, `unavailable` Riot could not give this time.
    """

    missing: list[str] = field(default_factory=list)
    malformed: list[str] = field(default_factory=list)
    unavailable: list[str] = field(default_factory=list)

    @classmethod
    def resumed(cls, so_far: Mapping[str, Any]) -> Self:
        """What an earlier attempt had done, from its JSON form; empty for an empty one.

        Outcomes that only another version knows are left out: what became so is looked at again.
        """
        report = cls()
        for outcome, match_ids in report.lists():
            match_ids.extend(so_far.get(outcome, ()))
        return report

    @property
    def match_ids(self) -> frozenset[str]:
        """All that are done; those that are unavailable are not."""
        return frozenset(match_id for name, ids in self.lists() if name != "unavailable" for match_id in ids)

    @property
    def has_anything(self) -> bool:
        """True if any match is done."""
        return any(ids for name, ids in self.lists() if name != "unavailable")

    def lists(self) -> Iterator[tuple[str, list[str]]]:
        """The match ids of every outcome, by its name."""
        for one in fields(self):
            if isinstance(ids := getattr(self, one.name), list):
                yield one.name, ids


class BatchOrder:
    """The order in which matches were asked for; ids of others come before them."""

    def __init__(self, match_ids: Sequence[str]) -> None:
        self._places = {match_id: place for place, match_id in enumerate(match_ids)}
        self._in_order: dict[str, int] = {}

    def restore(self, report: BatchReport) -> None:
        """Put the ids that were added at the ends of the report's lists where they belong.

        It costs what is new since the last time, not what is there: the next call is for the same report.
        """
        for outcome, ids in report.lists():
            in_order = self._in_order.get(outcome, 0)
            new = ids[in_order:]
            del ids[in_order:]
            for match_id in new:
                insort(ids, match_id, key=self._place)
            self._in_order[outcome] = len(ids)

    def _place(self, match_id: str) -> int:
        return self._places.get(match_id, -1)
