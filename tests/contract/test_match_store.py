"""What holds of every match store."""

import asyncio
import gzip
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime

import pytest

from src.adapters.database import DatabaseAdapter, PostgresJobLedger, PostgresMatchStore
from src.core.domain.document_reader import AMOUNT, COUNT
from src.core.domain.documents import RawDocument
from src.core.domain.job import JobState
from src.core.domain.match import GameKind, Outcome
from src.core.domain.match_document import read_match
from src.core.domain.match_summary import MatchSummary
from src.core.domain.timeline import ParticipantSeries
from src.core.domain.timeline_document import read_timeline
from src.core.errors import BrokenInvariant, JobNotFound
from src.core.ports.job_ledger import JobLedger
from src.core.ports.match_store import KnownMatches, MatchStore, StoredMatch
from tests.contract.job_ledger.world import a_job
from tests.fakes.job_ledger import FakeJobLedger
from tests.fakes.match_store import FakeMatchStore
from tests.fakes.matches import PUUID, a_document, a_participant, a_stored_match, a_timeline
from tests.real_documents import REAL_DOCUMENTS, needs_real_documents
from tests.unit.core.domain.documents import MATCH_ID, Story, arena, change_people, puuid


@pytest.fixture(params=["fake", "postgres"])
def url(request: pytest.FixtureRequest) -> str | None:
    """None stands for the fake."""
    return request.getfixturevalue("database_url") if request.param == "postgres" else None


@dataclass(frozen=True, slots=True)
class World:
    """A store, and the ledger beside it."""

    store: MatchStore
    ledger: JobLedger


@pytest.fixture
async def world(url: str | None) -> AsyncIterator[World]:
    if url is None:
        ledger = FakeJobLedger()
        yield World(FakeMatchStore(ledger), ledger)
        return
    async with DatabaseAdapter(url=url) as database:
        yield World(PostgresMatchStore(database), PostgresJobLedger(database))


@pytest.fixture
def store(world: World) -> MatchStore:
    return world.store


async def test_an_unknown_match_is_none(store: MatchStore) -> None:
    assert await store.load("EUW1_404") is None


async def test_what_is_stored_comes_back_whole(store: MatchStore) -> None:
    stored = a_stored_match()
    assert await store.store(stored) is True
    assert await store.load("EUW1_1") == stored


async def test_riots_bytes_come_back_exactly(store: MatchStore) -> None:
    body = b'{ "b": 1,\r\n "a":\t1.0, "name":"\xc3\xa9\\u00e9" }'
    document = RawDocument(body=body, document=json.loads(body))
    await store.store(replace(a_stored_match(), match_document=document, timeline_document=document))
    loaded = await store.load("EUW1_1")
    assert loaded is not None
    assert loaded.match_document.body == body
    assert loaded.timeline_document is not None
    assert loaded.timeline_document.body == body


@pytest.mark.parametrize("body", [rb'{"name": "nul \u0000 here"}', rb'{"name": "half \ud83d pair"}'])
async def test_characters_that_databases_refuse_do_no_harm(store: MatchStore, body: bytes) -> None:
    document = RawDocument(body=body, document=json.loads(body))
    await store.store(replace(a_stored_match(), match_document=document))
    loaded = await store.load("EUW1_1")
    assert loaded is not None
    assert (loaded.match_document.body, loaded.match_document.document) == (body, document.document)


async def test_of_a_timeline_that_was_read_the_bytes_are_enough(store: MatchStore) -> None:
    stored = a_stored_match()
    assert stored.timeline_document is not None
    await store.store(replace(stored, timeline_document=stored.timeline_document.closed()))
    loaded = await store.load("EUW1_1")
    assert loaded is not None
    assert loaded.timeline_document is not None
    assert (loaded.timeline, loaded.timeline_document.body) == (stored.timeline, stored.timeline_document.body)


async def test_a_match_of_bots_in_an_unknown_mode_comes_back_whole(store: MatchStore) -> None:
    bot = a_participant(1, puuid=None, riot_id=None, position=None, outcome=Outcome.REMAKE)
    arena = a_participant(2, placement=3, subteam_id=2, outcome=Outcome.ABORTED)
    stored = a_stored_match(
        participants=(bot, arena), platform=None, mode="SWARM", kind=GameKind.OTHER, is_remake=True, is_aborted=True
    )
    await store.store(stored)
    assert await store.load("EUW1_1") == stored


async def test_a_timeline_without_frames_or_events_comes_back_whole(store: MatchStore) -> None:
    empty = ParticipantSeries(total_gold=(), xp=(), level=(), lane_minions=(), jungle_monsters=())
    timeline = a_timeline(frame_times=(), series={1: empty}, kills=(), monsters=(), buildings=())
    stored = replace(a_stored_match(), timeline=timeline)
    await store.store(stored)
    assert await store.load("EUW1_1") == stored


async def test_storing_again_changes_nothing(store: MatchStore) -> None:
    """The first call may have succeeded although its caller saw an error."""
    stored = a_stored_match()
    await store.store(stored)
    assert await store.store(a_stored_match(patch="99.9")) is False
    assert await store.load("EUW1_1") == stored


async def test_a_missing_timeline_is_added_later(store: MatchStore) -> None:
    without, complete = a_stored_match(timeline=False), a_stored_match()
    assert await store.store(without) is True
    assert await store.store(without) is False
    assert await store.load("EUW1_1") == without
    assert await store.store(complete) is True
    assert await store.load("EUW1_1") == complete


async def test_a_timeline_is_not_lost_by_storing_without_it(store: MatchStore) -> None:
    await store.store(a_stored_match())
    assert await store.store(a_stored_match(timeline=False), timeline_gone=True) is False
    assert await store.load("EUW1_1") == a_stored_match()


async def test_complete_is_what_has_its_timeline_or_never_will(store: MatchStore) -> None:
    await store.store(a_stored_match("EUW1_1"))
    await store.store(a_stored_match("EUW1_2", timeline=False))
    await store.store(a_stored_match("EUW1_3", timeline=False), timeline_gone=True)
    asked = ["EUW1_1", "EUW1_2", "EUW1_3", "EUW1_4"]
    assert await store.complete(asked) == {"EUW1_1", "EUW1_3"}
    assert await store.complete([]) == frozenset()


async def test_what_is_stored_is_known_by_whether_it_may_get_a_timeline(store: MatchStore) -> None:
    await store.store_many([a_stored_match("EUW1_1"), a_stored_match("EUW1_2", timeline=False)])
    await store.store(a_stored_match("EUW1_3", timeline=False), timeline_gone=True)
    known = await store.known(["EUW1_1", "EUW1_2", "EUW1_3", "EUW1_4"])
    assert known == KnownMatches(frozenset({"EUW1_1", "EUW1_3"}), frozenset({"EUW1_2"}))
    assert await store.known([]) == KnownMatches(frozenset(), frozenset())


async def test_learning_that_a_timeline_is_gone_is_new_once(store: MatchStore) -> None:
    without = a_stored_match(timeline=False)
    await store.store(without)
    assert await store.store(without, timeline_gone=True) is True
    assert await store.store(without, timeline_gone=True) is False
    assert await store.complete(["EUW1_1"]) == {"EUW1_1"}


async def test_a_timeline_that_turns_up_after_all_is_kept(store: MatchStore) -> None:
    await store.store(a_stored_match(timeline=False), timeline_gone=True)
    assert await store.store(a_stored_match()) is True
    assert await store.load("EUW1_1") == a_stored_match()


async def test_history_is_the_players_own_newest_first(store: MatchStore) -> None:
    for number, day in ((1, 10), (2, 12), (3, 11)):
        await store.store(a_stored_match(f"EUW1_{number}", started_at=datetime(2026, 3, day, tzinfo=UTC)))
    await store.store(a_stored_match("EUW1_4", participants=(a_participant(2),)))
    history = await store.history(PUUID, limit=2)
    assert [line.match_id for line in history] == ["EUW1_2", "EUW1_3"]
    match = a_stored_match("EUW1_2").match
    assert history[0] == MatchSummary(
        match_id="EUW1_2", started_at=datetime(2026, 3, 12, tzinfo=UTC), duration_s=match.duration_s, queue_id=420,
        mode=match.mode, kind=match.kind, champion="Aatrox", position="TOP", placement=None, outcome=Outcome.WIN,
        kills=1, deaths=3, assists=7, cs=match.participants[0].cs,
    )  # fmt: skip
    assert await store.history("somebody else", limit=5) == ()


async def test_one_match_stored_by_many_at_once_is_new_to_one(store: MatchStore) -> None:
    await asyncio.gather(*(store.load("EUW1_1") for _ in range(8)))  # a connection for each
    answers = await asyncio.gather(*(store.store(a_stored_match()) for _ in range(8)))
    assert sorted(answers) == [False] * 7 + [True]
    assert await store.load("EUW1_1") == a_stored_match()
    assert len(await store.history(PUUID, limit=10)) == 1


async def test_match_and_timeline_stored_by_two_at_once_are_both_there(store: MatchStore) -> None:
    for number in range(5):
        match_id = f"EUW1_{number}"
        with_timeline, without = a_stored_match(match_id), a_stored_match(match_id, timeline=False)
        await store.store(without)
        await asyncio.gather(
            *(store.store(with_timeline) for _ in range(3)),
            *(store.store(without, timeline_gone=True) for _ in range(3)),
        )
        assert await store.load(match_id) == with_timeline


async def test_jobs_are_submitted_with_the_match(world: World) -> None:
    jobs = [a_job(), a_job(idempotency_key="timeline EUW1_1")]
    await world.store.store(a_stored_match(timeline=False), jobs=jobs)
    assert [(await world.ledger.get(job.id)).state for job in jobs] == [JobState.QUEUED] * 2


async def test_jobs_are_submitted_even_if_nothing_was_new(world: World) -> None:
    """Whoever stored the match first may have wanted other jobs, or none."""
    job = a_job()
    await world.store.store(a_stored_match())
    assert await world.store.store(a_stored_match(), jobs=[job]) is False
    assert (await world.ledger.get(job.id)).state is JobState.QUEUED


async def test_storing_with_the_same_jobs_again_submits_them_once(world: World) -> None:
    job = a_job()
    await world.store.store(a_stored_match(), jobs=[job])
    held = await world.ledger.claim(job.id, worker="w", lease=30.0, max_deaths=3)
    assert held is not None
    await world.ledger.succeed(job.id, held.fence, {"n": 1})
    await world.store.store(a_stored_match(), jobs=[job])
    assert (await world.ledger.get(job.id)).result == {"n": 1}


async def test_a_job_whose_key_is_taken_leaves_the_work_to_the_other(world: World) -> None:
    first, second = a_job(idempotency_key="k"), a_job(idempotency_key="k")
    await world.store.store(a_stored_match(), jobs=[first])
    await world.store.store(a_stored_match(), jobs=[second])
    with pytest.raises(JobNotFound):
        await world.ledger.get(second.id)


async def test_many_are_stored_like_one(store: MatchStore) -> None:
    pairs = [a_stored_match("EUW1_2"), a_stored_match("EUW1_1", timeline=False), a_stored_match("EUW1_3")]
    assert await store.store_many(pairs) == {"EUW1_1", "EUW1_2", "EUW1_3"}
    assert [await store.load(one.match.match_id) for one in pairs] == pairs
    assert await store.complete(["EUW1_1", "EUW1_2", "EUW1_3"]) == {"EUW1_2", "EUW1_3"}


async def test_of_many_only_those_are_new_that_were_not_there(store: MatchStore) -> None:
    await store.store(a_stored_match("EUW1_2"))
    await store.store(a_stored_match("EUW1_3", timeline=False))
    pairs = [a_stored_match("EUW1_1"), a_stored_match("EUW1_2", patch="99.9"), a_stored_match("EUW1_3")]
    assert await store.store_many(pairs) == {"EUW1_1", "EUW1_3"}
    assert await store.load("EUW1_2") == a_stored_match("EUW1_2")
    assert await store.load("EUW1_3") == a_stored_match("EUW1_3")
    assert await store.store_many(pairs) == frozenset()


async def test_of_many_some_may_have_no_timeline_any_more(store: MatchStore) -> None:
    pairs = [a_stored_match(f"EUW1_{number}", timeline=number == 3) for number in (1, 2, 3)]
    assert await store.store_many(pairs, gone=["EUW1_2", "EUW1_3", "EUW1_4"]) == {"EUW1_1", "EUW1_2", "EUW1_3"}
    assert await store.complete(["EUW1_1", "EUW1_2", "EUW1_3", "EUW1_4"]) == {"EUW1_2", "EUW1_3"}
    assert await store.load("EUW1_3") == pairs[2]
    assert await store.store_many(pairs, gone=["EUW1_1"]) == {"EUW1_1"}


async def test_one_match_twice_among_many_is_stored_once_with_all_that_is_known_of_it(store: MatchStore) -> None:
    without, complete = a_stored_match(timeline=False), a_stored_match()
    assert await store.store_many([without, complete, complete, without], gone=["EUW1_1"]) == {"EUW1_1"}
    assert await store.load("EUW1_1") == complete
    assert await store.complete(["EUW1_1"]) == {"EUW1_1"}
    assert len(await store.history(PUUID, limit=10)) == 1


async def test_of_no_matches_none_is_new(store: MatchStore) -> None:
    assert await store.store_many([], gone=["EUW1_1"], counted_for=PUUID) == frozenset()


async def test_if_one_of_many_cannot_be_stored_none_is(store: MatchStore) -> None:
    broken = a_stored_match("EUW1_2", participants=(a_participant(1), a_participant(1)))
    await store.store(a_stored_match("EUW1_4", timeline=False))
    with pytest.raises(BrokenInvariant):
        await store.store_many([a_stored_match("EUW1_1"), broken, a_stored_match("EUW1_3"), a_stored_match("EUW1_4")])
    assert [await store.load(f"EUW1_{number}") for number in (1, 2, 3)] == [None] * 3
    assert await store.load("EUW1_4") == a_stored_match("EUW1_4", timeline=False)


async def test_many_stored_by_several_at_once_are_each_new_to_one(store: MatchStore) -> None:
    """Whatever the order in which each names them, nobody waits for somebody who waits for them."""
    ids = [f"EUW1_{number}" for number in range(12)]
    await asyncio.gather(*(store.load("EUW1_0") for _ in range(6)))  # a connection for each
    orders = [ids, ids[::-1], ids[6:] + ids[:6]] * 2
    answers = await asyncio.gather(
        *(store.store_many([a_stored_match(one) for one in order], counted_for=PUUID) for order in orders)
    )
    assert sorted(one for answer in answers for one in answer) == sorted(ids)
    assert len(await store.history(PUUID, limit=20)) == len(ids)


async def test_many_timelines_added_by_several_at_once_are_each_new_to_one(store: MatchStore) -> None:
    ids = [f"EUW1_{number}" for number in range(8)]
    await store.store_many([a_stored_match(one, timeline=False) for one in ids[::2]])
    await asyncio.gather(*(store.load("EUW1_0") for _ in range(4)))
    answers = await asyncio.gather(
        *(store.store_many([a_stored_match(one) for one in order]) for order in (ids, ids[::-1]) * 2)
    )
    assert sorted(one for answer in answers for one in answer) == ids
    assert [await store.load(one) for one in ids] == [a_stored_match(one) for one in ids]


async def test_the_biggest_numbers_that_are_read_can_be_stored(store: MatchStore) -> None:
    stored = _of_size(COUNT, AMOUNT)
    assert await store.store(stored, counted_for=puuid(1)) is True
    assert await store.load(MATCH_ID) == stored


def _of_size(count: int, amount: int) -> StoredMatch:
    """A pair of documents with these numbers wherever there are numbers."""
    match, timeline = Story(1).kill(30, 1, 6).match(), Story(1).kill(30, 1, 6).timeline()
    change_people(arena(match, size=1), **dict.fromkeys(("champLevel", "teamId", "kills", "deaths", "assists"), count))
    change_people(match, **dict.fromkeys(("totalMinionsKilled", "neutralMinionsKilled", "goldEarned"), amount))
    change_people(match, **dict.fromkeys(("championId", "totalDamageDealtToChampions", "visionScore"), amount))
    match["info"] |= {"queueId": amount, "mapId": amount, "gameDuration": amount, "gameStartTimestamp": 10**13}
    match["info"]["participants"][9] |= dict.fromkeys(("participantId", "placement", "playerSubteamId"), count)
    frame = timeline["info"]["frames"][1]
    for numbers in frame["participantFrames"].values():
        numbers.update(dict.fromkeys(("level", "minionsKilled", "jungleMinionsKilled"), count))
        numbers.update(dict.fromkeys(("totalGold", "xp"), amount))
    frame["events"][0] |= dict.fromkeys(("killerId", "victimId", "bounty", "shutdownBounty"), amount)
    documents = a_document(**match), a_document(**timeline)
    return StoredMatch(read_match(match), documents[0], read_timeline(timeline), documents[1])


@needs_real_documents
async def test_real_documents_come_back_byte_for_byte_and_number_for_number(store: MatchStore) -> None:
    for path in sorted(REAL_DOCUMENTS.glob("*.match.json.gz"))[::20]:
        stored = _read(path.name.removesuffix(".match.json.gz"))
        assert await store.store(stored) is True
        assert await store.load(stored.match.match_id) == stored


def _read(match_id: str) -> StoredMatch:
    bodies = [
        gzip.decompress((REAL_DOCUMENTS / f"{match_id}.{kind}.json.gz").read_bytes()) for kind in ("match", "timeline")
    ]
    match, timeline = (RawDocument(body=body, document=json.loads(body)) for body in bodies)
    return StoredMatch(read_match(match.document), match, read_timeline(timeline.document), timeline)
