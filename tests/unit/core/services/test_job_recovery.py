"""The reconciler: what is overdue is published again, what ended gets its result out."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from uuid import UUID

import pytest
from structlog.testing import capture_logs

from src.core.domain.job import Hint, Job, JobState, NewJob
from src.core.errors import InvalidInput, Unavailable
from src.core.services.job_execution import JobExecution
from src.core.services.job_recovery import JobRecovery, Recovered
from src.core.services.job_submission import JobSubmission
from tests.fakes.answers import FakeAnswers
from tests.fakes.clock import FakeClock
from tests.fakes.job_ledger import FakeJobLedger
from tests.fakes.job_queue import FakeJobQueue
from tests.fakes.jobs import a_new_job, a_reply
from tests.fakes.randomness import FakeRandomness
from tests.until import until

NOTHING = Recovered(republished=0, settled=0)


@dataclass
class World:
    """The service with fakes around it."""

    clock: FakeClock = field(default_factory=FakeClock)
    queue: FakeJobQueue = field(default_factory=FakeJobQueue)
    ledger: FakeJobLedger = field(init=False)
    answers: FakeAnswers = field(init=False)
    execution: JobExecution = field(init=False)
    submission: JobSubmission = field(init=False)
    recovery: JobRecovery = field(init=False)

    def __post_init__(self) -> None:
        self.ledger = FakeJobLedger(self.clock)
        self.answers = FakeAnswers(self.clock)
        self.execution = JobExecution(self.ledger, self.queue, self.answers, FakeRandomness(), self.clock)
        self.submission = JobSubmission(self.ledger, self.queue)
        self.recovery = JobRecovery(self.ledger, self.queue, self.execution)

    async def claim(self, number: int = 1) -> Job:
        job = await self.take(a_new_job(number))
        assert job is not None
        return job

    async def take(self, hinted: NewJob) -> Job | None:
        return await self.execution.claim(hinted.id, worker="w1", hinted=lambda: hinted)

    async def kill_worker_until_the_job_fails(self) -> None:
        """The job is claimed again and again, and each worker dies."""
        while (await self.ledger.get(UUID(int=1))).state is not JobState.FAILED:
            await self.take(a_new_job())
            self.clock.advance(self.execution.terms.lease + 1)

    @property
    def published(self) -> list[int]:
        return [hint.job_id.int for hint in self.queue.published]

    @property
    def told(self) -> list[str]:
        return [text for shown in self.answers.interactions.values() for text in shown.texts]


@pytest.fixture
def world() -> World:
    return World()


async def test_a_healthy_system_has_nothing_to_recover(world: World) -> None:
    await world.submission.submit(a_new_job())
    with capture_logs() as logs:
        assert await world.recovery.reconcile() == NOTHING
    assert logs == []


async def test_a_hint_that_never_went_out_is_published(world: World) -> None:
    world.queue.is_down = True
    await world.submission.submit(a_new_job())
    world.queue.is_down = False
    assert await world.recovery.reconcile() == Recovered(republished=1, settled=0)
    assert world.published == [1]


async def test_a_message_that_redis_lost_is_published_again(world: World) -> None:
    await world.submission.submit(a_new_job())
    world.queue.published.clear()
    world.clock.advance(60)
    await world.recovery.reconcile()
    assert world.published == [1]


async def test_the_job_of_a_killed_worker_is_published_once_its_lease_has_run_out(world: World) -> None:
    await world.submission.submit(a_new_job())
    await world.claim()
    world.queue.published.clear()
    world.clock.advance(world.execution.terms.lease - 1)
    assert await world.recovery.reconcile() == NOTHING
    world.clock.advance(2)
    await world.recovery.reconcile()
    assert world.published == [1]


async def test_a_retry_is_published_when_it_is_due(world: World) -> None:
    await world.submission.submit(a_new_job())
    await world.execution.handle_error(await world.claim(), Unavailable(retry_after=40))
    world.queue.published.clear()
    world.clock.advance(39)
    assert await world.recovery.reconcile() == NOTHING
    world.clock.advance(1)
    await world.recovery.reconcile()
    assert world.published == [1]


async def test_two_reconcilers_publish_a_job_once(world: World) -> None:
    await world.ledger.submit([a_new_job()])
    await asyncio.gather(world.recovery.reconcile(), world.recovery.reconcile())
    assert world.published == [1]


async def test_a_round_without_redis_is_made_up_for(world: World) -> None:
    await world.ledger.submit([a_new_job()])
    world.queue.is_down = True
    with pytest.raises(Unavailable):
        await world.recovery.reconcile()
    world.queue.is_down = False
    world.clock.advance(60)
    await world.recovery.reconcile()
    assert world.published == [1]


async def test_a_result_nobody_has_put_out_is_put_out_once(world: World) -> None:
    await world.submission.submit(a_new_job())
    await world.execution.succeed(await world.claim(), {"n": 1})
    assert await world.recovery.reconcile() == NOTHING, "its worker has some seconds to do it"
    world.clock.advance(6)
    assert await world.recovery.reconcile() == Recovered(republished=0, settled=1)
    assert [(job.id.int, job.result) for job in world.queue.settled] == [(1, {"n": 1})]
    world.clock.advance(60)
    assert await world.recovery.reconcile() == NOTHING


async def test_a_result_stays_due_while_redis_is_down(world: World) -> None:
    await world.submission.submit(a_new_job())
    await world.execution.succeed(await world.claim(), {})
    world.clock.advance(6)
    world.queue.is_down = True
    with pytest.raises(Unavailable):
        await world.recovery.reconcile()
    world.queue.is_down = False
    assert (await world.recovery.reconcile()).settled == 1


async def test_whoever_waits_for_a_job_that_kills_its_workers_is_told_once(world: World) -> None:
    await world.submission.submit(a_new_job(reply=a_reply(), max_retries=0))
    await world.kill_worker_until_the_job_fails()
    await world.recovery.reconcile()
    (text,) = world.told
    assert text.endswith("failed The job ended its worker process 5 times and was stopped.")
    world.clock.advance(60)
    await world.recovery.reconcile()
    assert len(world.told) == 1


async def test_whoever_was_told_by_the_worker_is_not_told_again(world: World) -> None:
    await world.submission.submit(a_new_job(reply=a_reply()))
    await world.execution.handle_error(await world.claim(), InvalidInput("No."))
    world.clock.advance(6)
    assert (await world.recovery.reconcile()).settled == 1
    assert len(world.told) == 1


async def test_a_result_is_put_out_while_discord_is_down_and_the_person_is_told_later(world: World) -> None:
    await world.submission.submit(a_new_job(reply=a_reply()))
    await world.kill_worker_until_the_job_fails()
    world.answers.is_down = True
    assert (await world.recovery.reconcile()).settled == 1
    assert [job.error_kind for job in world.queue.settled] == ["JobDied"]
    assert world.told == []
    world.answers.is_down = False
    await world.recovery.reconcile()
    assert len(world.told) == 1
    assert await world.recovery.reconcile() == NOTHING


async def test_followers_of_a_job_whose_worker_died_too_soon_go_on(world: World) -> None:
    """The job ended; the process died before it let the next one go on."""
    await world.submission.submit(a_new_job(1), a_new_job(2, follows=UUID(int=1)))
    job = await world.claim()
    await world.ledger.succeed(job.id, job.fence, {})
    world.queue.published.clear()
    await world.recovery.reconcile()
    assert world.published == [2]


async def test_it_keeps_going_through_an_outage(world: World) -> None:
    await world.ledger.submit([a_new_job()])
    world.queue.is_down = True
    with capture_logs() as logs:
        rounds = asyncio.create_task(world.recovery.keep_going(every=0.0, fraction=lambda: 0.0))
        await until(lambda: any(line["event"] == "reconcile_postponed" for line in logs))
        world.queue.is_down = False
        world.clock.advance(60)
        await until(lambda: bool(world.published))
    rounds.cancel()
    with pytest.raises(asyncio.CancelledError):
        await rounds


async def test_hints_that_could_not_be_published_are_due_again_at_once(world: World) -> None:
    """However long Redis is away, the first round after it publishes what waits."""
    await world.ledger.submit([a_new_job()])
    world.queue.is_down = True
    for _ in range(20):
        with pytest.raises(Unavailable):
            await world.recovery.reconcile()
    world.queue.is_down = False
    await world.recovery.reconcile()
    assert world.published == [1]


async def test_a_defect_in_one_round_does_not_end_the_rounds(world: World) -> None:
    """Whatever goes wrong is logged with its traceback, and the next round comes."""
    await world.ledger.submit([a_new_job()])
    publish, world.queue.publish = world.queue.publish, _broken  # type: ignore[method-assign]
    with capture_logs() as logs:
        rounds = asyncio.create_task(world.recovery.keep_going(every=0.0, fraction=lambda: 0.0))
        await until(lambda: any(line["event"] == "reconcile_failed" for line in logs))
        world.queue.publish = publish  # type: ignore[method-assign]
        world.clock.advance(60)
        await until(lambda: bool(world.published))
    rounds.cancel()
    with pytest.raises(asyncio.CancelledError):
        await rounds


async def _broken(hints: Sequence[Hint]) -> None:
    raise TypeError("a defect")
