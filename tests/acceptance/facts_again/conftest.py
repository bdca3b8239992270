"""Each real game in turn, with its facts as the product has them. A game's tests run together: it is read once."""

import gzip
import json
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Final

import pytest

from src.core.domain.facts.match_facts import facts_of
from tests.acceptance.facts_again.deaths import PlaceOf
from tests.acceptance.facts_again.game import Document, Game, Point
from tests.acceptance.facts_again.places import place
from tests.acceptance.facts_again.shop import purchases
from tests.real_documents import REAL_DOCUMENTS

GROUPS: Final = 6
"""So many parts of the games may be computed side by side."""


@dataclass
class Again:
    """A game, and what the product says of it as plain values."""

    match: Document
    timeline: Document
    game: Game
    facts: dict[str, Any]

    @cached_property
    def bought(self) -> dict[int, list[Document]]:
        return purchases(self.game)

    @property
    def place_of(self) -> PlaceOf:
        def of(point: Point | None) -> str | None:
            return place(point) if point is not None and self.game.has_rift_map else None

        return of

    def stopped_early(self) -> "Again":
        """The same game, of whose timeline the second half is lost."""
        info = self.timeline["info"]
        return told(
            self.match, {**self.timeline, "info": info | {"frames": info["frames"][: len(info["frames"]) // 2]}}
        )


def told(match: Document, timeline: Document) -> Again:
    """What the documents say, and what the product says of it."""
    return Again(match, timeline, Game(match, timeline), facts_of(match, timeline).model_dump())


def _games() -> list[Any]:
    ids = sorted(path.name.partition(".")[0] for path in REAL_DOCUMENTS.glob("*.match.json.gz"))
    return [pytest.param(name, id=name, marks=pytest.mark.xdist_group(f"{n % GROUPS}")) for n, name in enumerate(ids)]


@pytest.fixture(scope="module", params=_games())
def again(request: pytest.FixtureRequest) -> Again:
    match, timeline = (_read(REAL_DOCUMENTS / f"{request.param}.{kind}.json.gz") for kind in ("match", "timeline"))
    return told(match, timeline)


def _read(path: Path) -> Document:
    document: Document = json.loads(gzip.decompress(path.read_bytes()))
    return document
