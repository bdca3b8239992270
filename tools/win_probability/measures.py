"""How good probabilities are, each against what came true; all with weights."""

from dataclasses import dataclass
from typing import Final

import numpy as np

from tools.win_probability.rows import Numbers

BINS: Final = 10
_SIMULATIONS: Final = 1000
_NEARLY: Final = 1e-9


@dataclass(frozen=True, slots=True)
class Scores:
    """Accuracy in percent; area under the ROC curve; Brier score; log loss; expected calibration error."""

    accuracy: float
    auc: float
    brier: float
    log_loss: float
    ece: float

    @classmethod
    def of(cls, probability: Numbers, came_true: Numbers, weight: Numbers) -> "Scores":
        """All of them at once."""
        sure = np.clip(probability, _NEARLY, 1 - _NEARLY)
        losses = -(came_true * np.log(sure) + (1 - came_true) * np.log(1 - sure))
        return cls(
            accuracy=100 * float(np.average((probability > 0.5) == came_true, weights=weight)),  # noqa: PLR2004 - even
            auc=auc(probability, came_true, weight),
            brier=float(np.average((probability - came_true) ** 2, weights=weight)),
            log_loss=float(np.average(losses, weights=weight)),
            ece=ece(probability, came_true, weight),
        )


def auc(probability: Numbers, came_true: Numbers, weight: Numbers) -> float:
    """How often a game that was won had the higher probability than one that was lost; ties count half.

    NaN if there are none of either.
    """
    _, place = np.unique(probability, return_inverse=True)
    won, lost = (np.bincount(place, weight * outcome) for outcome in (came_true, 1 - came_true))
    below = np.cumsum(lost) - lost / 2
    pairs = won.sum() * lost.sum()
    return float((won * below).sum() / pairs) if pairs else np.nan


def ece(probability: Numbers, came_true: Numbers, weight: Numbers) -> float:
    """Expected calibration error over ten bins of equal width: mean distance of frequency and mean probability."""
    off = np.bincount(bins(probability), weight * (came_true - probability), minlength=BINS)
    return float(np.abs(off).sum() / weight.sum())


def bins(probability: Numbers) -> "np.ndarray[tuple[int], np.dtype[np.intp]]":
    """Which of the ten bins each falls into."""
    return np.minimum((BINS * probability).astype(np.intp), BINS - 1)


def ece_by_chance(probability: Numbers, weight: Numbers, draw: np.random.Generator) -> float:
    """The mean ECE of 1,000 simulations of all the games by exactly these probabilities: a perfect model's."""
    place = bins(probability)
    total = 0.0
    for _ in range(_SIMULATIONS):
        came_true = draw.random(len(probability)) < probability
        off = np.bincount(place, weight * (came_true - probability), minlength=BINS)
        total += float(np.abs(off).sum())
    return total / _SIMULATIONS / float(weight.sum())
