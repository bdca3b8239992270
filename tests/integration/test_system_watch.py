"""What ends unasked is started again: real processes, on a clock that a test turns."""

import os
import signal
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from src.bootstrap.processes import Supervisor
from src.bootstrap.servers import EmbeddedServers, ServerStartError
from src.bootstrap.watch import Watch

# Each start is a line in a file; it ends with the code in another one, or lives on.
PROGRAM = """
import os, sys, time
with open(sys.argv[1], "a") as starts:
    starts.write(f"{os.getpid()}\\n")
print("port 8000 is taken", flush=True)
if os.path.exists(sys.argv[2]):
    sys.exit(3)
time.sleep(300)
"""


@dataclass
class Clock:
    """Seconds, as the test wants them."""

    now: float = 0.0

    def __call__(self) -> float:
        return self.now


@dataclass
class House:
    """A supervised program and its watch."""

    folder: Path
    supervisor: Supervisor
    clock: Clock = field(default_factory=Clock)
    said: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.servers = EmbeddedServers(self.folder / "var")
        self.watch = Watch(self.supervisor, self.servers, self.said.append, clock=self.clock)
        self.starts = self.folder / "starts"
        self.broken = self.folder / "broken"

    def start(self) -> None:
        argv = [sys.executable, "-c", PROGRAM, str(self.starts), str(self.broken)]
        self.supervisor.start("api", argv)
        self.wait_for_starts(1)

    def look_for_ever(self, watch: Watch, seconds: float) -> None:
        """Look every so many of the clock's seconds."""
        while True:
            watch.look()
            self.clock.now += seconds
            time.sleep(0.02)

    @property
    def pids(self) -> list[int]:
        return [int(line) for line in self.starts.read_text().split()] if self.starts.exists() else []

    def kill(self) -> None:
        os.kill(self.pids[-1], signal.SIGKILL)

    def wait_for_starts(self, number: int) -> None:
        self.until(lambda: len(self.pids) == number)

    def until(self, true: Callable[[], object]) -> None:
        deadline = time.monotonic() + 10
        while not true():
            assert time.monotonic() < deadline
            time.sleep(0.02)

    def look_until_said(self, lines: int) -> None:
        def said() -> bool:
            self.watch.look()
            return len(self.said) == lines

        self.until(said)


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    with Supervisor(tmp_path) as supervisor:
        yield House(tmp_path, supervisor)


def test_a_process_that_ends_is_started_again_a_second_later(house: House) -> None:
    """One line says what happened."""
    house.start()
    house.clock.now = 3600
    house.kill()
    house.look_until_said(1)
    assert house.said == ["api was killed by SIGKILL: port 8000 is taken; starting it again in 1 s"]
    house.clock.now += 0.9
    house.watch.look()
    assert len(house.pids) == 1
    house.clock.now += 0.1
    house.watch.look()
    house.wait_for_starts(2)
    assert house.supervisor.poll() == []


def test_the_wait_doubles_up_to_half_a_minute_and_a_calm_time_ends_that(house: House) -> None:
    """Ends of a process that runs a while each time are no reason to give up."""
    house.start()
    waits = []
    for number in range(1, 8):
        house.clock.now += 60  # it has run for a minute
        house.kill()
        house.look_until_said(number)
        waits.append(int(house.said[-1].rpartition(" in ")[2].split()[0]))
        house.clock.now += waits[-1]
        house.watch.look()
        house.wait_for_starts(number + 1)
    assert waits == [1, 2, 4, 8, 16, 30, 30]
    house.clock.now += 301
    house.kill()
    house.look_until_said(8)
    assert house.said[-1].endswith("again in 1 s")


def test_a_process_that_never_stays_up_is_given_up_with_its_last_words(house: House) -> None:
    """Five ends in a row right after the start."""
    house.start()
    house.clock.now = 3600
    house.broken.touch()
    house.kill()
    with pytest.raises(ServerStartError) as given_up:
        house.look_for_ever(house.watch, 0.5)
    assert str(given_up.value) == (
        "api ended 5 times in a row right after its start; at last api ended with exit code 3: port 8000 is taken"
    )
    assert len(house.pids) == 6
    assert len(house.said) == 5


def test_a_server_that_ends_is_started_again_on_its_port(house: House, var: Path) -> None:
    with EmbeddedServers(var, durable=False) as servers:
        watch = Watch(house.supervisor, servers, house.said.append, clock=house.clock)
        before = servers.addresses
        servers.kill("redis")
        for _ in range(3):  # it is told once
            watch.look()
        assert house.said == ["redis was killed by SIGKILL: " + house.said[0].split(": ", 1)[1]]
        house.clock.now += 1
        watch.look()
        assert servers.exits() == []
        assert servers.addresses.broker_url == before.broker_url
        assert servers.addresses.pids["redis"] != before.pids["redis"]


def test_a_server_that_cannot_start_is_given_up_with_the_reason(house: House, var: Path) -> None:
    servers = EmbeddedServers(var, durable=False)
    servers.start(postgres=False)
    try:
        watch = Watch(house.supervisor, servers, house.said.append, clock=house.clock)
        servers.kill("redis")
        next(var.parent.rglob("redis/appendonly.aof")).write_bytes(b"no such format")
        with pytest.raises(ServerStartError, match=r"redis ended 5 times in a row .*Bad file format"):
            house.look_for_ever(watch, 5)
    finally:
        servers.stop()


def test_long_logs_are_put_aside(house: House) -> None:
    house.start()
    log = house.folder / "api.log"
    with log.open("a") as file:
        file.write("x" * 11_000_000)
    house.watch.look()
    assert log.stat().st_size == 0
    assert (house.folder / "api.log.1").stat().st_size > 11_000_000
