"""Fixtures that serve the Riot and RSO stand-ins to whoever needs them."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime

import pytest
import pytest_asyncio

from src.sandbox.riot import RiotSandbox, World

SANDBOX_NOW = datetime(2026, 5, 10, 18, 0, tzinfo=UTC)
"""The moment the sandbox's histories lead up to, so that tests can name dates."""


@pytest.fixture(scope="session")
def riot_world() -> World:
    """One generated world for the whole run: documents are generated once and kept."""
    return World(seed=1, now=SANDBOX_NOW)


@pytest_asyncio.fixture
async def riot_sandbox(riot_world: World) -> AsyncIterator[RiotSandbox]:
    """A running stand-in with production limits; faults and counters are its own."""
    async with RiotSandbox(riot_world) as sandbox:
        yield sandbox
