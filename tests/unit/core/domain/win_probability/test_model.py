from time import perf_counter
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from src.core.domain.win_probability.model import FITTED, predict
from src.core.domain.win_probability.regression import KNOT_MINUTES, TERMS, era, hats
from src.core.domain.win_probability.state import FEATURES, GameStates, Prediction

Numbers = NDArray[np.float64]

HELPING = ("gold", "inhibitors", "souls", "elders", "barons")
MOST = {
    "gold": 20_000, "xp": 20_000, "levels": 20, "lane_cs": 200, "jungle_cs": 120, "kills": 40, "towers": 11,
    "inhibitors": 3, "dragons": 4, "souls": 1, "elders": 2, "heralds": 2, "grubs": 6, "barons": 3,
}  # fmt: skip

times = st.floats(0, 7200)
patches = st.sampled_from(["10.25", "11.3", "12.1", "13.24", "14.20", "15.4", "16.12", "99.1", "", "next"])
golds = st.floats(5_000, 200_000)
leads = st.tuples(*(st.floats(-MOST[name], MOST[name]) for name in FEATURES))
even = (0.0,) * len(FEATURES)


def asked(*rows: tuple[float, ...], time_s: float = 1200.0, total_gold: float = 75_000.0, patch: str = "15.1") -> Any:
    """What the model says of states at one moment."""
    states = np.array(rows, dtype=np.float64)
    count = len(states)
    return predict(GameStates(patch, np.full(count, time_s), np.full(count, total_gold), states))


def with_more(lead: tuple[float, ...], name: str, more: float) -> tuple[float, ...]:
    place = FEATURES.index(name)
    return (*lead[:place], lead[place] + more, *lead[place + 1 :])


def logit(probability: Numbers) -> Numbers:
    return np.log(probability) - np.log1p(-probability)


@given(lead=leads, name=st.sampled_from(FEATURES), part=st.floats(0, 1), time_s=times, total_gold=golds, patch=patches)
def test_more_of_anything_never_hurts(  # noqa: PLR0917 - hypothesis names them
    lead: tuple[float, ...], name: str, part: float, time_s: float, total_gold: float, patch: str
) -> None:
    told = asked(lead, with_more(lead, name, part * MOST[name]), time_s=time_s, total_gold=total_gold, patch=patch)
    assert told.blue[0] <= told.blue[1] + 1e-12


@given(lead=leads, time_s=times, total_gold=st.floats(60_000, 200_000), more=st.floats(1, 5_000))
def test_gold_never_hurts_though_it_makes_all_gold_more(
    lead: tuple[float, ...], time_s: float, total_gold: float, more: float
) -> None:
    before = asked(lead, time_s=time_s, total_gold=total_gold)
    after = asked(with_more(lead, "gold", more), time_s=time_s, total_gold=total_gold + more)
    assert before.blue[0] <= after.blue[0] + 1e-12


@given(name=st.sampled_from(HELPING), time_s=times, total_gold=golds, patch=patches)
def test_gold_inhibitors_souls_elders_and_barons_help(name: str, time_s: float, total_gold: float, patch: str) -> None:
    told = asked(even, with_more(even, name, 1.0), time_s=time_s, total_gold=total_gold, patch=patch)
    assert told.blue[1] > told.blue[0]


@given(lead=leads, time_s=times, total_gold=golds, patch=patches)
def test_swapping_the_sides_mirrors_all_but_the_side_term(
    lead: tuple[float, ...], time_s: float, total_gold: float, patch: str
) -> None:
    told = asked(lead, tuple(-value for value in lead), time_s=time_s, total_gold=total_gold, patch=patch)
    mine, theirs = logit(told.blue) - FITTED.side
    assert mine == pytest.approx(-theirs, abs=1e-6)


def test_neither_side_is_much_better_than_the_other() -> None:
    """Blue wins 49 to 53 % of the games of any source."""
    assert 0.48 < asked(even, time_s=0.0).blue[0] < 0.53


@given(
    lead=st.tuples(*(st.floats(-1e6, 1e6) for _ in FEATURES)),
    time_s=times,
    total_gold=st.floats(0, 1e6),
    patch=patches,
)
def test_the_probability_lies_between_its_bounds_whatever_the_state(
    lead: tuple[float, ...], time_s: float, total_gold: float, patch: str
) -> None:
    told = asked(lead, time_s=time_s, total_gold=total_gold, patch=patch)
    assert 0 < told.low[0] <= told.blue[0] <= told.high[0] < 1


@given(gold=st.floats(3_000, 10_000), sign=st.sampled_from([-1, 1]))
def test_after_minute_30_one_knows_less_about_the_same_lead(gold: float, sign: int) -> None:
    """Measured as a share of the lead's logit."""
    lead = with_more(even, "gold", sign * gold)
    shares = []
    for minute in (30, 35, 40):
        told: Prediction = asked(lead, time_s=60.0 * minute, total_gold=120_000.0)
        middle, high = logit(told.blue)[0], logit(told.high)[0]
        shares.append((high - middle) / abs(middle - FITTED.side))
    assert shares == sorted(shares)
    assert shares[2] > 1.2 * shares[0]


def test_a_lead_counted_less_in_older_seasons_and_counts_as_today_on_patches_to_come() -> None:
    lead = with_more(even, "gold", 3_000.0)
    old, between, new, next_year, unread = (
        float(asked(lead, patch=patch).blue[0]) for patch in ("10.25", "12.6", "14.1", "17.1", "")
    )
    assert old < between < new
    assert new == next_year == unread


@pytest.mark.parametrize(("patch", "value"), [("9.1", 0), ("11.17", 0), ("12.1", 1 / 3), ("14.20", 1), ("x", 1)])
def test_seasons_11_to_14_are_the_turn_of_the_era(patch: str, value: float) -> None:
    assert era(patch) == pytest.approx(value)


@given(time_s=times)
def test_a_moment_is_shared_out_between_the_two_knots_around_it(time_s: float) -> None:
    near = hats(np.array([time_s]))[0]
    assert near.sum() == pytest.approx(1)
    assert (near > 0).sum() <= 2
    assert near @ np.array(KNOT_MINUTES) == pytest.approx(min(time_s / 60, KNOT_MINUTES[-1]))


def test_the_model_has_a_weight_for_every_term_at_every_knot() -> None:
    shape = (len(KNOT_MINUTES), len(TERMS))
    assert FITTED.weights.shape == FITTED.ways.shape[1:] == FITTED.rest.shape == shape
    assert FITTED.unseen.shape == shape[:1]
    assert FITTED.weights.min() >= 0


@pytest.mark.parametrize("name", ["elders", "barons", "inhibitors", "souls"])
def test_what_a_weight_is_worth_is_never_taken_for_certain(name: str) -> None:
    """An assumed weight and one held at its floor have a spread too."""
    place = TERMS.index(name)
    variance = (FITTED.ways[:, :, place] ** 2).sum(axis=0) + FITTED.rest[:, place] ** 2
    assert (np.sqrt(variance) > 0.02).all()


def test_a_game_is_predicted_in_two_milliseconds() -> None:
    draw = np.random.default_rng(1)
    count = 300
    states = GameStates(
        patch="15.1",
        time_s=np.linspace(0, 2400, count),
        total_gold=np.linspace(5_000, 140_000, count),
        difference=draw.normal(size=(count, len(FEATURES))),
    )
    took = []
    for _ in range(30):
        begun = perf_counter()
        predict(states)
        took.append(perf_counter() - begun)
    assert min(took) < 0.002


def test_of_no_moments_nothing_is_said() -> None:
    told = predict(GameStates("15.1", np.zeros(0), np.zeros(0), np.zeros((0, len(FEATURES)))))
    assert told.blue.shape == told.low.shape == told.high.shape == (0,)
