"""Numbers and lists as people read them."""

from collections.abc import Sequence
from math import isfinite

NO_BREAK = "\u00a0"
_MINUS = "\u2212"
_MINUTE, _HOUR, _DAY = 60, 3600, 86_400
_LEAST_THOUSANDTHS = 50  # gold; less is 0.0 thousands
_EVEN = 0.5
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


def signed_thousands(gold: float) -> str:
    """Gold with its sign, in thousands.

    >>> signed_thousands(8205), signed_thousands(-13_326), signed_thousands(40)
    ('+8.2k', '\u221213.3k', '0')
    """
    return f"{signed(round(gold / 1000, 1))}k" if abs(gold) >= _LEAST_THOUSANDTHS else "0"


def kda(kills: int, deaths: int, assists: int) -> str:
    """Kills, deaths and assists, as every scoreboard has them."""
    return f"{kills}/{deaths}/{assists}"


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


def percent(share: float) -> str:
    """A probability or share in whole percent, never wrapped; nothing that is still open is called sure.

    >>> [percent(share).replace(NO_BREAK, "_") for share in (0.337, 0.998, 1.0, 0.001)]
    ['34_%', '>99_%', '100_%', '<1_%']
    """
    whole = round(100 * share)
    if whole == 0 < share:
        return _in_percent("<1")
    if whole == 100 and share < 1:  # noqa: PLR2004
        return _in_percent(">99")
    return _in_percent(whole)


def win_percent(chance: float) -> str:
    """A win chance as `percent` has it, but what is not even is not called even.

    >>> [win_percent(chance).replace(NO_BREAK, "_") for chance in (0.503, 0.4999, 0.5)]
    ['51_%', '49_%', '50_%']
    """
    if round(100 * chance) == round(100 * _EVEN) and chance != _EVEN:
        return _in_percent(51 if chance > _EVEN else 49)
    return percent(chance)


def _in_percent(number: int | str) -> str:
    return f"{number}{NO_BREAK}%"


def ordinal(number: int) -> str:
    """A place.

    >>> ordinal(1), ordinal(12), ordinal(23)
    ('1st', '12th', '23rd')
    """
    suffix = "th" if number % 100 in _TEENS else _ORDINALS.get(number % 10, "th")
    return f"{number}{suffix}"


def ago(seconds: float) -> str:
    """How long ago something was, in one unit.

    >>> ago(20), ago(59 * 60), ago(7_300), ago(50 * 3600), ago(400 * 86_400)
    ('just now', '59 min ago', '2 h ago', '2 days ago', '1 year ago')
    """
    for unit, name in ((365 * _DAY, "year"), (30 * _DAY, "month"), (_DAY, "day")):
        if seconds >= unit:
            return f"{counted(int(seconds // unit), name)} ago"
    if seconds >= _HOUR:
        return f"{int(seconds // _HOUR)} h ago"
    return f"{int(seconds // _MINUTE)} min ago" if seconds >= _MINUTE else "just now"


def about(seconds: float | None) -> str | None:
    """A duration that is only estimated, as people say it; None where there is nothing worth saying.

    >>> about(41.7), about(170), about(4_790), about(0.4)
    ('about 40 s', 'about 3 min', 'about 1 h 20 min', None)
    """
    if seconds is None or not isfinite(seconds) or seconds < 1:
        return None
    if seconds < 1.5 * _MINUTE:
        # An estimate that ticks second by second would pretend to know.
        return f"about {round(seconds) if seconds < 10 else 5 * round(seconds / 5)} s"  # noqa: PLR2004
    minutes = round(seconds / _MINUTE)
    if minutes < _HOUR // _MINUTE:
        return f"about {minutes} min"
    if seconds < _DAY:
        hours, rest = divmod(5 * round(minutes / 5), 60)
        return f"about {hours} h {rest} min" if rest else f"about {hours} h"
    return f"about {counted(round(seconds / _DAY), 'day')}"
