"""`python -m tools.win_probability`: fit the win probability and tell how good it is, or try it on other games."""

import argparse
import sys
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from src.core.domain.win_probability.regression import Regression
from tools.win_probability import missing, page, sources
from tools.win_probability.bounds import on_other_matches
from tools.win_probability.coefficients import PROJECT, Model, in_project, write
from tools.win_probability.fit import Prepared, by_knot, fit
from tools.win_probability.judged import judge
from tools.win_probability.left_out import left_out, side_spread, unseen_spread
from tools.win_probability.population import COUNTS, Population, read
from tools.win_probability.tables import files

_FAILED: Final = 2
_SHARED: Final = PROJECT.parent / "shared"


def main(arguments: Sequence[str] | None = None) -> int:
    """Exit code 2 when data are missing; `calibration` is content with any one table."""
    parser = argparse.ArgumentParser(prog="python -m tools.win_probability", description=__doc__)
    what = parser.add_subparsers(dest="what", required=True)
    for name, told in (
        ("fit", "fit the model, cross-validate it, write it into the project, renew typical.json, pages, picture"),
        ("calibration", "try the model that is in the project on whatever games there are; print the table"),
    ):
        one = what.add_parser(name, help=told, description=told)
        one.add_argument("--tables", type=Path, help="folder of the match tables")
        one.add_argument("--documents", type=Path, help="folder of match-v5 documents")
    options = parser.parse_args(arguments)
    tables, documents = options.tables, options.documents
    if tables and not any(files(tables, name) for name in sources.TABLES):
        _complain([f"there is none of the tables in {tables}"])
        return _FAILED
    # Whoever tries the model on one folder does not want the games of another in the table.
    if options.what == "fit" or not (tables or documents):
        tables, documents = tables or _SHARED / "win-probability", documents or _SHARED / "riot-data"
    population = read(tables, documents)
    if population.absent:
        _complain(population.absent)
    if not population.found or (population.absent and options.what == "fit"):
        return _FAILED
    if options.what == "fit":
        _fit(population)
    else:
        print("\n".join(page.as_it_is(population, in_project())))
    return 0


def _complain(why: Iterable[str]) -> None:
    for line in why:
        print(line, file=sys.stderr)


def _fit(population: Population) -> None:
    put = population.put()
    if put is None:
        raise ValueError("the games of 2024 are not there")
    found = {**population.found, **put.fitted_on}
    rows = population.fitted_on(put)
    fitted = fit(Prepared.of(by_knot(rows)))
    left = list(left_out(population, put, fitted))
    ways, rest = on_other_matches(rows, fitted)
    model = Model(
        fitted_on=datetime.now(UTC).date().isoformat(),
        fitted=Regression(
            side=fitted.side,
            gain=fitted.gain,
            weights=fitted.weights,
            ways=ways,
            rest=rest,
            unseen=unseen_spread(left),
            side_spread=side_spread(left),
        ),
    )
    write(model)
    missing.keep(population.found["real"])
    counts = {name: len(found[name]) for name in COUNTS}
    page.renew(judge(population, model.fitted, counts, left), model.fitted_on)


if __name__ == "__main__":
    sys.exit(main())
