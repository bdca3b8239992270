"""What only Discord's HTTP API does to direct messages. What holds of all of them is in tests/contract."""

from collections.abc import AsyncIterator

import pytest
from pydantic import SecretStr
from structlog.testing import capture_logs

from src.adapters.discord_messages import DiscordDirectMessages, DiscordSettings
from src.adapters.discord_messages.patience import Patience
from src.core.errors import BrokenInvariant, ChimeraError, ConfigurationError, Unavailable
from tests.fakes.discord_api import FakeDiscordApi, Scripted, code

OPENED = Scripted(200, {"id": "direct-1"})


@pytest.fixture
def api() -> FakeDiscordApi:
    return FakeDiscordApi()


@pytest.fixture
async def messages(api: FakeDiscordApi) -> AsyncIterator[DiscordDirectMessages]:
    async with api.serve() as url:
        settings = DiscordSettings(discord_api_base_url=url, discord_bot_token=SecretStr("bot-secret"), _env_file=None)
        patience = Patience(attempts=3, timeout=2.0, backoff=0.001, longest_wait=0.5)
        one = DiscordDirectMessages(settings, patience=patience)
        yield one
        await one.close()


def paths(api: FakeDiscordApi) -> list[str]:
    return [sent.path.removeprefix("/api") for sent in api.sent]


async def test_the_conversation_is_opened_and_the_message_posted(
    messages: DiscordDirectMessages, api: FakeDiscordApi
) -> None:
    await messages.tell("1", "Hello", key="k1")
    opening, message = api.sent
    assert paths(api) == ["/users/@me/channels", "/channels/direct-1/messages"]
    assert opening.payload == {"recipient_id": "1"}
    assert message.payload["content"] == "Hello"
    assert message.payload["allowed_mentions"] == {"parse": []}
    assert message.payload["enforce_nonce"] is True
    assert len(message.payload["nonce"]) == 24
    assert {sent.authorization for sent in api.sent} == {"Bot bot-secret"}
    assert all(sent.user_agent.startswith("DiscordBot (") for sent in api.sent)


async def test_a_riot_id_is_text_and_nothing_else(messages: DiscordDirectMessages, api: FakeDiscordApi) -> None:
    await messages.tell("1", "**Evil** <@2> @everyone https://evil.test", key="k1")
    content = api.sent[1].payload["content"]
    assert content == r"\*\*Evil\*\* \<\@2> \@everyone https\://evil.test"


async def test_a_long_text_is_cut_to_what_discord_takes(messages: DiscordDirectMessages, api: FakeDiscordApi) -> None:
    await messages.tell("1", "*" * 3000, key="k1")
    assert len(api.sent[1].payload["content"]) == 2000


@pytest.mark.parametrize("refusal", [code(403, 50007), code(403, 50278), code(404, 10013), code(400, 50033)])
@pytest.mark.parametrize("opened", [[], [OPENED]])
async def test_who_cannot_be_written_to_is_not_tried_again(
    messages: DiscordDirectMessages, api: FakeDiscordApi, refusal: Scripted, opened: list[Scripted]
) -> None:
    api.script = [*opened, refusal]
    assert not await messages.tell("1", "Hello", key="k1")
    assert len(api.sent) == len(opened) + 1


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (Scripted(401, {"code": 0, "message": "401: Unauthorized"}), ConfigurationError),
        (code(400, 50035), BrokenInvariant),
        (code(403, 50001), BrokenInvariant),
        (code(404, 10003), BrokenInvariant),
        (Scripted(403, "<html>proxy</html>"), Unavailable),
        (Scripted(404, "<html>proxy</html>"), Unavailable),
        (Scripted(200, "<html>proxy</html>"), Unavailable),
        (Scripted(200, {"id": 7}), Unavailable),
    ],
)
async def test_each_other_answer_has_its_error_at_once(
    messages: DiscordDirectMessages, api: FakeDiscordApi, answer: Scripted, expected: type[ChimeraError]
) -> None:
    api.script = [answer]
    with pytest.raises(expected) as caught:
        await messages.tell("1", "Hello", key="k1")
    assert type(caught.value) is expected
    assert len(api.sent) == 1


async def test_a_refused_token_names_its_setting(messages: DiscordDirectMessages, api: FakeDiscordApi) -> None:
    api.always = Scripted(401, {"code": 0, "message": "401: Unauthorized"})
    with pytest.raises(ConfigurationError, match="DISCORD_BOT_TOKEN"):
        await messages.tell("1", "Hello", key="k1")


async def test_too_many_conversations_at_once_wait_for_minutes(
    messages: DiscordDirectMessages, api: FakeDiscordApi
) -> None:
    api.script = [code(403, 40003)]
    with pytest.raises(Unavailable) as caught:
        await messages.tell("1", "Hello", key="k1")
    assert caught.value.retry_after == 600


@pytest.mark.parametrize(
    "trouble", [Scripted(503, "down"), Scripted(429, {"retry_after": 0.01}), Scripted(is_cut=True)]
)
async def test_what_passes_is_waited_for(
    messages: DiscordDirectMessages, api: FakeDiscordApi, trouble: Scripted
) -> None:
    api.script = [trouble, trouble, OPENED, trouble]
    assert await messages.tell("1", "Hello", key="k1")
    assert len(api.channels["direct-1"]) == 1


async def test_a_message_whose_answer_is_lost_is_there_once(
    messages: DiscordDirectMessages, api: FakeDiscordApi
) -> None:
    """It is sent again under the same nonce, in this call and in the next."""
    api.script = [OPENED, Scripted(502, "lost"), Scripted(502, "lost"), Scripted(502, "lost")]
    with pytest.raises(Unavailable):
        await messages.tell("1", "Hello", key="k1")
    assert await messages.tell("1", "Hello", key="k1")
    assert len({sent.payload["nonce"] for sent in api.sent if "nonce" in sent.payload}) == 1
    assert len(api.channels["direct-1"]) == 1


async def test_trouble_that_stays_is_handed_back_after_a_few_attempts(
    messages: DiscordDirectMessages, api: FakeDiscordApi
) -> None:
    api.always = Scripted(500, "down")
    with pytest.raises(Unavailable):
        await messages.tell("1", "Hello", key="k1")
    assert len(api.sent) == 3


async def test_a_long_wait_is_handed_back_at_once(messages: DiscordDirectMessages, api: FakeDiscordApi) -> None:
    api.script = [Scripted(429, {"retry_after": 30})]
    with pytest.raises(Unavailable) as caught:
        await messages.tell("1", "Hello", key="k1")
    assert caught.value.retry_after == 30
    assert len(api.sent) == 1


async def test_neither_token_nor_text_reaches_a_log_or_an_error(
    messages: DiscordDirectMessages, api: FakeDiscordApi
) -> None:
    api.always = code(400, 50035)
    with capture_logs() as logs, pytest.raises(BrokenInvariant) as caught:
        await messages.tell("1", "a private word", key="k1")
    seen = f"{logs} {caught.value!r} {messages!r}"
    assert "bot-secret" not in seen
    assert "private" not in seen
    assert logs[0]["code"] == 50035
