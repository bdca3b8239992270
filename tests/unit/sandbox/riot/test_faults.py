"""Which calls a fault rule strikes, and how often."""

from typing import Any

import pytest
from pydantic import ValidationError

from src.sandbox.riot import FaultRule
from src.sandbox.riot.faults import Faults

_MATCH, _TIMELINE = "match-v5.getMatch", "match-v5.getTimeline"
_PATH = "/lol/match/v5/matches/NA1_1"


def test_the_first_matching_rule_applies() -> None:
    faults = Faults()
    faults.add(FaultRule(method=_TIMELINE, status=500), FaultRule(path="/matches/", status=503))
    assert _status(faults.draw(f"{_PATH}/timeline", _TIMELINE)) == 500
    assert _status(faults.draw(_PATH, _MATCH)) == 503
    assert faults.draw("/lol/status/v4/platform-data", "lol-status-v4.getPlatformData") is None


def test_path_and_method_must_both_match() -> None:
    faults = Faults()
    faults.add(FaultRule(path="NA1_2", method=_MATCH, status=500))
    assert faults.draw(_PATH, _MATCH) is None


def test_a_counted_rule_wears_out() -> None:
    faults = Faults()
    faults.add(FaultRule(status=502, count=2))
    assert [_status(faults.draw(_PATH, _MATCH)) for _ in range(3)] == [502, 502, None]
    assert faults.rules == []


def test_equal_rules_are_counted_apart() -> None:
    faults = Faults()
    rule = FaultRule(status=502, count=1)
    faults.add(rule, rule.model_copy())
    assert [_status(faults.draw(_PATH, _MATCH)) for _ in range(3)] == [502, 502, None]


def test_a_probability_is_a_share() -> None:
    faults = Faults(seed=5)
    faults.add(FaultRule(status=500, probability=0.3))
    struck = sum(faults.draw(_PATH, _MATCH) is not None for _ in range(2_000))
    assert 480 < struck < 720


def test_clearing_ends_every_fault() -> None:
    faults = Faults()
    faults.add(FaultRule(status=500), FaultRule(body="reset", count=3))
    faults.clear()
    assert faults.draw(_PATH, _MATCH) is None


def test_a_delay_is_within_its_bounds() -> None:
    faults = Faults()
    delays = [faults.delay_s(FaultRule(latency_ms=(20, 40))) for _ in range(50)]
    assert 0.02 <= min(delays) < max(delays) <= 0.04
    assert faults.delay_s(FaultRule(status=500)) == 0


@pytest.mark.parametrize(
    "rule",
    [
        {},
        {"path": "(", "status": 500},
        {"status": 200},
        {"latency_ms": [50, 10]},
        {"status": 500, "probability": 0},
        {"status": 500, "count": 0},
        {"status": 500, "typo": 1},
        {"status": 429, "rate_limit_type": "imaginary"},
    ],
)
def test_a_rule_that_makes_no_sense_is_refused(rule: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        FaultRule.model_validate(rule)


def _status(rule: FaultRule | None) -> int | None:
    return rule.status if rule else None
