"""What belongs to a Discord user, in the fakes of the database."""

import re
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from pydantic import BaseModel

from src.core.domain.binding import DiscordSignIn, LinkAudit, LinkEvent, LinkInvitation, PendingLink
from src.core.domain.job import Job, JobState, NewJob
from src.core.domain.personal_data import STRAGGLERS_COME_WITHIN, Erased, Erasure, KeptData
from src.core.domain.reply import user_hash
from src.core.errors import PlayerForgotten, Unavailable
from tests.fakes.clock import FakeClock
from tests.fakes.job_ledger import FakeJobLedger
from tests.fakes.job_table import Row
from tests.fakes.link_steps import FakeLinkSteps
from tests.fakes.match_store import FakeMatchStore
from tests.fakes.player_store import FakePlayerStore
from tests.fakes.tombstones import FakeTombstones
from tests.fakes.user_binding import FakeUserBindingRepository

_STRAGGLERS = timedelta(seconds=STRAGGLERS_COME_WITHIN)
_CHANGES = {LinkEvent.BOUND, LinkEvent.TAKEN_OVER, LinkEvent.LOST, LinkEvent.UNBOUND, LinkEvent.DROPPED}


@dataclass(slots=True)
class _UnderWay:
    erasure: Erasure
    begun_at: datetime
    discord_id: str = field(repr=False)
    names: tuple[str, ...] = field(repr=False)
    erased: Erased = field(repr=False)
    job_ids: list[UUID]


class FakePersonalData:
    """Implements `PersonalData` over the other fakes, which it makes; `is_down` makes it fail as a dead Postgres."""

    def __init__(self, clock: FakeClock | None = None, ledger: FakeJobLedger | None = None) -> None:
        self.clock = clock or FakeClock()
        self.tombstones = FakeTombstones()
        self.bindings = FakeUserBindingRepository(self.clock, self.tombstones)
        self.steps = FakeLinkSteps(self.clock)
        self.players = FakePlayerStore(self.clock, self.bindings, self.tombstones)
        self.ledger = ledger or FakeJobLedger(self.clock)
        self.matches = FakeMatchStore(self.ledger, self.tombstones, self.bindings.bindings)
        self.under_way: dict[UUID, _UnderWay] = {}
        self.is_down = False

    async def summary(self, discord_id: str) -> KeptData:
        """See `PersonalData.summary`."""
        self._check()
        puuids, names = self._person(discord_id)
        years = {(puuid, self.matches.matches[m].match.started_at.year) for m, puuid in self.matches.counted}
        return KeptData(
            accounts=names,
            matches=sum(len(self._matches_of(puuid)) for puuid in puuids),
            years=sum(puuid in puuids for puuid, _ in years),
            jobs=len(self._jobs_about(discord_id, puuids, names, self.clock.now())),
            audit_lines=sum(line.discord_id == discord_id for line in self.bindings.audits),
            links_under_way=sum(_whose(step) == discord_id for step, _ in self.steps.steps.values())
            + sum(attempt.discord_id == discord_id for attempt, _ in self.bindings.attempts.values()),
        )

    async def export(self, discord_id: str, *, most_matches: int, most_jobs: int) -> dict[str, Any]:
        """See `PersonalData.export`."""
        self._check()
        puuids, names = self._person(discord_id)
        players = [self.players.players[puuid] for puuid in puuids if puuid in self.players.players]
        rows = [[match_id, puuid] for puuid in puuids for match_id in self._matches_of(puuid)]
        jobs = [
            row.job.model_dump(mode="json", include={"id", "kind", "arguments", "state", "result"})
            for row in reversed(self._jobs_about(discord_id, puuids, names, self.clock.now()))
            if row.job.owner in {None, discord_id}
        ]
        bindings = [one for one in self.bindings.bindings.values() if one.discord_id == discord_id]
        return {
            "accounts": [one.model_dump(mode="json", exclude={"discord_id"}) for one in bindings],
            "players": [account.model_dump(mode="json") for account, _ in players],
            "years": [],
            "matches": {
                "columns": ["match_id", "puuid"] if rows else [],
                "rows": rows[:most_matches],
                "left_out": max(0, len(rows) - most_matches),
            },
            "jobs": {"entries": jobs[:most_jobs], "left_out": max(0, len(jobs) - most_jobs)},
            "links": [
                line.model_dump(mode="json", exclude={"discord_id"})
                for line in self.bindings.audits
                if line.discord_id == discord_id
            ],
            "links_under_way": [
                {"kind": type(step).__name__, "expires_at": until.isoformat()}
                for step, until in self.steps.steps.values()
                if _whose(step) == discord_id
            ],
        }

    async def erase(self, discord_id: str, *, job: NewJob) -> Erased:
        """See `PersonalData.erase`."""
        self._check()
        if job.id in self.under_way:
            return self.under_way[job.id].erased
        puuids, names = self._person(discord_id)
        about = self._jobs_about(discord_id, puuids, names, self.clock.now())
        accounts = sum(puuid in self.players.players or puuid in self.bindings.bindings for puuid in puuids)
        self.tombstones.puuids.update(puuids)
        self._drop(discord_id, puuids)
        ids, ended = self._empty(about, discord_id)
        erased = Erased(job.id, accounts, ids, ended)
        erasure = Erasure(job.id, puuids)
        self.under_way[job.id] = _UnderWay(erasure, self.clock.now(), discord_id, names, erased, list(ids))
        await self.ledger.submit([job])
        return erased

    async def erasure(self, erasure_id: UUID) -> Erasure | None:
        """See `PersonalData.erasure`."""
        self._check()
        known = self.under_way.get(erasure_id)
        if known is None:
            return None
        still = tuple(puuid for puuid in known.erasure.puuids if puuid in self.tombstones.puuids)
        return Erasure(erasure_id, still)

    async def sweep(self, erasure_id: UUID) -> tuple[Job, ...]:
        """See `PersonalData.sweep`."""
        self._check()
        known = self.under_way.get(erasure_id)
        if known is None:
            return ()
        until = min([known.begun_at + _STRAGGLERS, *self._links_since(known)])
        about = self._jobs_about(known.discord_id, known.erasure.puuids, known.names, until)
        ids, _ = self._empty(about, known.discord_id)
        known.job_ids += [job_id for job_id in ids if job_id not in known.job_ids]
        return tuple(self.ledger.table.row(job_id).job for job_id in known.job_ids)

    def _links_since(self, known: _UnderWay) -> list[datetime]:
        return [
            line.at for line in self.bindings.audits
            if line.event in {LinkEvent.BOUND, LinkEvent.TAKEN_OVER}
            if line.at is not None and line.at >= known.begun_at
            if line.discord_id == known.discord_id or line.puuid in known.erasure.puuids
        ]  # fmt: skip

    async def pseudonymise(self, puuid: str, *, limit: int) -> int:
        """See `PersonalData.pseudonymise`."""
        self._check()
        if puuid not in self.tombstones.puuids:
            return 0
        found = self._matches_of(puuid)[:limit]
        for match_id in found:
            people = {one.puuid for one in self.matches.matches[match_id].match.participants} - {puuid}
            known = self.players.players.keys() | self.bindings.bindings.keys()
            if people & known or any((match_id, other) in self.matches.counted for other in people if other):
                self.matches.pseudonymise(match_id)
            else:
                del self.matches.matches[match_id]
        return len(found)

    async def finish(self, erasure_id: UUID) -> None:
        """See `PersonalData.finish`."""
        self._check()
        self.under_way.pop(erasure_id, None)

    async def unfinished(self, *, older_than: float) -> tuple[UUID, ...]:
        """See `PersonalData.unfinished`."""
        self._check()
        before = self.clock.now() - timedelta(seconds=older_than)
        return tuple(erasure_id for erasure_id, known in self.under_way.items() if known.begun_at <= before)

    async def forget_audit(self, *, older_than: float) -> int:
        """See `PersonalData.forget_audit`."""
        self._check()
        before = self.clock.now() - timedelta(seconds=older_than)
        self.players.meet_linked()
        last = self._last_lines()
        kept_of = set(self.players.players) | {
            one.puuid for stored in self.matches.matches.values() for one in stored.match.participants
        }
        old = [
            line for line in self.bindings.audits
            if line.at is not None and line.at <= before
            if line.puuid not in kept_of or line is not last.get(line.puuid)
        ]  # fmt: skip
        self.bindings.audits = [line for line in self.bindings.audits if line not in old]
        return len(old)

    def _last_lines(self) -> dict[str | None, LinkAudit]:
        changes = [line for line in self.bindings.audits if line.event in _CHANGES]
        return {line.puuid: line for line in changes}

    def _person(self, discord_id: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """PUUIDs, and Riot IDs as people write them."""
        self.players.meet_linked()
        linked = self.bindings.bindings
        last = self._last_lines().values()
        were = {line.puuid for line in last if line.discord_id == discord_id and line.puuid} - linked.keys()
        puuids = sorted({puuid for puuid, one in linked.items() if one.discord_id == discord_id} | were)
        names = {str(linked[puuid].riot_id) for puuid in puuids if puuid in linked}
        accounts = [self.players.players[puuid][0] for puuid in puuids if puuid in self.players.players]
        return tuple(puuids), tuple(sorted(names | {str(one.riot_id) for one in accounts if one.riot_id}))

    def _matches_of(self, puuid: str) -> list[str]:
        return [m for m, stored in self.matches.matches.items() if stored.match.by_puuid(puuid) is not None]

    def _jobs_about(
        self, discord_id: str, puuids: tuple[str, ...], names: tuple[str, ...], until: datetime
    ) -> list[Row]:
        folded = {name.casefold() for name in names}
        sought = re.compile(rf"(?<![\w-])({'|'.join(map(re.escape, [discord_id, *puuids]))})(?![\w-])")
        found = []
        for row in self.ledger.table.in_order():
            job = row.job
            if "discord_id" in job.arguments:
                is_named = job.arguments["discord_id"] == discord_id
            else:
                asked = f"{job.arguments.get('game_name')}#{job.arguments.get('tag_line')}".casefold()
                key = f":{job.idempotency_key}:"
                is_named = (
                    asked in folded
                    or any(f":{name}:" in key for name in folded)
                    or sought.search(f"{job.model_dump(mode='json')} {row.own_result}") is not None
                )
            if job.created_at <= until and is_named:
                found.append(row)
        return found

    def _empty(self, about: list[Row], discord_id: str) -> tuple[tuple[UUID, ...], tuple[Job, ...]]:
        roots = {self._root(row).job.id: self._root(row) for row in about}
        family = [row for root in roots.values() for row in self.ledger.table.family(root)]
        self.ledger.table.forget_requests({row.job.id for row in family})
        ended = []
        for row in family:
            is_cut = not row.job.state.is_final
            self._empty_one(row, discord_id)
            ended += [row.job] if is_cut else []
        return tuple(row.job.id for row in family), tuple(ended)

    def _root(self, row: Row) -> Row:
        return row if row.job.parent_id is None else self._root(self.ledger.table.row(row.job.parent_id))

    def _empty_one(self, row: Row, discord_id: str) -> None:
        job, reply = row.job, row.job.reply
        is_others = job.parent_id is None and discord_id not in {
            job.owner, job.arguments.get("discord_id"), reply and reply.user_id
        }  # fmt: skip
        state = job.state if job.state.is_final else JobState.FAILED if is_others else JobState.CANCELLED
        has_failed = state is JobState.FAILED
        row.own_result = None
        row.lease_until = None
        row.change(
            arguments={},
            result=None,
            progress=None,
            idempotency_key=None,
            request_key=None,
            request_fingerprint=None,
            reply=reply if is_others else None,
            owner=job.owner if is_others else None,
            state=state,
            error=str(PlayerForgotten()) if has_failed else None,
            error_kind="PlayerForgotten" if has_failed else None,
            finished_at=job.finished_at or self.clock.now(),
        )

    def _drop(self, discord_id: str, puuids: tuple[str, ...]) -> None:
        own = [puuid for puuid, one in self.bindings.bindings.items() if one.discord_id == discord_id]
        for puuid in own:
            del self.bindings.bindings[puuid]
        for key, (attempt, _) in list(self.bindings.attempts.items()):
            if attempt.discord_id == discord_id or (attempt.task and attempt.task.account.puuid in puuids):
                del self.bindings.attempts[key]
        for key, (step, until) in list(self.steps.steps.items()):
            if _whose(step) == discord_id:
                del self.steps.steps[key]
            elif isinstance(step, PendingLink) and step.former_owner == discord_id:
                self.steps.steps[key] = step.model_copy(update={"former_owner": None}), until
        sought = [discord_id, *puuids]
        self.bindings.audits = [_renamed(line, sought) for line in self.bindings.audits]
        erased = LinkAudit(event=LinkEvent.ERASED, discord_id=user_hash(discord_id), at=self.clock.now())
        self.bindings.audits.append(erased)
        self.matches.counted = {(m, puuid) for m, puuid in self.matches.counted if puuid not in puuids}
        self.players.drop(puuids)

    def _check(self) -> None:
        if self.is_down:
            raise Unavailable("The database cannot be reached.", retry_after=2.0)


def _whose(step: BaseModel) -> str:
    """The Discord id of whom a step of linking belongs to."""
    begun = step.invitation if isinstance(step, DiscordSignIn) else step
    assert isinstance(begun, LinkInvitation | PendingLink)
    return begun.discord_id


def _renamed(line: LinkAudit, sought: list[str]) -> LinkAudit:
    return line.model_copy(
        update={
            "discord_id": user_hash(line.discord_id) if line.discord_id in sought else line.discord_id,
            "puuid": user_hash(line.puuid) if line.puuid in sought and line.puuid else line.puuid,
        }
    )
