"""`chimera demo` and `chimera run`, as their users start and end them: nothing stays behind."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import temporary_var
from tests.real_documents import PROJECT

pytestmark = pytest.mark.timeout(180)
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


def start(folder: Path, *command: str) -> subprocess.Popen[str]:
    """Start a command in the folder, as the leader of its own group."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("RIOT_", "CELERY_"))}
    return subprocess.Popen(
        [*CHIMERA, *command], cwd=folder, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        start_new_session=True,
    )  # fmt: skip


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
    run = start(folder, "run", "--sandbox")
    try:
        assert run.stdout is not None
        ready = next((line for line in run.stdout if line.startswith("ready:")), "")
        assert "Flower http://127.0.0.1:" in ready
        assert any("postgres" in words for words in processes_of(folder))
        run.send_signal(how)
        run.communicate(timeout=60)
        wait_until(lambda: processes_of(folder) == [], seconds=15)
    finally:
        if run.poll() is None:
            os.killpg(run.pid, signal.SIGKILL)
            run.wait()
