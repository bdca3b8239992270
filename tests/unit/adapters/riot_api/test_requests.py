"""Addresses: what cassiopeia prepares, and what it does not know."""

from datetime import UTC, datetime, timedelta, timezone

import pytest

from src.adapters.riot_api import requests
from src.core.domain.regions import Platform, RoutingValue
from src.core.domain.riot_id import RiotId
from src.core.errors import InvalidInput

EUROPE = RoutingValue.EUROPE


def _ids(**given: object) -> requests.RiotRequest:
    arguments = {"start": 0, "count": 20, "start_time": None, "end_time": None, "queue": None} | given
    return requests.match_ids("p", EUROPE, **arguments)  # type: ignore[arg-type]


@pytest.mark.parametrize("platform", Platform)
def test_every_platform_has_matches_timelines_and_summoners(platform: Platform) -> None:
    match_id = f"{platform.upper()}_123"
    match, timeline = requests.match(match_id, platform.routing), requests.timeline(match_id, platform.routing)
    assert (match.host, match.target) == (platform.routing, f"/lol/match/v5/matches/{match_id}")
    assert (timeline.host, timeline.target) == (platform.routing, f"/lol/match/v5/matches/{match_id}/timeline")
    summoner = requests.summoner("p", platform)
    assert (summoner.host, summoner.target) == (platform, "/lol/summoner/v4/summoners/by-puuid/p")
    league = requests.league_entries("p", platform)
    assert (league.host, league.target) == (platform, "/lol/league/v4/entries/by-puuid/p")


def test_riot_ids_are_encoded_segment_by_segment() -> None:
    riot_id = RiotId(game_name="달빛 a/b?c#d%20é&", tag_line="KR1")
    request = requests.account_by_riot_id(riot_id, RoutingValue.ASIA)
    name = "%EB%8B%AC%EB%B9%9B%20a%2Fb%3Fc%23d%2520%C3%A9%26"
    assert request.target == f"/riot/account/v1/accounts/by-riot-id/{name}/KR1"


def test_accounts_of_the_sea_cluster_are_asked_for_in_asia() -> None:
    assert requests.account_by_puuid("p", RoutingValue.SEA).host == "asia"
    assert requests.account_by_puuid("p", RoutingValue.EUROPE).host == "europe"
    assert requests.active_region("p", RoutingValue.SEA).host == "asia"


def test_the_active_region_is_asked_for_by_game() -> None:
    assert requests.active_region("p/q", EUROPE).target == "/riot/account/v1/region/by-game/lol/by-puuid/p%2Fq"


@pytest.mark.parametrize("puuid", ["", " ", ".", "..", "x" * 129])
def test_what_cannot_be_a_puuid_is_refused(puuid: str) -> None:
    with pytest.raises(InvalidInput):
        requests.account_by_puuid(puuid, EUROPE)
    with pytest.raises(InvalidInput):
        requests.summoner(puuid, Platform.KR)
    with pytest.raises(InvalidInput):
        requests.active_region(puuid, EUROPE)


def test_a_puuid_cannot_leave_its_place_in_the_path() -> None:
    assert requests.account_by_puuid("../x?y", EUROPE).target.endswith("/by-puuid/..%2Fx%3Fy")


def test_ids_are_asked_for_in_pages() -> None:
    assert _ids().target == "/lol/match/v5/matches/by-puuid/p/ids?start=0&count=20"
    assert _ids(start=40, count=100).parameters == {"start": 40, "count": 100}


@pytest.mark.parametrize("queue", [0, 420, 480, 490, 1710, 99999])
def test_ids_are_asked_for_by_any_queue(queue: int) -> None:
    assert _ids(queue=queue).parameters["queue"] == queue


def test_times_are_sent_as_whole_seconds_utc() -> None:
    there = timezone(timedelta(hours=2))
    request = _ids(
        start_time=datetime(2024, 1, 1, 2, tzinfo=there), end_time=datetime(2024, 1, 2, 0, 0, 0, 999_999, tzinfo=UTC)
    )
    assert (request.parameters["startTime"], request.parameters["endTime"]) == (1_704_067_200, 1_704_153_600)


def test_times_without_a_zone_are_utc() -> None:
    assert _ids(start_time=datetime(2024, 1, 1)).parameters["startTime"] == 1_704_067_200  # noqa: DTZ001


def test_its_repr_names_nobody() -> None:
    assert "Secret" not in repr(requests.account_by_riot_id(RiotId(game_name="Secret", tag_line="NA1"), EUROPE))
