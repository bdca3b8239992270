"""Every real document, through the running system."""

import gzip
import json
from pathlib import Path
from typing import Any

import asyncpg
import pytest

from tests.acceptance.conftest import Live
from tests.acceptance.discord import room, said
from tests.real_documents import REAL_DOCUMENTS, needs_real_documents

pytestmark = [needs_real_documents, pytest.mark.timeout(400)]


def _documents() -> list[dict[str, Any]]:
    return [_read(path) for path in sorted(REAL_DOCUMENTS.glob("*.match.json.gz"))]


def _read(path: Path) -> dict[str, Any]:
    with gzip.open(path) as file:
        return dict(json.load(file))


def _ingest(live: Live) -> dict[str, Any]:
    ids = [document["metadata"]["matchId"] for document in _documents()]
    printed = live.python(
        "import json\n"
        "from src.tasks.match_tasks import batch_fetch_matches\n"
        f"print(json.dumps(batch_fetch_matches.delay(match_ids={ids!r}).get(timeout=200)))",
        seconds=240,
    )
    return dict(json.loads(printed))


async def test_every_real_document_is_stored_as_it_says(live: Live) -> None:
    """All are ingested, and what is stored of each player equals the end-of-game stats of the document."""
    report = _ingest(live)
    documents = _documents()
    assert len(report["stored"]) + len(report["skipped"]) == len(documents)
    assert report["missing"] == report["malformed"] == []
    connection = await asyncpg.connect(live.stage.environment["DATABASE_URL"])
    try:
        for document in documents:
            await _equals(connection, document)
    finally:
        await connection.close()


async def _equals(connection: Any, document: dict[str, Any]) -> None:
    match_id = document["metadata"]["matchId"]
    rows = await connection.fetch(
        "SELECT p.puuid, p.champion, p.kills, p.deaths, p.assists, p.lane_minions, p.jungle_monsters, p.gold,"
        " p.damage_to_champions, p.champion_level, total_gold[i][array_upper(total_gold, 2)] AS last_gold"
        " FROM participants p JOIN timelines t USING (match_id),"
        " LATERAL (SELECT array_position(t.participant_ids, p.participant_id) AS i) AS at"
        " WHERE match_id = $1 ORDER BY participant_id",
        match_id,
    )
    people = document["info"]["participants"]
    assert len(rows) == len(people), match_id
    on_the_rift = document["info"]["mapId"] == 11
    for row, person in zip(rows, people, strict=True):
        told = (
            None if person["puuid"] == "BOT" else person["puuid"], person["championName"], person["kills"],
            person["deaths"], person["assists"], person["totalMinionsKilled"], person["neutralMinionsKilled"],
            person["goldEarned"], person["totalDamageDealtToChampions"], person["champLevel"],
        )  # fmt: skip
        assert tuple(row)[:-1] == told, match_id
        if on_the_rift:
            assert row["last_gold"] == person["goldEarned"], match_id


async def test_analyze_answers_for_a_player_of_every_real_document(live: Live) -> None:
    """`/analyze` shows result, champion and score of one player of each match, as the document has them."""
    askers = {f"asker{number}": f"Asker {number}" for number in range(20)}  # one person may ask only so often
    async with room(live, people=askers) as there:
        for number, document in enumerate(_documents()):
            people = [p for p in document["info"]["participants"] if p["puuid"] != "BOT"]
            person = people[number % len(people)]
            await there.unlink_everybody()
            platform = document["metadata"]["matchId"].partition("_")[0]
            asker = f"asker{number % len(askers)}"
            await there.link(asker, person["puuid"], "Some One#ONE", platform)
            answer = await there.analyze(asker, match=document["metadata"]["matchId"])
            _is_true(said(answer), document, person)
            if document["info"]["mapId"] == 11 and "Remake" not in said(answer):
                assert answer.files[0].data.startswith(b"\x89PNG"), document["metadata"]["matchId"]


def _is_true(text: str, document: dict[str, Any], person: dict[str, Any]) -> None:
    match_id = document["metadata"]["matchId"]
    assert match_id in text, text
    champion = person["championName"].removeprefix("Strawberry_").lower()
    assert champion in text.lower().replace("'", "").replace(" ", ""), text
    title = text.splitlines()[0]
    assert f"{person['kills']}/{person['deaths']}/{person['assists']}" in title, text
    if person["gameEndedInEarlySurrender"]:
        assert "Remake" in title
    elif document["info"].get("endOfGameResult") != "Abort_Unexpected" and not person.get("playerSubteamId"):
        assert ("Victory" in title) is person["win"], title
