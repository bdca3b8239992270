"""A refused callback: what it leaves behind, what it counts for, and where it says why."""

from base64 import b64encode
from collections.abc import AsyncIterator

import aiohttp
import pytest
import structlog

from src.api.app import create_app
from src.core.errors import LeaseLost, Unavailable
from src.core.services.link_limits import CALLBACKS_PER_MINUTE
from tests.fakes.api import FakeSignIns, running
from tests.fakes.asgi import Answer, AsgiClient
from tests.fakes.link_browser import COOKIE, LinkBrowser


@pytest.fixture
def sign_ins() -> FakeSignIns:
    return FakeSignIns()


@pytest.fixture
async def browser(sign_ins: FakeSignIns) -> AsyncIterator[LinkBrowser]:
    async with running(create_app(sign_ins.services)) as base, LinkBrowser(base, sign_ins) as browser:
        yield browser


async def why(client: AsgiClient, path: str) -> Answer:
    """Ask for a callback that is refused; answers what its browser reads next."""
    refused = await client.get(path)
    assert (refused.status, refused.headers["location"]) == (303, "/link/over")
    return await client.get("/link/over", headers={"cookie": refused.headers["set-cookie"].partition(";")[0]})


# What it leaves behind.


async def test_why_a_callback_was_refused_can_be_read_again_for_a_while(browser: LinkBrowser) -> None:
    await browser.get("/rso/callback", query={"error": "access_denied"})

    again = await browser.get("/link/over")

    assert (again.status, "You cancelled the sign-in at Riot" in again.text) == (403, True)
    async with LinkBrowser(browser.base, browser.sign_ins) as other:
        nothing = await other.get("/link/over")
    assert (nothing.status, "/bind" in nothing.text, "cancelled" in nothing.text) == (403, True, False)


@pytest.mark.attack
@pytest.mark.parametrize(
    "change",
    [
        pytest.param({"state": "guessed"}, id="unknown state"),
        pytest.param({"code": "guessed"}, id="unknown code"),
        pytest.param({"error": "access_denied"}, id="cancelled"),
        pytest.param({"error": "server_error"}, id="Riot is down"),
        pytest.param({"code": "x" * 5000}, id="too long"),
    ],
)
@pytest.mark.parametrize("path", ["/discord/callback", "/rso/callback"])
async def test_no_code_stays_in_the_address_bar(
    browser: LinkBrowser, sign_ins: FakeSignIns, path: str, change: dict[str, str]
) -> None:
    """It may still be good: for a history, a screen that is shared, a picture sent to those who help."""
    if path == "/rso/callback":
        query = sign_ins.at_riot(await browser.to_riot())
    else:
        query = sign_ins.at_discord(await browser.begin(await sign_ins.invite()))

    async with browser.session.get(path, params=query | change, allow_redirects=False) as response:
        assert (response.status, response.headers["Location"]) == (303, "/link/over")
        assert not [secret for secret in (query | change).values() if secret in repr(response.headers)]


@pytest.mark.attack
@pytest.mark.parametrize("error", [RuntimeError("a defect"), Unavailable("Riot rests."), LeaseLost("row 7")])
async def test_no_code_stays_in_the_address_bar_whatever_breaks(
    browser: LinkBrowser, sign_ins: FakeSignIns, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise error

    query = sign_ins.at_riot(await browser.to_riot())
    monkeypatch.setattr(sign_ins.rso, "prove", fail)

    async with browser.session.get("/rso/callback", params=query, allow_redirects=False) as response:
        assert (response.status, response.headers["Location"]) == (303, "/link/over")


@pytest.mark.attack
@pytest.mark.parametrize("name", ["reason", "text", "detail", "error", "kind"])
async def test_no_parameter_puts_words_on_the_page_of_a_refusal(browser: LinkBrowser, name: str) -> None:
    seen = await browser.get("/link/over", query={name: "Call 555-0100"})

    assert (seen.status, "555-0100" in seen.text) == (403, False)


@pytest.mark.attack
@pytest.mark.parametrize("name", ["chimera-over", "__Secure-chimera-over"])
async def test_a_refusal_planted_by_another_host_of_the_domain_is_not_shown(browser: LinkBrowser, name: str) -> None:
    """Only this host can write a cookie whose name begins with `__Host-`."""
    async with browser.session.get("/rso/callback", params={"error": "access_denied"}, allow_redirects=False) as answer:
        cookie, *flags = answer.headers["Set-Cookie"].split("; ")
    assert sorted(flags) == ["HttpOnly", "Max-Age=60", "Path=/", "SameSite=lax", "Secure"]
    own, _, value = cookie.partition("=")
    assert own == "__Host-chimera-over"

    for planted, is_shown in ((own, True), (name, False)):
        headers = {"Cookie": f"{planted}={value}"}
        async with aiohttp.ClientSession(browser.base) as client, client.get("/link/over", headers=headers) as answer:
            assert (answer.status, "You cancelled" in await answer.text()) == (403, is_shown)


@pytest.mark.attack
@pytest.mark.parametrize(
    "value",
    [
        pytest.param("", id="empty"),
        pytest.param("é", id="no ASCII"),
        pytest.param("x", id="no base64"),
        pytest.param("e30", id="says nothing"),
        pytest.param("W10", id="another shape"),
        pytest.param(b64encode(b'{"kind": "LeaseLost", "text": "row 7"}').decode(), id="a false alarm"),
        pytest.param(b64encode(b'{"kind": "RiotKeyRejected", "text": ""}').decode(), id="one that is for the operator"),
        pytest.param(b64encode(b'{"kind": "Unavailable", "wait": Infinity}').decode(), id="an endless wait"),
    ],
)
async def test_a_refusal_that_a_browsers_owner_makes_up_breaks_nothing(sign_ins: FakeSignIns, value: str) -> None:
    client = AsgiClient(create_app(sign_ins.services))

    with structlog.testing.capture_logs() as logs:
        answer = await client.get("/link/over", headers={"cookie": f"__Host-chimera-over={value}"})

    assert (answer.status, "row 7" in answer.text) == (403, False)
    assert "request_failed" not in repr(logs)


# What it counts for.


@pytest.mark.attack
@pytest.mark.parametrize("path", ["/discord/callback", "/rso/callback"])
async def test_too_many_callbacks_from_an_address_have_to_wait(sign_ins: FakeSignIns, path: str) -> None:
    client = AsgiClient(create_app(sign_ins.services), address=("192.0.2.7", 1))
    for _ in range(CALLBACKS_PER_MINUTE):
        assert (await why(client, path)).status == 403

    answer = await why(client, path)

    assert (answer.status, answer.headers["retry-after"], "<h1>" in answer.text) == (429, "60", True)
    assert (await why(AsgiClient(client.app, address=("192.0.2.8", 1)), path)).status == 403


@pytest.mark.attack
@pytest.mark.parametrize("query", ["", "?code=c&state=s", "?error=access_denied&state=s", "?error=server_error"])
@pytest.mark.parametrize("cookie", [None, "guessed"])
@pytest.mark.parametrize("path", ["/discord/callback", "/rso/callback"])
async def test_a_callback_that_leads_nowhere_counts_whatever_it_says(
    sign_ins: FakeSignIns, path: str, cookie: str | None, query: str
) -> None:
    headers = {"cookie": f"{COOKIE}={cookie}"} if cookie else {}
    client = AsgiClient(create_app(sign_ins.services), headers=headers)
    for _ in range(CALLBACKS_PER_MINUTE):
        await client.get(path + query)

    assert (await why(client, path + query)).status == 429


@pytest.mark.attack
async def test_nobody_can_use_up_the_callbacks_of_those_who_are_let_through(browser: LinkBrowser) -> None:
    """Another site's pictures, loaded by a visitor, or everybody behind a proxy that nobody has named."""
    onward = await browser.begin(await browser.sign_ins.invite())
    async with LinkBrowser(browser.base, browser.sign_ins) as other:
        for _ in range(CALLBACKS_PER_MINUTE):
            await other.get("/rso/callback", query={"code": "c", "state": "s"})
        assert (await other.get("/rso/callback")).status == 429

    to_riot = (await browser.get("/discord/callback", query=browser.sign_ins.at_discord(onward))).headers["Location"]
    seen = await browser.get("/rso/callback", query=browser.sign_ins.at_riot(to_riot))

    assert (seen.status, seen.path) == (200, "/link/confirm")


async def test_people_who_are_let_through_are_not_counted(browser: LinkBrowser) -> None:
    for number in range(CALLBACKS_PER_MINUTE // 2):
        await browser.to_last_page(str(number))

    assert (await browser.get("/rso/callback")).status == 403


@pytest.mark.attack
@pytest.mark.parametrize(
    ("one", "other", "is_one_of_them"),
    [
        ("2001:db8:1:2::1", "2001:db8:1:2:ffff::7", True),  # a subscriber has a whole /64
        ("2001:db8:1:2::1", "2001:db8:1:3::1", False),
        ("::ffff:192.0.2.7", "192.0.2.7", True),
        ("::ffff:192.0.2.7", "::ffff:192.0.2.8", False),
        ("a socket", "a socket", True),
    ],
)
async def test_callbacks_are_counted_by_subscriber(
    sign_ins: FakeSignIns,
    one: str,
    other: str,
    is_one_of_them: bool,  # noqa: FBT001
) -> None:
    app = create_app(sign_ins.services)
    for _ in range(CALLBACKS_PER_MINUTE):
        await AsgiClient(app, address=(one, 1)).get("/rso/callback")

    answer = await why(AsgiClient(app, address=(other, 1)), "/rso/callback")

    assert answer.status == (429 if is_one_of_them else 403)
