"""Copies under other ids."""

import gzip
from datetime import UTC, datetime

import orjson
import pytest

from src.sandbox.riot.relabelled import Relabelled, relabelled_id
from src.sandbox.riot.stencil import Stencil
from src.sandbox.riot.world import World

_MATCH = (
    b'{"metadata":{"matchId":"NA1_17","participants":["p"]},"info":{"gameId":17,"gameName":"teambuilder-match-17",'
    b'"platformId":"NA1","gameDuration":1717}}'
)
_TIMELINE = (
    b'{"metadata":{"matchId":"NA1_17"},"info":{"frames":[{"events":[{"gameId":17,"type":"GAME_END"}]}],"gameId":17}}'
)


def _source(count: int = 5) -> Relabelled:
    return Relabelled([lambda: (_MATCH, _TIMELINE)], count)


def test_a_filled_stencil_is_the_whole_text() -> None:
    stencil = Stencil([b"one " * 900, b"", b" three"])

    text = gzip.decompress(stencil.filled([b"NA1_", b"\x00\xff" * 300]))  # checks length and CRC as well

    assert text == b"one " * 900 + b"NA1_" + b"\x00\xff" * 300 + b" three"


@pytest.mark.parametrize("fillings", [[], [b"1", b"2"]])
def test_a_stencil_takes_one_filling_per_gap(fillings: list[bytes]) -> None:
    with pytest.raises(ValueError, match="argument"):
        Stencil([b"a", b"b"]).filled(fillings)


def test_every_label_is_replaced_and_nothing_else() -> None:
    match_id = relabelled_id("OC1", 3)
    digits = match_id.partition("_")[2].encode()
    document = _source().match(match_id)
    timeline = _source().timeline(match_id)

    assert document is not None
    assert timeline is not None
    assert document.as_json() == (
        _MATCH.replace(b"NA1_17", match_id.encode())
        .replace(b'"gameId":17', b'"gameId":' + digits)
        .replace(b"match-17", b"match-" + digits)
        .replace(b'"NA1"', b'"OC1"')
    )
    assert timeline.as_json() == (
        _TIMELINE.replace(b"NA1_17", match_id.encode()).replace(b'"gameId":17', b'"gameId":' + digits)
    )


@pytest.mark.parametrize("match_id", [relabelled_id("OC1", 5), relabelled_id("XX9", 0), "OC1_17", "OC1_", "OC1"])
def test_there_are_so_many_copies_on_known_platforms_and_no_others(match_id: str) -> None:
    assert _source().match(match_id) is None
    assert _source().timeline(match_id) is None


def test_the_worlds_originals_have_both_documents() -> None:
    world = World(seed=4, now=datetime(2026, 3, 1, tzinfo=UTC), matches_per_player=60)

    ids = world.complete_pairs()

    assert 10 < len(ids) < 50
    first = world.match(ids[0])
    assert first is not None
    assert orjson.loads(first.as_json())["metadata"]["matchId"] == ids[0]
