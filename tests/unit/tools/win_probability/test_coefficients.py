import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

pytest.importorskip("matplotlib", reason="matplotlib comes with `make model`")

from src.core.domain.win_probability.regression import KNOT_MINUTES, TERMS, Regression
from tools.win_probability.coefficients import MODULE, PROJECT, Model, write


def test_what_is_written_reads_back_to_four_digits(tmp_path: Path) -> None:
    draw = np.random.default_rng(8)
    shape = (len(KNOT_MINUTES), len(TERMS))
    model = Model(
        fitted_on="2026-11-28",
        fitted=Regression(
            side=-0.0123456,
            gain=1.1,
            weights=draw.random(shape),
            ways=draw.normal(size=(2, *shape)),
            rest=draw.random(shape),
            unseen=np.full(shape[0], 0.1),
            side_spread=0.05,
        ),
    )
    module = tmp_path / "coefficients.py"
    write(model, module)
    text = module.read_text("utf-8")
    read: dict[str, Any] = {}
    exec(compile(text, str(module), "exec"), read)  # noqa: S102 - what the tool itself wrote
    assert read["MODEL_VERSION"] == "2026-11-28"
    assert read["SIDE"] == pytest.approx(-0.01235)
    assert np.array(read["WEIGHTS"]) == pytest.approx(model.fitted.weights, rel=1e-3)
    assert np.array(read["WAYS"]) == pytest.approx(model.fitted.ways, rel=1e-3)
    assert np.array(read["REST"]) == pytest.approx(model.fitted.rest, rel=1e-3)
    assert max(map(len, text.splitlines())) <= 120


def test_the_tool_starts_though_the_module_is_broken() -> None:
    """It writes the module; a broken one must not keep it from that."""
    name = "src.core.domain.win_probability.coefficients"
    code = f"import sys; sys.modules[{name!r}] = None; import tools.win_probability.__main__"
    subprocess.run([sys.executable, "-c", code], cwd=PROJECT, check=True, timeout=60)


def test_the_module_in_the_project_is_no_longer_than_40_kilobytes() -> None:
    assert MODULE.stat().st_size < 40_000
