"""Answering `/profile`: what is stored of a player, and what Riot states of them now."""

import asyncio
from collections.abc import Awaitable
from typing import Final, TypeVar

import structlog

from src.core.domain.binding import Binding, choose_binding
from src.core.domain.profile import PlayedMatches, Profile, Trouble, read_played
from src.core.errors import ChimeraError, RiotUnavailable, Transient, concerns_operator
from src.core.ports.match_store import MatchStore
from src.core.ports.randomness import Randomness
from src.core.ports.request_limits import RequestLimits
from src.core.ports.riot_api import RiotApi
from src.core.ports.user_binding import IUserBindingRepository
from src.core.services.allowances import PROFILES, count
from src.core.services.error_log import noted

_log = structlog.get_logger(__name__)
T = TypeVar("T")

MOST_MATCHES: Final = 100
"""So many of the newest stored matches are read."""

PATIENCE: Final = 2.0
"""Seconds that Riot is waited for: all the rest is there at once."""


class PlayerProfiles:
    """Reads profiles. Riot is asked for nothing but the rank and the level, and waited for a moment only."""

    def __init__(
        self,
        bindings: IUserBindingRepository,
        store: MatchStore,
        riot: RiotApi,
        randomness: Randomness,
        *,
        patience: float = PATIENCE,
    ) -> None:
        """`riot` should be on the lane of people who wait; `patience` in seconds."""
        self._bindings = bindings
        self._store = store
        self._riot = riot
        self._randomness = randomness
        self._patience = patience

    async def of(self, discord_id: str, account: str | None = None) -> Profile:
        """The profile of one of the user's accounts; see `choose_binding` for `account`.

        What Riot does not answer, whyever, is left out (see `Profile`). What whoever runs Chimera has to mend is in
        the log.

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
        errors = [answer for answer in (entries, level) if isinstance(answer, ChimeraError)]
        return Profile(
            puuid=binding.puuid,
            riot_id=binding.riot_id,
            platform=binding.platform,
            entries=None if isinstance(entries, ChimeraError) else entries,
            level=None if isinstance(level, ChimeraError) else level,
            trouble=self._trouble(max(errors, key=concerns_operator)) if errors else None,
            played=played,
        )

    def _trouble(self, error: ChimeraError) -> Trouble | None:
        """What is to be told of an error; None of one that passes. It is in the log either way."""
        error_id = noted(_log, "profile", error, error_id=self._randomness.error_id())
        if isinstance(error, Transient) and not concerns_operator(error):
            return None
        return Trouble(kind=type(error).__name__, text=str(error), error_id=error_id)

    async def _played(self, binding: Binding) -> PlayedMatches:
        matches = await self._store.history(binding.puuid, limit=MOST_MATCHES + 1)
        return read_played(matches[:MOST_MATCHES], are_all=len(matches) <= MOST_MATCHES)

    async def _level(self, binding: Binding) -> int:
        return (await self._riot.summoner(binding.puuid, binding.platform)).level

    async def _in_time(self, question: Awaitable[T]) -> T | ChimeraError:
        """The answer to a question to Riot, or why there is none."""
        try:
            async with asyncio.timeout(self._patience):
                return await question
        except TimeoutError:
            return RiotUnavailable()
        except ChimeraError as error:
            return error


class RequestedProfiles:
    """Profiles for people who type `/profile`: not too many for one of them."""

    def __init__(self, profiles: PlayerProfiles, limits: RequestLimits) -> None:
        self._profiles = profiles
        self._limits = limits

    async def of(self, discord_id: str, account: str | None = None) -> Profile:
        """As `PlayerProfiles.of`.

        Raises:
            TooOften: the user has asked for many.
        """
        await count(self._limits, PROFILES, discord_id)
        return await self._profiles.of(discord_id, account)
