"""Answering `/profile`: what is stored of a player, and what Riot states of them now."""

import asyncio
from collections.abc import Awaitable
from typing import Final, TypeVar

import structlog

from src.core.domain.binding import Binding, choose_binding
from src.core.domain.profile import PlayedMatches, Profile, read_played
from src.core.errors import ChimeraError
from src.core.ports.match_store import MatchStore
from src.core.ports.riot_api import RiotApi
from src.core.ports.user_binding import IUserBindingRepository

_log = structlog.get_logger(__name__)
T = TypeVar("T")

MOST_MATCHES: Final = 100
"""So many of the newest stored matches are read."""

PATIENCE: Final = 2.0
"""Seconds that Riot is waited for: all the rest is there at once."""


class PlayerProfiles:
    """Reads profiles. Riot is asked for nothing but the rank and the level, and waited for a moment only."""

    def __init__(
        self, bindings: IUserBindingRepository, store: MatchStore, riot: RiotApi, *, patience: float = PATIENCE
    ) -> None:
        """`riot` should be on the lane of people who wait; `patience` in seconds."""
        self._bindings = bindings
        self._store = store
        self._riot = riot
        self._patience = patience

    async def of(self, discord_id: str, account: str | None = None) -> Profile:
        """The profile of one of the user's accounts: a Riot ID or PUUID; None: the main one.

        A Riot that does not answer, whyever, leaves its part out (see `Profile`).

        Raises:
            BindingNotFound: nothing is linked, or not that account.
            Unavailable: the database does not answer.
        """
        binding = choose_binding(await self._bindings.bindings_of(discord_id), account)
        played, entries, level = await asyncio.gather(
            self._played(binding),
            self._in_time(self._riot.league_entries(binding.puuid, binding.platform)),
            self._in_time(self._level(binding)),
        )
        return Profile(
            puuid=binding.puuid,
            riot_id=binding.riot_id,
            platform=binding.platform,
            entries=entries,
            level=level,
            played=played,
        )

    async def _played(self, binding: Binding) -> PlayedMatches:
        matches = await self._store.history(binding.puuid, limit=MOST_MATCHES + 1)
        return read_played(matches[:MOST_MATCHES], are_all=len(matches) <= MOST_MATCHES)

    async def _level(self, binding: Binding) -> int:
        return (await self._riot.summoner(binding.puuid, binding.platform)).level

    async def _in_time(self, question: Awaitable[T]) -> T | None:
        """The answer to a question to Riot; None without one."""
        try:
            async with asyncio.timeout(self._patience):
                return await question
        except (ChimeraError, TimeoutError) as error:
            _log.info("profile_without_riot", reason=type(error).__name__)
            return None
