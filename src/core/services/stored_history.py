"""What there is to choose from: the stored matches of somebody's account."""

from typing import NamedTuple

from src.core.domain.binding import Binding, choose_binding
from src.core.domain.match_summary import MatchSummary
from src.core.ports.match_store import MatchStore
from src.core.ports.user_binding import IUserBindingRepository


class StoredMatches(NamedTuple):
    """Stored matches of a linked account, newest first."""

    binding: Binding
    matches: tuple[MatchSummary, ...]


class StoredHistory:
    """Reads a person's stored matches; asks nobody outside."""

    def __init__(self, bindings: IUserBindingRepository, matches: MatchStore) -> None:
        self._bindings = bindings
        self._matches = matches

    async def of(self, discord_id: str, account: str | None, *, limit: int) -> StoredMatches:
        """The latest `limit` matches of one of the user's accounts; see `choose_binding` for `account`.

        Raises:
            BindingNotFound: nothing is linked, or not that account.
            Unavailable: the database cannot be reached.
        """
        binding = choose_binding(await self._bindings.bindings_of(discord_id), account)
        return StoredMatches(binding, await self._matches.history(binding.puuid, limit=limit))
