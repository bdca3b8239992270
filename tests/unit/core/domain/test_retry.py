"""The retry policy."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from src.core.domain.retry import RetryPolicy
from src.core.errors import MatchNotFound, RateLimited, Unavailable

FRACTIONS = st.floats(0, 1, exclude_max=True)


@pytest.mark.parametrize(("attempt", "seconds"), [(0, 1.0), (1, 2.0), (2, 4.0), (9, 512.0), (10, 600.0), (5000, 600.0)])
def test_the_wait_doubles_up_to_the_cap(attempt: int, seconds: float) -> None:
    assert RetryPolicy().delay(attempt, Unavailable(), fraction=0.0) == seconds


def test_chance_spreads_the_wait_by_half() -> None:
    policy = RetryPolicy(base=10.0)
    assert policy.delay(0, Unavailable(), fraction=0.5) == 12.5


@given(st.integers(0, 10_000), FRACTIONS, st.none() | st.floats(0, 100_000))
def test_a_retry_is_never_before_the_moment_that_was_told(attempt: int, fraction: float, told: float | None) -> None:
    policy = RetryPolicy()
    delay = policy.delay(attempt, RateLimited(retry_after=told), fraction=fraction)
    assert delay >= (told or 0.0)
    assert delay <= max(policy.cap * 1.5, told or 0.0)


@given(st.integers(0, 100), FRACTIONS)
def test_the_next_attempt_waits_no_less(attempt: int, fraction: float) -> None:
    policy = RetryPolicy()
    first, second = (policy.delay(n, Unavailable(), fraction=fraction) for n in (attempt, attempt + 1))
    assert second >= first >= policy.base


def test_errors_that_tell_no_moment_back_off_alone() -> None:
    assert RetryPolicy().delay(1, MatchNotFound(), fraction=0.0) == 2.0


def test_without_backoff_every_wait_is_the_same_and_without_jitter_exact() -> None:
    policy = RetryPolicy(base=30.0, backoff=False, jitter=False)
    assert [policy.delay(attempt, Unavailable(), fraction=0.9) for attempt in range(3)] == [30.0, 30.0, 30.0]
