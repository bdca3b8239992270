"""What decided a match."""

from typing import Any

import pytest

from src.core.domain.analysis import MatchAnalysis
from src.core.domain.lead import Lead, LeadKind, Measure, lead_of
from src.core.domain.match import Outcome
from tests.fakes.analyses import BARON, FIGHT, FOR_GOOD, SWING, an_analysis, chances, gold


def told(**changes: Any) -> MatchAnalysis:
    """A match in which nothing happened but these."""
    return an_analysis(**{"observations": (), "turns": (), "marks": ()} | changes)


def test_the_turn_for_good_decided_it() -> None:
    assert lead_of(told(turns=(FOR_GOOD, BARON))) == Lead(LeadKind.TURNED, Measure.CHANCE, FIGHT.time_s, FOR_GOOD)


@pytest.mark.parametrize(
    ("outcome", "own", "since_minute"),
    [
        (Outcome.WIN, (0.4, 0.6, 0.54, 0.55, 0.6, 0.7, 1), 28),
        (Outcome.LOSS, (0.6, 0.4, 0.46, 0.45, 0.3, 0.2, 0), 28),
        (Outcome.WIN, (*[0.511] * 4, *[0.549] * 4, *[0.7] * 23, 1), 8),
    ],
)
def test_without_a_turn_for_good_the_winner_was_ahead_since_the_chance_was_no_longer_about_even(
    outcome: Outcome, own: tuple[float, ...], since_minute: int
) -> None:
    """Blue begins with 51 %, and leads nothing with it."""
    assert lead_of(told(outcome=outcome, win=chances(*own))) == Lead(LeadKind.KEPT, Measure.CHANCE, 60.0 * since_minute)


def test_no_lead_is_dated_before_the_model_was_measured() -> None:
    lead = lead_of(told(win=chances(0.511, *[0.7] * 30, 1)))
    assert lead == Lead(LeadKind.KEPT, Measure.CHANCE, 300.0)


def test_the_ends_of_turns_count_as_the_minutes_do() -> None:
    """No lead may say that a team was ahead while another line names a chance at which it was not."""
    own = (0.4, *[0.6] * 30, 1)
    lead = lead_of(told(win=chances(*own), turns=(FIGHT,)))
    assert lead == Lead(LeadKind.KEPT, Measure.CHANCE, FIGHT.until_s)


@pytest.mark.parametrize(
    ("outcome", "own", "minute", "chance"),
    [
        (Outcome.LOSS, (0.3, 0.4, 0.6, 0.4, 0), 29, 0.6),
        (Outcome.LOSS, (0.3, 0.4, 0.46, 0.4, 0), 29, 0.46),
        (Outcome.WIN, (0.7, 0.7, 0.7, 0.54, 1), 30, 0.54),
    ],
)
def test_a_game_that_was_open_until_its_last_two_minutes_is_said_to_have_been(
    outcome: Outcome, own: tuple[float, ...], minute: int, chance: float
) -> None:
    lead = lead_of(told(outcome=outcome, win=chances(*own)))
    assert lead is not None
    assert (lead.kind, lead.since_s) == (LeadKind.LATE, 60.0 * minute)
    assert lead.chance == pytest.approx(chance)


@pytest.mark.parametrize(
    ("outcome", "team", "lead"),
    [
        (Outcome.WIN, (-10, 999, 1000, 1500, 4000), Lead(LeadKind.KEPT, Measure.GOLD, 29 * 60.0)),
        (Outcome.LOSS, (10, -999, -1000, -1500, -4000), Lead(LeadKind.KEPT, Measure.GOLD, 29 * 60.0)),
        (Outcome.WIN, (1000, 900, 1000, 1000), None),
        (Outcome.WIN, (2000, 2000, 2000, 900), None),
        (Outcome.WIN, (), None),
    ],
)
def test_without_a_model_gold_is_the_measure_and_a_little_of_it_is_no_lead(
    outcome: Outcome, team: tuple[int, ...], lead: Lead | None
) -> None:
    assert lead_of(told(outcome=outcome, win=(), gold=gold(*team))) == lead


BEHIND = (*([-500] * 21), -1204, -800, 300)


@pytest.mark.parametrize(
    ("course", "swing", "turned"),
    [
        ((*BEHIND, 2108, *[3000] * 7), {}, True),
        ((*BEHIND, 2108, 3000, 3000, -1, *[3000] * 4), {}, False),
        ((*[500] * 24, 2108, *[3000] * 7), {"from_gold": 500}, False),
        ((*BEHIND, *[900] * 8), {"to_gold": 900, "swing": 2104}, True),
        ((*[-50] * 24, 900, *[1200] * 7), {"from_gold": -50, "to_gold": 900, "swing": 950}, False),
        ((0, 900, 1500, *[2500] * 29), {"from_s": 0, "to_s": 180, "from_gold": 0, "to_gold": 2500}, False),
    ],
    ids=["for good", "lost again", "was ahead before", "ahead by little", "a small swing", "from the start"],
)
def test_a_swing_that_took_the_winner_from_behind_to_ahead_for_good_decided_it(
    course: tuple[int, ...], swing: dict[str, int], *, turned: bool
) -> None:
    seen = SWING.model_copy(update={"values": SWING.values | swing})
    lead = lead_of(told(win=(), gold=gold(*course), observations=(seen,)))
    assert lead is not None
    assert (lead.kind, lead.line) == ((LeadKind.TURNED, seen) if turned else (LeadKind.KEPT, None))


@pytest.mark.parametrize("outcome", [Outcome.REMAKE, Outcome.ABORTED])
def test_nothing_decided_a_match_without_a_winner(outcome: Outcome) -> None:
    assert lead_of(told(outcome=outcome, turns=(FOR_GOOD,))) is None


def test_nobody_knows_what_decided_a_match_whose_timeline_stops_early() -> None:
    assert lead_of(told(timeline_stops_s=1500.0, turns=(FOR_GOOD,))) is None
