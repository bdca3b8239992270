"""/sync and its Cancel button through the running system: what it says equals what is stored."""

import re
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any

import aiohttp
import asyncpg
import pytest

from src.core.domain.yearly_statistics import YearlyStatistics
from tests.acceptance.conftest import WORLD, Live
from tests.acceptance.discord import Room, is_final, room, said

pytestmark = pytest.mark.timeout(240)
MAIN = WORLD.main
YEAR = datetime.now(UTC).year
GAMES = [
    game for game in WORLD.plans(MAIN.puuid) if datetime.fromtimestamp(game.plan.created_ms / 1000, UTC).year == YEAR
]
THERE = [game for game in GAMES if not game.match_gone]


@pytest.fixture
async def database(live: Live) -> AsyncIterator[Any]:
    """A connection to the running system's database, in which no match is stored."""
    connection = await asyncpg.connect(live.stage.environment["DATABASE_URL"])
    await connection.execute("DELETE FROM matches")
    await connection.execute("DELETE FROM yearly_statistics")
    yield connection
    await connection.close()


@pytest.fixture
async def there(live: Live) -> AsyncIterator[Room]:
    """A channel; Mara has linked the main player of the world."""
    async with room(live) as opened:
        await opened.unlink_everybody()
        await opened.link("mara", MAIN.puuid, MAIN.riot_id, MAIN.platform)
        yield opened


@pytest.fixture
async def slow_riot(live: Live) -> AsyncIterator[None]:
    """Riot takes a second for each match: there is time to stop in between."""
    url = live.stage.environment["RIOT_API_BASE_URL"].replace("/{host}", "/_sandbox/faults")
    async with aiohttp.ClientSession() as session:
        rule = {"method": "match-v5.getMatch", "latency_ms": [1000, 1000]}
        async with session.post(url, json=[rule]) as response:
            assert response.ok
        yield
        await session.delete(url)


async def stored(database: Any) -> int:
    """How many of the year's matches are stored."""
    ids = [game.plan.match_id for game in GAMES]
    return int(await database.fetchval("SELECT count(*) FROM matches WHERE match_id = ANY($1)", ids))


async def counted(there: Room) -> YearlyStatistics:
    """The player's year as it was added up, equal to a recount."""
    year = await there.services.statistics.of(MAIN.puuid, YEAR)
    assert year is not None
    assert year == await there.services.statistics.recount(MAIN.puuid, YEAR)
    return year


async def test_a_year_is_synced_and_the_summary_tells_what_is_stored(there: Room, database: Any) -> None:
    asked = await there.discord.command("mara", "sync")
    answer = await there.discord.wait_for_answer(asked, is_final, timeout=90)
    assert said(answer).startswith(
        f"Synced **{MAIN.riot_id}** for {YEAR}: {len(THERE)} of {len(GAMES)} matches are stored ({len(THERE)} new)."
    )
    gone = len(GAMES) - len(THERE)
    assert (f"{gone} {'is' if gone == 1 else 'are'} no longer at Riot." in said(answer)) == bool(gone)
    assert answer.buttons == []
    assert not answer.ephemeral
    assert await stored(database) == len(THERE)
    year = await counted(there)
    assert year.games + year.remakes == sum(MAIN in game.plan.roster for game in THERE)

    again = await there.discord.command("mara", "sync")
    answer = await there.discord.wait_for_answer(again, is_final, timeout=60)
    assert f"{len(THERE)} of {len(GAMES)} matches are stored (none new)." in said(answer)
    assert await counted(there) == year, "no match counts twice"


@pytest.mark.usefixtures("slow_riot")
async def test_a_cancelled_sync_stops_tells_what_is_stored_and_is_gone_on_with(there: Room, database: Any) -> None:
    discord = there.discord
    asked = await discord.command("mara", "sync")
    moving = re.compile(rf"^[▰▱]{{10}} matches [1-9]\d* of {len(GAMES)}.* \.\.\.")
    progress = await discord.wait_for_answer(asked, lambda answer: moving.match(answer.content), timeout=60)

    refused = await discord.wait_for_answer(await discord.click("jonas", progress, label="Cancel"))
    assert refused.ephemeral
    assert "Only who started this can stop it." in refused.content
    listed = await discord.wait_for_answer(await discord.command("mara", "tasks"))
    assert f"Sync {YEAR} of {MAIN.riot_id}** · running" in said(listed)

    told = await discord.wait_for_answer(await discord.click("mara", progress, label="Cancel"))
    assert told.content == "Stopping: what is stored stays."
    answer = await discord.wait_for_answer(asked, is_final, timeout=30)
    match = re.fullmatch(
        rf"Stopped\. (\d+) of {len(GAMES)} matches are stored; /sync goes on from there\.", said(answer)
    )
    assert match, said(answer)
    assert answer.buttons == []
    kept = int(match[1])
    assert 0 < kept < len(THERE)
    assert await stored(database) == kept

    again = await discord.command("mara", "sync")
    answer = await discord.wait_for_answer(again, is_final, timeout=90)
    assert f"{len(THERE)} of {len(GAMES)} matches are stored ({len(THERE) - kept} new)." in said(answer)
    year = await counted(there)
    assert year.games + year.remakes == sum(MAIN in game.plan.roster for game in THERE)
