"""Progress: written down always, shown as often as people look."""

from dataclasses import dataclass, field
from uuid import UUID

import pytest

from src.core.domain.job import Job, Lane, NewJob, Progress
from src.core.errors import LeaseLost
from src.core.ports.job_ledger import JobLedger
from src.core.services.job_progress import JobProgress
from tests.fakes.answers import FakeAnswers
from tests.fakes.clock import FakeClock
from tests.fakes.faults import Fault, Script, faulty
from tests.fakes.job_ledger import FakeJobLedger
from tests.fakes.job_queue import FakeJobQueue
from tests.fakes.jobs import a_new_job, a_reply


@dataclass
class World:
    """The service with fakes around it."""

    clock: FakeClock = field(default_factory=FakeClock)
    queue: FakeJobQueue = field(init=False)
    ledger: FakeJobLedger = field(init=False)
    answers: FakeAnswers = field(init=False)
    progress: JobProgress = field(init=False)

    def __post_init__(self) -> None:
        self.queue = FakeJobQueue(self.clock)
        self.ledger = FakeJobLedger(self.clock)
        self.answers = FakeAnswers(self.clock)
        self.progress = JobProgress(self.ledger, self.queue, self.answers, self.clock)

    async def claim(self, new: NewJob) -> Job:
        await self.ledger.submit([new])
        job = await self.ledger.claim(new.id, worker="w", lease=30, max_deaths=5)
        assert job is not None
        return job

    async def report(self, job: Job, done: int, total: int = 10) -> bool:
        return await self.progress.report(job, Progress(step="matches", done=done, total=total))

    def shown(self, job: Job) -> list[int]:
        """What AsyncResult has shown of a job."""
        return [progress.done for job_id, progress in self.queue.shown if job_id == job.id]

    async def family(self) -> tuple[Job, Job]:
        """A waiting parent that somebody watches, and its child at work."""
        parent = await self.claim(a_new_job(9, reply=a_reply(), lane=Lane.BACKGROUND))
        await self.ledger.report_progress(parent.id, parent.fence, Progress(step="matches", total=10))
        await self.ledger.wait_for_children(parent.id, parent.fence, [a_new_job(1)])
        return parent, await self.claim(a_new_job(1))


@pytest.fixture
def world() -> World:
    return World()


async def test_every_step_is_in_the_ledger_and_one_a_second_is_shown(world: World) -> None:
    job = await world.claim(a_new_job())
    for done in range(1, 5):
        await world.report(job, done)
        world.clock.advance(0.4)
    assert world.shown(job) == [1, 4]
    stored = (await world.ledger.get(job.id)).progress
    assert stored is not None
    assert stored.done == 4


async def test_a_new_step_is_shown_at_once(world: World) -> None:
    job = await world.claim(a_new_job())
    await world.progress.report(job, Progress(step="listing"))
    await world.progress.report(job, Progress(step="matches"))
    assert [progress.step for _, progress in world.queue.shown] == ["listing", "matches"]


async def test_a_childs_steps_move_its_parents_bar(world: World) -> None:
    parent, child = await world.family()
    for done in (1, 2, 3):
        world.clock.advance(3)
        await world.report(child, done)
    assert world.shown(parent) == [1, 2, 3]
    texts = world.answers.interactions["interaction-token"].texts
    assert texts[-1].startswith("matches 3 of 10")


async def test_a_parent_is_shown_every_two_seconds_only(world: World) -> None:
    parent, child = await world.family()
    for done in range(1, 9):
        await world.report(child, done)
        world.clock.advance(0.5)
    assert world.shown(parent) == [1, 5]


async def test_many_processes_show_a_parent_as_often_as_one(world: World) -> None:
    """Ten workers on one sync must not edit its message ten times as often: Discord would refuse."""
    parent, child = await world.family()
    elsewhere = JobProgress(world.ledger, world.queue, world.answers, world.clock)
    for done in range(1, 9):
        await (world.progress, elsewhere)[done % 2].report(child, Progress(step="matches", done=done, total=10))
        world.clock.advance(0.5)
    assert world.shown(parent) == [1, 5]


async def test_a_cancel_is_answered(world: World) -> None:
    job = await world.claim(a_new_job())
    assert not await world.report(job, 1)
    await world.ledger.cancel(job.id)
    assert await world.report(job, 2)


async def test_whoever_lost_the_job_shows_nothing(world: World) -> None:
    job = await world.claim(a_new_job(reply=a_reply()))
    with pytest.raises(LeaseLost):
        await world.report(job.model_copy(update={"fence": 0}), 1)
    assert world.queue.shown == []


async def test_a_job_that_gets_further_than_before_is_forgiven_its_deaths(world: World) -> None:
    await world.report(await world.claim(a_new_job()), 3)
    world.clock.advance(31)
    again = await world.ledger.claim(UUID(int=1), worker="w2", lease=30, max_deaths=5)
    assert again is not None
    await world.report(again, 3)
    assert (await world.ledger.get(again.id)).deaths == 1
    await world.report(again, 4)
    assert (await world.ledger.get(again.id)).deaths == 0


async def test_what_cannot_be_shown_does_not_stop_the_work(world: World) -> None:
    """The child works on though its parent cannot be read."""
    parent, child = await world.family()
    script = Script({1: Fault.TIMEOUT})
    ledger = faulty(JobLedger, world.ledger, script)
    progress = JobProgress(ledger, world.queue, world.answers, world.clock)
    assert not await progress.report(child, Progress(step="matches", done=1, total=10))
    assert script.calls[1] == "JobLedger.get"
    assert world.shown(parent) == []
