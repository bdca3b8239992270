"""The pages of /bind over HTTP, as a browser and as an attacker meet them."""

import re
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest
import structlog

from src.api.app import create_app
from src.core.errors import Unavailable
from tests.fakes.api import FakeSignIns, running
from tests.fakes.rso import ISSUER


@pytest.fixture
def sign_ins() -> FakeSignIns:
    return FakeSignIns()


@pytest.fixture
async def base(sign_ins: FakeSignIns) -> AsyncIterator[str]:
    async with running(create_app(sign_ins.services)) as url:
        yield url


@pytest.fixture
async def browser(base: str) -> AsyncIterator[aiohttp.ClientSession]:
    async with new_browser(base) as session:
        yield session


def new_browser(base: str) -> aiohttp.ClientSession:
    return aiohttp.ClientSession(base, cookie_jar=aiohttp.CookieJar(unsafe=True))


async def linked(sign_ins: FakeSignIns) -> bool:
    return await sign_ins.services.binding.get_binding("1") is not None


async def arrive(browser: aiohttp.ClientSession, sign_ins: FakeSignIns, **who: Any) -> tuple[str, str]:
    """Come back from Riot as far as the confirmation page: its text and its form token."""
    async with browser.get("/rso/callback", params=await sign_ins.callback(**who)) as response:
        text = await response.text()
        assert (response.status, response.url.path, response.url.query_string) == (200, "/link/confirm", "")
    found = re.search(r'name="form_token" value="([^"]+)"', text)
    assert found is not None
    return text, found[1]


async def post(browser: aiohttp.ClientSession, path: str, form: dict[str, str]) -> tuple[int, str]:
    async with browser.post(path, data=form) as response:
        return response.status, await response.text()


async def get(browser: aiohttp.ClientSession, path: str, **params: str) -> tuple[int, str]:
    async with browser.get(path, params=params) as response:
        return response.status, await response.text()


async def test_the_whole_way_ends_in_a_link(browser: aiohttp.ClientSession, sign_ins: FakeSignIns) -> None:
    text, form_token = await arrive(browser, sign_ins)
    assert "somebody" in text
    assert "Hide on bush" in text
    assert "NA1" in text
    assert not await linked(sign_ins)

    status, text = await post(browser, "/link/confirm", {"form_token": form_token})

    assert (status, "Linked" in text, await linked(sign_ins)) == (200, True, True)


async def test_the_address_of_the_confirmation_and_its_page_hold_no_secret(
    browser: aiohttp.ClientSession, sign_ins: FakeSignIns
) -> None:
    text, _ = await arrive(browser, sign_ins)

    (cookie,) = browser.cookie_jar
    assert cookie.value not in text


async def test_the_cookie_is_out_of_reach_of_scripts_and_of_other_sites(
    browser: aiohttp.ClientSession, sign_ins: FakeSignIns
) -> None:
    async with browser.get("/rso/callback", params=await sign_ins.callback(), allow_redirects=False) as response:
        cookie = response.headers["Set-Cookie"]

    assert cookie.startswith("chimera-link=")
    assert {"HttpOnly", "SameSite=lax", "Path=/link", "Max-Age=600"} <= set(cookie.split("; "))


async def test_over_https_the_cookie_is_locked_to_this_host() -> None:
    sign_ins = FakeSignIns("https://chimera.example")
    async with running(create_app(sign_ins.services)) as base, new_browser(base) as browser:
        async with browser.get("/rso/callback", params=await sign_ins.callback(), allow_redirects=False) as response:
            cookie = response.headers["Set-Cookie"]
        value = cookie.split(";")[0].partition("=")[2]
        async with browser.get("/link/confirm", cookies={"__Host-chimera-link": value}) as response:
            assert response.status == 200

    assert cookie.startswith("__Host-chimera-link=")
    assert {"Secure", "HttpOnly", "SameSite=lax", "Path=/"} <= set(cookie.split("; "))
    assert "Domain" not in cookie


async def test_looking_at_the_page_changes_nothing(browser: aiohttp.ClientSession, sign_ins: FakeSignIns) -> None:
    _, form_token = await arrive(browser, sign_ins)

    for _ in range(3):
        assert (await get(browser, "/link/confirm"))[0] == 200

    assert not await linked(sign_ins)
    assert (await post(browser, "/link/confirm", {"form_token": form_token}))[0] == 200


async def test_a_link_preview_sees_nothing(base: str, browser: aiohttp.ClientSession, sign_ins: FakeSignIns) -> None:
    await arrive(browser, sign_ins)

    async with new_browser(base) as preview:
        status, text = await get(preview, "/link/confirm")

    assert (status, "Hide on bush" in text) == (403, False)


@pytest.mark.parametrize("form", [{}, {"form_token": ""}, {"form_token": "0" * 64}, {"form_token": "é"}])
@pytest.mark.parametrize("path", ["/link/confirm", "/link/refuse"])
async def test_a_form_of_another_site_does_nothing(
    browser: aiohttp.ClientSession, sign_ins: FakeSignIns, path: str, form: dict[str, str]
) -> None:
    _, form_token = await arrive(browser, sign_ins)

    assert (await post(browser, path, form))[0] == 403

    assert not await linked(sign_ins)
    assert (await post(browser, "/link/confirm", {"form_token": form_token}))[0] == 200


async def test_a_form_token_of_another_browser_does_nothing(
    base: str, browser: aiohttp.ClientSession, sign_ins: FakeSignIns
) -> None:
    await arrive(browser, sign_ins)
    async with new_browser(base) as attacker:
        _, theirs = await arrive(attacker, sign_ins, discord_id="2")

    assert (await post(browser, "/link/confirm", {"form_token": theirs}))[0] == 403
    assert not await linked(sign_ins)


async def test_a_form_without_the_cookie_does_nothing(
    base: str, browser: aiohttp.ClientSession, sign_ins: FakeSignIns
) -> None:
    _, form_token = await arrive(browser, sign_ins)

    async with new_browser(base) as attacker:
        assert (await post(attacker, "/link/confirm", {"form_token": form_token}))[0] == 403

    assert not await linked(sign_ins)


async def test_a_refusal_links_nothing(browser: aiohttp.ClientSession, sign_ins: FakeSignIns) -> None:
    _, form_token = await arrive(browser, sign_ins)

    status, text = await post(browser, "/link/refuse", {"form_token": form_token})

    assert (status, "Nothing was linked" in text) == (200, True)
    assert not list(browser.cookie_jar)
    assert not sign_ins.database.pending
    assert not await linked(sign_ins)


async def test_a_second_confirmation_explains_itself(browser: aiohttp.ClientSession, sign_ins: FakeSignIns) -> None:
    _, form_token = await arrive(browser, sign_ins)
    (cookie,) = browser.cookie_jar
    kept = {cookie.key: cookie.value}
    await post(browser, "/link/confirm", {"form_token": form_token})

    async with browser.post("/link/confirm", data={"form_token": form_token}, cookies=kept) as response:
        assert response.status == 403
        assert "/accounts" in await response.text()


async def test_a_confirmation_after_ten_minutes_is_refused(
    browser: aiohttp.ClientSession, sign_ins: FakeSignIns
) -> None:
    _, form_token = await arrive(browser, sign_ins)
    sign_ins.clock.advance(600)

    assert (await post(browser, "/link/confirm", {"form_token": form_token}))[0] == 403
    assert not await linked(sign_ins)


async def test_a_replayed_callback_is_refused(browser: aiohttp.ClientSession, sign_ins: FakeSignIns) -> None:
    callback = await sign_ins.callback()
    assert (await get(browser, "/rso/callback", **callback))[0] == 200

    assert (await get(browser, "/rso/callback", **callback))[0] == 403
    assert len(sign_ins.rso.proofs_asked) == 1


@pytest.mark.parametrize(
    "change",
    [
        pytest.param({"state": "guessed"}, id="unknown state"),
        pytest.param({"state": ""}, id="no state"),
        pytest.param({"code": ""}, id="no code"),
        pytest.param({"code": "guessed"}, id="unknown code"),
        pytest.param({"iss": "https://evil.test"}, id="another issuer"),
    ],
)
async def test_a_wrong_callback_is_refused(
    browser: aiohttp.ClientSession, sign_ins: FakeSignIns, change: dict[str, str]
) -> None:
    status, _ = await get(browser, "/rso/callback", **(await sign_ins.callback() | {"iss": ISSUER} | change))

    assert status == 403
    assert not sign_ins.database.pending
    assert not list(browser.cookie_jar)


async def test_a_callback_after_ten_minutes_is_refused(browser: aiohttp.ClientSession, sign_ins: FakeSignIns) -> None:
    callback = await sign_ins.callback()
    sign_ins.clock.advance(600)

    assert (await get(browser, "/rso/callback", **callback))[0] == 403


async def test_a_code_cannot_travel_to_another_state(browser: aiohttp.ClientSession, sign_ins: FakeSignIns) -> None:
    mine, theirs = await sign_ins.callback("1"), await sign_ins.callback("2")

    assert (await get(browser, "/rso/callback", code=theirs["code"], state=mine["state"]))[0] == 403
    assert not sign_ins.database.pending


async def test_somebody_elses_account_is_a_conflict(
    base: str, browser: aiohttp.ClientSession, sign_ins: FakeSignIns
) -> None:
    _, form_token = await arrive(browser, sign_ins, discord_id="2")
    await post(browser, "/link/confirm", {"form_token": form_token})

    async with new_browser(base) as other:
        _, form_token = await arrive(other, sign_ins, discord_id="1")
        status, text = await post(other, "/link/confirm", {"form_token": form_token})

    assert (status, "already linked" in text) == (409, True)


async def test_a_sign_in_cancelled_at_riot_says_so_and_is_over(
    browser: aiohttp.ClientSession, sign_ins: FakeSignIns
) -> None:
    callback = await sign_ins.callback()

    status, text = await get(browser, "/rso/callback", error="access_denied", state=callback["state"])

    assert (status, "cancelled" in text) == (403, True)
    assert (await get(browser, "/rso/callback", **callback))[0] == 403


@pytest.mark.parametrize(
    ("error", "status"), [("server_error", 503), ("invalid_scope", 403), ("<script>alert(1)</script>", 403)]
)
async def test_every_error_of_riot_gets_a_page(browser: aiohttp.ClientSession, error: str, status: int) -> None:
    found, text = await get(browser, "/rso/callback", error=error, error_description=error)

    assert (found, "<script" in text) == (status, False)


async def test_names_are_text_by_strangers(browser: aiohttp.ClientSession, sign_ins: FakeSignIns) -> None:
    evil = "<img src=x onerror=alert(1)>"

    text, _ = await arrive(browser, sign_ins, discord_name=evil, game_name=evil)

    assert evil not in text
    assert text.count("&lt;img") == 2


async def test_without_a_discord_name_the_page_shows_the_id(
    browser: aiohttp.ClientSession, sign_ins: FakeSignIns
) -> None:
    text, _ = await arrive(browser, sign_ins, discord_id="184405311681986560", discord_name="")

    assert "184405311681986560" in text


async def test_a_query_that_is_too_long_is_refused_without_repeating_it(browser: aiohttp.ClientSession) -> None:
    status, text = await get(browser, "/rso/callback", code="x" * 5000, state="y")

    assert (status, "xxx" in text) == (422, False)


async def test_riot_being_down_is_a_page_that_says_so(browser: aiohttp.ClientSession, sign_ins: FakeSignIns) -> None:
    callback = await sign_ins.callback()
    sign_ins.rso.error = Unavailable("Riot rests.", retry_after=2.5)

    async with browser.get("/rso/callback", params=callback) as response:
        assert (response.status, response.headers["Retry-After"]) == (503, "3")
        assert "Riot rests." in await response.text()


@pytest.mark.parametrize("path", ["/", "/link/confirm", "/rso/callback", "/assets/chimera.css", "/nowhere", "/health"])
async def test_every_answer_is_safe_to_show(browser: aiohttp.ClientSession, path: str) -> None:
    async with browser.get(path, headers={"Accept": "text/html"}) as response:
        headers = response.headers

    policy = headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert headers["Referrer-Policy"] == "no-referrer"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Cache-Control"] == "no-store"


async def test_pages_load_nothing_from_elsewhere(browser: aiohttp.ClientSession, sign_ins: FakeSignIns) -> None:
    pages = [(await get(browser, "/"))[1], (await arrive(browser, sign_ins))[0], (await get(browser, "/nowhere"))[1]]

    for text in pages:
        assert not [url for url in re.findall(r'(?:src|href|action)="([^"]+)"', text) if not url.startswith("/")]
        assert "<script" not in text
        assert " style=" not in text


async def test_every_page_carries_riots_sentences(browser: aiohttp.ClientSession, sign_ins: FakeSignIns) -> None:
    for text in ((await get(browser, "/"))[1], (await arrive(browser, sign_ins))[0]):
        assert "not endorsed by Riot Games" in text
        assert "registered trademarks of Riot Games, Inc." in text


async def test_logs_hold_neither_codes_nor_states_nor_names(
    browser: aiohttp.ClientSession, sign_ins: FakeSignIns
) -> None:
    callback = await sign_ins.callback("184405311681986560")

    with structlog.testing.capture_logs() as logs:
        await get(browser, "/rso/callback", **callback)
        await get(browser, "/rso/callback", **callback)
        await get(browser, "/rso/callback", code="x" * 5000, state=callback["state"])
        (cookie,) = browser.cookie_jar

    text = repr(logs)
    assert "/rso/callback" in text
    hidden = [*callback.values(), cookie.value, "Hide on bush", "184405311681986560", "p-1", "somebody"]
    assert not [secret for secret in hidden if secret in text]


async def test_a_defect_becomes_a_page_with_an_id_that_is_in_the_log(
    browser: aiohttp.ClientSession, sign_ins: FakeSignIns, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise RuntimeError("a defect")

    monkeypatch.setattr(sign_ins.rso, "prove", fail)

    callback = await sign_ins.callback()
    with structlog.testing.capture_logs() as logs:
        status, text = await get(browser, "/rso/callback", **callback)

    (entry,) = [entry for entry in logs if entry["event"] == "request_failed"]
    assert (status, entry["error_id"] in text, "a defect" in text) == (500, True, False)
    assert "RuntimeError: a defect" in entry["exception"]
    assert callback["state"] not in repr(logs)
