"""The pages between /bind and a linked account: Chimera's own, and the sandbox's stand-ins for Discord and Riot."""

from urllib.parse import urlsplit

from playwright.async_api import Page


async def sign_in(tab: Page, person: str, riot_id: str) -> None:
    """Go from the page of an invitation to the last one, which says that the account is linked."""
    await tab.get_by_role("button", name="Continue to Discord").click()
    await tab.wait_for_url(lambda url: urlsplit(url).path == "/oauth2/authorize")
    await tab.get_by_role("radio", name=person).check()
    await tab.get_by_role("button", name="Authorize").click()
    await tab.wait_for_url(lambda url: urlsplit(url).path == "/rso/authorize")
    await tab.get_by_role("radio", name=riot_id).check()
    await tab.get_by_role("button", name="Sign in").click()
    await tab.get_by_role("button", name="Yes, link them").click()
    await tab.get_by_role("heading", name="Linked").wait_for()
