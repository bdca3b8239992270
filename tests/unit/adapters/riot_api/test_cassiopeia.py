"""Cassiopeia's habits do not show: each is checked in a fresh interpreter."""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[4]
NO_NETWORK = """
import socket, sys, logging
def refuse(*_, **__): raise AssertionError("network")
socket.socket.connect = socket.getaddrinfo = refuse
"""
PREPARE = """
from src.adapters.riot_api import requests
from src.core.domain.regions import RoutingValue
print(requests.match("NA1_1", RoutingValue.AMERICAS).path, file=sys.stderr)
"""


def _python(code: str, tmp_path: Path, *options: str) -> subprocess.CompletedProcess[str]:
    environment = os.environ | {"RIOT_API_KEY": "RGAPI-a-key", "PYTHONPATH": str(ROOT)}
    return subprocess.run(
        [sys.executable, "-W", "error", *options, "-c", NO_NETWORK + code],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )


def test_it_prints_connects_and_logs_nothing(tmp_path: Path) -> None:
    code = (
        "logging.getLogger().setLevel(logging.INFO)\n"
        + PREPARE
        + """
root = logging.getLogger()
assert root.handlers == [] and root.level == logging.INFO, (root.handlers, root.level)
"""
    )
    # Nothing was compiled before: that is when Python warns of cassiopeia's invalid escapes.
    done = _python(code, tmp_path, "-X", f"pycache_prefix={tmp_path}")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "/lol/match/v5/matches/NA1_1\n")


def test_it_is_imported_by_the_first_call_only(tmp_path: Path) -> None:
    code = 'from src.adapters.riot_api import RiotAPIAdapter\nRiotAPIAdapter()\nassert "cassiopeia" not in sys.modules'
    done = _python(code, tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
