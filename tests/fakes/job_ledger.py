"""The ledger in memory."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from src.core.domain.job import Hint, Job, JobState, Lane, NewJob, Progress, merge_results
from src.core.errors import JobNotFound, LeaseLost, Unavailable
from src.core.ports.clock import Clock
from tests.fakes.clock import FakeClock

_WINDOW = timedelta(seconds=60)
_NEVER = datetime.max.replace(tzinfo=UTC)


@dataclass(slots=True)
class _Row:
    job: Job
    next_attempt_at: datetime
    lease_until: datetime | None = None
    published_at: datetime | None = None
    publications: int = 0
    settled: bool = False

    def change(self, **changes: Any) -> Job:
        self.job = self.job.model_copy(update=changes)
        return self.job


class FakeJobLedger:
    """Implements `JobLedger`; `is_down` makes it fail as a dead Postgres would."""

    def __init__(self, clock: Clock | None = None) -> None:
        self._clock = clock or FakeClock()
        self._rows: dict[UUID, _Row] = {}
        self._claims: dict[str, list[datetime]] = {}
        self.is_down = False

    @property
    def jobs(self) -> tuple[Job, ...]:
        """Every job, in order of submission."""
        return tuple(row.job for row in self._rows.values())

    async def submit(self, jobs: Sequence[NewJob]) -> tuple[Job, ...]:
        """See `JobLedger.submit`."""
        self._check()
        return tuple(self._insert(job) for job in jobs)

    async def claim(self, job_id: UUID, *, worker: str, lease: float, max_deaths: int) -> Job | None:
        """See `JobLedger.claim`."""
        self._check()
        row = self._rows.get(job_id)
        if row is None or not self._is_due(row):
            return None
        died = row.job.state is JobState.RUNNING
        deaths = row.job.deaths + died
        if died and row.job.cancel_requested:
            self._end(row, JobState.CANCELLED, deaths=deaths)
            return None
        if died and deaths >= max_deaths:
            error = f"The job ended its worker process {deaths} times and was stopped."
            self._end(row, JobState.FAILED, error=error, error_kind="JobDied", deaths=deaths)
            return None
        slot = self._wait_for_rate(row.job)
        if slot is not None:
            row.change(state=JobState.QUEUED, deaths=deaths)
            row.next_attempt_at, row.lease_until = slot, None
            return None
        row.lease_until, row.publications = self._in(lease), 0
        return row.change(state=JobState.RUNNING, fence=row.job.fence + 1, deaths=deaths)

    async def heartbeat(self, job_id: UUID, fence: int, *, lease: float) -> bool:
        """See `JobLedger.heartbeat`."""
        row = self._held(job_id, fence)
        row.lease_until = self._in(lease)
        return row.job.cancel_requested

    async def report_progress(self, job_id: UUID, fence: int, progress: Progress) -> None:
        """See `JobLedger.report_progress`."""
        self._held(job_id, fence).change(progress=progress)

    async def succeed(self, job_id: UUID, fence: int, result: Any) -> tuple[Job, ...]:
        """See `JobLedger.succeed`."""
        return self._end_held(job_id, fence, JobState.SUCCEEDED, result=result)

    async def fail(self, job_id: UUID, fence: int, *, error: str, error_kind: str) -> tuple[Job, ...]:
        """See `JobLedger.fail`."""
        return self._end_held(job_id, fence, JobState.FAILED, error=error, error_kind=error_kind)

    async def end_cancelled(self, job_id: UUID, fence: int, result: Any) -> tuple[Job, ...]:
        """See `JobLedger.end_cancelled`."""
        return self._end_held(job_id, fence, JobState.CANCELLED, result=result)

    async def retry_later(
        self, job_id: UUID, fence: int, *, delay: float, error: str, error_kind: str
    ) -> tuple[Job, ...]:
        """See `JobLedger.retry_later`."""
        return self._requeue(job_id, fence, delay, attempts=1, reason={"error": error, "error_kind": error_kind})

    async def give_back(self, job_id: UUID, fence: int, *, delay: float) -> tuple[Job, ...]:
        """See `JobLedger.give_back`."""
        return self._requeue(job_id, fence, delay, attempts=0, reason={})

    async def wait_for_children(self, job_id: UUID, fence: int, children: Sequence[NewJob]) -> tuple[Job, ...]:
        """See `JobLedger.wait_for_children`."""
        self._check()
        row = self._rows.get(job_id)
        if row is None or row.job.fence != fence or row.job.state in {JobState.QUEUED, JobState.FAILED}:
            raise LeaseLost
        if row.job.state is JobState.RUNNING:
            for child in children:
                self._insert(child, parent_id=job_id)
            row.change(state=JobState.WAITING)
            row.lease_until = None
            if row.job.cancel_requested:
                self._cancel(row)
            self._end_if_complete(row)
        elif any(child.id not in self._rows for child in children):
            raise LeaseLost
        return tuple(self._rows[child.id].job for child in children)

    async def cancel(self, job_id: UUID) -> Job:
        """See `JobLedger.cancel`."""
        self._check()
        row = self._row(job_id)
        self._cancel(row)
        return row.job

    async def get(self, job_id: UUID) -> Job:
        """See `JobLedger.get`."""
        self._check()
        return self._row(job_id).job

    async def overdue(self, *, limit: int) -> tuple[Hint, ...]:
        """See `JobLedger.overdue`."""
        self._check()
        found = [row for row in self._rows.values() if self._is_due(row) and self._is_unheard(row)]
        found.sort(key=lambda row: (row.job.lane is not Lane.INTERACTIVE, row.next_attempt_at))
        self._publish(found[:limit])
        jobs = [row.job for row in found[:limit]]
        return tuple(Hint(job_id=job.id, kind=job.kind, queue=job.queue, arguments=job.arguments) for job in jobs)

    async def mark_published(self, job_ids: Sequence[UUID]) -> None:
        """See `JobLedger.mark_published`."""
        self._check()
        rows = [self._rows[job_id] for job_id in job_ids if job_id in self._rows]
        self._publish(row for row in rows if row.job.state is JobState.QUEUED)

    async def unpublish(self, job_ids: Sequence[UUID]) -> None:
        """See `JobLedger.unpublish`."""
        self._check()
        for row in (self._rows[job_id] for job_id in job_ids if job_id in self._rows):
            if row.published_at is not None and (row.job.state is JobState.QUEUED or self._is_due(row)):
                row.published_at, row.publications = None, max(row.publications - 1, 0)

    async def unsettled(self, *, older_than: float, limit: int) -> tuple[Job, ...]:
        """See `JobLedger.unsettled`."""
        self._check()
        ended = [row.job for row in self._rows.values() if row.job.state.is_final and not row.settled]
        ended = [job for job in ended if job.finished_at and job.finished_at <= self._in(-older_than)]
        return tuple(sorted(ended, key=lambda job: job.finished_at or _NEVER)[:limit])

    async def mark_settled(self, job_ids: Sequence[UUID]) -> None:
        """See `JobLedger.mark_settled`."""
        self._check()
        for row in (self._rows[job_id] for job_id in job_ids if job_id in self._rows):
            if row.job.state.is_final:
                row.settled = True
                row.change(reply=None)

    # Rows.

    def _insert(self, new: NewJob, *, parent_id: UUID | None = None) -> Job:
        if new.id in self._rows:
            return self._rows[new.id].job
        key = new.idempotency_key
        holder = next((job for job in self.jobs if key and job.idempotency_key == key and not job.state.is_final), None)
        if holder is not None and parent_id is None:
            return holder
        fields = new.model_dump() | {"parent_id": parent_id or new.parent_id, "arguments": _as_json(new.arguments)}
        if holder is not None:  # a parent waits for a job of its own
            fields["idempotency_key"] = None
        job = Job(**fields | {"reply": new.reply}, state=JobState.QUEUED, created_at=self._clock.now())
        self._rows[job.id] = _Row(job, next_attempt_at=self._in(new.not_before))
        return job

    def _row(self, job_id: UUID) -> _Row:
        if job_id not in self._rows:
            raise JobNotFound
        return self._rows[job_id]

    def _held(self, job_id: UUID, fence: int) -> _Row:
        self._check()
        row = self._rows.get(job_id)
        if row is None or row.job.fence != fence or row.job.state is not JobState.RUNNING:
            raise LeaseLost
        return row

    def _children(self, job_id: UUID) -> list[_Row]:
        return [row for row in self._rows.values() if row.job.parent_id == job_id]

    # Time.

    def _in(self, seconds: float) -> datetime:
        return self._clock.now() + timedelta(seconds=seconds)

    def _is_due(self, row: _Row) -> bool:
        if row.job.state is JobState.RUNNING:
            return row.lease_until is not None and row.lease_until < self._clock.now()
        return row.job.state is JobState.QUEUED and row.next_attempt_at <= self._clock.now()

    def _is_unheard(self, row: _Row) -> bool:
        """True for a due job if nobody was told of it since it became due, or long ago."""
        queued = row.job.state is JobState.QUEUED
        due_since = row.next_attempt_at if queued else row.lease_until
        times = max(row.publications, 1)
        waits = 1 if row.job.lane is Lane.INTERACTIVE else min(times, 10)
        patience = 30 * waits if queued else 5 * min(times, 6)
        heard = row.published_at
        return heard is None or (due_since is not None and heard < due_since) or heard < self._in(-patience)

    def _publish(self, rows: Iterable[_Row]) -> None:
        for row in rows:
            row.published_at = self._clock.now()
            row.publications += 1

    def _wait_for_rate(self, job: Job) -> datetime | None:
        if job.rate_per_minute is None or job.lane is not Lane.BACKGROUND:
            return None
        now = self._clock.now()
        claims = [moment for moment in self._claims.get(job.kind, []) if moment > now - _WINDOW]
        self._claims[job.kind] = claims
        if len(claims) < job.rate_per_minute:
            claims.append(now)
            return None
        waiting = [
            row for row in self._rows.values()
            if row.job.kind == job.kind and row.job.state is JobState.QUEUED and row.job.lane is Lane.BACKGROUND
            and row.next_attempt_at > now
        ]  # fmt: skip
        windows, index = divmod(len(waiting) + len(claims) - job.rate_per_minute, len(claims))
        return claims[index] + (windows + 1) * _WINDOW

    # Ends.

    def _end_held(self, job_id: UUID, fence: int, state: JobState, **outcome: Any) -> tuple[Job, ...]:
        self._check()
        row = self._rows.get(job_id)
        is_repeat = row is not None and row.job.fence == fence and row.job.state is state
        if is_repeat and row is not None and row.job.error_kind == outcome.get("error_kind"):
            return self._final_line(row)
        held = self._held(job_id, fence)
        ended = self._end(held, state, **outcome)
        held.change(reply=None)
        return ended

    def _final_line(self, row: _Row) -> tuple[Job, ...]:
        line = []
        while row.job.state.is_final:
            line.append(row.job)
            if row.job.parent_id is None:
                break
            row = self._rows[row.job.parent_id]
        return tuple(line)

    def _end(self, row: _Row, state: JobState, **outcome: Any) -> tuple[Job, ...]:
        fresh = {"result": None, "error": None, "error_kind": None} | outcome
        fresh["result"] = _as_json(fresh["result"])
        ended = row.change(state=state, finished_at=self._clock.now(), **fresh)
        row.lease_until = None
        parent = self._rows.get(ended.parent_id) if ended.parent_id else None
        return (ended, *(self._end_if_complete(parent) if parent else ()))

    def _end_if_complete(self, parent: _Row) -> tuple[Job, ...]:
        children = [row.job for row in self._children(parent.job.id)]
        if parent.job.state is not JobState.WAITING or not all(child.state.is_final for child in children):
            return ()
        failed = [child for child in children if child.state is JobState.FAILED]
        result = merge_results([child.result for child in children if isinstance(child.result, dict)])
        if failed:
            missing = [
                {"job_id": str(child.id), "error": child.error, "arguments": child.arguments} for child in failed
            ]
            result["failed"] = [*result.get("failed", []), *missing]
        states = {child.state for child in children}
        if parent.job.cancel_requested or states == {JobState.CANCELLED}:
            return self._end(parent, JobState.CANCELLED, result=result)
        if failed and JobState.SUCCEEDED not in states:
            first = failed[0]
            return self._end(parent, JobState.FAILED, result=result, error=first.error, error_kind=first.error_kind)
        return self._end(parent, JobState.SUCCEEDED, result=result)

    def _requeue(
        self, job_id: UUID, fence: int, delay: float, *, attempts: int, reason: Mapping[str, str]
    ) -> tuple[Job, ...]:
        self._check()
        row = self._rows.get(job_id)
        if row is not None and row.job.fence == fence and row.job.state in {JobState.QUEUED, JobState.CANCELLED}:
            return self._final_line(row)
        row = self._held(job_id, fence)
        if row.job.cancel_requested:
            return self._end(row, JobState.CANCELLED)
        row.change(state=JobState.QUEUED, attempts=row.job.attempts + attempts, **reason)
        row.next_attempt_at, row.lease_until = self._in(delay), None
        return ()

    def _cancel(self, row: _Row) -> None:
        if row.job.state is JobState.QUEUED:
            self._end(row, JobState.CANCELLED)
        elif not row.job.state.is_final:
            row.change(cancel_requested=True)
            for child in self._children(row.job.id):
                self._cancel(child)
            self._end_if_complete(row)

    def _check(self) -> None:
        if self.is_down:
            raise Unavailable("The database cannot be reached.", retry_after=2.0)


def _as_json(value: Any) -> Any:
    return json.loads(json.dumps(value))
