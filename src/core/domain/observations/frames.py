"""Spans between the frames of a timeline."""

from collections.abc import Iterator

_FRAMES = 3
_SECONDS = 182.0  # frames come up to a second late


def short_spans(times: tuple[float, ...]) -> Iterator[tuple[int, int]]:
    """Pairs of frames at most three minutes apart, by their indexes: in order of time, short ones first."""
    for start in range(len(times) - 1):
        for end in range(start + 1, min(start + _FRAMES, len(times) - 1) + 1):
            if times[end] - times[start] <= _SECONDS:
                yield start, end
