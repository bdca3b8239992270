"""Postgres or Redis away while people type: words at once, or the answer later; never silence."""

import asyncio
import os
import signal
from collections.abc import AsyncIterator

import pytest

from src.sandbox.riot.world import World
from tests.acceptance.conftest import Live
from tests.acceptance.discord import Room, is_final, room, said

pytestmark = pytest.mark.timeout(180)
MAIN = World(1).main


@pytest.fixture
async def there(live: Live) -> AsyncIterator[Room]:
    """A channel; Mara has linked the main player of the world."""
    async with room(live) as opened:
        await opened.unlink_everybody()
        await opened.link("mara", MAIN.puuid, MAIN.riot_id, MAIN.platform)
        yield opened


async def test_analyze_while_redis_is_down_is_answered_when_it_is_back(live: Live, there: Room) -> None:
    """The job is in the ledger: the answer comes late instead of never."""
    live.stage.servers.kill("redis")
    try:
        asked = await there.discord.command("mara", "analyze")
    finally:
        live.stage.servers.restart("redis")
    answer = await there.discord.wait_for_answer(asked, is_final, timeout=120)
    assert [file.filename for file in answer.files] == ["match.png"]


async def test_analyze_while_postgres_is_down_says_so(live: Live, there: Room) -> None:
    """Nothing can be written down, so the person is told at once; when Postgres is back all works again."""
    live.stage.servers.kill("postgres")
    try:
        refused = said(await there.analyze("mara", seconds=30))
    finally:
        live.stage.servers.restart("postgres")
    assert "try again" in refused.lower()
    answer = await there.analyze("mara", seconds=90)
    assert answer.files


async def test_an_expired_interaction_is_answered_in_the_channel(live: Live, there: Room) -> None:
    """After the token's 15 minutes the bot posts a message of its own."""
    os.killpg(live.stage.worker.pid, signal.SIGSTOP)
    try:
        asked = await there.discord.command("mara", "analyze")
        there.discord.expire(asked)
    finally:
        os.killpg(live.stage.worker.pid, signal.SIGCONT)
    async with asyncio.timeout(60):
        while not (answers := [message for message in there.discord.messages() if message.files]):  # noqa: ASYNC110
            await asyncio.sleep(0.1)
    assert "NA1_" in said(answers[-1])
    assert asked.answer is not None
    assert asked.answer.thinking
