"""A worker and a reconciler over ports that fail: what runs jobs in production, without Celery."""

from collections import deque
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, TypeAlias
from uuid import UUID

from src.core.domain.job import Job, NewJob
from src.core.errors import ChimeraError, LeaseLost, Unavailable
from src.core.ports.answers import Answers
from src.core.ports.job_ledger import JobLedger
from src.core.ports.job_queue import JobQueue
from src.core.services.job_execution import JobExecution
from src.core.services.job_recovery import JobRecovery
from src.core.services.job_submission import JobSubmission
from tests.fakes.answers import FakeAnswers
from tests.fakes.clock import FakeClock
from tests.fakes.faults import Fault, ProcessKilled, Script, faulty
from tests.fakes.job_ledger import FakeJobLedger
from tests.fakes.job_queue import FakeJobQueue
from tests.fakes.randomness import FakeRandomness

_ROUND = 6.0  # seconds between two rounds of the reconciler
_ROUNDS = 80


class HandedOn(Exception):
    """The body has made its job a waiting parent."""


Body: TypeAlias = Callable[["Machine", Job], Awaitable[Any]]


@dataclass
class Machine:
    """Runs jobs by the `bodies` of their kinds until all have ended. The ports fail as `script` says."""

    script: Script
    bodies: Mapping[str, Body]
    clock: FakeClock = field(default_factory=FakeClock)
    heard: int = 0
    ended: dict[UUID, Job] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Wire the services over wrapped fakes."""
        self.rows, self.broker, self.discord = FakeJobLedger(self.clock), FakeJobQueue(), FakeAnswers(self.clock)
        self.ledger = faulty(JobLedger, self.rows, self.script)
        self.queue = faulty(JobQueue, self.broker, self.script)
        answers = faulty(Answers, self.discord, self.script)
        self.submission = JobSubmission(self.ledger, self.queue)
        self.execution = JobExecution(self.ledger, self.queue, answers, FakeRandomness(), self.clock)
        self.recovery = JobRecovery(self.ledger, self.queue, self.execution)
        self.script.after = self.check_ends

    def check_ends(self) -> None:
        """A job that has ended stays as it ended, whatever happens to it afterwards."""
        for job in self.rows.jobs:
            if job.state.is_final:
                ended = self.ended.setdefault(job.id, job)
                assert _end_of(job) == _end_of(ended), "a job ended twice"

    async def submit(self, *jobs: NewJob) -> None:
        """Submit as a client that tries until it is told that it is done."""
        while True:
            with suppress(Unavailable, ProcessKilled):
                await self.submission.submit(*jobs)
                return

    async def run(self) -> None:
        """Let time pass until every job has ended and every result is out."""
        for _ in range(_ROUNDS):
            await self._deliver()
            self.clock.advance(_ROUND)
            with suppress(ChimeraError, ProcessKilled):
                await self.recovery.reconcile()
            if self.is_done:
                return
        raise AssertionError(f"not done after {_ROUNDS * _ROUND:.0f} s: {[job.state for job in self.rows.jobs]}")

    @property
    def is_done(self) -> bool:
        """Every job has ended and every result is out."""
        return all(job.state.is_final and self.has_result(job.id) for job in self.rows.jobs)

    def has_result(self, job_id: UUID) -> bool:
        """True if `AsyncResult(job_id).get()` would not wait."""
        return any(job.id == job_id for job in self.broker.settled)

    async def _deliver(self) -> None:
        while self.heard < len(self.broker.published):
            hint = self.broker.published[self.heard]
            self.heard += 1
            with suppress(ProcessKilled):
                await self._perform(hint.job_id)

    async def _perform(self, job_id: UUID) -> None:
        """What `JobTask` does with a hint."""
        try:
            job = await self.execution.claim(job_id, worker="worker", hinted=_unknown)
        except ChimeraError:
            return
        if job is None:
            return
        async with self.execution.holding(job):
            try:
                result = await self.bodies[job.kind](self, job)
                await self.execution.succeed(job, result)
            except (HandedOn, LeaseLost):
                return
            except ChimeraError as error:
                with suppress(ChimeraError):
                    await self.execution.handle_error(job, error)


def _unknown() -> NewJob:
    raise AssertionError("every hint is of a job that was submitted")


def _end_of(job: Job) -> tuple[Any, ...]:
    return job.state, job.result, job.error, job.finished_at


Play: TypeAlias = Callable[[Script], Awaitable[None]]
"""Runs a whole use case with the script's faults and checks its outcome."""


async def survives(play: Play, fault: Fault, *, in_a_row: int = 1) -> None:
    """Play once without faults, then with `fault` at every position (and the `in_a_row - 1` after it).

    Raises:
        AssertionError: with every position at which the outcome was wrong.
    """
    undisturbed = Script()
    await play(undisturbed)
    assert undisturbed.calls, "the use case calls no port"
    wrong: deque[str] = deque()
    for position in range(len(undisturbed.calls)):
        script = Script({position + offset: fault for offset in range(in_a_row)})
        try:
            await play(script)
        except (Exception, ProcessKilled) as error:  # noqa: BLE001 - collected: one run tells all positions
            wrong.append(f"{fault} at {position}, {undisturbed.calls[position]}: {type(error).__name__}: {error}")
    assert not wrong, "\n" + "\n".join(wrong)
