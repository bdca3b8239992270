"""What whoever typed /bind reads in Discord of a link that came to nothing."""

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from src.adapters.discord_messages import DiscordAnswers, DiscordSettings
from src.core.domain.reply import Reply
from src.core.errors import AccountTaken, ReplyExpired, RiotKeyRejected
from src.core.ports.answers import ErrorMessage
from src.core.services.link_answers import LinkAnswers
from tests.fakes.answers import FakeAnswers
from tests.fakes.clock import FakeClock
from tests.fakes.direct_messages import FakeDirectMessages
from tests.fakes.discord_api import FakeDiscordApi
from tests.fakes.jobs import a_reply

TAKEN = AccountTaken("_Foo_Bar_#EUW is somebody else's.")


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def reply(clock: FakeClock) -> Reply:
    return a_reply().model_copy(update={"expires_at": clock.now() + timedelta(minutes=15)})


@pytest.fixture
def api() -> FakeDiscordApi:
    return FakeDiscordApi()


@pytest.fixture
async def answers(api: FakeDiscordApi, clock: FakeClock) -> AsyncIterator[LinkAnswers]:
    async with api.serve() as base:
        discord = DiscordAnswers(clock, DiscordSettings(discord_api_base_url=base, _env_file=None))
        yield LinkAnswers(discord, None)
        await discord.close()


async def test_a_refused_link_looks_like_every_error(answers: LinkAnswers, api: FakeDiscordApi, reply: Reply) -> None:
    await answers.tell_failure(reply, TAKEN)
    (sent,) = api.sent
    assert sent.payload["content"] == r"Not linked: \_Foo\_Bar\_#EUW is somebody else's."
    (embed,) = sent.payload["embeds"]
    assert embed["description"].startswith("If it is yours, prove it with `/bind`")
    assert "Start again" not in embed["description"]


async def test_an_error_that_does_not_say_how_to_go_on_is_told_with_that(
    answers: LinkAnswers, api: FakeDiscordApi, reply: Reply
) -> None:
    await answers.tell_failure(reply, error := RiotKeyRejected())
    (embed,) = api.sent[0].payload["embeds"]
    assert embed["description"].endswith(" Start again with `/bind`.")
    assert embed["footer"]["text"] == f"Error {error.error_id}"


async def test_where_it_comes_too_late_the_message_says_the_same_without_markdown(
    clock: FakeClock, reply: Reply
) -> None:
    class Late(FakeAnswers):
        def error_message(self, error: Exception, *, error_id: str) -> ErrorMessage:
            return ErrorMessage(r"\_Foo\_Bar\_#EUW is taken.", "Use `/bind`.", 0, error_id)

        async def deliver_told(self, reply: Reply, told: ErrorMessage) -> None:
            raise ReplyExpired

    messages = FakeDirectMessages()
    await LinkAnswers(Late(clock), messages).tell_failure(reply, TAKEN)
    (text,) = messages.told[reply.user_id]
    assert text.startswith("Not linked: _Foo_Bar_#EUW is taken. Use /bind.")
