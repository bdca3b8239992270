"""Links between Discord users and Riot accounts in Postgres."""

from collections.abc import Sequence
from typing import Any

import asyncpg

from src.adapters.database.counting import move_games
from src.adapters.database.jobs.submission import submit
from src.adapters.database.json_codec import clean_text
from src.adapters.database.players import remember
from src.adapters.database.pool import Connection, PostgresPool
from src.adapters.database.queries import load_queries
from src.adapters.database.tombstones import forgotten_among, lift_tombstone
from src.core.domain.account import Account
from src.core.domain.binding import (
    ICON_REST,
    MOST_ACCOUNTS,
    Binding,
    LinkAttempt,
    LinkAudit,
    LinkEvent,
    Proof,
    ProvenAccount,
    SavedBinding,
)
from src.core.domain.job import NewJob
from src.core.domain.regions import Platform
from src.core.domain.riot_id import RiotId
from src.core.errors import AccountTaken, LinkRests, PlayerForgotten, SignInOver, TooManyAccounts

_SQL = load_queries("bindings.sql")

_OPEN_TASKS = 5
"""So many attempts at a time may ask an account for an icon, or its every icon would prove somebody's claim."""


class PostgresUserBindings:
    """The statements behind IUserBindingRepository, whose contract holds here."""

    def __init__(self, database: PostgresPool) -> None:
        """Use the pool of `database`."""
        self._database = database

    async def open_attempt(self, state_hash: str, attempt: LinkAttempt, *, ttl: float) -> bool:
        """Keep a proof under way for `ttl` seconds; expired ones go."""
        payload = attempt.model_dump(mode="json")
        # The JSON form of a secret is stars; what signs in must be kept as it is.
        payload["nonce"] = attempt.nonce.get_secret_value()
        payload["code_verifier"] = attempt.code_verifier.get_secret_value()
        task = attempt.task
        asked = (task.account.puuid, task.icon) if task else (None, None)

        async def work(connection: Connection) -> bool:
            await connection.execute(_SQL["sweep_attempts"])
            if task is not None:
                await connection.execute(_SQL["lock_claims"], task.account.puuid)
                await connection.execute(_SQL["drop_expired_claims"], task.account.puuid)
            is_new = await connection.fetchval(
                _SQL["open_attempt"], state_hash, payload, *asked, ttl, _OPEN_TASKS, attempt.discord_id
            )
            if is_new and task is not None:
                await connection.execute(_SQL["drop_older_claims"], task.account.puuid, attempt.discord_id, state_hash)
            return bool(is_new or await connection.fetchval(_SQL["has_attempt"], state_hash))

        return await self._database.run(work)

    async def peek_attempt(self, state_hash: str) -> LinkAttempt | None:
        """Look at a proof under way."""
        row = await self._database.fetchrow(_SQL["peek_attempt"], state_hash)
        return LinkAttempt.model_validate(row["payload"]) if row and row["is_valid"] else None

    async def take_attempt(self, state_hash: str) -> LinkAttempt | None:
        """Consume a proof under way, once: repeating after a commit would say it was never there."""
        row = await self._database.run(
            lambda connection: connection.fetchrow(_SQL["take_attempt"], state_hash), repeatable=False
        )
        return LinkAttempt.model_validate(row["payload"]) if row and row["is_valid"] else None

    async def save_binding(
        self,
        discord_id: str,
        account: ProvenAccount,
        *,
        former_owner: str | None = None,
        notice: NewJob | None = None,
        jobs: Sequence[NewJob] = (),
        uses: str | None = None,
    ) -> SavedBinding:
        """Link or refresh an account, or take it over; whoever is linked is a known player."""

        async def work(connection: Connection) -> SavedBinding:
            # Two first accounts at once would both become the main one.
            await connection.execute(_SQL["lock_users"], [discord_id, former_owner or discord_id])
            # A fresh proof; if it does not count, this is undone.
            await lift_tombstone(connection, account.puuid, discord_id)
            held = await connection.fetchrow(_SQL["held"], account.puuid)
            if uses is not None and not await connection.fetchval(_SQL["use_up"], uses):
                if held is not None and held["discord_id"] == discord_id:  # done before, unseen
                    return SavedBinding(_to_binding(held))
                raise SignInOver
            if await connection.fetchval(_SQL["others"], discord_id, account.puuid) >= MOST_ACCOUNTS:
                raise TooManyAccounts
            former = None
            if held is not None and held["discord_id"] != discord_id:
                former = await _taken_over(connection, _to_binding(held), former_owner, account.proof)
            row = await connection.fetchrow(
                _SQL["save_binding"], account.puuid, discord_id, *_present(account), account.proof.value
            )
            if row is None:  # somebody else linked it since we looked
                raise AccountTaken
            is_new = held is None or former is not None
            notices = [notice] if notice and former else []
            await submit(connection, [*notices, *(jobs if is_new else ())])
            event = LinkEvent.BOUND if former is None else LinkEvent.TAKEN_OVER
            await _note(connection, event, discord_id, account.puuid, account.proof.value)
            await remember(connection, Account(puuid=account.puuid, riot_id=account.riot_id), account.platform)
            return SavedBinding(_to_binding(row), former, is_new=is_new)

        return await self._database.run(work)

    async def owner_of(self, puuid: str) -> Binding | None:
        """The link of an account, whoever has it."""
        row = await self._database.fetchrow(_SQL["owner_of"], puuid)
        return None if row is None else _to_binding(row)

    async def gives_way(self, puuid: str, proof: Proof) -> bool:
        """Whether a link could be undone by this proof now."""

        async def work(connection: Connection) -> bool:
            row = await connection.fetchrow(_SQL["owner_of"], puuid)
            if row is None:
                return True
            held = _to_binding(row)
            return proof.is_as_good_as(held.proof) and not await _rests(connection, held, proof)

        return await self._database.run(work)

    async def bindings_of(self, discord_id: str) -> tuple[Binding, ...]:
        """The user's accounts: the main one, then by age of the link."""
        rows = await self._database.fetch(_SQL["bindings_of"], discord_id)
        return tuple(_to_binding(row) for row in rows)

    async def make_main(self, discord_id: str, puuid: str) -> Binding | None:
        """Make an account the main one, in place of the one that was."""

        async def work(connection: Connection) -> Binding | None:
            await connection.execute(_SQL["lock_users"], [discord_id])
            held = await connection.fetchrow(_SQL["held"], puuid)
            if held is None or held["discord_id"] != discord_id:
                return None
            await connection.execute(_SQL["drop_main"], discord_id, puuid)
            return _to_binding(await connection.fetchrow(_SQL["make_main"], discord_id, puuid))

        return await self._database.run(work)

    async def mark_validated(
        self, discord_id: str, account: ProvenAccount, *, was: str | None = None, lost: NewJob | None = None
    ) -> Binding | None:
        """Write down that the account still exists; under a new PUUID, its history comes along."""
        old = was or account.puuid

        async def work(connection: Connection) -> Binding | None:
            await connection.execute(_SQL["lock_users"], [discord_id])
            if await forgotten_among(connection, [account.puuid]):  # before rows are locked
                raise PlayerForgotten
            proof = account.proof
            if old != account.puuid:
                rests_on = await _make_way(connection, discord_id, account, old, lost)
                if rests_on is None:
                    return None
                proof = rests_on
                await _rekey(connection, old, account.puuid)
            row = await connection.fetchrow(
                _SQL["mark_validated"], discord_id, account.puuid, old, *_present(account), proof.value
            )
            if row is None:
                return None
            if old != account.puuid:
                await _note(connection, LinkEvent.REKEYED, discord_id, account.puuid, proof.value)
            await remember(connection, Account(puuid=account.puuid, riot_id=account.riot_id), account.platform)
            return _to_binding(row)

        return await self._database.run(work)

    async def mark_missing(
        self, discord_id: str, puuid: str, *, drop_after: float, notice: NewJob | None = None
    ) -> bool:
        """Write down that Riot does not know the account, or end the link if that is known for long."""

        async def work(connection: Connection) -> bool:
            await connection.execute(_SQL["lock_users"], [discord_id])
            row = await connection.fetchrow(_SQL["mark_missing"], discord_id, puuid, drop_after)
            if row is None or not row["is_over"]:
                return False
            await _remove(connection, _to_binding(row), LinkEvent.DROPPED)
            if notice is not None:
                await submit(connection, [notice])
            return True

        return await self._database.run(work, repeatable=False)

    async def remove_binding(self, discord_id: str, puuid: str) -> bool:
        """Unlink; the oldest of the other links becomes the main one."""

        async def work(connection: Connection) -> bool:
            await connection.execute(_SQL["lock_users"], [discord_id])
            held = await connection.fetchrow(_SQL["held"], puuid)
            if held is None or held["discord_id"] != discord_id:
                return False
            await _remove(connection, _to_binding(held), LinkEvent.UNBOUND)
            return True

        return await self._database.run(work, repeatable=False)

    async def note(self, audit: LinkAudit) -> None:
        """Write a line of the audit log."""
        await self._database.run(
            lambda connection: _note(connection, audit.event, audit.discord_id, audit.puuid, audit.reason)
        )

    async def audits_of(self, discord_id: str) -> tuple[LinkAudit, ...]:
        """The user's lines of the audit log."""
        rows = await self._database.fetch(_SQL["audits_of"], discord_id)
        return tuple(LinkAudit.model_validate(dict(row)) for row in rows)


async def _rests(connection: Connection, held: Binding, proof: Proof) -> bool:
    """Whether a link by icon is too young for another icon to undo it."""
    by_icons = proof is Proof.ICON and held.proof is Proof.ICON
    return by_icons and bool(await connection.fetchval(_SQL["is_new"], held.puuid, ICON_REST))


async def _taken_over(connection: Connection, held: Binding, former_owner: str | None, proof: Proof) -> Binding:
    """End the link of an account that changes hands, and answer what it was. Raises as `save_binding`."""
    if held.discord_id != former_owner or not proof.is_as_good_as(held.proof):
        raise AccountTaken
    if await _rests(connection, held, proof):
        raise LinkRests
    await _remove(connection, held, LinkEvent.LOST)
    return held


async def _make_way(
    connection: Connection, discord_id: str, account: ProvenAccount, old: str, lost: NewJob | None
) -> Proof | None:
    """See to it that the user's link under `old` can become the account's; answers what it rests on then.

    None: it cannot, for it is not there (any more), or somebody else has the account.
    """
    mine = await connection.fetchrow(_SQL["held"], old)
    other = await connection.fetchrow(_SQL["held"], account.puuid)
    if mine is None or mine["discord_id"] != discord_id:
        return None
    if other is None:
        return account.proof
    if other["discord_id"] != discord_id:
        if lost is not None:
            await _remove(connection, _to_binding(mine), LinkEvent.LOST)
            await submit(connection, [lost])
        return None
    # Linked anew before Riot was asked about the old link: the older one goes on, with what the newer had of its own.
    await connection.execute(_SQL["remove_binding"], discord_id, account.puuid)
    if other["is_main"]:
        await connection.execute(_SQL["make_main"], discord_id, old)
    return Proof.RSO if Proof.RSO.value in {other["proof"], account.proof.value} else Proof.ICON


async def _rekey(connection: Connection, old: str, new: str) -> None:
    """Let all that is kept of a player follow to another PUUID."""
    await connection.execute(_SQL["rekey_player"], old, new)
    await connection.execute(_SQL["drop_player"], old)
    await move_games(connection, old, new)


async def _remove(connection: Connection, binding: Binding, event: LinkEvent) -> None:
    """End a link within the caller's transaction, which holds its user's lock."""
    await connection.execute(_SQL["remove_binding"], binding.discord_id, binding.puuid)
    if binding.is_main:
        await connection.execute(_SQL["promote_oldest"], binding.discord_id)
    await _note(connection, event, binding.discord_id, binding.puuid, None)


async def _note(
    connection: Connection, event: LinkEvent, discord_id: str, puuid: str | None, reason: str | None
) -> None:
    await connection.execute(_SQL["note"], event.value, discord_id, puuid, reason and clean_text(reason)[:200])


def _present(account: ProvenAccount) -> tuple[str, str, str]:
    name = account.riot_id
    return account.platform.value, clean_text(name.game_name), clean_text(name.tag_line)


def _to_binding(row: asyncpg.Record | Any) -> Binding:
    return Binding(
        discord_id=row["discord_id"],
        puuid=row["puuid"],
        riot_id=RiotId(game_name=row["game_name"], tag_line=row["tag_line"]),
        platform=Platform(row["platform"]),
        is_main=row["is_main"],
        bound_at=row["bound_at"],
        validated_at=row["validated_at"],
        proof=Proof(row["proof"]),
        missing_since=row["missing_since"],
    )
