"""What one process knows of an interaction's answer."""

import asyncio
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from src.adapters.discord_messages.webhook_http import Message

EVERY: Final = timedelta(seconds=2)
"""Progress is shown this often at most."""


@dataclass(slots=True)
class Interaction:
    """The state of one answer. Whoever edits it holds `lock`: one writer of many callers.

    `wanted` is the newest progress, `shown` the one people see. `blocked_until` is when Discord takes the next
    edit, as far as it said. `is_final`: an answer is out or on its way, progress is over. `is_gone`: Discord
    refuses the token. `later` is the task that will show `wanted` once it is due. `quiet_until`: the first progress is
    not shown before that.
    """

    expires_at: datetime
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    wanted: Message | None = None
    shown: Message | None = None
    edited_at: datetime | None = None
    blocked_until: datetime | None = None
    is_final: bool = False
    is_gone: bool = False
    later: asyncio.Task[None] | None = None
    quiet_until: datetime | None = None

    def has_news(self, now: datetime) -> bool:
        """True if there is progress to show, now or later."""
        is_over = self.is_final or self.is_gone or now >= self.expires_at
        return not is_over and self.wanted is not None and self.wanted != self.shown

    def keep_quiet(self, until: datetime) -> None:
        """Show no progress until then, unless it was told before until when."""
        if self.quiet_until is None:
            self.quiet_until = until

    def due_in(self, now: datetime) -> float:
        """Seconds until the next progress may be shown; 0 or less: now."""
        free_at = self.edited_at + EVERY if self.edited_at else self.quiet_until
        return (max(free_at or now, self.blocked_until or now) - now).total_seconds()

    def wait_told(self, now: datetime) -> float:
        """Seconds that Discord asked to wait, from now; 0 without."""
        return max((self.blocked_until - now).total_seconds(), 0.0) if self.blocked_until else 0.0

    def show_at_once(self) -> None:
        """Keep quiet no longer: what comes is no matter of a moment."""
        self.quiet_until = None

    def finish(self) -> None:
        """End progress."""
        self.is_final = True
        self.drop()

    def drop(self) -> None:
        """Forget the progress there was. An edit under way ends by itself: cut off, it might still arrive later."""
        self.wanted = self.shown = None
        if self.later is not None and not self.lock.locked():
            self.later.cancel()
