"""A worker without Celery's processes, Redis or Postgres: the tasks themselves, over fakes."""

import asyncio
from collections.abc import Coroutine, Mapping
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any, TypeVar, cast
from uuid import UUID

from celery.exceptions import Ignore

from src.core.domain.facts.model import MatchFacts
from src.core.domain.job import Job
from src.core.errors import ChimeraError
from src.core.services.job_execution import JobExecution
from src.core.services.maintenance import Cleanup, SystemHealth
from src.core.services.match_facts import MatchFactsService
from src.core.services.match_history import MatchHistory
from src.tasks.celery_app import celery_app
from src.tasks.job_task import JobTask
from tests.fakes.answers import FakeAnswers
from tests.fakes.match_facts import FakeMatchFactsStore, some_facts
from tests.fakes.randomness import FakeRandomness
from tests.fakes.tombstones import FakeTombstones
from tests.unit.core.services.sync_world import SyncWorld

T = TypeVar("T")


@dataclass
class InProcess(SyncWorld):
    """Everything `SyncWorld` has, as the services of the tasks' runtime."""

    def __post_init__(self) -> None:
        super().__post_init__()
        self.heard = 0
        self.facts_version = 1
        self.facts_store = FakeMatchFactsStore(self.store)
        self.loop = asyncio.new_event_loop()
        self.execution = JobExecution(
            self.ledger, self.queue, FakeAnswers(self.clock), FakeRandomness(), self.clock
        )  # fmt: skip

    @property
    def services(self) -> Any:
        """What the container holds, as far as these tasks use it."""
        return SimpleNamespace(
            jobs=self.jobs,
            clock=self.clock,
            ledger=self.ledger,
            execution=self.execution,
            randomness=self.execution.randomness,
            ingest=self.ingest,
            match_history=MatchHistory(self.riot, FakeTombstones()),
            player_sync=self.sync,
            match_sync=self.match_sync,
            timeline_sync=self.timeline_sync,
            history_recovery=self.recovery,
            due_recoveries=self.due_recoveries,
            account_refresh=self.refresh,
            cleanup=Cleanup(self.ledger, self.execution, self.absences, self.clock),
            health=SystemHealth({"database": self._ping}, self.clock),
            facts=self.facts,
        )

    @property
    def facts(self) -> MatchFactsService:
        """Computes some facts or other, of the version at hand."""

        def compute(match: Mapping[str, Any], _timeline: Mapping[str, Any] | None) -> MatchFacts:
            return some_facts(match["metadata"]["matchId"], version=self.facts_version)

        return MatchFactsService(
            self.store, self.facts_store, self.clock, compute=compute, version=self.facts_version
        )  # fmt: skip

    async def _ping(self) -> None:
        self.store.check()

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        """Do asynchronous work, as `Runtime.run`."""
        return self.loop.run_until_complete(work)

    def submit(self, task: JobTask, *args: Any, **kwargs: Any) -> UUID:
        """`task.delay(...)`; answers the job's id."""
        return UUID(task.delay(*args, **kwargs).id)

    def step(self) -> bool:
        """Do the jobs that are due and were not heard of yet, each once; False if there are none."""
        self.run(self.queue.publish(self.run(self.ledger.overdue(limit=1000))))
        hints, self.heard = self.queue.published[self.heard :], len(self.queue.published)
        for hint in (hint for hint in hints if hint.kind in celery_app.tasks):  # a worker drops what it does not know
            self._perform(cast("JobTask", celery_app.tasks[hint.kind]), hint.job_id, hint.arguments)
        return bool(hints)

    def work(self) -> None:
        """Do everything that is due, and what comes of it."""
        while self.step():
            pass

    def job(self, job_id: UUID) -> Job:
        """The job as the ledger has it."""
        return self.run(self.ledger.get(job_id))

    def done(self, task: JobTask, *args: Any, **kwargs: Any) -> Job:
        """Submit and work until nothing is left; the job then."""
        job_id = self.submit(task, *args, **kwargs)
        self.work()
        return self.job(job_id)

    @staticmethod
    def _perform(task: JobTask, job_id: UUID, arguments: dict[str, Any]) -> None:
        """What Celery does with a hint."""
        task.push_request(id=str(job_id), hostname="chimera_worker@here", called_directly=False, is_eager=False)
        try:
            task(**arguments)
        except (Ignore, ChimeraError):
            pass
        finally:
            task.pop_request()
