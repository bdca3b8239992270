"""Ports that fail on demand, generated from their Protocols.

`faulty(JobLedger, FakeJobLedger(), script)` is a `JobLedger` whose calls count as positions of the script, together
with those of every other port wrapped with the same script. A test runs a use case once without faults to learn how
many calls it makes (`script.calls`), then once more for every position and every kind of fault.
"""

import functools
import inspect
import re
from collections.abc import Awaitable, Callable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, TypeVar, get_type_hints

from src.core.errors import Unavailable

P = TypeVar("P")
_NEVER_RAISES = re.compile(r"\bnever raises\b", re.IGNORECASE)


class Fault(StrEnum):
    """What becomes of a call."""

    ERROR = "error"  # it is refused with the script's error, before anything is done
    TIMEOUT = "timeout"  # it never arrives; the caller sees a timeout
    UNSEEN = "unseen"  # it is done, but the caller sees a timeout
    KILLED = "killed"  # it is done, and the caller's process dies before it sees the answer


class ProcessKilled(BaseException):
    """The process is gone: nothing of it may handle this, only the test that plays the machine it ran on."""


@dataclass(slots=True)
class Script:
    """What goes wrong, by position of the call (0 is the first); without `faults` nothing does.

    `error` is what `Fault.ERROR` raises. `calls` notes every call as `Port.method`. `after` is called after each
    call, faulty or not, to check what must hold at any moment.
    """

    faults: Mapping[int, Fault] = field(default_factory=dict)
    error: Exception = field(default_factory=lambda: Unavailable("It refuses for now.", retry_after=1.0))
    calls: list[str] = field(default_factory=list)
    after: Callable[[], None] = lambda: None

    def next(self, name: str) -> Fault | None:
        """Note a call; answers what becomes of it, None for what it usually does."""
        self.calls.append(name)
        return self.faults.get(len(self.calls) - 1)


def faulty(port: Callable[..., P], inner: object, script: Script) -> P:
    """`inner` behind the asynchronous methods of `port` (a Protocol), which fail as the script says.

    Synchronous methods do no I/O and do not fail. A method whose contract says that it never raises does not: a
    fault that keeps it from its work makes it answer the empty value of its type (KILLED kills it all the same).
    Nothing but the Protocol's own methods is there.

    Raises:
        TypeError: `port` has no asynchronous method, so nothing of it could fail.
    """
    methods = dict(methods_of(port))
    if not any(inspect.iscoroutinefunction(method) for method in methods.values()):
        raise TypeError(f"{_name(port)} has no asynchronous method: it cannot fail")
    body: dict[str, Any] = {name: _wrapped(_name(port), method, inner, script) for name, method in methods.items()}
    generated = type(f"Faulty{_name(port)}", (), {"__doc__": port.__doc__, **body})
    wrapper: P = generated()
    return wrapper


def methods_of(port: Callable[..., Any]) -> Iterator[tuple[str, Callable[..., Any]]]:
    """The public methods of a Protocol, inherited ones included, by name."""
    for name, method in inspect.getmembers(port, inspect.isfunction):
        if not name.startswith("_"):
            yield name, method


def _wrapped(port: str, method: Callable[..., Any], inner: object, script: Script) -> Callable[..., Any]:
    name = method.__name__
    if not inspect.iscoroutinefunction(method):

        @functools.wraps(method)
        def direct(_self: object, *args: Any, **kwargs: Any) -> Any:
            return getattr(inner, name)(*args, **kwargs)

        return direct

    @functools.wraps(method)
    async def call(_self: object, *args: Any, **kwargs: Any) -> Any:
        fault = script.next(f"{port}.{name}")
        try:
            return await _performed(fault, functools.partial(getattr(inner, name), *args, **kwargs), script)
        except Exception:
            if fault is None or not _NEVER_RAISES.search(method.__doc__ or ""):
                raise
            return _empty(method)
        finally:
            script.after()

    return call


async def _performed(fault: Fault | None, work: Callable[[], Awaitable[Any]], script: Script) -> Any:
    if fault is Fault.ERROR:
        raise script.error
    if fault is Fault.TIMEOUT:
        raise Unavailable("It did not answer in time.")
    answer = await work()
    if fault is Fault.UNSEEN:
        raise Unavailable("It did not answer in time.")
    if fault is Fault.KILLED:
        raise ProcessKilled
    return answer


def _empty(method: Callable[..., Any]) -> Any:
    kind = get_type_hints(method)["return"]
    return None if kind is type(None) else kind()


def _name(port: Callable[..., Any]) -> str:
    return str(getattr(port, "__name__", port))
