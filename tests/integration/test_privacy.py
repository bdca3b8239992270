"""Leaving with everything, on real servers: afterwards nobody finds anything, wherever they look."""

import asyncio
import json
import signal
import subprocess
import sys
from collections.abc import AsyncIterator
from uuid import UUID, uuid4

import asyncpg
import pytest

from src.adapters.database import DatabaseAdapter, PostgresAbsenceStore, PostgresLinkSteps, match_writing
from src.adapters.database.raw_bodies import pack
from src.core.domain.account import Account
from src.core.domain.binding import LinkAttempt
from src.core.domain.documents import RawDocument
from src.core.domain.job import Job, JobFilter, JobState
from src.core.domain.match import Match
from src.core.domain.pseudonyms import is_pseudonym
from src.core.domain.regions import Platform, RoutingValue
from src.core.errors import LeaseLost, PlayerForgotten
from src.core.services.match_ingest import MatchIngest
from src.core.services.privacy import PSEUDONYMISE_PLAYER
from src.core.services.timeline_sync import TimelineSync
from tests.contract.job_ledger.world import a_job
from tests.fakes.riot_api import FakeRiotApi
from tests.integration.privacy_world import ANNS_TRACES, PrivacyWorld, silent
from tests.integration.traces import in_postgres, in_redis
from tests.lives import (
    ANN,
    ANN_ALONE,
    ANNS,
    ANNS_NAME,
    BOB,
    BOB_ALONE,
    BOBS,
    BOBS_NAME,
    FRIEND,
    ME,
    TOGETHER,
    a_game,
    a_reply,
    a_sync,
    account,
    an_invitation,
)
from tests.real_documents import PROJECT

# Celery stores results with a command that redis-py would rather not have.
pytestmark = pytest.mark.filterwarnings("ignore:Call to deprecated setex:DeprecationWarning")


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[DatabaseAdapter]:
    async with DatabaseAdapter(url=database_url) as database:
        yield database


@pytest.fixture
async def world(database: DatabaseAdapter, broker_url: str, result_backend: str) -> AsyncIterator[PrivacyWorld]:
    world = PrivacyWorld(database, broker_url, result_backend)
    yield world
    await world.close()


async def traces(world: PrivacyWorld, database_url: str) -> dict[str, set[str]]:
    """Where something of Ann is, on both servers."""
    in_memory = await asyncio.to_thread(in_redis, world.broker_url, ANNS_TRACES)
    return await in_postgres(database_url, ANNS_TRACES) | in_memory


async def test_nothing_is_found_afterwards(world: PrivacyWorld, database_url: str) -> None:
    """Neither in the database nor in Redis; before, every trace was in several places."""
    await world.fill()
    before = await traces(world, database_url)
    assert set().union(*before.values()) == set(ANNS_TRACES)
    tables = {place.partition(".")[0] for place in before if "/" not in place}
    assert tables == {
        "bindings", "players", "yearly_statistics", "participants", "matches", "timelines", "jobs", "link_attempts",
        "link_steps", "link_audit",
    }  # fmt: skip
    assert any(place.startswith("1/") for place in before)
    assert any(place.startswith("2/") for place in before)
    erased = await world.privacy.erase(ANN)
    assert not [place for place in await traces(world, database_url) if "/" in place], "at once gone from Redis"
    assert await world.finish(erased.id) == 3
    assert await traces(world, database_url) == {}


async def test_with_a_redis_that_was_down_its_part_is_done_later(world: PrivacyWorld, database_url: str) -> None:
    await world.fill()
    erased = await world.data.erase(ANN, job=a_job(kind="finish"))  # and the process died
    assert [place for place in await traces(world, database_url) if "/" in place]
    await world.finish(erased.id)
    assert await traces(world, database_url) == {}


async def test_what_was_under_way_ends_and_whoever_asked_for_it_is_told(world: PrivacyWorld) -> None:
    await world.fill()
    erased = await world.privacy.erase(ANN)
    states = {job.id: (await world.ledger.get(job.id)).state for job in erased.ended}
    assert set(states.values()) == {JobState.CANCELLED, JobState.FAILED}
    with pytest.raises(LeaseLost):
        await world.ledger.heartbeat(world.running.id, world.running.fence, lease=30.0)
    assert list(world.answers.interactions) == ["token-of-bob"]
    assert str(PlayerForgotten()) in world.answers.interactions["token-of-bob"].texts[-1]


async def test_a_hint_that_is_still_on_its_way_brings_nothing_back(world: PrivacyWorld, database_url: str) -> None:
    """A worker writes down what it hears of and does not find: so the row is still there."""
    (job,) = await world.jobs.submit(a_sync())
    await world.database.save_binding(ANN, account())
    await world.privacy.erase(ANN)
    assert await world.execution.claim(job.id, worker="w", hinted=lambda: a_sync(id=job.id)) is None
    assert (await world.ledger.get(job.id)).arguments == {}


async def test_the_export_is_for_people_and_whole(world: PrivacyWorld) -> None:
    await world.fill()
    body = await world.privacy.export(ANN)
    export = json.loads(body)
    assert set(export) == {
        "exported_at", "about", "discord_id", "accounts", "players", "years", "matches", "jobs", "links",
        "links_under_way",
    }  # fmt: skip
    assert set(export["about"]["parts"]) == set(export) - {"exported_at", "about", "discord_id"}
    assert export["discord_id"] == ANN
    assert ANNS_NAME.game_name in {row["game_name"] for row in export["players"]}
    assert len(export["matches"]["rows"]) == 3
    assert not any(secret in body.decode() for secret in ("interaction-token", BOB, BOBS))


async def test_another_players_analysis_works_as_before(world: PrivacyWorld) -> None:
    await world.fill()
    match_id = a_game(2, TOGETHER).match.match_id
    erased = await world.privacy.erase(ANN)
    told = []
    for _ in range(2):  # before the job has come to the match, and after
        reply = a_reply(BOB, f"token-{uuid4()}")
        answer = await world.analysis.answer(BOBS, Platform.EUW1, match_id, reply=reply, report=silent)
        told.append((answer, world.answers.interactions[reply.token.get_secret_value()].texts))
        await world.finish(erased.id)
    assert told[0] == told[1]
    assert ANNS_NAME.game_name not in str(told)
    assert await world.games() == 3


async def test_who_is_forgotten_is_neither_analysed_nor_remembered(world: PrivacyWorld) -> None:
    await world.fill()
    await world.privacy.erase(ANN)
    with pytest.raises(PlayerForgotten):
        await world.analysis.answer(ANNS, Platform.EUW1, None, reply=None, report=silent)
    with pytest.raises(PlayerForgotten):
        await world.players.remember(Account(puuid=ANNS, riot_id=ANNS_NAME), Platform.EUW1)


async def test_what_comes_in_again_comes_in_without_the_player(world: PrivacyWorld, database_url: str) -> None:
    await world.fill()
    await world.finish((await world.privacy.erase(ANN)).id)
    games = [a_game(number, people) for number, people in ((1, ANN_ALONE), (8, TOGETHER), (9, TOGETHER))]
    await world.matches.store_many(games, counted_for=BOBS)
    await world.matches.store(a_game(2, TOGETHER), replace=True, counted_for=BOBS)
    assert await traces(world, database_url) == {}
    assert await world.games() == 5


async def test_only_matches_with_a_pseudonym_are_written_down_twice(
    world: PrivacyWorld, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Compressing documents is what storing takes most of its time for."""
    packed: list[bytes] = []

    def counting(raw: RawDocument) -> bytes:
        packed.append(raw.body)
        return pack(raw)

    await world.fill()
    await world.finish((await world.privacy.erase(ANN)).id)
    monkeypatch.setattr(match_writing, "pack", counting)
    games = [a_game(number, TOGETHER if number == 11 else BOB_ALONE) for number in (12, 11, 10)]
    new = await world.matches.store_many(games, counted_for=BOBS)
    assert new == {game.match.match_id for game in games}
    assert len(packed) == 2 * len(games) + 2
    assert await world.matches.intact(new) == new
    assert await traces(world, database_url) == {}
    assert await world.games() == 6


async def test_documents_that_know_the_player_by_a_former_puuid_are_found(
    world: PrivacyWorld, database_url: str
) -> None:
    """With another API key everybody has another PUUID; rows follow, documents stay as Riot sent them."""
    await world.fill()
    anew = "AnnsPuuidUnderAnotherKey_" + "q1w2" * 12
    assert await world.database.mark_validated(ANN, account(anew), was=ANNS) is not None
    erased = await world.privacy.erase(ANN)
    shown = await world.matches.load(a_game(2, TOGETHER).match.match_id)  # the job has not come to it yet
    assert shown is not None
    assert ANNS.encode() not in shown.match_document.body
    await world.finish(erased.id)
    assert await traces(world, database_url) == {}
    assert await in_postgres(database_url, [anew]) == {}


@pytest.mark.parametrize("lost", ["participant_id = 3", "true"])
async def test_a_row_that_is_lost_brings_nobody_back(world: PrivacyWorld, database_url: str, lost: str) -> None:
    """Who it was is known to the document only: under another API key no tombstone knows the new PUUID."""
    await world.fill()
    await world.finish((await world.privacy.erase(ANN)).id)
    anew = "AnnsPuuidUnderAnotherKey_" + "q1w2" * 12
    game = a_game(2, {ME: (anew, ANNS_NAME), FRIEND: (BOBS, BOBS_NAME)})
    connection = await asyncpg.connect(database_url)
    try:
        await connection.execute(
            f"DELETE FROM participants WHERE match_id = $1 AND {lost}",  # noqa: S608
            game.match.match_id,
        )
    finally:
        await connection.close()
    assert await world.matches.intact([game.match.match_id]) == frozenset()
    await world.matches.store(game, replace=True)
    assert is_pseudonym(await me_in(world, database_url, game.match))
    assert await in_postgres(database_url, [anew]) == {}
    assert await traces(world, database_url) == {}
    assert await world.matches.intact([game.match.match_id]) == {game.match.match_id}


class RiotWithTimelines(FakeRiotApi):
    """Has the timeline by now that was not there when the match was stored."""

    async def timeline(self, match_id: str, routing: RoutingValue) -> RawDocument:
        document = a_game(2, TOGETHER).timeline_document
        assert document is not None
        return document


@pytest.mark.parametrize("way", ["one", "many", "timeline alone"])
async def test_a_timeline_that_riot_publishes_later_brings_nobody_back(
    world: PrivacyWorld, database_url: str, way: str
) -> None:
    for discord_id, puuid, name in ((ANN, ANNS, ANNS_NAME), (BOB, BOBS, BOBS_NAME)):
        await world.database.save_binding(discord_id, account(puuid, name))
    game = a_game(2, TOGETHER, timeline=False)
    match_id = game.match.match_id
    await world.matches.store(game)
    await world.finish((await world.privacy.erase(ANN)).id)
    absences = PostgresAbsenceStore(world.database)
    ingest = MatchIngest(RiotWithTimelines(), world.matches, absences, world.clock)
    if way == "one":
        await ingest.ingest(match_id)
    elif way == "many":
        await ingest.ingest_many([match_id])
    else:
        await TimelineSync(ingest, world.matches).sync(match_id)
    assert await world.matches.intact([match_id]) == {match_id}
    assert await traces(world, database_url) == {}


@pytest.mark.parametrize("column", ["matches.body", "timelines.body"])
async def test_damaged_documents_do_not_keep_the_player(world: PrivacyWorld, database_url: str, column: str) -> None:
    await world.fill()
    table, _, name = column.partition(".")
    connection = await asyncpg.connect(database_url)
    try:
        where = "match_id = ANY (ARRAY(SELECT match_id FROM participants WHERE puuid = $1))"
        spoil = f"UPDATE {table} SET {name} = convert_to('torn ' || $1, 'utf8') WHERE {where}"  # noqa: S608
        await connection.execute(spoil, ANNS)
    finally:
        await connection.close()
    await world.finish((await world.privacy.erase(ANN)).id)
    assert await traces(world, database_url) == {}
    assert await world.matches.load(a_game(2, TOGETHER).match.match_id) is not None


async def test_what_somebody_began_and_left_does_not_lie_about(world: PrivacyWorld, database_url: str) -> None:
    """Steps and attempts that have expired are dropped by the next one, and every day."""
    attempt = LinkAttempt(discord_id=ANN, discord_name="Ann", platform=Platform.EUW1)
    await world.database.open_attempt("state", attempt, ttl=0.0)
    await PostgresLinkSteps(world.database).open("step", an_invitation(), ttl=0.0)
    assert {place.partition(".")[0] for place in await in_postgres(database_url, [ANN])} == {
        "link_attempts", "link_steps"
    }  # fmt: skip
    await world.privacy.tidy()
    assert await in_postgres(database_url, [ANN]) == {}


async def test_a_long_audit_log_is_looked_through_once(world: PrivacyWorld, database_url: str) -> None:
    """20,000 accounts, the last line about each of which stays: without an index 200 million pairs are compared."""
    connection = await asyncpg.connect(database_url)
    try:
        await connection.execute(
            """
            INSERT INTO link_audit (at, event, discord_id, puuid)
            SELECT now() - interval '200 days', 'bound', 'd' || i, 'p' || i FROM generate_series(1, 20000) AS i;
            INSERT INTO players (puuid, platform, refreshed_at)
            SELECT 'p' || i, 'euw1', now() FROM generate_series(1, 20000) AS i;
            ANALYZE
            """
        )
    finally:
        await connection.close()
    async with asyncio.timeout(5.0):
        assert await world.data.forget_audit(older_than=180 * 86_400.0) == 0


# Races.


async def me_in(world: PrivacyWorld, database_url: str, match: Match) -> str:
    """What the row itself says of Ann's part in a match: loading it would hide her."""
    connection = await asyncpg.connect(database_url)
    try:
        row = "SELECT puuid FROM participants WHERE match_id = $1 AND participant_id = $2"
        return str(await connection.fetchval(row, match.match_id, ME))
    finally:
        await connection.close()


async def test_a_store_that_began_before_the_erasure_ends_before_it(world: PrivacyWorld, database_url: str) -> None:
    """It has found no tombstone, and what it writes must not appear after the erasure."""
    await world.database.save_binding(ANN, account())
    game = a_game(5, TOGETHER)
    other = await asyncpg.connect(database_url)
    try:
        rival = other.transaction()
        await rival.start()
        await other.execute(
            """
            INSERT INTO matches (
                match_id, queue_id, map_id, mode, patch, game_version, started_at, duration_s, kind, is_remake,
                is_aborted, timeline_state, document, body
            )
            VALUES ($1, 1, 1, '', '', '', now(), 1, '', false, false, 'gone', '{}', '')
            """,
            game.match.match_id,
        )
        storing = asyncio.create_task(world.matches.store(game))  # waits for the rival's match, with its look behind it
        await _waiting(other, 1)
        erasing = asyncio.create_task(world.privacy.erase(ANN))
        await _waiting(other, 2)
        await rival.rollback()
        assert await storing
        erased = await erasing
    finally:
        await other.close()
    assert await me_in(world, database_url, game.match) == ANNS
    await world.database.save_binding(BOB, account(BOBS, ANNS_NAME.model_copy(update={"game_name": "Bob"})))
    assert await world.finish(erased.id) == 1
    assert is_pseudonym(await me_in(world, database_url, game.match))
    assert await traces(world, database_url) == {}


async def test_a_store_that_begins_during_the_erasure_waits_and_finds_the_tombstone(
    world: PrivacyWorld, database_url: str
) -> None:
    await world.database.save_binding(ANN, account())
    game = a_game(5, TOGETHER)
    other = await asyncpg.connect(database_url)
    try:
        rival = other.transaction()
        await rival.start()
        await other.execute("SELECT FROM players WHERE puuid = $1 FOR UPDATE", ANNS)  # which the erasure has to delete
        erasing = asyncio.create_task(world.privacy.erase(ANN))
        await _waiting(other, 1)
        storing = asyncio.create_task(world.matches.store(game, counted_for=ANNS))
        remembering = asyncio.create_task(world.players.remember(Account(puuid=ANNS, riot_id=ANNS_NAME), Platform.EUW1))
        await _waiting(other, 3)
        await rival.rollback()
        await erasing
        assert await storing
        with pytest.raises(PlayerForgotten):
            await remembering
    finally:
        await other.close()
    assert is_pseudonym(await me_in(world, database_url, game.match))
    found = await in_postgres(database_url, ANNS_TRACES)
    assert {place.partition(".")[0] for place in found} == {"erasures"}


async def test_facts_tell_of_nobody(world: PrivacyWorld, database: DatabaseAdapter, database_url: str) -> None:
    """They are there, and neither names nor ids of people are in them: an erasure leaves them as they are."""
    await world.fill()
    kept = await database.fetch("SELECT FROM match_facts WHERE body IS NOT NULL")
    assert len(kept) == 4
    found = await in_postgres(database_url, [*ANNS_TRACES, BOBS, BOBS_NAME.game_name])
    assert "match_facts" not in {place.partition(".")[0] for place in found}


async def test_many_stores_and_an_erasure_at_once_leave_nothing(world: PrivacyWorld, database_url: str) -> None:
    await world.fill()
    games = [a_game(number, TOGETHER) for number in range(10, 50)]

    async def store(some: list[int]) -> None:
        for place in some:
            await world.matches.store_many(games[place : place + 2], counted_for=ANNS)

    storing = [asyncio.create_task(store(list(range(start, 40, 8)))) for start in (0, 2, 4, 6)]
    await asyncio.sleep(0.05)
    erased = await world.privacy.erase(ANN)
    await asyncio.gather(*storing)
    await world.finish(erased.id)
    assert await traces(world, database_url) == {}
    assert await world.games() == 3


async def _waiting(connection: "asyncpg.Connection[asyncpg.Record]", count: int) -> None:
    """Until so many others wait for a lock."""
    for _ in range(500):
        await connection.execute("SELECT pg_stat_clear_snapshot()")  # a transaction would see the same over and over
        waits = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
        if await connection.fetchval(waits) >= count:
            return
        await asyncio.sleep(0.01)
    raise AssertionError("nobody waits")


# Kills.


async def test_a_job_that_is_killed_in_the_middle_is_finished_by_the_next_attempt(
    world: PrivacyWorld, database_url: str
) -> None:
    await world.fill()
    await world.matches.store_many([a_game(number, TOGETHER) for number in range(10, 40)])
    erased = await world.privacy.erase(ANN)
    command = [sys.executable, "-m", "tests.integration.pseudonymise", database_url, ANNS]
    done = await asyncio.to_thread(_killed_after_a_few, command)
    assert 0 < done < 30
    before = await in_postgres(database_url, [ANNS])
    assert {place.partition(".")[0] for place in before} == {"participants", "matches", "timelines", "erasures"}
    assert await world.finish(erased.id) < 33
    assert await traces(world, database_url) == {}
    kept = [(await world.matches.load(a_game(number, TOGETHER).match.match_id)) for number in range(10, 40)]
    assert all(one is not None and one.match.by_puuid(BOBS) is not None for one in kept)
    assert await world.matches.intact([one.match.match_id for one in kept if one]) == {
        one.match.match_id for one in kept if one
    }


def _killed_after_a_few(command: list[str]) -> int:
    with subprocess.Popen(command, cwd=PROJECT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        done = [int(process.stdout.readline()) for _ in range(3)][-1]
        process.send_signal(signal.SIGKILL)
    return done


async def test_an_erasure_whose_job_gave_up_is_taken_up_again(world: PrivacyWorld, database_url: str) -> None:
    await world.fill()
    erased = await world.privacy.erase(ANN)
    held = await world.ledger.claim(erased.id, worker="w", lease=30.0, max_deaths=3)
    assert held is not None
    await world.ledger.fail(held.id, held.fence, error="e", error_kind="k")
    connection = await asyncpg.connect(database_url)
    try:
        await connection.execute("UPDATE erasures SET begun_at = begun_at - interval '2 hours'")
    finally:
        await connection.close()
    assert await world.privacy.tidy() == {"audit_lines": 0, "erasures": 1}
    assert await world.privacy.tidy() == {"audit_lines": 0, "erasures": 1}  # there is one already
    again = [job for job in await _queued(world) if job.id != erased.id]
    assert [job.arguments for job in again] == [{"erasure_id": str(erased.id)}]
    await world.finish(UUID(again[0].arguments["erasure_id"]))
    assert await traces(world, database_url) == {}


async def _queued(world: PrivacyWorld) -> list[Job]:
    found = await world.ledger.find(JobFilter(states=frozenset({JobState.QUEUED})), limit=100)
    return [job for job in found if job.kind == PSEUDONYMISE_PLAYER]
