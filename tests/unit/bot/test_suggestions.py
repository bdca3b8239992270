"""Choices made of a person's accounts, and of the matches stored of them."""

from datetime import UTC, datetime

import pytest

from src.adapters.discord_messages.match_label import match_label
from src.bot.suggestions import MOST_CHOICES, account_choices, match_choices
from src.core.domain.match import Outcome
from src.core.domain.match_summary import MatchSummary
from src.core.ports.answers import MatchLabel
from tests.fakes.bot_accounts import FakeLinkedAccounts
from tests.fakes.matches import a_match_summary

HISTORY = (
    a_match_summary(2),
    a_match_summary(3, champion="MonkeyKing", outcome=Outcome.LOSS, queue_id=450),
    a_match_summary(30, champion="Khazix", outcome=Outcome.REMAKE),
    a_match_summary(77, outcome=Outcome.LOSS),
)


def labelled(match: MatchSummary) -> MatchLabel:
    return match_label(match, datetime(2026, 3, 14, 12, tzinfo=UTC))


def test_never_more_choices_than_discord_takes() -> None:
    binding = FakeLinkedAccounts()
    accounts = [binding.link("1", f"Account {number}#EUW") for number in range(30)]
    assert len(account_choices(accounts, "")) == MOST_CHOICES == 25


def test_the_longest_riot_id_fits_a_choice() -> None:
    account = FakeLinkedAccounts().link("1", "x" * 17 + "#ABCDE")
    (choice,) = account_choices([account], "")
    assert len(choice.name) <= 100
    assert choice.value == str(account.riot_id)


def test_matching_ignores_case_and_spaces_around() -> None:
    account = FakeLinkedAccounts().link("1", "Mara Main#EUW")
    assert account_choices([account], " mara m ")
    assert account_choices([account], "jonas") == []


def test_a_match_is_named_by_what_its_player_remembers_of_it() -> None:
    (choice, *_) = match_choices(HISTORY, "", labelled)
    assert choice.name.startswith("Ahri, win, 12/3/9, ")
    assert "Ranked Solo" in choice.name
    assert choice.value == "EUW1_2"


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("", [2, 3, 30, 77]),
        ("ahri", [2, 77]),
        ("AHRI, loss", [77]),
        ("loss ahri", [77]),
        ("aram", [3]),
        ("wukong", [3]),
        ("monkeyk", [3]),
        ("khazix", [30]),
        ("kha'zix remake", [30]),
        ("euw1_77", [77]),
        ("ahri aram", []),
    ],
)
def test_every_typed_word_is_part_of_the_match(typed: str, found: list[int]) -> None:
    assert [choice.value for choice in match_choices(HISTORY, typed, labelled)] == [f"EUW1_{one}" for one in found]


def test_never_more_or_longer_choices_of_matches_than_discord_takes() -> None:
    long = [a_match_summary(number, champion="A" * 200) for number in range(30)]
    choices = match_choices(long, "", labelled)
    assert [choice.value for choice in choices] == [match.match_id for match in long[:25]]
    assert all(len(choice.name) <= 100 for choice in choices)
