"""How far the work is, in one line."""

from math import isfinite
from typing import Final

from src.adapters.discord_messages.numbers import about, counted
from src.core.domain.job import RETRYING, Progress
from src.core.domain.plain_text import plain

_CELLS: Final = 10
# The work for one answer goes through these. Which of how many a step is says nothing to whoever waits.
_STAGES: Final = {
    "finding": "Finding the match", "match": "Getting the match from Riot",
    "timeline": "Getting its timeline from Riot", "analysing": "Working out what decided it",
    "drawing": "Drawing the picture",
}  # fmt: skip
_STEPS: Final = {
    "fetching_summoner": "finding the player", "fetching_match_ids": "listing the matches",
    "processing_matches": "matches",
}  # fmt: skip


def progress_text(progress: Progress, *, seconds_left: float | None = None) -> str:
    """For example `▰▰▰▰▰▰▱▱▱▱ matches 75 of 120, about 40 s left ...`; without a total there is no bar."""
    if progress.step == RETRYING:
        return f"Riot or a server is busy. Trying again in {_seconds(progress)} ..."
    done = min(max(progress.done, 0), max(progress.total, 0))
    if progress.step in _STAGES:
        # A stage is reported when it begins: those before it are done.
        so_far = f"{bar(max(done - 1, 0), progress.total, progress.total)} " if 0 < progress.total <= _CELLS else ""
        return f"{so_far}{_STAGES[progress.step]} ..."
    step = _STEPS.get(progress.step) or plain(progress.step.replace("_", " "))
    if progress.total <= 0:
        return f"{step} ..."
    left = about(seconds_left)
    # Nothing is done yet: the only thing known is how many calls Riot allows.
    why = " at this key's budget" if left and not done and progress.budget_seconds is not None else ""
    told = f", {left} left{why}" if left else ""
    return f"{bar(done, progress.total)} {step} {done:,} of {progress.total:,}{told} ..."


def bar(done: int, total: int, cells: int = _CELLS) -> str:
    """How much is done, to see at a glance; `done` is at most `total`."""
    filled = cells * done // total
    return f"{'▰' * filled}{'▱' * (cells - filled)}"


def _seconds(progress: Progress) -> str:
    seconds = progress.extra.get("seconds")
    if isinstance(seconds, bool) or not isinstance(seconds, int | float) or not isfinite(seconds):
        return "a moment"
    return counted(max(1, round(seconds)), "second")
