"""What is remembered of Riot's counts."""

import pytest

from src.adapters.riot_budget.heard import Heard
from src.core.domain.rate_limits import LimitHeaders, RateLimitAnswer


def _answer(count: int) -> RateLimitAnswer:
    return RateLimitAnswer(LimitHeaders("100:120", f"{count}:120"), LimitHeaders())


@pytest.mark.parametrize(
    ("let_go", "remembered"),
    [
        (0.5, 40),  # it had overtaken the one before: the same window
        (1.5, 3),  # let go after that answer, so it arrived after it: a window of its own
    ],
)
def test_a_lower_count_is_of_a_new_window_only_if_the_call_was_let_go_later(let_go: float, remembered: int) -> None:
    heard = Heard()
    heard.note(_answer(40), let_go=0.0, ended=1.0)
    heard.note(_answer(3), let_go=let_go, ended=2.0)
    assert heard.app[120].count == remembered


def test_it_is_told_with_its_age() -> None:
    heard = Heard()
    heard.note(_answer(40), let_go=0.0, ended=1.0)
    assert heard.in_json(1, now=4.0) == {"method": 1, "scopes": [[[100, 120, 40, 3.0]], []]}


def test_answers_without_limits_say_nothing() -> None:
    heard = Heard()
    heard.note(RateLimitAnswer(LimitHeaders(), LimitHeaders()), let_go=0.0, ended=1.0)
    assert heard.in_json(1, now=4.0) == {"method": 1, "scopes": [[], []]}
