"""Requests for a player's latest matches: of a person who waits, and of a link that was made."""

import pytest
from pydantic import SecretStr

from src.adapters.celery_queue.settings import BACKGROUND_QUEUES
from src.core.domain.answer_key import account_mark
from src.core.domain.binding import ProvenAccount
from src.core.domain.job import Job, JobState, Lane, NewJob
from src.core.domain.regions import Platform
from src.core.domain.riot_id import RiotId
from src.core.errors import BindingNotFound, TooOften
from src.core.services.allowances import FETCHES
from src.core.services.job_submission import JobSubmission
from src.core.services.profile_requests import LINK_QUEUE, REFRESH_PROFILE, REFRESH_QUEUE, ProfileRequests
from tests.fakes.answer_jobs import answer_jobs
from tests.fakes.clock import FakeClock
from tests.fakes.job_ledger import FakeJobLedger
from tests.fakes.job_queue import FakeJobQueue
from tests.fakes.jobs import a_reply
from tests.fakes.randomness import FakeRandomness
from tests.fakes.user_binding import FakeUserBindingRepository

MAIN = ProvenAccount(puuid="main", riot_id=RiotId.parse("Hide on bush#KR1"), platform=Platform.KR)
OTHER = ProvenAccount(puuid="other", riot_id=RiotId.parse("Smurf#EUW"), platform=Platform.EUW1)


class World:
    """The service with fakes around it."""

    def __init__(self) -> None:
        clock = FakeClock()
        self.queue, self.ledger, self.bindings = FakeJobQueue(), FakeJobLedger(clock), FakeUserBindingRepository(clock)
        self.requests = ProfileRequests(
            self.bindings,
            answer_jobs(self.ledger, self.queue, clock),
            JobSubmission(self.ledger, self.queue),
            self.ledger,
            FakeRandomness(),
        )

    async def submit(
        self, account: str | None = None, press: str = "one", replaces: str | None = None, *, after_link: bool = False
    ) -> Job:
        reply = a_reply(token=SecretStr(press))
        return await self.requests.submit(
            discord_id="4242", account=account, reply=reply, replaces=replaces, after_link=after_link
        )

    async def link(self, account: ProvenAccount) -> NewJob:
        """Link an account, and answer the job that comes with it."""
        job = self.requests.for_link(account)
        await self.ledger.submit([job])
        await self.requests.announce([job])
        return job


@pytest.fixture
async def world() -> World:
    """Somebody with two accounts."""
    world = World()
    for account in (MAIN, OTHER):
        await world.bindings.save_binding("4242", account)
    return world


async def test_a_person_who_waits_goes_ahead_of_the_background(world: World) -> None:
    job = await world.submit()
    assert (job.kind, job.queue, job.lane) == (REFRESH_PROFILE, REFRESH_QUEUE, Lane.INTERACTIVE)
    assert job.arguments == {"puuid": "main", "platform": "kr"}
    assert (job.owner, job.reply) == ("4242", a_reply(token=SecretStr("one")))
    assert [hint.job_id for hint in world.queue.published] == [job.id]


async def test_a_button_names_its_account_by_the_mark(world: World) -> None:
    assert (await world.submit(account_mark("other"))).arguments == {"puuid": "other", "platform": "euw1"}
    await world.bindings.remove_binding("4242", "other")
    with pytest.raises(BindingNotFound):
        await world.submit(account_mark("other"))


async def test_the_same_interaction_is_one_job_and_the_next_one_another(world: World) -> None:
    first = await world.submit(press="one")
    assert (await world.submit(press="one")).id == first.id
    assert (await world.submit(press="two")).id != first.id


async def test_the_job_of_a_link_is_nobodys_and_waits_for_people(world: World) -> None:
    job = world.requests.for_link(OTHER)
    assert (job.kind, job.arguments) == (REFRESH_PROFILE, {"puuid": "other", "platform": "euw1"})
    assert (job.lane, job.queue, job.owner, job.reply) == (Lane.BACKGROUND, LINK_QUEUE, None, None)
    assert LINK_QUEUE in BACKGROUND_QUEUES
    assert world.ledger.jobs == (), "it is written with the link"


async def test_an_account_that_is_linked_again_is_fetched_once(world: World) -> None:
    for account in (OTHER, OTHER, MAIN):
        await world.link(account)
    assert [job.arguments["puuid"] for job in world.ledger.jobs] == ["other", "main"]
    assert [hint.job_id for hint in world.queue.published] == [job.id for job in world.ledger.jobs]


async def test_matches_are_coming_until_the_job_of_the_link_has_ended(world: World) -> None:
    assert not await world.requests.are_coming("other")
    job = await world.link(OTHER)
    assert await world.requests.are_coming("other")
    assert not await world.requests.are_coming("main")
    await world.ledger.cancel(job.id)
    assert not await world.requests.are_coming("other")


async def test_what_a_link_is_fetching_is_waited_for_and_a_press_waits_no_longer(world: World) -> None:
    link = await world.link(MAIN)
    held = await world.ledger.claim(link.id, worker="w", lease=30, max_deaths=5)
    job = await world.submit(press="one", replaces="m", after_link=True)
    assert (job.follows, job.follows_any_end, job.next_attempt_at) == (link.id, True, None)
    assert await world.ledger.get(link.id) == held, "it goes on"
    pressed = await world.submit(press="two", replaces="m")
    assert pressed.follows is None
    assert (await world.ledger.get(job.id)).state is JobState.CANCELLED


@pytest.mark.parametrize("is_retry", [True, False])
async def test_a_link_that_waits_its_turn_gives_way_to_whoever_asks(world: World, *, is_retry: bool) -> None:
    """Background work may wait for minutes on a busy key; the person does all of it, and at once."""
    link = await world.link(MAIN)
    if is_retry:
        held = await world.ledger.claim(link.id, worker="w", lease=30, max_deaths=5)
        assert held is not None
        await world.ledger.give_back(link.id, held.fence, delay=90)
    job = await world.submit(after_link=True)
    assert (await world.ledger.get(link.id)).state is JobState.CANCELLED
    assert [settled.id for settled in world.queue.settled] == [link.id]
    assert world.queue.published[-1].job_id == job.id
    assert await world.ledger.claim(job.id, worker="w", lease=30, max_deaths=5) is not None


async def test_whoever_is_refused_takes_nothing_from_the_link(world: World) -> None:
    link = await world.link(MAIN)
    for number in range(FETCHES.per_minute):
        await world.submit(press=str(number))
    with pytest.raises(TooOften):
        await world.submit(press="more", after_link=True)
    assert (await world.ledger.get(link.id)).state is JobState.QUEUED


async def test_without_such_a_link_nothing_is_waited_for(world: World) -> None:
    await world.link(OTHER)
    assert (await world.submit(after_link=True)).follows is None


async def test_a_link_is_none_the_worse_if_its_job_cannot_be_announced(world: World) -> None:
    world.ledger.is_down = True
    await world.requests.announce([world.requests.for_link(MAIN)])
    assert world.queue.published == []
