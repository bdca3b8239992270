"""Tables in code blocks, where every character is as wide as the next one, or twice as wide."""

import unicodedata
from collections.abc import Sequence
from typing import Final

PHONE_WIDTH: Final = 34
"""So many characters a phone shows in one line of a code block."""

_FENCE: Final = "```"
_ELLIPSIS: Final = "…"
_WIDE: Final = frozenset({"W", "F"})

Row = Sequence[str]


def code_tables(head: Row, parts: Sequence[Sequence[Row]], *, width: int = PHONE_WIDTH) -> list[str]:
    """A code block for each of the `parts`, with `head` and its rows in columns that stand at one place in all of them.

    The first column are names, aligned to the left, that end in an ellipsis where a line would be more than `width`
    wide; the others are numbers, aligned to the right.

    >>> (table,) = code_tables(("", "CS"), [[("Ahri", "196"), ("Mordekaiser", "7")]], width=12)
    >>> print(table.replace("```", "--"))
    --
              CS
    Ahri     196
    Mordeka…   7
    --
    """
    if not parts:
        return []
    cleaned = [[[_clean(cell) for cell in row] for row in (head, *rows)] for rows in parts]
    names, *numbers = zip(*(row for rows in cleaned for row in rows), strict=True)
    widths = [max(map(_width, column)) for column in numbers]
    room = min(max(map(_width, names)), max(width - sum(widths) - len(widths), 0))
    return ["\n".join([_FENCE, *(_line(row, room, widths) for row in rows), _FENCE]) for rows in cleaned]


def _line(row: Row, room: int, widths: Sequence[int]) -> str:
    name = _cut(row[0], room)
    cells = zip(row[1:], widths, strict=True)
    return " ".join(
        [name + " " * (room - _width(name)), *(" " * (width - _width(cell)) + cell for cell, width in cells)]
    )


def _cut(name: str, room: int) -> str:
    """As much of a name as there is room for."""
    if _width(name) <= room:
        return name
    while _width(name) >= max(room, 1):
        name = name[:-1]
    return f"{name.rstrip()}{_ELLIPSIS}"[:room]


def _clean(cell: str) -> str:
    """Nothing that ends the block or its line."""
    return "".join(character for character in cell if character.isprintable() and character != "`")


def _width(cell: str) -> int:
    return sum(2 if unicodedata.east_asian_width(character) in _WIDE else 1 for character in cell)
