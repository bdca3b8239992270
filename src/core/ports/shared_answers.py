"""Answers of Riot that several processes want at the same moment."""

from typing import Protocol


class SharedAnswers(Protocol):
    """Lets one process make a call and the others, who want the same, have its answer.

    It only ever saves calls. Where it cannot be reached, everybody leads. No answer is kept for more than seconds.
    """

    async def lead(self, subject: str) -> bool:
        """True: make the call, then `tell`. False: somebody is making it; `follow` them."""
        ...

    async def tell(self, subject: str, body: bytes | None) -> None:
        """The leader's call has ended: with this answer, or without one. Only a leader tells."""
        ...

    async def clear(self) -> None:
        """Drop all answers: who waits for one makes the call. Raises Unavailable when they cannot be reached."""
        ...

    async def follow(self, subject: str, *, patience: float) -> bytes | None:
        """Wait for the leader's answer, at most `patience` seconds. None: there is none, make the call yourself."""
        ...
