"""How matches lie in Postgres: what can be queried, and what it costs."""

import asyncio
import gzip
import json
import re
import threading
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from src.adapters.database import (
    DatabaseAdapter,
    PostgresApiKeyStore,
    PostgresLinkSteps,
    PostgresMatchStore,
    PostgresPlayerStore,
    PostgresYearlyStatisticsStore,
    match_reading,
    match_writing,
)
from src.adapters.database.counting import SQL as STATISTICS
from src.adapters.database.players import remember
from src.adapters.database.queries import load_queries
from src.adapters.database.raw_bodies import pack
from src.core.domain.account import Account
from src.core.domain.api_key import Scope
from src.core.domain.documents import RawDocument
from src.core.domain.match_document import read_match
from src.core.domain.regions import Platform
from src.core.domain.timeline_document import read_timeline
from src.core.errors import MalformedDocument, Unavailable
from src.core.ports.match_store import StoredMatch
from tests.contract.job_ledger.world import a_job
from tests.contract.test_api_keys import a_key
from tests.contract.test_link_steps import INVITATION
from tests.contract.test_user_bindings import ATTEMPT, account
from tests.fakes.matches import PUUID, a_stored_match
from tests.integration.test_database_unseen_commits import LossyDatabase
from tests.real_documents import REAL_DOCUMENTS, needs_real_documents

_KINDS = ("match", "timeline")
_SIZE = """
SELECT sum(pg_total_relation_size(oid)) FROM pg_class WHERE relname IN ('matches', 'participants', 'timelines')
"""


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[DatabaseAdapter]:
    async with DatabaseAdapter(url=database_url) as adapter:
        yield adapter


def real_pair(path: Path) -> StoredMatch:
    bodies = [gzip.decompress(path.with_name(path.name.replace("match", kind)).read_bytes()) for kind in _KINDS]
    match, timeline = (RawDocument(body=body, document=json.loads(body)) for body in bodies)
    return StoredMatch(read_match(match.document), match, read_timeline(timeline.document), timeline)


@needs_real_documents
async def test_a_real_pair_takes_at_most_100_kb_with_its_indexes(database: DatabaseAdapter) -> None:
    store = PostgresMatchStore(database)
    empty = await database.fetchrow(_SIZE)
    paths = sorted(REAL_DOCUMENTS.glob("*.match.json.gz"))
    for path in paths:
        stored = real_pair(path)
        await store.store(stored, counted_for=stored.match.participants[0].puuid)
    full = await database.fetchrow(_SIZE)
    assert empty is not None
    assert full is not None
    assert (full[0] - empty[0]) / len(paths) <= 100 * 1024


async def test_documents_frames_and_events_can_be_queried(database: DatabaseAdapter) -> None:
    await PostgresMatchStore(database).store(a_stored_match())
    row = await database.fetchrow(
        """
        SELECT m.document #>> '{info,queueId}' AS queue,
            t.total_gold[array_position(t.participant_ids, 6::smallint)][2] AS gold,
            t.kills -> 0 ->> 'victim_id' AS victim,
            (SELECT sum(kills) FROM participants p WHERE p.match_id = m.match_id AND p.team_id = 100) AS kills
        FROM matches m JOIN timelines t USING (match_id)
        """
    )
    assert row is not None
    assert dict(row) == {"queue": "420", "gold": 600, "victim": "6", "kills": 15}


async def test_a_match_leaves_with_everything_that_belongs_to_it(database: DatabaseAdapter) -> None:
    await PostgresMatchStore(database).store(a_stored_match())
    await database.execute("DELETE FROM matches")
    for table in ("participants", "timelines"):
        assert await database.fetch(f"SELECT FROM {table}") == []


async def test_damaged_bytes_are_noticed(database: DatabaseAdapter) -> None:
    store = PostgresMatchStore(database)
    await store.store(a_stored_match())
    await database.execute("UPDATE timelines SET body = set_byte(body, length(body) - 1, 0)")
    with pytest.raises(MalformedDocument):
        await store.load("EUW1_1")


async def test_a_players_history_is_read_from_its_index(database: DatabaseAdapter) -> None:
    store = PostgresMatchStore(database)
    for number in range(5):
        await store.store(a_stored_match(f"EUW1_{number}"))
    async with database.transaction() as connection:
        await connection.execute("SET LOCAL enable_seqscan = off")
        plan = await connection.fetch(
            "EXPLAIN SELECT match_id FROM participants WHERE puuid = $1 ORDER BY started_at DESC LIMIT 5", "puuid-1"
        )
    assert "participants_history" in "\n".join(line[0] for line in plan)
    assert "Sort" not in "\n".join(line[0] for line in plan)


async def test_a_players_years_are_recounted_from_the_players_own_rows(database: DatabaseAdapter) -> None:
    """The sums are made after the player is picked, not before."""
    await PostgresMatchStore(database).store(a_stored_match(), counted_for=PUUID)
    async with database.transaction() as connection:
        await connection.execute("SET LOCAL enable_seqscan = off")
        plans = [
            await connection.fetch(f"EXPLAIN {STATISTICS['recount']}", PUUID, 2026),
            await connection.fetch(f"EXPLAIN {STATISTICS['recount_years']}", [PUUID], [2026]),
        ]
    for plan in plans:
        text = "\n".join(line[0] for line in plan)
        assert re.search(r"participants_history.*\n +Index Cond: \(puuid = ", text), text


async def test_statistics_that_drifted_are_put_right_by_a_replacement(database: DatabaseAdapter) -> None:
    matches, years = PostgresMatchStore(database), PostgresYearlyStatisticsStore(database)
    await matches.store(a_stored_match("EUW1_1"), counted_for=PUUID)
    await matches.store(a_stored_match("EUW1_2"), counted_for=PUUID)
    await database.execute("DELETE FROM participants WHERE match_id = 'EUW1_1' AND puuid = $1", PUUID)
    assert await years.of(PUUID, 2026) != await years.recount(PUUID, 2026)
    await matches.store(a_stored_match("EUW1_1"), counted_for=PUUID, replace=True)
    statistics = await years.of(PUUID, 2026)
    assert statistics == await years.recount(PUUID, 2026)
    assert statistics is not None
    assert statistics.games == 2


@pytest.mark.parametrize("damage", ["UPDATE matches SET started_at = now()", "DELETE FROM participants"])
async def test_a_replaced_match_leaves_the_year_it_was_counted_in(database: DatabaseAdapter, damage: str) -> None:
    """The match and its participants both say which year that was, and either may be wrong."""
    matches, years = PostgresMatchStore(database), PostgresYearlyStatisticsStore(database)
    await matches.store(a_stored_match(started_at=datetime(2025, 6, 1, tzinfo=UTC)), counted_for=PUUID)
    await database.execute(damage)
    await matches.store(a_stored_match(), counted_for=PUUID, replace=True)
    assert await years.of(PUUID, 2025) is None
    statistics = await years.of(PUUID, 2026)
    assert statistics == await years.recount(PUUID, 2026)
    assert statistics is not None
    assert statistics.games == 1


async def test_who_is_linked_in_this_very_moment_is_not_forgotten(database: DatabaseAdapter) -> None:
    players, linked = PostgresPlayerStore(database), account()
    number = await players.remember(Account(puuid=linked.puuid, riot_id=linked.riot_id), linked.platform)
    async with database.transaction() as connection:
        # What linking does, not committed yet.
        await connection.execute(
            load_queries("bindings.sql")["save_binding"], linked.puuid, "42", linked.platform.value, "Ann", "EUW", "rso"
        )
        await remember(connection, Account(puuid=linked.puuid, riot_id=linked.riot_id), linked.platform)
        forgetting = asyncio.create_task(players.forget([linked.puuid]))
        async with asyncio.timeout(5):
            while not await database.fetch("SELECT FROM pg_locks WHERE NOT granted"):
                pass
    await forgetting
    assert [player.number for player in await players.linked(not_checked_for=0, limit=5)] == [number]


async def test_a_header_that_announces_terabytes_is_damage(database: DatabaseAdapter) -> None:
    """Its memory would be allocated before the first byte is read."""
    store = PostgresMatchStore(database)
    await store.store(a_stored_match())
    huge = bytes.fromhex("28b52ffd e0") + (2**40).to_bytes(8, "little") + b"x"
    await database.execute("UPDATE matches SET body = $1", huge)
    with pytest.raises(MalformedDocument):
        await store.load("EUW1_1")
    assert await store.intact(["EUW1_1"]) == frozenset()


async def test_the_event_loop_goes_on_while_matches_are_checked(database: DatabaseAdapter) -> None:
    """Heartbeats keep leases: whoever holds the loop for seconds loses its jobs."""
    store = PostgresMatchStore(database)
    reading, main = threading.Event(), threading.get_ident()
    for number in range(3):
        await store.store(a_stored_match(f"EUW1_{number}"))
    with pytest.MonkeyPatch.context() as patch:

        def read(document: object) -> None:
            assert threading.get_ident() != main
            reading.set()
            raise MalformedDocument

        patch.setattr(match_reading, "read_match", read)
        assert await store.intact(["EUW1_0", "EUW1_1", "EUW1_2"]) == frozenset()
    assert reading.is_set()


async def test_whoever_writes_several_matches_waits_for_nobody_who_waits_for_them(database: DatabaseAdapter) -> None:
    """A deadlock would be broken after a second, and the work repeated."""
    store, years = PostgresMatchStore(database), PostgresYearlyStatisticsStore(database)
    ids = [f"EUW1_{number:02}" for number in range(30)]
    await store.store_many([a_stored_match(one, timeline=False) for one in ids[::3]])
    await asyncio.gather(*(store.load(ids[0]) for _ in range(8)))  # a connection for each
    with capture_logs() as logs:
        await asyncio.gather(
            store.store_many([a_stored_match(one) for one in ids], counted_for=PUUID),
            store.store_many([a_stored_match(one) for one in ids[::-1]], counted_for="puuid-2"),
            store.store_many([a_stored_match(one, timeline=False) for one in ids[::-1]], gone=ids, counted_for=PUUID),
            store.store(a_stored_match(ids[6]), replace=True, counted_for="puuid-2"),
            store.store(a_stored_match(ids[7]), replace=True, counted_for=PUUID),
            years.count(PUUID, ids[::-1]),
            years.count("puuid-2", ids),
        )
    assert [log["event"] for log in logs] == []
    for puuid in (PUUID, "puuid-2"):
        await years.count(puuid, ids)
        assert await years.of(puuid, 2026) == await years.recount(puuid, 2026)
        assert len(await store.history(puuid, limit=40)) == len(ids)
    assert await store.complete(ids) == frozenset(ids)


async def test_the_event_loop_goes_on_while_matches_are_compressed(database: DatabaseAdapter) -> None:
    """It takes some 4 ms a pair: a tenth of a second for a batch."""
    store = PostgresMatchStore(database)
    threads: set[int] = set()
    with pytest.MonkeyPatch.context() as patch:

        def packed(document: RawDocument) -> bytes:
            threads.add(threading.get_ident())
            return pack(document)

        patch.setattr(match_writing, "pack", packed)
        await store.store(a_stored_match("EUW1_1"))
        await store.store_many([a_stored_match("EUW1_2"), a_stored_match("EUW1_3")])
    assert threads
    assert threading.get_ident() not in threads


class TestUnseenCommits:
    """The server did it, but the client saw an error, and tried again."""

    @pytest.fixture
    async def lossy(self, database_url: str) -> AsyncIterator[LossyDatabase]:
        async with LossyDatabase(url=database_url) as adapter:
            yield adapter

    async def test_matches_count_once_and_jobs_are_there_once(self, lossy: LossyDatabase) -> None:
        matches, years = PostgresMatchStore(lossy), PostgresYearlyStatisticsStore(lossy)
        job = a_job()
        await matches.store(a_stored_match("EUW1_1"), counted_for=PUUID, jobs=[job])
        await matches.store(a_stored_match("EUW1_1"), counted_for=PUUID, jobs=[job], replace=True)
        await matches.store(a_stored_match("EUW1_2"))
        await years.count(PUUID, ["EUW1_1", "EUW1_2"])
        statistics = await years.of(PUUID, 2026)
        assert statistics == await years.recount(PUUID, 2026)
        assert statistics is not None
        assert statistics.games == 2
        assert [row["id"] for row in await lossy.fetch("SELECT id FROM jobs")] == [job.id]

    async def test_players_have_one_number(self, lossy: LossyDatabase) -> None:
        players = PostgresPlayerStore(lossy)
        account = Account(puuid="p-1", riot_id=None)
        assert await players.remember(account, Platform.KR) == await players.remember(account, Platform.KR) == 1
        await players.mark_checked("p-1")
        await players.forget(["p-1"])
        assert await players.find("p-1") is None

    async def test_a_key_is_added_once(self, lossy: LossyDatabase) -> None:
        keys = PostgresApiKeyStore(lossy)
        await keys.add(a_key(), b"d")
        assert await keys.all() == (a_key(),)

    async def test_nobody_is_told_that_a_revoked_key_never_was(
        self, lossy: LossyDatabase, database: DatabaseAdapter
    ) -> None:
        await PostgresApiKeyStore(database).add(a_key(), b"d")
        with pytest.raises(Unavailable):
            await PostgresApiKeyStore(lossy).revoke("k1")
        assert await PostgresApiKeyStore(database).find("k1") is None


async def test_scopes_of_a_newer_version_allow_nothing_here(database: DatabaseAdapter) -> None:
    keys = PostgresApiKeyStore(database)
    await keys.add(a_key(), b"d")
    await database.execute("UPDATE api_keys SET scopes = '{tasks:read,everything:write}'")
    assert [key.scopes for key in await keys.all()] == [frozenset({Scope.TASKS_READ})]


async def test_expired_sign_ins_leave_the_tables(database: DatabaseAdapter) -> None:
    """They hold secrets and names, and nobody comes for them."""
    steps = PostgresLinkSteps(database)
    await database.open_attempt("old", ATTEMPT, ttl=-1)
    await steps.open("old", INVITATION, ttl=-1)
    await database.open_attempt("new", ATTEMPT, ttl=60)
    await steps.open("new", INVITATION, ttl=60)
    rows = await database.fetch("SELECT state_hash FROM link_attempts UNION ALL SELECT key_hash FROM link_steps")
    assert [row[0] for row in rows] == ["new", "new"]


async def test_under_a_new_puuid_a_player_keeps_number_history_and_years(database: DatabaseAdapter) -> None:
    matches, players = PostgresMatchStore(database), PostgresPlayerStore(database)
    years = PostgresYearlyStatisticsStore(database)
    linked = account(PUUID)
    await database.save_binding("42", linked)
    number = await players.remember(Account(puuid=PUUID, riot_id=linked.riot_id), linked.platform)
    await matches.store_many([a_stored_match()], gone=[], counted_for=PUUID)
    before = await years.of(PUUID, 2026)

    await database.mark_validated("42", linked.model_copy(update={"puuid": "new"}), was=PUUID)

    assert [line.match_id for line in await matches.history("new", limit=5)] == ["EUW1_1"]
    stored = await matches.load("EUW1_1")
    assert stored is not None
    assert stored.match.by_puuid("new") is not None
    assert before is not None
    after = await years.of("new", 2026)
    assert after is not None
    assert after.games == before.games
    assert [player.number for player in await players.linked(not_checked_for=0, limit=5)] == [number]
    assert await players.find(PUUID) is None


async def test_years_that_a_new_puuid_has_already_are_added_up_with_the_old_ones(database: DatabaseAdapter) -> None:
    matches, years = PostgresMatchStore(database), PostgresYearlyStatisticsStore(database)
    await database.save_binding("42", account(PUUID))
    await matches.store_many([a_stored_match("EUW1_1")], gone=[], counted_for=PUUID)
    newer = a_stored_match("EUW1_2")
    people = tuple(one.model_copy(update={"puuid": f"new {one.puuid}"}) for one in newer.match.participants)
    newer = replace(newer, match=newer.match.model_copy(update={"participants": people}))
    await matches.store_many([newer], gone=[], counted_for=f"new {PUUID}")

    await database.mark_validated("42", account(f"new {PUUID}"), was=PUUID)

    after = await years.of(f"new {PUUID}", 2026)
    assert after is not None
    assert after.games == 2
    assert after == await years.recount(f"new {PUUID}", 2026)
    assert await years.of(PUUID, 2026) is None


async def test_what_counted_for_somebody_counts_for_them_under_their_new_puuid(database: DatabaseAdapter) -> None:
    """A match that is fetched anew under another API key holds another PUUID for everybody, linked or not."""
    matches, years = PostgresMatchStore(database), PostgresYearlyStatisticsStore(database)
    await matches.store(a_stored_match(), counted_for="puuid-2")
    again = a_stored_match()
    people = tuple(one.model_copy(update={"puuid": f"new {one.puuid}"}) for one in again.match.participants)
    again = replace(again, match=again.match.model_copy(update={"participants": people}))

    await matches.store(again, replace=True)

    assert await years.of("puuid-2", 2026) is None
    after = await years.of("new puuid-2", 2026)
    assert after is not None
    assert after.games == 1
