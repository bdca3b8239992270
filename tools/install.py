"""Install a lock file and show how far it is: `python tools/install.py LOCK [OPTION OF PIP ...]`.

It runs before anything is installed, so it knows the standard library only.
"""

import os
import re
import selectors
import signal
import subprocess
import sys
import sysconfig
import time
from collections import deque
from collections.abc import Iterator
from pathlib import Path
from typing import Final

PIP: Final = (sys.executable, "-m", "pip", "--disable-pip-version-check", "install", "--progress-bar", "off")
WIDTH: Final = 24
FETCHING: Final = 0.35  # of the time, more or less
SPINNER: Final = "⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏"
LOOK_SECONDS: Final = 0.1
PATIENCE: Final = 5.0  # seconds that pip has to end
INTERRUPTED: Final = 128 + signal.SIGINT


class Bar:
    """Packages that have been fetched, of those that the lock names at most; then those that have been unpacked."""

    def __init__(self, name: str, total: int) -> None:
        self._name = name
        self._total = total
        self._began = time.monotonic()
        self._fetched = 0
        self._to_unpack = 0
        self._there_before = _installed()
        self._is_terminal = sys.stdout.isatty() and os.environ.get("TERM") != "dumb"

    def hear(self, line: str) -> None:
        """Take a line of pip's."""
        if line.startswith("Collecting "):
            self._fetched += 1
        elif line.startswith("Installing collected packages:"):
            self._to_unpack = line.count(",") + 1
            if not self._is_terminal:
                print(f"  unpacking {self._to_unpack} packages ...", flush=True)

    def draw(self) -> None:
        """Draw it anew on a terminal."""
        if not self._is_terminal:
            return
        seconds = time.monotonic() - self._began
        share, told = min(self._fetched / self._total, 1.0) * FETCHING, f"{self._fetched} fetched"
        if self._to_unpack:
            unpacked = min(_installed() - self._there_before, self._to_unpack)
            share = FETCHING + (1 - FETCHING) * unpacked / self._to_unpack
            told = f"{unpacked}/{self._to_unpack} unpacked"
        bar = ("━" * round(WIDTH * share)).ljust(WIDTH)
        spinner = SPINNER[int(seconds / LOOK_SECONDS) % len(SPINNER)]
        print(f"\r\x1b[2K{spinner} {self._name} {bar} {seconds:3.0f} s  {told}", end="", flush=True)

    def end(self) -> None:
        """Take it away; what was done stays as a line."""
        start = "\r\x1b[2K" if self._is_terminal else ""
        seconds = time.monotonic() - self._began
        print(f"{start}✓ {self._name}: {self._to_unpack} packages in {seconds:.0f} s", flush=True)


def _installed() -> int:
    return sum(1 for _ in Path(sysconfig.get_path("purelib")).glob("*.dist-info"))


def main(arguments: list[str]) -> int:
    """Run pip; its words are shown only if it fails. The exit status is pip's, or that of a program interrupted."""
    lock, *options = arguments
    total = len(re.findall(r"^[A-Za-z0-9][\w.-]*==", Path(lock).read_text(encoding="utf-8"), re.MULTILINE))
    bar = Bar(Path(lock).stem, max(total, 1))
    said: deque[str] = deque(maxlen=60)
    pip = subprocess.Popen(  # noqa: S603 - our own interpreter, no shell
        [*PIP, "--requirement", lock, *options], stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
    )  # fmt: skip
    try:
        for line in _lines(pip):
            if line:
                said.append(line)
                bar.hear(line)
            bar.draw()
    except KeyboardInterrupt:
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        _end(pip)
        print("\nstopped; started again, it installs what is left", file=sys.stderr)
        return INTERRUPTED
    if status := pip.wait():
        print("\n" + "\n".join(said), file=sys.stderr)
        return status
    bar.end()
    return 0


def _end(pip: subprocess.Popen[bytes]) -> None:
    """From a terminal it has heard of the interruption too."""
    pip.terminate()
    try:
        pip.wait(PATIENCE)
    except subprocess.TimeoutExpired:
        pip.kill()
        pip.wait()


def _lines(pip: subprocess.Popen[bytes]) -> Iterator[str]:
    """Each line as it comes; an empty one whenever nothing does."""
    assert pip.stdout is not None  # noqa: S101 - for the types
    begun = b""
    with selectors.DefaultSelector() as selector:
        selector.register(pip.stdout, selectors.EVENT_READ)
        while True:
            if not selector.select(LOOK_SECONDS):
                yield ""
                continue
            written = os.read(pip.stdout.fileno(), 65536)
            if not written:
                return
            *lines, begun = (begun + written).split(b"\n")
            yield from (line.decode(errors="replace").strip() for line in lines)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
