"""How careful and how generous the budget is."""

from dataclasses import asdict, dataclass

import orjson


@dataclass(frozen=True, slots=True)
class BudgetTuning:
    """Times in seconds.

    A window counts as over `slack + drift * its length` after its end. A call is forgotten `lost_after` its start
    (longer than any call can take), a probe for unknown limits is repeated after `probe_after`, an emptied Redis
    gives the processes `settle` to tell what they know: whoever waits looks again every 2 s at the latest.

    Of each window, background calls get `1 - spread` at once and the rest along a straight line until its end, so
    what people may take ahead of them shrinks with the time that is left. `keep_for_one` calls (an `/analyze` makes
    three) stay free until `lend_last` before the end, and to the very end as many as the window gives out in
    `reserve_rate`: about the time it takes to learn that the next one has begun.

    A 429 without `Retry-After` pauses 1, 2, 4 ... `longest_backoff`, half of it at random. After `trip_after` calls
    of a method in a row without a proper answer nobody calls it for `first_break`, 2 x, 4 x ... `longest_break`; then
    one call tries. Redis has `answer_timeout` to answer, and as much to be connected to.
    """

    slack: float = 0.025
    drift: float = 0.0005
    lost_after: float = 30.0
    probe_after: float = 5.0
    settle: float = 2.2
    spread: float = 0.8
    keep_for_one: int = 3
    lend_last: float = 2.0
    reserve_rate: float = 0.08
    longest_backoff: float = 30.0
    trip_after: int = 5
    first_break: float = 1.0
    longest_break: float = 10.0
    answer_timeout: float = 2.0

    def for_scripts(self) -> bytes:
        """As the scripts read it."""
        return orjson.dumps(asdict(self))
