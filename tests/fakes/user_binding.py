"""Bindings and proofs under way in memory."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

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
from src.core.errors import AccountTaken, LinkRests, SignInOver, TooManyAccounts, Unavailable
from src.core.ports.clock import Clock
from tests.fakes.clock import FakeClock
from tests.fakes.tombstones import FakeTombstones

if TYPE_CHECKING:
    from tests.fakes.link_steps import FakeLinkSteps

_OPEN_TASKS = 5


class FakeUserBindingRepository:
    """Implements `IUserBindingRepository`; `is_down` makes it fail as a dead Postgres would.

    Jobs that belong to a change are in `jobs`. A new link lifts its account's tombstone.
    """

    def __init__(self, clock: Clock | None = None, tombstones: FakeTombstones | None = None) -> None:
        self.tombstones = tombstones or FakeTombstones()
        self._clock = clock or FakeClock()
        self.bindings: dict[str, Binding] = {}
        self.attempts: dict[str, tuple[LinkAttempt, datetime]] = {}
        self.audits: list[LinkAudit] = []
        self.jobs: list[NewJob] = []
        self.steps: FakeLinkSteps | None = None  # the steps on the web that links may rest on
        self.is_down = False

    async def open_attempt(self, state_hash: str, attempt: LinkAttempt, *, ttl: float) -> bool:
        """See the port."""
        self._check()
        if attempt.task is not None:
            asked = [
                (task.icon, open_.discord_id)
                for key, kept in self.attempts.items()
                if key != state_hash and (open_ := self._valid(kept)) is not None and (task := open_.task) is not None
                if task.account.puuid == attempt.task.account.puuid
            ]
            others = [user for _, user in asked if user != attempt.discord_id]
            if attempt.task.icon in dict(asked) or len(others) >= _OPEN_TASKS:
                return False
            self._drop_claims(attempt.discord_id, attempt.task.account.puuid, besides=state_hash)
        self.attempts.setdefault(state_hash, (attempt, self._clock.now() + timedelta(seconds=ttl)))
        return True

    async def peek_attempt(self, state_hash: str) -> LinkAttempt | None:
        """See the port."""
        self._check()
        return self._valid(self.attempts.get(state_hash))

    async def take_attempt(self, state_hash: str) -> LinkAttempt | None:
        """See the port."""
        self._check()
        return self._valid(self.attempts.pop(state_hash, None))

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
        """See the port."""
        self._check()
        known = self.bindings.get(account.puuid)
        if uses is not None and not self._is_there(uses):
            if known is not None and known.discord_id == discord_id:
                return SavedBinding(known)
            raise SignInOver
        if sum(binding.puuid != account.puuid for binding in self._of(discord_id)) >= MOST_ACCOUNTS:
            raise TooManyAccounts
        former = None
        if known is not None and known.discord_id != discord_id:
            if known.discord_id != former_owner or not account.proof.is_as_good_as(known.proof):
                raise AccountTaken
            if self._rests(known, account.proof):
                raise LinkRests
            former, known = known, None
            self._remove(former, LinkEvent.LOST)
            self.jobs += [notice] if notice else []
        is_new = known is None
        self.jobs += jobs if is_new else ()
        self.tombstones.puuids.discard(account.puuid)
        now = self._clock.now()
        keeps_proof = known is not None and known.proof is Proof.RSO
        self.bindings[account.puuid] = Binding(
            discord_id=discord_id,
            puuid=account.puuid,
            riot_id=account.riot_id,
            platform=account.platform,
            is_main=known.is_main if known else not self._of(discord_id),
            bound_at=known.bound_at if known else now,
            validated_at=now,
            proof=Proof.RSO if keeps_proof else account.proof,
        )
        event = LinkEvent.BOUND if former is None else LinkEvent.TAKEN_OVER
        self._note(event, discord_id, account.puuid, account.proof.value)
        if uses is not None:
            self._use_up(uses)
        return SavedBinding(self.bindings[account.puuid], former, is_new=is_new)

    async def owner_of(self, puuid: str) -> Binding | None:
        """See the port."""
        self._check()
        return self.bindings.get(puuid)

    async def gives_way(self, puuid: str, proof: Proof) -> bool:
        """See the port."""
        self._check()
        held = self.bindings.get(puuid)
        return held is None or (proof.is_as_good_as(held.proof) and not self._rests(held, proof))

    async def bindings_of(self, discord_id: str) -> tuple[Binding, ...]:
        """See the port."""
        self._check()
        return tuple(self._of(discord_id))

    async def make_main(self, discord_id: str, puuid: str) -> Binding | None:
        """See the port."""
        self._check()
        if puuid not in {binding.puuid for binding in self._of(discord_id)}:
            return None
        for binding in self._of(discord_id):
            self.bindings[binding.puuid] = binding.model_copy(update={"is_main": binding.puuid == puuid})
        return self.bindings[puuid]

    async def mark_validated(
        self, discord_id: str, account: ProvenAccount, *, was: str | None = None, lost: NewJob | None = None
    ) -> Binding | None:
        """See the port."""
        self._check()
        self.tombstones.refuse(account.puuid)
        old = was or account.puuid
        known, other = self.bindings.get(old), self.bindings.get(account.puuid)
        if known is None or known.discord_id != discord_id:
            return None
        is_main, is_new, proof = known.is_main, old != account.puuid, account.proof
        if is_new and other is not None:
            if other.discord_id != discord_id:
                if lost is not None:
                    self._remove(known, LinkEvent.LOST)
                    self.jobs.append(lost)
                return None
            is_main = is_main or other.is_main
            proof = Proof.RSO if Proof.RSO in {other.proof, proof} else Proof.ICON
        del self.bindings[old]
        present = {"puuid": account.puuid, "riot_id": account.riot_id, "platform": account.platform}
        rests_on = {"proof": proof} if is_new else {}
        self.bindings[account.puuid] = known.model_copy(
            update={
                **present, **rests_on, "is_main": is_main, "validated_at": self._clock.now(), "missing_since": None,
            }
        )  # fmt: skip
        if is_new:
            self._note(LinkEvent.REKEYED, discord_id, account.puuid, proof.value)
        return self.bindings[account.puuid]

    async def mark_missing(
        self, discord_id: str, puuid: str, *, drop_after: float, notice: NewJob | None = None
    ) -> bool:
        """See the port."""
        self._check()
        known = self.bindings.get(puuid)
        if known is None or known.discord_id != discord_id:
            return False
        now = self._clock.now()
        since = known.missing_since or now
        self.bindings[puuid] = known.model_copy(update={"missing_since": since})
        if (now - since).total_seconds() <= drop_after:
            return False
        self._remove(known, LinkEvent.DROPPED)
        self.jobs += [notice] if notice else []
        return True

    async def remove_binding(self, discord_id: str, puuid: str) -> bool:
        """See the port."""
        self._check()
        known = self.bindings.get(puuid)
        if known is None or known.discord_id != discord_id:
            return False
        self._remove(known, LinkEvent.UNBOUND)
        return True

    async def note(self, audit: LinkAudit) -> None:
        """See the port."""
        self._check()
        self._note(audit.event, audit.discord_id, audit.puuid, audit.reason)

    async def audits_of(self, discord_id: str) -> tuple[LinkAudit, ...]:
        """See the port."""
        self._check()
        return tuple(audit for audit in self.audits if audit.discord_id == discord_id)

    def _drop_claims(self, discord_id: str, puuid: str, *, besides: str) -> None:
        for key, (open_, _) in list(self.attempts.items()):
            if key != besides and open_.discord_id == discord_id and open_.task and open_.task.account.puuid == puuid:
                del self.attempts[key]

    def _rests(self, held: Binding, proof: Proof) -> bool:
        proofs = {LinkEvent.BOUND, LinkEvent.TAKEN_OVER}
        times = [line.at for line in self.audits if line.puuid == held.puuid and line.event in proofs and line.at]
        newest = max([held.bound_at, *times])
        return proof is held.proof is Proof.ICON and (self._clock.now() - newest).total_seconds() < ICON_REST

    def _is_there(self, key: str) -> bool:
        """Whether a proof under way or a step has this key."""
        if self._valid(self.attempts.get(key)) is not None:
            return True
        return self.steps is not None and self.steps.is_open(key)

    def _use_up(self, key: str) -> None:
        self.attempts.pop(key, None)
        if self.steps is not None:
            self.steps.steps.pop(key, None)

    def _remove(self, binding: Binding, event: LinkEvent) -> None:
        del self.bindings[binding.puuid]
        rest = self._of(binding.discord_id)
        if binding.is_main and rest:
            self.bindings[rest[0].puuid] = rest[0].model_copy(update={"is_main": True})
        self._note(event, binding.discord_id, binding.puuid, None)

    def _note(self, event: LinkEvent, discord_id: str, puuid: str | None, reason: str | None) -> None:
        self.audits.append(
            LinkAudit(event=event, discord_id=discord_id, puuid=puuid, reason=reason, at=self._clock.now())
        )

    def _of(self, discord_id: str) -> list[Binding]:
        own = [binding for binding in self.bindings.values() if binding.discord_id == discord_id]
        return sorted(own, key=lambda binding: (not binding.is_main, binding.bound_at, binding.puuid))

    def _valid(self, kept: tuple[LinkAttempt, datetime] | None) -> LinkAttempt | None:
        return kept[0] if kept is not None and kept[1] > self._clock.now() else None

    def _check(self) -> None:
        if self.is_down:
            raise Unavailable("The database cannot be reached.", retry_after=2.0)
