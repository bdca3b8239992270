"""Submitting work: the ledger first, the hint after."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from uuid import UUID

import pytest

from src.core.domain.job import Hint, JobState
from src.core.errors import Unavailable
from src.core.services.job_submission import JobSubmission, hint_of
from tests.fakes.clock import FakeClock
from tests.fakes.job_ledger import FakeJobLedger
from tests.fakes.job_queue import FakeJobQueue
from tests.fakes.jobs import a_new_job, a_reply


@dataclass
class World:
    """The service, and what is around it."""

    clock: FakeClock = field(default_factory=FakeClock)
    queue: FakeJobQueue = field(default_factory=FakeJobQueue)
    ledger: FakeJobLedger = field(init=False)
    jobs: JobSubmission = field(init=False)

    def __post_init__(self) -> None:
        self.ledger = FakeJobLedger(self.clock)
        self.jobs = JobSubmission(self.ledger, self.queue)

    @property
    def published(self) -> list[UUID]:
        return [hint.job_id for hint in self.queue.published]


@pytest.fixture
def world() -> World:
    return World()


async def test_a_job_is_written_down_then_published(world: World) -> None:
    new = a_new_job(reply=a_reply())
    (job,) = await world.jobs.submit(new)
    assert await world.ledger.get(new.id) == job
    assert world.queue.published == [
        Hint(job_id=new.id, kind=new.kind, queue="matches", arguments={"match_id": "EUW1_1"})
    ]
    assert await world.ledger.overdue(limit=10) == ()


async def test_a_hint_says_what_to_find_and_nothing_of_who_waits() -> None:
    hint = hint_of((await World().jobs.submit(a_new_job(reply=a_reply(), owner="4242")))[0])
    assert "interaction-token" not in hint.model_dump_json()
    assert "4242" not in hint.model_dump_json()


async def test_a_job_is_safe_when_the_broker_is_down(world: World) -> None:
    world.queue.is_down = True
    (job,) = await world.jobs.submit(a_new_job())
    assert job.state is JobState.QUEUED
    assert [hint.job_id for hint in await world.ledger.overdue(limit=10)] == [job.id]


async def test_a_job_is_submitted_when_the_ledger_goes_away_after_writing_it() -> None:
    class GoesAway(FakeJobLedger):
        async def mark_published(self, job_ids: Sequence[UUID]) -> None:
            raise Unavailable

    ledger, queue = GoesAway(), FakeJobQueue()
    (job,) = await JobSubmission(ledger, queue).submit(a_new_job())
    assert await ledger.get(job.id) == job
    assert len(queue.published) == 1


async def test_nothing_is_submitted_or_published_when_the_ledger_is_down(world: World) -> None:
    world.ledger.is_down = True
    with pytest.raises(Unavailable):
        await world.jobs.submit(a_new_job(1), a_new_job(2))
    assert world.ledger.jobs == ()
    assert world.published == []


async def test_several_jobs_are_submitted_and_published_in_order(world: World) -> None:
    jobs = await world.jobs.submit(*(a_new_job(number) for number in (3, 1, 2)))
    assert [job.id.int for job in jobs] == [3, 1, 2]
    assert world.published == [job.id for job in jobs]


async def test_a_job_that_is_to_wait_is_not_published_yet(world: World) -> None:
    await world.jobs.submit(a_new_job(1, not_before=60.0), a_new_job(2))
    assert world.published == [UUID(int=2)]
    world.clock.advance(60)
    assert UUID(int=1) in {hint.job_id for hint in await world.ledger.overdue(limit=10)}


async def test_a_known_key_answers_its_job_and_publishes_nothing(world: World) -> None:
    (first,) = await world.jobs.submit(a_new_job(1, idempotency_key="k"))
    (again,) = await world.jobs.submit(a_new_job(2, idempotency_key="k"))
    assert again == first
    assert world.published == [first.id]


async def test_a_key_is_free_again_once_its_job_has_ended(world: World) -> None:
    (first,) = await world.jobs.submit(a_new_job(1, idempotency_key="k"))
    await world.ledger.cancel(first.id)
    (second,) = await world.jobs.submit(a_new_job(2, idempotency_key="k"))
    assert second.id == UUID(int=2)


async def test_submitting_again_after_an_unclear_answer_is_one_job(world: World) -> None:
    await world.jobs.submit(a_new_job(1))
    await world.jobs.submit(a_new_job(1))
    assert len(world.ledger.jobs) == 1


async def test_jobs_that_run_or_have_ended_are_not_announced(world: World) -> None:
    await world.ledger.submit([a_new_job(1), a_new_job(2)])
    running = await world.ledger.claim(UUID(int=1), worker="w", lease=30, max_deaths=5)
    ended = await world.ledger.cancel(UUID(int=2))
    assert running is not None
    await world.jobs.announce([running, ended])
    assert world.published == []
