"""What kills and objectives pay, found again in games where it is known."""

import pytest

from src.core.domain.match_document import read_match
from tests.unit.core.domain.documents import Story
from tools.payments import earned, measured


def paying(seed: int) -> Story:
    """A game in which time pays a team 1,500 a minute, blue's Barons 1,500 and its outer towers 540 beside it."""
    story = Story(minutes=12)
    for minute in range(3, 12):
        if (minute + seed) % 3 == 0:
            story.monster(60 * minute - 30, "BARON_NASHOR", 1).gain(1, minute, gold=1500)
        if (minute * seed) % 4 == 1:
            story.building(60 * minute - 20, lost_by=200).gain(2, minute, gold=540)
    return story


def test_what_was_paid_is_found() -> None:
    stories = [paying(seed) for seed in (1, 2, 3, 5)]
    rows = [row for story in stories for row in earned(read_match(story.match()), story.timeline())]
    found = measured(rows)
    assert found["baron"][0] == pytest.approx(1500, abs=1)
    assert found["OUTER_TURRET"][0] == pytest.approx(540, abs=1)


def test_what_the_other_team_took_pays_nothing() -> None:
    story = paying(1)
    _blue, red = (
        [row for row, _gold in list(earned(read_match(story.match()), story.timeline()))[start : start + 10]]
        for start in (0, 10)
    )
    assert not any(row["baron"] or row["OUTER_TURRET"] for row in red)


def test_without_games_nothing_is_measured() -> None:
    assert measured([]) == {}
