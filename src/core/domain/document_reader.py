"""Reading untyped JSON with the path in every complaint."""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any, TypeVar

from src.core.errors import MalformedDocument

# No database takes NUL and no screen shows the rest; lone surrogates are not even text.
_UNPRINTABLE = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff]")
_BIGGEST = 2**53
COUNT = 30_000
"""More than a game has of anything that is counted one by one: kills, minions, levels, people."""
AMOUNT = 10**9
"""More than a game has of anything: gold, damage, experience; and above every id."""
_NUMBERS = frozenset({int, float})
_INTEGER = frozenset({int})

_T = TypeVar("_T")


class Node:
    """One JSON object and where it stands in its document; every getter names that path when it complains.

    A getter without a default raises MalformedDocument for a field that is absent, null or of another type;
    with a default such a field reads as the default. Values never enter a message.

    A timeline has thousands of objects and numbers: a path is put together only for a complaint, and every getter
    first looks whether the value is exactly what it should be.
    """

    __slots__ = ("_name", "_parent", "value")

    def __init__(self, value: Any, name: str, parent: "Node | None" = None, index: int | None = None) -> None:
        """`name` is the document's, or the key in `parent`; `index` that in the list under this key."""
        self.value = value
        self._name: str | tuple[str, int] = name if index is None else (name, index)
        self._parent = parent
        if type(value) is not dict and not isinstance(value, Mapping):
            raise MalformedDocument(f"{self.path} is not a JSON object.")

    @property
    def path(self) -> str:
        """Where this stands, from the document's name on: `timeline.info.frames[3]`."""
        name = self._name if isinstance(self._name, str) else f"{self._name[0]}[{self._name[1]}]"
        return name if self._parent is None else f"{self._parent.path}.{name}"

    def __contains__(self, key: str) -> bool:
        return self.value.get(key) is not None

    def integer(self, key: str, default: int | None = None, *, most: int = AMOUNT) -> int:
        """A whole number (Riot writes some of them as 12.0) between `-most` and `most`."""
        value = self.value.get(key)
        if type(value) is int and -most <= value <= most:
            return value
        number = self.number(key, None if default is None else float(default))
        if not (number.is_integer() and -most <= number <= most):
            return self._otherwise(key, default)
        return int(number)

    def count(self, key: str, default: int | None = None) -> int:
        """A whole number of what is counted one by one."""
        return self.integer(key, default, most=COUNT)

    def number(self, key: str, default: float | None = None) -> float:
        """A finite number of a size that any database takes."""
        value = self.value.get(key)
        if type(value) in _NUMBERS and -_BIGGEST <= value <= _BIGGEST:  # neither infinite nor NaN, and not a boolean
            return float(value)
        return self._otherwise(key, default)

    def boolean(self, key: str, default: bool | None = None) -> bool:  # noqa: FBT001
        """True or false."""
        value = self.value.get(key)
        return value if isinstance(value, bool) else self._otherwise(key, default)

    def text(self, key: str, default: str | None = None) -> str:
        """Text without control characters."""
        value = self.value.get(key)
        if not isinstance(value, str):
            return self._otherwise(key, default)
        return value if value.isprintable() else _UNPRINTABLE.sub("", value)

    def child(self, key: str) -> "Node":
        """An object inside this one."""
        return Node(self._present(key), key, self)

    def children(self, key: str) -> Iterator["Node"]:
        """The objects of a list inside this one; an absent list is a complaint, an empty one is not."""
        for index, value in enumerate(self._list(key)):
            yield Node(value, key, self, index)

    def children_with(self, key: str, field: str, texts: Collection[str]) -> Iterator[tuple[str, "Node"]]:
        """Those objects of a list inside this one whose `field` is one of the texts, each with its text.

        Of the others nothing is read, but one that is no object is a complaint, as in `children`.
        """
        for index, value in enumerate(self._list(key)):
            if type(value) is dict:
                text = value.get(field)
                if type(text) is str and text not in texts and text.isprintable():
                    continue
            node = Node(value, key, self, index)
            text = node.text(field, "")
            if text in texts:
                yield text, node

    def integers(self, key: str) -> tuple[int, ...]:
        """A list of whole numbers of ordinary size; empty when absent."""
        values = self.value.get(key)
        if values is None:
            return ()
        if not isinstance(values, list) or not (_INTEGER.issuperset(map(type, values)) and _within(values, AMOUNT)):
            raise MalformedDocument(f"{self.path}.{key} is not a list of whole numbers.")
        return tuple(values)

    def items(self) -> Iterator[tuple[str, "Node"]]:
        """The objects inside this one, by key."""
        for key, value in self.value.items():
            yield key, Node(value, key, self)

    @staticmethod
    def column(nodes: Sequence["Node"], key: str, *, most: int = AMOUNT) -> tuple[int, ...]:
        """The whole number that each of several objects has under a key, as `integer` reads it."""
        values = [node.value.get(key) for node in nodes]
        if _INTEGER.issuperset(map(type, values)) and _within(values, most):
            return tuple(values)
        return tuple([node.integer(key, most=most) for node in nodes])

    def _list(self, key: str) -> list[Any]:
        value = self._present(key)
        if not isinstance(value, list):
            raise MalformedDocument(f"{self.path}.{key} is not a list.")
        return value

    def _present(self, key: str) -> Any:
        value = self.value.get(key)
        if value is None:
            raise MalformedDocument(f"{self.path}.{key} is missing.")
        return value

    def _otherwise(self, key: str, default: _T | None) -> _T:
        if default is None:
            state = "unreadable" if key in self else "missing"
            raise MalformedDocument(f"{self.path}.{key} is {state}.")
        return default


def _within(values: Sequence[int], most: int) -> bool:
    return not values or -most <= min(values) <= max(values) <= most
