"""`python -m benchmarks [PART ...]`: measure, keep the results in var/bench, renew docs/performance.md."""

import argparse
import sys

from benchmarks.parts import PARTS, part
from benchmarks.report import renew
from benchmarks.results import RESULTS, Result
from benchmarks.stage import say

_REPORT = "report"


def main() -> int:
    """Run the parts asked for, all by default. Exit code 1 when a target was missed."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("parts", nargs="*", metavar="PART", help=f"{', '.join((*PARTS, _REPORT))} (only the page)")
    parser.add_argument("--quick", action="store_true", help="a short run that shows that everything works; no report")
    options = parser.parse_args()
    unknown = set(options.parts) - {*PARTS, _REPORT}
    if unknown:
        parser.error(f"no such part: {', '.join(sorted(unknown))}")
    missed: list[str] = []
    for name in [name for name in PARTS if name in options.parts or not options.parts]:
        say(f"--- {name}")
        missed += _run(name, quick=options.quick)
    if not options.quick:
        say(f"docs/performance.md shows: {', '.join(renew())}")
    for target in missed:
        say(f"missed: {target}")
    return 1 if missed else 0


def _run(name: str, *, quick: bool) -> list[str]:
    """Measure one part; the targets that it missed."""
    module = part(name)
    result = Result.of(name, module.measure(quick), quick=quick)
    result.save(RESULTS / "quick" if quick else RESULTS)
    print("\n".join(("", f"{result.circumstances()}.", "", *module.table(result.measured), "")), flush=True)
    missed: list[str] = result.measured.get("missed", [])
    return missed


if __name__ == "__main__":
    sys.exit(main())
