"""Steps and tables, on a terminal and on a pipe."""

import io
import os
import re

import pytest
from structlog.testing import capture_logs

from src.bootstrap.console import Console
from src.bootstrap.credentials import MISSING_HEADINGS, missing_table


@pytest.fixture
def out() -> io.StringIO:
    return io.StringIO()


@pytest.fixture
def terminal(out: io.StringIO, monkeypatch: pytest.MonkeyPatch) -> Console:
    """A console that takes its file for a terminal."""
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.delenv("NO_COLOR", raising=False)
    return Console(out)


def plain(written: str) -> list[str]:
    """The lines that stay on the screen: without colours, and without the bar that is drawn anew."""
    without = re.sub(r"\x1b\[[0-9;?]*[a-zA-Z]", "", written)
    return [line.split("\r")[-1].rstrip() for line in without.splitlines() if line.strip()]


def test_on_a_pipe_a_step_is_told_as_it_begins(out: io.StringIO) -> None:
    """Whoever reads along sees what it hangs on."""
    with Console(out).set_up(2) as set_up:
        set_up.step("Postgres and Redis")
        set_up.step("Worker")
    assert [line.split("s  ")[1] for line in out.getvalue().splitlines()] == ["Postgres and Redis", "Worker"]
    assert "\x1b" not in out.getvalue()


def test_on_a_terminal_a_step_is_ticked_off_with_its_seconds(terminal: Console, out: io.StringIO) -> None:
    with terminal.set_up(2) as set_up:
        set_up.step("Postgres and Redis")
        set_up.step("Worker")
        set_up.end()
        terminal.say("ready: here")
    ticked = [line for line in plain(out.getvalue()) if line.startswith(("✓", "ready"))]
    assert [re.sub(r" +\d+\.\d s", "", line) for line in ticked] == ["✓ Postgres and Redis", "✓ Worker", "ready: here"]


def test_the_step_that_fails_is_marked(terminal: Console, out: io.StringIO) -> None:
    def fail() -> None:
        with terminal.set_up(2) as set_up:
            set_up.step("Worker")
            raise OSError("taken")

    with pytest.raises(OSError, match="taken"):
        fail()
    assert any(line.startswith("✗ Worker") for line in plain(out.getvalue()))


def test_colours_are_left_out_where_nobody_wants_them(
    out: io.StringIO, terminal: Console, monkeypatch: pytest.MonkeyPatch
) -> None:
    terminal.warn("careful")
    assert "\x1b[33m" in out.getvalue()
    monkeypatch.setenv("NO_COLOR", "1")
    plain_out = io.StringIO()
    Console(plain_out).warn("careful")
    assert plain_out.getvalue() == "careful\n"


def test_on_a_pipe_every_row_of_a_table_is_one_line(out: io.StringIO, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is missing, a row per purpose; what is set is not in it."""
    monkeypatch.setenv("DISCORD_BOT_TOKEN", "hunter2")
    monkeypatch.setenv("COLUMNS", "40")
    Console(out).table(MISSING_HEADINGS, missing_table())
    heading, *rows = out.getvalue().splitlines()
    assert heading.split()[2:] == ["for", "from", "without"]
    assert [row.split("  ")[0] for row in rows] == [
        "RIOT_API_KEY", "DISCORD_CLIENT_ID, DISCORD_CLIENT_SECRET", "RSO_CLIENT_ID, RSO_CLIENT_SECRET",
    ]  # fmt: skip
    assert "developer.riotgames.com" in rows[0]
    assert "hunter2" not in out.getvalue()


@pytest.mark.parametrize("columns", [60, 100, 140, 200])
def test_no_name_or_address_is_cut_however_narrow_the_terminal(
    columns: int, terminal: Console, out: io.StringIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", str(columns))
    Console(out).table(MISSING_HEADINGS, missing_table())
    lines = plain(out.getvalue())
    assert max(map(len, lines)) <= columns
    for whole in ("DISCORD_CLIENT_ID, DISCORD_CLIENT_SECRET", "discord.com/developers, your application, OAuth2"):
        assert any(whole in line for line in lines)


def test_whoever_stops_reading_ends_nothing() -> None:
    """As `make run | tee log` with tee gone: it is noted once, and the system runs on."""
    reading, writing = os.pipe()
    os.close(reading)
    with os.fdopen(writing, "w") as pipe, capture_logs() as logs:
        console = Console(pipe)
        console.say("ready")
        console.warn("bot ended")
        console.table(("not set",), [("RIOT_API_KEY",)])
    assert [line["event"] for line in logs] == ["output_has_no_reader"]


def test_nor_does_a_disk_that_is_full() -> None:
    with open("/dev/full", "w") as full, capture_logs() as logs:  # noqa: PTH123
        console = Console(full)
        console.say("ready")
        console.say("bot ended")
    assert [line["event"] for line in logs] == ["output_has_no_reader"]
