"""Looking for somebody in all that the servers hold: every column of every table, every key of every Redis database."""

import base64
import json
import re
from collections.abc import Iterable, Iterator
from contextlib import suppress
from typing import Any
from urllib.parse import urlsplit

import asyncpg
import redis
import zstandard

_COLUMNS = """
SELECT c.table_name, c.column_name, c.data_type FROM information_schema.columns c
JOIN information_schema.tables t USING (table_schema, table_name)
WHERE table_schema = 'public' AND t.table_type = 'BASE TABLE'
ORDER BY 1, 2
"""
_ZSTD = bytes.fromhex("28b52ffd")
_BASE64 = re.compile(rb"[A-Za-z0-9+/]{16,}={0,2}")


async def in_postgres(url: str, names: Iterable[str]) -> dict[str, set[str]]:
    """Which of the names are where, by `table.column`."""
    sought = list(names)
    found: dict[str, set[str]] = {}
    connection = await asyncpg.connect(url)
    try:
        for table, column, kind in await connection.fetch(_COLUMNS):
            value = f'"{column}"' if kind == "bytea" else f'"{column}"::text'
            # The names are the catalogue's own.
            rows = await connection.fetch(f'SELECT {value} FROM "{table}" WHERE "{column}" IS NOT NULL')  # noqa: S608
            for (held,) in rows:
                if here := set(_names_in(held if isinstance(held, bytes) else str(held).encode(), sought)):
                    found.setdefault(f"{table}.{column}", set()).update(here)
    finally:
        await connection.close()
    return found


def in_redis(url: str, names: Iterable[str]) -> dict[str, set[str]]:
    """Which of the names are where, by `database/key`."""
    sought = list(names)
    found: dict[str, set[str]] = {}
    for database in range(16):
        with redis.Redis.from_url(urlsplit(url)._replace(path=f"/{database}").geturl()) as client:
            for key in client.scan_iter(count=1000):
                for held in (key, *_values(client, key)):
                    if here := set(_names_in(held, sought)):
                        found.setdefault(f"{database}/{key.decode(errors='replace')}", set()).update(here)
    return found


def _values(client: Any, key: bytes) -> Iterator[bytes]:
    kind = client.type(key)
    if kind == b"string":
        yield client.get(key) or b""
    elif kind == b"list":
        yield from client.lrange(key, 0, -1)
    elif kind == b"set":
        yield from client.smembers(key)
    elif kind == b"zset":
        yield from client.zrange(key, 0, -1)
    elif kind == b"hash":
        yield from (part for pair in client.hgetall(key).items() for part in pair)
    else:
        raise AssertionError(f"nobody has looked into a {kind!r} yet")


def _names_in(held: bytes, names: Iterable[str]) -> Iterator[str]:
    texts = list(_layers(held))
    for name in names:
        if any(form in text for text in texts for form in _forms(name)):
            yield name


def _layers(held: bytes) -> Iterator[bytes]:
    """What lies there, and what it is a packed or coded form of."""
    yield held
    if held.startswith(_ZSTD):
        yield zstandard.ZstdDecompressor().decompress(held)
    for coded in _BASE64.findall(held):
        with suppress(ValueError):
            yield base64.b64decode(coded, validate=True)


def _forms(name: str) -> set[bytes]:
    """The name, and as JSON writes it, once and within a text of JSON."""
    forms = {name, *(json.dumps(name, ensure_ascii=ascii_only)[1:-1] for ascii_only in (True, False))}
    return {form.encode() for form in forms | {json.dumps(form)[1:-1] for form in forms}}
