"""What a person reads when something is wrong, through the running system."""

import json
import urllib.request
from collections.abc import AsyncIterator, Iterator
from typing import Any

import pytest

from tests.acceptance.conftest import WORLD, Live
from tests.acceptance.discord import Room, room, said

MAIN = WORLD.main


@pytest.fixture
async def there(live: Live) -> AsyncIterator[Room]:
    """A channel; Mara has linked the main player of the world."""
    async with room(live) as opened:
        await opened.unlink_everybody()
        await opened.link("mara", MAIN.puuid, MAIN.riot_id, MAIN.platform)
        yield opened


@pytest.fixture
def riot_fails(live: Live) -> Iterator[Any]:
    """`riot_fails(status=500)`: let Riot answer so until the test is over."""
    url = live.stage.environment["RIOT_API_BASE_URL"].replace("/{host}", "/_sandbox/faults")

    def send(method: str, body: Any = None) -> None:
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(url, data, {"Content-Type": "application/json"}, method=method)
        urllib.request.urlopen(request, timeout=5).close()

    yield lambda **fault: send("POST", [fault])
    send("DELETE")


async def test_nobody_is_linked_yet(there: Room) -> None:
    """Without a linked account the answer says to /bind."""
    assert "/bind" in said(await there.analyze("jonas"))


async def test_a_malformed_match_id(there: Room) -> None:
    """The answer shows what a match id looks like."""
    assert "NA1_" in said(await there.analyze("mara", match="last one"))


async def test_a_match_that_does_not_exist(there: Room) -> None:
    """The answer says that Riot has no such match."""
    answer = said(await there.analyze("mara", match="NA1_1"))
    assert "NA1_1" in answer
    assert "try again later" not in answer.lower()


async def test_a_match_of_somebody_else(there: Room) -> None:
    """The answer says that the player was not in it."""
    mine = {listed.match_id for listed in WORLD.history(MAIN.puuid)}
    others = [listed.match_id for player in WORLD.players() for listed in WORLD.history(player.puuid)]
    answer = said(await there.analyze("mara", match=next(match_id for match_id in others if match_id not in mine)))
    assert "did not play" in answer


async def test_a_player_without_matches(there: Room) -> None:
    """The answer says that there is nothing to analyse yet."""
    idle = WORLD.newcomer
    await there.link("jonas", idle.puuid, idle.riot_id, idle.platform)
    assert "no matches" in said(await there.analyze("jonas")).lower()


async def test_a_match_without_its_timeline(there: Room) -> None:
    """End-of-game facts, and word that the timeline is missing."""
    ids = [game.plan.match_id for game in WORLD.plans(MAIN.puuid) if game.timeline_gone and not game.match_gone]
    answer = said(await there.analyze("mara", match=ids[0]))
    assert ids[0] in answer
    assert "timeline" in answer.lower()


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        ({"status": 401}, "key"),
        ({"status": 403}, "key"),
        ({"status": 400}, "did not understand"),
    ],
    ids=str,
)
async def test_riot_refuses_for_good(
    live: Live, there: Room, riot_fails: Any, fault: dict[str, Any], words: str
) -> None:
    """What cannot be mended by waiting is said at once, in words, with an id under which the worker's log says why."""
    riot_fails(path="/lol/match/v5", **fault)
    answer = await there.analyze("mara")
    assert words in said(answer).lower()
    assert answer.files == ()
    error_id = answer.embeds[0]["footer"]["text"].removeprefix("Error ")
    (noted,) = [json.loads(line) for line in worker_log(live) if f'"error_id": "{error_id}"' in line]
    assert noted["job_id"].startswith(error_id)
    assert noted["exception"].startswith("Traceback")


def worker_log(live: Live) -> list[str]:
    return (live.stage.var / "log" / "worker.log").read_text().splitlines()


@pytest.mark.parametrize(
    "fault",
    [
        {"status": 500}, {"status": 503}, {"status": 429, "rate_limit_type": "service", "retry_after": 1},
        {"status": 429}, {"body": "empty"}, {"body": "html"}, {"body": "truncated"}, {"body": "reset"},
    ],
    ids=str,
)  # fmt: skip
async def test_riot_stumbles_and_recovers(there: Room, riot_fails: Any, fault: dict[str, Any]) -> None:
    """A passing failure of Riot costs time, not the answer."""
    riot_fails(path="/lol/match/v5/matches/by-puuid", count=2, **fault)
    assert "match.png" in [file.filename for file in (await there.analyze("mara", seconds=90)).files]


async def test_a_stranger_cannot_be_linked_twice(there: Room) -> None:
    """An account that belongs to somebody else is refused."""
    from src.core.errors import AccountTaken  # noqa: PLC0415 - the test's own subject

    with pytest.raises(AccountTaken):
        await there.link("jonas", MAIN.puuid, MAIN.riot_id, MAIN.platform)
