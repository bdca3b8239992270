"""Looking at jobs and cancelling them."""

from dataclasses import dataclass, field
from uuid import UUID

import pytest

from src.core.domain.job import Job, JobFilter, JobState, Progress
from src.core.errors import JobNotFound, NotYours, Unavailable
from src.core.services.job_control import JobControl
from src.core.services.job_execution import JobExecution
from tests.fakes.answers import FakeAnswers
from tests.fakes.clock import FakeClock
from tests.fakes.job_ledger import FakeJobLedger
from tests.fakes.job_queue import FakeJobQueue
from tests.fakes.jobs import a_new_job, a_reply
from tests.fakes.randomness import FakeRandomness

JOB = UUID(int=1)


@dataclass
class World:
    """The service with fakes around it."""

    clock: FakeClock = field(default_factory=FakeClock)
    queue: FakeJobQueue = field(default_factory=FakeJobQueue)
    ledger: FakeJobLedger = field(init=False)
    answers: FakeAnswers = field(init=False)
    control: JobControl = field(init=False)

    def __post_init__(self) -> None:
        self.ledger = FakeJobLedger(self.clock)
        self.answers = FakeAnswers(self.clock)
        execution = JobExecution(self.ledger, self.queue, self.answers, FakeRandomness(), self.clock)
        self.control = JobControl(self.ledger, execution, self.clock)

    async def running(self) -> Job:
        job = await self.ledger.claim(JOB, worker="w", lease=30, max_deaths=5)
        assert job is not None
        return job

    @property
    def told(self) -> list[str]:
        return [text for shown in self.answers.interactions.values() for text in shown.texts]


@pytest.fixture
def world() -> World:
    return World()


async def test_a_queued_job_ends_at_once_and_everybody_who_waits_hears_of_it(world: World) -> None:
    await world.ledger.submit([a_new_job(reply=a_reply())])
    cancelled = await world.control.cancel(JOB)
    assert cancelled.state is JobState.CANCELLED
    assert [job.id for job in world.queue.settled] == [JOB]
    assert len(world.told) == 1
    assert await world.ledger.unsettled(older_than=0, limit=10) == ()


async def test_a_running_job_is_asked_to_stop_and_nothing_is_said_before_it_has(world: World) -> None:
    await world.ledger.submit([a_new_job(reply=a_reply())])
    await world.running()
    asked = await world.control.cancel(JOB)
    assert (asked.state, asked.cancel_requested) == (JobState.RUNNING, True)
    assert world.queue.settled == []
    assert world.told == []


async def test_what_follows_whichever_way_goes_on_at_once(world: World) -> None:
    await world.ledger.submit([a_new_job(1), a_new_job(2, follows=JOB, follows_any_end=True)])
    await world.control.cancel(JOB)
    assert [hint.job_id for hint in world.queue.published] == [UUID(int=2)]


async def test_a_job_that_ended_before_stays_as_it_is(world: World) -> None:
    await world.ledger.submit([a_new_job()])
    job = await world.running()
    await world.ledger.succeed(JOB, job.fence, {"stored": 1})
    assert (await world.control.cancel(JOB)).state is JobState.SUCCEEDED
    assert world.queue.settled == []


@pytest.mark.parametrize("outage", ["queue", "answers"])
async def test_a_cancel_counts_even_if_nobody_can_be_told(world: World, outage: str) -> None:
    await world.ledger.submit([a_new_job(reply=a_reply())])
    getattr(world, outage).is_down = True
    assert (await world.control.cancel(JOB)).state is JobState.CANCELLED
    assert [job.id for job in await world.ledger.unsettled(older_than=0, limit=10)] == [JOB]


async def test_only_the_owner_cancels_where_owners_count(world: World) -> None:
    await world.ledger.submit([a_new_job(owner="4242"), a_new_job(2)])
    with pytest.raises(NotYours):
        await world.control.cancel(JOB, owner="666")
    with pytest.raises(NotYours):
        await world.control.cancel(UUID(int=2), owner="666")
    assert all(job.state is JobState.QUEUED for job in world.ledger.jobs)
    assert (await world.control.cancel(JOB, owner="4242")).state is JobState.CANCELLED


async def test_what_is_not_there_is_not_found(world: World) -> None:
    with pytest.raises(JobNotFound):
        await world.control.status(JOB)
    with pytest.raises(JobNotFound):
        await world.control.cancel(JOB)


async def test_an_outage_of_the_ledger_is_told(world: World) -> None:
    world.ledger.is_down = True
    with pytest.raises(Unavailable):
        await world.control.cancel(JOB)


async def test_jobs_are_found_newest_first_and_page_by_page(world: World) -> None:
    await world.ledger.submit([a_new_job(number, owner="4242") for number in range(1, 5)])
    await world.ledger.submit([a_new_job(9, owner="666")])
    mine = JobFilter(owner="4242")
    first = await world.control.find(mine, limit=3)
    assert [job.id.int for job in first] == [4, 3, 2]
    assert [job.id.int for job in await world.control.find(mine, before=first[-1].id)] == [1]


async def test_the_time_left_follows_from_the_pace(world: World) -> None:
    await world.ledger.submit([a_new_job()])
    job = await world.running()
    world.clock.advance(10)
    await world.ledger.report_progress(JOB, job.fence, Progress(step="processing_matches", done=5, total=20))
    assert world.control.seconds_left(await world.control.status(JOB)) == 30
