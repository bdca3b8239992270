"""Asking for a player's year."""

from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import pytest
from pydantic import SecretStr

from src.core.domain.job import Job, JobState, Lane, Rate
from src.core.domain.regions import Platform
from src.core.domain.riot_id import RiotId
from src.core.errors import InvalidInput, JobNotFound, RequestConflict, WebhookRefused
from src.core.services.job_submission import JobSubmission
from src.core.services.result_callbacks import ResultCallbacks
from src.core.services.sync_requests import SyncRequests
from tests.fakes.clock import FakeClock
from tests.fakes.job_ledger import FakeJobLedger
from tests.fakes.job_queue import FakeJobQueue
from tests.fakes.jobs import a_new_job, a_reply
from tests.fakes.randomness import FakeRandomness
from tests.fakes.webhooks import FakeWebhooks


@dataclass
class World:
    """The service with fakes around it."""

    clock: FakeClock = field(default_factory=FakeClock)
    queue: FakeJobQueue = field(default_factory=FakeJobQueue)
    ledger: FakeJobLedger = field(init=False)
    syncs: SyncRequests = field(init=False)

    def __post_init__(self) -> None:
        self.ledger = FakeJobLedger(self.clock)
        randomness = FakeRandomness()
        callbacks = ResultCallbacks(FakeWebhooks(), randomness, SecretStr("whsec_" + "A" * 44))
        self.syncs = SyncRequests(JobSubmission(self.ledger, self.queue), randomness, self.clock, callbacks)

    async def submit(self, name: str = "Hide on bush", **changes: Any) -> tuple[Job, bool]:
        asked: dict[str, Any] = {
            "riot_id": RiotId(game_name=name, tag_line="KR1"), "platform": Platform.OC1, "year": 2025,
        }  # fmt: skip
        return await self.syncs.submit(**asked | changes)


@pytest.fixture
def world() -> World:
    return World()


async def test_the_job_is_what_the_document_says(world: World) -> None:
    job, is_new = await world.submit()
    assert is_new
    assert (job.kind, job.queue, job.lane) == (
        "src.tasks.player_tasks.sync_player_data", "player_sync", Lane.BACKGROUND,
    )  # fmt: skip
    assert job.arguments == {
        "game_name": "Hide on bush", "tag_line": "KR1", "platform": "oc1", "routing": "sea", "year": 2025,
    }  # fmt: skip
    assert (job.max_retries, job.rate) == (3, Rate.parse("10/m"))
    assert [hint.job_id for hint in world.queue.published] == [job.id]


async def test_the_same_sync_twice_is_one_job_however_the_name_is_written(world: World) -> None:
    first, _ = await world.submit()
    again, is_new = await world.submit("HIDE ON BUSH")
    assert (again.id, is_new) == (first.id, False)


@pytest.mark.parametrize(
    "changes",
    [{"year": 2024}, {"platform": Platform.KR}, {"owner": "4242"}, {"name": "Faker"}, {"not_before": 3600.0}],
)
async def test_another_sync_is_another_job(world: World, changes: dict[str, Any]) -> None:
    first, _ = await world.submit()
    other, is_new = await world.submit(**changes)
    assert is_new
    assert other.id != first.id


async def test_once_it_has_ended_the_year_can_be_synced_again(world: World) -> None:
    first, _ = await world.submit()
    await world.ledger.cancel(first.id)
    assert (await world.submit())[1]


async def test_who_waits_in_discord_goes_ahead_of_programs(world: World) -> None:
    program, _ = await world.submit()
    person, _ = await world.submit(owner="4242", reply=a_reply())
    assert person.priority > program.priority


async def test_a_sync_that_starts_later_waits(world: World) -> None:
    later, _ = await world.submit(not_before=90.0)
    assert world.queue.published == []
    world.clock.advance(89)
    assert await world.ledger.overdue(limit=10) == ()
    world.clock.advance(1)
    assert [hint.job_id for hint in await world.ledger.overdue(limit=10)] == [later.id]


async def test_the_same_appointment_twice_is_one_job(world: World) -> None:
    first, _ = await world.submit(not_before=3600.0)
    world.clock.advance(5)
    assert await world.submit(not_before=3595.0) == (first, False)
    assert (await world.submit(not_before=7200.0))[1]


async def test_a_sync_can_follow_another_job(world: World) -> None:
    await world.ledger.submit([a_new_job(77)])
    job, _ = await world.submit(follows=UUID(int=77))
    assert world.queue.published == []
    assert job.follows == UUID(int=77)
    with pytest.raises(JobNotFound):
        await world.submit(follows=UUID(int=666))


async def test_a_named_request_is_answered_again_even_after_the_end(world: World) -> None:
    named = {"request_key": "key:1", "request_fingerprint": "a"}
    first, _ = await world.submit(**named)
    await world.ledger.cancel(first.id)
    again, is_new = await world.submit(**named)
    assert (again.id, is_new) == (first.id, False)
    with pytest.raises(RequestConflict):
        await world.submit(request_key="key:1", request_fingerprint="b")


async def test_a_callback_follows_the_sync_whichever_it_is(world: World) -> None:
    first, _ = await world.submit()
    joined, is_new = await world.submit(callback_url="https://example.org/done", key_id="abc")
    assert (joined.id, is_new) == (first.id, False)
    callback = world.ledger.jobs[-1]
    assert (callback.follows, callback.follows_any_end) == (first.id, True)
    assert callback.arguments.items() >= {"url": "https://example.org/done", "key_id": "abc"}.items()


async def test_a_callback_is_not_asked_for_twice_by_the_same_request(world: World) -> None:
    named = {"request_key": "key:1", "request_fingerprint": "a", "callback_url": "https://example.org/done"}
    await world.submit(**named)
    await world.submit(**named)
    assert len(world.ledger.jobs) == 2


async def test_an_address_that_can_never_be_called_starts_nothing(world: World) -> None:
    with pytest.raises(WebhookRefused):
        await world.submit(callback_url="http://169.254.169.254/")
    assert world.ledger.jobs == ()


@pytest.mark.parametrize("year", [-1, 1999, 2030])
async def test_a_year_without_matches_is_refused(world: World, year: int) -> None:
    with pytest.raises(InvalidInput, match="year"):
        await world.submit(year=year)


async def test_a_job_is_safe_when_the_broker_is_down(world: World) -> None:
    world.queue.is_down = True
    assert (await world.submit())[0].state is JobState.QUEUED
