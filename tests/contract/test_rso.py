"""RSOPort: both proofs, as fakes and as adapters against the stand-ins for Riot's servers.

What holds of any proof is asked of all four; what only a sign-in has, of those that sign in; likewise for icons.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Protocol, TypedDict
from urllib.parse import parse_qsl, urlsplit

import aiohttp
import pytest

from src.adapters.icon_proof import IconProofAdapter, IconProofSettings
from src.adapters.riot_api import RiotAPIAdapter, RiotSettings
from src.adapters.rso_adapter import RSOAdapter, RSOSettings
from src.core.domain.binding import LinkAttempt, Proof, ProvenAccount, SignInRequest
from src.core.domain.regions import Platform
from src.core.domain.riot_id import RiotId
from src.core.errors import AccountNotFound, InvalidInput, ProofPending, SignInRefused, Unavailable
from src.core.ports.rso import RSOPort
from src.sandbox.riot.generator.people import Player
from src.sandbox.riot.rso_forgeries import Forgeries
from src.sandbox.riot.sandbox import RiotSandbox
from src.sandbox.riot.world import World
from tests.fakes.icon_proof import FakeIconProof
from tests.fakes.riot_budget import FakeRiotBudget
from tests.fakes.rso import ISSUER, FakeRSO

NOBODY = RiotId(game_name="Nobody at all", tag_line="NA1")


class Callback(TypedDict, total=False):
    """What `prove` hears beside the attempt."""

    code: str
    issuer: str | None


class Prover(Protocol):
    """An implementation, and what lies beyond it: the owner of an account."""

    @property
    def port(self) -> RSOPort: ...

    @property
    def account(self) -> ProvenAccount:
        """The account that its owner proves, on the platform that Riot tells."""
        ...

    async def comply(self, request: SignInRequest) -> Callback:
        """What the owner does about a request; answers what comes of it."""
        ...

    async def go_down(self) -> None: ...


class SignOn(Prover, Protocol):
    """A proof by signing in."""

    async def stop_telling_platforms(self) -> None: ...

    async def promise_iss(self, *, promised: bool) -> None:
        """Say of every callback who sent it, or do not."""
        ...


@dataclass
class FakeSignOn:
    port: FakeRSO = field(default_factory=FakeRSO)
    cpid: Platform | None = Platform.KR

    @property
    def account(self) -> ProvenAccount:
        return ProvenAccount(
            puuid="p-1", riot_id=RiotId(game_name="Hide on bush", tag_line="KR1"), platform=Platform.KR
        )

    async def comply(self, request: SignInRequest) -> Callback:
        code = self.port.sign_in(request, self.account.puuid, self.account.riot_id, self.cpid)
        return {"code": code, "issuer": ISSUER}

    async def stop_telling_platforms(self) -> None:
        self.cpid = None

    async def promise_iss(self, *, promised: bool) -> None:
        self.port.promises_issuer = promised

    async def go_down(self) -> None:
        self.port.error = Unavailable()


@dataclass
class SandboxSignOn:
    port: RSOAdapter
    sandbox: RiotSandbox

    @property
    def account(self) -> ProvenAccount:
        return proven(self.sandbox.world.main, Proof.RSO)

    async def comply(self, request: SignInRequest) -> Callback:
        form = dict(parse_qsl(urlsplit(request.auth_url).query)) | {
            "puuid": self.sandbox.world.main.puuid,
            "decision": "allow",
        }
        url = request.auth_url.partition("?")[0]
        async with aiohttp.ClientSession() as session, session.post(url, data=form, allow_redirects=False) as answer:
            back = dict(parse_qsl(urlsplit(answer.headers["Location"]).query))
        assert back["state"] == request.state.get_secret_value()
        return {"code": back["code"], "issuer": back["iss"]}

    async def stop_telling_platforms(self) -> None:
        self.sandbox.sign_on.cpid_in_userinfo = False

    async def promise_iss(self, *, promised: bool) -> None:
        self.sandbox.sign_on.forgeries = Forgeries(
            metadata={"authorization_response_iss_parameter_supported": promised}
        )

    async def go_down(self) -> None:
        await self.sandbox.stop()


@dataclass
class FakeIcons:
    account: ProvenAccount
    port: FakeIconProof

    async def comply(self, request: SignInRequest) -> Callback:
        assert request.task is not None
        self.port.shown[self.account.puuid] = request.task.icon
        return {}

    async def go_down(self) -> None:
        self.port.error = Unavailable()


@dataclass
class SandboxIcons:
    port: IconProofAdapter
    sandbox: RiotSandbox

    @property
    def account(self) -> ProvenAccount:
        return proven(self.sandbox.world.main, Proof.ICON)

    async def comply(self, request: SignInRequest) -> Callback:
        assert request.task is not None
        assert self.sandbox.directory.set_profile_icon(self.account.puuid, request.task.icon)
        return {}

    async def go_down(self) -> None:
        await self.sandbox.stop()


def proven(player: Player, proof: Proof) -> ProvenAccount:
    return ProvenAccount(
        puuid=player.puuid,
        riot_id=RiotId(game_name=player.game_name, tag_line=player.tag_line),
        platform=Platform(player.platform.lower()),
        proof=proof,
    )


@asynccontextmanager
async def sandbox_sign_on() -> AsyncIterator[SandboxSignOn]:
    async with RiotSandbox() as sandbox:
        settings = RSOSettings(
            rso_client_id=sandbox.client.client_id,
            rso_client_secret=sandbox.client.secret,
            rso_private_key_file=None,
            rso_issuer_url=sandbox.rso_issuer_url,
            riot_api_base_url=sandbox.riot_base_url,
        )
        yield SandboxSignOn(RSOAdapter(settings), sandbox)


@asynccontextmanager
async def sandbox_icons() -> AsyncIterator[SandboxIcons]:
    budget = FakeRiotBudget()
    async with RiotSandbox(World(seed=7)) as sandbox:
        settings = RiotSettings(riot_api_key="RGAPI-icons", riot_api_base_url=sandbox.riot_base_url)
        async with RiotAPIAdapter(settings=settings, budget=budget, sleep=budget.sleep) as riot:
            yield SandboxIcons(IconProofAdapter(riot, settings=IconProofSettings()), sandbox)


@asynccontextmanager
async def fake_sign_on() -> AsyncIterator[FakeSignOn]:
    yield FakeSignOn()


@asynccontextmanager
async def fake_icons() -> AsyncIterator[FakeIcons]:
    account = ProvenAccount(
        puuid="p-1", riot_id=RiotId(game_name="Faker", tag_line="KR1"), platform=Platform.KR, proof=Proof.ICON
    )
    yield FakeIcons(account, FakeIconProof(account))


@pytest.fixture(params=[fake_sign_on, sandbox_sign_on, fake_icons, sandbox_icons], ids=lambda make: make.__name__)
async def prover(request: pytest.FixtureRequest) -> AsyncIterator[Prover]:
    async with request.param() as made:
        yield made


@pytest.fixture(params=[fake_sign_on, sandbox_sign_on], ids=lambda make: make.__name__)
async def sign_on(request: pytest.FixtureRequest) -> AsyncIterator[SignOn]:
    async with request.param() as made:
        yield made


@pytest.fixture(params=[fake_icons, sandbox_icons], ids=lambda make: make.__name__)
async def icons(request: pytest.FixtureRequest) -> AsyncIterator[Prover]:
    async with request.param() as made:
        yield made


async def begun(prover: Prover, platform: Platform = Platform.TR1) -> SignInRequest:
    return await prover.port.begin(platform, prover.account.riot_id)


def attempt_for(request: SignInRequest, platform: Platform = Platform.TR1) -> LinkAttempt:
    return LinkAttempt(
        discord_id="1",
        discord_name="somebody",
        platform=platform,
        nonce=request.nonce,
        code_verifier=request.code_verifier,
        task=request.task,
    )


async def test_every_proof_has_a_state_of_its_own(prover: Prover) -> None:
    states = {(await begun(prover)).state.get_secret_value() for _ in range(3)}

    assert len(states) == 3


async def test_who_does_what_is_asked_proves_the_account(prover: Prover) -> None:
    """The platform is the one that Riot tells, whichever was asked for."""
    request = await begun(prover)
    done = await prover.comply(request)

    assert await prover.port.prove(attempt_for(request), **done) == prover.account


@pytest.mark.attack
async def test_who_does_nothing_proves_nothing(prover: Prover) -> None:
    request = await begun(prover)

    with pytest.raises((SignInRefused, ProofPending)):
        await prover.port.prove(attempt_for(request))


@pytest.mark.attack
async def test_an_attempt_without_its_secrets_or_its_task_proves_nothing(prover: Prover) -> None:
    """Neither proof takes the other's attempts."""
    request = await begun(prover)
    done = await prover.comply(request)
    empty = LinkAttempt(discord_id="1", discord_name="somebody", platform=Platform.TR1)

    with pytest.raises(SignInRefused):
        await prover.port.prove(empty, **done)


async def test_when_riot_is_down_neither_half_hangs(prover: Prover) -> None:
    request = await begun(prover)
    done = await prover.comply(request)
    await prover.go_down()

    with pytest.raises(Unavailable):
        await prover.port.prove(attempt_for(request), **done)


async def test_every_sign_in_has_values_of_its_own(sign_on: SignOn) -> None:
    one, other = await begun(sign_on), await begun(sign_on)

    assert one.auth_url != other.auth_url
    assert one.nonce != other.nonce
    assert one.code_verifier != other.code_verifier


async def test_the_url_carries_the_state_and_not_the_verifier(sign_on: SignOn) -> None:
    request = await sign_on.port.begin(Platform.NA1)

    assert f"state={request.state.get_secret_value()}" in request.auth_url
    assert request.code_verifier.get_secret_value() not in request.auth_url


async def test_a_sign_in_needs_no_riot_id_and_is_no_task(sign_on: SignOn) -> None:
    assert (await sign_on.port.begin(Platform.NA1)).task is None


async def test_the_platform_is_the_attempts_when_rso_tells_none(sign_on: SignOn) -> None:
    await sign_on.stop_telling_platforms()
    request = await begun(sign_on)
    callback = await sign_on.comply(request)

    assert (await sign_on.port.prove(attempt_for(request), **callback)).platform is Platform.TR1


@pytest.mark.attack
async def test_a_code_works_once(sign_on: SignOn) -> None:
    request = await begun(sign_on)
    callback = await sign_on.comply(request)
    await sign_on.port.prove(attempt_for(request), **callback)

    with pytest.raises(SignInRefused):
        await sign_on.port.prove(attempt_for(request), **callback)


@pytest.mark.attack
async def test_a_made_up_code_is_refused(sign_on: SignOn) -> None:
    request = await begun(sign_on)
    callback = await sign_on.comply(request)

    with pytest.raises(SignInRefused):
        await sign_on.port.prove(attempt_for(request), code="made-up", issuer=callback["issuer"])


@pytest.mark.attack
async def test_a_code_of_another_sign_in_is_refused(sign_on: SignOn) -> None:
    mine, theirs = await begun(sign_on), await begun(sign_on)
    callback = await sign_on.comply(theirs)

    with pytest.raises(SignInRefused):
        await sign_on.port.prove(attempt_for(mine), **callback)


@pytest.mark.attack
async def test_a_nonce_of_another_sign_in_is_refused(sign_on: SignOn) -> None:
    mine, theirs = await begun(sign_on), await begun(sign_on)
    callback = await sign_on.comply(mine)
    mixed = attempt_for(mine).model_copy(update={"nonce": theirs.nonce})

    with pytest.raises(SignInRefused):
        await sign_on.port.prove(mixed, **callback)


@pytest.mark.attack
@pytest.mark.parametrize("issuer", ["https://evil.test", ""])
async def test_an_answer_of_another_issuer_or_of_none_is_refused_and_leaves_the_code_unused(
    sign_on: SignOn, issuer: str
) -> None:
    await sign_on.promise_iss(promised=True)
    request = await begun(sign_on)
    callback = await sign_on.comply(request)

    with pytest.raises(SignInRefused):
        await sign_on.port.prove(attempt_for(request), code=callback["code"], issuer=issuer)

    assert await sign_on.port.prove(attempt_for(request), **callback) == sign_on.account


async def test_an_issuer_that_promises_no_iss_may_leave_it_out(sign_on: SignOn) -> None:
    await sign_on.promise_iss(promised=False)
    request = await begun(sign_on)
    callback = await sign_on.comply(request)

    assert await sign_on.port.prove(attempt_for(request), code=callback["code"], issuer="") == sign_on.account


async def test_a_caller_who_has_not_looked_for_an_issuer_is_not_asked_for_one(sign_on: SignOn) -> None:
    await sign_on.promise_iss(promised=True)
    request = await begun(sign_on)
    callback = await sign_on.comply(request)

    assert await sign_on.port.prove(attempt_for(request), code=callback["code"]) == sign_on.account


async def test_a_task_names_the_account_and_an_icon_with_its_picture(icons: Prover) -> None:
    request = await begun(icons)

    assert request.task is not None
    assert request.task.account == icons.account
    assert f"{request.task.icon}.png" in request.auth_url
    assert request.state.get_secret_value() not in request.auth_url


async def test_a_task_needs_a_riot_id_that_somebody_has(icons: Prover) -> None:
    with pytest.raises(InvalidInput):
        await icons.port.begin(Platform.NA1)
    with pytest.raises(AccountNotFound):
        await icons.port.begin(Platform.NA1, NOBODY)


@pytest.mark.attack
async def test_the_icon_is_never_the_one_that_is_shown_already(icons: Prover) -> None:
    first = await begun(icons)
    await icons.comply(first)
    assert first.task is not None

    for _ in range(30):
        again = await begun(icons)
        assert again.task is not None
        assert again.task.icon != first.task.icon
        with pytest.raises(ProofPending):
            await icons.port.prove(attempt_for(again))


async def test_an_icon_that_is_not_there_yet_may_come(icons: Prover) -> None:
    request = await begun(icons)
    with pytest.raises(ProofPending) as pending:
        await icons.port.prove(attempt_for(request))
    assert (pending.value.retry_after or 0) > 0

    await icons.comply(request)

    assert await icons.port.prove(attempt_for(request)) == icons.account
