"""The rows of the ledger in memory: how they come, when they are due, how they end."""

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from src.core.domain.job import Job, JobState, Lane, NewJob, in_turns, merge_results, why_not_followed
from src.core.errors import JobNotFound, LeaseLost, RequestConflict
from src.core.ports.clock import Clock


@dataclass(slots=True)
class Row:
    """A job, what the ledger alone knows of it, and its place in the order of submission."""

    job: Job
    place: int
    own_result: Mapping[str, Any] | None = None
    slot_at: datetime | None = None
    lease_until: datetime | None = None
    published_at: datetime | None = None
    publications: int = 0
    settled: bool = False

    @property
    def is_unreleased(self) -> bool:
        """True of a job that waits for the end of another."""
        return self.job.state is JobState.QUEUED and self.job.next_attempt_at is None

    def change(self, **changes: Any) -> Job:
        self.job = self.job.model_copy(update=changes)
        return self.job


class JobTable:
    """Rows, and the rules that hold between them. Nothing here knows an outage."""

    def __init__(self, clock: Clock) -> None:
        self.rows: dict[UUID, Row] = {}
        self._clock = clock
        self._requests: dict[str, tuple[str | None, UUID]] = {}
        self._claims: dict[str, list[datetime]] = {}
        self._places = 0

    # Rows.

    def row(self, job_id: UUID) -> Row:
        if job_id not in self.rows:
            raise JobNotFound
        return self.rows[job_id]

    def held(self, job_id: UUID, fence: int) -> Row:
        row = self.rows.get(job_id)
        if row is None or row.job.fence != fence or row.job.state is not JobState.RUNNING:
            raise LeaseLost
        return row

    def in_order(self) -> list[Row]:
        return sorted(self.rows.values(), key=lambda row: row.place)

    def children(self, job_id: UUID) -> list[Row]:
        return [row for row in self.in_order() if row.job.parent_id == job_id]

    def family(self, row: Row) -> list[Row]:
        """The row and all its descendants."""
        return [row, *(below for child in self.children(row.job.id) for below in self.family(child))]

    def followers(self, job_id: UUID) -> list[Row]:
        return [row for row in self.in_order() if row.job.follows == job_id]

    def forget(self, rows: Iterable[Row]) -> None:
        gone = {row.job.id for row in rows}
        self.rows = {job_id: row for job_id, row in self.rows.items() if job_id not in gone}
        self.forget_requests(gone)
        for row in self.rows.values():
            if row.job.follows in gone:
                row.change(follows=None)

    def forget_requests(self, job_ids: Collection[UUID]) -> None:
        """No request is answered by these jobs any more."""
        self._requests = {key: request for key, request in self._requests.items() if request[1] not in job_ids}

    # Submission.

    def insert(self, jobs: Sequence[NewJob], *, parent_id: UUID | None = None) -> tuple[Job, ...]:
        """All or none."""
        before = dict(self.rows), dict(self._requests)
        places = {job.id: self._places + number for number, job in reversed(list(enumerate(jobs)))}
        self._places += len(jobs)
        answers: dict[UUID, UUID] = {}
        try:
            for job in (job for turn in in_turns(jobs) for job in turn):
                following = job.model_copy(update={"follows": answers.get(job.follows or job.id, job.follows)})
                answers[job.id] = self._insert_one(following, places[job.id], parent_id)
        except Exception:
            self.rows, self._requests = before
            raise
        return tuple(self.rows[answers[job.id]].job for job in jobs)

    def _insert_one(self, new: NewJob, place: int, parent_id: UUID | None) -> UUID:
        if new.id in self.rows:
            return new.id
        if parent_id is None and new.request_key in self._requests:
            fingerprint, answer = self._requests[new.request_key or ""]
            if fingerprint != new.request_fingerprint:
                raise RequestConflict
            return answer
        predecessor = None if new.follows is None else self.row(new.follows).job
        holder = self._holder(new.idempotency_key)
        answer = new.id if holder is None or parent_id is not None else holder
        if new.request_key is not None and parent_id is None:
            self._requests[new.request_key] = (new.request_fingerprint, answer)
        if answer == new.id:
            changes = {"parent_id": parent_id or new.parent_id, "arguments": _as_json(new.arguments)}
            if holder is not None:  # a parent waits for a job of its own
                changes["idempotency_key"] = None
            self._write(new.model_copy(update=changes), place, predecessor)
        return answer

    def _holder(self, key: str | None) -> UUID | None:
        rows = (row.job for row in self.rows.values() if key is not None and row.job.idempotency_key == key)
        return next((job.id for job in rows if not job.state.is_final), None)

    def _write(self, new: NewJob, place: int, predecessor: Job | None) -> None:
        job = Job(**dict(new), state=JobState.QUEUED, created_at=self._clock.now())
        row = self.rows[job.id] = Row(job, place)
        if predecessor is None:
            row.change(next_attempt_at=self.moment(new.not_before))
        else:
            self.follow(row, predecessor)

    def follow(self, row: Row, predecessor: Job) -> tuple[Job, ...]:
        """Let a waiting follower go on, or fail, if its predecessor has ended; answers the jobs this changed."""
        if not predecessor.state.is_final:
            return ()
        if row.job.follows_any_end or predecessor.state is JobState.SUCCEEDED:
            return (row.change(next_attempt_at=self.moment(row.job.not_before)),)
        return self.end(row, JobState.FAILED, error=why_not_followed(predecessor), error_kind="PredecessorFailed")

    # Time.

    def moment(self, seconds: float) -> datetime:
        """So many seconds from now."""
        return self._clock.now() + timedelta(seconds=seconds)

    def is_due(self, row: Row) -> bool:
        now = self._clock.now()
        if row.job.state is JobState.RUNNING:
            return row.lease_until is not None and row.lease_until < now
        at = row.job.next_attempt_at
        return row.job.state is JobState.QUEUED and at is not None and at <= now

    def is_unheard(self, row: Row) -> bool:
        """True for a due job if nobody was told of it since it became due, or long ago."""
        queued = row.job.state is JobState.QUEUED
        due_since = row.job.next_attempt_at if queued else row.lease_until
        times = max(row.publications, 1)
        waits = 1 if row.job.lane is Lane.INTERACTIVE else min(times, 10)
        patience = 30 * waits if queued else 5 * min(times, 6)
        heard = row.published_at
        return heard is None or (due_since is not None and heard < due_since) or heard < self.moment(-patience)

    def publish(self, rows: Iterable[Row]) -> None:
        for row in rows:
            row.published_at = self._clock.now()
            row.publications += 1

    def turn_of(self, row: Row) -> datetime | None:
        """None if the job may start now (its claim is counted), else the time of its turn."""
        job = row.job
        if job.rate is None or job.lane is not Lane.BACKGROUND or job.fence > 0:
            return None
        now, window = self._clock.now(), timedelta(seconds=job.rate.seconds)
        starts = [moment for moment in self._claims.get(job.kind, []) if moment > now - window]
        others = (other for other in self.rows.values() if other.job.kind == job.kind and other is not row)
        waiting = (other.slot_at for other in others if other.job.state is JobState.QUEUED)
        kept = min(window, timedelta(seconds=30))
        slots = [slot_at for slot_at in waiting if slot_at is not None and slot_at > now - kept]
        ahead = 0 if row.slot_at else sum(slot_at <= now for slot_at in slots)
        if len(starts) + ahead < job.rate.count:
            self._claims.setdefault(job.kind, []).append(now)
            return None
        return sorted([*starts, *slots])[-job.rate.count] + window

    # Ends.

    def end(self, row: Row, state: JobState, **outcome: Any) -> tuple[Job, ...]:
        """End a job, and with it every ancestor this completes."""
        fresh = {"result": None, "error": None, "error_kind": None} | outcome
        fresh["result"] = _as_json(fresh["result"])
        ended = row.change(state=state, finished_at=self._clock.now(), **fresh)
        row.lease_until = None
        parent = self.rows.get(ended.parent_id) if ended.parent_id else None
        return (ended, *(self.end_if_complete(parent) if parent else ()))

    def end_if_complete(self, parent: Row) -> tuple[Job, ...]:
        children = [row.job for row in self.children(parent.job.id)]
        if parent.job.state is not JobState.WAITING or not all(child.state.is_final for child in children):
            return ()
        parent.change(progress=self.shown(parent.job).progress)
        failed = [child for child in children if child.state is JobState.FAILED]
        brought = [child.result for child in children if isinstance(child.result, dict)]
        try:
            result = merge_results([parent.own_result or {}, *brought])
        except TypeError:
            broken = {"error": "The results of the job's parts do not fit together.", "error_kind": "BrokenInvariant"}
            return self.end(parent, JobState.FAILED, result=parent.own_result or {}, **broken)
        if failed:
            missing = [
                {"job_id": str(child.id), "error": child.error, "arguments": child.arguments} for child in failed
            ]
            result["failed"] = [*result.get("failed", []), *missing]
        states = {child.state for child in children}
        if parent.job.cancel_requested or states == {JobState.CANCELLED}:
            return self.end(parent, JobState.CANCELLED, result=result)
        if failed and JobState.SUCCEEDED not in states:
            first = failed[0]
            return self.end(parent, JobState.FAILED, result=result, error=first.error, error_kind=first.error_kind)
        return self.end(parent, JobState.SUCCEEDED, result=result)

    def final_line(self, row: Row) -> tuple[Job, ...]:
        """The job and its ancestors as far as they have ended."""
        line = []
        while row.job.state.is_final:
            line.append(row.job)
            if row.job.parent_id is None:
                break
            row = self.rows[row.job.parent_id]
        return tuple(line)

    def shown(self, job: Job) -> Job:
        """The job; a waiting parent's progress counts its children's."""
        if job.state is not JobState.WAITING or job.progress is None:
            return job
        return job.model_copy(update={"progress": job.progress.model_copy(update={"done": self._done(job)})})

    def _done(self, job: Job) -> int:
        own = job.progress.done if job.progress else 0
        below = self.children(job.id) if job.state is JobState.WAITING else []
        return own + sum(self._done(child.job) for child in below)


def _as_json(value: Any) -> Any:
    return json.loads(json.dumps(value))
