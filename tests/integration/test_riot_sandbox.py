"""The Riot API's stand-in over real HTTP: what a client meets at the edge and behind it."""

import asyncio
import gzip
import json
import os
import signal
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any
from urllib.parse import quote

import aiohttp
import pytest
import pytest_asyncio

from src.sandbox.riot import DEVELOPMENT_LIMITS, FaultRule, Limits, RiotSandbox, World
from src.sandbox.riot.relabelled import relabelled_id
from tests.real_documents import REAL_DOCUMENTS, needs_real_documents

pytest_plugins = ("tests.sandbox_fixtures",)

_KEY = {"X-Riot-Token": "RGAPI-test"}
Get = Callable[..., Awaitable["Answer"]]


class Answer:
    """A response, read to its end."""

    def __init__(self, response: aiohttp.ClientResponse, body: bytes) -> None:
        self.status = response.status
        self.headers = response.headers
        self.body = body

    def json(self) -> Any:
        """The body as JSON, whatever the content type says."""
        return json.loads(self.body)


@pytest_asyncio.fixture
async def get(riot_sandbox: RiotSandbox) -> AsyncIterator[Get]:
    """A function that makes one call: routing value, path, and what else aiohttp takes."""
    async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=10)) as session:

        async def call(host: str, path: str, *, sandbox: RiotSandbox = riot_sandbox, **options: Any) -> Answer:
            options.setdefault("headers", _KEY)
            url = sandbox.riot_base_url.format(host=host) + path
            async with session.get(url, **options) as response:
                return Answer(response, await response.read())

        yield call


async def test_an_account_is_found_by_riot_id_and_by_puuid(get: Get, riot_world: World) -> None:
    for player in riot_world.players():
        path = f"/riot/account/v1/accounts/by-riot-id/{quote(player.game_name)}/{quote(player.tag_line)}"
        expected = {"puuid": player.puuid, "gameName": player.game_name, "tagLine": player.tag_line}
        assert (await get("europe", path)).json() == expected
        assert (await get("asia", f"/riot/account/v1/accounts/by-puuid/{player.puuid}")).json() == expected


async def test_region_summoner_and_league_of_a_player(get: Get, riot_world: World) -> None:
    main = riot_world.main
    region = await get("americas", f"/riot/account/v1/region/by-game/lol/by-puuid/{main.puuid}")
    assert region.json() == {"puuid": main.puuid, "game": "lol", "region": "na1"}
    summoner = (await get("na1", f"/lol/summoner/v4/summoners/by-puuid/{main.puuid}")).json()
    assert (summoner["profileIconId"], summoner["summonerLevel"]) == (main.profile_icon_id, main.summoner_level)
    solo, flex = (await get("na1", f"/lol/league/v4/entries/by-puuid/{main.puuid}")).json()
    assert (solo["queueType"], solo["tier"]) == ("RANKED_SOLO_5x5", "EMERALD")
    assert (flex["queueType"], flex["tier"]) == ("RANKED_FLEX_SR", "PLATINUM")
    assert (await get("na1", f"/lol/league/v4/entries/by-puuid/{riot_world.newcomer.puuid}")).json() == []
    assert (await get("na1", "/lol/status/v4/platform-data")).json()["id"] == "NA1"


async def test_match_ids_are_paged_newest_first(get: Get, riot_world: World) -> None:
    path = f"/lol/match/v5/matches/by-puuid/{riot_world.main.puuid}/ids"
    known = [listed.match_id for listed in riot_world.history(riot_world.main.puuid)]
    assert (await get("americas", path)).json() == known[:20]
    assert (await get("americas", path, params={"start": 20, "count": 10})).json() == known[20:30]
    assert (await get("americas", path, params={"count": 100})).json() == known
    assert (await get("americas", path, params={"start": 500})).json() == []
    assert (await get("americas", path, params={"count": 0})).json() == []


async def test_match_ids_are_filtered_by_time_queue_and_type(get: Get, riot_world: World) -> None:
    path = f"/lol/match/v5/matches/by-puuid/{riot_world.main.puuid}/ids"
    history = riot_world.history(riot_world.main.puuid)
    aram = (await get("americas", path, params={"queue": 450, "count": 100})).json()
    assert aram == [listed.match_id for listed in history if listed.queue_id == 450]
    ranked = (await get("americas", path, params={"type": "ranked", "count": 100})).json()
    assert ranked == [listed.match_id for listed in history if listed.queue_id in {420, 440}]
    fifth_s = history[5].created_ms // 1000
    recent = (await get("americas", path, params={"startTime": fifth_s, "count": 100})).json()
    assert recent == [listed.match_id for listed in history[:6]]
    older = (await get("americas", path, params={"endTime": fifth_s, "count": 100})).json()
    assert older == [listed.match_id for listed in history[5:]]


async def test_histories_live_on_their_own_routing_value(get: Get, riot_world: World) -> None:
    path = f"/lol/match/v5/matches/by-puuid/{riot_world.main.puuid}/ids"
    assert (await get("europe", path)).json() == []
    newest = riot_world.history(riot_world.main.puuid)[0].match_id
    assert (await get("europe", f"/lol/match/v5/matches/{newest}")).status == 404


async def test_a_match_and_its_timeline_are_served(get: Get, riot_world: World) -> None:
    newest = riot_world.history(riot_world.main.puuid)[0].match_id
    match = await get("americas", f"/lol/match/v5/matches/{newest}")
    timeline = await get("americas", f"/lol/match/v5/matches/{newest}/timeline")
    assert match.json()["metadata"] == timeline.json()["metadata"]
    assert match.headers["Content-Encoding"] == "gzip"
    plain = await get("americas", f"/lol/match/v5/matches/{newest}", headers={**_KEY, "Accept-Encoding": "identity"})
    assert "Content-Encoding" not in plain.headers
    assert plain.body == match.body


async def test_a_listed_match_may_be_somebody_elses(get: Get, riot_world: World) -> None:
    puuid = riot_world.main.puuid
    listed = (await get("americas", f"/lol/match/v5/matches/by-puuid/{puuid}/ids?count=100")).json()
    games = riot_world.plans(puuid)
    strange = next(game.plan.match_id for game in games if riot_world.main not in game.plan.roster)
    assert strange in listed[1:]
    for document in ("", "/timeline"):
        answer = await get("americas", f"/lol/match/v5/matches/{strange}{document}")
        assert answer.status == 200
        assert puuid not in answer.json()["metadata"]["participants"]


async def test_lost_documents_are_404_for_ever(get: Get, riot_world: World) -> None:
    games = riot_world.plans(riot_world.main.puuid)
    match_gone = next(game.plan.match_id for game in games if game.match_gone)
    timeline_gone = next(game.plan.match_id for game in games if game.timeline_gone)
    for _ in range(2):
        lost = await get("americas", f"/lol/match/v5/matches/{match_gone}")
        assert lost.status == 404
        assert lost.json() == {"status": {"message": "Data not found - match file not found", "status_code": 404}}
    assert (await get("americas", f"/lol/match/v5/matches/{timeline_gone}")).status == 200
    assert (await get("americas", f"/lol/match/v5/matches/{timeline_gone}/timeline")).status == 404


async def test_content_types_come_with_and_without_charset(get: Get) -> None:
    kinds = {(await get("na1", "/lol/status/v4/platform-data")).headers["Content-Type"] for _ in range(4)}
    assert kinds == {"application/json", "application/json;charset=utf-8"}


@pytest.mark.parametrize(
    ("headers", "status", "message"),
    [
        ({}, 401, "Forbidden"),
        ({"X-Riot-Token": "nonsense"}, 401, "Unknown apikey"),
        ({"X-Riot-Token": "RGAPI-expired-yesterday"}, 403, "Forbidden"),
    ],
)
async def test_a_bad_key_is_refused(headers: dict[str, str], status: int, message: str, get: Get) -> None:
    answer = await get("na1", "/lol/status/v4/platform-data", headers=headers)
    assert answer.status == status
    assert answer.json() == {"status": {"message": message, "status_code": status}}
    assert "X-App-Rate-Limit" not in answer.headers


@pytest.mark.parametrize(
    ("host", "path", "status"),
    [
        ("na1", "/lol/match/v5/matches/NA1_1", 403),
        ("americas", "/lol/status/v4/platform-data", 403),
        ("sea", "/riot/account/v1/accounts/by-riot-id/a/b", 403),
        ("atlantis", "/lol/status/v4/platform-data", 403),
        ("na1", "/lol/retired/v1/endpoint", 403),
        ("americas", "/lol/match/v5/matches/NA1_1", 404),
        ("americas", "/lol/match/v5/matches/what", 400),
        ("americas", "/lol/match/v5/matches/by-puuid/too-short/ids", 400),
        ("americas", f"/lol/match/v5/matches/by-puuid/{'x' * 78}/ids?count=101", 400),
        ("americas", f"/lol/match/v5/matches/by-puuid/{'x' * 78}/ids?queue=solo", 400),
        ("americas", f"/lol/match/v5/matches/by-puuid/{'x' * 78}/ids?type=fun", 400),
        ("americas", "/riot/account/v1/accounts/by-riot-id/Nobody/NA1", 404),
        ("americas", f"/riot/account/v1/accounts/by-puuid/{'x' * 78}", 404),
        ("na1", f"/lol/summoner/v4/summoners/by-puuid/{'x' * 78}", 404),
    ],
)
async def test_what_does_not_exist(host: str, path: str, status: int, get: Get) -> None:
    answer = await get(host, path)
    assert answer.status == status
    assert answer.json()["status"]["status_code"] == status


async def test_a_malformed_puuid_cannot_be_decrypted(get: Get) -> None:
    answer = await get("americas", "/riot/account/v1/accounts/by-puuid/foreign")
    assert (answer.status, answer.json()["status"]["message"]) == (400, "Bad Request - Exception decrypting foreign")


async def test_an_unknown_player_has_an_empty_history(get: Get) -> None:
    assert (await get("americas", f"/lol/match/v5/matches/by-puuid/{'x' * 78}/ids")).json() == []


async def test_summoners_live_on_one_platform(get: Get, riot_world: World) -> None:
    assert (await get("kr", f"/lol/summoner/v4/summoners/by-puuid/{riot_world.main.puuid}")).status == 404


async def test_the_application_limit_refuses_with_retry_after(get: Get, riot_world: World) -> None:
    async with RiotSandbox(riot_world, limits=DEVELOPMENT_LIMITS) as sandbox:
        answers = [await get("na1", "/lol/status/v4/platform-data", sandbox=sandbox) for _ in range(21)]
        other_host = await get("euw1", "/lol/status/v4/platform-data", sandbox=sandbox)
        stats = sandbox.stats.report()
    assert [answer.status for answer in answers] == [200] * 20 + [429]
    refused = answers[-1]
    assert refused.headers["X-Rate-Limit-Type"] == "application"
    assert refused.headers["Retry-After"] == "1"
    assert refused.headers["X-App-Rate-Limit"] == "20:1,100:120"
    assert refused.headers["X-App-Rate-Limit-Count"] == "21:1,21:120"
    assert refused.json() == {"status": {"message": "Rate limit exceeded", "status_code": 429}}
    assert other_host.status == 200
    assert stats["too_many"] == {"application": 1}
    assert stats["calls"] == 22


async def test_a_method_limit_refuses_only_that_method(get: Get, riot_world: World) -> None:
    limits = Limits(app="100:10", methods={"lol-status-v4.getPlatformData": "1:10"})
    async with RiotSandbox(riot_world, limits=limits) as sandbox:
        statuses = [(await get("na1", "/lol/status/v4/platform-data", sandbox=sandbox)) for _ in range(2)]
        league = await get("na1", f"/lol/league/v4/entries/by-puuid/{riot_world.main.puuid}", sandbox=sandbox)
    assert [answer.status for answer in statuses] == [200, 429]
    assert statuses[1].headers["X-Rate-Limit-Type"] == "method"
    assert statuses[1].headers["X-Method-Rate-Limit"] == "1:10"
    assert league.status == 200


async def test_an_answer_takes_as_long_as_it_is_told_to(get: Get, riot_world: World) -> None:
    async with RiotSandbox(riot_world, latency=0.2) as slow:
        began = time.monotonic()
        assert (await get("na1", "/lol/status/v4/platform-data", sandbox=slow)).status == 200
        assert time.monotonic() - began >= 0.2


async def test_a_fault_replaces_the_answer(get: Get, riot_sandbox: RiotSandbox) -> None:
    riot_sandbox.faults.add(FaultRule(status=503, count=1))
    first = await get("na1", "/lol/status/v4/platform-data")
    second = await get("na1", "/lol/status/v4/platform-data")
    assert (first.status, second.status) == (503, 200)
    assert first.json()["status"]["status_code"] == 503
    assert "X-App-Rate-Limit" in first.headers


async def test_a_service_429_has_no_type_and_no_retry_after(get: Get, riot_sandbox: RiotSandbox) -> None:
    riot_sandbox.faults.add(FaultRule(status=429))
    answer = await get("na1", "/lol/status/v4/platform-data")
    assert answer.status == 429
    assert "X-Rate-Limit-Type" not in answer.headers
    assert "Retry-After" not in answer.headers
    assert riot_sandbox.stats.too_many == {"none": 1}


async def test_a_server_429_has_no_limit_headers(get: Get, riot_sandbox: RiotSandbox) -> None:
    riot_sandbox.faults.add(
        FaultRule(status=429, rate_limit_type="server", retry_after=7, message="server rate limit exceeded")
    )
    answer = await get("na1", "/lol/status/v4/platform-data")
    assert (answer.headers["X-Rate-Limit-Type"], answer.headers["Retry-After"]) == ("server", "7")
    assert "X-App-Rate-Limit" not in answer.headers


async def test_bodies_can_be_empty_or_html(get: Get, riot_sandbox: RiotSandbox) -> None:
    riot_sandbox.faults.add(FaultRule(status=502, body="html", count=1), FaultRule(body="empty", count=1))
    html, empty = [await get("na1", "/lol/status/v4/platform-data") for _ in range(2)]
    assert (html.status, html.headers["Content-Type"]) == (502, "text/html")
    assert html.body.startswith(b"<html>")
    assert (empty.status, empty.body) == (200, b"")


async def test_a_truncated_body_ends_too_early(get: Get, riot_sandbox: RiotSandbox, riot_world: World) -> None:
    newest = riot_world.history(riot_world.main.puuid)[0].match_id
    riot_sandbox.faults.add(FaultRule(body="truncated", method="match-v5.getTimeline"))
    with pytest.raises(aiohttp.ClientPayloadError):
        await get("americas", f"/lol/match/v5/matches/{newest}/timeline")


async def test_a_connection_can_be_reset(get: Get, riot_sandbox: RiotSandbox) -> None:
    riot_sandbox.faults.add(FaultRule(body="reset"))
    with pytest.raises(aiohttp.ClientOSError):
        await get("na1", "/lol/status/v4/platform-data")
    assert riot_sandbox.stats.report()["by_status"] == {"0": riot_sandbox.stats.calls}


async def test_an_answer_can_be_late(get: Get, riot_sandbox: RiotSandbox) -> None:
    riot_sandbox.faults.add(FaultRule(latency_ms=(150, 200)))
    started = time.monotonic()
    answer = await get("na1", "/lol/status/v4/platform-data")
    assert answer.status == 200
    assert time.monotonic() - started >= 0.15


async def test_faults_and_counters_are_there_over_http(get: Get, riot_sandbox: RiotSandbox) -> None:
    base = riot_sandbox.base_url
    async with aiohttp.ClientSession() as session:
        async with session.post(f"{base}/_sandbox/faults", json=[{"status": 500, "path": "^/lol/status"}]) as response:
            assert response.status == 201
        assert (await get("na1", "/lol/status/v4/platform-data")).status == 500
        async with session.delete(f"{base}/_sandbox/faults") as response:
            assert await response.json() == []
        assert (await get("na1", "/lol/status/v4/platform-data")).status == 200
        async with session.get(f"{base}/_sandbox/stats") as response:
            stats = await response.json()
        assert stats["by_status"] == {"500": 1, "200": 1}
        assert {window["limit"] for window in stats["windows"]} == {"500:10", "30000:600", "2000:10"}
        async with session.delete(f"{base}/_sandbox/stats") as response:
            assert (await response.json())["calls"] == 0
        async with session.post(f"{base}/_sandbox/faults", json=[{"typo": 500}]) as response:
            assert response.status == 422


async def test_a_player_can_change_the_icon(get: Get, riot_sandbox: RiotSandbox, riot_world: World) -> None:
    puuid = riot_world.main.puuid
    async with (
        aiohttp.ClientSession() as session,
        session.put(f"{riot_sandbox.base_url}/_sandbox/players/{puuid}/profile-icon", data=b"23") as response,
    ):
        assert response.status == 200
    assert (await get("na1", f"/lol/summoner/v4/summoners/by-puuid/{puuid}")).json()["profileIconId"] == 23


async def test_games_under_other_ids_are_served_on_every_platform(get: Get, riot_world: World) -> None:
    async with RiotSandbox(riot_world, copies=3) as sandbox:
        for platform, host in (("OC1", "sea"), ("KR", "asia")):
            match_id = relabelled_id(platform, 2)
            for path in ("", "/timeline"):
                answer = await get(host, f"/lol/match/v5/matches/{match_id}{path}", sandbox=sandbox)
                assert answer.json()["metadata"]["matchId"] == match_id
        beyond = await get("sea", f"/lol/match/v5/matches/{relabelled_id('OC1', 3)}", sandbox=sandbox)
        assert beyond.status == 404


async def test_generating_does_not_hold_up_other_calls(get: Get, riot_world: World) -> None:
    """While a timeline is being made, small calls are answered."""
    async with RiotSandbox(World(seed=99)) as sandbox:
        ids = [listed.match_id for listed in sandbox.world.history(sandbox.world.main.puuid)[:3]]
        order: list[str] = []

        async def big(match_id: str) -> None:
            await get("americas", f"/lol/match/v5/matches/{match_id}/timeline", sandbox=sandbox)
            order.append("big")

        async def small() -> None:
            await get("na1", "/lol/status/v4/platform-data", sandbox=sandbox)
            order.append("small")

        await asyncio.gather(*(big(match_id) for match_id in ids), small())
    assert order[0] == "small"


@pytest.mark.parametrize("encoding", ["gzip", "identity"])
async def test_copies_for_load_tests_are_readable_in_any_encoding(encoding: str, get: Get) -> None:
    """Their bodies are put together from compressed parts."""
    async with RiotSandbox(World(seed=6, matches_per_player=60)) as sandbox:
        world = sandbox.world
        copy = next(game.plan for game in world.plans(world.main.puuid) if game.template is not None)
        path = f"/lol/match/v5/matches/{copy.match_id}/timeline"
        answer = await get("americas", path, sandbox=sandbox, headers={**_KEY, "Accept-Encoding": encoding})
    assert answer.json()["metadata"]["matchId"] == copy.match_id
    assert len(answer.body) > 100_000


@needs_real_documents
async def test_real_documents_are_served_byte_for_byte(get: Get, riot_world: World) -> None:
    index = json.loads((REAL_DOCUMENTS / "INDEX.json").read_bytes())
    puuid, ids = next(iter(index["players_in_5_or_more"].items()))
    async with RiotSandbox(riot_world, data=REAL_DOCUMENTS) as sandbox:
        match_id = ids[0]
        region = {"NA1": "americas", "EUW1": "europe", "JP1": "asia", "KR": "asia"}[match_id.partition("_")[0]]
        listed = await get(region, f"/lol/match/v5/matches/by-puuid/{puuid}/ids", sandbox=sandbox)
        served = await get(region, f"/lol/match/v5/matches/{match_id}/timeline", sandbox=sandbox)
        generated = await get(
            "americas", f"/riot/account/v1/accounts/by-puuid/{riot_world.main.puuid}", sandbox=sandbox
        )
        assert sandbox.archive is not None
        document = sandbox.archive.timeline(match_id)
    assert match_id in listed.json()
    assert document is not None
    assert document.gzipped is not None
    assert served.body == gzip.decompress(document.gzipped)
    assert generated.status == 200


async def test_the_process_announces_itself_and_stops_on_sigterm(tmp_path: Path) -> None:
    ready = tmp_path / "ready.json"
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "src.sandbox.riot",
        "--ready-file",
        str(ready),
        env={**os.environ, "RIOT_SANDBOX_SEED": "5", "RIOT_SANDBOX_APP_LIMIT": "7:3"},
    )
    try:
        deadline = time.monotonic() + 20
        while not ready.exists():
            assert process.returncode is None
            assert time.monotonic() < deadline
            await asyncio.sleep(0.05)
        addresses = json.loads(ready.read_text())
        url = addresses["riot_api_base_url"].format(host="na1") + "/lol/status/v4/platform-data"
        async with aiohttp.ClientSession() as session, session.get(url, headers=_KEY) as response:
            assert response.headers["X-App-Rate-Limit"] == "7:3"
        process.send_signal(signal.SIGTERM)
        assert await asyncio.wait_for(process.wait(), 10) == 0
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


@pytest.mark.parametrize(
    ("variable", "value"), [("RIOT_SANDBOX_DATA", "/nowhere/at/all"), ("RIOT_SANDBOX_APP_LIMIT", "many")]
)
async def test_bad_settings_stop_the_start(variable: str, value: str) -> None:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "src.sandbox.riot", env={**os.environ, variable: value}, stderr=asyncio.subprocess.PIPE
    )
    _, error = await asyncio.wait_for(process.communicate(), 20)
    assert process.returncode == 2
    assert value.encode() in error
