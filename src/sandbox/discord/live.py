"""SimCord in real time.

SimCord is made for tests: its clock stands still until a test moves it, every action waits until the bot has come to
rest, and there is one page. A world that people use, and that other processes edit over HTTP, runs on the wall clock,
never comes to rest, and has a page for every channel. What is overridden here are SimCord 3.2.1's own seams for
exactly that (its version is pinned).
"""

import asyncio
import contextvars
import time
from datetime import UTC, datetime, timedelta
from typing import Any, Final, cast

import discord
import simcord
import structlog
from simcord._settlement import _run_due_virtual_callbacks

_log = structlog.get_logger(__name__)

_REST_SECONDS: Final = 1.0
_PUMP_SECONDS: Final = 0.1
_TURN_SECONDS: Final = 0.02
_AFTER_AN_ERROR_SECONDS: Final = 1.0


class WallClock:
    """SimCord's clock, in step with real time.

    `elapsed` is the system's monotonic clock itself: SimCord hands it out as `time.monotonic()` inside the bot,
    so that instants taken inside and outside the bot compare. It is read past `time.monotonic`, which SimCord
    replaces. `advance` adds to both: a test can still make 15 minutes pass.
    """

    def __init__(self) -> None:
        self._ahead = 0.0

    @property
    def elapsed(self) -> float:
        """Seconds on the monotonic clock."""
        return time.clock_gettime(time.CLOCK_MONOTONIC) + self._ahead

    def now(self) -> datetime:
        """The present moment in UTC."""
        return datetime.now(UTC) + timedelta(seconds=self._ahead)

    def advance(self, seconds: float) -> None:
        """Jump ahead."""
        self._ahead += seconds


class LiveEnv(simcord.Env):
    """A SimCord environment on the wall clock that people and other processes use at the same time.

    Its clock stands still, at SimCord's own beginning, until `keep_time` or `start`: ids count from the clock, so what
    is made before has the same ids in every world.
    """

    def __init__(self, bot: discord.AutoShardedClient, *, shard_count: int = 1) -> None:
        self.open_pages: list[Any] = []
        super().__init__(bot, shard_count=shard_count, check_errors=False)
        self._pump: asyncio.Task[None] | None = None

    def keep_time(self) -> None:
        """Let the clock go with real time from now on."""
        if not isinstance(self.backend.clock, WallClock):
            self.backend.clock = cast("Any", WallClock())

    async def start(self) -> None:
        """Bring the bot to READY."""
        self.keep_time()
        self._pump = asyncio.create_task(self._run_due_timers(), name="simcord-timers")
        await super().start()

    async def shutdown(self) -> None:
        """Detach the bot."""
        if self._pump is not None:
            self._pump.cancel()
        await super().shutdown()

    @property
    def is_busy(self) -> bool:
        """True while somebody acts in this world: SimCord takes one action at a time."""
        return self._operation_task is not None

    async def turn(self) -> None:
        """Wait until nobody else acts."""
        while self.is_busy:  # noqa: ASYNC110 - SimCord offers no event
            await asyncio.sleep(_TURN_SECONDS)

    @property
    def _preview(self) -> None:
        """The one page that SimCord allows: none so far, however many there are."""
        return

    @_preview.setter
    def _preview(self, page: Any) -> None:
        if page is not None:
            self.open_pages = [*(known for known in self.open_pages if not known._closed), page]  # noqa: SLF001

    def _record_error(self, error: BaseException) -> None:
        """Keep nothing: SimCord would take a command that the bot refuses for an action of the page that failed.

        What goes wrong in the bot, the bot logs itself.
        """

    def _mark_mutation(self) -> None:
        """Tell the page from which somebody acts that the action has had an effect."""
        for page in self.open_pages:
            page._mark_action_dispatched()  # noqa: SLF001 - ignores what is not its own

    async def _settle_internal(
        self,
        *,
        timeout: float | None = None,  # noqa: ASYNC109 - SimCord's signature
        idle: float = 0.05,
        dispatch: str | None = None,
        _deadline: float | None = None,
    ) -> None:
        """Wait a little for the bot to come to rest, and go on if it does not: it may be waiting for a database."""
        assert self._loop is not None  # noqa: S101 - set by start()
        rest = min(_REST_SECONDS, _REST_SECONDS if timeout is None else timeout)
        limit = self._loop.time() + rest
        try:
            await super()._settle_internal(
                idle=idle, dispatch=dispatch, _deadline=limit if _deadline is None else min(limit, _deadline)
            )
        except TimeoutError:
            return

    def _schedule_timer(
        self, record: Any, _callback: Any, _args: tuple[Any, ...], schedule_context: contextvars.Context | None
    ) -> None:
        """Let the bot's timers fire by themselves, as they do outside SimCord."""
        assert self._runtime is not None  # noqa: S101 - set while a bot is attached

        def fire() -> None:
            if record.handle is not None and not record.handle.cancelled():
                record.handle._run()  # noqa: SLF001 - asyncio has no public way to run a handle

        delay = max(0.0, record.when - self.backend.clock.elapsed)
        now = time.clock_gettime(time.CLOCK_MONOTONIC)
        # Not call_later: asyncio's calls call_at, which SimCord has replaced.
        record.real_handle = self._runtime.call_at(now + delay, fire, context=schedule_context)

    async def _run_due_timers(self) -> None:
        """Fire what `_settle_internal` has taken off the loop (waits that SimCord leaves to its virtual clock)."""
        while True:
            await asyncio.sleep(_PUMP_SECONDS)
            if self._loop is None or self._runtime is None:
                continue
            try:
                _run_due_virtual_callbacks(self._settlement_state(), self._loop.time() + _PUMP_SECONDS)
            except Exception:  # noqa: BLE001 - the bot's timers have to go on
                _log.exception("sandbox_timers_failed")
                await asyncio.sleep(_AFTER_AN_ERROR_SECONDS)
