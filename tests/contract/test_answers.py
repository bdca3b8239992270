"""What holds of every way to answer."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Protocol
from uuid import UUID

import pytest
from pydantic import SecretStr

from src.adapters.discord_messages import DiscordAnswers, DiscordSettings
from src.adapters.discord_messages.patience import Patience
from src.core.domain.job import RETRYING, Job, JobState, Progress
from src.core.domain.profile import Fetched
from src.core.domain.reply import Reply
from src.core.errors import AccountNotFound, ReplyExpired, Unavailable
from src.core.ports.answers import Answers
from tests.fakes.analyses import an_analysis
from tests.fakes.answers import FakeAnswers
from tests.fakes.clock import FakeClock
from tests.fakes.discord_api import FakeDiscordApi, Scripted
from tests.fakes.jobs import a_new_job
from tests.fakes.match_chart import ONE_PIXEL
from tests.fakes.matches import a_match_summary
from tests.fakes.profiles import a_profile

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

    def cancels(self, reply: Reply) -> UUID | None:
        """The job that the button under the interaction's answer cancels; None where there is no button."""
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

    def cancels(self, reply: Reply) -> UUID | None:
        return self.answers.interactions[reply.token.get_secret_value()].cancels

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

    def cancels(self, reply: Reply) -> UUID | None:
        rows = self.api.originals[reply.token.get_secret_value()].payload["components"]
        ids = [button["custom_id"].removeprefix("chimera:cancel:") for row in rows for button in row["components"]]
        return UUID(ids[0]) if ids else None

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
        answers = DiscordAnswers(clock, settings, patience=Patience(attempts=2, backoff=0.001), quiet_s=0)
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


def a_sync(world: World, state: JobState, **changes: Any) -> Job:
    """A sync of a player's year, as it ended."""
    arguments = {"game_name": "Mara", "tag_line": "EUW", "platform": "euw1", "routing": "europe", "year": 2026}
    new = a_new_job(7, kind="src.tasks.player_tasks.sync_player_data", arguments=arguments)
    return Job(**dict(new) | {"state": state, "created_at": world.clock.now()} | changes)


async def test_a_delivered_analysis_is_seen(world: World, reply: Reply) -> None:
    await world.answers.deliver_analysis(reply, an_analysis(), ONE_PIXEL)
    assert "Ahri" in world.shown(reply)[-1]
    assert "EUW1" in world.shown(reply)[-1]


async def test_a_delivered_profile_says_whose_it_is_and_from_how_much(world: World, reply: Reply) -> None:
    profile = a_profile(a_match_summary(0), a_match_summary(1))
    await world.answers.deliver_profile(reply, profile, fetched=Fetched(listed=20, new=2))
    assert "Hide on bush#KR1" in world.shown(reply)[-1]
    assert "2 stored" in world.shown(reply)[-1]
    assert "2 new" in world.shown(reply)[-1]


async def test_a_profile_that_is_still_being_fetched_is_shown_again(world: World, reply: Reply) -> None:
    await world.answers.deliver_profile(reply, a_profile(), is_fetching=True)
    await world.answers.deliver_profile(reply, a_profile(a_match_summary(0)), fetched=Fetched(listed=1, new=1))
    coming, there = world.shown(reply)
    assert coming != there
    assert "1 stored" in there


async def test_delivering_twice_leaves_one_message(world: World, reply: Reply) -> None:
    for _ in range(2):
        await world.answers.deliver_analysis(reply, an_analysis(), None)
    assert len(set(world.shown(reply))) == 1
    assert world.posted(reply) == []


async def test_an_error_is_told_with_its_own_words(world: World, reply: Reply) -> None:
    await world.answers.deliver_error(reply, AccountNotFound("Nobody is called Foo."), error_id="e1")
    assert "Nobody is called Foo." in world.shown(reply)[-1]


async def test_the_message_of_an_error_is_the_one_that_is_delivered(world: World, reply: Reply) -> None:
    error = AccountNotFound("Nobody is called Foo.")
    await world.answers.deliver_error(reply, error, error_id="e1")
    told = world.answers.error_message(error, error_id="e1")
    assert "\n".join(filter(None, (told.happened, told.advice, told.footer))) == world.shown(reply)[-1]


async def test_what_is_added_to_the_message_of_an_error_is_told_with_it(world: World, reply: Reply) -> None:
    told = world.answers.error_message(AccountNotFound("Nobody is called _Foo_."), error_id="e1")
    await world.answers.deliver_told(reply, told._replace(happened=f"Not linked: {told.happened}"))
    assert world.shown(reply)[-1].startswith(f"Not linked: {told.happened}")


async def test_a_notice_is_shown_as_it_is(world: World, reply: Reply) -> None:
    await world.answers.deliver_notice(reply, "All linked.")
    assert world.shown(reply) == ["All linked."]


async def test_progress_names_step_and_count(world: World, reply: Reply) -> None:
    await world.answers.progress(reply, Progress(step="matches", done=3, total=5))
    assert "matches 3 of 5" in world.shown(reply)[-1]


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


async def test_after_a_pause_nothing_is_shown_but_what_is_told_then(world: World, reply: Reply) -> None:
    await world.answers.progress(reply, Progress(step="match", done=2, total=5))
    world.clock.advance(1.99)
    await world.answers.progress(reply, Progress(step="timeline", done=3, total=5))
    await world.answers.pause(reply)
    world.clock.advance(10)
    await asyncio.sleep(0.03)
    assert len(world.shown(reply)) == 1
    await world.answers.progress(reply, Progress(step="drawing", done=5, total=5))
    assert len(world.shown(reply)) == 2


async def test_that_it_is_tried_again_is_shown_before_the_job_is_given_back(world: World, reply: Reply) -> None:
    """However soon after the last progress: later on, the answer may come from another process."""
    await world.answers.progress(reply, Progress(step="match", done=2, total=5))
    world.clock.advance(1.98)
    told = asyncio.create_task(world.answers.progress(reply, Progress(step=RETRYING, extra={"seconds": 9})))
    await asyncio.sleep(0)
    world.clock.advance(0.02)
    await told
    assert len(world.shown(reply)) == 2


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


async def test_progress_says_how_long_it_may_still_take(world: World, reply: Reply) -> None:
    await world.answers.progress(reply, Progress(step="matches", done=75, total=120), seconds_left=40.2)
    assert "matches 75 of 120" in world.shown(reply)[-1]
    assert "about 40 s left" in world.shown(reply)[-1]


async def test_progress_offers_to_cancel_only_the_job_it_is_told(world: World, reply: Reply) -> None:
    await world.answers.progress(reply, Progress(step="matches", done=1, total=9), cancels=UUID(int=7))
    assert world.cancels(reply) == UUID(int=7)
    world.clock.advance(2)
    await world.answers.progress(reply, Progress(step="match", done=2, total=9))
    assert world.cancels(reply) is None


@pytest.mark.parametrize("state", [JobState.SUCCEEDED, JobState.FAILED, JobState.CANCELLED])
async def test_what_has_ended_can_no_longer_be_cancelled(world: World, reply: Reply, state: JobState) -> None:
    await world.answers.progress(reply, Progress(step="matches", done=1, total=9), cancels=UUID(int=7))
    await world.answers.deliver_ended(reply, a_sync(world, state, error="Riot is down.", error_kind="Unavailable"))
    assert world.cancels(reply) is None
    world.clock.advance(10)
    await world.answers.progress(reply, Progress(step="matches", done=2, total=9), cancels=UUID(int=7))
    assert world.cancels(reply) is None
    assert len(world.shown(reply)) == 2


async def test_ends_that_differ_are_told_apart(world: World) -> None:
    told = set()
    for state in (JobState.SUCCEEDED, JobState.FAILED, JobState.CANCELLED):
        reply = _reply(world, interaction=state)
        await world.answers.deliver_ended(reply, a_sync(world, state, error="Riot is down.", error_kind="Unavailable"))
        told.add(world.shown(reply)[-1])
    assert len(told) == 3


async def test_a_late_end_goes_to_the_channel_once(world: World, reply: Reply) -> None:
    world.clock.advance(LIFETIME_S)
    for _ in range(2):
        await world.answers.deliver_ended(reply, a_sync(world, JobState.SUCCEEDED))
    assert len(world.posted(reply)) == 1


async def test_an_end_that_cannot_be_told_is_unavailable(world: World, reply: Reply) -> None:
    world.take_discord_down()
    with pytest.raises(Unavailable):
        await world.answers.deliver_ended(reply, a_sync(world, JobState.SUCCEEDED))


@pytest.mark.parametrize("state", list(JobState))
async def test_every_job_has_a_summary(world: World, state: JobState) -> None:
    job = a_sync(world, state)
    odd = job.model_copy(update={"kind": "x", "arguments": {}, "result": 3})
    assert world.answers.summary(job)
    assert world.answers.summary(odd)
