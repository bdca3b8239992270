"""Platforms and routing values, as far as the stand-in needs them."""

REGION_OF_PLATFORM: dict[str, str] = {
    **dict.fromkeys(("na1", "br1", "la1", "la2"), "americas"),
    **dict.fromkeys(("kr", "jp1"), "asia"),
    **dict.fromkeys(("euw1", "eun1", "tr1", "ru", "me1"), "europe"),
    **dict.fromkeys(("oc1", "ph2", "sg2", "th2", "tw2", "vn2"), "sea"),
}
PLATFORMS = frozenset(REGION_OF_PLATFORM)
MATCH_REGIONS = frozenset({"americas", "asia", "europe", "sea"})
ACCOUNT_REGIONS = frozenset({"americas", "asia", "europe"})
HOSTS = PLATFORMS | MATCH_REGIONS


def region_of_match(match_id: str) -> str:
    """The routing value that serves this match id; empty for an unknown platform.

    >>> region_of_match("EUW1_7000000001")
    'europe'
    """
    return REGION_OF_PLATFORM.get(match_id.partition("_")[0].lower(), "")
