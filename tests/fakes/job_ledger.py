"""The ledger in memory."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from src.core.domain.job import Hint, Job, JobCount, JobFilter, JobState, Lane, NewJob, Progress
from src.core.errors import LeaseLost, Unavailable
from src.core.ports.clock import Clock
from src.core.services.job_submission import hint_of
from tests.fakes.clock import FakeClock
from tests.fakes.job_table import JobTable, Row

_NEVER = datetime.max.replace(tzinfo=UTC)


class FakeJobLedger:
    """Implements `JobLedger`; `is_down` makes it fail as a dead Postgres would."""

    def __init__(self, clock: Clock | None = None) -> None:
        self._clock = clock or FakeClock()
        self._table = JobTable(self._clock)
        self.is_down = False

    @property
    def table(self) -> JobTable:
        """The rows themselves, for what other fakes of the database do to them."""
        return self._table

    @property
    def jobs(self) -> tuple[Job, ...]:
        """Every job, in order of submission."""
        return tuple(row.job for row in self._table.in_order())

    async def submit(self, jobs: Sequence[NewJob]) -> tuple[Job, ...]:
        """See `JobLedger.submit`."""
        self._check()
        return self._table.insert(jobs)

    async def claim(self, job_id: UUID, *, worker: str, lease: float, max_deaths: int) -> Job | None:
        """See `JobLedger.claim`."""
        row = self._known([job_id])
        if not row or not self._table.is_due(row[0]):
            return None
        return self._take(row[0], worker, lease, max_deaths)

    def _take(self, row: Row, worker: str, lease: float, max_deaths: int) -> Job | None:
        died = row.job.state is JobState.RUNNING
        deaths = row.job.deaths + died
        if died and row.job.cancel_requested:
            self._table.end(row, JobState.CANCELLED, deaths=deaths)
            return None
        if died and deaths >= max_deaths:
            error = f"The job ended its worker process {deaths} times and was stopped."
            self._table.end(row, JobState.FAILED, error=error, error_kind="JobDied", deaths=deaths)
            return None
        turn = self._table.turn_of(row)
        if turn is not None:
            row.slot_at = turn
            row.change(next_attempt_at=turn)
            return None
        row.lease_until, row.publications, row.slot_at = self._table.moment(lease), 0, None
        started = row.job.started_at or self._clock.now()
        return row.change(
            state=JobState.RUNNING, fence=row.job.fence + 1, deaths=deaths, worker=worker, started_at=started
        )

    async def heartbeat(self, job_id: UUID, fence: int, *, lease: float) -> bool:
        """See `JobLedger.heartbeat`."""
        row = self._held(job_id, fence)
        row.lease_until = self._table.moment(lease)
        return row.job.cancel_requested

    async def report_progress(self, job_id: UUID, fence: int, progress: Progress, *, advances: bool = False) -> bool:
        """See `JobLedger.report_progress`."""
        row = self._held(job_id, fence)
        deaths = 0 if advances else row.job.deaths
        return row.change(progress=progress, deaths=deaths).cancel_requested

    async def succeed(self, job_id: UUID, fence: int, result: Any, *, is_answered: bool = True) -> tuple[Job, ...]:
        """See `JobLedger.succeed`."""
        return self._end_held(job_id, fence, JobState.SUCCEEDED, is_answered=is_answered, result=result)

    async def fail(
        self, job_id: UUID, fence: int, *, error: str, error_kind: str, is_answered: bool = True
    ) -> tuple[Job, ...]:
        """See `JobLedger.fail`."""
        why = {"error": error, "error_kind": error_kind}
        return self._end_held(job_id, fence, JobState.FAILED, is_answered=is_answered, **why)

    async def end_cancelled(self, job_id: UUID, fence: int, result: Any) -> tuple[Job, ...]:
        """See `JobLedger.end_cancelled`."""
        return self._end_held(job_id, fence, JobState.CANCELLED, is_answered=False, result=result)

    async def retry_later(
        self, job_id: UUID, fence: int, *, delay: float, error: str, error_kind: str
    ) -> tuple[Job, ...]:
        """See `JobLedger.retry_later`."""
        return self._requeue(job_id, fence, delay, attempts=1, reason={"error": error, "error_kind": error_kind})

    async def give_back(self, job_id: UUID, fence: int, *, delay: float) -> tuple[Job, ...]:
        """See `JobLedger.give_back`."""
        return self._requeue(job_id, fence, delay, attempts=0, reason={})

    async def wait_for_children(
        self, job_id: UUID, fence: int, children: Sequence[NewJob], *, result: Mapping[str, Any] | None = None
    ) -> tuple[Job, ...]:
        """See `JobLedger.wait_for_children`."""
        (row,) = self._known([job_id]) or (None,)
        if row is None or row.job.fence != fence or row.job.state in {JobState.QUEUED, JobState.FAILED}:
            raise LeaseLost
        if row.job.state is JobState.RUNNING:
            self._table.insert(children, parent_id=job_id)
            row.change(state=JobState.WAITING)
            row.own_result, row.lease_until = result, None
            if row.job.cancel_requested:
                self._cancel(row)
            self._table.end_if_complete(row)
        elif len(self._known([child.id for child in children])) < len(children):
            raise LeaseLost
        return tuple(child.job for child in self._known([child.id for child in children]))

    async def cancel(self, job_id: UUID) -> Job:
        """See `JobLedger.cancel`."""
        self._check()
        row = self._table.row(job_id)
        self._cancel(row)
        return row.job

    async def give_way(self, job_id: UUID) -> bool:
        """See `JobLedger.give_way`."""
        (row,) = self._known([job_id]) or (None,)
        if row is not None and row.job.state is JobState.QUEUED:
            self._table.end(row, JobState.CANCELLED)
            row.change(reply=None)
        return row is not None and row.job.state is JobState.CANCELLED

    async def release_followers(self, ended: Sequence[UUID] | None = None) -> tuple[Job, ...]:
        """See `JobLedger.release_followers`."""
        self._check()
        which = list(self._table.rows) if ended is None else list(ended)
        released: list[Job] = []
        for predecessor in self._known(which):
            for row in self._table.followers(predecessor.job.id):
                changed = self._table.follow(row, predecessor.job) if row.is_unreleased else ()
                released += changed
                released += await self.release_followers([job.id for job in changed if job.state.is_final])
        return tuple(released)

    async def get(self, job_id: UUID) -> Job:
        """See `JobLedger.get`."""
        self._check()
        return self._table.shown(self._table.row(job_id).job)

    async def holder_of(self, idempotency_key: str) -> Job | None:
        """See `JobLedger.holder_of`."""
        self._check()
        held = (job for job in self.jobs if job.idempotency_key == idempotency_key and not job.state.is_final)
        return next(held, None)

    async def find(self, which: JobFilter, *, limit: int, before: UUID | None = None) -> tuple[Job, ...]:
        """See `JobLedger.find`."""
        self._check()
        last = None if before is None else self._table.row(before).place
        rows = [row for row in reversed(self._table.in_order()) if last is None or row.place < last]
        return tuple([self._table.shown(row.job) for row in rows if _is_wanted(row.job, which)][:limit])

    async def counts(self) -> tuple[JobCount, ...]:
        """See `JobLedger.counts`."""
        self._check()
        groups = Counter((job.kind, job.state, job.lane) for job in self.jobs)
        return tuple(
            JobCount(kind=kind, state=state, lane=lane, count=count, oldest_due_s=self._oldest_due(kind, state, lane))
            for (kind, state, lane), count in sorted(groups.items())
        )

    def _oldest_due(self, kind: str, state: JobState, lane: Lane) -> float:
        group = (job for job in self.jobs if (job.kind, job.state, job.lane) == (kind, state, lane))
        waiting = (job.next_attempt_at for job in group if state is JobState.QUEUED)
        return max((0.0, *((self._clock.now() - at).total_seconds() for at in waiting if at is not None)))

    async def forget_finished(self, *, older_than: float, limit: int) -> int:
        """See `JobLedger.forget_finished`."""
        self._check()
        roots = [row for row in self._table.rows.values() if row.job.parent_id is None and row.job.state.is_final]
        roots.sort(key=lambda row: row.job.finished_at or _NEVER)
        families = [
            family for root in roots if (root.job.finished_at or _NEVER) <= self._table.moment(-older_than)
            if self._is_forgettable(family := self._table.family(root))
        ]  # fmt: skip
        gone = [row for family in families[:limit] for row in family]
        self._table.forget(gone)
        return len(gone)

    def _is_forgettable(self, family: Sequence[Row]) -> bool:
        followers = [row.job for member in family for row in self._table.followers(member.job.id)]
        return all(row.settled for row in family) and all(job.state.is_final for job in followers)

    async def give_up_unknown(self, known_kinds: Collection[str], *, older_than: float) -> tuple[Job, ...]:
        """See `JobLedger.give_up_unknown`."""
        self._check()
        ended: list[Job] = []
        for row in self._table.in_order():
            job = row.job
            is_free = job.state is JobState.QUEUED or (job.state is JobState.RUNNING and self._table.is_due(row))
            if is_free and job.kind not in known_kinds and job.created_at <= self._table.moment(-older_than):
                deaths = job.deaths + (job.state is JobState.RUNNING)
                error = f"No code knows jobs of the kind {job.kind} (any more)."
                ended += self._table.end(row, JobState.FAILED, error=error, error_kind="UnknownJobKind", deaths=deaths)
        return tuple(ended)

    async def overdue(self, *, limit: int) -> tuple[Hint, ...]:
        """See `JobLedger.overdue`."""
        self._check()
        found = [row for row in self._table.rows.values() if self._table.is_due(row) and self._table.is_unheard(row)]
        found.sort(
            key=lambda row: (
                row.job.lane is not Lane.INTERACTIVE,
                -row.job.priority,
                row.job.next_attempt_at or _NEVER,
            )
        )
        self._table.publish(found[:limit])
        return tuple(_hint_of_due(row.job) for row in found[:limit])

    async def mark_published(self, job_ids: Sequence[UUID]) -> None:
        """See `JobLedger.mark_published`."""
        self._table.publish(row for row in self._known(job_ids) if row.job.state is JobState.QUEUED)

    async def unpublish(self, job_ids: Sequence[UUID]) -> None:
        """See `JobLedger.unpublish`."""
        for row in self._known(job_ids):
            if row.published_at is not None and (row.job.state is JobState.QUEUED or self._table.is_due(row)):
                row.published_at, row.publications = None, max(row.publications - 1, 0)

    async def unsettled(self, *, older_than: float, limit: int) -> tuple[Job, ...]:
        """See `JobLedger.unsettled`."""
        self._check()
        ended = [row.job for row in self._table.rows.values() if row.job.state.is_final and not row.settled]
        ended = [job for job in ended if job.finished_at and job.finished_at <= self._table.moment(-older_than)]
        return tuple(sorted(ended, key=lambda job: job.finished_at or _NEVER)[:limit])

    async def mark_settled(self, job_ids: Sequence[UUID]) -> None:
        """See `JobLedger.mark_settled`."""
        for row in self._known(job_ids):
            if row.job.state.is_final:
                row.settled = True
                row.change(reply=None)

    def _known(self, job_ids: Sequence[UUID]) -> list[Row]:
        self._check()
        return [self._table.rows[job_id] for job_id in job_ids if job_id in self._table.rows]

    def _held(self, job_id: UUID, fence: int) -> Row:
        self._check()
        return self._table.held(job_id, fence)

    def _end_held(
        self, job_id: UUID, fence: int, state: JobState, *, is_answered: bool, **outcome: Any
    ) -> tuple[Job, ...]:
        (row,) = self._known([job_id]) or (None,)
        is_repeat = row is not None and row.job.fence == fence and row.job.state is state
        if is_repeat and row is not None and row.job.error_kind == outcome.get("error_kind"):
            return self._table.final_line(row)
        held = self._held(job_id, fence)
        ended = self._table.end(held, state, **outcome)
        if is_answered:
            held.change(reply=None)
        return ended

    def _requeue(
        self, job_id: UUID, fence: int, delay: float, *, attempts: int, reason: Mapping[str, str]
    ) -> tuple[Job, ...]:
        (row,) = self._known([job_id]) or (None,)
        if row is not None and row.job.fence == fence and row.job.state in {JobState.QUEUED, JobState.CANCELLED}:
            return self._table.final_line(row)
        row = self._held(job_id, fence)
        if row.job.cancel_requested:
            return self._table.end(row, JobState.CANCELLED)
        due = self._table.moment(delay)
        row.change(state=JobState.QUEUED, attempts=row.job.attempts + attempts, next_attempt_at=due, **reason)
        row.lease_until = None
        return ()

    def _cancel(self, row: Row) -> None:
        if row.job.state is JobState.QUEUED:
            self._table.end(row, JobState.CANCELLED)
        elif not row.job.state.is_final:
            row.change(cancel_requested=True)
            for child in self._table.children(row.job.id):
                self._cancel(child)
            self._table.end_if_complete(row)

    def _check(self) -> None:
        if self.is_down:
            raise Unavailable("The database cannot be reached.", retry_after=2.0)


def _is_wanted(job: Job, which: JobFilter) -> bool:
    return (
        (which.states is None or job.state in which.states)
        and (which.kinds is None or job.kind in which.kinds)
        and (which.owner is None or job.owner == which.owner)
        and (which.lane is None or job.lane is which.lane)
        and (which.with_children or job.parent_id is None)
    )


def _hint_of_due(job: Job) -> Hint:
    """A job that a dead worker had begun is heard first."""
    hint = hint_of(job)
    return hint.model_copy(update={"priority": 9}) if job.state is JobState.RUNNING else hint
