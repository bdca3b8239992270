"""Pairs to store: real ones, or generated where there are none, and any number of fresh ones made from them."""

from collections.abc import Iterator, Sequence
from functools import cache
from itertools import count, cycle
from uuid import UUID, uuid5

import orjson

from benchmarks.scale_data import puuid
from benchmarks.stage import real_documents
from src.core.domain.documents import RawDocument
from src.core.domain.match_document import read_match
from src.core.domain.timeline_document import read_timeline
from src.core.ports.match_store import StoredMatch
from src.sandbox.riot.archive import Archive
from src.sandbox.riot.directory import Document
from src.sandbox.riot.world import World

_FRESH = 8_000_000_000  # numbers above those that the databases are filled with
_STRANGERS = UUID("6f5f1c0e-6a5b-4d38-9d0c-1c2f6a3f7f10")


@cache
def originals() -> tuple[StoredMatch, ...]:
    """Every real pair of this machine; some generated ones otherwise."""
    folder = real_documents()
    source = Archive(folder) if folder else World(seed=7)
    return tuple(_read(source.match(match_id), source.timeline(match_id)) for match_id in source.complete_pairs())


def fresh(pairs: Sequence[StoredMatch]) -> Iterator[StoredMatch]:
    """Pairs that are nowhere yet: the same documents, under new ids and of new people."""
    for number, pair in zip(count(), cycle(pairs), strict=False):
        new = f"EUW1_{_FRESH + number}"
        assert pair.timeline is not None
        people = tuple(
            person.model_copy(update={"puuid": puuid_of_stranger(number, person.participant_id)})
            for person in pair.match.participants
        )
        yield StoredMatch(
            pair.match.model_copy(update={"match_id": new, "participants": people}),
            pair.match_document,
            pair.timeline.model_copy(update={"match_id": new}),
            pair.timeline_document,
        )


def puuid_of_stranger(number: int, place: int) -> str:
    """A PUUID that nobody has."""
    return puuid(int(uuid5(_STRANGERS, f"{number} {place}")))


def _read(match: Document | None, timeline: Document | None) -> StoredMatch:
    assert match is not None
    assert timeline is not None
    match_document, timeline_document = _raw(match), _raw(timeline)
    return StoredMatch(
        read_match(match_document.document),
        match_document,
        read_timeline(timeline_document.document),
        timeline_document,
    )


def _raw(document: Document) -> RawDocument:
    body = document.as_json()
    return RawDocument(body=body, document=orjson.loads(body))
