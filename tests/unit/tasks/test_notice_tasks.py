"""Words to people, as jobs."""

from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest

from src.core.domain.binding import ProvenAccount
from src.core.domain.job import JobState, Lane
from src.core.domain.regions import Platform
from src.core.domain.riot_id import RiotId
from src.core.errors import ConfigurationError, Unavailable
from src.core.services.link_notices import TELL_QUEUE, TELL_RETRIES, LinkNotices, Notice
from src.tasks.notice_tasks import tell_user
from tests.fakes.direct_messages import FakeDirectMessages
from tests.unit.tasks.in_process import InProcess

if TYPE_CHECKING:
    from collections.abc import Callable
    from uuid import UUID


@pytest.fixture
def messages() -> FakeDirectMessages:
    return FakeDirectMessages()


@pytest.fixture
def notices(world: InProcess, messages: FakeDirectMessages, monkeypatch: pytest.MonkeyPatch) -> LinkNotices:
    """Notices; the world's services give them."""
    notices = LinkNotices(world.jobs, world.execution.randomness, messages, world.bindings, world.players)
    others: Callable[[InProcess], Any] = InProcess.services.fget  # type: ignore[attr-defined]
    monkeypatch.setattr(
        InProcess, "services", property(lambda self: SimpleNamespace(**vars(others(self)), notices=notices))
    )
    return notices


@pytest.fixture
def told(world: InProcess, notices: LinkNotices) -> "UUID":
    """The job that tells user 7 that their account was taken over."""
    account = ProvenAccount(
        puuid="p" * 78, riot_id=RiotId(game_name="Hide on bush", tag_line="KR1"), platform=Platform.KR
    )
    binding = world.run(world.bindings.save_binding("7", account)).binding
    world.run(world.bindings.save_binding("8", account, former_owner="7"))
    (job,) = world.run(world.ledger.submit([notices.job(Notice.TAKEN_OVER, binding)]))
    return job.id


def test_the_job_that_a_takeover_writes_is_this_task() -> None:
    assert (tell_user.queue_name, tell_user.max_retries) == (TELL_QUEUE, TELL_RETRIES)
    assert tell_user.lane is Lane.BACKGROUND


def test_a_job_tells_its_person_and_ends(world: InProcess, told: "UUID", messages: FakeDirectMessages) -> None:
    world.work()
    (text,) = messages.told["7"]
    assert text.startswith("Hide on bush#KR1 is no longer linked to you")
    assert world.job(told).result == {"success": True, "told": True}


def test_who_takes_no_messages_is_not_asked_again(world: InProcess, told: "UUID", messages: FakeDirectMessages) -> None:
    messages.closed.add("7")
    world.work()
    assert world.job(told).state is JobState.SUCCEEDED
    assert world.job(told).result == {"success": True, "told": False}


def test_a_discord_that_is_away_is_tried_again_with_growing_waits_and_told_once(
    world: InProcess, told: "UUID", messages: FakeDirectMessages
) -> None:
    messages.error = Unavailable()
    waits = []
    for _ in range(5):
        world.work()
        due = world.job(told).next_attempt_at
        assert due is not None
        waits.append((due - world.clock.now()).total_seconds())
        world.clock.advance(waits[-1])
    assert [wait >= 5 * 2**attempt for attempt, wait in enumerate(waits)] == [True] * 5
    messages.error = None
    world.work()
    assert len(messages.told["7"]) == 1
    assert world.job(told).state is JobState.SUCCEEDED


def test_a_bot_token_that_discord_refuses_fails_at_once(
    world: InProcess, told: "UUID", messages: FakeDirectMessages
) -> None:
    messages.error = ConfigurationError()
    world.work()
    assert (world.job(told).state, world.job(told).error_kind) == (JobState.FAILED, "ConfigurationError")
