"""`python -m tests.chaos`: a long round, its figures printed; exit code 1 when anything is lost or double."""

import argparse
import sys
import time

from tests.chaos.plan import RoundPlan
from tests.chaos.round import PROJECT, run_round


def main() -> int:
    """Parse the round's parameters, play it, print the table."""
    parser = argparse.ArgumentParser(prog="python -m tests.chaos", description=__doc__)
    parser.add_argument("--matches", type=int, default=2000, help="how many there are at least")
    parser.add_argument("--kills", type=int, default=32, help="how many worker processes are killed")
    parser.add_argument("--seconds", type=float, default=420, help="how long the matches take at Riot's pace")
    parser.add_argument("--others", type=int, default=2, help="how often each other kind of strike happens")
    parser.add_argument("--lease", type=float, default=30, help="JOB_LEASE, in seconds")
    parser.add_argument("--seed", type=int, default=1, help="of the plan and of the world")
    options = parser.parse_args()
    plan = RoundPlan(**vars(options))
    began = time.monotonic()

    def say(line: str) -> None:
        sys.stderr.write(f"{time.monotonic() - began:6.1f} s  {line}\n")

    folder = PROJECT / "var" / "chaos"
    figures = run_round(plan, folder, say=say)
    table = figures.table()
    (folder / "figures.md").write_text(f"{table}\n")
    sys.stdout.write(f"{table}\n")
    if not figures.is_good:
        sys.stdout.write(f"\nNot as promised. The logs are in {folder / 'log'}.\n{figures.findings()}\n")
    return 0 if figures.is_good else 1


if __name__ == "__main__":
    sys.exit(main())
