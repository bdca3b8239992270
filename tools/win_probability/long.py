"""The generated parts of docs/win-probability.md."""

from collections.abc import Iterable, Iterator
from typing import Final

from src.core.domain.win_probability.regression import KNOT_MINUTES, TERMS
from tools.win_probability.bounds import ASSUMED_SPREAD, SPREAD_AT_THE_FLOOR, assumed
from tools.win_probability.fit import ASSUMED, LEAST
from tools.win_probability.judged import Judged
from tools.win_probability.left_out import ENOUGH_GAMES, LeftOut
from tools.win_probability.population import COUNTS
from tools.win_probability.trials import MEASURES, Trial
from tools.win_probability.wording import CALLED, MEASURED, called, interval, number, paragraph, plus_minus

_ENOUGH_FOR_OWN: Final = 400
"""Games. With fewer, a regression on all columns has learnt little but those games."""


def card(judged: Judged, version: str) -> Iterator[str]:
    """Sources, and which weights are assumed."""
    yield f"Version {version}: the day it was fitted."
    yield ""
    yield "| fitted on | rows | weight of a row |"
    yield "|---|---|---|"
    for source, count in judged.rows.items():
        yield f"| {CALLED[source]} | {count:,} | {COUNTS[source]:g} |"
    yield ""
    yield "Weights that are assumed and not measured:"
    yield ""
    yield "| of | at the knots | weight | spread |"
    yield "|---|---|---|---|"
    spread = assumed(judged.model.weights)
    for place, term in enumerate(TERMS):
        knots = [f"{minute:.0f}" for minute, is_one in zip(KNOT_MINUTES, spread[:, place] > 0, strict=True) if is_one]
        if knots:
            weight, off = ASSUMED.get(term, LEAST.get(term)), ASSUMED_SPREAD.get(term, SPREAD_AT_THE_FLOOR.get(term))
            why = "" if term in ASSUMED else ", the least it may have"
            yield f"| {term} | {', '.join(knots)} | {weight}{why} | {off} |"


def laying(judged: Judged) -> Iterator[str]:
    """How the last tenth that is laid compares with what it should be."""
    told = judged.laying
    yield from paragraph(
        f"Of the games that are on at minute 27, {100 * told.soon:.0f} % end by 30. At minute 27, where it can be "
        f"checked, the slope of the logit on gold, per 100 % of all gold, is {told.exact:.1f} in the table of long "
        f"games, {told.laid:.1f} in the games put together, each laid as games of other folds went, and "
        f"{told.left:.1f} in those without their last tenth."
    )


def table(trials: Iterable[Trial]) -> Iterator[str]:
    """All trials."""
    trials = list(trials)
    head = " | ".join(f"{MEASURED[name]} | gold alone | own columns" for name in MEASURES)
    yield f"| minute | games of | n | laid % | {head} |"
    yield f"|---|---|---|---|{'---|' * (3 * len(MEASURES))}"
    for trial in trials:
        own = trial.own_columns if trial.games >= _ENOUGH_FOR_OWN else None
        cells = (
            f"{interval(trial.model[name], name)} | {number(trial.gold_only[name], name)} "
            f"| {number(own[name], name) if own else ''}"
            for name in MEASURES
        )
        laid = f"{100 * trial.laid:.0f}" if trial.source == "ricefarmer" else ""
        yield f"| {trial.minute} | {CALLED[trial.source]} | {trial.games:,} | {laid} | {' | '.join(cells)} |"


def slopes(judged: Judged) -> Iterator[str]:
    """What came of leaving sources out."""
    yield "| left out | minutes | games | logits of a lead times | and plus, for blue |"
    yield "|---|---|---|---|---|"
    yield from map(_slope, judged.left_out)
    yield ""
    spread = ", ".join(f"{value:.4g}" for value in judged.model.unseen)
    sides = f"{judged.model.side_spread:.4g}"
    yield from paragraph(f"The spread of a lead's worth at the knots 0, 5, ... 40: {spread}; of the sides: {sides}.")


def _slope(one: LeftOut) -> str:
    told, games = one.calibration, len(set(one.rows.game))
    slope, side = plus_minus(told.slope, told.slope_error), plus_minus(told.side, told.side_error)
    return f"| {called(one.population)} | {one.phase} | {games:,} | {slope} | {side} |"


def held(judged: Judged) -> Iterator[str]:
    """How often the bounds hold a population that the model has not seen."""
    yield f"Bins of fewer than {ENOUGH_GAMES} games are left out."
    yield ""
    yield "| left out | minutes | bins held | of | mean width, points | bins held by bounds derived without it |"
    yield "|---|---|---|---|---|---|"
    for one in judged.held:
        inside, apart = (sum(each.is_held for each in bins) for bins in (one.bins, one.unaware))
        wide = 100 * sum(each.high - each.low for each in one.bins) / len(one.bins)
        yield f"| {CALLED[one.source]} | {one.phase} | {inside} | {len(one.bins)} | {wide:.0f} | {apart} |"


def given(judged: Judged) -> Iterator[str]:
    """Games in which one side has more of something."""
    yield "| minute | one side has more | games | the model says of it, % | it won, % |"
    yield "|---|---|---|---|---|"
    for one in judged.given:
        won = f"{100 * one.won:.1f} ± {196 * one.error:.1f}"
        yield f"| {one.minute} | {one.feature} | {one.games:,} | {100 * one.said:.1f} | {won} |"
