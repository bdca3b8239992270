"""The win probability's parts of docs/analysis.md."""

from collections.abc import Iterator, Sequence
from typing import Final

import numpy as np

from src.core.domain.win_probability.regression import KNOT_MINUTES, NINETY_PERCENT, TERMS
from tools.win_probability.bounds import ASSUMED_SPREAD, SPREAD_AT_THE_FLOOR, assumed
from tools.win_probability.fit import ASSUMED, LEAST
from tools.win_probability.judged import Judged
from tools.win_probability.left_out import PHASES, LeftOut
from tools.win_probability.trials import MEASURES, Trial
from tools.win_probability.wording import CALLED, MEASURED, TWO_ERRORS, called, interval, number, paragraph, plus_minus
from tools.win_probability.worth import PATCH, worth

_SHOWN: Final = (5, 10, 14, 15, 20, 25, 27, 30)
_CHECKS: Final = frozenset({"real", "pro"})
_GIVEN: Final = {"barons": "a Baron", "inhibitors": "an inhibitor", "souls": "the soul"}
_EXACT: Final = 27
"""Minute, late in the game, at which a table has games as they were."""
_HARDLY_ANY: Final = 0.02
_TENTHS: Final = ("none", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")


def plain(judged: Judged) -> Iterator[str]:
    """For a player who knows no statistics."""
    told = judged.plain
    yield from paragraph(
        f"**In plain words**: at minute {told.minute} it names the winner in {_TENTHS[round(10 * told.favoured)]} of "
        f"ten games ({100 * told.favoured:.1f} % of {told.games:,} that it had not seen). Of the "
        f"{told.games_at_70:,} games of which it said about 70 % ({100 * told.said:.1f} % on average), "
        f"{100 * told.won:.1f} % were won."
    )


def table(judged: Judged) -> Iterator[str]:
    """A row per minute, and the tables that have exactly that minute."""
    yield f"| minute | games | n | {' | '.join(f'{MEASURED[name]} | gold alone' for name in MEASURES)} |"
    yield f"|---|---|---|{'---|' * (2 * len(MEASURES))}"
    for trial in judged.trials:
        if trial.minute in _SHOWN and trial.source not in _CHECKS:
            yield _row(trial)
    yield ""
    yield from _margin(judged)


def _row(trial: Trial) -> str:
    cells = (
        f"{interval(trial.model[name], name)} | {number(trial.gold_only[name], name)}" for name in MEASURES
    )  # fmt: skip
    return f"| {trial.minute} | {CALLED[trial.source]} | {trial.games:,} | {' | '.join(cells)} |"


def _margin(judged: Judged) -> Iterator[str]:
    ahead = judged.ahead
    least, most = (pick(ahead, key=lambda minute: ahead[minute]) for pick in (min, max))
    worse = sum(value < 0 for value in ahead.values()) or "none"
    yield from paragraph(
        f"On the games of 2024, at every minute from {min(ahead)} to {max(ahead)}: gold alone has the lower log loss "
        f"at {worse} of {len(ahead)} minutes. The model's margin goes from {ahead[least]:.4f} at minute {least} to "
        f"{ahead[most]:.4f} at {most}."
    )


def card(judged: Judged, version: str) -> Iterator[str]:
    """What it was fitted on, and what came out."""
    model = judged.model
    yield from paragraph(
        f"Version {version}: the day it was fitted, on {sum(judged.rows.values()):,} rows of match tables and real "
        f"timelines. Even sides: blue {100 / (1 + np.exp(-model.side)):.1f} %. From season 14 on a lead counts "
        f"{model.gain:.2f} times what it did up to season 11. What one thing more adds to an even game, the rest being "
        f"equal, in percentage points (patch {PATCH}):"
    )
    yield ""
    yield from worth(model)


def limits(judged: Judged) -> Iterator[str]:
    """Those that have numbers."""
    for bullet in (_real(judged), _pro(judged), _laid(judged), _unseen(judged), _given(judged), *_assumed(judged)):
        yield from paragraph(bullet, bullet="- ")


def _real(judged: Judged) -> str:
    found = [one for one in judged.left_out if one.source == "real"]
    hold = sum(abs(one.calibration.slope - 1) <= TWO_ERRORS * one.calibration.slope_error for one in found)
    reach = {one.phase: _reach(judged, one.phase) for one in found}
    beyond = sum(one.calibration.slope > reach[one.phase] for one in found)
    return (
        f"**Real timelines**, which are what the product reads, are {judged.real_games} games. By what a lead's logit "
        f"ought to be multiplied (95 %): {_slopes(found)}. {hold} of these {len(found)} intervals contain 1. What the "
        f"bounds allow for players not seen reaches {min(reach.values()):.2f} to {max(reach.values()):.2f}, by the "
        f"minute; {beyond} of the {len(found)} numbers lie beyond that."
    )


def _reach(judged: Judged, phase: str) -> float:
    """The farthest that a lead's logit is multiplied with in the bounds, by how much populations differ."""
    since, until = PHASES[phase]
    spreads = zip(KNOT_MINUTES, judged.model.unseen, strict=True)
    return 1 + NINETY_PERCENT * max(float(spread) for minute, spread in spreads if since <= minute < until)


def _pro(judged: Judged) -> str:
    slopes = _slopes([one for one in judged.left_out if one.source == "pro"])
    better = [
        str(trial.minute)
        for trial in judged.trials
        if trial.source == "pro" and trial.gold_only["log_loss"] < trial.model["log_loss"].value
    ]
    return (
        f"**Professionals**, of 2014 to 2018: by what a lead's logit ought to be multiplied: {slopes}. "
        f"A regression on their gold alone has the lower log loss at minutes {', '.join(better) or 'none'}."
    )


def _laid(judged: Judged) -> str:
    shares = ", ".join(
        f"{100 * trial.laid:.0f} % at {trial.minute}"
        for trial in judged.trials
        if trial.source == "ricefarmer" and trial.laid > _HARDLY_ANY
    )
    return (
        f"**Laid**: of the games put together some are in their last tenth, which is made up from how other games "
        f"ended: {shares}. Such rows say less than those of exact tables, at 10, 15 and 27."
    )


def _unseen(judged: Judged) -> str:
    spreads = judged.model.unseen
    told = ", ".join(
        f"{100 * spread:.0f} % at {minute:.0f}"
        for minute, spread, before in zip(KNOT_MINUTES, spreads, (0.0, *spreads), strict=False)
        if spread != before
    )
    return (
        "**Players it has not seen** may make more or less of a lead, and the bounds allow for it. Its standard "
        f"deviation, from how sources differ, is {told} minutes and after, as a share of the lead's logit."
    )


def _given(judged: Judged) -> str:
    told = "; ".join(
        f"{_GIVEN[one.feature]} {100 * one.said:.1f}, {100 * one.won:.1f} ± {196 * one.error:.1f}"
        for one in judged.given
        if one.minute == _EXACT and one.feature in _GIVEN
    )
    return (
        f"**Given that one side has more of something** at minute {_EXACT}, the model said, and it won, in percent: "
        f"{told} "
        "([later](win-probability.md#given-a-baron-an-inhibitor-the-soul))."
    )


def _assumed(judged: Judged) -> Iterator[str]:
    yield (
        "**An elder's weight is assumed.** The tables know an elder only where the game went on after it, so that its "
        f"side had not won with it. It counts {ASSUMED['elders']} in the logit, give or take "
        f"{ASSUMED_SPREAD['elders']}, at any minute."
    )
    floored = assumed(judged.model.weights)[:, TERMS.index("barons")] > 0
    if floored.any():
        since = KNOT_MINUTES[int(np.argmax(floored))]
        yield (
            f"**A Baron's is held** at {LEAST['barons']} from minute {since:.0f} on, give or take "
            f"{SPREAD_AT_THE_FLOOR['barons']}: beside the gold and the levels that come with it, the games would give "
            "it nothing. What the model says of a side with a Baron more, less what it won: "
            f"{_off_with_a_baron(judged)}. One that falls shows all the same, by the 1,500 gold that it pays. Atakhan "
            "has no weight."
        )


def _off_with_a_baron(judged: Judged) -> str:
    return ", ".join(
        f"{100 * (one.said - one.won):+.1f} ± {196 * one.error:.1f} points at minute {one.minute}"
        for one in judged.given
        if one.feature == "barons"
    )


def _slopes(found: Sequence[LeftOut]) -> str:
    parts = []
    for population in dict.fromkeys(one.population for one in found):
        told = ", ".join(
            f"{plus_minus(one.calibration.slope, one.calibration.slope_error)} (minutes {one.phase})"
            for one in found
            if one.population == population
        )
        parts.append(f"{called(population).partition(', ')[2]}: {told}" if "," in population else told)
    return "; ".join(parts)
