"""A story in words. Which lines it has is in tests/unit/core/domain/test_story.py."""

from typing import Any

import pytest

from src.adapters.discord_messages.story_text import story_heading, story_lines
from src.core.domain.analysis import GoldPoint, WinChance
from src.core.domain.match import Outcome
from src.core.domain.story import story_of
from tests.fakes.analyses import BARON, FIGHT, PACE, SWING, an_analysis

GOLD = {"win": (), "turns": ()}


def win(*own: float) -> tuple[WinChance, ...]:
    start = 32 - len(own)
    points = [(60.0 * (start + minute), chance) for minute, chance in enumerate(own)]
    return tuple(WinChance(time_s=time_s, own=own, low=own, high=own) for time_s, own in points)


def gold(*team: int) -> tuple[GoldPoint, ...]:
    start = 32 - len(team)
    return tuple(GoldPoint(time_s=60.0 * (start + minute), team=lead, lane=None) for minute, lead in enumerate(team))


def told(**changes: Any) -> tuple[str, list[str]]:
    """The heading and the lines, with ordinary spaces."""
    analysis = an_analysis(**{"observations": ()} | changes)
    story = story_of(analysis)
    return story_heading(story), [line.replace("\u00a0", " ") for line in story_lines(story, analysis)]


@pytest.mark.parametrize(
    ("changes", "lead"),
    [
        (
            {"turns": (FIGHT.model_copy(update={"for_good": True}),)},
            (
                "**Turned for good at 24:12.** Your team won a fight 4 for 1 at the dragon pit: "
                "win chance 48 % \u2192 71 %."
            ),
        ),
        (
            {"turns": (), "win": win(0.4, 0.6, 0.7, 0.8, 1), "gold": gold(100, 2100)},
            "**Ahead for good from 28:00:** win chance above 50 % at every minute, 2,100 gold ahead at the end.",
        ),
        (
            {"turns": (), "outcome": Outcome.LOSS, "win": win(*[0.49] * 31, 0), "gold": gold(5, -100)},
            "**Behind from start to end:** win chance below 50 % at every minute, 100 gold behind at the end.",
        ),
        (
            {"turns": (), "outcome": Outcome.LOSS, "win": win(*[0.49] * 31, 0), "gold": gold(5, 100)},
            "**Behind from start to end:** win chance below 50 % at every minute.",
        ),
        (
            {"turns": (), "outcome": Outcome.LOSS, "win": win(0.4, 0.62, 0.4, 0)},
            "**Open until the end:** at 29:00 your team's win chance was 62 %.",
        ),
        (
            {**GOLD, "gold": gold(-1, 5, 5, 1234)},
            "**Ahead for good from 29:00:** more gold at every minute, 1,234 ahead at the end.",
        ),
        (
            {**GOLD, "outcome": Outcome.LOSS, "gold": gold(1, -5, -5, -1234)},
            "**Behind for good from 29:00:** less gold at every minute, 1,234 behind at the end.",
        ),
        (
            {**GOLD, "observations": (SWING,), "gold": gold(*[-500] * 22, 5, *[900] * 9)},
            (
                "**Turned for good at 21:00\u201324:00.** Gold lead from \u22121,204 to +2,108, kills 5\u20131 "
                "(you: 2 kills and 1 assist); your team took Baron and 2 towers."
            ),
        ),
    ],
)
def test_what_decided_it_comes_first(changes: dict[str, Any], lead: str) -> None:
    heading, lines = told(**changes)
    assert heading == "What decided it"
    assert lines[0] == lead


def test_what_a_chance_is_of_is_said_once() -> None:
    heading, lines = told(outcome=Outcome.ABORTED, turns=(FIGHT, BARON))
    assert heading == "What stood out"
    assert lines == [
        "**24:12** Your team won a fight 4 for 1 at the dragon pit: win chance 48 % \u2192 71 %.",
        "**26:00** Your team took Baron: 73 % \u2192 82 %.",
    ]


def test_a_swing_of_gold_has_the_chances_of_its_ends_but_no_result_among_them() -> None:
    chances = win(*[0.3] * 22, 0.2, 0.5, 0.6, 0.7, *[0.8] * 5, 1)
    _, lines = told(turns=(), win=chances, observations=(PACE, SWING))
    assert lines[-1].endswith("took Baron and 2 towers: 30 % \u2192 60 %.")
    at_the_end = SWING.model_copy(update={"values": dict(SWING.values) | {"to_s": 1860.4}})
    _, lines = told(turns=(), win=chances, observations=(PACE, at_the_end))
    assert lines[-1].endswith("took Baron and 2 towers.")
