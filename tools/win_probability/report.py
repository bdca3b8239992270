"""The model's card and its table, as Markdown."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final

import numpy as np

from src.core.domain.win_probability.coefficients import MODEL_VERSION, NEW_ERA_GAIN, ROWS, SIDE
from src.core.domain.win_probability.model import predict
from src.core.domain.win_probability.state import FEATURES, GameStates
from tools.win_probability.bounds import LeftOut
from tools.win_probability.population import COUNTS
from tools.win_probability.rows import COLUMN
from tools.win_probability.trials import Bin, Interval, Trial

CALLED: Final = {
    "kaggle10": "high Diamond, 2020",
    "voltether10": "Diamond I and above, 2025",
    "ethan15": "all ranks, 2020/21",
    "bigsiimp15": "Diamond and above, 2020",
    "ricefarmer27": "any rank, 2024",
    "ricefarmer": "any rank, 2024 (put together)",
    "between": "any rank, 2024, minutes 16 to 26",
    "real": "real timelines, 10.25 to 16.12",
    "pro": "professionals, 2014 to 2018",
}
"""Sources as the page calls them."""
_WORTH_AT: Final = (5, 10, 15, 20, 25, 30, 35)
_GOLD_AT: Final = {5: 16_000, 10: 34_000, 15: 54_000, 20: 77_000, 25: 98_000, 30: 119_000, 35: 139_000}
_WORTH: Final = (
    ("1,000 gold", {"gold": 1000}),
    ("1,000 gold and 1,000 experience", {"gold": 1000, "xp": 1000}),
    ("5,000 gold", {"gold": 5000}),
    ("three levels", {"levels": 3}),
    ("a tower", {"towers": 1}),
    ("an inhibitor", {"inhibitors": 1}),
    ("a dragon", {"dragons": 1}),
    ("the dragon soul", {"souls": 1}),
    ("an elder dragon", {"elders": 1}),
    ("a Baron", {"barons": 1}),
)
_ENOUGH_FOR_ALL: Final = 400
"""Games. With fewer, a regression on all columns has learnt little but those games."""
_FIRST: Final = {"inhibitors": 15, "souls": 20, "barons": 20, "elders": 30}
"""Before that nobody has one."""


def card(left_out: Iterable[LeftOut]) -> Iterator[str]:
    """What it was fitted on and what came out."""
    yield f"Version {MODEL_VERSION}: the day it was fitted."
    yield ""
    yield "| fitted on | rows | weight of a row | left out, its logits are to be multiplied by |"
    yield "|---|---|---|---|"
    slopes = {one.source: f"{one.slope:.2f} ± {1.96 * one.error:.2f}" for one in left_out}
    for source, count in ROWS.items():
        yield f"| {CALLED[source]} | {count:,} | {COUNTS[source]:g} | {slopes.get(source, '')} |"
    yield ""
    even = 100 / (1 + np.exp(-SIDE))
    yield f"Even sides: blue {even:.1f} %. From season 14 on a lead counts {NEW_ERA_GAIN:.2f} times"
    yield "what it did up to season 11. What one thing more adds to an even game, the rest being equal, in percentage"
    yield "points (season 15):"
    yield ""
    yield f"| minute | {' | '.join(map(str, _WORTH_AT))} |"
    yield f"|---|{'---|' * len(_WORTH_AT)}"
    for name, lead in _WORTH:
        yield f"| {name} | {' | '.join(_added(lead))} |"


def _added(lead: Mapping[str, float]) -> Iterator[str]:
    for minute in _WORTH_AT:
        if any(minute < _FIRST.get(name, 0) for name in lead):
            yield ""
            continue
        difference = np.zeros((2, len(FEATURES)))
        for name, value in lead.items():
            difference[1, COLUMN[name]] = value
        time_s, total_gold = np.full(2, 60.0 * minute), np.full(2, float(_GOLD_AT[minute]))
        even, ahead = predict(GameStates("15.1", time_s, total_gold, difference)).blue
        yield f"{100 * (ahead - even):.1f}"


def table(trials: Iterable[Trial], held: Mapping[str, Sequence[Bin]], ahead: Mapping[int, float]) -> Iterator[str]:
    """All trials; how often the bounds hold; and gold alone at every minute."""
    yield "| minute | games of | n | | accuracy % | AUC | Brier | log loss | debiased ECE |"
    yield "|---|---|---|---|---|---|---|---|---|"
    for trial in trials:
        yield from _rows(trial)
    yield ""
    for name, bins in held.items():
        if not bins:
            continue
        share = 100 * np.mean([one.is_held for one in bins])
        wide = 100 * np.mean([one.high - one.low for one in bins])
        yield f"Bounds, {name}: {share:.0f} % of {len(bins)} bins are held, {wide:.0f} points wide on average."
    if ahead:
        least = min(ahead, key=lambda minute: ahead[minute])
        worse = sum(value < 0 for value in ahead.values()) or "none"
        yield ""
        yield f"Minute by minute from {min(ahead)} to {max(ahead)}, on the games of 2024: gold alone has the lower"
        yield f"log loss at {worse} of {len(ahead)} minutes; the model leads least at {least}, by {ahead[least]:.4f}."


def _rows(trial: Trial) -> Iterator[str]:
    gold, every = trial.gold_only, trial.every_column
    yield (
        f"| {trial.minute} | {CALLED[trial.source]} | {trial.games:,} | **model** | {_interval(trial.accuracy, 1)} "
        f"| {_interval(trial.auc, 3)} | {_interval(trial.brier, 3)} | {_interval(trial.log_loss, 3)} "
        f"| {_interval(trial.debiased, 3)} |"
    )
    yield (
        f"| | | | gold alone | {gold.accuracy:.1f} | {gold.auc:.4f} | {gold.brier:.4f} | {gold.log_loss:.4f} "
        f"| {trial.gold_only_debiased:.4f} |"
    )
    if trial.games < _ENOUGH_FOR_ALL:
        return
    yield f"| | | | all columns | {every.accuracy:.1f} | {every.auc:.4f} | {every.brier:.4f} | {every.log_loss:.4f} | |"


def _interval(of: Interval, digits: int) -> str:
    value = f"{of.value:.{digits + (digits > 1)}f}"
    return f"{value} ({of.low:.{digits}f} to {of.high:.{digits}f})"
