"""What a client does, and what it is given."""

import os
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol

from src.core.domain.regions import parse_match_id

BATCH = 25
"""Pairs that are stored together, where a client stores several at once."""


@dataclass(slots=True)
class Tally:
    """How many pairs were stored, and what went wrong with the others."""

    stored: int = 0
    failures: list[str] = field(default_factory=list)

    def fail(self, match_id: str, error: Exception) -> None:
        """Count a pair that the client could not handle."""
        self.failures.append(f"{match_id}: {type(error).__name__}: {str(error)[:100]}")


class Client(Protocol):
    """Fetches and stores."""

    async def ingest(self, match_ids: Sequence[str]) -> Tally:
        """Bring these pairs into Postgres."""
        ...


def host_of(match_id: str) -> str:
    """The routing value that serves a match, as it stands in addresses."""
    _, platform = parse_match_id(match_id)
    return platform.routing.value


def riot_url() -> str:
    """Where the stand-in is; holds `{host}`."""
    return os.environ["RIOT_API_BASE_URL"]


def riot_key() -> str:
    """The key that the stand-in takes."""
    return os.environ["RIOT_API_KEY"]


def batches(match_ids: Sequence[str], size: int = BATCH) -> list[Sequence[str]]:
    """The ids in pieces of `size`.

    >>> batches(["a", "b", "c"], 2)
    [['a', 'b'], ['c']]
    """
    return [match_ids[start : start + size] for start in range(0, len(match_ids), size)]
