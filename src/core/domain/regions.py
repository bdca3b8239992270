"""Where a player plays (platform) and which cluster answers for it (routing value)."""

import re
from enum import StrEnum

from src.core.errors import InvalidInput


class RoutingValue(StrEnum):
    """A cluster of the regional endpoints (account-v1, match-v5)."""

    AMERICAS = "americas"
    ASIA = "asia"
    EUROPE = "europe"
    SEA = "sea"


class Platform(StrEnum):
    """A League of Legends platform; its upper-case form is the prefix of match ids."""

    BR1 = "br1"
    EUN1 = "eun1"
    EUW1 = "euw1"
    JP1 = "jp1"
    KR = "kr"
    LA1 = "la1"
    LA2 = "la2"
    ME1 = "me1"
    NA1 = "na1"
    OC1 = "oc1"
    PH2 = "ph2"
    RU = "ru"
    SG2 = "sg2"
    TH2 = "th2"
    TR1 = "tr1"
    TW2 = "tw2"
    VN2 = "vn2"

    @property
    def routing(self) -> RoutingValue:
        """The cluster that serves this platform's matches."""
        return _MATCH_ROUTING[self]

    @property
    def account_routing(self) -> RoutingValue:
        """The nearest cluster that serves accounts; account-v1 does not exist on `sea`."""
        return RoutingValue.ASIA if self.routing is RoutingValue.SEA else self.routing


_MATCH_ROUTING = {
    **dict.fromkeys((Platform.BR1, Platform.LA1, Platform.LA2, Platform.NA1), RoutingValue.AMERICAS),
    **dict.fromkeys((Platform.JP1, Platform.KR), RoutingValue.ASIA),
    **dict.fromkeys((Platform.EUN1, Platform.EUW1, Platform.ME1, Platform.RU, Platform.TR1), RoutingValue.EUROPE),
    **dict.fromkeys(
        (Platform.OC1, Platform.PH2, Platform.SG2, Platform.TH2, Platform.TW2, Platform.VN2), RoutingValue.SEA
    ),
}

# What players write for the platforms whose code they do not know.
_SPOKEN = {
    "na": Platform.NA1, "euw": Platform.EUW1, "eune": Platform.EUN1, "eun": Platform.EUN1, "br": Platform.BR1,
    "jp": Platform.JP1, "lan": Platform.LA1, "las": Platform.LA2, "oce": Platform.OC1, "oc": Platform.OC1,
    "tr": Platform.TR1, "ph": Platform.PH2, "sg": Platform.SG2, "th": Platform.TH2, "tw": Platform.TW2,
    "vn": Platform.VN2, "me": Platform.ME1, "kr1": Platform.KR, "ru1": Platform.RU,
}  # fmt: skip

_MATCH_ID = re.compile(r"([A-Z]{2,4}[0-9]?)_([0-9]{1,20})")


def parse_platform(text: str) -> Platform:
    """Read a platform: its code (`na1`) or what players say (`NA`, `EUW`).

    Raises:
        InvalidInput: listing the platforms.
    """
    word = text.strip().lower()
    if word in _SPOKEN:
        return _SPOKEN[word]
    try:
        return Platform(word)
    except ValueError:
        known = ", ".join(Platform)
        raise InvalidInput(f"Unknown region {text[:20]!r}. Use one of: {known}.") from None


def parse_routing(text: str) -> RoutingValue:
    """Read a routing value, or the platform whose matches it serves.

    Raises:
        InvalidInput: it is neither.
    """
    word = text.strip().lower()
    return RoutingValue(word) if word in set(RoutingValue) else parse_platform(word).routing


def parse_match_id(text: str) -> tuple[str, Platform]:
    """Read a match id such as `NA1_1234567890`; answers its canonical form and its platform.

    >>> parse_match_id("euw_123")
    ('EUW1_123', <Platform.EUW1: 'euw1'>)

    Raises:
        InvalidInput: it is not a match id, or names an unknown platform.
    """
    match = _MATCH_ID.fullmatch(text.strip().upper())
    if match is None:
        raise InvalidInput(f"{text[:40]!r} is not a match id. It looks like NA1_1234567890.")
    platform = parse_platform(match[1])
    # Riot reads NA1_0005 as NA1_5: one match must not be stored under two ids.
    return f"{platform.value.upper()}_{int(match[2])}", platform


def check_same_place(platform: Platform, *, said_platform: str | None = None, said_routing: str | None = None) -> None:
    """Check that what a caller says beside it names the same place; what is left out does.

    Raises:
        InvalidInput: it names another one.
    """
    if said_platform is not None and parse_platform(said_platform) is not platform:
        raise InvalidInput(f"This is on {platform}. Leave the platform out, or write that.")
    if said_routing is not None and parse_routing(said_routing) is not platform.routing:
        raise InvalidInput(f"{platform} belongs to {platform.routing}. Leave routing out, or write that.")
