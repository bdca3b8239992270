"""What every `RiotApi` does: the fake, and the adapter against the stand-in for Riot's servers.

Both serve the same generated world.
"""

from collections import deque
from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import cache

import orjson
import pytest

from src.adapters.riot_api import RiotAPIAdapter, RiotSettings
from src.core.domain.account import Account, LeagueEntry, Summoner
from src.core.domain.regions import Platform, RoutingValue
from src.core.domain.riot_id import RiotId
from src.core.errors import (
    AccountNotFound,
    ChimeraError,
    InvalidInput,
    MatchNotFound,
    RateLimited,
    RiotKeyRejected,
    RiotRequestRejected,
    TimelineNotFound,
    Unavailable,
)
from src.core.ports.riot_api import RiotApi
from src.sandbox.riot.faults import FaultRule
from src.sandbox.riot.sandbox import RiotSandbox
from src.sandbox.riot.world import World
from tests.fakes.riot_api import FakeRiotApi
from tests.fakes.riot_budget import FakeRiotBudget

AMERICAS, NA1 = RoutingValue.AMERICAS, Platform.NA1
NOBODY = "0" * 78
STATUS = {RiotKeyRejected: 403, RiotRequestRejected: 400, RateLimited: 429, Unavailable: 503}


LISTED = 12  # matches of the main player that the fake knows; a document takes a tenth of a second to make


@cache
def _world() -> World:
    return World(seed=7, now=datetime(2026, 1, 1, tzinfo=UTC))


def _some_id(world: World, *, match_gone: bool = False, timeline_gone: bool = False) -> str:
    return next(
        game.plan.match_id
        for game in world.plans(world.main.puuid)
        if (game.match_gone, game.timeline_gone and not game.match_gone) == (match_gone, timeline_gone)
    )


@dataclass(repr=False)
class Subject:
    """An API and a way to break it."""

    api: RiotApi
    world: World = field(default_factory=_world)
    fake: FakeRiotApi | None = None
    sandbox: RiotSandbox | None = None

    def fail(self, error: ChimeraError) -> None:
        """Let every call from now on fail like this."""
        if self.fake:
            self.fake.errors.extend([error] * 100)
        if self.sandbox:
            wait = int(error.retry_after) if isinstance(error, RateLimited) and error.retry_after else None
            kind = "method" if isinstance(error, RateLimited) else None
            self.sandbox.faults.add(FaultRule(status=STATUS[type(error)], rate_limit_type=kind, retry_after=wait))

    @property
    def puuid(self) -> str:
        return self.world.main.puuid

    def some_id(self, *, match_gone: bool = False, timeline_gone: bool = False) -> str:
        """A match of the main player whose documents are as asked for."""
        return _some_id(self.world, match_gone=match_gone, timeline_gone=timeline_gone)


@cache
def _filled() -> FakeRiotApi:
    world, fake = _world(), FakeRiotApi()
    for player in world.players():
        platform = Platform(player.platform.lower())
        riot_id = RiotId(game_name=player.game_name, tag_line=player.tag_line)
        fake.accounts.append(Account(puuid=player.puuid, riot_id=riot_id))
        fake.summoners.append(
            Summoner(
                puuid=player.puuid,
                platform=platform,
                profile_icon_id=player.profile_icon_id,
                level=player.summoner_level,
            )
        )
        fake.entries[player.puuid, platform] = tuple(
            LeagueEntry(
                queue=entry["queueType"],
                tier=entry["tier"],
                division=entry["rank"],
                league_points=entry["leaguePoints"],
                wins=entry["wins"],
                losses=entry["losses"],
            )
            for entry in world.league_entries(player.puuid)
        )
    listed = [match.match_id for match in world.history(world.main.puuid)[:LISTED]]
    fake.histories[world.main.puuid] += listed
    for match_id in (*listed, _some_id(world, timeline_gone=True)):
        for documents, document in (
            (fake.matches, world.match(match_id)),
            (fake.timelines, world.timeline(match_id)),
        ):
            if document and document.plain:
                documents[match_id] = orjson.loads(document.plain)
    return fake


@pytest.fixture(params=["fake", "adapter"])
async def subject(request: pytest.FixtureRequest) -> AsyncIterator[Subject]:
    if request.param == "fake":
        fake = replace(_filled(), errors=deque())
        yield Subject(fake, fake=fake)
        return
    budget = FakeRiotBudget()
    async with RiotSandbox(_world()) as sandbox:
        settings = RiotSettings(riot_api_key="RGAPI-contract", riot_api_base_url=sandbox.riot_base_url)
        async with RiotAPIAdapter(settings=settings, budget=budget, sleep=budget.sleep) as adapter:
            yield Subject(adapter, sandbox=sandbox)


async def test_an_account_is_found_by_riot_id_in_any_case(subject: Subject) -> None:
    for player in subject.world.players():
        riot_id = RiotId(game_name=player.game_name.upper(), tag_line=player.tag_line.lower())
        account = await subject.api.account_by_riot_id(riot_id, Platform(player.platform.lower()).account_routing)
        assert account.puuid == player.puuid
        assert str(account.riot_id) == player.riot_id


async def test_an_account_is_found_by_puuid(subject: Subject) -> None:
    account = await subject.api.account_by_puuid(subject.puuid, AMERICAS)
    assert str(account.riot_id) == subject.world.main.riot_id


async def test_an_unknown_account_is_not_found(subject: Subject) -> None:
    with pytest.raises(AccountNotFound):
        await subject.api.account_by_riot_id(RiotId(game_name="Nobody / at all?", tag_line="NA1"), AMERICAS)
    with pytest.raises(AccountNotFound):
        await subject.api.account_by_puuid(NOBODY, AMERICAS)
    with pytest.raises(AccountNotFound):
        await subject.api.summoner(NOBODY, NA1)


async def test_an_account_is_at_home_on_its_platform(subject: Subject) -> None:
    for player in subject.world.players():
        platform = Platform(player.platform.lower())
        assert await subject.api.active_platform(player.puuid, platform.account_routing) is platform
        assert await subject.api.active_platform(player.puuid, RoutingValue.SEA) is platform


async def test_who_plays_nowhere_has_no_platform(subject: Subject) -> None:
    assert await subject.api.active_platform(NOBODY, AMERICAS) is None


async def test_a_fresh_summoner_is_the_same_summoner(subject: Subject) -> None:
    assert await subject.api.summoner(subject.puuid, NA1, fresh=True) == await subject.api.summoner(subject.puuid, NA1)


async def test_a_summoner_has_an_icon_and_a_level(subject: Subject) -> None:
    summoner = await subject.api.summoner(subject.puuid, NA1)
    main = subject.world.main
    assert (summoner.puuid, summoner.platform) == (main.puuid, NA1)
    assert (summoner.profile_icon_id, summoner.level) == (main.profile_icon_id, main.summoner_level)


async def test_a_player_of_another_platform_is_not_found_on_this_one(subject: Subject) -> None:
    with pytest.raises(AccountNotFound):
        await subject.api.summoner(subject.puuid, Platform.EUW1)


async def test_ranked_entries_say_what_riot_says(subject: Subject) -> None:
    entries = await subject.api.league_entries(subject.puuid, NA1)
    assert len(entries) == 2
    for entry, expected in zip(entries, subject.world.league_entries(subject.puuid), strict=True):
        assert (entry.queue, entry.tier, entry.division) == (expected["queueType"], expected["tier"], expected["rank"])
        assert (entry.league_points, entry.wins, entry.losses) == (
            expected["leaguePoints"],
            expected["wins"],
            expected["losses"],
        )


async def test_the_unranked_have_no_entries(subject: Subject) -> None:
    assert await subject.api.league_entries(subject.world.newcomer.puuid, NA1) == ()


async def test_matches_are_listed_newest_first_in_pages(subject: Subject) -> None:
    ids = tuple(match.match_id for match in subject.world.history(subject.puuid))
    assert await subject.api.match_ids(subject.puuid, AMERICAS, count=4) == ids[:4]
    assert await subject.api.match_ids(subject.puuid, AMERICAS, start=4, count=5) == ids[4:9]
    assert (await subject.api.match_ids(subject.puuid, AMERICAS))[:LISTED] == ids[:LISTED]


async def test_matches_are_listed_by_queue_known_or_not(subject: Subject) -> None:
    newest = subject.world.history(subject.puuid)[:LISTED]
    for queue in {match.queue_id for match in newest}:
        with_document = {m.match_id for m in newest if m.queue_id == queue and subject.world.match(m.match_id)}
        listed = await subject.api.match_ids(subject.puuid, AMERICAS, count=100, queue=queue)
        assert with_document <= set(listed)
        assert {m.match_id for m in newest if m.queue_id != queue}.isdisjoint(listed)


async def test_matches_are_listed_by_time(subject: Subject) -> None:
    known = [m for m in subject.world.history(subject.puuid)[:LISTED] if subject.world.match(m.match_id)]
    late, early = (datetime.fromtimestamp(known[n].created_ms // 1000, tz=UTC) for n in (2, 6))
    listed = await subject.api.match_ids(subject.puuid, AMERICAS, start_time=early, end_time=late, count=100)
    assert set(listed) & {m.match_id for m in known} >= {m.match_id for m in known[3:6]}
    assert {known[0].match_id, known[1].match_id, known[7].match_id}.isdisjoint(listed)


async def test_who_has_not_played_has_an_empty_list(subject: Subject) -> None:
    assert await subject.api.match_ids(subject.world.newcomer.puuid, AMERICAS) == ()


@pytest.mark.parametrize(("start", "count"), [(0, 0), (0, 101), (0, -1), (-1, 20)])
async def test_a_page_has_1_to_100_matches(subject: Subject, start: int, count: int) -> None:
    with pytest.raises(InvalidInput):
        await subject.api.match_ids(subject.puuid, AMERICAS, start=start, count=count)


async def test_documents_come_as_they_were_sent(subject: Subject) -> None:
    match_id = subject.some_id()
    match = await subject.api.match(match_id.lower(), AMERICAS)
    timeline = await subject.api.timeline(match_id, AMERICAS)
    for document, expected in ((match, subject.world.match(match_id)), (timeline, subject.world.timeline(match_id))):
        assert expected
        assert document.body == expected.plain
        assert document.document == orjson.loads(document.body)
        assert document.document["metadata"]["matchId"] == match_id


async def test_a_listed_match_may_not_exist(subject: Subject) -> None:
    match_id = subject.some_id(match_gone=True)
    with pytest.raises(MatchNotFound):
        await subject.api.match(match_id, AMERICAS)
    with pytest.raises(TimelineNotFound):
        await subject.api.timeline(match_id, AMERICAS)


async def test_a_match_may_have_no_timeline(subject: Subject) -> None:
    match_id = subject.some_id(timeline_gone=True)
    await subject.api.match(match_id, AMERICAS)
    with pytest.raises(TimelineNotFound):
        await subject.api.timeline(match_id, AMERICAS)


async def test_another_routing_value_does_not_have_the_match(subject: Subject) -> None:
    with pytest.raises(MatchNotFound):
        await subject.api.match(subject.some_id(), RoutingValue.EUROPE)


@pytest.mark.parametrize("text", ["", "1234", "XX9_1234", "NA1-1234", "NA1_12/../34"])
async def test_what_is_no_match_id_is_not_asked_for(subject: Subject, text: str) -> None:
    with pytest.raises(InvalidInput):
        await subject.api.match(text, AMERICAS)
    with pytest.raises(InvalidInput):
        await subject.api.timeline(text, AMERICAS)


@pytest.mark.parametrize(
    "error", [RiotKeyRejected(), RiotRequestRejected(), RateLimited(retry_after=240), Unavailable()]
)
async def test_failures_are_what_the_port_says(subject: Subject, error: ChimeraError) -> None:
    subject.fail(error)
    for call in (
        subject.api.account_by_puuid(subject.puuid, AMERICAS),
        subject.api.active_platform(subject.puuid, AMERICAS),
        subject.api.summoner(subject.puuid, NA1),
        subject.api.league_entries(subject.puuid, NA1),
        subject.api.match_ids(subject.puuid, AMERICAS),
        subject.api.match(subject.some_id(), AMERICAS),
        subject.api.timeline(subject.some_id(), AMERICAS),
    ):
        with pytest.raises(type(error)) as failure:
            await call
        if isinstance(failure.value, RateLimited):
            assert failure.value.retry_after == pytest.approx(240, abs=1)
