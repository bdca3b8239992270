"""A real browser for the tests of a module (`pytest_plugins`), which are skipped where there is none."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from playwright.async_api import Browser

from tools.chromium import NoChromium, chromium


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def browser() -> AsyncIterator[Browser]:
    """One for all tests of a module, which run on its event loop: a context of it is a fresh profile."""
    try:
        async with chromium() as browser:
            yield browser
    except NoChromium as missing:
        pytest.skip(str(missing))
