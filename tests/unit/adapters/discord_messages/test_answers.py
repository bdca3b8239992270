"""What only Discord's HTTP API does to answers. What holds of all answers is in tests/contract."""

import asyncio
import logging
from collections.abc import AsyncIterator
from datetime import timedelta
from uuid import UUID

import pytest
from pydantic import SecretStr
from structlog.testing import capture_logs

from src.adapters.discord_messages import DiscordAnswers, DiscordSettings
from src.adapters.discord_messages.patience import Patience
from src.core.domain.answer_key import AnswerKey, account_mark
from src.core.domain.job import Progress
from src.core.domain.reply import Reply
from src.core.errors import BrokenInvariant, ReplyExpired, RiotKeyRejected, Unavailable
from tests.fakes.analyses import an_analysis
from tests.fakes.clock import FakeClock
from tests.fakes.discord_api import FakeDiscordApi, Scripted, code
from tests.fakes.match_chart import ONE_PIXEL

SECRET = "aW50ZXJhY3Rpb246MTIz/odd+token"
LIFETIME_S = 900
STEP = Progress(step="timeline", done=3, total=5)


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def api() -> FakeDiscordApi:
    return FakeDiscordApi()


@pytest.fixture
async def base(api: FakeDiscordApi) -> AsyncIterator[str]:
    async with api.serve() as url:
        yield url


@pytest.fixture
async def answers(base: str, clock: FakeClock) -> AsyncIterator[DiscordAnswers]:
    settings = DiscordSettings(discord_api_base_url=base, discord_bot_token=SecretStr("bot-secret"), _env_file=None)
    patience = Patience(attempts=3, timeout=2.0, backoff=0.001, longest_wait=0.5)
    one = DiscordAnswers(clock, settings, patience=patience, quiet_s=0)
    yield one
    await one.close()


@pytest.fixture
def reply(clock: FakeClock) -> Reply:
    return Reply(
        application_id="5",
        token=SecretStr(SECRET),
        expires_at=clock.now() + timedelta(minutes=15),
        channel_id="77",
        user_id="9",
    )


def methods(api: FakeDiscordApi) -> list[str]:
    return [sent.method for sent in api.sent]


async def test_an_analysis_is_one_embed_with_its_chart_attached(
    answers: DiscordAnswers, api: FakeDiscordApi, reply: Reply
) -> None:
    await answers.deliver_analysis(reply, an_analysis(), ONE_PIXEL)
    (sent,) = api.sent
    assert sent.method == "PATCH"
    assert sent.files == {"match.png": ONE_PIXEL}
    assert sent.payload["attachments"][0]["filename"] == "match.png"
    assert "6,900 gold ahead" in sent.payload["attachments"][0]["description"]
    assert sent.payload["embeds"][0]["image"] == {"url": "attachment://match.png"}
    assert sent.payload["allowed_mentions"] == {"parse": []}
    assert sent.user_agent.startswith("DiscordBot (")
    assert sent.authorization is None, "the interaction's token is the whole authority"


async def test_without_a_chart_no_file_is_kept(answers: DiscordAnswers, api: FakeDiscordApi, reply: Reply) -> None:
    await answers.deliver_analysis(reply, an_analysis(), None)
    assert api.sent[0].payload["attachments"] == []
    assert "image" not in api.sent[0].payload["embeds"][0]


@pytest.mark.parametrize("details", [False, True])
async def test_under_an_analysis_its_owner_can_go_on(
    answers: DiscordAnswers, api: FakeDiscordApi, reply: Reply, *, details: bool
) -> None:
    analysis = an_analysis()
    await answers.deliver_analysis(reply, analysis, None, details=details)
    (row,) = api.sent[0].payload["components"]
    key = AnswerKey(analysis.match_id, account_mark(analysis.puuid), reply.user_id).text
    names = ["another", "refresh", "less" if details else "details"]
    assert [button["custom_id"] for button in row["components"]] == [f"chimera:match:{name}:{key}" for name in names]


async def test_with_details_a_second_embed_has_everybody(
    answers: DiscordAnswers, api: FakeDiscordApi, reply: Reply
) -> None:
    await answers.deliver_analysis(reply, an_analysis(), ONE_PIXEL, details=True)
    await answers.deliver_analysis(reply, an_analysis(), ONE_PIXEL)
    more, less = (sent.payload["embeds"] for sent in api.sent)
    assert [embed["title"] for embed in more] == ["Victory · Ahri · 7/3/9", "Everybody"]
    assert more[:1] == less


async def test_a_final_text_empties_what_was_there(answers: DiscordAnswers, api: FakeDiscordApi, reply: Reply) -> None:
    await answers.deliver_notice(reply, "Done.")
    payload = api.sent[0].payload
    assert (payload["embeds"], payload["attachments"], payload["components"]) == ([], [], [])


@pytest.mark.parametrize("late", [False, True])
async def test_an_error_says_in_its_text_what_happened_and_below_what_to_do(
    answers: DiscordAnswers, clock: FakeClock, api: FakeDiscordApi, reply: Reply, *, late: bool
) -> None:
    """Who has embeds switched off, or hears a notification, has the text alone."""
    clock.advance(LIFETIME_S if late else 0)
    await answers.deliver_error(reply, RiotKeyRejected(), error_id="0badc0de")
    (sent,) = api.sent
    (embed,) = sent.payload["embeds"]
    assert sent.payload["content"] == f"{'<@9> ' if late else ''}Riot refuses this Chimera's API key."
    assert embed["description"].startswith("Tell whoever runs this bot")
    assert embed["footer"] == {"text": "Error 0badc0de"}


async def test_what_is_said_above_a_shown_answer_leaves_it_as_it_is(
    answers: DiscordAnswers, api: FakeDiscordApi, reply: Reply
) -> None:
    pressed = reply.model_copy(update={"shows_answer": True})
    await answers.progress(pressed, Progress(step="match", done=2, total=5))
    await answers.deliver_error(pressed, Unavailable(), error_id="e1")
    assert [sorted(sent.payload) for sent in api.sent] == [["allowed_mentions", "content"]] * 2
    await answers.deliver_analysis(pressed, an_analysis(), None)
    assert api.sent[-1].payload["content"] == ""
    assert {"embeds", "attachments", "components"} <= set(api.sent[-1].payload)


async def test_the_token_is_one_path_segment(answers: DiscordAnswers, api: FakeDiscordApi, reply: Reply) -> None:
    await answers.deliver_notice(reply, "Done.")
    assert api.sent[0].path == "/api/webhooks/5/aW50ZXJhY3Rpb246MTIz%2Fodd%2Btoken/messages/@original"


@pytest.mark.parametrize("early", [code(404, 10015), code(404, 10008), code(404, 10062), Scripted(404, "gone")])
async def test_a_404_right_after_the_defer_passes(
    answers: DiscordAnswers, api: FakeDiscordApi, reply: Reply, early: Scripted
) -> None:
    api.script = [early, early]
    await answers.deliver_notice(reply, "Done.")
    assert methods(api) == ["PATCH"] * 3
    assert api.channels == {}


async def test_a_404_that_stays_sends_the_answer_to_the_channel(
    answers: DiscordAnswers, api: FakeDiscordApi, reply: Reply
) -> None:
    api.script = [code(404, 10015)] * 3
    await answers.deliver_notice(reply, "Done.")
    assert methods(api) == ["PATCH", "PATCH", "PATCH", "POST"]
    (posted,) = api.channels["77"]
    assert posted.authorization == "Bot bot-secret"
    assert posted.text == "<@9> Done."
    assert posted.payload["allowed_mentions"] == {"parse": []}


async def test_an_expired_token_is_not_tried_twice(answers: DiscordAnswers, api: FakeDiscordApi, reply: Reply) -> None:
    api.script = [code(401, 50027)]
    await answers.deliver_analysis(reply, an_analysis(), ONE_PIXEL)
    assert methods(api) == ["PATCH", "POST"]
    assert api.channels["77"][0].files == {"match.png": ONE_PIXEL}


async def test_progress_with_an_expired_token_is_the_last_request_with_it(
    answers: DiscordAnswers, api: FakeDiscordApi, reply: Reply, clock: FakeClock
) -> None:
    api.script = [code(401, 50027)]
    await answers.progress(reply, STEP)
    clock.advance(5)
    await answers.progress(reply, Progress(step="drawing", done=5, total=5))
    await answers.deliver_notice(reply, "Done.")
    assert methods(api) == ["PATCH", "POST"]


@pytest.mark.parametrize(
    "refusal", [code(403, 50001), code(403, 50013), code(404, 10003), code(401, 0)], ids=lambda one: str(one.body)
)
async def test_a_channel_that_refuses_means_expired(
    answers: DiscordAnswers, api: FakeDiscordApi, reply: Reply, clock: FakeClock, refusal: Scripted
) -> None:
    clock.advance(901)
    api.script = [refusal]
    with pytest.raises(ReplyExpired):
        await answers.deliver_notice(reply, "Done.")
    assert methods(api) == ["POST"]


async def test_without_a_bot_token_a_late_answer_has_expired(
    base: str, api: FakeDiscordApi, reply: Reply, clock: FakeClock
) -> None:
    answers = DiscordAnswers(clock, DiscordSettings(discord_api_base_url=base, discord_bot_token=None, _env_file=None))
    clock.advance(901)
    with pytest.raises(ReplyExpired):
        await answers.deliver_notice(reply, "Done.")
    await answers.close()
    assert api.sent == []


async def test_an_ephemeral_answer_that_discord_refuses_stays_private(
    answers: DiscordAnswers, api: FakeDiscordApi, reply: Reply
) -> None:
    api.script = [code(401, 50027)]
    with pytest.raises(ReplyExpired):
        await answers.deliver_notice(reply.model_copy(update={"ephemeral": True}), "A secret.")
    assert methods(api) == ["PATCH"]


@pytest.mark.parametrize(
    "limited",
    [
        Scripted(429, {"retry_after": 0.05, "global": False}),
        Scripted(429, {"retry_after": 0.05, "global": True}, {"X-RateLimit-Global": "true"}),
        Scripted(429, "<html>", {"Retry-After": "0.05"}),
        Scripted(429, "", {"X-RateLimit-Remaining": "0", "X-RateLimit-Reset-After": "0.05"}),
        Scripted(429, {"retry_after": "nonsense"}),
    ],
)
async def test_a_429_is_waited_for(
    answers: DiscordAnswers, api: FakeDiscordApi, reply: Reply, limited: Scripted
) -> None:
    api.script = [limited]
    started = asyncio.get_running_loop().time()
    await answers.deliver_notice(reply, "Done.")
    assert methods(api) == ["PATCH", "PATCH"]
    if "nonsense" not in str(limited.body):
        assert asyncio.get_running_loop().time() - started >= 0.05


async def test_a_long_429_is_handed_back(answers: DiscordAnswers, api: FakeDiscordApi, reply: Reply) -> None:
    api.script = [Scripted(429, {"retry_after": 60})]
    with pytest.raises(Unavailable) as raised:
        await answers.deliver_notice(reply, "Done.")
    assert raised.value.retry_after == 60
    assert methods(api) == ["PATCH"]


async def test_429s_without_end_are_given_up(answers: DiscordAnswers, api: FakeDiscordApi, reply: Reply) -> None:
    api.always = Scripted(429, {"retry_after": 0.001})
    with pytest.raises(Unavailable):
        await answers.deliver_notice(reply, "Done.")
    assert methods(api) == ["PATCH"] * 3


async def test_a_used_up_route_is_left_alone_until_it_resets(
    answers: DiscordAnswers, api: FakeDiscordApi, reply: Reply, clock: FakeClock
) -> None:
    headers = {"X-RateLimit-Remaining": "0", "X-RateLimit-Reset-After": "5"}
    api.script = [Scripted(200, {"id": "1"}, headers)]
    await answers.progress(reply, STEP)
    clock.advance(4)
    await answers.progress(reply, Progress(step="drawing", done=5, total=5))
    assert len(api.sent) == 1
    clock.advance(1)
    await answers.progress(reply, Progress(step="drawing", done=5, total=5))
    assert len(api.sent) == 2


@pytest.mark.parametrize(
    "broken", [Scripted(500, "<html>"), Scripted(502, ""), Scripted(503, {}), Scripted(is_cut=True)]
)
async def test_a_broken_answer_is_tried_again(
    answers: DiscordAnswers, api: FakeDiscordApi, reply: Reply, broken: Scripted
) -> None:
    api.script = [broken, broken]
    await answers.deliver_notice(reply, "Done.")
    assert len(api.sent) == 3


async def test_discord_broken_for_good_is_unavailable(
    answers: DiscordAnswers, api: FakeDiscordApi, reply: Reply
) -> None:
    api.always = Scripted(500, {"message": "500: Internal Server Error", "code": 0})
    with pytest.raises(Unavailable):
        await answers.deliver_notice(reply, "Done.")
    assert methods(api) == ["PATCH"] * 3


async def test_nobody_listening_is_unavailable(clock: FakeClock, reply: Reply) -> None:
    settings = DiscordSettings(discord_api_base_url="http://127.0.0.1:9/api", discord_bot_token=None, _env_file=None)
    answers = DiscordAnswers(clock, settings, patience=Patience(attempts=2, backoff=0.001))
    with pytest.raises(Unavailable):
        await answers.deliver_notice(reply, "Done.")
    await answers.close()


async def test_a_slow_discord_is_unavailable_in_bounded_time(
    base: str, api: FakeDiscordApi, clock: FakeClock, reply: Reply
) -> None:
    api.always = Scripted(held=asyncio.Event())
    settings = DiscordSettings(discord_api_base_url=base, discord_bot_token=None, _env_file=None)
    answers = DiscordAnswers(clock, settings, patience=Patience(attempts=2, timeout=0.05, backoff=0.001))
    async with asyncio.timeout(5):
        with pytest.raises(Unavailable):
            await answers.deliver_notice(reply, "Done.")
    await answers.close()
    assert methods(api) == ["PATCH"] * 2


async def test_a_message_discord_rejects_is_our_defect(
    answers: DiscordAnswers, api: FakeDiscordApi, reply: Reply
) -> None:
    api.script = [code(400, 50035)]
    with pytest.raises(BrokenInvariant, match="50035"):
        await answers.deliver_notice(reply, "Done.")
    assert methods(api) == ["PATCH"]


async def test_the_final_edit_waits_for_progress_under_way(
    answers: DiscordAnswers, api: FakeDiscordApi, reply: Reply
) -> None:
    held = asyncio.Event()
    api.script = [Scripted(held=held)]
    progress = asyncio.create_task(answers.progress(reply, STEP))
    await api.arrived.wait()
    final = asyncio.create_task(answers.deliver_notice(reply, "Done."))
    await asyncio.sleep(0.05)
    assert len(api.sent) == 1, "the final edit must not race the one under way"
    held.set()
    await asyncio.gather(progress, final)
    assert api.originals[SECRET].text == "Done."


async def test_progress_that_came_too_early_is_shown_when_due(
    answers: DiscordAnswers, api: FakeDiscordApi, reply: Reply, clock: FakeClock
) -> None:
    await answers.progress(reply, Progress(step="match", done=2, total=5))
    clock.advance(1.98)
    await answers.progress(reply, STEP)
    await answers.progress(reply, Progress(step="analysing", done=4, total=5))
    assert len(api.sent) == 1
    clock.advance(0.02)
    api.arrived.clear()
    async with asyncio.timeout(5):
        await api.arrived.wait()
    assert "Working out" in api.sent[1].text
    assert len(api.sent) == 2


async def test_progress_waiting_for_its_time_is_dropped_by_the_answer(
    answers: DiscordAnswers, api: FakeDiscordApi, reply: Reply, clock: FakeClock
) -> None:
    await answers.progress(reply, Progress(step="match", done=2, total=5))
    clock.advance(1.99)
    await answers.progress(reply, STEP)
    await answers.deliver_notice(reply, "Done.")
    clock.advance(5)
    await asyncio.sleep(0.05)
    assert [sent.text for sent in api.sent][1:] == ["Done."]


@pytest.fixture
async def elsewhere(base: str, clock: FakeClock) -> AsyncIterator[DiscordAnswers]:
    """The answers of another worker process."""
    settings = DiscordSettings(discord_api_base_url=base, discord_bot_token=None, _env_file=None)
    one = DiscordAnswers(clock, settings, quiet_s=0)
    yield one
    await one.close()


async def test_progress_waiting_for_its_time_does_not_outlive_the_attempt(
    answers: DiscordAnswers, elsewhere: DiscordAnswers, api: FakeDiscordApi, reply: Reply, clock: FakeClock
) -> None:
    """The next attempt may be another process's: what came after its answer would stand in its place."""
    await answers.progress(reply, Progress(step="match", done=2, total=5))
    clock.advance(1.98)
    await answers.progress(reply, STEP)
    await answers.pause(reply)
    await asyncio.sleep(0)
    await elsewhere.deliver_analysis(reply, an_analysis(), ONE_PIXEL)
    clock.advance(5)
    await asyncio.sleep(0.05)
    assert api.sent[-1].files == {"match.png": ONE_PIXEL}
    assert len(api.sent) == 2


async def test_where_discord_asks_for_a_longer_wait_nobody_waits_to_tell_that_it_is_tried_again(
    answers: DiscordAnswers, api: FakeDiscordApi, reply: Reply
) -> None:
    """The job is ours for a moment only."""
    api.script = [Scripted(429, {"retry_after": 2.5})]
    await answers.progress(reply, STEP)
    async with asyncio.timeout(1):
        await answers.progress(reply, Progress(step="retrying", extra={"seconds": 30}))
    assert len(api.sent) == 1


async def test_a_pause_waits_for_the_edit_under_way(answers: DiscordAnswers, api: FakeDiscordApi, reply: Reply) -> None:
    held = asyncio.Event()
    api.script = [Scripted(held=held)]
    progress = asyncio.create_task(answers.progress(reply, STEP))
    await api.arrived.wait()
    pause = asyncio.create_task(answers.pause(reply))
    await asyncio.sleep(0.02)
    assert not pause.done()
    held.set()
    await asyncio.gather(progress, pause)


async def test_whoever_sees_nothing_yet_sees_at_once_that_it_is_tried_again(
    quiet: DiscordAnswers, api: FakeDiscordApi, reply: Reply
) -> None:
    await quiet.progress(reply, STEP)
    await quiet.pause(reply)
    await quiet.progress(reply, Progress(step="retrying", extra={"seconds": 30}))
    assert [sent.text for sent in api.sent] == ["Riot or a server is busy. Trying again in 30 seconds ..."]


@pytest.fixture
async def quiet(base: str, clock: FakeClock) -> AsyncIterator[DiscordAnswers]:
    settings = DiscordSettings(discord_api_base_url=base, discord_bot_token=None, _env_file=None)
    one = DiscordAnswers(clock, settings, quiet_s=0.05)
    yield one
    await one.close()


async def test_what_is_answered_in_an_instant_shows_no_progress(
    quiet: DiscordAnswers, api: FakeDiscordApi, reply: Reply, clock: FakeClock
) -> None:
    for step in ("finding", "analysing", "drawing"):
        await quiet.progress(reply, Progress(step=step, done=1, total=5))
        clock.advance(0.01)
    await quiet.deliver_analysis(reply, an_analysis(), None)
    clock.advance(5)
    await asyncio.sleep(0.1)
    assert len(api.sent) == 1


async def test_what_takes_longer_shows_the_newest_progress(
    quiet: DiscordAnswers, api: FakeDiscordApi, reply: Reply, clock: FakeClock
) -> None:
    await quiet.progress(reply, Progress(step="finding", done=1, total=5))
    await quiet.progress(reply, Progress(step="match", done=2, total=5))
    clock.advance(0.05)
    async with asyncio.timeout(5):
        await api.arrived.wait()
    assert "Getting the match" in api.sent[0].text


@pytest.mark.parametrize(("step", "cancels"), [("retrying", None), ("matches", UUID(int=7))])
async def test_a_wait_and_what_can_be_cancelled_are_shown_at_once(
    quiet: DiscordAnswers, api: FakeDiscordApi, reply: Reply, step: str, cancels: UUID | None
) -> None:
    await quiet.progress(reply, Progress(step=step), cancels=cancels)
    assert len(api.sent) == 1


async def test_ending_leaves_no_task_behind(
    answers: DiscordAnswers, api: FakeDiscordApi, reply: Reply, clock: FakeClock
) -> None:
    await answers.progress(reply, Progress(step="match", done=2, total=5))
    await answers.progress(reply, STEP)
    await answers.close()
    assert [task for task in asyncio.all_tasks() if "show_later" in repr(task)] == []


async def test_a_repeated_late_answer_is_one_message_even_after_a_lost_response(
    answers: DiscordAnswers, api: FakeDiscordApi, reply: Reply, clock: FakeClock
) -> None:
    clock.advance(901)
    for _ in range(2):
        await answers.deliver_analysis(reply, an_analysis(), ONE_PIXEL)
    first, second = api.sent
    assert first.payload["nonce"] == second.payload["nonce"]
    assert len(first.payload["nonce"]) <= 25
    assert len(api.channels["77"]) == 1


async def test_a_long_notice_is_cut_to_what_discord_takes(
    answers: DiscordAnswers, api: FakeDiscordApi, reply: Reply, clock: FakeClock
) -> None:
    await answers.deliver_notice(reply, "ü" * 2500)
    clock.advance(901)
    await answers.deliver_notice(reply, "ü" * 2500)
    assert [len(sent.payload["content"]) for sent in api.sent] == [2000, 2000]


async def test_no_secret_enters_a_log_or_an_error(
    answers: DiscordAnswers, api: FakeDiscordApi, reply: Reply, caplog: pytest.LogCaptureFixture
) -> None:
    api.always = Scripted(is_cut=True)
    with capture_logs() as logs, caplog.at_level(logging.DEBUG):
        await answers.progress(reply, STEP)
        with pytest.raises(Unavailable) as raised:
            await answers.deliver_notice(reply, "Done.")
    chain, error = [], raised.value.__cause__ or raised.value.__context__
    while error is not None:
        chain.append(repr(error))
        error = error.__cause__ or error.__context__
    told = f"{logs} {caplog.text} {raised.value!r} {chain} {answers!r}"
    assert SECRET not in told
    assert "%2Fodd" not in told
    assert "bot-secret" not in told


async def test_many_interactions_are_forgotten_once_expired(
    answers: DiscordAnswers, reply: Reply, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("src.adapters.discord_messages.answers._KEPT_INTERACTIONS", 3)
    for number in range(3):
        await answers.progress(reply.model_copy(update={"token": SecretStr(str(number))}), STEP)
    clock.advance(901)
    later = clock.now() + timedelta(minutes=15)
    await answers.progress(reply.model_copy(update={"token": SecretStr("new"), "expires_at": later}), STEP)
    assert len(answers._interactions) == 1


def test_settings_default_to_discord_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("DISCORD_API_BASE_URL", "DISCORD_BOT_TOKEN"):
        monkeypatch.setenv(name, "")
    settings = DiscordSettings(_env_file=None)
    assert settings.discord_api_base_url == "https://discord.com/api/v10"
    assert settings.discord_bot_token is None
    monkeypatch.setenv("DISCORD_BOT_TOKEN", "shh")
    assert "shh" not in repr(DiscordSettings(_env_file=None))


JOB = UUID(int=7)


async def test_progress_that_can_be_cancelled_carries_one_button(
    answers: DiscordAnswers, api: FakeDiscordApi, reply: Reply
) -> None:
    await answers.progress(reply, STEP, cancels=JOB)
    (row,) = api.sent[0].payload["components"]
    (button,) = row["components"]
    assert (row["type"], button["type"], button["label"]) == (1, 2, "Cancel")
    assert button["custom_id"] == f"chimera:cancel:{JOB}"
    await answers.deliver_notice(reply, "Done.")
    assert api.sent[1].payload["components"] == []


async def test_what_can_be_cancelled_is_never_shown_later_than_reported(
    answers: DiscordAnswers, api: FakeDiscordApi, reply: Reply, clock: FakeClock
) -> None:
    """The answer may come from another process, and nothing may overwrite it."""
    await answers.progress(reply, Progress(step="matches", done=1, total=5), cancels=JOB)
    clock.advance(1.99)
    await answers.progress(reply, Progress(step="matches", done=2, total=5), cancels=JOB)
    clock.advance(5)
    await asyncio.sleep(0.05)
    assert len(api.sent) == 1
    await answers.progress(reply, Progress(step="matches", done=3, total=5), cancels=JOB)
    assert "matches 3 of 5" in api.sent[1].text


async def test_work_that_outlasts_its_message_says_where_it_goes_on(
    answers: DiscordAnswers, api: FakeDiscordApi, reply: Reply, clock: FakeClock
) -> None:
    await answers.progress(reply, STEP, seconds_left=880, cancels=JOB)
    assert "/tasks" not in api.sent[0].text
    clock.advance(30)
    await answers.progress(reply, STEP, seconds_left=880, cancels=JOB)
    assert "/tasks" in api.sent[1].text


@pytest.mark.parametrize("seconds_left", [float("inf"), float("nan"), -1.0, 1e300])
async def test_no_estimate_breaks_progress(
    answers: DiscordAnswers, api: FakeDiscordApi, reply: Reply, seconds_left: float
) -> None:
    await answers.progress(reply, STEP, seconds_left=seconds_left, cancels=JOB)
    assert "timeline" in api.sent[0].text
