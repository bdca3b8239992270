"""The adapter in front of an issuer that can be told to lie."""

from collections.abc import AsyncIterator

import pytest

from src.adapters.rso_adapter import RSOAdapter
from tests.fakes.rso_issuer import RSOIssuer, running_issuer
from tests.unit.adapters.rso_adapter.sign_ins import settings_for


@pytest.fixture
async def issuer() -> AsyncIterator[RSOIssuer]:
    async with running_issuer() as running:
        yield running


@pytest.fixture
def adapter(issuer: RSOIssuer) -> RSOAdapter:
    return RSOAdapter(settings_for(issuer))
