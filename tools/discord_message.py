"""A message on SimCord's page: what a person sees of it, and does with it."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from playwright.async_api import Locator, Page, expect

PATIENCE_MS: Final = 30_000.0
"""How long an answer may take: a worker may have to fetch a match first."""

# What a progress message has, and an answer never.
_UNFINISHED: Final = re.compile(r"[▰▱]|\.\.\.\s*$|Thinking…")


async def settled(tab: Page) -> None:
    """Wait until SimCord's page has drawn everything and takes the next action: what comes before is dropped."""
    await tab.locator("#preview-app[aria-busy=false]").wait_for()
    await tab.locator("#send-message:enabled").wait_for()


@dataclass(frozen=True, slots=True)
class ShownMessage:
    """One message, by its id: it stays the same message while it is edited."""

    root: Locator

    async def author(self) -> str:
        """Who wrote it; a message right under another by the same author does not say so again."""
        name = await self.root.evaluate(
            "m => { while (m && !m.querySelector('.message-author')) m = m.previousElementSibling;"
            " return m?.querySelector('.message-author').textContent ?? '' }"
        )
        return str(name)

    async def asked(self) -> str:
        """The line above an answer: who used which command."""
        return await self.root.locator(".message-interaction-header").inner_text()

    async def text(self) -> str:
        """All its words, labels of buttons too."""
        return await self.root.inner_text()

    async def title(self) -> str:
        """The title of its embed."""
        return await self.root.locator(".embed-title").inner_text()

    async def fields(self) -> Mapping[str, str]:
        """The fields of its embed, name to value."""
        names = await self.root.locator(".embed-field-name").all_inner_texts()
        values = await self.root.locator(".embed-field-value").all_inner_texts()
        return dict(zip(names, values, strict=True))

    async def buttons(self) -> list[str]:
        """Labels of its buttons, links among them."""
        return await self.root.locator(".component-button .button-label").all_inner_texts()

    async def is_for_one_person(self) -> bool:
        """True if only the person who asked sees it."""
        return await self.root.locator(".message-ephemeral-note").count() == 1

    async def has_button(self, label: str) -> None:
        """Wait until it has a button of this label."""
        await self.root.get_by_role("button", name=label, exact=True).wait_for(timeout=PATIENCE_MS)

    async def says(self, words: str | re.Pattern[str]) -> None:
        """Wait until these words are in it."""
        await expect(self.root).to_contain_text(words, timeout=PATIENCE_MS)

    async def is_finished(self) -> None:
        """Wait for the answer itself, after progress."""
        await expect(self.root).not_to_have_text(_UNFINISHED, timeout=PATIENCE_MS)

    async def picture(self) -> Locator:
        """Its picture, once it is loaded: until then, and if it is broken, it has no size of its own."""
        picture = self.root.locator("img.embed-image, img.attachment-image, img.gallery-image").first
        await picture.wait_for(timeout=PATIENCE_MS)
        await expect(picture).not_to_have_js_property("naturalWidth", 0)
        return picture

    async def press(self, label: str) -> None:
        """Press a button."""
        await settled(self.root.page)
        await self.root.get_by_role("button", name=label, exact=True).click()

    async def choices(self) -> list[str]:
        """Open its select, once it is there; the labels that are in it."""
        await self.root.locator(".select-trigger").wait_for(timeout=PATIENCE_MS)
        await settled(self.root.page)
        await self.root.locator(".select-trigger").click()
        await self.root.locator(".select-option").first.wait_for()
        return await self.root.locator(".select-option .option-label").all_inner_texts()

    async def choose(self, label: str) -> None:
        """Choose what has this label in its open select."""
        await self.root.locator(".select-option").filter(has_text=label).first.click()

    async def follow(self, label: str) -> Page:
        """Follow a link button; the tab that it opens."""
        link = self.root.get_by_role("link", name=label)
        async with self.root.page.context.expect_page() as opened:
            await link.click()
        tab = await opened.value
        await tab.wait_for_load_state()
        return tab
