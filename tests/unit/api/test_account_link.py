"""The pages of /bind over HTTP, as a browser meets them. What attackers try is in test_account_link_attacks.py."""

import re
from collections.abc import AsyncIterator
from typing import Any

import pytest
import structlog

from src.api.app import create_app
from src.core.domain.binding import LinkEvent
from src.core.errors import ChimeraError, ConfigurationError, StorageUnavailable, TooManyAccounts, Unavailable
from tests.fakes.api import FakeSignIns, fake_api_services, running
from tests.fakes.asgi import AsgiClient
from tests.fakes.discord_sign_in import AUTHORIZE
from tests.fakes.jobs import a_reply
from tests.fakes.link_browser import LinkBrowser, Seen
from tests.fakes.rso import ISSUER

CHINESE = {"Accept-Language": "zh-CN,zh;q=0.9,en;q=0.8"}


@pytest.fixture
def sign_ins() -> FakeSignIns:
    return FakeSignIns()


@pytest.fixture
async def browser(sign_ins: FakeSignIns) -> AsyncIterator[LinkBrowser]:
    async with running(create_app(sign_ins.services)) as base, LinkBrowser(base, sign_ins) as browser:
        yield browser


@pytest.fixture
async def coded() -> AsyncIterator[LinkBrowser]:
    """A browser at a Chimera without a Discord client."""
    sign_ins = FakeSignIns(signs_in_at_discord=False)
    async with running(create_app(sign_ins.services)) as base, LinkBrowser(base, sign_ins) as browser:
        yield browser


async def owner(browser: LinkBrowser, puuid: str = "p-1") -> str | None:
    binding = await browser.sign_ins.services.binding.owner_of(puuid)
    return binding.discord_id if binding else None


# The way of an honest person.


async def test_the_whole_way_ends_in_a_link(browser: LinkBrowser) -> None:
    path = await browser.sign_ins.invite()
    first = await browser.get(path)
    assert (first.status, "somebody" in first.text, "Continue to Discord" in first.text) == (200, True, True)

    onward = (await browser.post(path)).onward
    assert onward.startswith(AUTHORIZE)
    seen = await browser.get("/discord/callback", query=browser.sign_ins.at_discord(onward))
    assert seen.status == 303
    assert seen.headers["Location"].startswith(f"{ISSUER}/authorize")
    asked = await browser.get("/rso/callback", query=browser.sign_ins.at_riot(seen.headers["Location"]))
    assert (asked.status, asked.path) == (200, "/link/confirm")
    assert all(name in asked.text for name in ("somebody", "Hide on bush", "KR1", "NA1"))
    assert await owner(browser) is None

    done = await browser.post("/link/confirm", {"form_token": asked.form_token})

    assert (done.status, "Linked" in done.text) == (200, True)
    assert await owner(browser) == "1"
    assert not browser.cookie


async def test_the_last_page_names_who_signed_in_at_discord(browser: LinkBrowser) -> None:
    onward = await browser.begin(await browser.sign_ins.invite(discord_name="old name"))
    query = browser.sign_ins.at_discord(onward, name="new name")
    to_riot = (await browser.get("/discord/callback", query=query)).headers["Location"]

    seen = await browser.get("/rso/callback", query=browser.sign_ins.at_riot(to_riot))

    assert ("new name" in seen.text, "old name" in seen.text) == (True, False)


async def test_without_a_discord_client_the_way_ends_at_a_code(coded: LinkBrowser) -> None:
    path = await coded.sign_ins.invite()
    first = await coded.get(path)
    assert ("Continue to Riot" in first.text, "Sign in at Discord" in first.text) == (True, False)

    seen = await coded.to_last_page()

    code = re.search(r"\b[A-Z2-7]{4}-[A-Z2-7]{4}\b", seen.text)
    assert code is not None
    assert "Enter code" in seen.text
    assert 'action="/link/confirm"' not in seen.text
    await coded.sign_ins.linking.confirm_by_code("1", code[0])
    assert await owner(coded) == "1"


async def test_a_refusal_links_nothing_and_is_written_down(browser: LinkBrowser) -> None:
    asked = await browser.to_last_page()

    seen = await browser.post("/link/refuse", {"form_token": asked.form_token})

    assert (seen.status, "Nothing was linked" in seen.text, browser.cookie) == (200, True, "")
    assert await owner(browser) is None
    assert not browser.sign_ins.steps.steps
    assert [audit.reason for audit in browser.sign_ins.database.audits] == ["not_confirmed"]


async def test_a_code_can_be_refused_too(coded: LinkBrowser) -> None:
    asked = await coded.to_last_page()

    assert (await coded.post("/link/refuse", {"form_token": asked.form_token})).status == 200

    assert not coded.sign_ins.steps.steps


async def test_an_account_that_changes_hands_is_announced_without_saying_whose_it_was(browser: LinkBrowser) -> None:
    async with LinkBrowser(browser.base, browser.sign_ins) as former:
        await former.link("184405311681986560")

    asked = await browser.to_last_page("2")
    assert "linked to another Discord user" in asked.text
    assert "184405311681986560" not in asked.text
    assert (await browser.post("/link/confirm", {"form_token": asked.form_token})).status == 200

    assert await owner(browser) == "2"
    assert [job.arguments["discord_id"] for job in browser.sign_ins.database.jobs] == ["184405311681986560"]


async def test_linking_ones_own_account_again_takes_it_from_nobody(browser: LinkBrowser) -> None:
    await browser.link()

    asked = await browser.to_last_page()

    assert "another Discord user" not in asked.text


async def test_without_a_discord_name_the_page_shows_the_id(coded: LinkBrowser) -> None:
    asked = await coded.to_last_page("184405311681986560", discord_name="")

    assert "184405311681986560" in asked.text


@pytest.mark.parametrize(
    "headers",
    [
        pytest.param({"Sec-Fetch-Site": "same-origin", "Origin": "null"}, id="a browser of today"),
        pytest.param({"Origin": "null"}, id="one from before 2023"),
        pytest.param({"Origin": "http://127.0.0.1:8000"}, id="one that names the origin"),
        pytest.param({}, id="no browser"),
    ],
)
async def test_our_own_forms_are_taken_from_any_browser(browser: LinkBrowser, headers: dict[str, str]) -> None:
    """Our pages send no referrer: then a browser calls their origin `null` too."""
    began = await browser.post(await browser.sign_ins.invite(), headers=headers)
    assert (began.status, began.onward.startswith(AUTHORIZE)) == (200, True)
    for path in ("/link/refuse", "/link/confirm"):
        asked = await browser.to_last_page()
        assert (await browser.post(path, {"form_token": asked.form_token}, headers=headers)).status == 200

    assert await owner(browser) == "1"


# What goes wrong.


async def test_an_unknown_address_says_that_it_is_over(browser: LinkBrowser) -> None:
    seen = await browser.get("/link/guessed")

    assert (seen.status, "used already or has expired" in seen.text) == (410, True)
    assert (await browser.get(f"/link/{'x' * 200}")).status == 422


@pytest.mark.parametrize(
    ("path", "where"), [("/discord/callback", "Discord"), ("/rso/callback", "Riot")], ids=["discord", "riot"]
)
@pytest.mark.parametrize(
    ("error", "status", "says"),
    [
        ("access_denied", 403, "You cancelled the sign-in at {}"),
        ("server_error", 503, "{}&#39;s sign-in does not work right now"),
        ("invalid_scope", 403, "{} refused the sign-in"),
        ("<script>alert(1)</script>", 403, "{} refused the sign-in"),
    ],
)
async def test_every_error_of_a_sign_in_gets_a_page(
    browser: LinkBrowser, path: str, where: str, error: str, *, status: int, says: str
) -> None:
    seen = await browser.get(path, query={"error": error, "error_description": error})

    assert (seen.status, says.format(where) in seen.text, "<script" in seen.text) == (status, True, False)


async def test_a_sign_in_cancelled_at_discord_is_over(browser: LinkBrowser) -> None:
    query = browser.sign_ins.at_discord(await browser.begin(await browser.sign_ins.invite()))

    await browser.get("/discord/callback", query={"error": "access_denied", "state": query["state"]})

    assert not browser.sign_ins.steps.steps
    assert (await browser.get("/discord/callback", query=query)).status == 403


async def test_a_sign_in_cancelled_at_riot_is_over(browser: LinkBrowser) -> None:
    query = browser.sign_ins.at_riot(await browser.to_riot())

    await browser.get("/rso/callback", query={"error": "access_denied", "state": query["state"]})

    assert not browser.sign_ins.database.attempts
    assert (await browser.get("/rso/callback", query=query)).status == 403


async def test_a_tenth_account_too_many_is_a_conflict(browser: LinkBrowser, monkeypatch: pytest.MonkeyPatch) -> None:
    async def fail(*_: object, **__: object) -> None:
        raise TooManyAccounts

    asked = await browser.to_last_page()
    monkeypatch.setattr(browser.sign_ins.database, "save_binding", fail)

    seen = await browser.post("/link/confirm", {"form_token": asked.form_token})

    assert (seen.status, "/accounts" in seen.text) == (409, True)


async def test_a_query_that_is_too_long_is_refused_without_repeating_it(browser: LinkBrowser) -> None:
    seen = await browser.get("/rso/callback", query={"code": "x" * 5000, "state": "y"})

    assert (seen.status, "xxx" in seen.text, "/bind" in seen.text) == (422, False, True)


async def test_riot_being_down_is_a_page_that_says_so(browser: LinkBrowser) -> None:
    query = browser.sign_ins.at_riot(await browser.to_riot())
    browser.sign_ins.rso.error = Unavailable("Riot rests.", retry_after=2.5)

    seen = await browser.get("/rso/callback", query=query)

    assert (seen.status, seen.path) == (503, "/link/over")
    assert (seen.headers["Retry-After"], "Riot rests." in seen.text) == ("3", True)


async def test_a_sign_in_that_is_not_set_up_is_a_page_that_says_so(browser: LinkBrowser) -> None:
    path = await browser.sign_ins.invite()
    browser.sign_ins.discord.error = ConfigurationError("Discord sign-in is not set up: DISCORD_CLIENT_ID is missing.")

    seen = await browser.post(path)

    assert (seen.status, "DISCORD_CLIENT_ID" in seen.text) == (500, True)


async def test_a_callback_that_chimera_itself_cannot_take_is_noted_once_under_the_id_that_its_page_keeps(
    browser: LinkBrowser,
) -> None:
    query = browser.sign_ins.at_riot(await browser.to_riot())
    browser.sign_ins.rso.error = ConfigurationError("RSO_PRIVATE_KEY_FILE is missing.")

    with structlog.testing.capture_logs() as logs:
        seen = await browser.get("/rso/callback", query=query)
        again = await browser.get("/link/over")

    (entry,) = [entry for entry in logs if entry["event"] == "request_failed"]
    assert seen.status == 500
    assert all(entry["error_id"] in page.text and "RSO_PRIVATE_KEY_FILE" in page.text for page in (seen, again))


@pytest.mark.parametrize("error", [ConfigurationError("A_SETTING is missing."), StorageUnavailable()])
async def test_what_fails_a_link_is_in_the_log_once_under_the_id_that_browser_and_discord_are_told(
    browser: LinkBrowser, error: ChimeraError
) -> None:
    onward = await browser.begin(await browser.sign_ins.invite(reply=a_reply()))
    browser.sign_ins.discord.error = error

    with structlog.testing.capture_logs() as logs:
        seen = await browser.get("/discord/callback", query=browser.sign_ins.at_discord(onward))

    (told,) = [text for shown in browser.sign_ins.services.answers.interactions.values() for text in shown.texts]
    (entry,) = [entry for entry in logs if entry["log_level"] in {"warning", "error"}]
    assert entry["error_id"] in seen.text
    assert entry["error_id"] in told
    assert ("exception" in entry) == isinstance(error, ConfigurationError)


async def test_a_defect_becomes_a_page_with_an_id_that_is_in_the_log(
    browser: LinkBrowser, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise RuntimeError("a defect")

    query = browser.sign_ins.at_riot(await browser.to_riot())
    monkeypatch.setattr(browser.sign_ins.rso, "prove", fail)

    with structlog.testing.capture_logs() as logs:
        seen = await browser.get("/rso/callback", query=query)

    (entry,) = [entry for entry in logs if entry["event"] == "request_failed"]
    assert (seen.status, entry["error_id"] in seen.text, "a defect" in seen.text) == (500, True, False)
    assert "RuntimeError: a defect" in entry["exception"]
    assert query["state"] not in repr(logs)


async def test_where_accounts_are_proven_without_a_browser_there_are_no_such_pages() -> None:
    client = AsgiClient(create_app(fake_api_services()), headers={"Accept": "text/html"})

    for path in ("/link/x", "/link/confirm", "/discord/callback", "/rso/callback"):
        answer = await client.get(path)
        assert (answer.status, "There is no such page" in answer.text) == (404, True)


# What pages look like.


async def pages_of(browser: LinkBrowser) -> list[Seen]:
    path = await browser.sign_ins.invite("3")
    seen = [await browser.get("/"), await browser.get(path), await browser.get("/nowhere")]
    asked = await browser.to_last_page()
    return [
        *seen,
        asked,
        await browser.post("/link/confirm", {"form_token": asked.form_token}),
        await browser.get(path),
    ]


async def test_pages_load_nothing_from_elsewhere(browser: LinkBrowser) -> None:
    browser.session.headers["Accept"] = "text/html"
    for seen in await pages_of(browser):
        assert not [url for url in re.findall(r'(?:src|href|action)="([^"]+)"', seen.text) if not url.startswith("/")]
        assert "<script" not in seen.text
        assert " style=" not in seen.text


@pytest.mark.parametrize("headers", [{}, CHINESE], ids=["English", "Chinese"])
async def test_every_page_carries_riots_sentences_as_they_are(browser: LinkBrowser, headers: dict[str, str]) -> None:
    browser.session.headers.update({"Accept": "text/html"} | headers)
    for seen in await pages_of(browser):
        assert "not endorsed by Riot Games and does not reflect" in seen.text
        assert "registered trademarks of Riot Games, Inc." in seen.text
        assert ("不代表拳头游戏" in seen.text) == bool(headers)


async def test_pages_speak_the_readers_language_and_say_so(browser: LinkBrowser) -> None:
    browser.session.headers.update({"Accept": "text/html"} | CHINESE)
    for seen in await pages_of(browser):
        assert '<html lang="zh-CN">' in seen.text
        assert (seen.headers["Content-Language"], seen.headers["Vary"]) == ("zh-CN", "Accept-Language")

    english = await browser.get("/", headers={"Accept-Language": "en-GB,zh;q=0.1"})
    assert '<html lang="en">' in english.text
    assert (english.headers["Content-Language"], english.headers["Vary"]) == ("en", "Accept-Language")


async def test_an_error_of_a_service_is_translated_and_marked_where_it_is_not(browser: LinkBrowser) -> None:
    seen = await browser.get("/link/guessed", headers=CHINESE)
    assert "这个链接已经用过或已过期。请在 Discord 里输入 <code>/bind</code> 获取新链接。" in seen.text

    query = browser.sign_ins.at_riot(await browser.to_riot())
    browser.sign_ins.rso.error = Unavailable("Riot rests.")
    seen = await browser.get("/rso/callback", headers=CHINESE, query=query)
    assert '<span lang="en">Riot rests.</span>' in seen.text


async def test_nobody_is_asked_to_index_a_one_time_address(browser: LinkBrowser) -> None:
    assert '<meta name="robots" content="noindex">' in (await browser.get(await browser.sign_ins.invite())).text


@pytest.mark.parametrize(("method", "path"), [("GET", "/link/refuse"), ("PUT", "/link/x"), ("HEAD", "/rso/callback")])
async def test_an_address_used_wrongly_has_a_page(browser: LinkBrowser, method: str, path: str) -> None:
    seen = await browser.get(path, method=method)

    assert seen.status in {405, 410}
    assert seen.headers["Content-Type"].startswith("text/html")


async def test_audits_hold_what_was_linked(browser: LinkBrowser) -> None:
    await browser.link()

    audits: list[Any] = list(await browser.sign_ins.database.audits_of("1"))
    assert [(audit.event, audit.puuid) for audit in audits] == [(LinkEvent.BOUND, "p-1")]
