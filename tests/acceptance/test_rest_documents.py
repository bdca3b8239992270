"""The REST calls of the second, third and fourth document, with curl, against the running system."""

import json
import shutil
import subprocess
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from prometheus_client.parser import text_string_to_metric_families

from tests.acceptance.conftest import WORLD, Live

MAIN = WORLD.main
YEAR = datetime.fromtimestamp(WORLD.history(MAIN.puuid)[0].created_ms / 1000, UTC).year
DOCUMENTED = {"task_id", "status", "step", "progress", "processed", "total"}
SUMMARY = {"task_id", "status", "summoner_id", "summoner_name", "processed_matches", "total_matches", "year"}
CURL = shutil.which("curl")

pytestmark = pytest.mark.skipif(CURL is None, reason="the documents use curl, which is not installed")

Wait = Callable[..., Any]


@pytest.fixture
def curl(live: Live) -> Callable[..., Any]:
    """`curl ...` as the documents write it; answers the JSON. Their port 8000 may be taken: it goes to the stage's."""

    def run(*arguments: str, seconds: int = 30) -> Any:
        return json.loads(run_text(live, *arguments, seconds=seconds))

    return run


def run_text(live: Live, *arguments: str, seconds: int = 30) -> str:
    argv = [argument.replace("http://localhost:8000", live.stage.public_url) for argument in arguments]
    done = subprocess.run(
        [CURL or "curl", "--silent", "--show-error", "--noproxy", "*", "--max-time", str(seconds), *argv],
        capture_output=True, text=True, timeout=seconds + 10, check=True,
    )  # fmt: skip
    return done.stdout


def is_final(task: Any) -> Any:
    return task if task["status"] in {"completed", "failed"} else None


class TestPlayerSync:
    """The second document."""

    def test_a_player_is_synced(self, curl: Callable[..., Any], wait_until: Wait) -> None:
        player = {
            "game_name": MAIN.game_name, "tag_line": MAIN.tag_line, "platform": "na1", "routing": "americas",
            "year": YEAR,
        }  # fmt: skip
        started = curl(
            "-X", "POST", "http://localhost:8000/api/summoners/sync-data/",
            "-H", "Content-Type: application/json", "-d", json.dumps(player),
        )  # fmt: skip
        assert started == {
            "task_id": started["task_id"],
            "status": "started",
            "message": f"Data sync started for {MAIN.game_name}#{MAIN.tag_line}",
            "platform": "na1",
            "routing": "americas",
            "year": YEAR,
        }
        seen: list[Any] = []

        def ended() -> Any:
            seen.append(curl(f"http://localhost:8000/api/summoners/task-status/?task_id={started['task_id']}"))
            return seen[-1]["status"] not in {"PENDING", "STARTED", "PROGRESS", "RETRY"}

        wait_until(ended, seconds=100)
        assert all(body.keys() >= DOCUMENTED for body in seen if body["status"] == "PROGRESS")
        summary = seen[-1]
        assert summary.keys() >= SUMMARY
        assert (summary["status"], summary["summoner_name"], summary["year"]) == ("SUCCESS", MAIN.game_name, YEAR)
        assert 0 < summary["processed_matches"] <= summary["total_matches"]
        assert isinstance(summary["summoner_id"], int)

    def test_progress_has_the_documented_fields(self, curl: Callable[..., Any], wait_until: Wait) -> None:
        task_id = curl("-X", "POST", "http://localhost:8000/tasks/test/long")["task_id"]

        def progress() -> Any:
            body = curl(f"http://localhost:8000/api/summoners/task-status/?task_id={task_id}")
            return body if body["status"] == "PROGRESS" and body["processed"] > 0 else None

        body = wait_until(progress)
        assert body.keys() >= DOCUMENTED
        assert body["progress"] == 100 * body["processed"] // body["total"]

    def test_a_player_who_is_none_fails_with_the_reason(self, curl: Callable[..., Any], wait_until: Wait) -> None:
        nobody = {"game_name": "Nobody at all", "tag_line": "0000"}
        url = "http://localhost:8000/api/summoners"
        header = "Content-Type: application/json"
        task_id = curl(f"{url}/sync-data/", "-H", header, "-d", json.dumps(nobody))["task_id"]

        def failed() -> Any:
            body = curl(f"{url}/task-status/?task_id={task_id}")
            return body if body["status"] == "FAILURE" else None

        assert "Riot" in wait_until(failed, seconds=60)["error"]


class TestTasks:
    """The third and fourth document."""

    def test_a_sum(self, curl: Callable[..., Any], wait_until: Wait) -> None:
        submitted = curl("-X", "POST", "http://localhost:8000/tasks/test/add?x=5&y=3")
        assert submitted.keys() == {"task_id", "status", "message"}
        assert submitted["status"] == "submitted"
        task_id = submitted["task_id"]
        done = wait_until(lambda: is_final(curl(f"http://localhost:8000/tasks/{task_id}")))
        assert done == {"task_id": task_id, "status": "completed", "result": 8, "error": None}
        assert curl(f"http://localhost:8000/tasks/status/{task_id}") == {
            "task_id": task_id, "status": "SUCCESS", "result": 8, "error": None,
        }  # fmt: skip

    def test_what_workers_are_at_is_listed_and_can_be_cancelled(
        self, curl: Callable[..., Any], wait_until: Wait
    ) -> None:
        task_id = curl("-X", "POST", "http://localhost:8000/tasks/test/sleep?seconds=100")["task_id"]

        def worker() -> Any:
            tasks = curl("http://localhost:8000/tasks/")
            assert tasks["count"] == sum(map(len, tasks["active_tasks"].values()))
            return [
                name for name, mine in tasks["active_tasks"].items() if task_id in {task["task_id"] for task in mine}
            ]

        [name] = wait_until(worker)
        assert "@" in name
        assert curl("-X", "DELETE", f"http://localhost:8000/tasks/{task_id}") == {
            "task_id": task_id, "cancelled": True, "message": "Task cancellation requested",
        }  # fmt: skip
        stopped = wait_until(lambda: is_final(curl(f"http://localhost:8000/tasks/{task_id}")))
        assert (stopped["status"], stopped["error"]) == ("failed", "The task was cancelled.")
        assert curl(f"http://localhost:8000/tasks/status/{task_id}")["status"] == "REVOKED"

    def test_a_task_that_nobody_submitted_is_told(self, curl: Callable[..., Any]) -> None:
        problem = curl("http://localhost:8000/tasks/abc-123")
        assert (problem["status"], problem["detail"].count("\n")) == (422, 0)
        assert curl("http://localhost:8000/tasks/520a8582-b553-44c4-8099-df7ce310367c")["status"] == 404


def test_a_long_task_is_followed_to_its_end(live: Live, curl: Callable[..., Any], wait_until: Wait) -> None:
    """The fourth document's long task; `curl -N` prints each of its steps once, and ends by itself."""
    task_id = curl("-X", "POST", "http://localhost:8000/tasks/test/long")["task_id"]
    url = f"http://localhost:8000/tasks/{task_id}"
    wait_until(lambda: curl(url)["status"] == "processing")
    printed = run_text(live, "-N", f"{url}/events", seconds=60)
    done = curl(url)
    assert (done["status"], len(done["result"]["stages"])) == ("completed", 5)
    events = [
        (lines[0].removeprefix("event: "), json.loads(lines[1].removeprefix("data: ")))
        for block in printed.split("\n\n")
        if (lines := block.strip().splitlines()) and lines[0].startswith("event: ")
    ]
    *steps, (last, outcome) = events
    assert {name for name, _ in steps} == {"progress"}
    assert (last, outcome["status"], outcome["stages"]) == ("end", "SUCCESS", 5)
    percents = [step["progress"] for _, step in steps if step["status"] == "PROGRESS"]
    assert percents == sorted(percents)
    assert len(set(percents)) >= 3


def test_health_and_figures_tell_of_the_running_system(live: Live, curl: Callable[..., Any], wait_until: Wait) -> None:
    def all_is_well() -> Any:
        return curl("http://localhost:8000/health")["status"] == "ok"

    wait_until(all_is_well)
    components = curl("http://localhost:8000/health")["components"]
    assert components == dict.fromkeys(("database", "redis", "workers", "riot"), "ok")
    families = text_string_to_metric_families(run_text(live, "http://localhost:8000/metrics"))
    samples = {sample.name: sample.value for family in families for sample in family.samples}
    assert samples["chimera_source_up"] == 1
    assert samples["chimera_jobs"] >= 0


def test_the_same_request_twice_is_one_task(curl: Callable[..., Any]) -> None:
    def ask(x: int) -> Any:
        url = f"http://localhost:8000/tasks/test/add?x={x}&y=3"
        return curl("-X", "POST", url, "-H", "Idempotency-Key: 8e03978e-40d5-43dd-bc93-6894a57f9324")

    assert ask(5) == ask(5)
    assert ask(6)["kind"] == "RequestConflict"
