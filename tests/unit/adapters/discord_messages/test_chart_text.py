"""The chart's description, for those who cannot see it."""

from typing import Any

from src.adapters.discord_messages.chart_text import chart_description
from src.core.domain.analysis import OwnMoment, Part, Taken, TimedTaking
from src.core.domain.objectives import Objective
from tests.fakes.analyses import FIGHT, an_analysis


def described(**changes: Any) -> str:
    """With plain spaces."""
    return chart_description(an_analysis(**changes)).replace("\u00a0", " ")


def test_it_says_how_the_lines_went() -> None:
    assert described() == (
        "Win chance and gold difference over time. At 31:12 your team was 6,900 gold ahead. "
        "Win chance between 36 % at 21:00 and 95 % at 31:00."
    )
    without = an_analysis(win=(), turns=(), gold=an_analysis().gold[:11])
    assert chart_description(without) == "Gold difference over time. At 10:00 your team was 800 gold behind."
    assert chart_description(an_analysis(gold=(), win=(), turns=())) == "Gold difference over time."


def test_the_line_of_the_chance_goes_through_turns() -> None:
    swung = FIGHT.model_copy(update={"before": 0.02, "after": 0.97})
    assert "between 2 % at 24:12 and 97 % at 24:27" in described(turns=(swung,))


def test_it_says_what_the_marks_show() -> None:
    took = ((Objective.DRAGON, True), (Objective.TOWER, True), (Objective.DRAGON, True), (Objective.BARON, False))
    marked = an_analysis(
        takings=tuple(
            TimedTaking(time_s=60.0 * n, taken=Taken(objective=objective, is_own=is_own, is_soul=False))
            for n, (objective, is_own) in enumerate(took)
        ),
        own_moments=tuple(OwnMoment(time_s=60.0, part=part) for part in (*Part, Part.HELPED)),
    )
    assert chart_description(marked).endswith(
        "Marks: your team took a tower and 2 dragons; the enemy took Baron; you had 1 kill, 2 assists and 1 death."
    )
