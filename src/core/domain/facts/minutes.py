"""Where the players of a match stood at the minute marks."""

from collections.abc import Sequence

from src.core.domain.facts.model import MINUTES, MinuteMark
from src.core.domain.match import Match, Participant
from src.core.domain.timeline import ParticipantSeries, Timeline


def minute_marks(match: Match, timeline: Timeline | None) -> dict[int, dict[str, MinuteMark]]:
    """Every participant's mark at each of `MINUTES`, by participant id and minute (see `MinuteMark`)."""
    if timeline is None:
        return {p.participant_id: {str(minute): MinuteMark() for minute in MINUTES} for p in match.participants}
    frames = {minute: timeline.frame_at(minute) for minute in MINUTES}
    series = timeline.series
    return {
        p.participant_id: {
            str(minute): _mark(series.get(p.participant_id), _opponents(match, p, series), frame, timeline.frame_times)
            for minute, frame in frames.items()
        }
        for p in match.participants
    }


def _opponents(
    match: Match, participant: Participant, series: dict[int, ParticipantSeries]
) -> ParticipantSeries | None:
    opponent = match.lane_opponent(participant)
    return series.get(opponent.participant_id) if opponent else None


def _mark(
    mine: ParticipantSeries | None, theirs: ParticipantSeries | None, frame: int | None, frame_times: Sequence[float]
) -> MinuteMark:
    if mine is None or frame is None:
        return MinuteMark()
    return MinuteMark(
        frame_s=frame_times[frame],
        gold=mine.total_gold[frame],
        xp=mine.xp[frame],
        cs=mine.cs(frame),
        jungle_cs=mine.jungle_monsters[frame],
        level=mine.level[frame],
        gold_diff=mine.total_gold[frame] - theirs.total_gold[frame] if theirs else None,
        xp_diff=mine.xp[frame] - theirs.xp[frame] if theirs else None,
        cs_diff=mine.cs(frame) - theirs.cs(frame) if theirs else None,
    )
