"""JSON as Postgres takes it."""

import json
from collections.abc import Iterator
from itertools import chain
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from src.adapters.database.json_codec import clean_text, encode_json, parse_json

_ANY_TEXT = st.text(st.characters(exclude_categories=()))  # surrogates and NUL included
_INTEGERS = st.integers(-(2**63), 2**64 - 1)  # beyond, orjson reads a float
_ANY_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | _ANY_TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_ANY_TEXT, inner, max_size=3),
    max_leaves=10,
)


def strings_in(value: Any) -> Iterator[str]:
    """Every string of a JSON value, keys included."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, list):
        yield from chain.from_iterable(map(strings_in, value))
    elif isinstance(value, dict):
        yield from chain.from_iterable(map(strings_in, chain(value, value.values())))


@given(_ANY_JSON)
def test_whatever_is_json_becomes_text_that_postgres_takes(value: object) -> None:
    for text in strings_in(json.loads(encode_json(value))):
        assert "\x00" not in text
        text.encode()  # no half of a surrogate pair


@given(st.recursive(_INTEGERS | st.text("ab\\u0é😀"), lambda inner: st.lists(inner, max_size=3), max_leaves=6))
def test_ordinary_values_come_back_as_they_were(value: object) -> None:
    assert parse_json(encode_json(value).encode()) == value


def test_a_backslash_before_u0000_is_not_a_nul() -> None:
    assert json.loads(encode_json("\\u0000")) == "\\u0000"


def test_what_postgres_refuses_becomes_the_replacement_character() -> None:
    assert json.loads(encode_json({"a\x00": ["b\ud800", 2**70]})) == {"a\ufffd": ["b\ufffd", 2**70]}
    assert clean_text("a\x00b\udfff") == "a\ufffdb\ufffd"


def test_what_is_not_json_is_refused() -> None:
    with pytest.raises(TypeError):
        encode_json({"a": object()})


def test_half_a_surrogate_pair_can_be_read() -> None:
    assert parse_json(rb'"\ud83d"') == "\ud83d"
