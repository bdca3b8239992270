"""Every answer that Riot, or a gateway in front of it, has been seen to give."""

from collections.abc import Awaitable, Callable

import pytest

from src.adapters.riot_api import RiotAPIAdapter, RiotSettings
from src.core.domain.account import LeagueEntry
from src.core.domain.regions import Platform, RoutingValue
from src.core.domain.riot_id import RiotId
from src.core.errors import (
    AccountNotFound,
    ChimeraError,
    MalformedDocument,
    MatchNotFound,
    RateLimited,
    RiotKeyRejected,
    RiotRequestRejected,
    TimelineNotFound,
    Unavailable,
)
from tests.fakes.riot_budget import FakeRiotBudget
from tests.unit.adapters.riot_api.conftest import KEY
from tests.unit.adapters.riot_api.scripted_riot import OK_MATCH, Reply, ScriptedRiot

AMERICAS, NA1 = RoutingValue.AMERICAS, Platform.NA1
PUUID = "p-secret-puuid"
NAME = RiotId(game_name="Secret Name", tag_line="NA1")
Call = Callable[[RiotAPIAdapter], Awaitable[object]]

CALLS: dict[str, Call] = {
    "account by Riot ID": lambda riot: riot.account_by_riot_id(NAME, AMERICAS),
    "account by PUUID": lambda riot: riot.account_by_puuid(PUUID, AMERICAS),
    "summoner": lambda riot: riot.summoner(PUUID, NA1),
    "fresh summoner": lambda riot: riot.summoner(PUUID, NA1, fresh=True),
    "league entries": lambda riot: riot.league_entries(PUUID, NA1),
    "match ids": lambda riot: riot.match_ids(PUUID, AMERICAS),
    "match": lambda riot: riot.match("NA1_1", AMERICAS),
    "timeline": lambda riot: riot.timeline("NA1_1", AMERICAS),
}
NOT_FOUND = {"match": MatchNotFound, "timeline": TimelineNotFound}
every_call = pytest.mark.parametrize("name", CALLS)


@every_call
@pytest.mark.parametrize(
    ("status", "error"),
    [
        (400, RiotRequestRejected),
        (401, RiotKeyRejected),
        (403, RiotKeyRejected),
        (404, None),
        (405, RiotRequestRejected),
        (415, RiotRequestRejected),
        (429, RateLimited),
        *((status, Unavailable) for status in (301, 500, 502, 503, 504, 522)),
    ],
)
async def test_a_status_becomes_an_error(
    riot: ScriptedRiot, adapter: RiotAPIAdapter, name: str, status: int, error: type[ChimeraError] | None
) -> None:
    riot.reply(Reply(status, b'{"status":{"message":"Exception decrypting p-secret-puuid","status_code":200}}'))
    with pytest.raises(error or NOT_FOUND.get(name, AccountNotFound)) as failure:
        await CALLS[name](adapter)
    message = str(failure.value)
    assert "\n" not in message
    assert len(message) < 100
    for secret in (KEY, PUUID, NAME.game_name):
        assert secret not in message


@pytest.mark.parametrize("name", ["account by PUUID", "league entries", "match"])
@pytest.mark.parametrize(
    "reply",
    [
        Reply(body=b""),
        Reply(body=b"  \r\n"),
        Reply(body=b"<html><h1>502 Bad Gateway</h1></html>", headers={"Content-Type": "text/html"}),
        Reply(body=b'{"metadata":{"matchId":"NA1_1"},"inf'),
        Reply(body=b"\xff\xfe\x00"),
        Reply(body=b"null"),
        Reply(body=b"17"),
        Reply(body=b'"a text"'),
        Reply(body=b"[1, null]"),
        Reply(how="cut"),
        Reply(how="reset"),
    ],
    ids=lambda reply: f"{reply.how} {reply.body[:8]!r}",
)
async def test_an_answer_without_sense_is_unavailable(
    riot: ScriptedRiot, adapter: RiotAPIAdapter, name: str, reply: Reply
) -> None:
    riot.reply(reply)
    with pytest.raises(Unavailable):
        await CALLS[name](adapter)
    assert len(riot.requests) == 3


@pytest.mark.parametrize("name", ["account by PUUID", "summoner", "league entries"])
@pytest.mark.parametrize(
    "body", [b"{}", b"[[]]", b'{"puuid":17}', b'[{"tier":"GOLD"}]', b'{"puuid":"p","gameName":1,"tagLine":2}']
)
async def test_an_object_without_its_fields_is_unavailable(
    riot: ScriptedRiot, adapter: RiotAPIAdapter, name: str, body: bytes
) -> None:
    riot.reply(Reply(body=body))
    with pytest.raises(Unavailable):
        await CALLS[name](adapter)


@pytest.mark.parametrize("name", ["match", "timeline"])
@pytest.mark.parametrize("body", [b"{}", b'{"metadata":{}}', b'{"info":{}}', b'{"metadata":{},"info":[]}'])
async def test_a_document_without_its_halves_is_malformed_and_not_asked_for_again(
    riot: ScriptedRiot, adapter: RiotAPIAdapter, name: str, body: bytes
) -> None:
    riot.reply(Reply(body=body))
    with pytest.raises(MalformedDocument):
        await CALLS[name](adapter)
    assert len(riot.requests) == 1


async def test_a_silent_riot_is_unavailable(riot: ScriptedRiot, settings: RiotSettings) -> None:
    quick = settings.model_copy(update={"riot_api_timeout": 0.1})
    riot.reply(Reply(how="slow"))
    budget = FakeRiotBudget()
    async with RiotAPIAdapter(settings=quick, budget=budget, sleep=budget.sleep) as adapter:
        with pytest.raises(Unavailable, match="in time"):
            await adapter.match("NA1_1", AMERICAS)


async def test_a_closed_port_is_unavailable(settings: RiotSettings) -> None:
    nowhere = settings.model_copy(update={"riot_api_base_url": "http://127.0.0.1:9/{host}"})
    budget = FakeRiotBudget()
    async with RiotAPIAdapter(settings=nowhere, budget=budget, sleep=budget.sleep) as adapter:
        with pytest.raises(Unavailable, match="reached"):
            await adapter.match("NA1_1", AMERICAS)
    assert {status for _, status, _ in budget.reported} == {None}


@pytest.mark.parametrize(
    "content_type",
    [
        "application/json",
        "application/json;charset=utf-8",
        "application/json; charset=ISO-8859-1",
        "application/json;charset=nonsense",
        "text/plain",
        "application/octet-stream",
    ],
)
async def test_json_is_read_whatever_the_content_type_says(
    riot: ScriptedRiot, adapter: RiotAPIAdapter, content_type: str
) -> None:
    body = '{"metadata":{},"info":{"name":"Łuków 한글"}}'.encode()
    riot.reply(Reply(body=body, headers={"Content-Type": content_type}))
    document = await adapter.match("NA1_1", AMERICAS)
    assert document.body == body
    assert document.document["info"]["name"] == "Łuków 한글"


async def test_json_is_read_without_a_content_type(riot: ScriptedRiot, adapter: RiotAPIAdapter) -> None:
    riot.reply(Reply(headers={}))
    assert (await adapter.match("NA1_1", AMERICAS)).body == OK_MATCH


async def test_a_zipped_document_is_unzipped(riot: ScriptedRiot, adapter: RiotAPIAdapter) -> None:
    riot.reply(Reply(how="zipped"))
    assert (await adapter.match("NA1_1", AMERICAS)).body == OK_MATCH
    assert riot.requests[0].headers["Accept-Encoding"] == "gzip"


async def test_what_is_zipped_badly_is_unavailable(riot: ScriptedRiot, adapter: RiotAPIAdapter) -> None:
    riot.reply(Reply(headers={"Content-Type": "application/json", "Content-Encoding": "gzip"}))
    with pytest.raises(Unavailable):
        await adapter.match("NA1_1", AMERICAS)


@pytest.mark.parametrize("how", ["whole", "zipped"])
async def test_an_endless_answer_is_not_read_to_its_end(riot: ScriptedRiot, settings: RiotSettings, how: str) -> None:
    small = settings.model_copy(update={"riot_api_max_body_bytes": 100_000})
    riot.reply(Reply(body=b" " * 5_000_000, how=how))  # type: ignore[arg-type]
    budget = FakeRiotBudget()
    async with RiotAPIAdapter(settings=small, budget=budget, sleep=budget.sleep) as adapter:
        with pytest.raises(Unavailable, match="longer"):
            await adapter.match("NA1_1", AMERICAS)


async def test_a_redirect_is_not_followed(riot: ScriptedRiot, adapter: RiotAPIAdapter) -> None:
    """It would carry the key to another server."""
    riot.reply(Reply(302, headers={"Location": riot.base_url.replace("{host}", "elsewhere")}))
    with pytest.raises(Unavailable):
        await adapter.match("NA1_1", AMERICAS)
    assert not any("elsewhere" in request.path for request in riot.requests)


@pytest.mark.parametrize(
    "body",
    [b'{"puuid":"p"}', b'{"puuid":"p","gameName":"","tagLine":""}', b'{"puuid":"p","gameName":null,"tagLine":"X"}'],
)
async def test_an_account_may_have_no_name(riot: ScriptedRiot, adapter: RiotAPIAdapter, body: bytes) -> None:
    riot.reply(Reply(body=body))
    account = await adapter.account_by_puuid("p", AMERICAS)
    assert (account.puuid, account.riot_id) == ("p", None)


async def test_an_active_region_is_a_platform_when_it_is_a_known_one(
    riot: ScriptedRiot, adapter: RiotAPIAdapter
) -> None:
    for region, platform in (("euw1", Platform.EUW1), ("EUW1", Platform.EUW1), ("moon1", None)):
        riot.reply(Reply(body=b'{"puuid":"p","game":"lol","region":"%s"}' % region.encode()))
        assert await adapter.active_platform("p", AMERICAS) is platform


@pytest.mark.parametrize("body", [b"{}", b"[]", b'{"region":null}', b'{"region":7}'])
async def test_an_answer_without_a_region_is_unavailable(
    riot: ScriptedRiot, adapter: RiotAPIAdapter, body: bytes
) -> None:
    riot.reply(Reply(body=body))
    with pytest.raises(Unavailable):
        await adapter.active_platform("p", AMERICAS)


async def test_new_fields_are_no_surprise(riot: ScriptedRiot, adapter: RiotAPIAdapter) -> None:
    riot.reply(Reply(body=b'{"puuid":"p","profileIconId":7,"summonerLevel":30,"brandNew":{}}'))
    assert (await adapter.summoner("p", NA1)).level == 30


async def test_entries_of_queues_without_tiers_are_left_out(riot: ScriptedRiot, adapter: RiotAPIAdapter) -> None:
    riot.reply(
        Reply(
            body=b'[{"queueType":"CHERRY","leaguePoints":0,"wins":1,"losses":0},'
            b'{"queueType":"RANKED_SOLO_5x5","tier":"GOLD","rank":"II","leaguePoints":40,"wins":10,"losses":9}]'
        )
    )
    assert await adapter.league_entries("p", NA1) == (
        LeagueEntry(queue="RANKED_SOLO_5x5", tier="GOLD", division="II", league_points=40, wins=10, losses=9),
    )
