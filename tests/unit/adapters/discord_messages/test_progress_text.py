import pytest

from src.adapters.discord_messages.progress_text import progress_text
from src.core.domain.job import Progress


@pytest.mark.parametrize(
    ("progress", "text"),
    [
        (Progress(step="timeline", done=3, total=5), "▰▰▱▱▱ Getting its timeline from Riot ..."),
        (Progress(step="matches", done=1234, total=2000), "▰▰▰▰▰▰▱▱▱▱ matches 1,234 of 2,000 ..."),
        (Progress(step="analysing", done=0, total=4), "▱▱▱▱ Working out what decided it ..."),
        (Progress(step="drawing", done=5, total=5), "▰▰▰▰▱ Drawing the picture ..."),
        (Progress(step="drawing", done=9, total=5), "▰▰▰▰▱ Drawing the picture ..."),
        (Progress(step="finding"), "Finding the match ..."),
        (Progress(step="finding", done=1, total=2000), "Finding the match ..."),
        (Progress(step="fetching_summoner"), "finding the player ..."),
        (Progress(step="processing_matches", done=1, total=4), "▰▰▱▱▱▱▱▱▱▱ matches 1 of 4 ..."),
        (Progress(step="**all**"), r"\*\*all\*\* ..."),
        (Progress(step="some_new_step", done=1, total=0), "some new step ..."),
        (Progress(step="match", done=-3, total=5), "▱▱▱▱▱ Getting the match from Riot ..."),
        (Progress(step="matches", done=-3, total=5), "▱▱▱▱▱▱▱▱▱▱ matches 0 of 5 ..."),
        (Progress(step="retrying", extra={"seconds": 30}), "Riot or a server is busy. Trying again in 30 seconds ..."),
        (Progress(step="retrying", extra={"seconds": 0.2}), "Riot or a server is busy. Trying again in 1 second ..."),
        (
            Progress(step="retrying", extra={"seconds": float("nan")}),
            "Riot or a server is busy. Trying again in a moment ...",
        ),
        (Progress(step="retrying"), "Riot or a server is busy. Trying again in a moment ..."),
        (Progress(step="retrying", extra={"seconds": "x"}), "Riot or a server is busy. Trying again in a moment ..."),
    ],
)
def test_progress_is_one_line(progress: Progress, text: str) -> None:
    assert progress_text(progress) == text


@pytest.mark.parametrize(
    ("seconds_left", "text"),
    [
        (40.0, "▰▰▰▰▰▰▱▱▱▱ matches 75 of 120, about 40 s left ..."),
        (170.0, "▰▰▰▰▰▰▱▱▱▱ matches 75 of 120, about 3 min left ..."),
        (4800.0, "▰▰▰▰▰▰▱▱▱▱ matches 75 of 120, about 1 h 20 min left ..."),
        (0.0, "▰▰▰▰▰▰▱▱▱▱ matches 75 of 120 ..."),
        (float("inf"), "▰▰▰▰▰▰▱▱▱▱ matches 75 of 120 ..."),
        (None, "▰▰▰▰▰▰▱▱▱▱ matches 75 of 120 ..."),
    ],
)
def test_the_time_left_is_said_where_it_is_known(seconds_left: float | None, text: str) -> None:
    assert progress_text(Progress(step="matches", done=75, total=120), seconds_left=seconds_left) == text


def test_without_a_total_there_is_no_time_left_to_tell() -> None:
    assert progress_text(Progress(step="fetching_match_ids"), seconds_left=40.0) == "listing the matches ..."


def test_which_stage_an_answer_is_at_is_no_measure_of_time() -> None:
    assert "left" not in progress_text(Progress(step="match", done=2, total=5), seconds_left=40.0)


def test_before_anything_is_done_the_estimate_says_what_it_rests_on() -> None:
    begun = Progress(step="matches", total=120, extra={"budget_seconds": 41})
    text = progress_text(begun, seconds_left=41.0)
    assert text == "▱▱▱▱▱▱▱▱▱▱ matches 0 of 120, about 40 s left at this key's budget ..."
    under_way = begun.model_copy(update={"done": 60})
    assert progress_text(under_way, seconds_left=20.0) == "▰▰▰▰▰▱▱▱▱▱ matches 60 of 120, about 20 s left ..."
