"""Tombstones in Postgres, and the lock that lets nobody slip past one that is being put up."""

from collections.abc import Collection

from src.adapters.database.pool import Connection, PostgresPool
from src.adapters.database.queries import load_queries
from src.core.domain.pseudonyms import tombstone_of
from src.core.errors import PlayerForgotten

SQL = load_queries("tombstones.sql")


class PostgresTombstones:
    """The Tombstones port."""

    def __init__(self, database: PostgresPool) -> None:
        """Use the pool of `database`."""
        self._database = database

    async def check(self, puuid: str) -> None:
        """Let everybody pass but who has asked to be forgotten."""
        if await self._database.fetchrow(SQL["among"], [tombstone_of(puuid)]) is not None:
            raise PlayerForgotten


async def forgotten_among(connection: Connection, puuids: Collection[str]) -> frozenset[str]:
    """Those of the players who have asked to be forgotten, and no erasure can begin until the transaction ends.

    To be called before the transaction locks any row. Two statements: the second sees what the first waited for.
    """
    await keep_erasures_out(connection)
    return await seen_among(connection, puuids)


async def keep_erasures_out(connection: Connection) -> None:
    """From here on no erasure can begin until the transaction ends. To be called before it locks any row."""
    await connection.execute(SQL["share"])


async def seen_among(database: "Connection | PostgresPool", puuids: Collection[str]) -> frozenset[str]:
    """As `forgotten_among`, at this moment only: for reading."""
    hashes = {tombstone_of(puuid): puuid for puuid in puuids}
    rows = await database.fetch(SQL["among"], list(hashes)) if hashes else []
    return frozenset(hashes[row["puuid_hash"]] for row in rows)


async def keep_others_out(connection: Connection) -> None:
    """Wait for all who asked `forgotten_among`; who asks now waits for the end of this transaction."""
    await connection.execute(SQL["exclude"])


async def put_tombstones(connection: Connection, puuids: Collection[str]) -> None:
    """Put tombstones up. Sorted: two who put up the same ones wait for each other."""
    await connection.execute(SQL["put"], sorted(map(tombstone_of, puuids)))


async def lift_tombstone(connection: Connection, puuid: str, discord_id: str) -> None:
    """Let a player in again who has just proven an account to be theirs; an erasure under way spares the rest of it.

    It also spares the jobs that come from now on: they are of who is linked again, or of the account's new owner.

    To be called after the locks on Discord users, and before the transaction locks any row.
    """
    await connection.execute(SQL["share"])
    await connection.execute(SQL["lift"], tombstone_of(puuid))
    await connection.execute(SQL["spare"], puuid, discord_id)
