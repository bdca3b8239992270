"""Where two descriptions of the same thing differ."""

import math
from collections.abc import Iterator
from typing import Any, Final

COMPUTED_ONCE: Final = {"win_change"}
"""The model's business."""


def differences(expected: Any, got: Any, path: str) -> Iterator[str]:
    """A line for each value that differs, and for what only one of the two has."""
    if isinstance(expected, dict) and isinstance(got, dict):
        for key in expected.keys() ^ got.keys() - COMPUTED_ONCE:
            yield f"{path}.{key}: only one of the two has it"
        for key in expected.keys() & got.keys():
            yield from differences(expected[key], got[key], f"{path}.{key}")
    elif isinstance(expected, list) and isinstance(got, list | tuple) and len(expected) == len(got):
        for index, (value, other) in enumerate(zip(expected, got, strict=True)):
            yield from differences(value, other, f"{path}[{index}]")
    elif not _same(expected, got):
        yield f"{path}: expected {expected!r}, got {got!r}"


def _same(expected: Any, got: Any) -> bool:
    if isinstance(expected, list):
        return isinstance(got, list | tuple) and expected == list(got)
    if isinstance(expected, float) and isinstance(got, float):
        return math.isclose(expected, got, rel_tol=1e-9, abs_tol=1e-9)
    return bool(expected == got) and isinstance(expected, bool) == isinstance(got, bool)
