"""Where marks lie in a row so that none covers another: near ones of a kind become one, the rest move aside."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import combinations, pairwise
from typing import Final

from src.adapters.charts.signs import Sign

MOST_ASIDE_PX: Final = 40.0  # 1 to 2 minutes of most games: further aside a mark would tell of another time
_TOUCHING_PX: Final = 0.01

Room = tuple[float, float]
"""Its left and right edge, in pixels."""


@dataclass(frozen=True, slots=True)
class Mark:
    """A sign for `count` of its kind, around `x` pixels from the left edge of the picture."""

    sign: Sign
    x: float
    count: int = 1

    @property
    def width(self) -> float:
        """Pixels, with the gap to the next mark."""
        return self.sign.width_px(self.count)

    def with_(self, other: "Mark") -> "Mark":
        """Both as one, in the middle of all of them."""
        count = self.count + other.count
        return Mark(self.sign, (self.x * self.count + other.x * other.count) / count, count)


def arranged(marks: Sequence[Mark], room: Room) -> list[Mark]:
    """The marks of one row, from left to right.

    Those of a minor sign that would cover each other become one, with their number. The others move aside. Where one
    had to move by more than `MOST_ASIDE_PX`, near ones of a kind become one around there; where there is no room for
    all, any of a kind do, so that none covers another unless one of each is too many.
    """
    bundles = bundled(marks)
    while True:
        placed = spread(bundles, room)
        pair = _to_join(bundles, placed, room)
        if pair is None:
            return placed
        first, second = pair
        joined = bundles[first].with_(bundles[second])
        rest = [mark for index, mark in enumerate(bundles) if index not in pair]
        bundles = sorted([*rest, joined], key=lambda mark: mark.x)


def bundled(marks: Sequence[Mark]) -> list[Mark]:
    """Marks of a minor sign as one where all lie within its width of the first of them; from left to right."""
    groups: list[list[Mark]] = []
    latest: dict[Sign, list[Mark]] = {}
    for mark in sorted(marks, key=lambda mark: mark.x):
        group = latest.get(mark.sign)
        if mark.sign.is_minor and group and mark.x - group[0].x < mark.width:
            group.append(mark)
        else:
            latest[mark.sign] = [mark]
            groups.append(latest[mark.sign])
    return sorted((_as_one(group) for group in groups), key=lambda mark: mark.x)


def _as_one(group: Sequence[Mark]) -> Mark:
    whole = group[0]
    for mark in group[1:]:
        whole = whole.with_(mark)
    return whole


def spread(marks: Sequence[Mark], room: Room) -> list[Mark]:
    """The marks, from left to right as given, each moved as little as possible for none to cover another.

    "As little" in least squares. Less the widths to the left of each, their places are an isotonic regression, bounded
    by the room: neighbours out of order are pooled at their mean (https://en.wikipedia.org/wiki/Isotonic_regression).
    """
    if not marks:
        return []
    offsets = [0.0]
    for left, right in pairwise(marks):
        offsets.append(offsets[-1] + (left.width + right.width) / 2)
    lowest = room[0] + marks[0].width / 2
    highest = max(room[1] - marks[-1].width / 2 - offsets[-1], lowest)
    places = _in_order([mark.x - offset for mark, offset in zip(marks, offsets, strict=True)])
    return [
        replace(mark, x=min(max(place, lowest), highest) + offset)
        for mark, place, offset in zip(marks, places, offsets, strict=True)
    ]


def _in_order(values: Sequence[float]) -> list[float]:
    """The nearest values that never fall, by pooling adjacent violators."""
    pools: list[tuple[float, int]] = []  # mean and size
    for value in values:
        mean, size = value, 1
        while pools and pools[-1][0] > mean:
            before, many = pools.pop()
            mean, size = (before * many + mean * size) / (many + size), many + size
        pools.append((mean, size))
    return [mean for mean, size in pools for _ in range(size)]


def _to_join(wanted: Sequence[Mark], placed: Sequence[Mark], room: Room) -> tuple[int, int] | None:
    """The two of a kind to be joined, minor ones first, beside a mark that moved too far; None if none has to be."""
    moved = [abs(there.x - here.x) for here, there in zip(wanted, placed, strict=True)]
    is_full = bool(placed) and placed[-1].x + placed[-1].width / 2 > room[1] + _TOUCHING_PX
    far = [index for index, by in enumerate(moved) if by > MOST_ASIDE_PX or is_full]
    for worst in sorted(far, key=lambda index: -moved[index]):
        pairs = [
            (wanted[second].x - wanted[first].x, first, second)
            for first, second in combinations(_run_around(placed, worst), 2)
            if wanted[first].sign == wanted[second].sign
        ]
        near = [pair for pair in pairs if pair[0] <= 2 * MOST_ASIDE_PX or is_full]
        if near:
            _apart, first, second = min(near, key=lambda pair: (not wanted[pair[1]].sign.is_minor, pair))
            return first, second
    return None


def _run_around(placed: Sequence[Mark], index: int) -> range:
    """The marks that touch each other, from one to the next, around one of them."""
    first = last = index
    while first > 0 and _touch(placed[first - 1], placed[first]):
        first -= 1
    while last < len(placed) - 1 and _touch(placed[last], placed[last + 1]):
        last += 1
    return range(first, last + 1)


def _touch(left: Mark, right: Mark) -> bool:
    return right.x - left.x < (left.width + right.width) / 2 + _TOUCHING_PX
