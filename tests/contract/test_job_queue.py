"""What holds of every job queue."""

import asyncio
import base64
import json
import socket
import threading
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any, Protocol
from uuid import UUID, uuid4

import pytest
import redis
from celery import Task
from celery.exceptions import TaskRevokedError
from celery.result import AsyncResult
from flower.utils.broker import Broker
from kombu import Consumer
from kombu.transport.redis import Channel
from pydantic import SecretStr

from src.adapters.celery_queue import CeleryJobQueue, CelerySettings, ChimeraCelery, create_celery_app, is_hint
from src.adapters.celery_queue.settings import QUEUES
from src.adapters.system_clock import SystemClock
from src.bootstrap.servers import EmbeddedServers
from src.core.domain.job import Hint, Job, JobState, Progress
from src.core.errors import ChimeraError, MatchNotFound, RateLimited, Unavailable
from src.core.ports.job_queue import JobQueue
from tests.fakes.job_queue import FakeJobQueue
from tests.until import until

# Celery stores results with a command that redis-py would rather not have.
pytestmark = pytest.mark.filterwarnings("ignore:Call to deprecated setex:DeprecationWarning")

FETCH = "src.tasks.match_tasks.fetch_and_store_match"


def a_hint(queue: str = "matches", *, priority: int = 5, **arguments: Any) -> Hint:
    return Hint(job_id=uuid4(), kind=FETCH, queue=queue, arguments=arguments, priority=priority)


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

    def heard(self) -> list[Hint]:
        """All messages of all queues, in the order in which one worker takes them."""

    def result_of(self, job_id: UUID) -> Any:
        """What waiting for the job's result gives."""

    def info_of(self, job_id: UUID) -> tuple[str, Any]:
        """The state that Celery's clients see and, while there is no result, what they are told."""

    def stop_redis(self) -> None:
        """From now on Redis does not answer."""


class InMemory:
    """The fake."""

    def __init__(self) -> None:
        self.queue = FakeJobQueue(SystemClock())
        self.heard = self.queue.heard
        self.result_of = self.queue.result_of
        self.info_of = self.queue.info_of

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
        """A queue's messages as they lie in Redis: a list per priority, publishing pushes to the left."""
        with redis.Redis.from_url(self.broker_url) as client:
            lists = [queue, *(f"{queue}{Channel.sep}{step}" for step in range(1, 10))]
            return [json.loads(text) for name in lists for text in reversed(client.lrange(name, 0, -1))]

    def waiting(self, queue: str) -> list[Hint]:
        return [hint_in(message["headers"], message["properties"], message["body"]) for message in self.messages(queue)]

    def heard(self) -> list[Hint]:
        """Take them as a worker does: one consumer of all queues, one message at a time."""
        heard: list[Hint] = []

        def take(message: Any) -> None:
            heard.append(hint_in(message.headers, message.properties, message.properties.get("body") or message.body))
            message.ack()

        with self.app.connection_for_read() as connection:
            consumer = self.app.amqp.TaskConsumer(connection.default_channel, on_message=take)
            consumer.qos(prefetch_count=1)
            with consumer, suppress(TimeoutError):
                while True:
                    connection.drain_events(timeout=1.5 if not heard else 0.5)
        return heard

    def result_of(self, job_id: UUID) -> Any:
        return AsyncResult(str(job_id), app=self.app).get(timeout=5)

    def info_of(self, job_id: UUID) -> tuple[str, Any]:
        result: AsyncResult[Any] = AsyncResult(str(job_id), app=self.app)
        return result.state, None if result.ready() else result.info

    async def events(self, action: Callable[[], Awaitable[None]]) -> list[dict[str, Any]]:
        """What Flower hears while `action` is done: it listens before, until nothing more comes."""
        heard: list[dict[str, Any]] = []
        with self.app.connection_for_read() as connection, connection.channel() as channel:
            receiver: Any = self.app.events.Receiver(channel, handlers={"*": heard.append})
            [consumer] = receiver.get_consumers(partial(Consumer, channel), channel)
            with consumer:
                with suppress(TimeoutError):
                    connection.drain_events(timeout=0.1)  # Kombu subscribes when it first listens
                await action()
                with suppress(TimeoutError):
                    while True:
                        connection.drain_events(timeout=0.5)
        return heard

    def stop_redis(self) -> None:
        with socket.socket() as nobody:
            nobody.bind(("127.0.0.1", 0))
            url = f"redis://127.0.0.1:{nobody.getsockname()[1]}/0"
        self.queue = CeleryJobQueue(app_on(url, url))


def app_on(broker_url: str, result_backend: str) -> ChimeraCelery:
    settings = CelerySettings(celery_broker_url=SecretStr(broker_url), celery_result_backend=SecretStr(result_backend))
    return create_celery_app(settings)


def hint_in(headers: dict[str, Any], properties: dict[str, Any], body: str | bytes) -> Hint:
    positional, named, _embedded = json.loads(body if isinstance(body, bytes) else base64.b64decode(body))
    assert positional == []
    return Hint(
        job_id=headers["id"], kind=headers["task"], queue=properties["delivery_info"]["routing_key"],
        arguments=named, priority=9 - properties["priority"],
    )  # fmt: skip


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

    async def test_greater_priorities_are_heard_first_whichever_queue_they_are_in(self, world: World) -> None:
        """Each of the ten is one of its own, and those of one priority come in order."""
        queues = ["matches", "default", "ai"]
        hints = [
            a_hint(queues[n % 3], priority=priority, n=n) for n, priority in enumerate([5, 0, 9, 4, 6, 3, 7, 2, 8, 1])
        ]
        more = [a_hint("matches", priority=5, n=10), a_hint("matches", priority=9, n=11)]
        await world.queue.publish(hints)
        await world.queue.publish(more)
        heard = await asyncio.to_thread(world.heard)
        assert [hint.priority for hint in heard] == [9, 9, 8, 7, 6, 5, 5, 4, 3, 2, 1, 0]
        assert [hint for hint in heard if hint.queue == "matches" and hint.priority == 5] == [hints[0], more[0]]

    async def test_without_redis_it_says_so_within_seconds(self, world: World) -> None:
        world.stop_redis()
        started = time.monotonic()
        with pytest.raises(Unavailable):
            await world.queue.publish([a_hint(), a_hint()])
        assert time.monotonic() - started < 5


class TestForgetting:
    """Dropping what there is of jobs besides the ledger."""

    async def test_messages_that_nobody_has_taken_are_gone_and_others_stay(self, world: World) -> None:
        hints = [a_hint(queue, priority=priority) for queue in ("matches", "ai") for priority in (0, 5, 5, 9)]
        await world.queue.publish(hints)
        await world.queue.publish(hints[:2])
        await world.queue.forget([hint.job_id for hint in hints[:3] + hints[5:]])
        assert [*world.waiting("matches"), *world.waiting("ai")] == [hints[3], hints[4]]

    async def test_results_and_progress_are_gone(self, world: World) -> None:
        gone, kept, moving = an_ended_job(result="secret"), an_ended_job(result="other"), uuid4()
        await world.queue.settle([gone, kept])
        await world.queue.show_progress(moving, Progress(step="x", done=1, total=2))
        await world.queue.forget([gone.id, moving])
        assert world.info_of(gone.id)[0] == world.info_of(moving)[0] == "PENDING"
        assert world.result_of(kept.id) == "other"

    async def test_what_is_not_there_is_no_trouble(self, world: World) -> None:
        await world.queue.forget([])
        await world.queue.forget([uuid4()])

    async def test_without_redis_it_says_so_within_seconds(self, world: World) -> None:
        world.stop_redis()
        started = time.monotonic()
        with pytest.raises(Unavailable):
            await world.queue.forget([uuid4()])
        assert time.monotonic() - started < 5

    async def test_a_message_that_a_worker_holds_is_not_given_out_again(self, on_redis: OnRedis) -> None:
        hint = a_hint()
        await on_redis.queue.publish([hint])

        def hold_and_let_go() -> None:
            with on_redis.app.connection_for_read() as connection:
                held: list[Any] = []
                consumer = on_redis.app.amqp.TaskConsumer(connection.default_channel, on_message=held.append)
                with consumer, suppress(TimeoutError):
                    connection.drain_events(timeout=1.5)
                assert len(held) == 1
                asyncio.run(on_redis.queue.forget([hint.job_id]))  # then it is given back, for nobody acknowledged it

        await asyncio.to_thread(hold_and_let_go)
        assert on_redis.waiting("matches") == []
        with redis.Redis.from_url(on_redis.broker_url) as client:
            assert client.hlen("unacked") == client.zcard("unacked_index") == 0


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


class TestShowingProgress:
    """Progress where Celery's clients look."""

    async def test_it_is_there_in_percent_and_with_what_is_worth_telling(self, world: World) -> None:
        job_id = uuid4()
        await world.queue.show_progress(
            job_id, Progress(step="storing", done=3, total=4, extra={"match_id": "EUW1_카"})
        )
        told = {"step": "storing", "progress": 75, "processed": 3, "total": 4, "match_id": "EUW1_카"}
        assert world.info_of(job_id) == ("PROGRESS", told)

    async def test_the_latest_counts(self, world: World) -> None:
        job_id = uuid4()
        for done in range(1, 4):
            await world.queue.show_progress(job_id, Progress(step="storing", done=done, total=3))
        assert world.info_of(job_id)[1]["processed"] == 3

    @pytest.mark.parametrize(
        ("state", "seen"),
        [(JobState.SUCCEEDED, "SUCCESS"), (JobState.FAILED, "FAILURE"), (JobState.CANCELLED, "REVOKED")],
    )
    async def test_a_result_that_is_there_stays(self, world: World, state: JobState, seen: str) -> None:
        job = an_ended_job(state, result={}, error="Not there.", error_kind="MatchNotFound")
        await world.queue.settle([job])
        await world.queue.show_progress(job.id, Progress(step="storing"))
        assert world.info_of(job.id) == (seen, None)

    async def test_a_result_follows_it(self, world: World) -> None:
        job = an_ended_job(result={"n": 1})
        await world.queue.show_progress(job.id, Progress(step="storing"))
        await world.queue.settle([job])
        assert world.result_of(job.id) == {"n": 1}

    async def test_without_redis_nothing_happens_within_seconds(self, world: World) -> None:
        world.stop_redis()
        started = time.monotonic()
        await world.queue.show_progress(uuid4(), Progress(step="storing"))
        assert time.monotonic() - started < 5


class TestTurnsToShow:
    """One process shows a job's progress at a time."""

    async def test_one_of_many_gets_the_turn(self, world: World) -> None:
        job_id = uuid4()
        turns = await asyncio.gather(*(world.queue.turn_to_show(job_id, every=60) for _ in range(8)))
        assert sorted(turns) == [False] * 7 + [True]
        assert await world.queue.turn_to_show(uuid4(), every=60), "another job has turns of its own"

    async def test_the_turn_comes_again(self, world: World) -> None:
        job_id = uuid4()
        assert await world.queue.turn_to_show(job_id, every=0.0)
        await asyncio.sleep(0.05)
        assert await world.queue.turn_to_show(job_id, every=0.0)

    async def test_without_redis_nobody_has_it(self, world: World) -> None:
        world.stop_redis()
        assert not await world.queue.turn_to_show(uuid4(), every=60)


class TestCelery:
    """What only Celery's side can show."""

    async def test_several_go_out_as_one_group(self, on_redis: OnRedis) -> None:
        await on_redis.queue.publish([a_hint(), a_hint(), a_hint()])
        groups = {message["headers"]["group"] for message in on_redis.messages("matches")}
        assert len(groups) == 1
        assert None not in groups

    @pytest.mark.parametrize(
        ("state", "event", "detail"),
        [
            (JobState.SUCCEEDED, "task-succeeded", {"runtime": 90.0, "result": "{'n': 1}"}),
            (JobState.FAILED, "task-failed", {"exception": "MatchNotFound: Not there."}),
            (JobState.CANCELLED, "task-revoked", {"terminated": False}),
        ],
    )
    async def test_flower_hears_of_an_end_as_if_the_worker_had_told_it(
        self, on_redis: OnRedis, state: JobState, event: str, detail: dict[str, Any]
    ) -> None:
        """The task of a parent has long returned when its last child ends it."""
        began = datetime(2026, 1, 1, tzinfo=UTC)
        job = an_ended_job(
            state, result={"n": 1}, error="Not there.", error_kind="MatchNotFound", worker="chimera_worker@here",
            started_at=began, finished_at=began + timedelta(seconds=90),
        )  # fmt: skip
        never_began = an_ended_job(JobState.CANCELLED)
        heard = await on_redis.events(lambda: on_redis.queue.settle([never_began, job]))
        assert [(told["type"], told["uuid"], told["hostname"]) for told in heard] == [
            (event, str(job.id), "chimera_worker@here")
        ]
        assert detail.items() <= heard[0].items()

    async def test_a_result_that_comes_while_progress_is_written_stays(
        self, on_redis: OnRedis, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """A parent's last child ends it in one process while another one shows how far it is."""
        job = an_ended_job(JobState.CANCELLED)
        await on_redis.queue.show_progress(job.id, Progress(step="fetching"))
        backend, loop, settled = type(on_redis.app.backend), asyncio.get_running_loop(), threading.Event()
        decode = backend.decode_result

        def settle_meanwhile(self: Any, known: Any) -> Any:
            if threading.current_thread().name.startswith("chimera-progress"):
                asyncio.run_coroutine_threadsafe(on_redis.queue.settle([job]), loop).result(5)
                settled.set()
            return decode(self, known)

        monkeypatch.setattr(backend, "decode_result", settle_meanwhile)
        await on_redis.queue.show_progress(job.id, Progress(step="storing"))
        assert settled.is_set()
        assert on_redis.info_of(job.id) == ("REVOKED", None)

    async def test_whoever_waits_hears_of_progress_and_goes_on_waiting(self, on_redis: OnRedis) -> None:
        job = an_ended_job(result={"n": 1})
        told: list[Any] = []

        def wait() -> Any:
            return AsyncResult(str(job.id), app=on_redis.app).get(timeout=5, on_message=told.append)

        waiter = asyncio.create_task(asyncio.to_thread(wait))
        with redis.Redis.from_url(on_redis.broker_url) as client:
            await until(lambda: bool(client.pubsub_channels()))
        await on_redis.queue.show_progress(job.id, Progress(step="storing", done=1, total=2))
        await on_redis.queue.settle([job])
        assert await waiter == {"n": 1}
        assert [message["status"] for message in told] == ["PROGRESS", "SUCCESS"]

    async def test_progress_that_is_no_json_is_not_shown(self, on_redis: OnRedis) -> None:
        job_id = uuid4()
        await on_redis.queue.show_progress(job_id, Progress(step="storing", extra={"it": object()}))
        assert on_redis.info_of(job_id) == ("PENDING", None)

    async def test_shown_progress_expires_as_results_do(self, on_redis: OnRedis) -> None:
        await on_redis.queue.show_progress(uuid4(), Progress(step="storing"))
        backend: Any = on_redis.app.backend
        (key,) = backend.client.keys("*")
        assert 0 < backend.client.ttl(key) <= 86_400

    async def test_a_redis_that_hangs_holds_up_progress_only(self, on_redis: OnRedis) -> None:
        """Neither the work nor what is published waits for it."""
        release = threading.Event()
        on_redis.queue._courtesies.submit(release.wait)
        started = time.monotonic()
        await on_redis.queue.show_progress(uuid4(), Progress(step="storing"))
        assert time.monotonic() - started < 5
        await on_redis.queue.publish([a_hint()])
        release.set()
        assert len(on_redis.waiting("matches")) == 1

    async def test_a_redis_that_hangs_does_not_hold_up_whoever_publishes_for_long(self) -> None:
        with socket.create_server(("127.0.0.1", 0)) as silent:  # takes connections, and never says a word
            url = SecretStr(f"redis://127.0.0.1:{silent.getsockname()[1]}/0")
            settings = CelerySettings(celery_broker_url=url, celery_result_backend=url)
            started = time.monotonic()
            with pytest.raises(Unavailable):
                await CeleryJobQueue(create_celery_app(settings)).publish([a_hint()])
            assert time.monotonic() - started < 5

    async def test_a_queue_that_is_no_more_holds_nothing_up(self, on_redis: OnRedis) -> None:
        """Whoever serves the default queue does the job: the message only names it."""
        stray, other = a_hint("renamed"), a_hint()
        await on_redis.queue.publish([stray, other])
        assert [hint.job_id for hint in on_redis.waiting("default")] == [stray.job_id]
        assert on_redis.waiting("matches") == [other]

    async def test_lengths_count_every_priority_of_every_queue(self, on_redis: OnRedis) -> None:
        await on_redis.queue.publish([a_hint(priority=priority) for priority in range(10)])
        await on_redis.queue.publish([a_hint("ai")])
        lengths = await on_redis.queue.queue_lengths()
        assert set(lengths) == set(QUEUES)
        assert {name: length for name, length in lengths.items() if length} == {"matches": 10, "ai": 1}

    async def test_flower_counts_every_priority(self, on_redis: OnRedis) -> None:
        await on_redis.queue.publish([a_hint(priority=priority) for priority in range(10)])
        broker = Broker(on_redis.broker_url, broker_options=on_redis.app.conf.broker_transport_options)
        assert await broker.queues(["matches", "ai"]) == [
            {"name": "matches", "messages": 10},
            {"name": "ai", "messages": 0},
        ]

    async def test_without_redis_there_are_no_lengths(self, on_redis: OnRedis) -> None:
        on_redis.stop_redis()
        with pytest.raises(Unavailable):
            await on_redis.queue.queue_lengths()

    async def test_a_task_of_this_process_knows_a_hint_from_a_call(self, on_redis: OnRedis) -> None:
        """A hint must not be written down as a new job."""
        seen: list[bool] = []

        class Watched(Task[Any, Any]):
            def apply_async(self, *args: Any, **options: Any) -> Any:
                seen.append(is_hint(options))
                return super().apply_async(*args, **options)

        # Not the name of a real task: where that was imported before, it is the one that counts.
        @on_redis.queue._publisher.task(name="tests.watched", base=Watched, shared=False)
        def watched(**_arguments: Any) -> None:
            """Never runs here."""

        hints = [a_hint().model_copy(update={"kind": "tests.watched"}) for _ in range(2)]
        await on_redis.queue.publish(hints)
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
