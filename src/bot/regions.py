"""Regions as players call them, and the likely one of a person who did not say."""

from typing import Final

from src.core.domain.regions import Platform

REGION_NAMES: Final[dict[Platform, str]] = {
    Platform.BR1: "Brazil",
    Platform.EUN1: "Europe Nordic & East",
    Platform.EUW1: "Europe West",
    Platform.JP1: "Japan",
    Platform.KR: "Korea",
    Platform.LA1: "Latin America North",
    Platform.LA2: "Latin America South",
    Platform.ME1: "Middle East",
    Platform.NA1: "North America",
    Platform.OC1: "Oceania",
    Platform.PH2: "Philippines",
    Platform.RU: "Russia",
    Platform.SG2: "Singapore, Malaysia & Indonesia",
    Platform.TH2: "Thailand",
    Platform.TR1: "Türkiye",
    Platform.TW2: "Taiwan, Hong Kong & Macao",
    Platform.VN2: "Vietnam",
}

# Discord's locales: https://discord.com/developers/docs/reference#locales
_BY_LOCALE: Final = {
    "en-US": Platform.NA1,
    "ja": Platform.JP1,
    "ko": Platform.KR,
    "pt-BR": Platform.BR1,
    "ru": Platform.RU,
    "es-419": Platform.LA1,
    "th": Platform.TH2,
    "tr": Platform.TR1,
    "vi": Platform.VN2,
    "zh-TW": Platform.TW2,
    "id": Platform.SG2,
    **dict.fromkeys(("cs", "el", "hu", "pl", "ro", "bg", "hr", "lt", "uk"), Platform.EUN1),
    **dict.fromkeys(("da", "fi", "no", "sv-SE"), Platform.EUN1),
}


def region_name(platform: Platform) -> str:
    """A region for people.

    >>> region_name(Platform.EUW1)
    'Europe West (euw1)'
    """
    return f"{REGION_NAMES[platform]} ({platform.value})"


def likely_platform(locale: str) -> Platform:
    """Where somebody whose Discord speaks `locale` most likely plays; they are told and can say otherwise."""
    return _BY_LOCALE.get(locale, Platform.EUW1)


def matching_regions(typed: str) -> list[Platform]:
    """The regions whose code or name contains what was typed, those that begin with it first."""
    word = typed.strip().casefold()
    found = [platform for platform in Platform if word in region_name(platform).casefold()]
    return sorted(found, key=lambda p: not (p.value.startswith(word) or REGION_NAMES[p].casefold().startswith(word)))
