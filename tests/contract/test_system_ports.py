"""Clock, randomness and secrets: what the fakes promise, the machine keeps."""

from datetime import timedelta

import pytest

from src.adapters.system_clock import SystemClock
from src.adapters.system_randomness import SystemRandomness
from src.adapters.system_secrets import SystemSecrets
from src.core.ports.clock import Clock
from src.core.ports.randomness import Randomness
from src.core.ports.secrets import SecretSource
from tests.fakes.clock import FakeClock
from tests.fakes.randomness import FakeRandomness
from tests.fakes.secrets import FakeSecretSource


@pytest.mark.parametrize("clock", [FakeClock(), SystemClock()], ids=["fake", "system"])
def test_the_time_is_aware_and_in_utc(clock: Clock) -> None:
    """No time without its zone enters core."""
    assert clock.now().utcoffset() == timedelta(0)


@pytest.mark.parametrize("clock", [FakeClock(), SystemClock()], ids=["fake", "system"])
def test_time_does_not_run_backwards(clock: Clock) -> None:
    """Two looks one after the other are in order."""
    assert clock.now() <= clock.now()


@pytest.mark.parametrize("randomness", [FakeRandomness(), SystemRandomness()], ids=["fake", "system"])
def test_ids_are_fresh(randomness: Randomness) -> None:
    """No id comes twice; an error id is short enough to be read out."""
    assert len({randomness.job_id() for _ in range(1000)}) == 1000
    errors = {randomness.error_id() for _ in range(100)}
    assert len(errors) == 100
    assert all(len(error) == 8 for error in errors)


@pytest.mark.parametrize("randomness", [FakeRandomness(fraction=0.5), SystemRandomness()], ids=["fake", "system"])
def test_a_fraction_is_below_one(randomness: Randomness) -> None:
    """Jitter never doubles what it spreads."""
    assert all(0 <= randomness.fraction() < 1 for _ in range(1000))


@pytest.mark.parametrize("secrets", [FakeSecretSource(), SystemSecrets()], ids=["fake", "system"])
def test_secrets_are_fresh_and_fit_into_a_url(secrets: SecretSource) -> None:
    """No token comes twice, and none needs escaping."""
    tokens = {secrets.token() for _ in range(100)}
    assert len(tokens) == 100
    assert all(token.replace("-", "").replace("_", "").isalnum() for token in tokens)


def test_a_real_secret_holds_256_bits() -> None:
    """32 random bytes are 43 characters of base64url."""
    assert len(SystemSecrets().token()) >= 43
