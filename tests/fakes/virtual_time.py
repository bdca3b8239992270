"""An event loop whose time passes only while nobody works: minutes of waiting take milliseconds."""

import asyncio
import selectors
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

_REAL_WAIT = 0.05  # seconds to wait for real input before looking again


class _PatientSelector(selectors.DefaultSelector):
    """Waits for real input while some is expected; otherwise moves the loop's clock on."""

    def __init__(self) -> None:
        super().__init__()
        self.now = 1000.0
        self.expected = 0

    def select(self, timeout: float | None = None) -> list[Any]:
        if self.expected:
            return super().select(0 if timeout == 0 else _REAL_WAIT)
        events = super().select(0)
        if not events and timeout:
            self.now += timeout
        return events


class VirtualTimeLoop(asyncio.SelectorEventLoop):
    """`time()` is virtual. What goes over a real socket belongs into `real_input()`, during which no time passes."""

    def __init__(self) -> None:
        self._patient = _PatientSelector()
        super().__init__(self._patient)

    def time(self) -> float:
        """Seconds, virtual."""
        return self._patient.now

    @contextmanager
    def real_input(self) -> Iterator[None]:
        """Something real is awaited within."""
        self._patient.expected += 1
        try:
            yield
        finally:
            self._patient.expected -= 1
