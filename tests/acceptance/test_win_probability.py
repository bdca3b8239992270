"""The win probability on the match tables, where they are: what docs/analysis.md says of it, loosely.

The model was fitted on these games among others; cross-validated figures are on the page.
"""

import os
from pathlib import Path

import numpy as np
import pytest

from src.core.domain.win_probability.model import FITTED
from tests.real_documents import PROJECT, REAL_DOCUMENTS, needs_real_documents
from tools.win_probability import sources
from tools.win_probability.baseline import gold_only, out_of_fold, own_columns
from tools.win_probability.measures import Scores, ece_by_chance
from tools.win_probability.missing import Typical, completed
from tools.win_probability.rows import Rows
from tools.win_probability.timelines import real_games

TABLES = Path(os.environ.get("CHIMERA_MATCH_TABLES") or PROJECT.parent / "shared" / "win-probability")
needs_tables = pytest.mark.skipif(not os.access(TABLES, os.R_OK | os.X_OK), reason=f"no match tables in {TABLES}")

SOURCES = ("kaggle10", "voltether10", "ethan15", "bigsiimp15")


@pytest.fixture(scope="module")
def real() -> Rows:
    rows = real_games(REAL_DOCUMENTS)
    assert rows is not None
    return rows


@pytest.fixture(params=SOURCES)
def rows(request: pytest.FixtureRequest) -> Rows:
    """As anybody can have them, without any documents."""
    found: Rows = getattr(sources, request.param)(TABLES)
    return completed(found, Typical.kept())


@needs_tables
def test_at_minutes_10_and_15_it_is_as_good_as_a_regression_of_that_very_source(rows: Rows) -> None:
    mine = Scores.of(rows.predicted(FITTED).blue, rows.blue_won, rows.weight)
    every = Scores.of(out_of_fold(rows, own_columns), rows.blue_won, rows.weight)
    gold = Scores.of(out_of_fold(rows, gold_only), rows.blue_won, rows.weight)
    assert mine.auc > every.auc - 0.005
    assert mine.brier < every.brier + 0.003
    assert mine.log_loss < gold.log_loss


@needs_tables
def test_at_minutes_10_and_15_it_is_calibrated(rows: Rows) -> None:
    blue = rows.predicted(FITTED).blue
    mine = Scores.of(blue, rows.blue_won, rows.weight)
    assert mine.ece - ece_by_chance(blue, rows.weight, np.random.default_rng(1)) < 0.01


@needs_real_documents
def test_real_games_are_foreseen_better_and_better_and_their_winner_is_favoured_in_the_end(real: Rows) -> None:
    blue = real.predicted(FITTED).blue
    losses = {}
    for minute in (5, 15, 25):
        at = np.abs(real.minute - minute) < 0.5
        losses[minute] = Scores.of(blue[at], real.blue_won[at], real.weight[at]).log_loss
    assert 0.69 > losses[5] > losses[15] > losses[25]
    ends = np.flatnonzero(np.append(real.game[:-1] != real.game[1:], True))
    favoured = (blue[ends] > 0.5) == (real.blue_won[ends] == 1)
    assert favoured.mean() > 0.95
