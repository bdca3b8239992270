"""Riot's bytes, compressed."""

import zstandard

from src.adapters.database.json_codec import parse_json
from src.core.domain.documents import RawDocument
from src.core.errors import MalformedDocument

# Between the levels: two thirds of level 9's time for 1.5 KB more of 36 (docs/adr/0003). Timelines repeat long pieces
# with other numbers in between: to compare few candidates, from 6 bytes on, finds most of what a longer search does.
# A table of 64 K places stays in the processor's cache, and a window of 1 MB holds nearly every document.
_PARAMETERS = zstandard.ZstdCompressionParameters(
    strategy=zstandard.STRATEGY_LAZY2,
    search_log=2,
    min_match=6,
    hash_log=16,
    chain_log=16,
    window_log=20,
    write_checksum=True,
)

_MOST = 256 * 2**20  # bytes; the largest timelines have a few million
_DAMAGED = "A stored document is damaged."


def pack(document: RawDocument) -> bytes:
    """The exact bytes Riot sent, under zstd with a checksum."""
    return pack_bytes(document.body)


def unpack(body: bytes) -> RawDocument:
    """What `pack` was given; the document is read from the bytes again.

    Raises:
        MalformedDocument: the stored bytes are damaged.
    """
    raw = unpack_bytes(body)
    try:
        document = parse_json(raw)
    except ValueError as error:
        raise MalformedDocument(_DAMAGED) from error
    if not isinstance(document, dict):
        raise MalformedDocument(_DAMAGED)
    return RawDocument(body=raw, document=document)


def pack_bytes(raw: bytes) -> bytes:
    """Any bytes, packed as documents are."""
    return zstandard.ZstdCompressor(compression_params=_PARAMETERS).compress(raw)


def unpack_bytes(packed: bytes) -> bytes:
    """What `pack_bytes` was given.

    Raises:
        MalformedDocument: the stored bytes are damaged.
    """
    try:
        # What a damaged header announces would be allocated first.
        if zstandard.frame_content_size(packed) > _MOST:
            raise MalformedDocument(_DAMAGED)
        return zstandard.ZstdDecompressor().decompress(packed)
    except zstandard.ZstdError as error:
        raise MalformedDocument(_DAMAGED) from error
