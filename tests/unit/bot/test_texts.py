"""Texts of the bot."""

from src.bot.cogs.accounts import account_list, region_text
from src.core.domain.regions import Platform
from tests.fakes.bot_services import FakeAccountBinding


def test_names_that_look_like_markdown_stay_names() -> None:
    binding = FakeAccountBinding().link("1", "*bold*#EUW")
    assert r"\*bold\*#EUW" in account_list([binding])


def test_a_stated_region_is_not_questioned() -> None:
    assert "wrong" not in region_text(Platform.KR, guessed=False)
    assert "wrong" in region_text(Platform.KR, guessed=True)
