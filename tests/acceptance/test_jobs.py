"""Jobs at the edges, through a real worker: what Celery alone would get wrong."""

import asyncio
from collections.abc import AsyncIterator
from uuid import uuid4

import pytest

from src.bootstrap.container import Container
from src.core.domain.job import Job, NewJob
from src.core.services.job_submission import hint_of
from src.sandbox.riot.world import World
from tests.acceptance.conftest import Live

MAIN = World(1).main
HISTORY = "src.tasks.match_tasks.fetch_match_history"


@pytest.fixture
async def services(live: Live) -> AsyncIterator[Container]:
    """The services, as a process beside the worker has them."""
    container = Container.build()
    yield container
    await container.close()


async def ended(services: Container, job: Job) -> Job:
    """The job, once it is final."""
    async with asyncio.timeout(30):
        while not (now := await services.ledger.get(job.id)).state.is_final:  # noqa: ASYNC110
            await asyncio.sleep(0.1)
    return now


def history(**arguments: object) -> NewJob:
    """A job that lists a player's matches."""
    return NewJob(id=uuid4(), kind=HISTORY, arguments=arguments, queue="matches")


async def test_a_surplus_hint_leaves_a_finished_result_alone(live: Live, services: Container) -> None:
    """Hints may come twice: the second changes neither the ledger nor what AsyncResult shows."""
    [job] = await services.jobs.submit(history(puuid=MAIN.puuid, region="na1", count=5000))
    first = await ended(services, job)
    assert (first.state, first.error_kind) == ("failed", "InvalidInput")
    await services.queue.publish([hint_of(job)])
    await ended(services, (await services.jobs.submit(history(puuid=MAIN.puuid, region="na1", count=1)))[0])
    status = live.python(
        f"import src.tasks.celery_app\nfrom celery.result import AsyncResult\nprint(AsyncResult('{job.id}').status)"
    )
    assert status.strip() == "FAILURE"
    assert await services.ledger.get(job.id) == first


async def test_a_row_that_no_longer_fits_its_task_ends_as_failed(services: Container) -> None:
    """After a deploy that changed a task, an old row says why it cannot run, and those beside it run."""
    stale, good = await services.jobs.submit(history(nope=1), history(puuid=MAIN.puuid, region="na1", count=1))
    assert (await ended(services, stale)).error_kind == "TypeError"
    assert (await ended(services, good)).state == "succeeded"


def test_what_a_job_cannot_promise_is_refused(live: Live) -> None:
    """Celery's chains go by messages; a job says so instead of losing the second step."""
    printed = live.python(
        "from celery import chain\n"
        "from src.tasks.match_tasks import fetch_match_history as fetch\n"
        "from src.core.errors import InvalidInput\n"
        f"step = fetch.si({MAIN.puuid!r}, 'na1', 1)\n"
        "try:\n    chain(step, step).apply_async()\nexcept InvalidInput as error:\n    print(error)"
    )
    assert "A job takes no chain" in printed


def test_a_job_goes_to_the_queue_it_is_told_and_starts_when_it_is_told(live: Live) -> None:
    """`apply_async(queue=..., countdown=...)` is honoured by the ledger."""
    printed = live.python(
        "import time\n"
        "from src.tasks.match_tasks import fetch_match_history as fetch\n"
        "began = time.monotonic()\n"
        f"result = fetch.apply_async(({MAIN.puuid!r}, 'na1', 1), queue='ai', countdown=2)\n"
        "result.get(timeout=30)\n"
        "print(time.monotonic() - began)"
    )
    assert 2 <= float(printed) < 15
