"""What follows the end of a job."""

from dataclasses import dataclass, field
from uuid import UUID

import pytest
from structlog.testing import capture_logs

from src.core.domain.job import Job, JobState
from src.core.services.job_execution import JobExecution
from src.core.services.job_outcomes import JobOutcomes
from src.core.services.job_submission import JobSubmission
from tests.fakes.answers import FakeAnswers
from tests.fakes.clock import FakeClock
from tests.fakes.job_ledger import FakeJobLedger
from tests.fakes.job_queue import FakeJobQueue
from tests.fakes.jobs import a_new_job, a_reply
from tests.fakes.randomness import FakeRandomness


@dataclass
class World:
    """The service with fakes around it."""

    clock: FakeClock = field(default_factory=FakeClock)
    queue: FakeJobQueue = field(default_factory=FakeJobQueue)
    ledger: FakeJobLedger = field(init=False)
    answers: FakeAnswers = field(init=False)
    outcomes: JobOutcomes = field(init=False)
    submission: JobSubmission = field(init=False)

    def __post_init__(self) -> None:
        self.ledger = FakeJobLedger(self.clock)
        self.answers = FakeAnswers(self.clock)
        self.outcomes = JobOutcomes(self.ledger, self.queue, self.answers)
        self.submission = JobSubmission(self.ledger, self.queue)

    async def cancelled(self, number: int = 1) -> Job:
        """A job that was cancelled before it began, as the ledger answers it."""
        return await self.ledger.cancel(UUID(int=number))

    async def state(self, number: int) -> JobState:
        return (await self.ledger.get(UUID(int=number))).state

    @property
    def told(self) -> list[str]:
        return [text for shown in self.answers.interactions.values() for text in shown.texts]


@pytest.fixture
def world() -> World:
    return World()


async def test_whoever_waits_for_a_job_that_was_cancelled_is_told_once(world: World) -> None:
    await world.submission.submit(a_new_job(reply=a_reply()))
    job = await world.cancelled()
    await world.outcomes.publish([job])
    assert len(world.told) == 1
    assert [settled.id for settled in world.queue.settled] == [job.id]
    assert await world.ledger.unsettled(older_than=0, limit=10) == ()


async def test_the_job_at_hand_is_left_to_celery_and_its_followers_go_on(world: World) -> None:
    await world.submission.submit(a_new_job(1), a_new_job(2, follows=UUID(int=1)))
    claimed = await world.ledger.claim(UUID(int=1), worker="w", lease=30, max_deaths=5)
    assert claimed is not None
    world.queue.published.clear()
    await world.outcomes.publish(await world.ledger.succeed(claimed.id, claimed.fence, {}), own=claimed.id)
    assert world.queue.settled == []
    assert [hint.job_id.int for hint in world.queue.published] == [2]


async def test_what_follows_a_cancelled_job_fails_with_all_that_follows_it(world: World) -> None:
    chain = (a_new_job(1), a_new_job(2, follows=UUID(int=1)), a_new_job(3, follows=UUID(int=2)))
    await world.submission.submit(*chain)
    await world.outcomes.publish([await world.cancelled()])
    assert [await world.state(number) for number in (1, 2, 3)] == ["cancelled", "failed", "failed"]
    assert {job.id.int: job.error_kind for job in world.queue.settled} == {
        1: None,
        2: "PredecessorFailed",
        3: "PredecessorFailed",
    }


async def test_what_follows_any_end_starts_after_a_cancel(world: World) -> None:
    await world.submission.submit(a_new_job(1), a_new_job(2, follows=UUID(int=1), follows_any_end=True))
    world.queue.published.clear()
    await world.outcomes.publish([await world.cancelled()])
    assert [hint.job_id.int for hint in world.queue.published] == [2]


@pytest.mark.parametrize(
    ("kind", "brought", "level"),
    [
        ("JobDied", None, "error"),
        ("KeyError", {"failed": []}, "error"),  # a parent: its parts have failed
        ("MatchNotFound", {"failed": []}, "info"),
        ("PredecessorFailed", None, "info"),
    ],
)
async def test_a_failure_that_no_worker_has_seen_is_in_the_log_under_the_id_that_is_told(
    world: World, kind: str, brought: object, level: str
) -> None:
    """A job that kills its workers, or whose parts have failed."""
    (job,) = await world.submission.submit(a_new_job(0xABC << 96, reply=a_reply()))
    why = {"error": "It failed.", "error_kind": kind, "result": brought}
    with capture_logs() as logs:
        await world.outcomes.settle([job.model_copy(update={"state": JobState.FAILED, **why})])
    (line,) = [line for line in logs if line["event"] == "failed_job_settled"]
    assert (line["log_level"], line["job_id"], line["error_id"]) == (level, str(job.id), "00000abc")
    assert len(world.told) == 1


async def test_a_failure_that_could_not_be_told_at_once_is_an_error_in_the_log_once(world: World) -> None:
    await world.submission.submit(a_new_job(1, reply=a_reply()))
    execution = JobExecution(world.ledger, world.queue, world.answers, FakeRandomness(), world.clock)
    with capture_logs() as logs:
        world.answers.is_down = True
        failing = await world.ledger.claim(UUID(int=1), worker="w", lease=30, max_deaths=5)
        assert failing is not None
        await execution.handle_error(failing, KeyError("a defect"))
        world.answers.is_down = False
        world.clock.advance(60)
        await world.outcomes.settle(await world.ledger.unsettled(older_than=5, limit=10))
    assert len(world.told) == 1
    assert [line["event"] for line in logs if line["log_level"] == "error"] == ["job_failed"]
    assert "failed_job_settled" in [line["event"] for line in logs]


async def test_a_parent_that_failed_with_its_parts_is_an_error_of_its_own(world: World) -> None:
    await world.submission.submit(a_new_job(1, reply=a_reply()))
    execution = JobExecution(world.ledger, world.queue, world.answers, FakeRandomness(), world.clock)
    parent = await world.ledger.claim(UUID(int=1), worker="w", lease=30, max_deaths=5)
    assert parent is not None
    await execution.wait_for_children(parent, [a_new_job(2)])
    part = await world.ledger.claim(UUID(int=2), worker="w", lease=30, max_deaths=5)
    assert part is not None
    with capture_logs() as logs:
        await execution.handle_error(part, KeyError("a defect"))
    noted = [(line["event"], line["job_id"]) for line in logs if line["log_level"] == "error"]
    assert noted == [("job_failed", str(part.id)), ("failed_job_settled", str(parent.id))]


@pytest.mark.parametrize("server", ["queue", "ledger"])
async def test_an_outage_is_logged_and_left_to_the_reconciler(world: World, server: str) -> None:
    await world.submission.submit(a_new_job(reply=a_reply()))
    job = await world.cancelled()
    getattr(world, server).is_down = True
    with capture_logs() as logs:
        await world.outcomes.publish([job])
    assert "outcomes_not_published" in [line["event"] for line in logs]
    getattr(world, server).is_down = False
    assert [left.id for left in await world.ledger.unsettled(older_than=0, limit=10)] == [job.id]


async def test_a_channel_that_takes_nothing_ends_the_telling(world: World) -> None:
    await world.submission.submit(a_new_job(reply=a_reply()))
    world.clock.advance(3600)
    world.answers.is_closed = True
    await world.outcomes.publish([await world.cancelled()])
    assert await world.ledger.unsettled(older_than=0, limit=10) == ()
