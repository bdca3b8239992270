"""Chance and fresh names."""

from typing import Protocol
from uuid import UUID


class Randomness(Protocol):
    """The source of job ids, error ids and jitter."""

    def job_id(self) -> UUID:
        """A fresh id for a job."""
        ...

    def error_id(self) -> str:
        """A short id that ties what a person was told to the log."""
        ...

    def fraction(self) -> float:
        """A number in [0, 1), uniformly."""
        ...
