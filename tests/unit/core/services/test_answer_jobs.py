"""Answers that take the place of others: one at a time for a message, and not too many for a person."""

import pytest
from pydantic import SecretStr

from src.core.domain.binding import ProvenAccount
from src.core.domain.job import Job, JobState
from src.core.domain.regions import Platform
from src.core.domain.riot_id import RiotId
from src.core.errors import TooOften
from src.core.services.allowances import ANALYSES, FETCHES
from src.core.services.analysis_requests import ANALYZE_MATCH, AnalysisRequests
from src.core.services.answer_jobs import AnswerJobs
from src.core.services.job_outcomes import JobOutcomes
from src.core.services.job_submission import JobSubmission
from src.core.services.profile_requests import REFRESH_PROFILE, ProfileRequests
from tests.fakes.answers import FakeAnswers
from tests.fakes.clock import FakeClock
from tests.fakes.job_ledger import FakeJobLedger
from tests.fakes.job_queue import FakeJobQueue
from tests.fakes.jobs import a_reply
from tests.fakes.randomness import FakeRandomness
from tests.fakes.request_limits import FakeRequestLimits
from tests.fakes.user_binding import FakeUserBindingRepository


class World:
    """Both services that answer, over one ledger; two people with an account each."""

    def __init__(self, ledger: type[FakeJobLedger]) -> None:
        self.clock = FakeClock()
        self.ledger, self.queue = ledger(self.clock), FakeJobQueue()
        self.answers, self.limits = FakeAnswers(self.clock), FakeRequestLimits(self.clock)
        self.bindings = FakeUserBindingRepository(self.clock)
        jobs, outcomes = JobSubmission(self.ledger, self.queue), JobOutcomes(self.ledger, self.queue, self.answers)
        service, randomness = AnswerJobs(jobs, self.ledger, outcomes, self.limits, self.clock), FakeRandomness()
        self.analyses = AnalysisRequests(self.bindings, service, randomness)
        self.profiles = ProfileRequests(self.bindings, service, jobs, self.ledger, randomness)
        self._presses = 0

    async def analyse(self, match: str = "EUW1_7", message: str | None = "m", user: str = "ann") -> Job:
        self._presses += 1
        reply = a_reply(token=SecretStr(f"t{self._presses}"))
        return await self.analyses.submit(discord_id=user, match=match, account=None, reply=reply, replaces=message)

    async def fetch(self, message: str | None = "m", user: str = "ann") -> Job:
        self._presses += 1
        reply = a_reply(token=SecretStr(f"t{self._presses}"))
        return await self.profiles.submit(discord_id=user, account=None, reply=reply, replaces=message)

    async def run(self, job: Job) -> Job:
        held = await self.ledger.claim(job.id, worker="w", lease=30, max_deaths=5)
        assert held is not None
        return held

    async def retry(self, job: Job, delay: float) -> None:
        """A first attempt fails, and the job waits for the next."""
        held = await self.run(job)
        await self.ledger.retry_later(job.id, held.fence, delay=delay, error="Busy.", error_kind="Unavailable")


@pytest.fixture
async def world() -> World:
    return await a_world()


async def a_world(ledger: type[FakeJobLedger] = FakeJobLedger) -> World:
    world = World(ledger)
    for user in ("ann", "bob"):
        account = ProvenAccount(puuid=user, riot_id=RiotId.parse(f"{user}#EUW"), platform=Platform.EUW1)
        await world.bindings.save_binding(user, account)
    return world


async def test_a_message_gets_one_answer_at_a_time_of_whatever_kind(world: World) -> None:
    await world.run(await world.analyse())
    with pytest.raises(TooOften, match="another answer is on its way") as refused:
        await world.fetch()
    assert refused.value.retry_after == 5
    await world.fetch(message="another")
    assert [job.kind for job in world.ledger.jobs] == [ANALYZE_MATCH, REFRESH_PROFILE]


async def test_what_waits_for_its_next_attempt_gives_way_to_other_work_without_a_word(world: World) -> None:
    first = await world.analyse()
    await world.retry(first, delay=90)
    second = await world.fetch()
    assert (await world.ledger.get(first.id)).state is JobState.CANCELLED
    assert [job.id for job in world.queue.settled] == [first.id]
    assert await world.ledger.unsettled(older_than=0, limit=9) == ()
    assert world.answers.interactions == {}
    assert [hint.job_id for hint in world.queue.published] == [first.id, second.id]


async def test_the_same_work_is_left_to_its_next_attempt_which_is_told(world: World) -> None:
    """Pressing on must not pass by the wait that Riot has asked for."""
    await world.retry(await world.analyse(), delay=90)
    with pytest.raises(TooOften) as refused:
        await world.analyse()
    assert refused.value.retry_after == 90


async def test_nobody_ends_what_another_waits_for(world: World) -> None:
    first = await world.analyse(user="ann")
    await world.retry(first, delay=90)
    with pytest.raises(TooOften):
        await world.fetch(user="bob")
    assert (await world.ledger.get(first.id)).state is JobState.QUEUED


async def test_a_retry_that_has_begun_goes_on(world: World) -> None:
    first = await world.analyse()
    await world.retry(first, delay=0)
    await world.run(first)
    with pytest.raises(TooOften):
        await world.fetch()
    assert not (await world.ledger.get(first.id)).cancel_requested


class Overtaken(FakeJobLedger):
    """A worker takes the job that holds a key as soon as somebody has looked at it."""

    async def holder_of(self, idempotency_key: str) -> Job | None:
        seen = await super().holder_of(idempotency_key)
        if seen is not None:
            await self.claim(seen.id, worker="w", lease=30, max_deaths=5)
        return seen


async def test_a_retry_that_begins_at_that_moment_goes_on() -> None:
    """Whoever is told that an answer is on its way gets one."""
    world = await a_world(Overtaken)
    first = await world.analyse()
    await world.retry(first, delay=0)
    with pytest.raises(TooOften, match="another answer is on its way"):
        await world.fetch()
    begun = await world.ledger.get(first.id)
    assert (begun.state, begun.cancel_requested) == (JobState.RUNNING, False)


async def test_nobody_hears_of_what_gave_way_when_its_end_is_put_out_later(world: World) -> None:
    """Redis is away, and the reconciler makes up for it: the message has its new answer by then."""
    await world.retry(await world.analyse(), delay=90)
    world.queue.is_down = True
    await world.fetch()
    world.queue.is_down = False
    unsettled = await world.ledger.unsettled(older_than=0, limit=9)
    await JobOutcomes(world.ledger, world.queue, world.answers).settle(unsettled)
    assert len(unsettled) == 1
    assert world.answers.interactions == {}


async def test_presses_that_are_refused_as_an_answer_is_on_its_way_cost_nothing(world: World) -> None:
    await world.fetch()
    for _ in range(2 * FETCHES.per_minute):
        with pytest.raises(TooOften, match="another answer is on its way"):
            await world.fetch()
    for number in range(FETCHES.per_minute - 1):
        await world.fetch(message=f"m{number}")


async def test_whoever_is_refused_loses_no_retry(world: World) -> None:
    first = await world.analyse()
    await world.retry(first, delay=90)
    for number in range(FETCHES.per_minute):
        await world.fetch(message=f"m{number}")
    with pytest.raises(TooOften):
        await world.fetch()
    assert (await world.ledger.get(first.id)).state is JobState.QUEUED


@pytest.mark.parametrize("message", ["m", None])
async def test_whoever_asks_many_times_a_minute_waits(world: World, message: str | None) -> None:
    """Commands and presses alike."""
    for number in range(FETCHES.per_minute):
        await world.fetch(message and f"{message}{number}")
        world.clock.advance(1)
    with pytest.raises(TooOften) as refused:
        await world.fetch("one more")
    assert refused.value.retry_after == 60 - FETCHES.per_minute
    assert len(world.ledger.jobs) == FETCHES.per_minute
    await world.fetch("hers", user="bob")
    for number in range(ANALYSES.per_minute):
        await world.analyse(message=f"a{number}")
    with pytest.raises(TooOften):
        await world.analyse(message=None)
    world.clock.advance(60)
    await world.fetch("one more")
    await world.analyse(message=None)


async def test_without_the_counter_nobody_is_turned_away(world: World) -> None:
    world.limits.is_down = True
    for number in range(2 * FETCHES.per_minute):
        await world.fetch(f"m{number}")
