"""What belongs to a Discord user, in the fakes of the database."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from src.core.domain.binding import LinkAudit, LinkEvent
from src.core.domain.job import Job, JobState, NewJob
from src.core.domain.personal_data import Erased, Erasure, KeptData
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

_STRAGGLERS = timedelta(seconds=15)


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
        )

    async def export(self, discord_id: str, *, most: int) -> dict[str, Any]:
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
                "rows": rows[:most],
                "left_out": max(0, len(rows) - most),
            },
            "jobs": {"entries": jobs[:most], "left_out": max(0, len(jobs) - most)},
            "links": [
                line.model_dump(mode="json", exclude={"discord_id"})
                for line in self.bindings.audits
                if line.discord_id == discord_id
            ],
            "links_under_way": [
                {"kind": type(step).__name__, "expires_at": until.isoformat()}
                for step, until in self.steps.steps.values()
                if discord_id in step.model_dump_json()
            ],
        }

    async def erase(self, discord_id: str, *, job: NewJob) -> Erased:
        """See `PersonalData.erase`."""
        self._check()
        if job.id in self.under_way:
            return self.under_way[job.id].erased
        puuids, names = self._person(discord_id)
        about = self._jobs_about(discord_id, puuids, names, self.clock.now())
        self.tombstones.puuids.update(puuids)
        self._drop(discord_id, puuids)
        ids, ended = self._empty(about, discord_id)
        erased = Erased(job.id, len(puuids), ids, ended)
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
        until = known.begun_at + _STRAGGLERS
        about = self._jobs_about(known.discord_id, known.erasure.puuids, known.names, until)
        ids, _ = self._empty(about, known.discord_id)
        known.job_ids += [job_id for job_id in ids if job_id not in known.job_ids]
        return tuple(self.ledger.table.row(job_id).job for job_id in known.job_ids)

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
        old = [line for line in self.bindings.audits if line.at is not None and line.at <= before]
        self.bindings.audits = [line for line in self.bindings.audits if line not in old]
        return len(old)

    def _person(self, discord_id: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """PUUIDs, and Riot IDs as people write them."""
        self.players.meet_linked()
        linked = self.bindings.bindings
        last: dict[str, LinkEvent] = {}
        for line in self.bindings.audits:
            if line.discord_id == discord_id and line.puuid and line.event is not LinkEvent.REFUSED:
                last[line.puuid] = line.event
        were = {puuid for puuid, event in last.items() if event is not LinkEvent.LOST and puuid not in linked}
        puuids = sorted({puuid for puuid, one in linked.items() if one.discord_id == discord_id} | were)
        names = {str(linked[puuid].riot_id) for puuid in puuids if puuid in linked}
        accounts = [self.players.players[puuid][0] for puuid in puuids if puuid in self.players.players]
        return tuple(puuids), tuple(sorted(names | {str(one.riot_id) for one in accounts if one.riot_id}))

    def _matches_of(self, puuid: str) -> list[str]:
        return [m for m, stored in self.matches.matches.items() if stored.match.by_puuid(puuid) is not None]

    def _jobs_about(
        self, discord_id: str, puuids: tuple[str, ...], names: tuple[str, ...], until: datetime
    ) -> list[Row]:
        sought, folded = [discord_id, *puuids, *names], {name.casefold() for name in names}
        found = []
        for row in self.ledger.table.in_order():
            text = f"{row.job.model_dump(mode='json')} {row.own_result}"
            asked = f"{row.job.arguments.get('game_name')}#{row.job.arguments.get('tag_line')}".casefold()
            if row.job.created_at <= until and (asked in folded or any(name in text for name in sought)):
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
        is_others = job.parent_id is None and job.owner != discord_id and (reply is None or reply.user_id != discord_id)
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
        sought = [discord_id, *puuids]
        for kept in (self.bindings.attempts, self.steps.steps):
            for key, (step, _) in list(kept.items()):
                if any(name in step.model_dump_json() for name in sought):
                    del kept[key]
        self.bindings.audits = [_renamed(line, sought) for line in self.bindings.audits]
        erased = LinkAudit(event=LinkEvent.ERASED, discord_id=user_hash(discord_id), at=self.clock.now())
        self.bindings.audits.append(erased)
        self.matches.counted = {(m, puuid) for m, puuid in self.matches.counted if puuid not in puuids}
        self.players.drop(puuids)

    def _check(self) -> None:
        if self.is_down:
            raise Unavailable("The database cannot be reached.", retry_after=2.0)


def _renamed(line: LinkAudit, sought: list[str]) -> LinkAudit:
    return line.model_copy(
        update={
            "discord_id": user_hash(line.discord_id) if line.discord_id in sought else line.discord_id,
            "puuid": user_hash(line.puuid) if line.puuid in sought and line.puuid else line.puuid,
        }
    )
