"""Numbers and lists as people read them."""

from collections.abc import Sequence

_MINUS = "\u2212"
_ORDINALS = {1: "st", 2: "nd", 3: "rd"}
_TEENS = range(11, 14)


def game_clock(seconds: float) -> str:
    """Time since the game's start, as the game shows it.

    >>> game_clock(754.9)
    '12:34'
    """
    whole = int(seconds)
    return f"{whole // 60}:{whole % 60:02}"


def signed(number: float) -> str:
    """With its sign (a real minus) and thousands; 0 has no sign."""
    return f"{number:+,}".replace("-", _MINUS) if number else "0"


def counted(number: float, noun: str, plural: str | None = None) -> str:
    """A number with its noun.

    >>> counted(1, "kill"), counted(2, "kill"), counted(2, "epic", "epics")
    ('1 kill', '2 kills', '2 epics')
    """
    return f"{number:,} {noun if number == 1 else plural or noun + 's'}"


def listed(parts: Sequence[str]) -> str:
    """Parts as one enumeration.

    >>> listed(["a"]), listed(["a", "b", "c"])
    ('a', 'a, b and c')
    """
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}" if parts else ""


def ordinal(number: int) -> str:
    """A place.

    >>> ordinal(1), ordinal(12), ordinal(23)
    ('1st', '12th', '23rd')
    """
    suffix = "th" if number % 100 in _TEENS else _ORDINALS.get(number % 10, "th")
    return f"{number}{suffix}"
