"""What leads on from an analysis."""

from collections.abc import Iterator
from datetime import UTC, datetime
from uuid import UUID

import pytest

from src.adapters.discord_messages.cancel_button import cancel_button
from src.adapters.discord_messages.match_buttons import match_buttons
from src.adapters.discord_messages.match_label import match_label
from src.adapters.discord_messages.profile_buttons import profile_buttons
from src.bot.client import _CONTROLS
from src.bot.match_controls import match_select
from src.core.domain.answer_key import AnswerKey, account_mark
from src.core.domain.match_summary import MatchSummary
from src.core.ports.answers import MatchLabel
from tests.fakes.analyses import an_analysis
from tests.fakes.bot_accounts import FakeLinkedAccounts
from tests.fakes.matches import a_match_summary
from tests.fakes.profiles import a_profile

OWNER = "9" * 20
NOW = datetime(2026, 3, 14, 12, tzinfo=UTC)
LONGEST = AnswerKey(f"EUW1_{'9' * 19}", account_mark("p"), OWNER)


def labelled(match: MatchSummary) -> MatchLabel:
    return match_label(match, NOW)


def takers(custom_id: str) -> list[type]:
    """The controls of the bot that take what has this custom_id."""
    return [control for control in _CONTROLS if control.__discord_ui_compiled_template__.fullmatch(custom_id)]


def made_by_workers() -> Iterator[str]:
    rows = [match_buttons(an_analysis(), OWNER, details=details) for details in (False, True)]
    rows += [profile_buttons(a_profile(a_match_summary()), OWNER), (cancel_button(UUID(int=7)),)]
    yield from (button["custom_id"] for row in rows for button in row)


@pytest.mark.parametrize("custom_id", sorted(set(made_by_workers())))
def test_every_button_that_a_worker_makes_is_taken_by_one_control(custom_id: str) -> None:
    assert len(takers(custom_id)) == 1
    assert len(custom_id) <= 100


def test_the_buttons_of_an_analysis_a_profile_and_a_job_are_among_them() -> None:
    assert len(set(made_by_workers())) == 7


async def test_the_choice_is_taken_and_within_what_discord_shows() -> None:
    binding = FakeLinkedAccounts().link("1", "x" * 17 + "#ABCDE")
    longest = a_match_summary(champion="A" * 200, mode="CHERRY", queue_id=10**90)
    select = match_select(LONGEST, binding, [longest] * 25, labelled).item
    assert len(takers(select.custom_id)) == 1
    assert len(select.custom_id) <= 100
    assert len(select.placeholder or "") <= 150
    assert all(len(option.label) <= 100 and len(option.description or "") <= 100 for option in select.options)
