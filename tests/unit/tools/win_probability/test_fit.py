import numpy as np
import pytest

from src.core.domain.win_probability.regression import TERMS
from src.core.domain.win_probability.state import FEATURES
from tools.win_probability.fit import ASSUMED, LEAST, Fitted, Prepared, by_knot, fit
from tools.win_probability.rows import COLUMN, Rows

GAIN = 1.5


@pytest.fixture(scope="module")
def fitted() -> tuple[Rows, Fitted]:
    """Games from the first minute to the fortieth in which 1 % of all gold is worth 0.1, and kills do harm.

    Half of them are of a new season, in which all that counts for half as much again.
    """
    draw = np.random.default_rng(9)
    count = 60_000
    difference = np.zeros((count, len(FEATURES)))
    difference[:, COLUMN["gold"]] = draw.normal(0, 8000, count)
    difference[:, COLUMN["kills"]] = draw.normal(0, 5, count)
    logit = 0.1 * difference[:, COLUMN["gold"]] / 1000 - 0.05 * difference[:, COLUMN["kills"]]
    patch = np.where(np.arange(count) % 2, "15.1", "10.15")
    logit *= np.where(patch == "15.1", GAIN, 1.0)
    rows = Rows.of(
        np.arange(count).astype(str),
        patch,
        draw.uniform(0, 40, count),
        total_gold=np.full(count, 100_000.0),
        difference=difference,
        blue_won=(draw.random(count) < 1 / (1 + np.exp(-logit))).astype(float),
    )
    ordered = by_knot(rows)
    return ordered, fit(Prepared.of(ordered))


def test_the_fit_finds_what_made_the_games(fitted: tuple[Rows, Fitted]) -> None:
    _, model = fitted
    assert model.weights[:, TERMS.index("gold")].mean() == pytest.approx(0.1, rel=0.1)
    assert model.side == pytest.approx(0, abs=0.03)
    assert model.gain == pytest.approx(GAIN, rel=0.1)


def test_no_weight_falls_below_its_bound(fitted: tuple[Rows, Fitted]) -> None:
    """Kills did harm, and no weight says so."""
    _, model = fitted
    assert model.weights.min() >= 0
    assert model.weights[:, TERMS.index("kills")] == pytest.approx(0, abs=1e-9)
    for term, least in LEAST.items():
        assert model.weights[:, TERMS.index(term)].min() >= least - 1e-9


def test_what_is_assumed_is_not_fitted(fitted: tuple[Rows, Fitted]) -> None:
    _, model = fitted
    for term, weight in ASSUMED.items():
        assert model.weights[:, TERMS.index(term)] == pytest.approx(weight)


def test_a_second_fit_from_the_first_stays_there(fitted: tuple[Rows, Fitted]) -> None:
    rows, model = fitted
    again = fit(Prepared.of(rows), model)
    assert again.weights == pytest.approx(model.weights, abs=1e-4)
    assert again.gain == pytest.approx(model.gain, abs=1e-4)
