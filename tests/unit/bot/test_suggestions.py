"""Choices made of a person's accounts."""

from src.bot.suggestions import MOST_CHOICES, account_choices
from tests.fakes.bot_accounts import FakeLinkedAccounts


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
