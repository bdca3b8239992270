"""SimCord's page as people use it: keyboard, mouse, and what they see. The page waits for itself; nothing sleeps.

The page takes one action at a time and drops what comes meanwhile, so every action begins with `settled`. Its content
security policy forbids `wait_for_function`: waiting is done by locators.
"""

import asyncio
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, Final, Self

from playwright.async_api import Browser, Locator, Page, ViewportSize, expect

from tools.discord_message import PATIENCE_MS, ShownMessage, settled

DESK: Final[ViewportSize] = {"width": 1120, "height": 900}
PHONE: Final[ViewportSize] = {"width": 400, "height": 860}

_LOOK_SECONDS: Final = 0.02


@dataclass(frozen=True, slots=True)
class DiscordPage:
    """A tab with the page in it."""

    tab: Page

    @classmethod
    @asynccontextmanager
    async def opened(
        cls, browser: Browser, url: str, *, viewport: ViewportSize = DESK, scale: float = 1
    ) -> AsyncIterator[Self]:
        """Open the page in a profile of its own; `scale` is how many pixels a CSS pixel has on a side."""
        profile = await browser.new_context(viewport=viewport, device_scale_factor=scale)
        try:
            page = cls(await profile.new_page())
            await page.tab.goto(url)
            await settled(page.tab)
            yield page
        finally:
            await profile.close()

    async def view_as(self, name: str) -> None:
        """Be somebody else, by the name that the page shows."""
        await settled(self.tab)
        now = self.tab.locator("#viewer-picker option:checked")
        if await now.inner_text() == name:
            return
        await self.tab.locator("#viewer-picker").select_option(label=name)
        await expect(now).to_have_text(name)
        await settled(self.tab)

    def messages(self) -> Locator:
        """All messages that are shown, oldest first."""
        return self.tab.locator("#channel-message-list > .channel-message")

    async def newest(self) -> ShownMessage:
        """The last message that is there now."""
        return await self._kept(self.messages().last)

    async def shows(self, message: ShownMessage) -> bool:
        """Whether whoever looks at the page now sees a message."""
        return await message.root.count() == 1

    async def answer_to(self, doing: Coroutine[Any, Any, object]) -> ShownMessage:
        """Do something; the message that it brings."""
        await settled(self.tab)
        before = await self.messages().last.get_attribute("data-message-id") if await self.messages().count() else None
        after = f"[data-message-id='{before}'] ~ .channel-message" if before else ".channel-message"
        await doing
        message = self.tab.locator(f"#channel-message-list > {after}").first
        await message.wait_for(timeout=PATIENCE_MS)
        return await self._kept(message)

    async def _kept(self, message: Locator) -> ShownMessage:
        """The message by its id, whatever comes after it."""
        identity = await message.get_attribute("data-message-id")
        return ShownMessage(self.tab.locator(f"#channel-message-list > [data-message-id='{identity}']"))

    async def command(self, name: str, /, *, typed: str | None = None, **options: str) -> ShownMessage:
        """Type a command with its options and send it; the answer as it first appears.

        `typed` are the letters before Tab, by default the whole name; options are filled in as `fill_in` does.
        """
        await self.write(name, typed=typed)
        for option, value in options.items():
            await self.fill_in(option, value)
        return await self.answer_to(self.send())

    async def write(self, name: str, /, *, typed: str | None = None) -> None:
        """Type the beginning of a command and take it with Tab; it waits for its options."""
        await settled(self.tab)
        await self.tab.locator("#channel-composer-input").click()
        await self.tab.keyboard.type(f"/{name if typed is None else typed}")
        await self._go_to(self.tab.locator(".command-entry"), f"/{name}")
        await self.tab.keyboard.press("Tab")
        await self.tab.locator(".command-chip").wait_for()

    async def fill_in(self, option: str, typed: str) -> None:
        """Add an option to the command and type its value; where values are offered, the first one is taken."""
        offered = await self.offered(option, typed)
        if offered:
            await self.take(offered[0])

    async def take(self, label: str) -> None:
        """Take what is offered under this label."""
        await self._go_to(self._suggestions(), label)
        await self.tab.keyboard.press("Enter")

    async def offered(self, option: str, typed: str = "") -> list[str]:
        """Type into an option; what is offered for it, in order. The list stays open."""
        field = self.tab.locator(f".command-option-input[data-option={option}]")
        if not await field.count():
            if not await self._suggestions().count():
                await self.tab.locator(".command-ghost").click()
            await self._go_to(self._suggestions(), option)
            await self.tab.keyboard.press("Tab")
        await field.wait_for()
        await self.tab.keyboard.type(typed)
        if await field.get_attribute("role") != "combobox":
            return []
        await self._until_offered(option)
        return await self._suggestions().locator(".command-suggestion-label").all_inner_texts()

    def _suggestions(self) -> Locator:
        return self.tab.locator(".command-popup:not([hidden]) .command-suggestion")

    async def _until_offered(self, option: str) -> None:
        """Wait for the bot's autocomplete, or for choices that need none."""
        async with asyncio.timeout(PATIENCE_MS / 1000):
            while not await self._is_offered(option):  # noqa: ASYNC110 - another process's page
                await asyncio.sleep(_LOOK_SECONDS)

    async def _is_offered(self, option: str) -> bool:
        asked = await self.tab.evaluate("simcordPreview.commandPicker.autocomplete")
        if asked["option"] == option:
            return bool(asked["state"] != "loading")
        return await self._suggestions().count() > 0

    async def _go_to(self, items: Locator, words: str) -> None:
        """Go down a list with the arrow key to what has these words."""
        await items.filter(has_text=words).first.wait_for()
        texts = await items.all_inner_texts()
        steps = next(place for place, text in enumerate(texts) if words in text)
        for _ in range(steps):
            await self.tab.keyboard.press("ArrowDown")
        await expect(items.nth(steps)).to_contain_class("is-active")

    async def send(self) -> None:
        """Send the command with Enter; where values are still offered, Enter would take one."""
        if await self.tab.locator(".command-option-input:focus").count() and await self._suggestions().count():
            await self.tab.keyboard.press("Escape")
        await settled(self.tab)
        await self.tab.keyboard.press("Enter")

    async def fill_in_form(self, **fields: str) -> None:
        """Fill in the form that a button has opened, by the ids of its fields, and submit it."""
        form = self.tab.locator(".modal-dialog")
        for name, value in fields.items():
            await form.locator(f"[name='{name}']").fill(value)
        await form.get_by_role("button", name="Submit").click()
        await form.wait_for(state="hidden")
