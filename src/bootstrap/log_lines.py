"""A process's log for people: one short line per event that says something, out of a file that says it all."""

import json
import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from rich.text import Text

_WARNING: Final = 30
_LEVELS: Final = {"debug": 10, "info": 20, "warning": 30, "error": 40, "critical": 50}
_STYLES: Final = {30: "yellow", 40: "red", 50: "bold red"}
_CALLED: Final = {20: "info", 30: "warn", 40: "error", 50: "fatal"}
_PROCESSES: Final = {
    "bot": "cyan", "worker": "green", "api": "magenta", "riot-sandbox": "bright_cyan",
}  # fmt: skip
# Events of ours that say nothing to a person while all goes well.
_UNREMARKABLE: Final = frozenset({
    "request", "api_listening", "process_started", "process_stopped", "process_ended_unasked",
    "embedded_server_started", "embedded_server_stopped", "task_started", "task_completed", "riot_sandbox_ready",
    "bot_stopping", "bot_stopped", "jobs_recovered", "analysis_requested", "sync_requested",
})  # fmt: skip
# Work that the clock asks for, every minute some of it.
_BY_THE_CLOCK: Final = frozenset({
    "look_for_stale_facts", "refresh_facts", "health_check", "refresh_accounts", "cleanup_old_data", "reconcile",
    "recover_linked_players",
})  # fmt: skip
# What tells most comes first; identifiers that only a search needs stay in the file.
_TELLING: Final = (
    "command", "job_kind", "method", "path", "status", "component", "server", "match_id", "platform", "proof", "what",
    "told", "taken_over", "reason", "error", "error_kind", "error_id", "count", "guilds",
    "delay", "seconds", "ms", "user",
)  # fmt: skip
_SPEAKING: Final = frozenset({"command", "job_kind", "seconds", "reason"})  # without their names
_USER_DIGITS: Final = 6  # of a hash: enough to tell people apart, and to search for
_LONGEST: Final = 160
# As Flower writes. Its inspector is told of workers that are still starting; they are looked after elsewhere.
_TORNADO: Final = re.compile(r"\[([WE]) \d{6} ([\d:]{8}) (?!inspector:)\S+\] (.*)")
_TORNADO_LEVELS: Final = {"W": "warning", "E": "error"}


def readable(process: str, line: str) -> Text | None:
    """A log line in short, in this machine's time; None where it has nothing to say to a person at a terminal.

    Shown are our own events from `info` on, without the regular ones, and everybody's warnings and errors. The text
    of an exception stays in the file: it may hold anything.
    """
    event = _event(line)
    if event is None:
        return None
    level = _LEVELS.get(str(event.get("level")), _WARNING)
    if level < _WARNING and not _is_remarkable(event):
        return None
    style = _STYLES.get(level, "")
    words = str(event.get("event", ""))
    told = Text.assemble(
        (f"{_time(event)}  ", "dim"),
        (process.removesuffix("-sandbox").ljust(8), _PROCESSES.get(process, "")),
        (_CALLED[level].ljust(7), style or "dim"),
        (_shortened(words.replace("_", " ") if _is_ours(event) else words), style),
    )
    for name in _TELLING:
        if (value := event.get(name)) not in (None, "", False):
            told.append("  " if name in _SPEAKING else f"  {name} ", "dim").append(_value(name, value), style)
    if "exception" in event:
        told.append(f"  more in {process}.log", "dim")
    return told


def _value(name: str, value: object) -> str:
    text = f"{value} s" if name == "seconds" else str(value)
    return text[:_USER_DIGITS] if name == "user" else _shortened(text)


def _event(line: str) -> Mapping[str, Any] | None:
    if line.startswith("{"):
        try:
            event = json.loads(line)
        except ValueError:
            return None
        return event if isinstance(event, dict) else None
    if found := _TORNADO.match(line):
        letter, at, text = found.groups()
        return {"level": _TORNADO_LEVELS[letter], "event": text, "at": at}
    return None


def _is_ours(event: Mapping[str, Any]) -> bool:
    return str(event.get("logger", "")).startswith("src.")


def _is_remarkable(event: Mapping[str, Any]) -> bool:
    return (
        _is_ours(event)
        and event.get("level") != "debug"
        and event.get("event") not in _UNREMARKABLE
        and event.get("job_kind") not in _BY_THE_CLOCK
    )


def _time(event: Mapping[str, Any]) -> str:
    try:
        return f"{datetime.fromisoformat(str(event['timestamp'])).astimezone():%H:%M:%S}"
    except (KeyError, ValueError):
        return str(event.get("at", " " * 8))


def _shortened(text: str) -> str:
    """Of what can be printed, as much as a line has room for: a log may hold a terminal's control characters."""
    printable = "".join(letter if letter.isprintable() else " " for letter in text)
    return printable if len(printable) <= _LONGEST else f"{printable[: _LONGEST - 1]}…"
