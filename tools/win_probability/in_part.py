"""The model, asked about games of which not every feature is known.

    from tools.win_probability.in_part import predicted
    predicted("15.10", minute=10, total_gold=[31_000], gold=[1500], kills=[3]).blue

What is not given is expected from what is, as it was in real games; 0 would say that the sides are equal there.
"""

import numpy as np
from numpy.typing import ArrayLike

from src.core.domain.win_probability.state import FEATURES, Prediction
from tools.win_probability.coefficients import in_project
from tools.win_probability.missing import Typical, completed
from tools.win_probability.rows import COLUMN, Rows


def predicted(patch: str, minute: ArrayLike, total_gold: ArrayLike, **known: ArrayLike) -> Prediction:
    """Blue's probability to win `n` games; shapes (n,) or (), `known` by the names of FEATURES, blue's minus red's.

    Give 0 for what nobody can have had yet (Barons at minute 10), and leave out what is not known.

    Raises:
        TypeError: there is no such feature, or gold is not given.
        ValueError: a number is not finite.
    """
    if unknown := [name for name in known if name not in FEATURES]:
        raise TypeError(f"there is no feature {', '.join(unknown)}")
    if "gold" not in known:
        raise TypeError("gold has to be given")
    given = (np.atleast_1d(np.asarray(one, dtype=np.float64)) for one in (minute, total_gold, *known.values()))
    minutes, gold, *columns = np.broadcast_arrays(*given)
    if not all(np.isfinite(one).all() for one in (minutes, gold, *columns)):
        raise ValueError("every number has to be finite; leave out a column that is not known")
    count = len(minutes)
    difference = np.full((count, len(FEATURES)), np.nan)
    for name, column in zip(known, columns, strict=True):
        difference[:, COLUMN[name]] = column
    games, nobody_knows = np.arange(count).astype(np.str_), np.zeros(count)
    rows = Rows.of(games, patch, minutes, total_gold=gold, difference=difference, blue_won=nobody_knows)
    return completed(rows, Typical.kept()).predicted(in_project())
