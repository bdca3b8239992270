"""CPU time is that of a process and of all below it."""

import os
import subprocess
import sys

from benchmarks.cpu import cpu_seconds

_BUSY = "import time\nwhile time.process_time() < 0.3: pass\n"
_PARENT = f"import subprocess, sys\nsubprocess.run([sys.executable, '-c', {_BUSY!r}])\nprint(flush=True)\ninput()\n"


def test_the_time_of_a_child_that_has_ended_counts_for_its_parent() -> None:
    with subprocess.Popen(
        [sys.executable, "-c", _PARENT], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as parent:
        assert parent.stdout is not None
        parent.stdout.readline()
        used = cpu_seconds(parent.pid)
        parent.communicate("\n")

    assert 0.25 <= used < 5.0


def test_time_passes_for_this_process_too() -> None:
    before = cpu_seconds(os.getpid())
    sum(number * number for number in range(2_000_000))

    assert cpu_seconds(os.getpid()) > before
