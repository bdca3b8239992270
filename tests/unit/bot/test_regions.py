"""Regions as people call them."""

import pytest
from discord import Locale

from src.bot.regions import REGION_NAMES, likely_platform, matching_regions, region_name
from src.core.domain.regions import Platform, parse_platform


def test_every_platform_has_a_name() -> None:
    assert set(REGION_NAMES) == set(Platform)


def test_a_name_fits_a_choice() -> None:
    assert all(len(region_name(platform)) <= 100 for platform in Platform)


@pytest.mark.parametrize("locale", list(Locale))
def test_every_locale_of_discord_has_a_likely_region(locale: Locale) -> None:
    assert parse_platform(likely_platform(locale.value)) in Platform


@pytest.mark.parametrize(
    ("locale", "platform"),
    [
        ("ko", Platform.KR),
        ("en-US", Platform.NA1),
        ("en-GB", Platform.EUW1),
        ("de", Platform.EUW1),
        ("pl", Platform.EUN1),
    ],
)
def test_the_likely_region_follows_the_language(locale: str, platform: Platform) -> None:
    assert likely_platform(locale) is platform


def test_what_begins_with_the_typed_text_comes_first() -> None:
    assert matching_regions("na")[0] is Platform.NA1
    assert matching_regions("Europe W") == [Platform.EUW1]
    assert matching_regions("KOREA ") == [Platform.KR]
    assert matching_regions("atlantis") == []


def test_nothing_typed_matches_every_region_within_what_discord_shows() -> None:
    assert set(matching_regions("")) == set(Platform)
    assert len(Platform) <= 25
