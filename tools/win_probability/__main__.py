"""`python -m tools.win_probability`: fit the win probability, tell how good it is, or try it on other games."""

import argparse
import sys
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import numpy as np

from tools.win_probability import page
from tools.win_probability.bounds import on_other_matches
from tools.win_probability.coefficients import PROJECT, Model, write
from tools.win_probability.fit import Prepared, by_knot, fit
from tools.win_probability.population import COUNTS, Population, read
from tools.win_probability.tables import MissingTable

_UNSEEN: Final = 0.1
_THIN: Final = (1.5, 1.5, 1.0, 1.0, 1.0, 1.0, 1.0, 2.0, 3.0)
"""Per knot: how much less is known there of other players than where there are several sources."""
_SIDE_SPREAD: Final = 0.05
_FAILED: Final = 2


def main() -> int:
    """Exit code 2 when data are missing; `calibration` is content with what there is."""
    parser = argparse.ArgumentParser(prog="python -m tools.win_probability", description=__doc__)
    what = parser.add_subparsers(dest="what", required=True)
    shared = PROJECT.parent / "shared"
    for name, told in (
        ("fit", "fit the model and write it into the project"),
        ("report", "cross-validate the fit; renew card, table and picture of docs/analysis.md"),
        ("calibration", "try the model that is in the project on whatever games there are; print the table"),
    ):
        one = what.add_parser(name, help=told, description=told)
        one.add_argument("--tables", type=Path, default=shared / "win-probability", help="folder of the match tables")
        one.add_argument("--documents", type=Path, default=shared / "riot-data", help="folder of match-v5 documents")
    options = parser.parse_args()
    try:
        population = read(options.tables, options.documents)
    except MissingTable as why:
        return _complain([str(why)])
    if options.what == "calibration":
        _complain(population.absent)
        print("\n".join(page.as_it_is(population)))
        return 0
    if population.absent:
        return _complain(population.absent)
    if options.what == "fit":
        _fit(population)
    else:
        page.renew(population)
    return 0


def _complain(why: Iterable[str]) -> int:
    for line in why:
        print(line, file=sys.stderr)
    return _FAILED


def _fit(population: Population) -> None:
    rows = population.fitted_on()
    fitted = fit(Prepared.of(by_knot(rows)))
    write(
        Model(
            fitted_on=datetime.now(UTC).date().isoformat(),
            rows={name: len(population.found[name]) for name in COUNTS},
            side=fitted.side,
            gain=fitted.gain,
            weights=fitted.weights,
            spread=on_other_matches(rows, fitted),
            unseen=_UNSEEN * np.array(_THIN),
            side_spread=_SIDE_SPREAD,
        )
    )


if __name__ == "__main__":
    sys.exit(main())
