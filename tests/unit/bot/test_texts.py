"""Texts of the bot."""

from src.bot.cogs.accounts import account_list, bind_text
from src.core.domain.regions import Platform
from tests.fakes.bot_services import FakeAccountBinding


def test_names_that_look_like_markdown_stay_names() -> None:
    binding = FakeAccountBinding().link("1", "*bold*#EUW")
    assert r"\*bold\*#EUW" in account_list([binding])


def test_a_stated_region_is_not_questioned() -> None:
    assert "wrong" not in bind_text(Platform.KR, guessed=False, seconds=600)
    assert "wrong" in bind_text(Platform.KR, guessed=True, seconds=600)


def test_the_lifetime_of_a_link_is_told_in_whole_minutes_and_never_as_none() -> None:
    assert "for 10 minutes" in bind_text(Platform.KR, guessed=False, seconds=600)
    assert "for 1 minute." in bind_text(Platform.KR, guessed=False, seconds=20)
