"""What holds of every way to answer."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Protocol

import pytest
from pydantic import SecretStr

from src.adapters.discord_messages import DiscordAnswers, DiscordSettings
from src.adapters.discord_messages.answers import Patience
from src.core.domain.job import Progress
from src.core.domain.reply import Reply
from src.core.errors import AccountNotFound, ReplyExpired, Unavailable
from src.core.ports.answers import Answers
from tests.fakes.analyses import an_analysis
from tests.fakes.answers import FakeAnswers
from tests.fakes.clock import FakeClock
from tests.fakes.discord_api import FakeDiscordApi, Scripted
from tests.fakes.gold_chart import ONE_PIXEL

LIFETIME_S = 900


class World(Protocol):
    """Answers, and what people see of them."""

    clock: FakeClock

    @property
    def answers(self) -> Answers: ...

    def shown(self, reply: Reply) -> list[str]:
        """Every text the interaction's answer has had, the present one last."""
        ...

    def posted(self, reply: Reply) -> list[str]:
        """The messages in the reply's channel."""
        ...

    def take_discord_down(self) -> None: ...


@dataclass
class InMemory:
    clock: FakeClock
    answers: FakeAnswers

    def shown(self, reply: Reply) -> list[str]:
        shown = self.answers.interactions.get(reply.token.get_secret_value())
        return shown.texts if shown else []

    def posted(self, reply: Reply) -> list[str]:
        return self.answers.channels.get(str(reply.channel_id), [])

    def take_discord_down(self) -> None:
        self.answers.is_down = True


@dataclass
class OverHttp:
    clock: FakeClock
    answers: DiscordAnswers
    api: FakeDiscordApi = field(default_factory=FakeDiscordApi)

    def shown(self, reply: Reply) -> list[str]:
        token = reply.token.get_secret_value()
        return [sent.text for sent in self.api.sent if sent.method == "PATCH" and token in sent.path]

    def posted(self, reply: Reply) -> list[str]:
        return [sent.text for sent in self.api.channels[str(reply.channel_id)]]

    def take_discord_down(self) -> None:
        self.api.always = Scripted(503, "upstream connect error")


@pytest.fixture(params=["fake", "discord"])
async def world(request: pytest.FixtureRequest) -> AsyncIterator[World]:
    clock = FakeClock()
    async with AsyncExitStack() as stack:
        if request.param == "fake":
            yield InMemory(clock, FakeAnswers(clock))
            return
        api = FakeDiscordApi()
        base = await stack.enter_async_context(api.serve())
        settings = DiscordSettings(discord_api_base_url=base, discord_bot_token=SecretStr("bot"), _env_file=None)
        answers = DiscordAnswers(clock, settings, patience=Patience(attempts=2, backoff=0.001))
        stack.push_async_callback(answers.close)
        yield OverHttp(clock, answers, api)


@pytest.fixture
def reply(world: World) -> Reply:
    return _reply(world)


def _reply(
    world: World, *, interaction: str = "first", ephemeral: bool = False, channel_id: str | None = "77"
) -> Reply:
    return Reply(
        application_id="5",
        token=SecretStr(interaction),
        expires_at=world.clock.now() + timedelta(seconds=LIFETIME_S),
        channel_id=channel_id,
        user_id="9",
        ephemeral=ephemeral,
    )


async def test_a_delivered_analysis_is_seen(world: World, reply: Reply) -> None:
    await world.answers.deliver_analysis(reply, an_analysis(), ONE_PIXEL)
    assert "Ahri" in world.shown(reply)[-1]
    assert "EUW1" in world.shown(reply)[-1]


async def test_delivering_twice_leaves_one_message(world: World, reply: Reply) -> None:
    for _ in range(2):
        await world.answers.deliver_analysis(reply, an_analysis(), None)
    assert len(set(world.shown(reply))) == 1
    assert world.posted(reply) == []


async def test_an_error_is_told_with_its_own_words(world: World, reply: Reply) -> None:
    await world.answers.deliver_error(reply, AccountNotFound("Nobody is called Foo."), error_id="e1")
    assert "Nobody is called Foo." in world.shown(reply)[-1]


async def test_the_words_of_an_error_are_those_that_are_delivered(world: World, reply: Reply) -> None:
    error = AccountNotFound("Nobody is called Foo.")
    await world.answers.deliver_error(reply, error, error_id="e1")
    assert world.answers.words(error, error_id="e1") == world.shown(reply)[-1]


async def test_a_notice_is_shown_as_it_is(world: World, reply: Reply) -> None:
    await world.answers.deliver_notice(reply, "All linked.")
    assert world.shown(reply) == ["All linked."]


async def test_progress_names_step_and_count(world: World, reply: Reply) -> None:
    await world.answers.progress(reply, Progress(step="timeline", done=3, total=5))
    assert "timeline 3 of 5" in world.shown(reply)[-1]


async def test_progress_is_shown_every_two_seconds_at_most(world: World, reply: Reply) -> None:
    for done in range(9):
        await world.answers.progress(reply, Progress(step="matches", done=done, total=9))
        world.clock.advance(0.5)
    assert len(world.shown(reply)) == 3
    assert "matches 8 of 9" in world.shown(reply)[-1]


async def test_unchanged_progress_is_not_sent(world: World, reply: Reply) -> None:
    for _ in range(3):
        await world.answers.progress(reply, Progress(step="match", done=2, total=5))
        world.clock.advance(10)
    assert len(world.shown(reply)) == 1


async def test_interactions_do_not_wait_for_each_other(world: World, reply: Reply) -> None:
    other = _reply(world, interaction="second")
    for one in (reply, other):
        await world.answers.progress(one, Progress(step="match", done=2, total=5))
    assert len(world.shown(reply)) == len(world.shown(other)) == 1


async def test_progress_after_the_answer_does_not_overwrite_it(world: World, reply: Reply) -> None:
    await world.answers.deliver_notice(reply, "Done.")
    world.clock.advance(10)
    await world.answers.progress(reply, Progress(step="match", done=2, total=5))
    assert world.shown(reply) == ["Done."]


async def test_the_answer_does_not_wait_for_progress_to_be_due(world: World, reply: Reply) -> None:
    await world.answers.progress(reply, Progress(step="match", done=2, total=5))
    await world.answers.deliver_notice(reply, "Done.")
    assert world.shown(reply)[-1] == "Done."


async def test_progress_never_raises(world: World, reply: Reply) -> None:
    world.take_discord_down()
    await world.answers.progress(reply, Progress(step="match", done=2, total=5))


async def test_progress_after_expiry_is_not_sent(world: World, reply: Reply) -> None:
    world.clock.advance(LIFETIME_S)
    await world.answers.progress(reply, Progress(step="match", done=2, total=5))
    assert world.shown(reply) == []
    assert world.posted(reply) == []


async def test_a_late_answer_goes_to_the_channel(world: World, reply: Reply) -> None:
    world.clock.advance(LIFETIME_S)
    await world.answers.deliver_analysis(reply, an_analysis(), ONE_PIXEL)
    assert world.shown(reply) == []
    assert len(world.posted(reply)) == 1
    assert "Ahri" in world.posted(reply)[0]


async def test_a_late_answer_twice_is_one_message_in_the_channel(world: World, reply: Reply) -> None:
    world.clock.advance(LIFETIME_S)
    for _ in range(2):
        await world.answers.deliver_notice(reply, "Done.")
    assert len(world.posted(reply)) == 1


async def test_a_late_ephemeral_answer_is_never_made_public(world: World) -> None:
    reply = _reply(world, ephemeral=True)
    world.clock.advance(LIFETIME_S)
    with pytest.raises(ReplyExpired):
        await world.answers.deliver_notice(reply, "For your eyes only.")
    assert world.posted(reply) == []


async def test_a_late_answer_without_a_channel_has_expired(world: World) -> None:
    reply = _reply(world, channel_id=None)
    world.clock.advance(LIFETIME_S)
    with pytest.raises(ReplyExpired):
        await world.answers.deliver_notice(reply, "Done.")


async def test_discord_down_is_unavailable(world: World, reply: Reply) -> None:
    world.take_discord_down()
    with pytest.raises(Unavailable):
        await world.answers.deliver_notice(reply, "Done.")
