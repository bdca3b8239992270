"""Requests for an analysis: who asks, about which account and match."""

from dataclasses import dataclass, field

import pytest
from pydantic import SecretStr

from src.core.domain.answer_key import account_mark
from src.core.domain.binding import ProvenAccount
from src.core.domain.job import Job, JobState, Lane
from src.core.domain.regions import Platform
from src.core.domain.riot_id import RiotId
from src.core.errors import BindingNotFound, InvalidInput, Unavailable
from src.core.services.analysis_requests import ANALYZE_MATCH, ANALYZE_QUEUE, AnalysisRequests
from tests.fakes.answer_jobs import answer_jobs
from tests.fakes.clock import FakeClock
from tests.fakes.job_ledger import FakeJobLedger
from tests.fakes.job_queue import FakeJobQueue
from tests.fakes.jobs import a_reply
from tests.fakes.randomness import FakeRandomness
from tests.fakes.user_binding import FakeUserBindingRepository

MAIN = ProvenAccount(puuid="Puuid-Main", riot_id=RiotId.parse("Hide on bush#KR1"), platform=Platform.KR)
OTHER = ProvenAccount(puuid="Puuid-Other", riot_id=RiotId.parse("Smurf#EUW"), platform=Platform.EUW1)


@dataclass
class World:
    """The service with fakes around it."""

    clock: FakeClock = field(default_factory=FakeClock)
    queue: FakeJobQueue = field(default_factory=FakeJobQueue)
    bindings: FakeUserBindingRepository = field(init=False)
    ledger: FakeJobLedger = field(init=False)
    requests: AnalysisRequests = field(init=False)

    def __post_init__(self) -> None:
        self.bindings = FakeUserBindingRepository(self.clock)
        self.ledger = FakeJobLedger(self.clock)
        self.requests = AnalysisRequests(
            self.bindings, answer_jobs(self.ledger, self.queue, self.clock), FakeRandomness()
        )

    async def submit(self, match: str | None = None, account: str | None = None, token: str = "t1") -> Job:  # noqa: S107
        return await self.requests.submit(
            discord_id="4242", match=match, account=account, reply=a_reply(token=SecretStr(token))
        )

    async def press(self, message: str, token: str, account: str | None = None) -> Job:
        """As the controls under an answer do."""
        return await self.requests.submit(
            discord_id="4242", match="KR_7", account=account, reply=a_reply(token=SecretStr(token)), replaces=message
        )


@pytest.fixture
async def world() -> World:
    """Somebody with two accounts."""
    world = World()
    await world.bindings.save_binding("4242", MAIN)
    world.clock.advance(1)
    await world.bindings.save_binding("4242", OTHER)
    return world


async def test_a_request_becomes_a_job_ahead_of_the_background(world: World) -> None:
    job = await world.submit("kr_7")
    assert (job.kind, job.queue, job.lane) == (ANALYZE_MATCH, ANALYZE_QUEUE, Lane.INTERACTIVE)
    assert job.arguments == {"puuid": "Puuid-Main", "platform": "kr", "match_id": "KR_7", "details": False}
    assert (job.owner, job.reply) == ("4242", a_reply(token=SecretStr("t1")))
    assert [hint.job_id for hint in world.queue.published] == [job.id]


@pytest.mark.parametrize("match", [None, "", "  "])
async def test_no_match_means_the_last_one(world: World, match: str | None) -> None:
    assert (await world.submit(match)).arguments["match_id"] is None


@pytest.mark.parametrize("account", [None, "", "  ", "hide ON bush#kr1", "puuid-MAIN"])
async def test_no_account_means_the_main_one(world: World, account: str | None) -> None:
    assert (await world.submit(account=account)).arguments["puuid"] == "Puuid-Main"


@pytest.mark.parametrize("account", ["Smurf#EUW", " smurf#euw ", "Puuid-Other"])
async def test_another_account_is_named_by_riot_id_or_puuid(world: World, account: str) -> None:
    job = await world.submit(account=account)
    assert (job.arguments["puuid"], job.arguments["platform"]) == ("Puuid-Other", "euw1")


async def test_an_account_that_is_not_linked_is_refused(world: World) -> None:
    with pytest.raises(BindingNotFound, match="Faker#KR1 is not among your linked accounts"):
        await world.submit(account="Faker#KR1")
    assert world.ledger.jobs == ()


async def test_whoever_has_linked_nothing_is_told() -> None:
    world = World()
    with pytest.raises(BindingNotFound, match="No Riot account is linked yet"):
        await world.submit()
    assert world.ledger.jobs == ()


async def test_a_malformed_match_id_is_refused(world: World) -> None:
    with pytest.raises(InvalidInput):
        await world.submit("my last game")
    assert world.ledger.jobs == ()


async def test_the_same_interaction_submitted_twice_is_one_job(world: World) -> None:
    first, again = await world.submit(), await world.submit()
    assert again.id == first.id
    assert len(world.ledger.jobs) == 1
    assert len(world.queue.published) == 1


async def test_two_interactions_are_two_jobs(world: World) -> None:
    assert (await world.submit(token="t1")).id != (await world.submit(token="t2")).id


async def test_an_account_is_named_by_its_mark_as_long_as_it_is_linked(world: World) -> None:
    job = await world.press("88", "t1", account_mark("Puuid-Other"))
    assert job.arguments["puuid"] == "Puuid-Other"
    with pytest.raises(BindingNotFound, match="unlinked, or Riot has given it another id"):
        await world.press("99", "t2", account_mark("Puuid-Gone"))


async def test_the_token_shows_in_neither_arguments_nor_key(world: World) -> None:
    job = await world.submit(token="secret-token")
    assert "secret-token" not in f"{job.arguments} {job.idempotency_key} {job!r}"


async def test_a_request_is_safe_when_the_broker_is_down(world: World) -> None:
    world.queue.is_down = True
    job = await world.submit()
    assert (await world.ledger.get(job.id)).state is JobState.QUEUED


async def test_without_the_database_there_is_no_job(world: World) -> None:
    world.bindings.is_down = True
    with pytest.raises(Unavailable):
        await world.submit()
    assert world.queue.published == []


def test_the_smallest_documented_worker_serves_players() -> None:
    """A worker with `WORKER_QUEUE=matches,ai,default`, as documented, answers `/analyze`."""
    assert ANALYZE_QUEUE in {"matches", "ai", "default"}
