"""IconProofAdapter: which icon it names, of which account, and what it takes for a proof."""

import asyncio
import random
from collections import deque
from collections.abc import AsyncIterator
from dataclasses import dataclass, field

import pytest
from pydantic import ValidationError

from src.adapters.icon_proof import IconProofAdapter, IconProofSettings
from src.adapters.riot_api import RiotAPIAdapter, RiotSettings
from src.core.domain.account import Account, Summoner
from src.core.domain.binding import IconTask, LinkAttempt, Proof, ProvenAccount, SignInRequest
from src.core.domain.regions import Platform
from src.core.domain.riot_id import RiotId
from src.core.domain.starter_icons import STARTER_ICONS
from src.core.errors import (
    AccountNotFound,
    ChimeraError,
    ProofPending,
    RateLimited,
    RiotKeyRejected,
    SignInRefused,
    Unavailable,
)
from src.sandbox.riot.sandbox import RiotSandbox
from src.sandbox.riot.world import World
from tests.fakes.riot_api import FakeRiotApi
from tests.fakes.riot_budget import FakeRiotBudget
from tests.unit.adapters.riot_api.scripted_riot import Reply, scripted_riot

FAKER = RiotId(game_name="Faker", tag_line="KR1")
SETTINGS = IconProofSettings(ddragon_base_url="https://pictures.test", ddragon_version="16.12.1")


@dataclass
class Town:
    """Riot in memory with one account, "p", that plays in Korea and shows an icon."""

    riot: FakeRiotApi = field(
        default_factory=lambda: FakeRiotApi(accounts=[Account(puuid="p", riot_id=FAKER)], summoners=[summoner(3)])
    )

    @property
    def proof(self) -> IconProofAdapter:
        return IconProofAdapter(self.riot, settings=SETTINGS)

    def show(self, icon: int) -> None:
        self.riot.summoners = [summoner(icon)]

    async def task(self, platform: Platform = Platform.KR) -> IconTask:
        return task_of(await self.proof.begin(platform, FAKER))


def summoner(icon: int) -> Summoner:
    return Summoner(puuid="p", platform=Platform.KR, profile_icon_id=icon, level=30)


def task_of(request: SignInRequest) -> IconTask:
    assert request.task is not None
    return request.task


def attempt_for(task: IconTask | None) -> LinkAttempt:
    return LinkAttempt(discord_id="1", discord_name="somebody", platform=Platform.NA1, task=task)


@pytest.fixture
def town() -> Town:
    return Town()


@pytest.mark.parametrize("present", [0, 3, 28, 5000])
async def test_it_names_any_icon_that_every_account_has_but_the_present_one(town: Town, present: int) -> None:
    town.show(present)

    named = {(await town.task()).icon for _ in range(600)}

    assert named == set(STARTER_ICONS) - {present}


@pytest.mark.attack
def test_the_choice_cannot_be_foretold_from_earlier_ones() -> None:
    """A generator with a state would tell its next choices to who sees enough of them."""
    with pytest.raises(NotImplementedError):
        IconProofAdapter(FakeRiotApi())._random.getstate()


async def test_a_test_may_choose(town: Town) -> None:
    def adapter() -> IconProofAdapter:
        return IconProofAdapter(town.riot, random=random.Random(7), settings=SETTINGS)

    first = await adapter().begin(Platform.KR, FAKER)
    second = await adapter().begin(Platform.KR, FAKER)

    assert task_of(first) == task_of(second)


async def test_the_name_of_an_attempt_has_256_bits(town: Town) -> None:
    request = await town.proof.begin(Platform.KR, FAKER)

    assert len(request.state.get_secret_value()) >= 43


async def test_the_picture_is_data_dragons(town: Town) -> None:
    request = await town.proof.begin(Platform.KR, FAKER)

    assert request.task is not None
    assert request.auth_url == f"https://pictures.test/cdn/16.12.1/img/profileicon/{request.task.icon}.png"


def test_pictures_come_from_where_the_environment_says(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DDRAGON_BASE_URL", "http://127.0.0.1:9/dragon/")
    monkeypatch.setenv("DDRAGON_VERSION", "17.1.1")

    assert IconProofSettings().picture(28) == "http://127.0.0.1:9/dragon/cdn/17.1.1/img/profileicon/28.png"


@pytest.mark.parametrize(("name", "value"), [("ddragon_base_url", "ftp://x"), ("ddragon_version", "latest/..")])
def test_a_bad_setting_is_refused(name: str, value: str) -> None:
    with pytest.raises(ValidationError):
        IconProofSettings(**{name: value})  # type: ignore[arg-type]


async def test_the_account_is_looked_at_where_it_plays(town: Town) -> None:
    task = await town.task(Platform.EUW1)

    assert task.account == ProvenAccount(puuid="p", riot_id=FAKER, platform=Platform.KR, proof=Proof.ICON)
    assert ("summoner", "p", "kr") in town.riot.calls


async def test_where_riot_does_not_say_it_is_the_platform_asked_for(town: Town) -> None:
    """An account on a platform that is not known here, for one."""
    town.riot.summoners = []

    with pytest.raises(AccountNotFound, match="EUW1"):
        await town.task(Platform.EUW1)

    assert town.riot.calls[-1] == ("summoner", "p", "euw1")


async def test_a_riot_id_is_written_as_riot_writes_it(town: Town) -> None:
    request = await town.proof.begin(Platform.KR, RiotId(game_name="fAkEr", tag_line="kr1"))

    assert task_of(request).account.riot_id == FAKER


async def test_an_account_without_a_name_keeps_the_one_it_was_asked_by(town: Town) -> None:
    task = await town.task()
    town.riot.accounts = [Account(puuid="p", riot_id=None)]
    town.show(task.icon)

    assert (await town.proof.prove(attempt_for(task))).riot_id == FAKER


async def test_a_proof_carries_the_present_riot_id(town: Town) -> None:
    task = await town.task()
    renamed = RiotId(game_name="Hide on bush", tag_line="KR1")
    town.riot.accounts = [Account(puuid="p", riot_id=renamed)]
    town.show(task.icon)

    proven = await town.proof.prove(attempt_for(task))

    assert proven == ProvenAccount(puuid="p", riot_id=renamed, platform=Platform.KR, proof=Proof.ICON)


@pytest.mark.parametrize("gone", ["accounts", "summoners"])
async def test_an_account_that_is_gone_meanwhile_is_refused(town: Town, gone: str) -> None:
    task = await town.task()
    town.show(task.icon)
    setattr(town.riot, gone, [])

    with pytest.raises(SignInRefused):
        await town.proof.prove(attempt_for(task))


@pytest.mark.parametrize("error", [RateLimited(retry_after=9), Unavailable(), RiotKeyRejected()])
async def test_riots_troubles_are_no_verdict(town: Town, error: ChimeraError) -> None:
    task = await town.task()
    for method in ("summoner", "account_by_puuid"):
        town.show(task.icon)
        town.riot.error_for = {method: error}
        with pytest.raises(type(error)):
            await town.proof.prove(attempt_for(task))
    town.riot.error_for = {}
    town.riot.errors = deque([error])
    with pytest.raises(type(error)):
        await town.task()


@pytest.mark.attack
async def test_an_icon_never_counts_for_a_sign_in(town: Town) -> None:
    """A link that rests on a sign-in is not undone by an icon, whatever an attempt says of itself."""
    task = await town.task()
    town.show(task.icon)
    dressed_up = task.model_copy(update={"account": task.account.model_copy(update={"proof": Proof.RSO})})

    assert (await town.proof.prove(attempt_for(dressed_up))).proof is Proof.ICON


@pytest.mark.attack
async def test_a_callback_of_a_sign_in_is_no_icon(town: Town) -> None:
    with pytest.raises(SignInRefused):
        await town.proof.prove(attempt_for(None), code="a-code", issuer="https://auth.riotgames.com")

    assert town.riot.calls == []


@pytest.mark.attack
async def test_the_answer_to_an_earlier_question_proves_nothing() -> None:
    """Somebody asked just before, while the icon that is now named was still shown, and Riot answers late."""
    account = ProvenAccount(puuid="p", riot_id=FAKER, platform=Platform.KR, proof=Proof.ICON)
    task = IconTask(account=account, icon=5)
    before, now = (b'{"puuid":"p","profileIconId":%d,"summonerLevel":30}' % icon for icon in (5, 9))
    async with scripted_riot() as server:
        server.reply(Reply(body=before, how="slow"), Reply(body=now))
        settings = RiotSettings(riot_api_key="RGAPI-icons", riot_api_base_url=server.base_url)
        async with RiotAPIAdapter(settings=settings, budget=FakeRiotBudget()) as riot:
            asking = asyncio.create_task(riot.summoner("p", Platform.KR))
            await server.asked.wait()

            with pytest.raises(ProofPending):
                await IconProofAdapter(riot, settings=SETTINGS).prove(attempt_for(task))

            asking.cancel()
            await asyncio.gather(asking, return_exceptions=True)


@dataclass
class Live:
    """The adapter, the real Riot adapter behind it and the stand-in behind that."""

    sandbox: RiotSandbox
    proof: IconProofAdapter
    budget: FakeRiotBudget

    def set_icon(self, puuid: str, icon: int) -> None:
        assert self.sandbox.directory.set_profile_icon(puuid, icon)

    async def begin(self) -> IconTask:
        main = self.sandbox.world.main
        riot_id = RiotId(game_name=main.game_name, tag_line=main.tag_line)
        return task_of(await self.proof.begin(Platform.EUW1, riot_id))


@pytest.fixture
async def live() -> AsyncIterator[Live]:
    budget = FakeRiotBudget()
    async with RiotSandbox(World(seed=7)) as sandbox:
        settings = RiotSettings(riot_api_key="RGAPI-icons", riot_api_base_url=sandbox.riot_base_url)
        async with RiotAPIAdapter(settings=settings, budget=budget, sleep=budget.sleep) as riot:
            yield Live(sandbox, IconProofAdapter(riot, settings=SETTINGS), budget)


async def test_the_owner_sets_the_icon_and_is_believed(live: Live) -> None:
    task = await live.begin()
    live.set_icon(task.account.puuid, task.icon)

    assert await live.proof.prove(attempt_for(task)) == task.account


async def test_every_question_takes_its_turn_in_the_budget(live: Live) -> None:
    task = await live.begin()
    live.set_icon(task.account.puuid, task.icon)
    await live.proof.prove(attempt_for(task))

    assert [(host, method) for host, method, _ in live.budget.acquired] == [
        ("europe", "account-v1.by-riot-id"),
        ("europe", "account-v1.active-region"),
        ("na1", "summoner-v4.by-puuid"),
        ("na1", "summoner-v4.by-puuid"),
        ("americas", "account-v1.by-puuid"),
    ]


@pytest.mark.attack
async def test_another_icon_is_none(live: Live) -> None:
    task = await live.begin()
    live.set_icon(task.account.puuid, (task.icon + 1) % len(STARTER_ICONS))

    with pytest.raises(ProofPending):
        await live.proof.prove(attempt_for(task))


@pytest.mark.attack
async def test_the_icon_on_another_account_is_none(live: Live) -> None:
    task = await live.begin()
    live.set_icon(live.sandbox.world.partner.puuid, task.icon)

    with pytest.raises(ProofPending):
        await live.proof.prove(attempt_for(task))


@pytest.mark.attack
async def test_an_icon_that_was_there_and_is_gone_is_none(live: Live) -> None:
    task = await live.begin()
    live.set_icon(task.account.puuid, task.icon)
    live.set_icon(task.account.puuid, live.sandbox.world.main.profile_icon_id)

    with pytest.raises(ProofPending):
        await live.proof.prove(attempt_for(task))
