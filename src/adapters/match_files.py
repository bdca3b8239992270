"""Match and timeline documents that lie in files, as `GET /lol/match/v5/matches/{matchId}[/timeline]` answers them."""

import json
import re
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import orjson

from src.core.domain.absence import DocumentKind
from src.core.errors import ChimeraError, MalformedDocument, NotFound, Rejected

_NAME: Final = re.compile(r"(?P<match_id>.+)\.(?P<holds>match|timeline)\.json(?:\.gz)?", re.DOTALL)
_GZIP_MAGIC: Final = b"\x1f\x8b"
_GZIP_OR_ZLIB: Final = zlib.MAX_WBITS | 32
_MOST_BYTES: Final = 64 * 2**20
"""Fifteen times the biggest timeline there is; whatever is larger, packed or not, is no document."""


@dataclass(frozen=True, slots=True)
class MatchFiles:
    """The files of one match in a folder; one of the two may be absent. `match_id` is what their names say."""

    match_id: str
    match: Path | None
    timeline: Path | None


def match_files(folder: Path) -> list[MatchFiles]:
    """What lies in a folder as `<id>.match.json[.gz]` and `<id>.timeline.json[.gz]`, by id. Other names do not count.

    Of a document that lies there in both ways, the one that is not packed counts.

    Raises:
        ChimeraError: the folder is not there, or cannot be looked into.
    """
    found: dict[str, dict[str, Path]] = {}
    try:
        for path in sorted(folder.iterdir(), reverse=True):  # `.json.gz` before `.json`, which takes its place
            if name := _NAME.fullmatch(path.name):
                found.setdefault(name["match_id"], {})[name["holds"]] = path
    except OSError as error:
        raise _unreadable(folder, error) from None
    return [
        MatchFiles(match_id, files.get(DocumentKind.MATCH), files.get(DocumentKind.TIMELINE))
        for match_id, files in sorted(found.items())
    ]


def read_document(path: Path, kind: DocumentKind) -> dict[str, Any]:
    """The document in a file, packed with gzip or not, whatever its name says.

    Raises:
        MalformedDocument: it is no whole document of that kind; names the file.
        ChimeraError: the file is not there, or cannot be read; names the file.
    """
    document = _parsed(_unpacked(_read(path), path), path)
    if not isinstance(document, dict) or (found := _kind(document)) is None:
        raise MalformedDocument(f"{path}: it is JSON, but neither a match nor a timeline.")
    if found is not kind:
        raise MalformedDocument(f"{path}: it is a {found}, not a {kind}.")
    return document


def _read(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(_MOST_BYTES + 1)
    except OSError as error:
        raise _unreadable(path, error) from None


def _unpacked(body: bytes, path: Path) -> bytes:
    """All members of a gzip file, one after the other; what is not packed as it is."""
    parts, room = [], _MOST_BYTES + 1
    while body.startswith(_GZIP_MAGIC) and room > 0:
        unpack = zlib.decompressobj(_GZIP_OR_ZLIB)
        try:
            parts.append(unpack.decompress(body, room))
        except zlib.error:
            raise MalformedDocument(f"{path}: its gzip data are damaged.") from None
        room -= len(parts[-1])
        if not unpack.eof and room > 0:
            raise MalformedDocument(f"{path}: it is cut off: its gzip data have no end.")
        body = unpack.unused_data
    if parts and body.strip(b"\0") and room > 0:
        raise MalformedDocument(f"{path}: something else follows its gzip data.")
    whole = b"".join(parts) if parts else body
    if len(whole) > _MOST_BYTES:
        raise MalformedDocument(f"{path}: it is larger than {_MOST_BYTES // 2**20} MB.")
    return whole


def _parsed(body: bytes, path: Path) -> Any:
    if not body.strip():
        raise MalformedDocument(f"{path}: it is empty.")
    try:
        return orjson.loads(body)
    except orjson.JSONDecodeError:
        # What orjson refuses and Riot may send all the same: lone surrogates. And a byte order mark.
        try:
            return json.loads(body)
        except RecursionError:
            raise MalformedDocument(f"{path}: its JSON is nested too deeply.") from None
        except UnicodeDecodeError:
            raise MalformedDocument(f"{path}: it is no text in UTF-8.") from None
        except ValueError as error:
            raise MalformedDocument(f"{path}: it is no JSON{_place(error)}.") from None


def _place(error: ValueError) -> str:
    if not isinstance(error, json.JSONDecodeError):
        return ""
    if error.pos >= len(error.doc.rstrip()) or error.msg.startswith("Unterminated string"):
        return ", or only the beginning of it"
    return f" from line {error.lineno}, column {error.colno} on"


def _kind(document: dict[str, Any]) -> DocumentKind | None:
    info = document.get("info")
    if not isinstance(info, dict) or not isinstance(document.get("metadata"), dict):
        return None
    if "frames" in info:
        return DocumentKind.TIMELINE
    return DocumentKind.MATCH if "participants" in info else None


def _unreadable(path: Path, error: OSError) -> ChimeraError:
    if isinstance(error, FileNotFoundError):
        return NotFound(f"{path}: there is no such file or folder.")
    if isinstance(error, IsADirectoryError):
        return Rejected(f"{path}: it is a folder, not a file.")
    return Rejected(f"{path}: it cannot be read ({error.strerror or type(error).__name__}).")
