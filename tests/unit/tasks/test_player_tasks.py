"""A player's year as jobs: a parent, its batches, and what becomes of them."""

from uuid import UUID

import pytest

from src.core.domain.binding import ProvenAccount
from src.core.domain.documents import RawDocument
from src.core.domain.job import Job, JobState
from src.core.domain.regions import Platform, RoutingValue
from src.core.errors import MalformedDocument, MatchNotFound, RateLimited, Unavailable
from src.tasks.player_tasks import recover_linked_players, recover_player_data, sync_player_data
from tests.unit.core.services.games import ME, serve
from tests.unit.core.services.sync_world import MY_NAME, YEAR
from tests.unit.tasks.in_process import InProcess

WHO = {"game_name": MY_NAME.game_name, "tag_line": MY_NAME.tag_line, "platform": "euw1"}
IDS = [f"EUW1_{number}" for number in range(60, 0, -1)]  # newest first: three batches


@pytest.fixture
def played(world: InProcess) -> InProcess:
    serve(world.riot, *reversed(IDS))
    return world


class TestSync:
    """`sync_player_data`."""

    def test_the_documented_result_is_there_when_all_batches_are(self, played: InProcess) -> None:
        job = played.done(sync_player_data, **WHO, routing="europe", year=YEAR)
        assert job.state is JobState.SUCCEEDED
        assert job.result == {
            "success": True,
            "summoner_id": 1,
            "summoner_name": "Player 3",
            "processed_matches": 60,
            "total_matches": 60,
            "year": YEAR,
            "platform": "euw1",
            "routing": "europe",
            "stored": IDS,
            "skipped": [],
            "missing": [],
            "malformed": [],
            "unavailable": [],
        }
        assert played.run(played.games()) == 60

    def test_its_steps_are_the_documented_ones(self, played: InProcess) -> None:
        job_id = played.submit(sync_player_data, **WHO)
        played.step()
        waiting = played.job(job_id)
        assert waiting.state is JobState.WAITING
        assert waiting.progress is not None
        assert (waiting.progress.step, waiting.progress.done, waiting.progress.total) == ("processing_matches", 0, 60)
        steps = [progress.step for of, progress in played.queue.shown if of == job_id]
        assert steps == ["fetching_summoner", "fetching_match_ids", "processing_matches"]
        played.work()
        ended = played.job(job_id)
        assert ended.progress is not None
        assert (ended.progress.done, ended.progress.percent) == (60, 100)

    def test_batches_hold_25_matches_and_keep_the_order(self, played: InProcess) -> None:
        played.done(sync_player_data, **WHO)
        batches = [job.arguments["match_ids"] for job in played.ledger.jobs if job.parent_id]
        assert batches == [IDS[:25], IDS[25:50], IDS[50:]]

    def test_how_long_it_takes_at_this_keys_budget_is_known_before_the_first_match(self, played: InProcess) -> None:
        played.riot.seconds_per_pair = 2.0
        played.riot.error_for["match"] = RateLimited(retry_after=20)
        job_id = played.submit(sync_player_data, **WHO)
        played.work()
        halted = played.job(job_id)
        assert halted.seconds_left(played.clock.now()) == 120

    def test_a_year_without_matches_is_done_at_once(self, world: InProcess) -> None:
        job = world.done(sync_player_data, **WHO, year=2024)
        assert job.state is JobState.SUCCEEDED
        assert (job.result["success"], job.result["processed_matches"], job.result["total_matches"]) == (True, 0, 0)
        assert len(world.ledger.jobs) == 1

    def test_the_second_sync_skips_everything_and_counts_nothing_twice(self, played: InProcess) -> None:
        played.done(sync_player_data, **WHO)
        again = played.done(sync_player_data, **WHO).result
        assert (again["skipped"], again["stored"], again["processed_matches"]) == (IDS, [], 60)
        assert played.run(played.games()) == 60

    def test_two_syncs_at_once_count_once(self, played: InProcess) -> None:
        jobs = [played.submit(sync_player_data, **WHO) for _ in range(2)]
        played.work()
        results = [played.job(job).result for job in jobs]
        assert [len(result["stored"]) + len(result["skipped"]) for result in results] == [60, 60]
        assert sorted(results[0]["stored"] + results[1]["stored"]) == sorted(IDS)
        assert played.run(played.games()) == 60

    def test_what_happens_to_single_matches_is_told(self, played: InProcess) -> None:
        played.riot.error_for["match", IDS[7]] = MatchNotFound()
        played.riot.error_for["timeline", IDS[8]] = MalformedDocument()
        result = played.done(sync_player_data, **WHO).result
        assert (result["missing"], result["malformed"]) == ([IDS[7]], [IDS[8]])
        assert (len(result["stored"]), result["processed_matches"]) == (58, 60)
        assert played.run(played.games()) == 58

    def test_a_full_budget_in_the_middle_of_a_batch_costs_time_only(self, played: InProcess) -> None:
        played.riot.error_for["match", IDS[30]] = RateLimited(retry_after=20)
        job_id = played.submit(sync_player_data, **WHO)
        played.work()
        halted = played.job(job_id)
        assert halted.state is JobState.WAITING
        assert halted.progress is not None
        assert halted.progress.done == 25 + 5 + 10
        played.riot.error_for.clear()
        played.clock.advance(60)
        played.work()
        ended = played.job(job_id)
        assert (ended.state, ended.result["stored"], ended.result["skipped"]) == (JobState.SUCCEEDED, IDS, [])
        assert played.run(played.games()) == 60

    def test_a_match_that_riot_cannot_give_is_told_and_stops_no_other(self, played: InProcess) -> None:
        played.riot.error_for["match", IDS[30]] = Unavailable("Riot is down.")
        ended = self._to_the_end(played)
        assert (ended.state, ended.result["unavailable"]) == (JobState.SUCCEEDED, [IDS[30]])
        assert ended.result["stored"] == IDS[:30] + IDS[31:]
        assert (ended.result["processed_matches"], "failed" in ended.result) == (59, False)
        assert len(played.asked("match")) == 59 + 6, "five retries"
        assert ended.progress is not None
        assert ended.progress.percent == 100

    def test_a_match_that_riot_gives_at_the_second_attempt_is_stored_like_the_others(self, played: InProcess) -> None:
        played.riot.error_for["timeline", IDS[30]] = Unavailable("Riot is down.")
        job_id = played.submit(sync_player_data, **WHO)
        played.work()
        played.riot.error_for.clear()
        ended = self._to_the_end(played, job_id)
        assert (ended.result["stored"], ended.result["unavailable"]) == (IDS, [])

    def _to_the_end(self, played: InProcess, job_id: UUID | None = None) -> Job:
        job_id = job_id or played.submit(sync_player_data, **WHO)
        for _ in range(8):
            played.work()
            played.clock.advance(600)
        return played.job(job_id)

    def test_a_batch_that_could_not_be_done_is_told_with_its_matches(self, played: InProcess) -> None:
        for match_id in IDS[25:50]:
            played.riot.error_for["match", match_id] = Unavailable("Riot is down.")
        ended = self._to_the_end(played)
        assert ended.state is JobState.SUCCEEDED
        assert [failed["error"] for failed in ended.result["failed"]] == ["Riot is down."]
        assert ended.result["failed"][0]["arguments"]["match_ids"] == IDS[25:50]
        assert ended.result["stored"] == IDS[:25] + IDS[50:]

    def test_a_cancel_keeps_what_is_stored_and_tells_it(
        self, played: InProcess, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        job_id = played.submit(sync_player_data, **WHO)
        played.step()
        fetch = played.riot.match

        async def fetch_and_cancel(match_id: str, routing: RoutingValue) -> RawDocument:
            if match_id == IDS[12]:
                await played.ledger.cancel(job_id)
            return await fetch(match_id, routing)

        monkeypatch.setattr(played.riot, "match", fetch_and_cancel)
        played.work()
        ended = played.job(job_id)
        assert ended.state is JobState.CANCELLED
        stored = ended.result["stored"]
        assert ended.result["processed_matches"] == len(stored) == 10, "what was fetched is kept ten at a time"
        assert set(played.store.matches) == set(stored)
        assert played.run(played.games()) == 10

    @pytest.mark.parametrize("wrong", [{"year": 1999}, {"platform": "mars1"}, {"routing": "asia"}, {"game_name": "?"}])
    def test_nonsense_fails_before_riot_is_asked(self, world: InProcess, wrong: dict[str, object]) -> None:
        job = world.done(sync_player_data, **WHO | wrong)
        assert (job.state, job.error_kind) == (JobState.FAILED, "InvalidInput")
        assert world.riot.calls == []

    def test_an_unknown_player_fails_the_job(self, world: InProcess) -> None:
        world.riot.accounts.clear()
        job = world.done(sync_player_data, **WHO)
        assert (job.state, job.error_kind) == (JobState.FAILED, "AccountNotFound")


class TestRecovery:
    """`recover_player_data` and its schedule."""

    def test_only_the_difference_is_fetched(self, played: InProcess) -> None:
        played.done(sync_player_data, **WHO)
        played.store.damage(IDS[3])
        del played.store.matches[IDS[40]]
        played.riot.calls.clear()
        job = played.done(recover_player_data, **WHO)
        assert job.state is JobState.SUCCEEDED
        assert job.result == {
            "success": True,
            "summoner_id": 1,
            "summoner_name": "Player 3",
            "year": YEAR,
            "platform": "euw1",
            "routing": "europe",
            "listed": 60,
            "intact": 58,
            "repaired": [IDS[3]],
            "fetched": [IDS[40]],
            "missing": [],
            "malformed": [],
            "unavailable": [],
        }
        assert played.asked("match") == [IDS[3], IDS[40]]
        assert played.run(played.games()) == 60

    def test_a_whole_history_costs_no_match(self, played: InProcess) -> None:
        played.done(sync_player_data, **WHO)
        played.riot.calls.clear()
        assert played.done(recover_player_data, **WHO).result["intact"] == 60
        assert played.asked("match", "timeline") == []

    def test_it_goes_on_where_a_transient_error_stopped_it(self, played: InProcess) -> None:
        played.riot.error_for["timeline", IDS[30]] = RateLimited(retry_after=20)
        job_id = played.submit(recover_player_data, **WHO)
        played.work()
        played.riot.error_for.clear()
        played.riot.calls.clear()
        played.clock.advance(60)
        played.work()
        ended = played.job(job_id)
        assert (ended.result["fetched"], ended.result["intact"]) == (IDS, 0)
        assert played.asked("match") == IDS[30:50], "what the first attempt fetched is not fetched again"

    def test_a_year_without_matches_is_done_at_once(self, world: InProcess) -> None:
        job = world.done(recover_player_data, **WHO, year=2024)
        assert (job.result["listed"], job.result["intact"], job.result["repaired"]) == (0, 0, [])

    def test_linked_players_are_recovered_once_a_week(self, played: InProcess) -> None:
        me = ProvenAccount(puuid=ME, platform=Platform.EUW1, riot_id=MY_NAME)
        played.run(played.bindings.save_binding("4242", me))
        job = played.done(recover_linked_players)
        assert job.result == {"success": True, "submitted": 1, "unnamed": 0}
        recovery = next(job for job in played.ledger.jobs if job.kind == recover_player_data.name)
        assert recovery.arguments | {"year": 2026} == recovery.arguments, "the current year"
        assert (recovery.queue, recovery.idempotency_key) == ("recovery", f"recover:{ME}:2026")
        assert recovery.state is JobState.SUCCEEDED
        assert played.done(recover_linked_players).result["submitted"] == 0
