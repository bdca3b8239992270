"""Matches and timelines as jobs."""

from datetime import timedelta

import pytest
from celery.exceptions import SoftTimeLimitExceeded

from src.core.domain.job import JobState
from src.core.errors import RateLimited
from src.core.services.match_ingest import IngestReport
from src.tasks.match_tasks import (
    batch_fetch_matches,
    batches,
    fetch_and_store_match,
    fetch_match_batch,
    fetch_match_history,
    sync_match_data_atomic,
)
from src.tasks.timeline_tasks import sync_match_timeline_atomic
from tests.fakes.clock import FakeClock
from tests.unit.core.services.games import ENDED, ME, MINUTES, serve
from tests.unit.core.services.sync_world import YEAR
from tests.unit.tasks.in_process import InProcess

MATCH = "EUW1_1"
WHERE = {"platform": "euw1", "routing": "europe"}


@pytest.fixture
def played(world: InProcess) -> InProcess:
    serve(world.riot, MATCH)
    return world


def test_batches_hold_canonical_ids_each_once() -> None:
    ids = [f"EUW1_{number}" for number in range(1, 31)]
    assert batches([*ids, "euw1_07", ids[0]]) == [ids[:25], ids[25:]]
    assert batches([]) == []


class TestOneMatch:
    """`sync_match_data_atomic`."""

    def test_the_match_comes_first_and_its_timeline_by_a_job_of_its_own(self, played: InProcess) -> None:
        job_id = played.submit(sync_match_data_atomic, match_id=MATCH, **WHERE, puuid=ME, year=2025)
        played.step()
        job = played.job(job_id)
        timeline = next(job for job in played.ledger.jobs if job.kind == sync_match_timeline_atomic.name)
        assert job.result == {
            "success": True,
            "match_id": MATCH,
            "status": "created",
            "participants": 10,
            "stats_updated": True,
            "year": YEAR,
            "timeline_task_id": str(timeline.id),
        }
        assert (timeline.queue, timeline.idempotency_key) == ("timeline_processing", f"timeline:{MATCH}")
        assert timeline.arguments == {"match_id": MATCH, **WHERE}
        played.work()
        ended = played.job(timeline.id)
        assert ended.result == {"success": True, "match_id": MATCH, "status": "created", "frames": MINUTES + 1}

    def test_the_second_time_it_exists_and_counts_once(self, played: InProcess) -> None:
        played.done(sync_match_data_atomic, match_id=MATCH, puuid=ME)
        again = played.done(sync_match_data_atomic, match_id="euw1_01", puuid=ME).result
        assert (again["success"], again["status"], again["timeline_task_id"]) == (True, "exists", None)
        assert played.run(played.games()) == 1

    def test_the_year_counts_that_the_match_was_played_in(self, played: InProcess) -> None:
        assert played.done(sync_match_data_atomic, match_id=MATCH, puuid=ME, year=2024).result["year"] == YEAR
        assert (played.run(played.games(year=2024)), played.run(played.games(year=YEAR))) == (0, 1)

    def test_a_match_riot_does_not_have_is_told(self, world: InProcess) -> None:
        result = world.done(sync_match_data_atomic, match_id=MATCH, puuid=ME).result
        assert (result["success"], result["status"]) == (False, "missing")

    def test_a_match_that_cannot_be_read_is_answered_as_documented(self, played: InProcess) -> None:
        played.riot.matches[MATCH] = {"metadata": {"matchId": MATCH}, "info": {}}
        job = played.done(sync_match_data_atomic, match_id=MATCH)
        assert job.result == {
            "success": False, "error": "match.info.participants is missing.", "task_id": str(job.id)
        }  # fmt: skip
        assert played.store.matches == {}

    def test_a_transient_error_is_retried(self, played: InProcess) -> None:
        played.riot.errors.append(RateLimited(retry_after=5))
        job_id = played.submit(sync_match_data_atomic, match_id=MATCH)
        played.work()
        assert played.job(job_id).state is JobState.QUEUED
        played.clock.advance(60)
        played.work()
        assert played.job(job_id).result["status"] == "created"

    @pytest.mark.parametrize(
        "wrong", [{"match_id": "nonsense"}, {"platform": "na1"}, {"routing": "asia"}, {"platform": "mars1"}]
    )
    def test_nonsense_fails_before_riot_is_asked(self, played: InProcess, wrong: dict[str, str]) -> None:
        for task in (sync_match_data_atomic, sync_match_timeline_atomic):
            job = played.done(task, **{"match_id": MATCH} | wrong)
            assert (job.state, job.error_kind) == (JobState.FAILED, "InvalidInput")
        assert played.riot.calls == []


class TestOneTimeline:
    """`sync_match_timeline_atomic`."""

    def test_a_duplicate_is_told(self, played: InProcess) -> None:
        results = [played.done(sync_match_timeline_atomic, match_id=MATCH, **WHERE).result for _ in range(2)]
        assert [result["status"] for result in results] == ["created", "exists"]

    def test_a_timeline_that_is_not_this_matchs_is_answered_as_documented(self, played: InProcess) -> None:
        played.riot.timelines[MATCH]["info"]["frames"].clear()
        job = played.done(sync_match_timeline_atomic, match_id=MATCH)
        assert job.result == {
            "success": False, "error": f"The timeline of {MATCH} has no frames.", "task_id": str(job.id)
        }  # fmt: skip

    def test_the_timeline_of_a_fresh_game_is_asked_for_again(self, played: InProcess) -> None:
        played.clock.advance((ENDED + timedelta(minutes=1) - FakeClock().now()).total_seconds())
        timeline = played.riot.timelines.pop(MATCH)
        job_id = played.submit(sync_match_timeline_atomic, match_id=MATCH)
        played.work()
        assert played.job(job_id).is_retrying
        played.riot.timelines[MATCH] = timeline
        played.clock.advance(901)
        played.work()
        assert played.job(job_id).result["status"] == "created"

    def test_an_old_match_without_a_timeline_is_told(self, played: InProcess) -> None:
        del played.riot.timelines[MATCH]
        assert played.done(sync_match_timeline_atomic, match_id=MATCH).result["status"] == "gone"


class TestTheFirstTasks:
    """The tasks of the first document."""

    def test_a_history_is_listed(self, played: InProcess) -> None:
        assert played.done(fetch_match_history, puuid=ME, region="euw1", count=20).result == [MATCH]

    def test_a_match_is_stored_once_and_counts_for_nobody(self, played: InProcess) -> None:
        results = [played.done(fetch_and_store_match, match_id=MATCH).result for _ in range(2)]
        assert results == [{"match_id": MATCH, "status": "stored"}, {"match_id": MATCH, "status": "skipped"}]
        assert played.store.counted == set()

    def test_a_batch_that_was_stopped_tells_its_own_matches_as_stored(self, world: InProcess) -> None:
        ids = ["EUW1_1", "EUW1_2"]
        serve(world.riot, *ids)
        world.riot.error_for["match", "EUW1_2"] = RateLimited(retry_after=5)
        job_id = world.submit(batch_fetch_matches, match_ids=[*ids, "EUW1_404"])
        world.work()
        world.riot.error_for.clear()
        world.clock.advance(60)
        world.work()
        assert world.job(job_id).result == IngestReport(stored=ids, missing=["EUW1_404"]).as_result()

    def test_a_batch_whose_time_is_up_again_and_again_ends_well(self, world: InProcess) -> None:
        """Ten processes share the budget of a development key: each attempt stores a few matches more."""
        ids = [f"EUW1_{number}" for number in range(1, 8)]
        serve(world.riot, *ids)
        job_id = world.submit(fetch_match_batch, match_ids=ids)
        for reached in ids[1:]:
            world.riot.error_for = {("match", reached): SoftTimeLimitExceeded()}
            world.work()
            world.clock.advance(5)
        world.riot.error_for = {}
        world.work()
        job = world.job(job_id)
        assert (job.state, job.result["stored"], job.attempts) == (JobState.SUCCEEDED, ids, 0)

    def test_a_batch_that_hangs_at_one_match_fails_in_the_end(self, world: InProcess) -> None:
        serve(world.riot, "EUW1_1", "EUW1_2")
        world.riot.error_for["match", "EUW1_2"] = SoftTimeLimitExceeded()
        job_id = world.submit(fetch_match_batch, match_ids=["EUW1_1", "EUW1_2"])
        for _ in range(6):
            world.work()
            world.clock.advance(60)
        job = world.job(job_id)
        assert (job.state, job.error) == (JobState.FAILED, "It took longer than 240 s.")

    def test_an_empty_batch_is_done_at_once(self, world: InProcess) -> None:
        result = world.done(batch_fetch_matches, match_ids=[]).result
        assert result == {"stored": [], "skipped": [], "missing": [], "malformed": [], "unavailable": []}
