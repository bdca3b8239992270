"""Whose account it is, and on which platform."""

import asyncio
from collections import deque
from typing import Any

import pytest
from aiohttp import web

from src.adapters.rso_adapter import RSOAdapter
from src.core.domain.account import Summoner
from src.core.domain.binding import ProvenAccount
from src.core.domain.regions import Platform, RoutingValue
from src.core.domain.riot_id import RiotId
from src.core.errors import ChimeraError, RateLimited, RiotKeyRejected, SignInRefused, Unavailable
from tests.fakes.riot_api import FakeRiotApi
from tests.fakes.rso_issuer import RSOIssuer
from tests.unit.adapters.rso_adapter.sign_ins import claim, settings_for, signed_in


async def test_the_account_is_the_one_riot_names_to_the_bearer(adapter: RSOAdapter, issuer: RSOIssuer) -> None:
    account = await signed_in(adapter, issuer)

    assert account == ProvenAccount(
        puuid="puuid-1", riot_id=RiotId(game_name="Hide on bush", tag_line="KR1"), platform=Platform.NA1
    )


async def test_accounts_me_is_asked_with_the_bearer_and_without_the_api_key(
    adapter: RSOAdapter, issuer: RSOIssuer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RIOT_API_KEY", "RGAPI-test")

    await signed_in(adapter, issuer)

    assert issuer.me_headers[0]["Authorization"].startswith("Bearer ")
    assert "X-Riot-Token" not in issuer.me_headers[0]


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        ({"puuid": "p"}, SignInRefused),
        ({"gameName": "A", "tagLine": "B"}, Unavailable),
        ({"puuid": 7, "gameName": "A", "tagLine": "B"}, Unavailable),
        (web.Response(status=403), SignInRefused),
        (web.Response(status=503), Unavailable),
        (web.Response(text="<html>", content_type="text/html"), Unavailable),
    ],
)
async def test_each_answer_of_accounts_me_has_its_error(
    adapter: RSOAdapter, issuer: RSOIssuer, answer: dict[str, Any] | web.Response, expected: type[ChimeraError]
) -> None:
    issuer.lies.account = answer

    with pytest.raises(expected):
        await signed_in(adapter, issuer)


async def test_the_platform_comes_from_the_id_token_first(adapter: RSOAdapter, issuer: RSOIssuer) -> None:
    issuer.lies.claims = claim("cpid", "EUW1")
    issuer.cpid = "KR"

    assert (await signed_in(adapter, issuer)).platform is Platform.EUW1
    assert "userinfo" not in issuer.requests


async def test_the_platform_comes_from_userinfo_next(adapter: RSOAdapter, issuer: RSOIssuer) -> None:
    issuer.cpid = "KR"

    assert (await signed_in(adapter, issuer)).platform is Platform.KR


async def test_the_platform_comes_from_the_riot_api_when_rso_tells_none(issuer: RSOIssuer) -> None:
    riot = FakeRiotApi(summoners=[Summoner(puuid="puuid-1", platform=Platform.EUW1, profile_icon_id=1, level=30)])
    adapter = RSOAdapter(settings_for(issuer), active_platform=riot.active_platform)

    assert (await signed_in(adapter, issuer)).platform is Platform.EUW1
    assert riot.calls == [("active_platform", "puuid-1", "americas")]


async def test_the_riot_api_is_not_asked_for_what_rso_tells(issuer: RSOIssuer) -> None:
    issuer.cpid = "KR"
    riot = FakeRiotApi()

    await signed_in(RSOAdapter(settings_for(issuer), active_platform=riot.active_platform), issuer)

    assert riot.calls == []


@pytest.mark.parametrize("cpid", [None, "MOON1"])
async def test_the_platform_is_the_attempts_when_nobody_knows_better(
    issuer: RSOIssuer, adapter: RSOAdapter, cpid: str | None
) -> None:
    issuer.cpid = cpid

    assert (await signed_in(adapter, issuer)).platform is Platform.NA1


@pytest.mark.parametrize("error", [RateLimited(retry_after=9), RiotKeyRejected(), Unavailable()])
async def test_a_riot_api_that_does_not_tell_costs_only_the_platform(issuer: RSOIssuer, error: ChimeraError) -> None:
    riot = FakeRiotApi(errors=deque([error]))
    adapter = RSOAdapter(settings_for(issuer), active_platform=riot.active_platform)

    assert (await signed_in(adapter, issuer)).platform is Platform.NA1


async def test_a_riot_api_without_a_turn_left_keeps_nobody_waiting(
    issuer: RSOIssuer, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def waits_for_its_turn(puuid: str, routing: RoutingValue) -> Platform | None:
        await asyncio.Event().wait()
        return None

    monkeypatch.setattr("src.adapters.rso_adapter.adapter._REGION_PATIENCE", 0.01)

    account = await signed_in(RSOAdapter(settings_for(issuer), active_platform=waits_for_its_turn), issuer)

    assert account.platform is Platform.NA1


async def test_userinfo_that_is_down_costs_only_the_platform(adapter: RSOAdapter, issuer: RSOIssuer) -> None:
    issuer.lies.userinfo = web.Response(status=500)

    assert (await signed_in(adapter, issuer)).platform is Platform.NA1
