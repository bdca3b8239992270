"""A story in words. Which lines it has is in tests/unit/core/domain/test_story.py."""

from typing import Any

import pytest

from src.adapters.discord_messages.story_text import story_heading, story_lines
from src.core.domain.analysis import OwnMoment, Part, Taken, TimedKill, TimedTaking
from src.core.domain.match import Outcome
from src.core.domain.objectives import Objective
from src.core.domain.story import story_of
from tests.fakes.analyses import BARON, FIGHT, FOR_GOOD, PACE, SWING, an_analysis, chances, gold

GOLD = {"win": (), "turns": ()}
GOLD_SWING = SWING.model_copy(
    update={"values": {key: value for key, value in SWING.values.items() if not key.endswith("chance")}}
)
"""Where there is no model."""


def told(**changes: Any) -> tuple[str, list[str]]:
    """The heading and the lines, with ordinary spaces."""
    analysis = an_analysis(**{"observations": ()} | changes)
    story = story_of(analysis)
    return story_heading(story), [line.replace("\u00a0", " ") for line in story_lines(story, analysis)]


@pytest.mark.parametrize(
    ("changes", "lead"),
    [
        (
            {"turns": (FOR_GOOD,)},
            (
                "**Turned for good at 24:12.** Your team won a fight 4 for 1 at the dragon pit: "
                "win chance 48 % \u2192 71 %."
            ),
        ),
        (
            {"turns": (), "win": chances(0.4, 0.6, 0.7, 0.8, 1), "gold": gold(100, 2100)},
            "**Ahead for good from 28:00:** win chance 55 % or more from then on, 2,100 gold ahead at the end.",
        ),
        (
            {"turns": (), "outcome": Outcome.LOSS, "win": chances(0.5, *[0.4] * 30, 0), "gold": gold(5, -100)},
            "**Behind for good from 5:00:** win chance 45 % or less from then on, 100 gold behind at the end.",
        ),
        (
            {"turns": (), "outcome": Outcome.LOSS, "win": chances(0.5, *[0.4] * 30, 0), "gold": gold(5, 100)},
            "**Behind for good from 5:00:** win chance 45 % or less from then on.",
        ),
        (
            {"turns": (), "outcome": Outcome.LOSS, "win": chances(0.4, 0.62, 0.4, 0)},
            "**Open until the end:** at 29:00 your team's win chance was 62 %.",
        ),
        (
            {**GOLD, "gold": gold(-1, 999, 1005, 1500, 1234)},
            "**Ahead for good from 29:00:** by 1,000 gold or more from then on, by 1,234 at the end.",
        ),
        (
            {**GOLD, "outcome": Outcome.LOSS, "gold": gold(1, -1005, -1005, -1234)},
            "**Behind for good from 29:00:** by 1,000 gold or more from then on, by 1,234 at the end.",
        ),
        (
            {**GOLD, "observations": (GOLD_SWING,), "gold": gold(*[-500] * 22, 5, *[2900] * 9)},
            (
                "**Turned for good at 21:00\u201324:00.** Gold difference \u22121.2k \u2192 +2.1k, kills 5\u20131 "
                "(you: 2 kills and 1 assist); your team took Atakhan and 2 towers."
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


def test_a_swing_of_gold_has_the_chances_of_its_ends() -> None:
    _, lines = told(turns=(), observations=(PACE, SWING))
    assert lines[-1].endswith("took Atakhan and 2 towers: 36 % \u2192 48 %.")


def test_what_came_after_a_game_was_open_is_told() -> None:
    took = [
        TimedTaking(time_s=time_s, taken=Taken(objective=objective, is_own=is_own, is_soul=False))
        for time_s, objective, is_own in (
            (1740.0, Objective.DRAGON, True), (1741.0, Objective.TOWER, True), (1750.0, Objective.BARON, False),
        )
    ]  # fmt: skip
    kills = [TimedKill(time_s=1739.0 + n, is_own=n > 2) for n in range(4)]
    moments = [OwnMoment(time_s=time_s, part=Part.DIED) for time_s in (1700.0, 1741.0)]
    changes = {"all_kills": kills, "takings": took, "own_moments": moments, "win": chances(0.4, 0.62, 0.4, 0)}
    _, lines = told(turns=(), outcome=Outcome.LOSS, **changes)
    assert lines[0] == (
        "**Open until the end:** at 29:00 your team's win chance was 62 %. "
        "After that kills 1\u20131 (you: 1 death); your team took a tower; the enemy took Baron."
    )


@pytest.mark.parametrize(
    ("changes", "lead"),
    [
        ({"kills": 0, "taken": BARON.taken}, "Your team lost a player at the dragon pit but took Baron: "),
        (
            {"kills": 2, "deaths": 1, "is_fight": True},
            "Your team won a fight 2 for 1 at the dragon pit (you: 1 death): ",
        ),
    ],
)
def test_what_decided_a_match_is_not_put_down_to_one_death_of_the_readers(changes: dict[str, Any], lead: str) -> None:
    """The answer is public."""
    death = FOR_GOOD.model_copy(update={"is_fight": False, "deaths": 1, "parts": (Part.DIED,)} | changes)
    _, lines = told(turns=(death,))
    assert lines[0].startswith(f"**Turned for good at 24:12.** {lead}")


def test_a_chance_that_is_not_even_is_not_called_even() -> None:
    close = FOR_GOOD.model_copy(update={"before": 0.4978, "after": 0.5512})
    _, lines = told(turns=(close,))
    assert lines[0].endswith("49 % \u2192 55 %.")
