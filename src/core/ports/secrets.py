"""Unguessable one-time values."""

from typing import Protocol


class SecretSource(Protocol):
    """The source of tokens that only their holder may know."""

    def token(self) -> str:
        """A fresh token of 256 random bits, safe in URLs and cookies."""
        ...
