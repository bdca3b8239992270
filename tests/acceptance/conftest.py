"""The whole system, for real: servers, stand-ins, API, worker and beat as processes."""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from src.bootstrap.system import free_port
from src.sandbox.riot.world import World
from src.sandbox.stage import Stage, sandbox_stage
from tests.conftest import temporary_var
from tests.real_documents import REAL_DOCUMENTS

PROJECT = Path(__file__).resolve().parents[2]
WEBHOOK_SECRET = "whsec_" + "c2FtcGxl" * 4
NOW = datetime.now(UTC)
WORLD = World(1, now=NOW)
"""What the stand-in for Riot serves."""


@dataclass(frozen=True, slots=True)
class Live:
    """A running system. Its Discord is whoever listens on `discord_port`."""

    stage: Stage
    discord_port: int

    @property
    def environment(self) -> dict[str, str]:
        """What a shell of its admin has."""
        return {**os.environ, **self.stage.environment}

    def python(self, code: str, *, seconds: float = 60) -> str:
        """Run a script as a user would, in the project's folder; answers what it prints."""
        return self.command([sys.executable, "-c", code], seconds=seconds)

    def command(self, argv: list[str], *, seconds: float = 60, environment: dict[str, str] | None = None) -> str:
        """Run a command to its end; answers its output. Fails with all of it when the exit code is not 0."""
        done = subprocess.run(
            argv, cwd=PROJECT, env={**self.environment, **(environment or {})}, capture_output=True, text=True,
            timeout=seconds, check=False,
        )  # fmt: skip
        assert done.returncode == 0, f"{argv} ended with {done.returncode}:\n{done.stdout}\n{done.stderr}"
        return done.stdout


@pytest.fixture(scope="package")
def live() -> Iterator[Live]:
    """The system; it serves the real documents too where there are any."""
    with _environment_kept(), temporary_var() as var:
        os.environ.update(
            WEBHOOK_SECRET=WEBHOOK_SECRET,
            WEBHOOK_ALLOWED_HOSTS="127.0.0.1",
            RIOT_SANDBOX_NOW=NOW.isoformat(),
            RIOT_SANDBOX_LATENCY="0",  # nobody looks on
        )
        if REAL_DOCUMENTS.is_dir():
            os.environ["RIOT_SANDBOX_DATA"] = str(REAL_DOCUMENTS)
        # Not the usual one: another system may be about to take it.
        os.environ["API_PORT"] = str(free_port(0))
        with sandbox_stage(var, lambda _line: None) as stage:
            port = free_port(0)
            stage.start_chimera(discord_api_url=f"http://127.0.0.1:{port}/api/v10", discord_token="sandbox")
            yield Live(stage, port)


@contextmanager
def _environment_kept() -> Iterator[None]:
    """The stage tells its processes, and this one, where everything is: put that back afterwards."""
    before = dict(os.environ)
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)


@pytest.fixture
def wait_until() -> Callable[..., Any]:
    """`wait_until(check, seconds=20)`: what `check` answers once it is true."""

    def wait(check: Callable[[], Any], *, seconds: float = 20) -> Any:
        deadline = time.monotonic() + seconds
        while not (answer := check()):
            assert time.monotonic() < deadline, f"it did not happen within {seconds} s"
            time.sleep(0.1)
        return answer

    return wait
