"""JSON as Postgres takes it."""

import json
import re
from typing import Any

import orjson

# Valid in JSON, refused by Postgres: the character NUL, and halves of surrogate pairs.
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
_OPTIONS = orjson.OPT_NON_STR_KEYS


def encode_json(value: Any) -> str:
    """JSON text for a json or jsonb column; characters that Postgres refuses become U+FFFD.

    Raises:
        TypeError: the value is not JSON.
    """
    try:
        text = orjson.dumps(value, option=_OPTIONS)
    except TypeError:  # lone surrogates, or integers beyond 64 bits
        return json.dumps(_storable(value), ensure_ascii=False)
    if b"\\u0000" in text:
        text = orjson.dumps(_storable(value), option=_OPTIONS)
    return text.decode()


def parse_json(body: bytes) -> Any:
    """Read JSON bytes as any sender may write them: orjson refuses lone surrogates, the standard library does not."""
    try:
        return orjson.loads(body)
    except orjson.JSONDecodeError:
        return json.loads(body)


def clean_text(text: str) -> str:
    """Text for a text column; characters that Postgres refuses become U+FFFD."""
    return _UNSTORABLE.sub("\ufffd", text)


def _storable(value: Any) -> Any:
    if isinstance(value, str):
        return clean_text(value)
    if isinstance(value, dict):
        return {_storable(key): _storable(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_storable(item) for item in value]
    return value
