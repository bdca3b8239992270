"""A job in a worker: claimed, held, ended once."""

import asyncio
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import pytest
from structlog.testing import capture_logs

from src.core.domain.job import Job, JobState, Lane, NewJob, Progress, Rate
from src.core.domain.reply import Reply
from src.core.domain.retry import RetryPolicy
from src.core.errors import (
    CircuitOpen,
    InvalidInput,
    LeaseLost,
    MalformedDocument,
    MatchNotFound,
    RateLimited,
    RiotKeyRejected,
    StorageUnavailable,
    Transient,
    Unavailable,
)
from src.core.services.job_execution import Ended, Failed, Held, JobExecution, LeaseTerms, RetryPlanned
from tests.fakes.answers import FakeAnswers
from tests.fakes.clock import FakeClock
from tests.fakes.job_ledger import FakeJobLedger
from tests.fakes.job_queue import FakeJobQueue
from tests.fakes.jobs import a_new_job, a_reply
from tests.fakes.randomness import FakeRandomness
from tests.until import until


class CountingLedger(FakeJobLedger):
    """Counts heartbeats, and fails some of them."""

    beats = 0
    missed = 0

    async def heartbeat(self, job_id: UUID, fence: int, *, lease: float) -> bool:
        self.beats += 1
        if self.missed:
            self.missed -= 1
            raise Unavailable
        return await super().heartbeat(job_id, fence, lease=lease)


@dataclass
class World:
    """The service with fakes around it; the heart beats whenever the event loop is free."""

    clock: FakeClock = field(default_factory=FakeClock)
    queue: FakeJobQueue = field(default_factory=FakeJobQueue)
    randomness: FakeRandomness = field(default_factory=FakeRandomness)
    ledger: CountingLedger = field(init=False)
    answers: FakeAnswers = field(init=False)
    execution: JobExecution = field(init=False)

    def __post_init__(self) -> None:
        self.ledger = CountingLedger(self.clock)
        self.answers = FakeAnswers(self.clock)
        self.execution = JobExecution(
            self.ledger, self.queue, self.answers, self.randomness, self.clock, terms=LeaseTerms(heartbeat=0.0)
        )

    async def claim(self, number: int = 1, **changes: Any) -> Job:
        """A job, submitted unless it is there, and claimed."""
        await self.ledger.submit([a_new_job(number, **changes)])
        job = await self.take(a_new_job(number), worker="w1")
        assert job is not None
        return job

    async def take(self, hinted: NewJob, *, worker: str) -> Job | None:
        """What a worker gets that was told of the job."""
        return await self.execution.claim(hinted.id, worker=worker, hinted=lambda: hinted)

    async def parent_of(self, *children: NewJob) -> Job:
        """A job that waits for its children."""
        parent = await self.claim(99)
        await self.execution.wait_for_children(parent, children)
        return parent

    async def job(self, number: int = 1) -> Job:
        return await self.ledger.get(UUID(int=number))

    @property
    def told(self) -> list[str]:
        """Every text the person has seen, the last one last."""
        shown = self.answers.interactions.get("interaction-token")
        return shown.texts if shown else []


@pytest.fixture
def world() -> World:
    return World()


class TestClaiming:
    """Taking the job a hint speaks of."""

    async def test_a_due_job_is_taken(self, world: World) -> None:
        await world.ledger.submit([a_new_job(arguments={"match_id": "EUW1_7"})])
        job = await world.take(a_new_job(), worker="w1")
        assert job is not None
        assert (job.state, job.fence) == (JobState.RUNNING, 1)
        assert job.arguments == {"match_id": "EUW1_7"}, "the row counts, not the message"

    async def test_a_hint_without_a_row_is_adopted(self, world: World) -> None:
        hinted = a_new_job(rate=Rate(count=100, seconds=60))
        job = await world.take(hinted, worker="w1")
        assert job is not None
        assert job.state is JobState.RUNNING
        assert world.ledger.jobs == (job,)

    async def test_a_second_hint_takes_nothing(self, world: World) -> None:
        await world.claim()
        assert await world.take(a_new_job(), worker="w2") is None
        assert len(world.ledger.jobs) == 1

    async def test_a_job_that_has_ended_is_not_run_again(self, world: World) -> None:
        job = await world.claim()
        await world.execution.succeed(job, {})
        assert await world.take(a_new_job(), worker="w1") is None

    async def test_a_job_that_is_not_due_is_not_run(self, world: World) -> None:
        await world.ledger.submit([a_new_job(not_before=10.0)])
        assert await world.take(a_new_job(), worker="w1") is None
        world.clock.advance(10)
        assert await world.take(a_new_job(), worker="w1") is not None

    async def test_a_job_that_keeps_killing_its_worker_ends_as_failed(self, world: World) -> None:
        await world.claim()
        for _ in range(world.execution.terms.max_deaths - 1):
            world.clock.advance(world.execution.terms.lease + 1)
            assert await world.take(a_new_job(), worker="w1") is not None
        world.clock.advance(world.execution.terms.lease + 1)
        assert await world.take(a_new_job(), worker="w1") is None
        job = await world.job()
        assert (job.state, job.error_kind) == (JobState.FAILED, "JobDied")

    async def test_without_the_ledger_nothing_is_run(self, world: World) -> None:
        world.ledger.is_down = True
        with pytest.raises(Unavailable):
            await world.take(a_new_job(), worker="w1")


class TestHolding:
    """Keeping the lease alive."""

    async def test_the_lease_lives_as_long_as_the_work(self, world: World) -> None:
        job = await world.claim()
        async with world.execution.holding(job):
            for _ in range(3):
                world.clock.advance(world.execution.terms.lease - 1)
                seen = world.ledger.beats
                await until(lambda seen=seen: world.ledger.beats > seen)  # type: ignore[misc]
            assert await world.take(a_new_job(), worker="w2") is None

    async def test_a_request_to_cancel_reaches_the_work(self, world: World) -> None:
        job = await world.claim()
        async with world.execution.holding(job) as held:
            assert not held.cancel_requested
            await world.ledger.cancel(job.id)
            await until(lambda: held.cancel_requested)
            assert not held.lost

    async def test_a_lost_lease_is_told_and_stops_the_heartbeat(self, world: World) -> None:
        job = await world.claim()
        world.clock.advance(world.execution.terms.lease + 1)
        assert await world.take(a_new_job(), worker="w2") is not None
        async with world.execution.holding(job) as held:
            await until(lambda: held.lost)
            beats = world.ledger.beats
            await asyncio.gather(*(asyncio.sleep(0) for _ in range(20)))
            assert world.ledger.beats == beats

    async def test_whoever_lost_the_job_falls_silent_at_once(self, world: World) -> None:
        job = await world.claim(reply=a_reply())
        world.clock.advance(world.execution.terms.lease + 1)
        assert await world.take(a_new_job(), worker="w2") is not None
        async with world.execution.holding(job) as held:
            await until(lambda: held.lost)
            assert world.answers.paused == ["interaction-token"]

    async def test_missed_beats_are_made_up_for(self, world: World) -> None:
        job = await world.claim()
        world.ledger.missed = 3
        async with world.execution.holding(job) as held:
            await until(lambda: world.ledger.beats > 3)
            assert not held.lost

    @pytest.mark.parametrize("ending", [None, ValueError("the work failed")])
    async def test_the_heartbeat_ends_with_the_work(self, world: World, ending: Exception | None) -> None:
        job = await world.claim()
        before = asyncio.all_tasks()

        async def work() -> None:
            async with world.execution.holding(job):
                await until(lambda: world.ledger.beats > 0)
                if ending:
                    raise ending

        assert (await asyncio.gather(work(), return_exceptions=True))[0] is ending
        assert asyncio.all_tasks() == before


class TestReporting:
    """Telling how far the work is."""

    async def test_progress_is_written_and_shown(self, world: World) -> None:
        job = await world.claim(reply=a_reply())
        progress = Progress(step="matches", done=2, total=5)
        async with world.execution.holding(job) as held:
            await world.execution.report(held, progress)
        assert (await world.job()).progress == progress
        assert world.told == ["matches 2 of 5"]

    async def test_progress_of_a_job_nobody_waits_for_is_written(self, world: World) -> None:
        async with world.execution.holding(await world.claim()) as held:
            await world.execution.report(held, Progress(step="matches"))
        assert (await world.job()).progress == Progress(step="matches")
        assert world.told == []

    async def test_a_cancel_is_known_as_soon_as_something_is_reported(self, world: World) -> None:
        """A batch stops after the match at hand, not at the next heartbeat."""
        job = await world.claim()
        held = Held(job)
        await world.execution.report(held, Progress(step="matches", done=1, total=5))
        assert not held.cancel_requested
        await world.ledger.cancel(job.id)
        await world.execution.report(held, Progress(step="matches", done=2, total=5))
        assert held.cancel_requested

    async def test_whoever_lost_the_job_shows_nothing(self, world: World) -> None:
        job = await world.claim(reply=a_reply())
        async with world.execution.holding(job.model_copy(update={"fence": 0})) as held:
            with pytest.raises(LeaseLost):
                await world.execution.report(held, Progress(step="matches"))
        assert world.told == []


class TestEnding:
    """The end of a job, and of parents that end with it."""

    async def test_the_result_is_kept_and_left_to_celery(self, world: World) -> None:
        job = await world.claim()
        await world.execution.succeed(job, {"stored": ["EUW1_1"]})
        ended = await world.job()
        assert (ended.state, ended.result) == (JobState.SUCCEEDED, {"stored": ["EUW1_1"]})
        assert world.queue.settled == []

    async def test_a_cancelled_job_keeps_what_was_done(self, world: World) -> None:
        job = await world.claim()
        await world.ledger.cancel(job.id)
        await world.execution.end_cancelled(job, {"stored": ["EUW1_1"]})
        ended = await world.job()
        assert (ended.state, ended.result) == (JobState.CANCELLED, {"stored": ["EUW1_1"]})

    async def test_whoever_lost_the_job_cannot_end_it(self, world: World) -> None:
        job = await world.claim()
        with pytest.raises(LeaseLost):
            await world.execution.succeed(job.model_copy(update={"fence": 0}), {})
        assert (await world.job()).state is JobState.RUNNING

    async def test_a_parent_waits_for_children_that_are_published(self, world: World) -> None:
        parent = await world.parent_of(a_new_job(1), a_new_job(2))
        assert (await world.ledger.get(parent.id)).state is JobState.WAITING
        assert [hint.job_id.int for hint in world.queue.published] == [1, 2]

    async def test_children_are_safe_when_the_broker_is_down(self, world: World) -> None:
        world.queue.is_down = True
        await world.parent_of(a_new_job(1), a_new_job(2))
        assert {hint.job_id.int for hint in await world.ledger.overdue(limit=10)} == {1, 2}

    async def test_the_result_of_a_parent_is_settled_by_its_last_child(self, world: World) -> None:
        parent = await world.parent_of(a_new_job(1), a_new_job(2))
        await world.execution.succeed(await world.claim(2), {"stored": ["EUW1_2"]})
        assert world.queue.settled == []
        await world.execution.succeed(await world.claim(1), {"stored": ["EUW1_1"]})
        (settled,) = world.queue.settled
        assert (settled.id, settled.state) == (parent.id, JobState.SUCCEEDED)
        assert settled.result == {"stored": ["EUW1_1", "EUW1_2"]}
        assert parent.id not in {job.id for job in await world.ledger.unsettled(older_than=0, limit=10)}

    async def test_a_last_child_that_fails_settles_its_parent_too(self, world: World) -> None:
        parent = await world.parent_of(a_new_job(1), a_new_job(2))
        await world.execution.succeed(await world.claim(1), {"stored": ["EUW1_1"]})
        await world.execution.handle_error(await world.claim(2), InvalidInput("No."))
        (settled,) = world.queue.settled
        assert settled.id == parent.id
        assert settled.result == {
            "stored": ["EUW1_1"],
            "failed": [{"job_id": str(UUID(int=2)), "error": "No.", "arguments": {"match_id": "EUW1_2"}}],
        }

    async def test_whoever_waits_is_told_the_result_of_work_that_does_not_answer_itself(self, world: World) -> None:
        job = await world.claim(reply=a_reply())
        await world.execution.succeed(job, {"n": 1}, is_answered=False)
        assert len(world.told) == 1
        assert (await world.job()).state is JobState.SUCCEEDED

    @pytest.mark.parametrize("error", [None, MatchNotFound()])
    async def test_whoever_could_not_be_told_of_the_end_is_told_later(
        self, world: World, error: Exception | None
    ) -> None:
        """Discord is away for a minute: its message must not speak of work under way for ever."""
        job = await world.claim(reply=a_reply())
        world.answers.is_down = True
        if error:
            verdict = await world.execution.handle_error(job, error)
            assert isinstance(verdict, Failed)
            assert not verdict.is_told
        else:
            assert not await world.execution.succeed(job, {"n": 1}, is_answered=False)
        world.answers.is_down = False
        await world.execution.settle(await world.ledger.unsettled(older_than=0, limit=9))
        assert len(world.told) == 1
        assert await world.ledger.unsettled(older_than=0, limit=9) == ()

    async def test_work_that_has_answered_is_not_spoken_for(self, world: World) -> None:
        await world.execution.succeed(await world.claim(reply=a_reply()), {"n": 1})
        assert world.told == []

    async def test_a_job_has_ended_even_if_the_parents_result_cannot_be_put_out(self, world: World) -> None:
        parent = await world.parent_of(a_new_job(1))
        child = await world.claim(1)
        world.queue.is_down = True
        await world.execution.succeed(child, {})
        assert (await world.job(1)).state is JobState.SUCCEEDED
        assert parent.id in {job.id for job in await world.ledger.unsettled(older_than=0, limit=10)}


class TestRetrying:
    """Errors that may pass."""

    @pytest.mark.parametrize(("attempts", "delay"), [(0, 1.25), (1, 2.5), (2, 5.0)])
    async def test_a_transient_error_is_retried_with_backoff(self, world: World, attempts: int, delay: float) -> None:
        world.randomness.next_fraction = 0.5
        job = (await world.claim()).model_copy(update={"attempts": attempts})
        assert await world.execution.handle_error(job, Unavailable()) == RetryPlanned(delay)
        world.clock.advance(delay - 0.1)
        assert await world.take(a_new_job(), worker="w1") is None
        world.clock.advance(0.1)
        assert await world.take(a_new_job(), worker="w1") is not None

    async def test_a_retry_is_never_before_the_moment_riot_told(self, world: World) -> None:
        job = await world.claim()
        planned = await world.execution.handle_error(job, RateLimited(retry_after=117.0))
        assert planned == RetryPlanned(117.0)
        world.clock.advance(116)
        assert await world.take(a_new_job(), worker="w1") is None

    async def test_the_ledger_knows_why(self, world: World) -> None:
        await world.execution.handle_error(await world.claim(), Unavailable("Riot is\n  down."))
        job = await world.job()
        assert (job.state, job.attempts) == (JobState.QUEUED, 1)
        assert (job.error, job.error_kind) == ("Riot is down.", "Unavailable")

    async def test_whoever_waits_sees_that_it_is_tried_again(self, world: World) -> None:
        await world.execution.handle_error(await world.claim(reply=a_reply()), Unavailable())
        assert world.told == ["retrying 0 of 0"]
        assert world.answers.interactions["interaction-token"].cancels == UUID(int=1)

    async def test_an_attempt_falls_silent_before_the_next_one_may_begin(self, world: World) -> None:
        """The next one may be another process's, and what came after its answer would stand in its place."""
        job, states = await world.claim(reply=a_reply()), []
        pause = world.answers.pause

        async def note(reply: Reply) -> None:
            await pause(reply)
            states.append((await world.job()).state)

        world.answers.pause = note  # type: ignore[method-assign]
        async with world.execution.holding(job):
            await world.execution.handle_error(job, Unavailable())
        assert states == [JobState.RUNNING, JobState.QUEUED]

    @pytest.mark.parametrize("error", [Unavailable(), RateLimited(retry_after=9.0)])
    async def test_that_it_is_tried_again_is_told_while_nobody_else_can_answer(
        self, world: World, error: Transient
    ) -> None:
        job, states = await world.claim(reply=a_reply()), []
        progress = world.answers.progress

        async def note(*told: Any, **more: Any) -> None:
            await progress(*told, **more)
            states.append((await world.job()).state)

        world.answers.progress = note  # type: ignore[method-assign]
        await world.execution.report(Held(job), Progress(step="matches"))
        await world.execution.handle_error(job, error)
        assert world.told == ["matches 0 of 0", "retrying 0 of 0"]
        assert states == [JobState.RUNNING, JobState.RUNNING]
        assert (await world.job()).state is JobState.QUEUED

    async def test_the_policy_is_the_tasks(self, world: World) -> None:
        policy = RetryPolicy(base=30.0, backoff=False)
        for _ in range(2):
            job = await world.claim()
            assert await world.execution.handle_error(job, Unavailable(), policy=policy) == RetryPlanned(30.0)
            world.clock.advance(30)

    async def test_the_riot_budget_has_a_policy_of_its_own(self, world: World) -> None:
        """However long a task waits after an error: a full budget is none."""
        job = await world.claim()
        planned = await world.execution.handle_error(job, RateLimited(), policy=RetryPolicy(base=30.0))
        assert planned == RetryPlanned(1.0)

    @pytest.mark.parametrize("error", [RateLimited(retry_after=90.0), CircuitOpen(retry_after=90.0)])
    async def test_a_backfill_waits_for_riot_however_often(self, world: World, error: Transient) -> None:
        """A full budget, or a Riot that is down, is no failed attempt of a background job: it comes back later."""
        for _ in range(10):
            job = await world.claim(lane=Lane.BACKGROUND)
            verdict = await world.execution.handle_error(job, error)
            assert verdict == RetryPlanned(90.0)
            assert (await world.job()).attempts == 0
            world.clock.advance(90)

    async def test_work_whose_time_was_up_goes_on_however_often(self, world: World) -> None:
        """On a small Riot budget a batch takes several times what one attempt may."""
        for done in range(1, 10):
            job = await world.claim(max_retries=1)
            held = Held(job)
            await world.execution.report(held, Progress(step="matches", done=done, total=25))
            verdict = await world.execution.handle_error(job, Transient("Slow."), goes_on=held.has_advanced)
            assert isinstance(verdict, RetryPlanned)
            world.clock.advance(verdict.delay)
        assert (await world.job()).attempts == 0

    async def test_an_attempt_that_got_no_further_has_not_advanced(self, world: World) -> None:
        """Work that begins anew each time would go on for ever."""
        held = Held(await world.claim())
        seen = [held.has_advanced]
        await world.execution.report(held, Progress(step="sleeping", done=5, total=9))
        seen.append(held.has_advanced)
        await world.ledger.give_back(held.job.id, held.job.fence, delay=0)
        again = Held(await world.claim())
        await world.execution.report(again, Progress(step="sleeping", done=5, total=9))
        assert [*seen, again.has_advanced] == [False, True, False]

    async def test_a_person_is_not_kept_waiting_for_ever_by_the_budget(self, world: World) -> None:
        """An interactive job gives up after its retries and says so."""
        for _ in range(4):
            job = await world.claim(lane=Lane.INTERACTIVE, max_retries=3)
            verdict = await world.execution.handle_error(job, RateLimited(retry_after=30.0))
            world.clock.advance(30)
        assert isinstance(verdict, Failed)

    async def test_a_job_cancelled_meanwhile_is_not_retried(self, world: World) -> None:
        """Who cancelled must not be told that it is tried again."""
        job = await world.claim(reply=a_reply())
        await world.ledger.cancel(job.id)
        assert await world.execution.handle_error(job, Unavailable()) == Ended()
        assert world.told == ["fetch_and_store_match cancelled"]

    async def test_after_the_last_retry_the_person_is_told_and_the_job_fails(self, world: World) -> None:
        job = await world.claim(reply=a_reply(), max_retries=1)
        assert isinstance(await world.execution.handle_error(job, Unavailable()), RetryPlanned)
        world.clock.advance(2)
        again = await world.take(a_new_job(), worker="w1")
        assert again is not None
        failed = await world.execution.handle_error(again, Unavailable("Riot is down."))
        assert isinstance(failed, Failed)
        assert world.told[-1] == f"Riot is down. {failed.error_id}"
        ended = await world.job()
        assert (ended.state, ended.error, ended.error_kind) == (JobState.FAILED, "Riot is down.", "Unavailable")

    async def test_whoever_lost_the_job_plans_no_retry(self, world: World) -> None:
        job = await world.claim(reply=a_reply())
        with pytest.raises(LeaseLost):
            await world.execution.handle_error(job.model_copy(update={"fence": 0}), Unavailable())
        assert world.told == []


class TestFailing:
    """Errors that stay."""

    async def test_a_permanent_error_is_told_and_not_retried(self, world: World) -> None:
        job = await world.claim(reply=a_reply())
        failed = await world.execution.handle_error(job, MatchNotFound())
        assert isinstance(failed, Failed)
        assert world.told == [f"Riot has no such match. {failed.error_id}"]
        ended = await world.job()
        assert (ended.state, ended.error_kind) == (JobState.FAILED, "MatchNotFound")

    async def test_an_expected_error_is_logged_without_a_traceback(self, world: World) -> None:
        job = await world.claim()
        with capture_logs() as logs:
            await world.execution.handle_error(job, MatchNotFound())
        (line,) = logs
        assert (line["event"], line["log_level"]) == ("job_refused", "info")
        assert not {"exc_info", "exception"} & line.keys()

    async def test_a_server_that_is_down_is_no_traceback(self, world: World) -> None:
        job = (await world.claim()).model_copy(update={"attempts": 9})
        with capture_logs() as logs:
            failed = await world.execution.handle_error(job, StorageUnavailable())
        (line,) = logs
        assert isinstance(failed, Failed)
        assert (line["event"], line["log_level"]) == ("job_unavailable", "warning")
        assert (line["job_id"], line["error_id"]) == (str(job.id), failed.error_id)
        assert not {"exc_info", "exception"} & line.keys()

    @pytest.mark.parametrize(
        "error", [RiotKeyRejected(), MalformedDocument("match.info is missing."), ZeroDivisionError()]
    )
    async def test_what_whoever_runs_chimera_can_mend_is_logged_with_its_traceback_and_the_jobs_own_id(
        self, world: World, error: Exception
    ) -> None:
        job = await world.claim(0xABC << 96, reply=a_reply())
        with capture_logs() as logs:
            await world.execution.handle_error(job, error)
        (line,) = logs
        assert (line["event"], line["log_level"]) == ("job_failed", "error")
        assert type(error).__name__ in line["exception"]
        assert (line["job_id"], line["error_id"]) == (str(job.id), "00000abc")
        assert world.told == ["Something went wrong on our side. 00000abc"]

    async def test_an_unexpected_error_is_named_by_its_class_only(self, world: World) -> None:
        """Its text may hold anything: a token, a password, somebody's name."""
        job = await world.claim(reply=a_reply())
        failed = await world.execution.handle_error(job, KeyError("hunter2"))
        ended = await world.job()
        assert (ended.error, ended.error_kind) == ("Unexpected KeyError", "KeyError")
        assert isinstance(failed, Failed)
        assert world.told == [f"Something went wrong on our side. {failed.error_id}"]

    async def test_an_unexpected_error_is_logged_with_its_traceback_and_the_id_people_are_told(
        self, world: World
    ) -> None:
        job, error = await world.claim(), KeyError("hunter2")
        with capture_logs() as logs:
            failed = await world.execution.handle_error(job, error)
        (line,) = logs
        assert isinstance(failed, Failed)
        assert (line["event"], line["log_level"]) == ("job_failed", "error")
        assert line["error_id"] == failed.error_id
        assert "KeyError: 'hunter2'" in line["exception"]
        assert "hunter2" not in str({**line, "exception": None}), "the console leaves the traceback to the file"

    async def test_nobody_is_told_when_nobody_waits(self, world: World) -> None:
        await world.execution.handle_error(await world.claim(), MatchNotFound())
        assert world.answers.interactions == {}

    @pytest.mark.parametrize(("obstacle", "after"), [("is_down", 0.0), ("is_closed", 3600.0)])
    async def test_a_job_fails_even_if_the_person_cannot_be_reached(
        self, world: World, obstacle: str, after: float
    ) -> None:
        """Discord does not answer; or the token has expired and the channel takes no message."""
        job = await world.claim(reply=a_reply())
        setattr(world.answers, obstacle, True)
        world.clock.advance(after)
        with capture_logs() as logs:
            failed = await world.execution.handle_error(job, MatchNotFound())
        assert isinstance(failed, Failed)
        assert (await world.job()).state is JobState.FAILED
        assert [(line["event"], line["error_id"]) for line in logs] == [
            ("job_refused", failed.error_id),
            ("failure_not_delivered", failed.error_id),
        ]
