"""What a person sees in the terminal: steps with a bar while something starts, lines afterwards."""

import os
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TextIO

import structlog
from rich.console import Console as RichConsole
from rich.console import RenderableType
from rich.padding import Padding
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.table import Table
from rich.text import Text

_log = structlog.get_logger(__name__)

_ROOM = 24  # what a column that wraps needs at least
_SECONDS_AT = 44  # the column in which steps tell their seconds


class _Lasting(RichConsole):
    """Falls silent once it cannot write, for what runs behind it is to go on."""

    def on_broken_pipe(self) -> None:
        """Note it in the log, once; what is buffered goes nowhere."""
        if self.quiet:
            return
        self.quiet = True
        with suppress(OSError, ValueError), Path(os.devnull).open("w") as nowhere:
            os.dup2(nowhere.fileno(), self.file.fileno())
        _log.warning("output_has_no_reader")


class Console:
    """Writes to `file` (standard output): coloured and moving on a terminal, plain lines elsewhere.

    Once nobody reads it any more it writes nothing. Colours are left out where NO_COLOR is set. What is written is
    never read as markup.
    """

    def __init__(self, file: TextIO | None = None) -> None:
        self._rich = _Lasting(file=file or sys.stdout, highlight=False, soft_wrap=True, emoji=False, markup=False)

    @property
    def is_terminal(self) -> bool:
        """Whether somebody looks at it, not a pipe or a file."""
        return self._rich.is_terminal

    def say(self, line: str | Text, style: str = "") -> None:
        """Write a line; a bar stays below it."""
        self._write(line, style)

    def warn(self, line: str) -> None:
        """Write a line that asks for attention."""
        self.say(line, "yellow")

    def indented(self, line: str, columns: int, style: str = "") -> None:
        """Write a line so far from the left, and all of it where it has to wrap."""
        self._write(Padding(Text(line, style), (0, 0, 0, columns)), soft_wrap=False)

    def table(self, headings: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> None:
        """Write a small table. On a terminal only the last column wraps; where it has no room a row is a block."""
        widths = [max(map(len, column)) for column in zip(headings, *rows, strict=True)]
        if not self.is_terminal:
            for row in (headings, *rows):
                cells = zip(row, widths, strict=True)
                self.say("  ".join(cell.ljust(width) for cell, width in cells).rstrip())
        elif sum(width + 2 for width in widths[:-1]) + min(widths[-1], _ROOM) > self._rich.width:
            self._blocks(headings, rows)
        else:
            table = Table(box=None, header_style="dim", pad_edge=False, padding=(0, 2, 0, 0))
            for heading in headings:
                table.add_column(heading, no_wrap=heading != headings[-1])
            for row in rows:
                table.add_row(*(Text(cell) for cell in row))
            self._write(table, soft_wrap=False)

    def _blocks(self, headings: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> None:
        width = max(map(len, headings))
        for subject, *cells in rows:
            self.say(f"{headings[0]}: {subject}")
            for heading, cell in zip(headings[1:], cells, strict=True):
                self.indented(f"{heading.ljust(width)}  {cell}", 2)

    def _write(self, what: RenderableType, style: str = "", *, soft_wrap: bool | None = None) -> None:
        try:
            self._rich.print(what, style=style or None, soft_wrap=soft_wrap)
        except OSError:
            self._rich.on_broken_pipe()

    @contextmanager
    def set_up(self, steps: int) -> Iterator["SetUp"]:
        """Show a bar of so many steps until it is ended, at the latest with the block."""
        columns = (
            SpinnerColumn(),
            TextColumn("{task.description}"),
            BarColumn(bar_width=24),
            TextColumn("{task.completed:.0f}/{task.total:.0f}"),
            TimeElapsedColumn(),
        )
        with Progress(*columns, console=self._rich, transient=True, disable=not self.is_terminal) as bar:
            shown = SetUp(self, bar, steps)
            try:
                yield shown
            except Exception:
                shown.end(is_done=False)
                raise
            shown.end()


class SetUp:
    """The steps of a start, one after the other; each may wait for what has long begun."""

    def __init__(self, console: Console, bar: Progress, steps: int) -> None:
        self._console = console
        self._bar = bar
        self._task = bar.add_task("", total=steps)
        self._began = time.monotonic()
        self._step: tuple[str, float] | None = None

    def step(self, name: str) -> None:
        """Begin a step; the one before is done. On a terminal each is told once it is over, elsewhere as it begins."""
        self._close(is_done=True)
        now = time.monotonic()
        self._step = name, now
        self._bar.update(self._task, description=name)
        if not self._console.is_terminal:
            self._console.say(f"{now - self._began:5.1f} s  {name}")

    def end(self, *, is_done: bool = True) -> None:
        """Take the bar away, for lines that come after it; the last step is done, or has failed."""
        self._close(is_done=is_done)
        self._bar.stop()

    def _close(self, *, is_done: bool) -> None:
        if self._step is None:
            return
        (name, began), self._step = self._step, None
        self._bar.update(self._task, advance=1, description="")
        if self._console.is_terminal:
            mark = ("✓", "green") if is_done else ("✗", "red")
            seconds = (f"{time.monotonic() - began:5.1f} s", "dim")
            self._console.say(Text.assemble(mark, f" {name}".ljust(_SECONDS_AT), seconds))
