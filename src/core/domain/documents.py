"""Documents as Riot sent them."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class RawDocument:
    """A Riot answer: the exact bytes, and the JSON object they hold."""

    body: bytes
    document: dict[str, Any]
