"""The frames of a match-v5 timeline document: which of them count, and who is in them."""

from collections.abc import Iterable

from src.core.domain.document_reader import Node
from src.core.errors import MalformedDocument

_ID_DIGITS = 4

Frame = dict[int, Node]
"""The `participantFrames` of one frame, by participant id."""


def read_frames(frames: Iterable[Node]) -> tuple[tuple[float, ...], list[Frame]]:
    """The frames' times in seconds, strictly rising, and their participants; all of them have the same ones.

    Frames that do not carry every participant of the first are skipped.

    Raises:
        MalformedDocument: a frame is unreadable or goes back in time.
    """
    times: list[float] = []
    rows: list[Frame] = []
    for frame in frames:
        if "participantFrames" not in frame:
            continue
        row = _row(frame.child("participantFrames"))
        if not row or (rows and row.keys() != rows[0].keys()):
            continue
        time_s = frame.number("timestamp") / 1000
        if times and time_s < times[-1]:
            raise MalformedDocument(f"{frame.path}.timestamp goes back in time.")
        if times and time_s == times[-1]:  # the game ended on a full minute: the later frame is the final one
            rows[-1] = row
            continue
        times.append(time_s)
        rows.append(row)
    return tuple(times), rows


def _row(participant_frames: Node) -> Frame:
    row: Frame = {}
    for key, node in participant_frames.items():
        if not (key.isascii() and key.isdigit() and len(key) <= _ID_DIGITS):
            raise MalformedDocument(f"{participant_frames.path} has a key that is no participant id.")
        row[int(key)] = node
    return row
