"""Results for the outside, as jobs."""

import json
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any
from uuid import UUID

import pytest
from pydantic import SecretStr

from src.core.domain.job import Job, JobState
from src.core.services.result_callbacks import ResultCallbacks
from src.core.services.webhook_delivery import WebhookDelivery
from src.tasks.webhook_tasks import deliver_webhook
from tests.fakes.jobs import a_new_job
from tests.fakes.webhooks import FakeWebhooks
from tests.unit.tasks.in_process import InProcess

if TYPE_CHECKING:
    from collections.abc import Callable

URL = "https://hooks.example/results"
SECRET = SecretStr("whsec_" + "A" * 44)


@pytest.fixture
def webhooks(world: InProcess, monkeypatch: pytest.MonkeyPatch) -> FakeWebhooks:
    """Receivers; the world's services deliver to them."""
    fake = FakeWebhooks()
    others: Callable[[InProcess], Any] = InProcess.services.fget  # type: ignore[attr-defined]
    delivery = WebhookDelivery(world.ledger, fake, SECRET)
    monkeypatch.setattr(
        InProcess,
        "services",
        property(lambda self: SimpleNamespace(**vars(others(self)), webhook_delivery=delivery)),
    )
    return fake


def submitted(world: InProcess, number: int = 1001, **changes: Any) -> tuple[Job, Job]:
    """A job of a kind that nobody works on, and the one that tells of its end."""
    new = a_new_job(number, kind="test.never", **changes)
    callbacks = ResultCallbacks(FakeWebhooks(), world.execution.randomness, SECRET)
    key = new.request_key
    job, told = world.run(world.jobs.submit(new, callbacks.job_for(URL, of=new.id, key_id="k1", request_key=key)))
    return job, told


def end(world: InProcess, job: Job) -> None:
    world.run(world.ledger.cancel(job.id))
    world.run(world.ledger.release_followers([job.id]))


def test_the_end_of_a_job_is_told_once_it_has_come(world: InProcess, webhooks: FakeWebhooks) -> None:
    job, told = submitted(world)
    world.work()
    assert webhooks.delivered == []
    end(world, job)
    world.work()
    (sent,) = webhooks.delivered
    assert (sent.url, sent.message_id) == (URL, str(told.id))
    assert json.loads(sent.body)["data"]["task_id"] == str(job.id)
    assert world.job(told.id).result == {"type": "task.cancelled"}


def test_a_receiver_that_is_down_is_tried_again_with_growing_waits(world: InProcess, webhooks: FakeWebhooks) -> None:
    job, told = submitted(world)
    end(world, job)
    webhooks.status = 503
    waits = []
    for _ in range(5):
        world.work()
        due = world.job(told.id).next_attempt_at
        assert due is not None
        waits.append((due - world.clock.now()).total_seconds())
        world.clock.advance(waits[-1])
    assert [wait >= 5 * 2**attempt for attempt, wait in enumerate(waits)] == [True] * 5
    assert max(waits) <= 5 * 2**4 * 1.5
    webhooks.status = 204
    world.work()
    assert world.job(told.id).state is JobState.SUCCEEDED
    assert len({sent.message_id for sent in webhooks.delivered}) == 1


def test_a_receiver_that_stays_down_is_given_up_after_eight_retries(world: InProcess, webhooks: FakeWebhooks) -> None:
    job, told = submitted(world)
    end(world, job)
    webhooks.status = 503
    for _ in range(20):
        world.work()
        world.clock.advance(2 * 3600)
    assert len(webhooks.delivered) == 9
    assert world.job(told.id).error_kind == "Unavailable"


def test_a_receiver_that_is_gone_is_not_tried_again(world: InProcess, webhooks: FakeWebhooks) -> None:
    job, told = submitted(world)
    end(world, job)
    webhooks.status = 410
    world.work()
    assert (world.job(told.id).state, world.job(told.id).error_kind) == (JobState.FAILED, "WebhookRefused")
    assert len(webhooks.delivered) == 1


def test_a_request_that_joined_a_job_is_told_of_that_job(world: InProcess, webhooks: FakeWebhooks) -> None:
    """Its own was never written down: what the row follows counts, not what was asked for."""
    first, _ = submitted(world, 1001, idempotency_key="the same")
    joined, told = submitted(world, 1002, idempotency_key="the same")
    assert joined.id == first.id
    assert told.arguments["task_id"] == str(UUID(int=1002))
    end(world, first)
    world.work()
    assert {json.loads(sent.body)["data"]["task_id"] for sent in webhooks.delivered} == {str(first.id)}
    assert len(webhooks.delivered) == 2


def test_a_job_that_follows_none_tells_of_the_one_it_is_given(world: InProcess, webhooks: FakeWebhooks) -> None:
    (job,) = world.run(world.ledger.submit([a_new_job(1001, kind="test.never")]))
    world.run(world.ledger.cancel(job.id))
    told = world.done(deliver_webhook, url=URL, task_id=str(job.id))
    assert told.result == {"type": "task.cancelled"}
    assert webhooks.delivered[0].message_id == str(told.id)
