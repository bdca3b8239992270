"""The fitted win probability."""

from typing import Final

import numpy as np

from src.core.domain.win_probability import coefficients
from src.core.domain.win_probability.coefficients import MODEL_VERSION
from src.core.domain.win_probability.regression import Regression
from src.core.domain.win_probability.state import GameStates, Prediction

__all__ = ["FITTED", "MODEL_VERSION", "predict"]

FITTED: Final = Regression(
    side=coefficients.SIDE,
    gain=coefficients.NEW_ERA_GAIN,
    weights=np.array(coefficients.WEIGHTS),
    ways=np.array(coefficients.WAYS),
    rest=np.array(coefficients.REST),
    unseen=np.array(coefficients.UNSEEN_SPREAD),
    side_spread=coefficients.SIDE_SPREAD,
)


def predict(states: GameStates) -> Prediction:
    """Blue's probability to win in each state, with the bounds that hold it nine times out of ten.

    See `Regression.predict`. Every feature has to be known: see `FEATURES`.
    """
    return FITTED.predict(states)
