"""AccountLinking: proven at Riot, parked, and saved only when the person says so."""

import asyncio
from dataclasses import dataclass, field
from datetime import UTC, datetime

import pytest
from pydantic import SecretStr

from src.core.domain.binding import SignInRequest, one_time_hash
from src.core.domain.reply import Reply
from src.core.domain.riot_id import RiotId
from src.core.errors import AccountTaken, ReplyExpired, SignInRefused, Unavailable
from src.core.ports.answers import Answers
from src.core.services import account_linking
from src.core.services.account_linking import AccountLinking
from src.core.services.user_binding import UserBindingService
from tests.fakes.answers import FakeAnswers
from tests.fakes.clock import FakeClock
from tests.fakes.rso import FakeRSO
from tests.fakes.secrets import FakeSecretSource
from tests.fakes.user_binding import FakeUserBindingRepository

NAME = RiotId(game_name="Hide on bush", tag_line="KR1")
REPLY = Reply(
    application_id="1", token=SecretStr("t"), expires_at=datetime(2027, 1, 1, tzinfo=UTC), channel_id="2", user_id="1"
)


@dataclass
class World:
    """The web flow with fakes behind it."""

    clock: FakeClock = field(default_factory=FakeClock)
    rso: FakeRSO = field(default_factory=FakeRSO)

    def __post_init__(self) -> None:
        self.discord = FakeAnswers(self.clock)
        self.database = FakeUserBindingRepository(self.clock)
        self.binding = UserBindingService(self.database, self.rso)
        self.linking = self.linking_with(self.discord)

    def linking_with(self, answers: Answers) -> AccountLinking:
        return AccountLinking(binding=self.binding, database=self.database, secrets=FakeSecretSource(), answers=answers)

    def told(self) -> list[str]:
        """What the answer of /bind has said."""
        return [text for shown in self.discord.interactions.values() for text in shown.texts]

    async def callback(self, discord_id: str = "1", reply: Reply | None = REPLY) -> tuple[str, str]:
        begun = await self.binding.initiate_binding(discord_id, "na1", discord_name="somebody", reply=reply)
        state = begun.auth_url.rpartition("state=")[2]
        attempt, _ = self.database.attempts[one_time_hash(state)]
        request = SignInRequest(
            auth_url=begun.auth_url, state=SecretStr(state), nonce=attempt.nonce, code_verifier=attempt.code_verifier
        )
        return self.rso.sign_in(request, "p-1", NAME), state

    async def proven(self, discord_id: str = "1", reply: Reply | None = REPLY) -> str:
        """The token of a link that waits for its confirmation."""
        received = await self.linking.receive_callback(*await self.callback(discord_id, reply))
        return received.token.get_secret_value()


@pytest.fixture
def world() -> World:
    return World()


async def test_a_callback_links_nothing_by_itself(world: World) -> None:
    received = await world.linking.receive_callback(*await world.callback())

    assert received.link.discord_name == "somebody"
    assert received.link.account.riot_id == NAME
    assert await world.binding.get_binding("1") is None
    assert world.told() == []


async def test_the_token_is_stored_as_a_hash_only(world: World) -> None:
    token = await world.proven()

    assert list(world.database.pending) == [one_time_hash(token)]
    assert token not in repr(await world.linking.receive_callback(*await world.callback("2")))


async def test_looking_at_a_waiting_link_leaves_it_waiting(world: World) -> None:
    token = await world.proven()

    assert await world.linking.pending(token) == await world.linking.pending(token)
    assert await world.binding.get_binding("1") is None


async def test_a_confirmation_saves_and_tells_discord(world: World) -> None:
    binding = await world.linking.confirm(await world.proven())

    assert await world.binding.get_binding("1") == binding
    assert world.told() == ["Linked: Hide on bush#KR1 (NA1). Try /analyze."]


async def test_a_confirmation_counts_once(world: World) -> None:
    token = await world.proven()
    await world.linking.confirm(token)

    for again in (world.linking.confirm, world.linking.refuse, world.linking.pending):
        with pytest.raises(SignInRefused):
            await again(token)


async def test_a_confirmation_after_ten_minutes_is_refused(world: World) -> None:
    token = await world.proven()
    world.clock.advance(600)

    with pytest.raises(SignInRefused):
        await world.linking.confirm(token)

    assert await world.binding.get_binding("1") is None


async def test_a_guessed_token_confirms_nothing(world: World) -> None:
    await world.proven()

    with pytest.raises(SignInRefused):
        await world.linking.confirm("guessed")

    assert await world.binding.get_binding("1") is None


async def test_a_refusal_deletes_what_waited_and_tells_discord(world: World) -> None:
    await world.linking.refuse(await world.proven())

    assert not world.database.pending
    assert await world.binding.get_binding("1") is None
    (text,) = world.told()
    assert "Not linked" in text


@pytest.mark.parametrize("trouble", [ReplyExpired(), Unavailable(), RuntimeError("a defect")])
async def test_a_notice_that_fails_does_not_fail_the_link(world: World, trouble: Exception) -> None:
    class Failing(FakeAnswers):
        async def deliver_notice(self, reply: Reply, text: str) -> None:
            raise trouble

    linking = world.linking_with(Failing(world.clock))
    received = await linking.receive_callback(*await world.callback())

    assert await linking.confirm(received.token.get_secret_value()) == await world.binding.get_binding("1")


async def test_a_discord_that_hangs_does_not_keep_the_browser_waiting(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Hanging(FakeAnswers):
        async def deliver_notice(self, reply: Reply, text: str) -> None:
            await asyncio.Event().wait()

    monkeypatch.setattr(account_linking, "_NOTICE_WITHIN", 0.01)
    linking = world.linking_with(Hanging(world.clock))
    received = await linking.receive_callback(*await world.callback())

    assert (await linking.confirm(received.token.get_secret_value())).puuid == "p-1"


async def test_without_a_reply_nobody_is_told(world: World) -> None:
    await world.linking.confirm(await world.proven(reply=None))

    assert world.told() == []


async def test_an_account_of_somebody_else_is_not_taken_over(world: World) -> None:
    mine = await world.linking.confirm(await world.proven("1"))

    with pytest.raises(AccountTaken):
        await world.linking.confirm(await world.proven("2"))

    assert await world.binding.get_binding("1") == mine


async def test_a_sign_in_that_was_cancelled_is_over(world: World) -> None:
    code, state = await world.callback()

    await world.linking.sign_in_failed(state)

    with pytest.raises(SignInRefused):
        await world.linking.receive_callback(code, state)
    (text,) = world.told()
    assert "Not linked" in text


async def test_a_cancelled_sign_in_that_nobody_began_is_ignored(world: World) -> None:
    await world.callback()

    await world.linking.sign_in_failed("guessed")

    assert len(world.database.attempts) == 1
    assert world.told() == []
