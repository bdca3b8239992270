"""What clients are told of a job's end."""

import json
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import pytest
from pydantic import SecretStr

from src.core.domain.job_view import task_view
from src.core.domain.webhook_secret import webhook_secret_for
from src.core.errors import ConfigurationError, JobNotFound, Unavailable, WebhookRefused
from src.core.services.webhook_delivery import WebhookDelivery
from tests.fakes.clock import FakeClock
from tests.fakes.job_ledger import FakeJobLedger
from tests.fakes.jobs import a_new_job
from tests.fakes.webhooks import FakeWebhooks

URL = "https://hooks.example/results"
SECRET = SecretStr("whsec_" + "A" * 44)
MESSAGE = UUID(int=99)


@dataclass
class World:
    """The service over fakes."""

    clock: FakeClock = field(default_factory=FakeClock)
    webhooks: FakeWebhooks = field(default_factory=FakeWebhooks)
    ledger: FakeJobLedger = field(init=False)

    def __post_init__(self) -> None:
        self.ledger = FakeJobLedger(self.clock)
        self.delivery = WebhookDelivery(self.ledger, self.webhooks, SECRET)

    async def running(self) -> UUID:
        (job,) = await self.ledger.submit([a_new_job(owner="4242")])
        await self.ledger.claim(job.id, worker="w", lease=30, max_deaths=5)
        self.clock.advance(90)
        return job.id

    async def ended(self) -> UUID:
        job_id = await self.running()
        await self.ledger.succeed(job_id, 1, {})
        return job_id

    async def deliver(self, job_id: UUID, key_id: str | None = "k1") -> str:
        return await self.delivery.deliver(job_id, URL, key_id, message_id=MESSAGE)

    def told(self) -> dict[str, Any]:
        told: dict[str, Any] = json.loads(self.webhooks.delivered[-1].body)
        return told


@pytest.fixture
def world() -> World:
    return World()


async def test_a_success_is_told_with_its_result(world: World) -> None:
    job_id = await world.running()
    await world.ledger.succeed(job_id, 1, {"stored": 3, "name": "카이사"})
    assert await world.deliver(job_id) == "task.completed"
    assert world.told() == {
        "type": "task.completed",
        "timestamp": "2026-03-14T12:01:30+00:00",
        "data": {
            "task_id": str(job_id), "status": "completed", "result": {"stored": 3, "name": "카이사"}, "error": None,
        },
    }  # fmt: skip


async def test_a_failure_is_told_with_its_reason(world: World) -> None:
    job_id = await world.running()
    await world.ledger.fail(job_id, 1, error="Riot has no such match.", error_kind="MatchNotFound")
    assert await world.deliver(job_id) == "task.failed"
    assert world.told()["type"] == "task.failed"
    assert world.told()["data"]["error"] == "Riot has no such match."


async def test_a_cancel_is_told_with_what_was_done_by_then(world: World) -> None:
    job_id = await world.running()
    await world.ledger.cancel(job_id)
    await world.ledger.end_cancelled(job_id, 1, {"stored": 2})
    assert await world.deliver(job_id) == "task.cancelled"
    assert world.told()["type"] == "task.cancelled"
    assert world.told()["data"] == task_view(await world.ledger.get(job_id))
    assert world.told()["data"]["result"] == {"stored": 2}


@pytest.mark.parametrize("key_id", ["k1", "k2", None])
async def test_each_client_has_messages_signed_for_it_alone(world: World, key_id: str | None) -> None:
    await world.deliver(await world.ended(), key_id)
    (sent,) = world.webhooks.delivered
    assert (sent.url, sent.message_id) == (URL, str(MESSAGE))
    assert sent.secret == webhook_secret_for(SECRET, key_id)
    assert sent.secret != SECRET


async def test_a_repetition_says_the_same(world: World) -> None:
    job_id = await world.ended()
    world.webhooks.status = 503
    with pytest.raises(Unavailable):
        await world.deliver(job_id)
    world.clock.advance(60)
    world.webhooks.status = 204
    await world.deliver(job_id)
    first, second = world.webhooks.delivered
    assert first == second


async def test_who_asked_for_it_is_nobody_elses_business(world: World) -> None:
    await world.deliver(await world.ended())
    assert b"4242" not in world.webhooks.delivered[0].body


async def test_a_job_that_has_not_ended_is_told_of_later(world: World) -> None:
    job_id = await world.running()
    with pytest.raises(Unavailable, match="not ended"):
        await world.deliver(job_id)
    assert world.webhooks.delivered == []


async def test_a_job_that_is_kept_no_longer_cannot_be_told_of(world: World) -> None:
    with pytest.raises(JobNotFound):
        await world.deliver(UUID(int=5))


async def test_a_receiver_that_is_gone_ends_it(world: World) -> None:
    job_id = await world.ended()
    world.webhooks.status = 410
    with pytest.raises(WebhookRefused):
        await world.deliver(job_id)


async def test_a_secret_that_was_taken_away_ends_it(world: World) -> None:
    delivery = WebhookDelivery(world.ledger, world.webhooks, SecretStr(""))
    with pytest.raises(ConfigurationError, match="WEBHOOK_SECRET"):
        await delivery.deliver(await world.ended(), URL, "k1", message_id=MESSAGE)
    assert world.webhooks.delivered == []
