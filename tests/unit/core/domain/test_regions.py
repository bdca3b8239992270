"""Platforms, routing values, and the match ids that name a platform."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from src.core.domain.regions import (
    Platform,
    RoutingValue,
    check_same_place,
    parse_match_id,
    parse_platform,
    parse_routing,
)
from src.core.errors import InvalidInput

ANY_TEXT = st.text(st.characters(exclude_categories=()), max_size=30)


@pytest.mark.parametrize("platform", Platform)
def test_every_platform_has_a_cluster_for_matches_and_one_that_serves_accounts(platform: Platform) -> None:
    assert platform.routing in RoutingValue
    assert platform.account_routing in {RoutingValue.AMERICAS, RoutingValue.ASIA, RoutingValue.EUROPE}


@pytest.mark.parametrize(
    ("platform", "matches", "accounts"),
    [
        (Platform.NA1, RoutingValue.AMERICAS, RoutingValue.AMERICAS),
        (Platform.LA2, RoutingValue.AMERICAS, RoutingValue.AMERICAS),
        (Platform.KR, RoutingValue.ASIA, RoutingValue.ASIA),
        (Platform.EUW1, RoutingValue.EUROPE, RoutingValue.EUROPE),
        (Platform.ME1, RoutingValue.EUROPE, RoutingValue.EUROPE),
        (Platform.OC1, RoutingValue.SEA, RoutingValue.ASIA),
        (Platform.VN2, RoutingValue.SEA, RoutingValue.ASIA),
    ],
)
def test_clusters_are_riots_and_sea_has_no_accounts(
    platform: Platform, matches: RoutingValue, accounts: RoutingValue
) -> None:
    assert (platform.routing, platform.account_routing) == (matches, accounts)


@pytest.mark.parametrize("platform", Platform)
def test_a_platform_is_read_by_its_code_in_any_case(platform: Platform) -> None:
    assert parse_platform(platform.value) is parse_platform(f"  {platform.value.upper()} ") is platform


@pytest.mark.parametrize(
    ("spoken", "platform"),
    [("NA", Platform.NA1), ("euw", Platform.EUW1), ("EUNE", Platform.EUN1), ("Las", Platform.LA2),
     ("LAN", Platform.LA1), ("OCE", Platform.OC1), ("kr1", Platform.KR)],
)  # fmt: skip
def test_a_platform_is_read_as_players_call_it(spoken: str, platform: Platform) -> None:
    assert parse_platform(spoken) is platform


@pytest.mark.parametrize("text", ["", "pbe", "europe", "na11", "n a"])
def test_an_unknown_region_is_refused_with_the_list(text: str) -> None:
    with pytest.raises(InvalidInput, match="euw1, jp1, kr"):
        parse_platform(text)


def test_a_long_wrong_region_is_cut_in_the_message() -> None:
    with pytest.raises(InvalidInput) as refused:
        parse_platform("x" * 5000)
    assert len(str(refused.value)) < 200


@pytest.mark.parametrize(
    ("text", "routing"),
    [("americas", RoutingValue.AMERICAS), (" SEA ", RoutingValue.SEA), ("na1", RoutingValue.AMERICAS),
     ("EUW", RoutingValue.EUROPE), ("vn2", RoutingValue.SEA)],
)  # fmt: skip
def test_a_region_is_a_routing_value_or_a_platform(text: str, routing: RoutingValue) -> None:
    assert parse_routing(text) is routing


@pytest.mark.parametrize(
    ("written", "canonical", "platform"),
    [
        ("NA1_1234567890", "NA1_1234567890", Platform.NA1),
        (" euw1_7 ", "EUW1_7", Platform.EUW1),
        ("KR_1", "KR_1", Platform.KR),
        ("EUW_7", "EUW1_7", Platform.EUW1),
        ("kr1_7", "KR_7", Platform.KR),
    ],
)
def test_match_ids_are_read_into_riots_own_form(written: str, canonical: str, platform: Platform) -> None:
    assert parse_match_id(written) == (canonical, platform)


@pytest.mark.parametrize(
    "text",
    ["", "1234567890", "NA1-123", "NA1_", "NA1_12a", "NA1_١٢٣", "NA1_１２", "NA1_1 2", "XX9_123", "NA1_" + "1" * 21],  # noqa: RUF001
)
def test_what_is_no_match_id_is_refused(text: str) -> None:
    with pytest.raises(InvalidInput):
        parse_match_id(text)


@given(ANY_TEXT)
def test_any_text_is_a_region_or_refused(text: str) -> None:
    try:
        routing = parse_routing(text)
    except InvalidInput:
        return
    assert isinstance(routing, RoutingValue)


@given(ANY_TEXT | st.from_regex(r"\A[a-zA-Z]{2,4}\d?_\d{1,20}\Z"))
def test_any_text_is_a_match_id_or_refused_and_its_form_is_stable(text: str) -> None:
    try:
        canonical, platform = parse_match_id(text)
    except InvalidInput:
        return
    assert canonical.isascii()
    assert parse_match_id(canonical) == (canonical, platform)
    assert canonical.startswith(f"{platform.value.upper()}_")


def test_leading_zeros_of_a_match_id_are_dropped() -> None:
    """Riot reads both alike, so both are one match."""
    assert parse_match_id("NA1_0005") == ("NA1_5", Platform.NA1)


@pytest.mark.parametrize(("platform", "routing"), [(None, None), ("EUW", None), (None, "europe"), ("euw1", "EUROPE")])
def test_the_same_place_may_be_said_twice_or_not_at_all(platform: str | None, routing: str | None) -> None:
    check_same_place(Platform.EUW1, said_platform=platform, said_routing=routing)


@pytest.mark.parametrize(("platform", "routing"), [("na1", None), (None, "asia"), ("euw1", "sea"), ("", None)])
def test_another_place_is_refused(platform: str | None, routing: str | None) -> None:
    with pytest.raises(InvalidInput):
        check_same_place(Platform.EUW1, said_platform=platform, said_routing=routing)
