from pathlib import Path
from typing import Any

import numpy as np
import pytest

from src.core.domain.win_probability.model import KNOT_MINUTES, TERMS
from tools.win_probability.coefficients import Model, write


def test_what_is_written_reads_back_to_four_digits(tmp_path: Path) -> None:
    draw = np.random.default_rng(8)
    shape = (len(KNOT_MINUTES), len(TERMS))
    model = Model(
        fitted_on="2026-11-28",
        rows={"some games": 12},
        side=-0.0123456,
        gain=1.1,
        weights=draw.random(shape),
        spread=draw.normal(size=(2, *shape)),
        unseen=np.full(shape[0], 0.1),
        side_spread=0.05,
    )
    module = tmp_path / "coefficients.py"
    write(model, module)
    text = module.read_text("utf-8")
    read: dict[str, Any] = {}
    exec(compile(text, str(module), "exec"), read)  # noqa: S102 - what the tool itself wrote
    assert read["MODEL_VERSION"] == "2026-11-28"
    assert read["ROWS"] == {"some games": 12}
    assert read["SIDE"] == pytest.approx(-0.01235)
    assert np.array(read["WEIGHTS"]) == pytest.approx(model.weights, rel=1e-3)
    assert np.array(read["SPREAD"]) == pytest.approx(model.spread, rel=1e-3)
    assert max(map(len, text.splitlines())) <= 120
