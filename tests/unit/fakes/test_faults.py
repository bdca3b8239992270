"""The fault-injecting wrapper: it fails where the script says, and is the port everywhere else."""

import inspect
from collections.abc import Collection, Iterator, Sequence
from importlib import import_module
from pkgutil import iter_modules
from typing import Any, Protocol
from uuid import UUID

import pytest

import src.core.ports
from src.core.domain.job import Hint, Job, Progress
from src.core.errors import JobNotFound, RateLimited, Unavailable
from src.core.ports.clock import Clock
from src.core.ports.job_queue import JobQueue
from src.core.ports.player_store import PlayerStore
from src.core.ports.request_limits import RequestLimits
from tests.fakes.clock import FakeClock
from tests.fakes.faults import Fault, ProcessKilled, Script, faulty, methods_of


def _protocols() -> Iterator[type]:
    for module in iter_modules(src.core.ports.__path__, f"{src.core.ports.__name__}."):
        for found in vars(import_module(module.name)).values():
            if getattr(found, "_is_protocol", False) and found.__module__ == module.name:
                yield found


def _is_asynchronous(port: type) -> bool:
    return any(inspect.iscoroutinefunction(method) for _, method in methods_of(port))


PROTOCOLS = list(_protocols())
ASYNCHRONOUS = [port for port in PROTOCOLS if _is_asynchronous(port)]
CALLS = [
    (port, name) for port in ASYNCHRONOUS for name, method in methods_of(port) if inspect.iscoroutinefunction(method)
]


class Notes(JobQueue, RequestLimits):
    """Two ports in one that note what was done to them."""

    def __init__(self) -> None:
        self.done: list[str] = []

    async def publish(self, hints: Sequence[Hint]) -> None:
        self.done.append("publish")

    async def settle(self, jobs: Sequence[Job]) -> None:
        self.done.append("settle")
        raise JobNotFound

    async def forget(self, job_ids: Collection[UUID]) -> None:
        self.done.append("forget")

    async def show_progress(self, job_id: UUID, progress: Progress) -> None:
        self.done.append("show_progress")

    async def turn_to_show(self, job_id: UUID, *, every: float) -> bool:
        self.done.append("turn_to_show")
        return True

    async def take(self, who: str, *, per_minute: int) -> float:
        self.done.append("take")
        return 7.0


class Everything:
    """Has every method there is, and answers its own name and what it was given."""

    def __getattr__(self, name: str) -> Any:
        async def method(*args: Any, **kwargs: Any) -> Any:
            return name, args, kwargs

        return method


@pytest.fixture
def notes() -> Notes:
    return Notes()


def test_there_are_ports_that_can_fail() -> None:
    """The tests below are about something."""
    assert {"JobLedger", "MatchStore", "RiotApi", "YearlyStatisticsStore"} <= {port.__name__ for port in ASYNCHRONOUS}


@pytest.mark.parametrize("port", ASYNCHRONOUS)
def test_every_asynchronous_port_can_be_wrapped(port: type) -> None:
    """The wrapper has the Protocol's methods with their signatures, and nothing else."""
    wrapped = faulty(port, Everything(), Script())
    for name, method in methods_of(port):
        assert inspect.signature(getattr(type(wrapped), name)) == inspect.signature(method)
    assert [name for name in dir(wrapped) if not name.startswith("_")] == [name for name, _ in methods_of(port)]


@pytest.mark.parametrize(("port", "name"), CALLS)
async def test_without_a_fault_a_call_goes_through_as_it_is(port: type, name: str) -> None:
    script = Script()
    call = getattr(faulty(port, Everything(), script), name)
    assert await call(1, two=3) == (name, (1,), {"two": 3})
    assert script.calls == [f"{port.__name__}.{name}"]


@pytest.mark.parametrize("port", [port for port in PROTOCOLS if port not in ASYNCHRONOUS])
def test_a_port_that_does_no_io_cannot_fail(port: type) -> None:
    with pytest.raises(TypeError, match="no asynchronous method"):
        faulty(port, Everything(), Script())


@pytest.mark.parametrize(
    ("fault", "is_done"), [(Fault.ERROR, False), (Fault.TIMEOUT, False), (Fault.UNSEEN, True), (Fault.KILLED, True)]
)
async def test_a_fault_decides_whether_the_call_is_done(notes: Notes, fault: Fault, *, is_done: bool) -> None:
    queue = faulty(JobQueue, notes, Script({0: fault}))
    with pytest.raises(ProcessKilled if fault is Fault.KILLED else Unavailable):
        await queue.publish([])
    assert notes.done == (["publish"] if is_done else [])


async def test_only_the_call_at_the_position_fails(notes: Notes) -> None:
    """Positions count the calls of every port that shares the script."""
    script = Script({1: Fault.TIMEOUT})
    queue, limits = faulty(JobQueue, notes, script), faulty(RequestLimits, notes, script)
    await limits.take("me", per_minute=1)
    with pytest.raises(Unavailable):
        await queue.publish([])
    await queue.publish([])
    assert notes.done == ["take", "publish"]
    assert script.calls == ["RequestLimits.take", "JobQueue.publish", "JobQueue.publish"]


async def test_the_error_is_the_scripts() -> None:
    players = faulty(PlayerStore, Everything(), Script({0: Fault.ERROR}, error=RateLimited(retry_after=9)))
    with pytest.raises(RateLimited) as raised:
        await players.find("puuid")
    assert raised.value.retry_after == 9


async def test_the_inner_ports_own_errors_pass(notes: Notes) -> None:
    with pytest.raises(JobNotFound):
        await faulty(JobQueue, notes, Script()).settle([])


@pytest.mark.parametrize("fault", [Fault.ERROR, Fault.TIMEOUT, Fault.UNSEEN])
async def test_what_never_raises_answers_nothing_instead(notes: Notes, fault: Fault) -> None:
    """Its contract says so, and the caller relies on it."""
    script = Script({0: fault, 1: fault})
    assert await faulty(RequestLimits, notes, script).take("me", per_minute=1) == 0.0
    await faulty(JobQueue, notes, script).show_progress(UUID(int=1), Progress(step="a"))
    assert notes.done == (["take", "show_progress"] if fault is Fault.UNSEEN else [])


async def test_a_killed_process_raises_whatever_the_contract_says(notes: Notes) -> None:
    with pytest.raises(ProcessKilled):
        await faulty(RequestLimits, notes, Script({0: Fault.KILLED})).take("me", per_minute=1)


async def test_synchronous_methods_do_not_fail() -> None:
    """They do no I/O: nothing to time out, no position in the script."""

    class Timed(Clock, Protocol):
        async def wait(self) -> None: ...

    class FakeTimed(FakeClock):
        async def wait(self) -> None:
            pass

    script = Script({0: Fault.TIMEOUT})
    timed: Timed = faulty(Timed, FakeTimed(), script)
    assert timed.now() == FakeClock().now()
    assert script.calls == []


async def test_after_every_call_the_script_may_look(notes: Notes) -> None:
    """Faulty or not: what must hold at any moment can be checked there."""
    seen: list[int] = []
    script = Script({1: Fault.TIMEOUT}, after=lambda: seen.append(len(notes.done)))
    queue = faulty(JobQueue, notes, script)
    await queue.publish([])
    with pytest.raises(Unavailable):
        await queue.publish([])
    assert seen == [1, 1]
