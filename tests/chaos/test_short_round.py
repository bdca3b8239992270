"""A short round with real processes: everything that can go wrong does, and nothing is lost or done twice."""

from pathlib import Path

import pytest

from tests.chaos.plan import KILLS, OTHERS, RoundPlan
from tests.chaos.round import run_round

# The seed puts the flush first: what it costs (a hint is repeated after 30 s) passes while the rest happens.
PLAN = RoundPlan(matches=200, kills=4, seconds=12, seed=264, spread=0.6, longest_pause=8, lease=5, deadline=240)


@pytest.mark.timeout(400)
def test_a_round_of_chaos_loses_nothing_and_doubles_nothing(var: Path) -> None:
    """Kills, restarts, a flush, 429s and a poison task: every match is there once, and the statistics equal a recount.

    The lease is shorter than it is by default: five of them pass before the poison is given up.
    """
    figures = run_round(PLAN, var)
    print(figures.table())  # noqa: T201 - shown when it fails
    assert figures.findings() == ""
    assert {*figures.strikes} == {*KILLS, *OTHERS}
    assert (figures.kills, figures.missed) == (PLAN.kills, 0)
    assert figures.counted.matches >= PLAN.matches
    assert figures.counted.statistics > 0
    # The poison's last death ends it, so its job is taken over one time less.
    assert figures.counted.takeovers >= figures.counted.poison.deaths
    assert "5 times" in (figures.counted.poison.reason or "")
    assert figures.is_good
