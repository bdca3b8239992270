"""Debian's Chromium, driven by Playwright; nothing is downloaded."""

import os
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from playwright.async_api import Browser, async_playwright


class NoChromium(LookupError):
    """No Chromium is installed (Debian: apt install chromium)."""


def chromium_binary() -> str:
    """Where Chromium is. Raises NoChromium."""
    for name in ("chromium", "chromium-browser", "google-chrome"):
        if found := shutil.which(name):
            return found
    raise NoChromium(NoChromium.__doc__)


@asynccontextmanager
async def chromium() -> AsyncIterator[Browser]:
    """A headless browser, to be used on this event loop; it has ended afterwards. Raises NoChromium."""
    binary = chromium_binary()
    is_root = os.geteuid() == 0
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=binary,
            chromium_sandbox=not is_root,  # root may not have one
            args=["--disable-dev-shm-usage"] if is_root else [],
        )
        try:
            yield browser
        finally:
            await browser.close()
