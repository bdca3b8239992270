"""`chimera demo` and `chimera run`, as their users start and end them: nothing stays behind."""

import json
import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from urllib.request import urlopen

import pytest

from src.bootstrap.settings import SETTINGS_CLASSES
from src.bootstrap.system import free_port
from src.sandbox.riot.world import World
from src.sandbox.settings import SandboxSettings
from tests.conftest import temporary_var
from tests.real_documents import PROJECT

pytestmark = pytest.mark.timeout(180)
MAIN = World(1).main
CHIMERA = [sys.executable, "-m", "src"]


@pytest.fixture
def folder() -> Iterator[Path]:
    """A working folder of its own, with its own `var`: as another copy of the project beside this one."""
    with temporary_var() as var:
        var.parent.joinpath("src").symlink_to(PROJECT / "src")
        yield var.parent
        # What a killed demo or run has put elsewhere goes with it.
        for data in (var / "demo", var / "sandbox"):
            _remove_data(data)


def _remove_data(var: Path) -> None:
    from src.bootstrap.servers import EmbeddedServers  # noqa: PLC0415 - only for the clean-up

    if var.is_dir():
        EmbeddedServers(var).remove_data()


def processes_of(folder: Path) -> list[str]:
    """Command lines of the processes that work in `folder`, or were started with its `var`; zombies are gone."""
    found = []
    for entry in Path("/proc").iterdir():
        try:
            if not entry.name.isdigit() or "Z" in entry.joinpath("stat").read_text().rpartition(")")[2].split()[0]:
                continue
            where = entry.joinpath("cwd").readlink()
            words = entry.joinpath("cmdline").read_bytes().replace(b"\0", b" ").decode()
        except OSError:
            continue
        if where.is_relative_to(folder) or str(folder) in words:
            found.append(words)
    return found


def environment(**settings: str) -> dict[str, str]:
    """A shell's, with these settings only."""
    known = {name.upper() for kind in SETTINGS_CLASSES for name in kind.model_fields}
    known |= {name.upper() for name in SandboxSettings.model_fields}
    return {name: value for name, value in os.environ.items() if name.upper() not in known} | settings


def worker_of(folder: Path) -> int:
    """The process id of the worker that runs there; its pool has the same command line."""
    found = []
    for entry in Path("/proc").iterdir():
        with suppress(OSError):
            if entry.name.isdigit() and entry.joinpath("cwd").readlink() == folder:
                words = entry.joinpath("cmdline").read_text().split("\0")
                if "worker" in words and os.getpgid(int(entry.name)) == int(entry.name):
                    found.append(int(entry.name))
    assert len(found) == 1
    return found[0]


def start(folder: Path, *command: str, **settings: str) -> subprocess.Popen[str]:
    """Start a command in the folder, as the leader of its own group; on ports that no other test's system takes."""
    ports = {name: str(free_port(0)) for name in ("API_PORT", "FLOWER_PORT", "SANDBOX_PORT")}
    return subprocess.Popen(
        [*CHIMERA, *command], cwd=folder, env=environment(**ports | settings), stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT, text=True, start_new_session=True,
        preexec_fn=_as_from_a_terminal,  # noqa: PLW1509 - it touches nothing but the signal
    )  # fmt: skip


def _as_from_a_terminal() -> None:
    """Tests that run in the background of a shell inherit a Ctrl-C that is ignored; a person's terminal has one."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


@contextmanager
def running(folder: Path, *command: str, **settings: str) -> Iterator[subprocess.Popen[str]]:
    """Start `chimera run` and wait until it says that it is ready; it is gone afterwards."""
    run = start(folder, "run", *command, **settings)
    try:
        ready = said_until(run, "ready:")
        if "--sandbox" in command:
            assert_the_way_is_shown(ready)
        yield run
    finally:
        if run.poll() is None:
            os.killpg(run.pid, signal.SIGKILL)
        run.communicate()


def assert_the_way_is_shown(ready: str) -> None:
    """The first address of the line is the page that shows the way; it names the others."""
    front_page, discord, *_ = re.findall(r"http://\S+", ready)
    with urlopen(front_page, timeout=10) as page:
        assert f'"{urlsplit(discord).path}"' in page.read().decode()
    with urlopen(discord, timeout=10) as page:
        assert "channel-composer" in page.read().decode()


def said_until(run: subprocess.Popen[str], words: str) -> str:
    """The first line with these words; what comes after it is still to be read."""
    assert run.stdout is not None
    lines = []
    for line in run.stdout:
        lines.append(line)
        if words in line:
            return line
    raise AssertionError("".join(lines))


def here(folder: Path, *command: str) -> str:
    """Run a command in another shell of the folder; answers its output. It must exit 0."""
    done = subprocess.run(
        command, cwd=folder, env=environment(), capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def assert_nobody_missed_a_server(logs: Path) -> None:
    """Whoever uses Postgres, Redis or the stand-ins had ended before these did."""
    found = {log.name: log.read_text(errors="replace").lower() for log in logs.glob("*.log")}
    assert {"worker.log", "beat.log", "api.log", "flower.log", "postgres.log"} <= set(found)
    for name, text in found.items():
        for word in ("traceback", "refused", "terminating connection", "connection reset"):
            assert word not in text, f"{name}: {text}"


def test_the_demo_leaves_message_chart_and_transcript_and_no_process(folder: Path) -> None:
    """Twice in a row it exits 0, and what it leaves shows a linked account and a finished analysis."""
    for _ in range(2):
        demo = start(folder, "demo")
        said, _ = demo.communicate(timeout=90)
        assert demo.returncode == 0, said
        left = folder / "var" / "demo"
        message = json.loads((left / "message.json").read_text())
        assert message["embeds"][0]["title"]
        assert (left / "chart.png").read_bytes().startswith(b"\x89PNG")
        transcript = (left / "transcript.txt").read_text()
        assert "Linked: " in transcript
        assert "/analyze" in transcript
        assert processes_of(folder) == []


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL], ids=lambda number: number.name)
def test_the_system_leaves_no_process_however_it_ends(
    folder: Path, wait_until: Callable[..., Any], how: signal.Signals
) -> None:
    """`chimera run` starts everything, servers included; after Ctrl-C, SIGTERM or kill -9 nothing of it lives."""
    with running(folder, "--sandbox") as run:
        assert any("postgres" in words for words in processes_of(folder))
        run.send_signal(how)
        said, _ = run.communicate(timeout=60)
        wait_until(lambda: processes_of(folder) == [], seconds=15)
    if how is not signal.SIGKILL:
        assert (run.returncode, said.splitlines()[-1]) == (0, "stopped; the data stay in var/")
        assert_nobody_missed_a_server(folder / "var" / "sandbox" / "log")
        assert not (folder / "var" / "servers.env").exists()


def test_other_shells_find_the_sandbox_and_a_killed_worker_comes_back(folder: Path) -> None:
    """In the same folder a task is submitted, `chimera doctor` is content, and no second run can begin."""
    fetch = (
        "from src.tasks.match_tasks import fetch_match_history\n"
        f"print(len(fetch_match_history.delay(puuid={MAIN.puuid!r}, region='na1', count=3).get(timeout=30)))"
    )
    with running(folder, "--sandbox") as run:
        assert here(folder, sys.executable, "-c", fetch) == "3\n"
        assert "worker  info   job started  fetch_match_history" in said_until(run, "fetch_match_history")
        assert "ok   worker: 1 answering" in here(folder, *CHIMERA, "doctor")
        second = start(folder, "run")
        said, _ = second.communicate(timeout=30)
        assert (second.returncode, said.count("\n")) == (1, 1)
        assert "already runs" in said

        os.kill(worker_of(folder), signal.SIGKILL)
        assert "; starting it again in 1 s" in said_until(run, "worker was killed by SIGKILL")
        assert here(folder, sys.executable, "-c", fetch) == "3\n"
        run.send_signal(signal.SIGINT)
        run.communicate(timeout=60)


def test_the_real_system_ends_in_order_too(folder: Path) -> None:
    """Against a Discord that never answers, with servers of its own."""
    with socket.create_server(("127.0.0.1", 0)) as mute, running(
        folder, DISCORD_BOT_TOKEN="token", DISCORD_API_BASE_URL=f"http://127.0.0.1:{mute.getsockname()[1]}/api",
        RIOT_API_KEY="RGAPI-x", API_HOST="::", API_PORT=str(free_port(0)), FLOWER_PORT=str(free_port(0)),
    ) as run:  # fmt: skip
        run.send_signal(signal.SIGINT)
        run.communicate(timeout=60)
        assert run.returncode == 0
        assert processes_of(folder) == []
    assert_nobody_missed_a_server(folder / "var" / "log")
