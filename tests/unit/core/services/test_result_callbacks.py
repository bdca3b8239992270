"""Asking to be told how a job ended."""

from uuid import UUID

import pytest
from pydantic import SecretStr

from src.core.domain.job import JobState, Lane, NewJob
from src.core.errors import WebhookRefused
from src.core.services.result_callbacks import ResultCallbacks
from src.tasks.webhook_tasks import deliver_webhook
from tests.fakes.job_ledger import FakeJobLedger
from tests.fakes.jobs import a_new_job
from tests.fakes.randomness import FakeRandomness
from tests.fakes.webhooks import FakeWebhooks

URL = "https://hooks.example/results"
SECRET = SecretStr("whsec_" + "A" * 44)
OF = UUID(int=77)


@pytest.fixture
def callbacks() -> ResultCallbacks:
    return ResultCallbacks(FakeWebhooks(), FakeRandomness(), SECRET)


def test_the_job_follows_the_one_it_tells_of_whichever_way_that_ends(callbacks: ResultCallbacks) -> None:
    job = callbacks.job_for(URL, of=OF, key_id="k1")
    assert (job.follows, job.follows_any_end) == (OF, True)
    assert job.arguments == {"url": URL, "task_id": str(OF), "key_id": "k1"}
    assert (job.queue, job.lane, job.rate, job.request_key) == ("default", Lane.BACKGROUND, None, None)


def test_the_job_is_one_that_the_task_knows(callbacks: ResultCallbacks) -> None:
    job = callbacks.job_for(URL, of=OF, key_id=None)
    assert (job.kind, job.max_retries) == (deliver_webhook.name, deliver_webhook.max_retries) == (job.kind, 8)


def test_every_job_has_an_id_of_its_own(callbacks: ResultCallbacks) -> None:
    assert callbacks.job_for(URL, of=OF, key_id=None).id != callbacks.job_for(URL, of=OF, key_id=None).id


async def test_a_request_that_is_repeated_is_called_back_once(callbacks: ResultCallbacks) -> None:
    """The second time around, the ledger answers the first job, and that is what is followed."""
    ledger = FakeJobLedger()

    async def ask(number: int, url: str = URL) -> tuple[UUID, UUID]:
        asked: NewJob = a_new_job(number, request_key="k1:a", request_fingerprint="x")
        callback = callbacks.job_for(url, of=asked.id, key_id="k1", request_key="k1:a")
        job, told = await ledger.submit([asked, callback])
        assert told.follows == job.id
        return job.id, told.id

    assert await ask(1001) == await ask(1002)
    assert len(ledger.jobs) == 2


async def test_it_waits_until_the_job_has_ended(callbacks: ResultCallbacks) -> None:
    ledger = FakeJobLedger()
    new = a_new_job(1001)
    job, told = await ledger.submit([new, callbacks.job_for(URL, of=new.id, key_id=None)])
    assert await ledger.claim(told.id, worker="w", lease=30, max_deaths=5) is None
    await ledger.cancel(job.id)
    await ledger.release_followers([job.id])
    claimed = await ledger.claim(told.id, worker="w", lease=30, max_deaths=5)
    assert claimed is not None
    assert claimed.state is JobState.RUNNING


@pytest.mark.parametrize("url", ["http://hooks.example/", "https://127.0.0.1/", "https://me:secret@hooks.example/"])
def test_an_address_that_must_not_be_called_is_refused_at_once(callbacks: ResultCallbacks, url: str) -> None:
    with pytest.raises(WebhookRefused):
        callbacks.job_for(url, of=OF, key_id=None)


def test_without_a_secret_there_are_none_and_the_setting_is_named() -> None:
    callbacks = ResultCallbacks(FakeWebhooks(), FakeRandomness(), SecretStr(""))
    with pytest.raises(WebhookRefused, match="WEBHOOK_SECRET"):
        callbacks.job_for(URL, of=OF, key_id=None)
