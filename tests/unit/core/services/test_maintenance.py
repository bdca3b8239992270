"""Old jobs go, and every component is asked how it is."""

import asyncio
from collections.abc import Mapping
from typing import Any
from uuid import UUID

import pytest

from src.core.domain.job import Job, JobState
from src.core.errors import ConfigurationError, InvalidInput, RateLimited, RiotKeyRejected, Unavailable
from src.core.services import maintenance
from src.core.services.job_execution import JobExecution
from src.core.services.maintenance import Cleanup, HealthCheck, SystemHealth
from tests.fakes.answers import FakeAnswers
from tests.fakes.clock import FakeClock
from tests.fakes.jobs import a_new_job
from tests.fakes.randomness import FakeRandomness
from tests.unit.core.services.sync_world import SyncWorld

DAY = 86_400.0
KNOWN = a_new_job().kind


class TestCleanup:
    """What nobody needs is deleted, and jobs that nobody can do are ended."""

    @pytest.fixture
    def world(self) -> SyncWorld:
        return SyncWorld()

    async def clean(self, world: SyncWorld, days: Any = 30) -> dict[str, int]:
        execution = JobExecution(
            world.ledger, world.queue, FakeAnswers(world.clock), FakeRandomness(), world.clock
        )  # fmt: skip
        cleanup = Cleanup(world.ledger, execution, world.absences, world.clock)
        return await cleanup.clean(days, known_kinds=[KNOWN], report=world.report)

    async def finish(self, world: SyncWorld, number: int) -> Job:
        await world.ledger.submit([a_new_job(number)])
        job = await world.ledger.claim(UUID(int=number), worker="w", lease=30, max_deaths=5)
        assert job is not None
        ended = await world.ledger.succeed(job.id, job.fence, {})
        await world.ledger.mark_settled([job.id])
        return ended[0]

    async def test_jobs_that_ended_long_ago_are_deleted(self, world: SyncWorld) -> None:
        await self.finish(world, 1)
        world.clock.advance(7 * DAY)
        await self.finish(world, 2)
        world.clock.advance(1)
        assert await self.clean(world, 7) == {"jobs": 1, "given_up": 0}
        assert [job.id for job in world.ledger.jobs] == [UUID(int=2)]

    async def test_a_job_that_has_not_ended_stays_however_old(self, world: SyncWorld) -> None:
        await world.ledger.submit([a_new_job(1)])
        world.clock.advance(365 * DAY)
        assert (await self.clean(world))["jobs"] == 0
        assert len(world.ledger.jobs) == 1

    async def test_what_riot_did_not_have_is_forgotten_a_day_after_it_might_be_asked_for(
        self, world: SyncWorld
    ) -> None:
        await world.ingest.ingest("EUW1_404")
        world.clock.advance(60 + DAY)
        await self.clean(world)
        assert world.absences.absences != {}
        world.clock.advance(1)
        await self.clean(world)
        assert world.absences.absences == {}

    async def test_any_number_of_jobs_is_deleted_a_few_at_a_time(
        self, world: SyncWorld, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(maintenance, "_BATCH", 2)
        for number in range(1, 6):
            await self.finish(world, number)
        world.clock.advance(31 * DAY)
        assert (await self.clean(world))["jobs"] == 5
        assert world.reports == [("deleting_jobs", done, 0) for done in (2, 4, 5)]

    async def test_a_job_of_an_unknown_kind_ends_and_its_result_goes_out(self, world: SyncWorld) -> None:
        await world.ledger.submit([a_new_job(1, kind="of.another.age"), a_new_job(2)])
        world.clock.advance(DAY + 1)
        assert await self.clean(world) == {"jobs": 0, "given_up": 1}
        assert [job.state for job in world.ledger.jobs] == [JobState.FAILED, JobState.QUEUED]
        assert [(job.id, job.error_kind) for job in world.queue.settled] == [(UUID(int=1), "UnknownJobKind")]

    async def test_a_kind_may_be_unknown_for_a_day(self, world: SyncWorld) -> None:
        """While a deploy is under way, another worker knows it."""
        await world.ledger.submit([a_new_job(1, kind="of.another.age")])
        world.clock.advance(DAY - 1)
        assert (await self.clean(world))["given_up"] == 0

    @pytest.mark.parametrize("days", [0, -1, 3651, True, "30", 1.5, None])
    async def test_nonsense_deletes_nothing(self, world: SyncWorld, days: Any) -> None:
        await self.finish(world, 1)
        world.clock.advance(36_500 * DAY)
        with pytest.raises(InvalidInput):
            await self.clean(world, days)
        assert len(world.ledger.jobs) == 1


class TestHealth:
    """How everything is."""

    clock = FakeClock()

    async def examine(self, **checks: HealthCheck) -> dict[str, Any]:
        return await SystemHealth(checks, self.clock).examine()

    async def well(self) -> None:
        self.clock.advance(0.0125)

    async def three(self) -> Mapping[str, Any]:
        return {"count": 3}

    @staticmethod
    def failing(error: Exception) -> HealthCheck:
        async def check() -> None:
            raise error

        return check

    async def test_a_system_whose_components_answer_is_healthy(self) -> None:
        assert await self.examine(database=self.well, workers=self.three) == {
            "status": "healthy",
            "components": {
                "database": {"status": "ok", "latency_ms": 12.5},
                "workers": {"status": "ok", "latency_ms": 0.0, "count": 3},
            },
        }

    async def test_a_component_that_is_down_degrades_the_system_and_says_why(self) -> None:
        report = await self.examine(database=self.failing(Unavailable("The database is away.")), broker=self.well)
        assert report["status"] == "degraded"
        assert report["components"]["database"] == {"status": "down", "reason": "The database is away."}
        assert report["components"]["broker"]["status"] == "ok"

    async def test_a_refused_key_is_down(self) -> None:
        assert (await self.examine(riot=self.failing(RiotKeyRejected())))["status"] == "degraded"

    @pytest.mark.parametrize("error", [RateLimited("The budget is used up."), ConfigurationError("No key.")])
    async def test_what_could_not_be_asked_degrades_nothing(self, error: Exception) -> None:
        report = await self.examine(riot=self.failing(error))
        assert report["status"] == "healthy"
        assert report["components"]["riot"] == {"status": "unknown", "reason": str(error)}

    async def test_an_unexpected_error_is_not_quoted(self) -> None:
        """Its text may hold a password."""
        report = await self.examine(database=self.failing(OSError("postgres://me:hunter2@db")))
        assert report["components"]["database"] == {"status": "down", "reason": "Unexpected OSError"}

    async def test_a_component_that_does_not_answer_is_not_waited_for(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(maintenance, "_TIME_LIMIT", 0.01)

        async def hang() -> None:
            await asyncio.Event().wait()

        report = await self.examine(riot=hang, database=self.well)
        assert report["components"]["riot"] == {"status": "down", "reason": "It did not answer within 0.01 s."}
        assert report["components"]["database"]["status"] == "ok"
