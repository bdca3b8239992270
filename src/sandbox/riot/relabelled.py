"""Any number of games on every platform: a few documents under other ids, for load tests with real sizes.

Unlike the copies of a world (`copies.py`) they appear in no history and keep the people and times of the original.
What is left costs the stand-in next to nothing, so that a benchmark measures the client.
"""

import re
import threading
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from typing import Any, NamedTuple

from src.sandbox.riot.directory import Document, ListedMatch
from src.sandbox.riot.generator.people import Player
from src.sandbox.riot.routing import region_of_match
from src.sandbox.riot.stencil import Stencil

_FIRST_NUMBER = 9_000_000_000  # far above the world's ids and those of real games
_LABEL = re.compile(
    rb'(?<="matchId":")(?P<match>[A-Z0-9]+_\d+)|(?<="gameId":)(?P<game>\d+)'
    rb'|(?<="gameName":"teambuilder-match-)(?P<name>\d+)|(?<="platformId":")(?P<platform>[A-Z0-9]+)'
)

Original = Callable[[], tuple[bytes, bytes]]
"""Tells a match document and its timeline, as JSON without superfluous spaces."""


def relabelled_id(platform: str, number: int) -> str:
    """The id of copy `number` (from 0) on a platform (`NA1`)."""
    return f"{platform}_{_FIRST_NUMBER + number}"


class Relabelled:
    """A source with `count` games per platform; game n is a copy of original n, counted round.

    `originals` are told one by one, when first asked for.
    """

    def __init__(self, originals: Sequence[Original], count: int) -> None:
        self._originals = originals
        self._count = count
        self._lock = threading.Lock()
        self._prepared = cache(self._prepare)

    def players(self) -> Sequence[Player]:
        """Nobody: the people of the originals are known elsewhere, or nowhere."""
        return ()

    def account(self, puuid: str) -> Player | None:  # noqa: ARG002
        """Nobody."""
        return None

    def find(self, game_name: str, tag_line: str) -> Player | None:  # noqa: ARG002
        """Nobody."""
        return None

    def history(self, puuid: str) -> Sequence[ListedMatch]:  # noqa: ARG002
        """Nothing: who wants a copy knows its id (`relabelled_id`)."""
        return ()

    def league_entries(self, puuid: str) -> list[dict[str, Any]]:  # noqa: ARG002
        """Nothing."""
        return []

    def match(self, match_id: str) -> Document | None:
        """The match document, gzipped only."""
        return self._copy(match_id, 0)

    def timeline(self, match_id: str) -> Document | None:
        """The timeline document, gzipped only."""
        return self._copy(match_id, 1)

    def _copy(self, match_id: str, kind: int) -> Document | None:
        platform, _, digits = match_id.partition("_")
        number = int(digits) - _FIRST_NUMBER if digits.isdecimal() else -1
        if not (self._originals and 0 <= number < self._count and region_of_match(match_id)):
            return None
        with self._lock:  # an original is prepared once
            form = self._prepared(number % len(self._originals))[kind]
        return Document(None, form.filled(platform, digits))

    def _prepare(self, index: int) -> tuple["_Form", "_Form"]:
        match, timeline = self._originals[index]()
        return _Form.of(match), _Form.of(timeline)


class _Form(NamedTuple):
    """A document and what goes into each of its gaps."""

    stencil: Stencil
    gaps: tuple[str, ...]

    @classmethod
    def of(cls, document: bytes) -> "_Form":
        labels = list(_LABEL.finditer(document))
        pieces = list(_around(document, [label.span() for label in labels]))
        return cls(Stencil(pieces), tuple(str(label.lastgroup) for label in labels))

    def filled(self, platform: str, digits: str) -> bytes:
        values = {
            "match": f"{platform}_{digits}".encode(),
            "game": digits.encode(),
            "name": digits.encode(),
            "platform": platform.encode(),
        }
        return self.stencil.filled([values[gap] for gap in self.gaps])


def _around(document: bytes, spans: Sequence[tuple[int, int]]) -> Iterator[bytes]:
    end = 0
    for start, after in spans:
        yield document[end:start]
        end = after
    yield document[end:]
