"""Links between Discord users and Riot accounts in Postgres."""

from typing import Any

import asyncpg

from src.adapters.database.json_codec import clean_text
from src.adapters.database.players import remember
from src.adapters.database.pool import Connection, PostgresPool
from src.adapters.database.queries import load_queries
from src.core.domain.account import Account
from src.core.domain.binding import Binding, LinkAttempt, PendingLink, ProvenAccount
from src.core.domain.regions import Platform
from src.core.domain.riot_id import RiotId
from src.core.errors import AccountTaken

_SQL = load_queries("bindings.sql")


class PostgresUserBindings:
    """The statements behind IUserBindingRepository, whose contract holds here."""

    def __init__(self, database: PostgresPool) -> None:
        """Use the pool of `database`."""
        self._database = database

    async def open_attempt(self, state_hash: str, attempt: LinkAttempt, *, ttl: float) -> None:
        """Keep a sign-in for `ttl` seconds; expired ones go."""
        payload = attempt.model_dump(mode="json")
        # The JSON form of a secret is stars; what signs in must be kept as it is.
        payload["nonce"] = attempt.nonce.get_secret_value()
        payload["code_verifier"] = attempt.code_verifier.get_secret_value()
        await self._database.execute(_SQL["open_attempt"], state_hash, payload, ttl)

    async def take_attempt(self, state_hash: str) -> LinkAttempt | None:
        """Consume a sign-in."""
        payload = await self._take(_SQL["take_attempt"], state_hash)
        return None if payload is None else LinkAttempt.model_validate(payload)

    async def open_pending(self, token_hash: str, pending: PendingLink, *, ttl: float) -> None:
        """Keep a proven account for `ttl` seconds; expired ones go."""
        await self._database.execute(_SQL["open_pending"], token_hash, pending.model_dump(mode="json"), ttl)

    async def peek_pending(self, token_hash: str) -> PendingLink | None:
        """Look at a link that waits for confirmation."""
        row = await self._database.fetchrow(_SQL["peek_pending"], token_hash)
        return PendingLink.model_validate(row["payload"]) if row and row["is_valid"] else None

    async def take_pending(self, token_hash: str) -> PendingLink | None:
        """Consume a link that waits for confirmation."""
        payload = await self._take(_SQL["take_pending"], token_hash)
        return None if payload is None else PendingLink.model_validate(payload)

    async def save_binding(self, discord_id: str, account: ProvenAccount) -> Binding:
        """Link or refresh an account; whoever is linked is a known player."""

        async def work(connection: Connection) -> Binding:
            # Two first accounts at once would both become the main one.
            await connection.execute(_SQL["lock_user"], discord_id)
            row = await connection.fetchrow(_SQL["save_binding"], account.puuid, discord_id, *_present(account))
            if row is None:
                raise AccountTaken
            await remember(connection, Account(puuid=account.puuid, riot_id=account.riot_id), account.platform)
            return _to_binding(row)

        return await self._database.run(work)

    async def bindings_of(self, discord_id: str) -> tuple[Binding, ...]:
        """The user's accounts: the main one, then by age of the link."""
        rows = await self._database.fetch(_SQL["bindings_of"], discord_id)
        return tuple(_to_binding(row) for row in rows)

    async def mark_validated(self, discord_id: str, account: ProvenAccount) -> Binding | None:
        """Write down that the account still exists; None if it is not linked."""
        row = await self._database.fetchrow(_SQL["mark_validated"], discord_id, account.puuid, *_present(account))
        return None if row is None else _to_binding(row)

    async def remove_binding(self, discord_id: str, puuid: str) -> bool:
        """Unlink; the oldest of the other links becomes the main one."""

        async def work(connection: Connection) -> bool:
            await connection.execute(_SQL["lock_user"], discord_id)
            row = await connection.fetchrow(_SQL["remove_binding"], discord_id, puuid)
            if row is not None and row["is_main"]:
                await connection.execute(_SQL["promote_oldest"], discord_id)
            return row is not None

        return await self._database.run(work, repeatable=False)

    async def _take(self, sql: str, key: str) -> Any:
        """Delete a row and answer its payload, once: repeating after a commit would say it was never there."""
        row = await self._database.run(lambda connection: connection.fetchrow(sql, key), repeatable=False)
        return row["payload"] if row and row["is_valid"] else None


def _present(account: ProvenAccount) -> tuple[str, str, str]:
    name = account.riot_id
    return account.platform.value, clean_text(name.game_name), clean_text(name.tag_line)


def _to_binding(row: asyncpg.Record) -> Binding:
    return Binding(
        discord_id=row["discord_id"],
        puuid=row["puuid"],
        riot_id=RiotId(game_name=row["game_name"], tag_line=row["tag_line"]),
        platform=Platform(row["platform"]),
        is_main=row["is_main"],
        bound_at=row["bound_at"],
        validated_at=row["validated_at"],
    )
