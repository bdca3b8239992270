import pytest

from src.adapters.discord_messages.progress_text import progress_text
from src.core.domain.job import Progress


@pytest.mark.parametrize(
    ("progress", "text"),
    [
        (Progress(step="timeline", done=3, total=5), "▰▰▰▰▰▰▱▱▱▱ timeline 3 of 5 ..."),
        (Progress(step="matches", done=1234, total=2000), "▰▰▰▰▰▰▱▱▱▱ matches 1,234 of 2,000 ..."),
        (Progress(step="analysing", done=0, total=4), "▱▱▱▱▱▱▱▱▱▱ analysis 0 of 4 ..."),
        (Progress(step="drawing", done=9, total=5), "▰▰▰▰▰▰▰▰▰▰ chart 5 of 5 ..."),
        (Progress(step="finding"), "finding the match ..."),
        (Progress(step="some_new_step", done=1, total=0), r"some\_new\_step ..."),
        (Progress(step="match", done=-3, total=5), "▱▱▱▱▱▱▱▱▱▱ match 0 of 5 ..."),
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
