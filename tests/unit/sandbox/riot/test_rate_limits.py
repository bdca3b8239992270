"""Fixed windows as Riot keeps them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from src.sandbox.riot.rate_limits import RateLimiter, parse_limits

_KEY, _HOST, _METHOD = "RGAPI-1", "americas", "match-v5.getMatch"


class _Clock:
    def __init__(self) -> None:
        self.now = 1_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> _Clock:
    return _Clock()


def test_headers_give_limits_and_counts_in_the_same_order(clock: _Clock) -> None:
    limiter = RateLimiter("20:1,100:120", "2000:10", clock=clock)
    limiter.admit(_KEY, _HOST, _METHOD)
    assert limiter.admit(_KEY, _HOST, _METHOD).headers == {
        "X-App-Rate-Limit": "20:1,100:120",
        "X-App-Rate-Limit-Count": "2:1,2:120",
        "X-Method-Rate-Limit": "2000:10",
        "X-Method-Rate-Limit-Count": "2:10",
    }


def test_one_call_too_many_is_refused_by_the_application_limit(clock: _Clock) -> None:
    limiter = RateLimiter("2:10", "", clock=clock)
    verdicts = [limiter.admit(_KEY, _HOST, _METHOD) for _ in range(3)]
    assert [verdict.refused_by for verdict in verdicts] == ["", "", "application"]
    assert verdicts[2].headers["X-Rate-Limit-Type"] == "application"
    assert verdicts[2].headers["Retry-After"] == "10"


def test_the_window_starts_at_the_first_call(clock: _Clock) -> None:
    """Ten seconds after it, not on a round number and not ten seconds after the last call."""
    limiter = RateLimiter("2:10", "", clock=clock)
    limiter.admit(_KEY, _HOST, _METHOD)
    clock.now += 9.5
    limiter.admit(_KEY, _HOST, _METHOD)
    assert limiter.admit(_KEY, _HOST, _METHOD).retry_after == 1
    clock.now += 0.5
    assert not limiter.admit(_KEY, _HOST, _METHOD).refused_by


def test_refused_calls_count(clock: _Clock) -> None:
    limiter = RateLimiter("1:10", "", clock=clock)
    for _ in range(3):
        verdict = limiter.admit(_KEY, _HOST, _METHOD)
    assert verdict.headers["X-App-Rate-Limit-Count"] == "3:10"


def test_routing_values_and_keys_have_budgets_of_their_own(clock: _Clock) -> None:
    limiter = RateLimiter("1:10", "", clock=clock)
    calls = [(_KEY, "americas"), (_KEY, "europe"), ("RGAPI-2", "americas")]
    assert [limiter.admit(key, host, _METHOD).refused_by for key, host in calls] == ["", "", ""]
    assert limiter.admit(_KEY, "europe", _METHOD).refused_by == "application"


def test_methods_have_limits_of_their_own(clock: _Clock) -> None:
    limiter = RateLimiter("100:10", "5:10", {"match-v5.getTimeline": "1:10"}, clock=clock)
    limiter.admit(_KEY, _HOST, "match-v5.getTimeline")
    refused = limiter.admit(_KEY, _HOST, "match-v5.getTimeline")
    assert (refused.refused_by, refused.headers["X-Method-Rate-Limit-Count"]) == ("method", "2:10")
    assert not limiter.admit(_KEY, _HOST, _METHOD).refused_by


def test_a_refusal_by_the_application_limit_leaves_the_method_uncounted(clock: _Clock) -> None:
    limiter = RateLimiter("1:1", "9:10", clock=clock)
    limiter.admit(_KEY, _HOST, _METHOD)
    assert "X-Method-Rate-Limit" not in limiter.admit(_KEY, _HOST, _METHOD).headers
    clock.now += 1
    assert limiter.admit(_KEY, _HOST, _METHOD).headers["X-Method-Rate-Limit-Count"] == "2:10"


@pytest.mark.parametrize("nothing", ["", "none"])
def test_no_limits_means_no_headers(nothing: str, clock: _Clock) -> None:
    assert RateLimiter(nothing, nothing, clock=clock).admit(_KEY, _HOST, _METHOD).headers == {}


@given(
    limit=st.integers(1, 20),
    seconds=st.integers(1, 30),
    pauses=st.lists(st.floats(0, 12), min_size=1, max_size=80),
)
def test_no_window_ever_passes_more_than_its_limit(limit: int, seconds: int, pauses: list[float]) -> None:
    """Whatever the rhythm of calls: passed calls per window never exceed the limit, and waiting as told helps."""
    clock = _Clock()
    limiter = RateLimiter(f"{limit}:{seconds}", "", clock=clock)
    passed: list[float] = []
    opened = float("-inf")
    for pause in pauses:
        clock.now += pause
        if clock.now >= opened + seconds:
            opened, passed = clock.now, []
        verdict = limiter.admit(_KEY, _HOST, _METHOD)
        if not verdict.refused_by:
            passed.append(clock.now)
        else:
            assert clock.now + verdict.retry_after >= opened + seconds
        assert len(passed) <= limit


@pytest.mark.parametrize("text", ["20", "20:", ":1", "0:1", "20:0", "20:1;100:120", "a:b", "-1:10"])
def test_nonsense_is_no_rate_limit(text: str) -> None:
    with pytest.raises(ValueError, match="not a rate limit"):
        parse_limits(text)


def test_windows_report_the_most_calls_in_one_of_them(clock: _Clock) -> None:
    limiter = RateLimiter("5:1", "", clock=clock)
    for pause in (0, 0, 0, 2, 0):
        clock.now += pause
        limiter.admit(_KEY, _HOST, _METHOD)
    (window,) = [window for window in limiter.windows() if window["scope"] == "application"]
    assert (window["opened"], window["most_calls"], window["limit"]) == (2, 3, "5:1")
