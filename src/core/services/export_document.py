"""A person's data as a file: JSON that an editor opens, a line for each entry."""

import json
from collections.abc import Mapping, Sequence
from typing import Any, Final

_LISTS: Final = {"matches": "rows", "jobs": "entries"}
"""The parts that may be long, and what their lists are called; what comes first is left out last."""

_ROOM = 64  # bytes, for how many were left out


def export_document(parts: Mapping[str, Any], *, most: int) -> bytes:
    """The parts (see `PersonalData.export`, and whatever explains them) in UTF-8, at most `most` bytes.

    Where that would be too long, the oldest jobs are left out, then the oldest matches; each part says how many.
    """
    lines = {part: [_encoded(entry) for entry in parts[part][name]] for part, name in _LISTS.items()}
    left = most - len(_written(parts, dict.fromkeys(lines, ()))) - _ROOM
    kept: dict[str, Sequence[bytes]] = {}
    for part, all_lines in lines.items():
        kept[part] = all_lines[: _fitting(all_lines, left)]
        left -= sum(map(_length, kept[part]))
    return _written(parts, kept)


def _fitting(lines: Sequence[bytes], room: int) -> int:
    for count, line in enumerate(lines):
        room -= _length(line)
        if room < 0:
            return count
    return len(lines)


def _length(line: bytes) -> int:
    return len(line) + len(b",\n")


def _written(parts: Mapping[str, Any], kept: Mapping[str, Sequence[bytes]]) -> bytes:
    return _object({name: _part(name, value, kept) for name, value in parts.items()})


def _part(name: str, value: Any, kept: Mapping[str, Sequence[bytes]]) -> bytes:
    if name in _LISTS:
        listed = _LISTS[name]
        rest = {key: _encoded(held) for key, held in value.items() if key != listed}
        left_out = value["left_out"] + len(value[listed]) - len(kept[name])
        return _object(rest | {"left_out": _encoded(left_out), listed: _array(kept[name])})
    if isinstance(value, list):
        return _array([_encoded(entry) for entry in value])
    return _encoded(value, indent=1)


def _object(members: Mapping[str, bytes]) -> bytes:
    return b"{\n" + b",\n".join(_encoded(name) + b": " + value for name, value in members.items()) + b"\n}"


def _array(lines: Sequence[bytes]) -> bytes:
    return b"[\n" + b",\n".join(lines) + b"\n]" if lines else b"[]"


def _encoded(value: Any, *, indent: int | None = None) -> bytes:
    # Escaped where it must be: a file that no editor opens helps nobody.
    return json.dumps(value, ensure_ascii=False, indent=indent).encode(errors="backslashreplace")
