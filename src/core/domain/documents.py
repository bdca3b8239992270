"""Documents as Riot sent them."""

from dataclasses import dataclass, field, replace
from typing import Any, Self


@dataclass(frozen=True, slots=True)
class RawDocument:
    """A Riot answer: the exact bytes, and the JSON object they hold. Two with the same bytes are equal."""

    body: bytes
    document: dict[str, Any] = field(compare=False)

    def closed(self) -> Self:
        """The bytes alone, with an empty object: what a document is kept as once it has been read.

        A timeline's object takes several times the memory of its bytes, and the garbage collector goes through all of
        it over and over: with ten of them at hand, reading another one costs a quarter more.
        """
        return replace(self, document={})
