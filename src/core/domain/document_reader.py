"""Reading untyped JSON with the path in every complaint."""

import math
import re
from collections.abc import Iterator, Mapping
from typing import Any, TypeVar

from src.core.errors import MalformedDocument

# No database takes NUL and no screen shows the rest; lone surrogates are not even text.
_UNPRINTABLE = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff]")
_BIGGEST = 2**53

_T = TypeVar("_T")


class Node:
    """One JSON object and where it stands in its document; every getter names that path when it complains.

    A getter without a default raises MalformedDocument for a field that is absent, null or of another type;
    with a default such a field reads as the default. Values never enter a message.
    """

    def __init__(self, value: Any, path: str) -> None:
        if not isinstance(value, Mapping):
            raise MalformedDocument(f"{path} is not a JSON object.")
        self._value = value
        self.path = path

    def __contains__(self, key: str) -> bool:
        return self._value.get(key) is not None

    def integer(self, key: str, default: int | None = None) -> int:
        """A whole number (Riot writes some of them as 12.0)."""
        number = self.number(key, None if default is None else float(default))
        if not number.is_integer():
            return self._otherwise(key, default)
        return int(number)

    def number(self, key: str, default: float | None = None) -> float:
        """A finite number of a size that any database takes."""
        value = self._value.get(key)
        if isinstance(value, bool) or not isinstance(value, (int, float)):
            return self._otherwise(key, default)
        if not math.isfinite(value) or abs(value) > _BIGGEST:
            return self._otherwise(key, default)
        return float(value)

    def boolean(self, key: str, default: bool | None = None) -> bool:  # noqa: FBT001
        """True or false."""
        value = self._value.get(key)
        return value if isinstance(value, bool) else self._otherwise(key, default)

    def text(self, key: str, default: str | None = None) -> str:
        """Text without control characters."""
        value = self._value.get(key)
        return _UNPRINTABLE.sub("", value) if isinstance(value, str) else self._otherwise(key, default)

    def child(self, key: str) -> "Node":
        """An object inside this one."""
        return Node(self._present(key), f"{self.path}.{key}")

    def children(self, key: str) -> Iterator["Node"]:
        """The objects of a list inside this one; an absent list is a complaint, an empty one is not."""
        for index, value in enumerate(self._list(key)):
            yield Node(value, f"{self.path}.{key}[{index}]")

    def integers(self, key: str) -> tuple[int, ...]:
        """A list of whole numbers; empty when absent."""
        values = self._value.get(key)
        if values is None:
            return ()
        if not isinstance(values, list) or not all(type(value) is int for value in values):
            raise MalformedDocument(f"{self.path}.{key} is not a list of whole numbers.")
        return tuple(values)

    def items(self) -> Iterator[tuple[str, "Node"]]:
        """The objects inside this one, by key."""
        for key, value in self._value.items():
            yield key, Node(value, f"{self.path}.{key}")

    def _list(self, key: str) -> list[Any]:
        value = self._present(key)
        if not isinstance(value, list):
            raise MalformedDocument(f"{self.path}.{key} is not a list.")
        return value

    def _present(self, key: str) -> Any:
        value = self._value.get(key)
        if value is None:
            raise MalformedDocument(f"{self.path}.{key} is missing.")
        return value

    def _otherwise(self, key: str, default: _T | None) -> _T:
        if default is None:
            state = "unreadable" if key in self else "missing"
            raise MalformedDocument(f"{self.path}.{key} is {state}.")
        return default
