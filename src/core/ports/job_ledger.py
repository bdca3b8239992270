"""The ledger of work."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any, Protocol
from uuid import UUID

from src.core.domain.job import Hint, Job, JobCount, JobFilter, NewJob, Progress


class JobLedger(Protocol):
    """Jobs as rows; the row is what counts. Raises Unavailable when the database cannot be reached.

    Every write of a running job names its fence; a stale fence raises LeaseLost. Times are the database's.
    """

    async def submit(self, jobs: Sequence[NewJob]) -> tuple[Job, ...]:
        """Write jobs down, all or none. For a known, unfinished idempotency key the job that holds it comes back.

        So does the job of a known request key. The ids decide: submitting the same id again changes nothing (an
        ambiguous commit is safe to repeat). A job that follows one that has not succeeded, and will not, is written
        down as failed.

        Raises:
            RequestConflict: the request key is known, the fingerprint is another one.
            JobNotFound: there is no such job to follow.
        """
        ...

    async def claim(self, job_id: UUID, *, worker: str, lease: float, max_deaths: int) -> Job | None:
        """Take a job that is due, for `lease` seconds; the answer carries the new fence.

        None: it is not due, taken, final, or would start over its rate (then its next attempt is set to when the
        rate allows). A job whose lease ran out counts a death; at `max_deaths` it ends as failed and None comes back.
        """
        ...

    async def heartbeat(self, job_id: UUID, fence: int, *, lease: float) -> bool:
        """Keep the lease for another `lease` seconds. Answers True if a cancel was requested.

        Raises:
            LeaseLost: it is no longer ours.
        """
        ...

    async def report_progress(self, job_id: UUID, fence: int, progress: Progress, *, advances: bool = False) -> bool:
        """Write progress. Answers True if a cancel was requested.

        `advances`: the job is further than any attempt before: its deaths are forgiven, for it does not end its
        workers, they are ended.
        """
        ...

    async def succeed(self, job_id: UUID, fence: int, result: Any, *, is_answered: bool = True) -> tuple[Job, ...]:
        """End as succeeded. Answers the jobs this made final: itself, then a parent whose last child it was.

        With `is_answered` its reply goes; without, whoever settles the job still has to tell.
        """
        ...

    async def fail(
        self, job_id: UUID, fence: int, *, error: str, error_kind: str, is_answered: bool = True
    ) -> tuple[Job, ...]:
        """End as failed, with the reason in plain words and no result. Otherwise as `succeed`."""
        ...

    async def retry_later(
        self, job_id: UUID, fence: int, *, delay: float, error: str, error_kind: str
    ) -> tuple[Job, ...]:
        """Give the job back; it is due again in `delay` seconds. Counts an attempt.

        If its cancel was requested it ends as cancelled instead. Answers the jobs this made final, as `succeed`
        does: none when the job is due again.
        """
        ...

    async def give_back(self, job_id: UUID, fence: int, *, delay: float) -> tuple[Job, ...]:
        """Give the job back without counting an attempt (a worker that shuts down). Answers as `retry_later` does."""
        ...

    async def wait_for_children(
        self, job_id: UUID, fence: int, children: Sequence[NewJob], *, result: Mapping[str, Any] | None = None
    ) -> tuple[Job, ...]:
        """Write the children down and become their waiting parent, in one transaction.

        The parent ends with its last child: its result is `merge_results` of `result`, what it brings along
        itself, and theirs in order of submission,
        what cancelled children had done by then included, with `failed` when children failed: a list of
        `{"job_id", "error", "arguments"}`, the arguments being the child's and telling what is missing. Answers
        the children; without any, the parent ends at once with `result`, or `{}`.
        """
        ...

    async def cancel(self, job_id: UUID) -> Job:
        """Cancel: a queued job never starts, a running one is asked to stop; children are cancelled with it.

        Raises:
            JobNotFound: there is no such job.
        """
        ...

    async def give_way(self, job_id: UUID) -> bool:
        """End a job as cancelled if it is queued, and do nothing to any other: what comes in its place tells the rest.

        Its reply goes at once, so that nobody tells of its end. True if it is cancelled, now or before.
        """
        ...

    async def end_cancelled(self, job_id: UUID, fence: int, result: Any) -> tuple[Job, ...]:
        """End a running job whose cancel was requested. Answers as `succeed` does."""
        ...

    async def release_followers(self, ended: Sequence[UUID] | None = None) -> tuple[Job, ...]:
        """Let the jobs go on that follow one of `ended` (None: any job) that is final; answers them.

        Where the followed job ended as they need it they become due, after their own `not_before`; where it did
        not, they end as failed (`error_kind` PredecessorFailed), and with them what follows them. Repeating it
        answers nobody twice.
        """
        ...

    async def get(self, job_id: UUID) -> Job:
        """The job. The progress of a waiting parent counts what its children have done: `done` is theirs and its own.

        Raises:
            JobNotFound: there is no such job.
        """
        ...

    async def holder_of(self, idempotency_key: str) -> Job | None:
        """The unfinished job with this key; None: there is none. Its progress is its own."""
        ...

    async def find(self, which: JobFilter, *, limit: int, before: UUID | None = None) -> tuple[Job, ...]:
        """Jobs, newest first, progress as in `get`; with `before` those submitted before that job (for paging).

        Raises:
            JobNotFound: `before` is not there (any more).
        """
        ...

    async def counts(self) -> tuple[JobCount, ...]:
        """How many jobs there are, by kind, state and lane."""
        ...

    async def forget_finished(self, *, older_than: float, limit: int) -> int:
        """Delete jobs that ended more than `older_than` seconds ago, with their children; answers how many went.

        At most `limit` jobs that are nobody's children, and none whose result is not settled.
        """
        ...

    async def give_up_unknown(self, known_kinds: Collection[str], *, older_than: float) -> tuple[Job, ...]:
        """Fail jobs of kinds that no code knows (any more), submitted more than `older_than` seconds ago.

        Answers the jobs this made final, as `succeed` does (`error_kind` UnknownJobKind).
        """
        ...

    async def overdue(self, *, limit: int) -> tuple[Hint, ...]:
        """Jobs to publish again: due and not published since, published long ago, or with a lease that ran out.

        Marks them as published now, so that two callers do not publish the same job. Long ago means 30 s, and for
        background jobs 30 s more with every publication since the last claim, up to 5 minutes; for a lease that
        ran out 5 s and 5 s more each time, up to 30 s. The hint of a job whose lease ran out has the greatest
        priority, 9: what was begun is finished before all that nobody has begun yet.
        """
        ...

    async def unpublish(self, job_ids: Sequence[UUID]) -> None:
        """Take back publications that did not happen (the broker was down after `overdue` marked them).

        Jobs that still wait to be taken are overdue again at once, and wait no longer next time than if they had
        not been marked. Taking back twice takes back once.
        """
        ...

    async def mark_published(self, job_ids: Sequence[UUID]) -> None:
        """Write down that hints were published."""
        ...

    async def unsettled(self, *, older_than: float, limit: int) -> tuple[Job, ...]:
        """Final jobs whose result nobody has put into the result backend for `older_than` seconds."""
        ...

    async def mark_settled(self, job_ids: Sequence[UUID]) -> None:
        """Write down that results are in the result backend."""
        ...
