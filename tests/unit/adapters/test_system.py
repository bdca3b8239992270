"""The machine's clock, randomness and secrets."""

from datetime import UTC, datetime, timedelta

from src.adapters.system_clock import SystemClock
from src.adapters.system_randomness import SystemRandomness
from src.adapters.system_secrets import SystemSecrets


def test_the_clock_tells_the_time_in_utc() -> None:
    now = SystemClock().now()
    assert now.tzinfo is UTC
    assert abs(now - datetime.now(UTC)) < timedelta(minutes=1)


def test_ids_are_fresh() -> None:
    randomness = SystemRandomness()
    assert len({randomness.job_id() for _ in range(100)}) == 100
    assert len({randomness.error_id() for _ in range(100)}) == 100


def test_an_error_id_is_eight_hex_digits() -> None:
    error_id = SystemRandomness().error_id()
    assert len(error_id) == 8
    assert int(error_id, 16) >= 0


def test_fractions_are_below_one_and_spread() -> None:
    fractions = [SystemRandomness().fraction() for _ in range(200)]
    assert all(0 <= fraction < 1 for fraction in fractions)
    assert min(fractions) < 0.5 < max(fractions)


def test_secrets_are_256_bits_fit_for_an_address() -> None:
    tokens = {SystemSecrets().token() for _ in range(100)}
    assert len(tokens) == 100
    assert all(len(token) == 43 and token.replace("-", "").replace("_", "").isalnum() for token in tokens)
