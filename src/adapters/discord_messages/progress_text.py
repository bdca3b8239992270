"""How far the work is, in one line."""

from math import isfinite
from typing import Final

from src.adapters.discord_messages.numbers import counted
from src.adapters.discord_messages.plain_text import plain
from src.core.domain.job import Progress

_CELLS: Final = 10
_STEPS: Final = {
    "finding": "finding the match", "match": "match", "timeline": "timeline", "matches": "matches",
    "analysing": "analysis", "drawing": "chart",
}  # fmt: skip


def progress_text(progress: Progress) -> str:
    """For example `▰▰▰▰▰▰▱▱▱▱ timeline 3 of 5 ...`; without a total there is no bar."""
    if progress.step == "retrying":
        return f"Riot or a server is busy. Trying again in {_seconds(progress)} ..."
    step = _STEPS.get(progress.step) or plain(progress.step)
    if progress.total <= 0:
        return f"{step} ..."
    done = min(max(progress.done, 0), progress.total)
    filled = _CELLS * done // progress.total
    return f"{'▰' * filled}{'▱' * (_CELLS - filled)} {step} {done:,} of {progress.total:,} ..."


def _seconds(progress: Progress) -> str:
    seconds = progress.extra.get("seconds")
    if isinstance(seconds, bool) or not isinstance(seconds, int | float) or not isfinite(seconds):
        return "a moment"
    return counted(max(1, round(seconds)), "second")
