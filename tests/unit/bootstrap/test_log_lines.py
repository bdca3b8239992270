"""What of a log is shown in the terminal, and how."""

import io
import json
import re
from pathlib import Path
from typing import Any

import pytest

from src.bootstrap.console import Console
from src.bootstrap.log_lines import readable
from src.bootstrap.log_tail import LogTail

AT = "2026-11-28T19:34:17.396996Z"


def shown(process: str = "worker", **event: Any) -> str | None:
    """The line for an event, without its time."""
    line = json.dumps({"level": "info", "logger": "src.tests", "timestamp": AT} | event, ensure_ascii=False)
    told = readable(process, line)
    return None if told is None else re.sub(r"^\d\d:\d\d:\d\d  ", "", told.plain)


def test_an_event_of_ours_is_one_short_line() -> None:
    """Process, level, event, and the keys that tell something, in an order of their own."""
    said = shown(event="job_succeeded", user="88f5b99b1958", job_id="caad1854", seconds=0.31, job_kind="analyze_match")
    assert said == "worker  info   job succeeded  analyze_match  0.31 s  user 88f5b9"


@pytest.mark.parametrize(
    "event",
    [
        {"event": "request", "path": "/health", "status": 200},
        {"event": "job_started", "job_kind": "look_for_stale_facts"},
        {"event": "Task tick[7] received", "logger": "celery.worker.strategy"},
        {"event": "progress_not_shown", "level": "debug"},
    ],
)
def test_what_goes_on_all_the_time_is_left_out(event: dict[str, Any]) -> None:
    """Regular events of ours, work that the clock asks for, and the libraries' talk."""
    assert shown(**event) is None


def test_warnings_and_errors_are_shown_whoevers_they_are() -> None:
    """Work by the clock included; libraries keep their own spelling."""
    assert shown(event="job_failed", level="error", job_kind="look_for_stale_facts", error_id="e1") == (
        "worker  error  job failed  look_for_stale_facts  error_id e1"
    )
    assert shown("beat", event="my_queue is gone", level="warning", logger="celery.beat") == (
        "beat    warn   my_queue is gone"
    )


def test_the_text_of_an_exception_stays_in_the_file() -> None:
    """It may hold anything: tokens, names."""
    said = shown("bot", event="command_failed", level="error", exception="Traceback ...\nKeyError: 'hunter2'")
    assert said == "bot     error  command failed  more in bot.log"


def test_flowers_lines_have_a_form_of_their_own() -> None:
    told = readable("flower", "[E 261128 19:34:18 mixins:228] Cannot connect")
    assert told is not None
    assert told.plain == "19:34:18  flower  error  Cannot connect"
    assert readable("flower", "[W 261128 19:34:18 inspector:98] Inspect method stats failed") is None
    assert readable("flower", "[I 261128 19:34:17 command:168] Visit me") is None


@pytest.mark.parametrize("line", ["", "  . test.add", "{", '{"event": ', "[1]", "Traceback (most recent call last):"])
def test_what_is_no_event_is_no_line(line: str) -> None:
    assert readable("worker", line) is None


def test_control_characters_and_endless_text_do_not_reach_the_terminal() -> None:
    said = shown(event="match_malformed", level="warning", reason="\x1b[2Jgone\n" + "x" * 500)
    assert said is not None
    assert "\x1b" not in said
    assert "\n" not in said
    assert said.endswith("x…")
    assert len(said) < 220


class TestTail:
    """Following the logs of a folder."""

    @pytest.fixture
    def log(self, tmp_path: Path) -> Path:
        log = tmp_path / "worker.log"
        log.write_text("from before\n")
        return log

    def test_only_whole_new_lines_are_news(self, log: Path) -> None:
        """What was there, and what is only half written, is not; a log may begin later than its tail."""
        tail = LogTail(log.parent, ["worker", "bot"])
        with log.open("a") as file:
            file.write("first\nsec")
        assert list(tail.news()) == [("worker", "first")]
        with log.open("a") as file:
            file.write("ond\n")
        log.with_name("bot.log").write_text("hello\n")
        assert list(tail.news()) == [("worker", "second"), ("bot", "hello")]
        assert list(tail.news()) == []

    def test_a_log_that_was_put_aside_is_read_from_its_beginning(self, log: Path) -> None:
        tail = LogTail(log.parent, ["worker"])
        log.write_text("new\n")
        assert list(tail.news()) == [("worker", "new")]

    def test_of_a_flood_the_end_is_told(self, log: Path) -> None:
        tail = LogTail(log.parent, ["worker"])
        with log.open("a") as file:
            file.writelines(f"line {number}\n" for number in range(100_000))
        told = [line for _, line in tail.news()]
        assert len(told) < 30_000
        assert told[-1] == "line 99999"

    def test_on_a_pipe_lines_are_plain(self, log: Path) -> None:
        out = io.StringIO()
        tail = LogTail(log.parent, ["worker"])
        with log.open("a") as file:
            file.write(
                json.dumps({"event": "[red]broken", "level": "error", "timestamp": AT, "logger": "kombu"}) + "\n"
            )
        tail.tell(Console(out))
        assert out.getvalue().endswith("worker  error  [red]broken\n")
        assert "\x1b" not in out.getvalue()
