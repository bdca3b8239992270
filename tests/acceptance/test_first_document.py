"""The first document, snippet by snippet, as its reader would run it."""

import json
import os
import signal
import subprocess
import sys
import urllib.error
import urllib.request
from base64 import b64encode
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from src.bootstrap.system import free_port
from tests.acceptance.conftest import PROJECT, WORLD, Live

CELERY = [sys.executable, "-m", "celery", "-A", "src.tasks.celery_app"]
MAIN = WORLD.main


def test_a_history_is_fetched_as_documented(live: Live) -> None:
    """The snippet of 'Manual Task Execution', with a real PUUID in it."""
    printed = live.python(
        f"""
from src.tasks.match_tasks import fetch_match_history

# Async task execution (returns immediately)
result = fetch_match_history.delay(
    puuid="{MAIN.puuid}",
    region="na1",
    count=20
)

# Check task status
print(f"Task ID: {{result.id}}")
print(f"Status: {{result.status}}")

# Wait for result (blocking)
match_data = result.get(timeout=30)
print(match_data)
"""
    )
    task_id, status, ids = printed.strip().splitlines()
    assert task_id.startswith("Task ID: ")
    assert status.removeprefix("Status: ") in {"PENDING", "STARTED", "SUCCESS"}
    assert len(json.loads(ids.replace("'", '"'))) > 5
    assert "'NA1_" in ids


def test_a_task_is_monitored_by_its_id(live: Live) -> None:
    """The snippet of 'Task Monitoring': state and result by id, from a process that did not submit it."""
    submitted = live.python(
        "from src.tasks.match_tasks import fetch_match_history\n"
        f"result = fetch_match_history.delay(puuid={MAIN.puuid!r}, region='americas', count=3)\n"
        "result.get(timeout=30)\n"
        "print(result.id)"
    )
    printed = live.python(
        f"""
import src.tasks.celery_app
from celery.result import AsyncResult

# Check task by ID
task = AsyncResult("{submitted.strip()}")
print(f"State: {{task.state}}")
print(f"Result: {{task.result}}")
"""
    )
    assert "State: SUCCESS" in printed
    assert printed.count("NA1_") == 3


def test_a_match_is_stored_once_with_its_timeline(live: Live) -> None:
    """The first time a match is stored, the second time it is skipped."""
    untouched = WORLD.history(WORLD.players()[-2].puuid)[0].match_id
    printed = live.python(
        "from src.tasks.match_tasks import fetch_and_store_match\n"
        "for _ in range(2):\n"
        f"    print(fetch_and_store_match.delay(match_id={untouched!r}, region='na1').get(timeout=30)['status'])"
    )
    assert printed.split() == ["stored", "skipped"]


def test_a_batch_tells_what_became_of_each_match(live: Live) -> None:
    """A batch runs as a group and answers stored, skipped and missing, each match once."""
    printed = live.python(
        "import json\n"
        "from src.tasks.match_tasks import fetch_match_history, batch_fetch_matches\n"
        f"ids = fetch_match_history.delay(puuid={MAIN.puuid!r}, region='na1', count=60).get(timeout=30)\n"
        "asked = [*ids, 'NA1_1']\n"
        "first = batch_fetch_matches.delay(match_ids=asked, region='na1').get(timeout=60)\n"
        "second = batch_fetch_matches.delay(match_ids=asked, region='na1').get(timeout=60)\n"
        "print(json.dumps([asked, first, second]))",
        seconds=120,
    )
    asked, first, second = json.loads(printed)
    assert sorted(first["stored"] + first["skipped"] + first["missing"]) == sorted(asked)
    assert "NA1_1" in first["missing"]
    assert second["stored"] == []
    assert sorted(second["skipped"]) == sorted(first["stored"] + first["skipped"])
    assert second["missing"] == first["missing"]


def test_an_empty_batch_is_done_at_once(live: Live) -> None:
    """Nothing to do is an answer too."""
    printed = live.python(
        "from src.tasks.match_tasks import batch_fetch_matches\n"
        "print(batch_fetch_matches.delay(match_ids=[]).get(timeout=30))"
    )
    assert printed.strip() == str({"stored": [], "skipped": [], "missing": [], "malformed": [], "unavailable": []})


def test_a_wrong_argument_is_refused_before_anything_is_submitted(live: Live) -> None:
    """A call that does not fit the task raises where it is written."""
    printed = live.python(
        "from src.tasks.match_tasks import fetch_match_history\n"
        "try:\n    fetch_match_history.delay(player='x')\nexcept TypeError as error:\n    print(error)"
    )
    assert "puuid" in printed


def test_a_plain_worker_has_the_documented_limits_and_all_queues(live: Live) -> None:
    """`celery -A src.tasks.celery_app worker` alone gives 300 s, 240 s, 1000 tasks a child, 3-10 processes."""
    conf = json.loads(live.command([*CELERY, "inspect", "conf", "--json"]))
    settings = next(iter(conf.values()))
    assert (settings["task_time_limit"], settings["task_soft_time_limit"]) == (300, 240)
    assert settings["worker_max_tasks_per_child"] == 1000
    assert settings["task_acks_late"] is True
    queues = json.loads(live.command([*CELERY, "inspect", "active_queues", "--json"]))
    assert {"matches", "ai", "default", "analysis"} <= {queue["name"] for queue in next(iter(queues.values()))}
    stats = json.loads(live.command([*CELERY, "inspect", "stats", "--json"]))
    worker = next(iter(stats.values()))
    assert (worker["autoscaler"]["min"], worker["autoscaler"]["max"]) == (3, 10)
    assert worker["pool"]["timeouts"] == [240, 300]


@pytest.fixture
def started(live: Live, tmp_path: Path) -> Any:
    """Start a long-running command; its process group ends with the test."""
    running: list[subprocess.Popen[bytes]] = []

    def start(argv: list[str], **environment: str) -> tuple[subprocess.Popen[bytes], Path]:
        log = tmp_path / "output"
        with log.open("wb") as output:
            process = subprocess.Popen(
                argv, cwd=PROJECT, env={**live.environment, **environment}, stdout=output, stderr=output,
                start_new_session=True,
            )  # fmt: skip
        running.append(process)
        return process, log

    yield start
    for process in running:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def test_the_startup_script_starts_a_worker_that_leaves_when_told(started: Any, wait_until: Callable[..., Any]) -> None:
    """`./scripts/start_worker.sh` reads its settings, works, and stops gracefully on SIGTERM."""
    process, log = started(["./scripts/start_worker.sh"], WORKER_NAME="script_worker", WORKER_QUEUE="ai,default")
    wait_until(lambda: b"ready" in log.read_bytes(), seconds=40)
    assert b"script_worker@" in log.read_bytes()
    process.send_signal(signal.SIGTERM)
    assert process.wait(timeout=30) == 0


def test_the_startup_script_names_a_bad_setting_in_one_line(started: Any) -> None:
    """A bad value stops the start with a line that names the setting."""
    process, log = started(["./scripts/start_worker.sh"], WORKER_AUTOSCALE="many")
    assert process.wait(timeout=30) == 1
    assert log.read_text().strip().splitlines() == [
        "chimera: Bad setting WORKER_AUTOSCALE: write MAX,MIN such as 10,3, or off."
    ]


def test_flower_shows_workers_and_tasks_with_arguments(
    started: Any, wait_until: Callable[..., Any], live: Live
) -> None:
    """`celery -A src.tasks.celery_app flower` serves the pages; with FLOWER_BASIC_AUTH it asks who is there."""
    port = free_port(0)
    started([*CELERY, "flower"], FLOWER_PORT=str(port), FLOWER_BASIC_AUTH="admin:secret")
    home = f"http://127.0.0.1:{port}"
    wait_until(lambda: _status(f"{home}/healthcheck") == 200, seconds=40)
    assert _status(f"{home}/workers") == 401
    live.python(
        "from src.tasks.match_tasks import fetch_match_history\n"
        f"fetch_match_history.delay(puuid={MAIN.puuid!r}, region='na1', count=7).get(timeout=30)"
    )
    tasks = wait_until(lambda: json.loads(_read(f"{home}/api/tasks")))
    told = next(task for task in tasks.values() if task["name"].endswith("fetch_match_history"))
    assert "'count': 7" in told["kwargs"]
    assert "chimera_worker@" in _read(f"{home}/workers")
    assert "matches" in _read(f"{home}/broker")


def _request(url: str, *, known: bool) -> urllib.request.Request:
    headers = {"Authorization": "Basic " + b64encode(b"admin:secret").decode()} if known else {}
    return urllib.request.Request(url, headers=headers)


def _status(url: str) -> int:
    try:
        with urllib.request.urlopen(_request(url, known=False), timeout=5) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as error:
        error.close()
        return error.code
    except OSError:
        return 0


def _read(url: str) -> str:
    with urllib.request.urlopen(_request(url, known=True), timeout=10) as answer:
        return str(answer.read().decode())


def test_a_binding_starts_as_documented(live: Live) -> None:
    """The snippet of 'Service Injection Pattern': adapters without arguments, one service, one message."""
    printed = live.python(
        """
import asyncio
from src.core.services import UserBindingService
from src.adapters.database import DatabaseAdapter
from src.adapters.rso_adapter import RSOAdapter

database = DatabaseAdapter()
rso = RSOAdapter()
user_service = UserBindingService(database=database, rso_adapter=rso)

async def bind():
    response = await user_service.initiate_binding(
        discord_id=str(1234567890),
        region="na1"
    )
    print(response.message)
    print(response.auth_url)
    print(await user_service.get_binding(discord_id="1234567890"))
    await database.close()

asyncio.run(bind())
"""
    )
    *message, auth_url, binding = printed.strip().splitlines()
    assert "Riot" in message[0]
    assert "code_challenge_method=S256" in auth_url
    assert "state=" in auth_url
    assert binding == "None"
