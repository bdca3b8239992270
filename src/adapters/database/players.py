"""Players in Postgres."""

from collections.abc import Sequence

import asyncpg

from src.adapters.database.json_codec import clean_text
from src.adapters.database.pool import Connection, PostgresPool
from src.adapters.database.queries import load_queries
from src.adapters.database.tombstones import forgotten_among
from src.core.domain.account import Account
from src.core.domain.regions import Platform
from src.core.domain.riot_id import RiotId
from src.core.errors import PlayerForgotten
from src.core.ports.player_store import KnownPlayer

_SQL = load_queries("players.sql")


class PostgresPlayerStore:
    """The PlayerStore port. An account that Riot now returns without a name keeps the name it had."""

    def __init__(self, database: PostgresPool) -> None:
        """Use the pool of `database`."""
        self._database = database

    async def remember(self, account: Account, platform: Platform) -> int:
        """Keep or refresh an account; answers its number."""
        return await self._database.run(lambda connection: remember(connection, account, platform))

    async def find(self, puuid: str) -> tuple[Account, Platform] | None:
        """A kept account and where it plays, or None."""
        row = await self._database.fetchrow(_SQL["find"], puuid)
        return None if row is None else (_account(row), Platform(row["platform"]))

    async def stale(self, *, older_than: float, limit: int) -> tuple[KnownPlayer, ...]:
        """Accounts not refreshed for a while, the stalest first."""
        return tuple(map(_known_player, await self._database.fetch(_SQL["stale"], older_than, limit)))

    async def forget(self, puuids: Sequence[str]) -> None:
        """Drop accounts, unless somebody has linked them."""

        async def work(connection: Connection) -> None:
            # Whoever links one of them right now has locked it: only the next statement sees the link.
            await connection.execute(_SQL["lock"], list(puuids))
            await connection.execute(_SQL["forget"], list(puuids))

        await self._database.run(work)

    async def linked(self, *, not_checked_for: float, limit: int) -> tuple[KnownPlayer, ...]:
        """Linked accounts that were not checked for a while; those that never were come first."""
        return tuple(map(_known_player, await self._database.fetch(_SQL["linked"], not_checked_for, limit)))

    async def mark_checked(self, puuid: str) -> None:
        """Write down that the account's stored history was compared with Riot's just now."""
        await self._database.execute(_SQL["mark_checked"], puuid)


async def remember(connection: Connection, account: Account, platform: Platform) -> int:
    """Keep or refresh an account within the caller's transaction; answers its number.

    Raises:
        PlayerForgotten: a tombstone stands for it.
    """
    if await forgotten_among(connection, [account.puuid]):
        raise PlayerForgotten
    name = account.riot_id
    number: int = await connection.fetchval(
        _SQL["remember"],
        account.puuid,
        platform.value,
        clean_text(name.game_name) if name else None,
        clean_text(name.tag_line) if name else None,
        folded(name) if name else None,
    )
    return number


def folded(riot_id: RiotId) -> str:
    """The form in which Riot IDs are compared: without regard to case."""
    return clean_text(str(riot_id)).casefold()


def _known_player(row: asyncpg.Record) -> KnownPlayer:
    return KnownPlayer(number=row["number"], account=_account(row), platform=Platform(row["platform"]))


def _account(row: asyncpg.Record) -> Account:
    named = row["game_name"] is not None
    riot_id = RiotId(game_name=row["game_name"], tag_line=row["tag_line"]) if named else None
    return Account(puuid=row["puuid"], riot_id=riot_id)
