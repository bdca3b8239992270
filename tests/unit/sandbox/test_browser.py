"""The small browser that the demo and the acceptance tests sign in with."""

from collections.abc import AsyncIterator, Awaitable, Callable

import pytest
from aiohttp import web

from src.sandbox.browser import Browser, Page

SIGN_IN = """<!doctype html><html><head><title>hidden</title><style>p { color: red }</style></head><body>
<h1>Sign  in</h1><p>as one of <b>these</b>:</p><script>var hidden = 1</script>
<form method="POST" action="/done?step=2">
<input type="hidden" name="csrf" value="abc"><input name="name" value="me"><input name="unsaid">
<input type="radio" name="account" value="one"><input type="radio" name="account" value="two">
<input type="submit" name="go" value="yes"><button name="go" value="no">No</button><input value="nameless">
</form><form><input name="q"></form></body></html>"""


async def show(_request: web.Request) -> web.Response:
    response = web.Response(text=SIGN_IN, content_type="text/html")
    response.set_cookie("session", "s1", httponly=True)
    return response


async def tell(request: web.Request) -> web.Response:
    """What was asked, in words."""
    form = {name: str(value) for name, value in (await request.post()).items()}
    about = [request.headers.get(name) for name in ("Origin", "Sec-Fetch-Site")]
    told = [request.method, request.path_qs, form, dict(request.cookies), *about]
    return web.Response(text=f"<p>{told}</p>", content_type="text/html")


async def lead_on(_request: web.Request) -> web.Response:
    raise web.HTTPFound("/sign-in")


async def lead_on_by_itself(_request: web.Request) -> web.Response:
    text = '<meta http-equiv="refresh" content="0; url=/done?step=3&amp;more=1"><p>On to the next.</p>'
    response = web.Response(text=text, content_type="text/html")
    response.set_cookie("__Host-session", "s2", secure=True, path="/")
    return response


async def go_round(_request: web.Request) -> web.Response:
    return web.Response(text='<meta http-equiv="refresh" content="0; url=/round">', content_type="text/html")


async def search(_request: web.Request) -> web.Response:
    return web.Response(text="<form><input name=q value=old></form>", content_type="text/html")


async def refuse(_request: web.Request) -> web.Response:
    return web.Response(status=403, text="<p>Not you.</p>", content_type="text/html")


PAGES: dict[str, Callable[[web.Request], Awaitable[web.StreamResponse]]] = {
    "/sign-in": show, "/done": tell, "/start": lead_on, "/refused": refuse, "/search": search,
    "/onward": lead_on_by_itself, "/round": go_round,
}  # fmt: skip


@pytest.fixture
async def site() -> AsyncIterator[str]:
    """The address of a small site."""
    app = web.Application()
    for path, page in PAGES.items():
        app.router.add_get(path, page)
    app.router.add_post("/done", tell)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    await runner.cleanup()


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    async with Browser() as browser:
        yield browser


async def test_redirects_are_followed(browser: Browser, site: str) -> None:
    page = await browser.open(f"{site}/start")
    assert (str(page.url), page.status) == (f"{site}/sign-in", 200)


async def test_a_page_that_leads_on_is_followed_with_the_secure_cookies_it_gave(browser: Browser, site: str) -> None:
    page = await browser.open(f"{site}/onward")
    assert str(page.url) == f"{site}/done?step=3&more=1"
    assert "'__Host-session': 's2'" in page.text
    assert browser.cookies(site) == {"__Host-session": "s2"}


async def test_pages_that_lead_in_a_circle_are_left(browser: Browser, site: str) -> None:
    with pytest.raises(LookupError):
        await browser.open(f"{site}/round")


async def test_only_what_one_sees_is_text(browser: Browser, site: str) -> None:
    page = await browser.open(f"{site}/sign-in")
    assert page.text == "Sign in as one of these : No"


async def test_a_refusal_is_a_page_too(browser: Browser, site: str) -> None:
    page = await browser.open(f"{site}/refused")
    assert (page.status, page.text, page.forms) == (403, "Not you.", ())


async def test_forms_are_read_with_their_values_and_choices(browser: Browser, site: str) -> None:
    first, second = (await browser.open(f"{site}/sign-in")).forms
    assert (first.method, first.action) == ("post", "/done?step=2")
    assert first.values == {"csrf": "abc", "name": "me", "unsaid": ""}
    assert first.choices == {"account": ["one", "two"], "go": ["yes", "no"]}
    assert (second.method, second.action, second.values) == ("get", "", {"q": ""})


async def test_a_form_is_sent_where_it_says_with_cookies_and_where_it_comes_from(browser: Browser, site: str) -> None:
    page = await browser.open(f"{site}/sign-in")
    told = await browser.submit(page, account="two", name="you")
    sent = {"csrf": "abc", "name": "you", "unsaid": "", "account": "two"}
    assert told.text == str(["POST", "/done?step=2", sent, {"session": "s1"}, "null", "same-origin"])


async def test_a_form_without_an_action_goes_to_its_own_page(browser: Browser, site: str) -> None:
    page = await browser.open(f"{site}/search")
    assert str((await browser.submit(page, q="new")).url) == f"{site}/search?q=new"


async def test_a_page_without_a_form_cannot_be_filled_in(browser: Browser, site: str) -> None:
    page: Page = await browser.open(f"{site}/refused")
    with pytest.raises(LookupError):
        await browser.submit(page)
