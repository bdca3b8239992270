"""Installing: what is seen when somebody stops it."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

INSTALL = Path(__file__).resolve().parents[3] / "tools" / "install.py"
# Says who it is, and takes its time.
PIP = """
import os, pathlib, time
pathlib.Path("pid").write_text(str(os.getpid()))
time.sleep(60)
"""


def test_an_interruption_ends_pip_and_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "pip").mkdir()
    (tmp_path / "pip" / "__init__.py").touch()
    (tmp_path / "pip" / "__main__.py").write_text(PIP)
    (tmp_path / "few.lock").write_text("rich==1.0\n")
    with subprocess.Popen(
        [sys.executable, str(INSTALL), "few.lock"], cwd=tmp_path, env={**os.environ, "PYTHONPATH": str(tmp_path)},
        stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True,
    ) as installing:  # fmt: skip
        while not (tmp_path / "pid").exists() or not (pid := (tmp_path / "pid").read_text()):
            assert installing.poll() is None
            time.sleep(0.02)
        installing.send_signal(signal.SIGINT)
        _, told = installing.communicate(timeout=20)
    assert told == "\nstopped; started again, it installs what is left\n"
    assert installing.returncode == 130
    with pytest.raises(ProcessLookupError):
        os.kill(int(pid), 0)
