"""What holds of every job queue."""

import asyncio
import base64
import json
import socket
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Protocol
from uuid import UUID, uuid4

import pytest
import redis
from celery import Task
from celery.exceptions import TaskRevokedError
from celery.result import AsyncResult
from pydantic import SecretStr

from src.adapters.celery_queue import CeleryJobQueue, CelerySettings, ChimeraCelery, create_celery_app, is_hint
from src.bootstrap.servers import EmbeddedServers
from src.core.domain.job import Hint, Job, JobState
from src.core.errors import ChimeraError, MatchNotFound, RateLimited, Unavailable
from src.core.ports.job_queue import JobQueue
from tests.fakes.job_queue import FakeJobQueue
from tests.until import until

# Celery stores results with a command that redis-py would rather not have.
pytestmark = pytest.mark.filterwarnings("ignore:Call to deprecated setex:DeprecationWarning")

FETCH = "src.tasks.match_tasks.fetch_and_store_match"


def a_hint(queue: str = "matches", **arguments: Any) -> Hint:
    return Hint(job_id=uuid4(), kind=FETCH, queue=queue, arguments=arguments)


def an_ended_job(state: JobState = JobState.SUCCEEDED, **outcome: Any) -> Job:
    return Job(
        id=uuid4(), kind=FETCH, arguments={}, queue="matches", state=state, created_at=datetime.now(UTC), **outcome
    )


class World(Protocol):
    """A queue under test, and its other end."""

    @property
    def queue(self) -> JobQueue: ...

    def waiting(self, queue: str) -> list[Hint]:
        """The messages in a queue, oldest first."""

    def result_of(self, job_id: UUID) -> Any:
        """What waiting for the job's result gives."""

    def stop_redis(self) -> None:
        """From now on Redis does not answer."""


class InMemory:
    """The fake."""

    def __init__(self) -> None:
        self.queue = FakeJobQueue()
        self.result_of = self.queue.result_of

    def waiting(self, queue: str) -> list[Hint]:
        return [hint for hint in self.queue.published if hint.queue == queue]

    def stop_redis(self) -> None:
        self.queue.is_down = True


class OnRedis:
    """Celery on a real Redis."""

    def __init__(self, broker_url: str, result_backend: str) -> None:
        self.broker_url = broker_url
        self.app = app_on(broker_url, result_backend)
        self.queue = CeleryJobQueue(self.app)

    def messages(self, queue: str) -> list[dict[str, Any]]:
        """A queue's messages as they lie in Redis, oldest first; publishing pushes to the left."""
        with redis.Redis.from_url(self.broker_url) as client:
            return [json.loads(text) for text in reversed(client.lrange(queue, 0, -1))]

    def waiting(self, queue: str) -> list[Hint]:
        return [
            Hint(
                job_id=message["headers"]["id"], kind=message["headers"]["task"],
                queue=message["properties"]["delivery_info"]["routing_key"],
                arguments=message_arguments(message),
            )
            for message in self.messages(queue)
        ]  # fmt: skip

    def result_of(self, job_id: UUID) -> Any:
        return AsyncResult(str(job_id), app=self.app).get(timeout=5)

    def stop_redis(self) -> None:
        with socket.socket() as nobody:
            nobody.bind(("127.0.0.1", 0))
            url = f"redis://127.0.0.1:{nobody.getsockname()[1]}/0"
        self.queue = CeleryJobQueue(app_on(url, url))


def app_on(broker_url: str, result_backend: str) -> ChimeraCelery:
    settings = CelerySettings(celery_broker_url=SecretStr(broker_url), celery_result_backend=SecretStr(result_backend))
    return create_celery_app(settings)


def message_arguments(message: dict[str, Any]) -> dict[str, Any]:
    positional, named, _embedded = json.loads(base64.b64decode(message["body"]))
    assert positional == []
    arguments: dict[str, Any] = named
    return arguments


@pytest.fixture
def on_redis(broker_url: str, result_backend: str) -> Iterator[OnRedis]:
    world = OnRedis(broker_url, result_backend)
    yield world
    world.app.close()


@pytest.fixture(params=["fake", "celery"])
def world(request: pytest.FixtureRequest) -> World:
    if request.param == "fake":
        return InMemory()
    world: World = request.getfixturevalue("on_redis")
    return world


class TestPublishing:
    """Telling workers of jobs."""

    async def test_a_message_carries_the_jobs_id_and_arguments_to_its_queue(self, world: World) -> None:
        hint = a_hint("analysis", match_id="EUW1_1", champion="Kai'Sa 카이사", counts=[1, 2.5, None])
        await world.queue.publish([hint])
        assert world.waiting("analysis") == [hint]
        assert world.waiting("default") == []

    async def test_several_go_out_each_to_its_own_queue(self, world: World) -> None:
        hints = [a_hint("matches", n=1), a_hint("ai", n=2), a_hint("matches", n=3)]
        await world.queue.publish(hints)
        assert world.waiting("matches") == [hints[0], hints[2]]
        assert world.waiting("ai") == [hints[1]]

    async def test_a_hint_may_be_published_again(self, world: World) -> None:
        hint = a_hint()
        await world.queue.publish([hint])
        await world.queue.publish([hint])
        assert world.waiting("matches") == [hint, hint]

    async def test_without_redis_it_says_so_within_seconds(self, world: World) -> None:
        world.stop_redis()
        started = time.monotonic()
        with pytest.raises(Unavailable):
            await world.queue.publish([a_hint(), a_hint()])
        assert time.monotonic() - started < 5


class TestSettling:
    """Putting results where they are waited for."""

    async def test_a_result_is_there_for_whoever_waits(self, world: World) -> None:
        job = an_ended_job(result={"stored": ["EUW1_1"], "n": 0.5, "name": "카이사"})
        await world.queue.settle([job])
        assert world.result_of(job.id) == {"stored": ["EUW1_1"], "n": 0.5, "name": "카이사"}

    @pytest.mark.parametrize("kind", [MatchNotFound, RateLimited, Unavailable])
    async def test_an_error_is_raised_as_what_it_was(self, world: World, kind: type[ChimeraError]) -> None:
        job = an_ended_job(JobState.FAILED, error="Not there.", error_kind=kind.__name__)
        await world.queue.settle([job])
        with pytest.raises(kind, match=r"^Not there\.$"):
            world.result_of(job.id)

    async def test_an_unexpected_error_is_raised_as_ours(self, world: World) -> None:
        job = an_ended_job(JobState.FAILED, error="Unexpected KeyError", error_kind="KeyError")
        await world.queue.settle([job])
        with pytest.raises(ChimeraError, match="Unexpected KeyError"):
            world.result_of(job.id)

    async def test_a_cancelled_job_is_a_revoked_task(self, world: World) -> None:
        job = an_ended_job(JobState.CANCELLED)
        await world.queue.settle([job])
        with pytest.raises(TaskRevokedError):
            world.result_of(job.id)

    async def test_many_are_settled_and_settling_again_changes_nothing(self, world: World) -> None:
        jobs = [an_ended_job(result=number) for number in range(5)]
        await world.queue.settle(jobs)
        await world.queue.settle(jobs)
        assert [world.result_of(job.id) for job in jobs] == [0, 1, 2, 3, 4]

    async def test_without_redis_it_says_so_within_seconds(self, world: World) -> None:
        world.stop_redis()
        started = time.monotonic()
        with pytest.raises(Unavailable):
            await world.queue.settle([an_ended_job(result={})])
        assert time.monotonic() - started < 5


class TestCelery:
    """What only Celery's side can show."""

    async def test_several_go_out_as_one_group(self, on_redis: OnRedis) -> None:
        await on_redis.queue.publish([a_hint(), a_hint(), a_hint()])
        groups = {message["headers"]["group"] for message in on_redis.messages("matches")}
        assert len(groups) == 1
        assert None not in groups

    async def test_a_task_of_this_process_knows_a_hint_from_a_call(self, on_redis: OnRedis) -> None:
        """A hint must not be written down as a new job."""
        seen: list[bool] = []

        class Watched(Task[Any, Any]):
            def apply_async(self, *args: Any, **options: Any) -> Any:
                seen.append(is_hint(options))
                return super().apply_async(*args, **options)

        @on_redis.queue._publisher.task(name=FETCH, base=Watched, shared=False)
        def fetch(**_arguments: Any) -> None:
            """Never runs here."""

        await on_redis.queue.publish([a_hint(), a_hint()])
        assert seen == [True, True]
        assert len(on_redis.waiting("matches")) == 2

    async def test_publishing_subscribes_to_no_result(self, on_redis: OnRedis) -> None:
        await on_redis.queue.publish([a_hint() for _ in range(3)])
        with redis.Redis.from_url(on_redis.broker_url) as client:
            assert client.pubsub_channels() == []

    async def test_publishing_needs_no_result_backend(self, on_redis: OnRedis) -> None:
        with socket.socket() as nobody:
            nobody.bind(("127.0.0.1", 0))
            app = app_on(on_redis.broker_url, f"redis://127.0.0.1:{nobody.getsockname()[1]}/0")
            await CeleryJobQueue(app).publish([a_hint()])
        assert len(on_redis.waiting("matches")) == 1

    async def test_whoever_waits_before_the_end_gets_the_result_too(self, on_redis: OnRedis) -> None:
        job = an_ended_job(result={"n": 1})
        waiter = asyncio.create_task(asyncio.to_thread(on_redis.result_of, job.id))
        with redis.Redis.from_url(on_redis.broker_url) as client:
            await until(lambda: bool(client.pubsub_channels()))
        await on_redis.queue.settle([job])
        assert await waiter == {"n": 1}

    async def test_a_redis_that_comes_back_is_published_to_again(self, var: Path) -> None:
        servers = EmbeddedServers(var, durable=False)
        addresses = servers.start(postgres=False)
        try:
            world = OnRedis(addresses.broker_url or "", addresses.result_backend or "")
            job = an_ended_job(result={})
            for _ in range(2):
                await world.queue.publish([a_hint()])
                await world.queue.settle([job])
                assert world.result_of(job.id) == {}
                servers.restart("redis")
            world.app.close()
        finally:
            servers.stop()

    async def test_a_ping_answers_if_redis_does(self, on_redis: OnRedis) -> None:
        await on_redis.queue.ping()
        on_redis.stop_redis()
        with pytest.raises(Unavailable):
            await on_redis.queue.ping()
