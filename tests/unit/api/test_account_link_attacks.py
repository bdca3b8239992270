"""What attackers try on the pages of /bind, and what comes of it: nothing."""

import asyncio
import re
from collections.abc import AsyncIterator, Awaitable, Callable
from io import BytesIO

import aiohttp
import pytest
import structlog

from src.api.app import create_app
from src.api.own_forms import form_token_of
from src.core.domain.binding import LinkEvent
from src.core.errors import ConfigurationError, SignInRefused
from tests.fakes.api import FakeSignIns, running
from tests.fakes.asgi import AsgiClient
from tests.fakes.discord_sign_in import AUTHORIZE
from tests.fakes.link_browser import COOKIE, OWN_PAGE, LinkBrowser, Seen
from tests.fakes.rso import ISSUER

pytestmark = pytest.mark.attack

VICTIM, ATTACKER = "1", "2"
EVIL = "<img src=x onerror=alert(1)>"
ELSEWHERE = "https://evil.test/"


@pytest.fixture
def sign_ins() -> FakeSignIns:
    return FakeSignIns()


@pytest.fixture
async def base(sign_ins: FakeSignIns) -> AsyncIterator[str]:
    async with running(create_app(sign_ins.services)) as url:
        yield url


@pytest.fixture
async def browser(base: str, sign_ins: FakeSignIns) -> AsyncIterator[LinkBrowser]:
    async with LinkBrowser(base, sign_ins) as browser:
        yield browser


@pytest.fixture
async def other(base: str, sign_ins: FakeSignIns) -> AsyncIterator[LinkBrowser]:
    """Somebody else's browser."""
    async with LinkBrowser(base, sign_ins) as browser:
        yield browser


@pytest.fixture
async def coded() -> AsyncIterator[LinkBrowser]:
    """A browser at a Chimera without a Discord client."""
    sign_ins = FakeSignIns(signs_in_at_discord=False)
    async with running(create_app(sign_ins.services)) as base, LinkBrowser(base, sign_ins) as browser:
        yield browser


def nothing_linked(sign_ins: FakeSignIns) -> bool:
    return not sign_ins.database.bindings


def refusals(sign_ins: FakeSignIns) -> list[tuple[str, str | None]]:
    audits = sign_ins.database.audits
    return [(audit.discord_id, audit.reason) for audit in audits if audit.event is LinkEvent.REFUSED]


# Somebody else's link.


async def test_a_forwarded_link_ends_at_discord(browser: LinkBrowser, sign_ins: FakeSignIns) -> None:
    onward = await browser.begin(await sign_ins.invite(ATTACKER, discord_name="attacker"))

    seen = await browser.get("/discord/callback", query=sign_ins.at_discord(onward, VICTIM, "victim"))

    assert (seen.status, "somebody other than the person who asked" in seen.text) == (403, True)
    assert refusals(sign_ins) == [(ATTACKER, "link_opened_by_another_user"), (VICTIM, "link_of_another_user")]
    assert not sign_ins.database.attempts  # Riot was not even thought of
    assert nothing_linked(sign_ins)
    assert "attacker" not in seen.text


async def test_a_forwarded_link_is_used_up(browser: LinkBrowser, other: LinkBrowser, sign_ins: FakeSignIns) -> None:
    path = await sign_ins.invite(ATTACKER)
    await browser.get("/discord/callback", query=sign_ins.at_discord(await browser.begin(path), VICTIM))

    assert (await other.post(path)).status == 410


async def test_an_attacker_cannot_pass_off_a_session_that_is_past_discord(
    browser: LinkBrowser, other: LinkBrowser, sign_ins: FakeSignIns
) -> None:
    """The attacker signs in at Discord and sends the address at Riot, or the victim's callback comes back to them."""
    auth_url = await other.to_riot(ATTACKER)
    query = sign_ins.at_riot(auth_url, puuid="the victim's")

    assert (await browser.get("/rso/callback", query=query)).status == 403
    assert not sign_ins.rso.proofs_asked
    assert nothing_linked(sign_ins)


async def test_a_sign_in_at_riot_that_no_browser_began_ends_on_no_page(
    browser: LinkBrowser, sign_ins: FakeSignIns
) -> None:
    """The link of another way in (`initiate_binding`), forwarded: its state counts without a session."""
    begun = await sign_ins.services.binding.initiate_binding(ATTACKER, "na1")
    query = sign_ins.at_riot(begun.auth_url, puuid="the victim's")

    for cookie in (None, "", "guessed"):
        assert (await browser.get("/rso/callback", cookie=cookie, query=query)).status == 403
    assert not sign_ins.rso.proofs_asked
    assert nothing_linked(sign_ins)


# Used twice, elsewhere, or too late.


async def test_looking_at_a_link_changes_nothing(browser: LinkBrowser, sign_ins: FakeSignIns) -> None:
    path = await sign_ins.invite()
    kept = dict(sign_ins.steps.steps)

    for _ in range(5):
        for method in ("GET", "HEAD"):
            seen = await browser.get(path, method=method, headers={"User-Agent": "Discordbot/2.0"})
            assert (seen.status, "Set-Cookie" in seen.headers) == (200, False)

    assert sign_ins.steps.steps == kept
    assert (await browser.post(path)).status == 200


async def test_a_preview_of_the_last_page_sees_nothing(
    browser: LinkBrowser, other: LinkBrowser, sign_ins: FakeSignIns
) -> None:
    asked = await browser.to_last_page()

    seen = await other.get("/link/confirm")

    assert (seen.status, "Hide on bush" in seen.text) == (403, False)
    for method in ("GET", "HEAD", "GET"):
        assert (await browser.get("/link/confirm", method=method)).status == 200
    assert nothing_linked(sign_ins)
    assert (await browser.post("/link/confirm", {"form_token": asked.form_token})).status == 200


@pytest.mark.parametrize("path", ["/discord/callback", "/rso/callback"])
async def test_a_preview_of_a_callback_uses_nothing_up(
    browser: LinkBrowser, other: LinkBrowser, sign_ins: FakeSignIns, path: str
) -> None:
    if path == "/rso/callback":
        query = sign_ins.at_riot(await browser.to_riot())
    else:
        query = sign_ins.at_discord(await browser.begin(await sign_ins.invite()))

    for who, method in ((other, "GET"), (other, "HEAD"), (browser, "HEAD")):
        assert (await who.get(path, method=method, query=query)).status in {403, 405}
    assert (await other.get(path, query={"error": "access_denied", "state": query["state"]})).status == 403

    assert (await browser.get(path, query=query)).status in {200, 303}


async def test_a_link_begins_one_sign_in(browser: LinkBrowser, other: LinkBrowser, sign_ins: FakeSignIns) -> None:
    path = await sign_ins.invite()
    await browser.begin(path)

    assert (await browser.post(path)).status == 410
    assert (await other.post(path)).status == 410
    assert (await other.get(path)).status == 410


async def test_of_many_who_begin_at_once_one_does(base: str, sign_ins: FakeSignIns) -> None:
    path = await sign_ins.invite()

    async def begin() -> int:
        async with LinkBrowser(base, sign_ins) as browser:
            return (await browser.post(path)).status

    assert sorted(await asyncio.gather(*(begin() for _ in range(4)))) == [200, 410, 410, 410]


async def test_a_state_of_discord_is_answered_once(browser: LinkBrowser, sign_ins: FakeSignIns) -> None:
    query = sign_ins.at_discord(await browser.begin(await sign_ins.invite()))
    session = browser.cookie
    assert (await browser.get("/discord/callback", query=query)).status == 303

    for cookie in (session, browser.cookie):
        assert (await browser.get("/discord/callback", cookie=cookie, query=query)).status == 403
    assert len(sign_ins.discord.codes_asked) == 1


async def test_a_state_of_riot_is_answered_once(browser: LinkBrowser, sign_ins: FakeSignIns) -> None:
    query = sign_ins.at_riot(await browser.to_riot())
    session = browser.cookie
    assert (await browser.get("/rso/callback", query=query)).status == 200

    for cookie in (session, browser.cookie):
        assert (await browser.get("/rso/callback", cookie=cookie, query=query)).status == 403
    assert len(sign_ins.rso.proofs_asked) == 1


async def test_a_state_belongs_to_its_session(browser: LinkBrowser, other: LinkBrowser, sign_ins: FakeSignIns) -> None:
    mine = sign_ins.at_discord(await browser.begin(await sign_ins.invite(VICTIM)), VICTIM)
    theirs = sign_ins.at_discord(await other.begin(await sign_ins.invite(ATTACKER)), ATTACKER)

    assert (await browser.get("/discord/callback", query=theirs)).status == 403
    assert not sign_ins.discord.codes_asked

    to_riot = (await browser.get("/discord/callback", query=mine)).headers["Location"]
    theirs_at_riot = (await other.get("/discord/callback", query=theirs)).headers["Location"]
    assert (await browser.get("/rso/callback", query=sign_ins.at_riot(theirs_at_riot))).status == 403
    assert not sign_ins.rso.proofs_asked
    assert (await browser.get("/rso/callback", query=sign_ins.at_riot(to_riot))).status == 200


async def test_a_code_cannot_travel_to_another_state(
    browser: LinkBrowser, other: LinkBrowser, sign_ins: FakeSignIns
) -> None:
    """An attacker's code in the victim's browser, or a victim's in theirs."""
    mine, theirs = sign_ins.at_riot(await browser.to_riot(VICTIM)), sign_ins.at_riot(await other.to_riot(ATTACKER))

    seen = await browser.get("/rso/callback", query=mine | {"code": theirs["code"]})

    assert seen.status == 403
    assert nothing_linked(sign_ins)
    assert (VICTIM, "proof_refused") in refusals(sign_ins)


async def test_a_code_of_discord_cannot_travel_to_another_state(
    browser: LinkBrowser, other: LinkBrowser, sign_ins: FakeSignIns
) -> None:
    mine = sign_ins.at_discord(await browser.begin(await sign_ins.invite(ATTACKER)), ATTACKER)
    theirs = sign_ins.at_discord(await other.begin(await sign_ins.invite(ATTACKER)), ATTACKER)

    assert (await browser.get("/discord/callback", query=mine | {"code": theirs["code"]})).status == 403
    assert not sign_ins.database.attempts


async def test_a_code_buys_one_proof(browser: LinkBrowser, other: LinkBrowser, sign_ins: FakeSignIns) -> None:
    mine = sign_ins.at_riot(await browser.to_riot(VICTIM))
    assert (await browser.get("/rso/callback", query=mine)).status == 200

    auth_url = await other.to_riot(ATTACKER)
    query = sign_ins.at_riot(auth_url) | {"code": mine["code"]}

    assert (await other.get("/rso/callback", query=query)).status == 403
    assert nothing_linked(sign_ins)


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
async def test_a_wrong_callback_is_refused(browser: LinkBrowser, sign_ins: FakeSignIns, change: dict[str, str]) -> None:
    query = sign_ins.at_riot(await browser.to_riot())
    session = browser.cookie

    seen = await browser.get("/rso/callback", query=query | change)

    assert (seen.status, browser.cookie) == (403, session)
    assert not sign_ins.steps.steps


@pytest.mark.parametrize("step", ["begin", "discord", "riot", "confirm", "refuse"])
async def test_no_step_is_taken_after_ten_minutes(browser: LinkBrowser, sign_ins: FakeSignIns, step: str) -> None:
    ask: Callable[[], Awaitable[Seen]]
    if step == "begin":
        path = await sign_ins.invite()
        ask = lambda: browser.post(path)  # noqa: E731
    elif step == "discord":
        query = sign_ins.at_discord(await browser.begin(await sign_ins.invite()))
        ask = lambda: browser.get("/discord/callback", query=query)  # noqa: E731
    elif step == "riot":
        query = sign_ins.at_riot(await browser.to_riot())
        ask = lambda: browser.get("/rso/callback", query=query)  # noqa: E731
    else:
        form = {"form_token": (await browser.to_last_page()).form_token}
        ask = lambda: browser.post(f"/link/{step}", form)  # noqa: E731
    sign_ins.clock.advance(600)

    assert (await ask()).status == (410 if step == "begin" else 403)
    assert nothing_linked(sign_ins)
    assert not sign_ins.discord.codes_asked or step != "discord"
    assert not sign_ins.rso.proofs_asked or step in {"confirm", "refuse"}


async def test_a_session_opens_its_own_step_and_no_later_one(browser: LinkBrowser, sign_ins: FakeSignIns) -> None:
    """Whoever learns the session of one step, or the token of the link, has nothing of the next."""
    path = await sign_ins.invite()
    tokens = [path.rpartition("/")[2]]
    onward = await browser.begin(path)
    tokens.append(browser.cookie)
    seen = await browser.get("/discord/callback", query=sign_ins.at_discord(onward))
    query = sign_ins.at_riot(seen.headers["Location"])
    for token in tokens:
        assert (await browser.get("/rso/callback", cookie=token, query=query)).status == 403
    tokens.append(browser.cookie)
    asked = await browser.get("/rso/callback", query=query)
    assert asked.status == 200
    last = browser.cookie
    assert len({*tokens, last}) == 4

    for token in tokens:
        assert (await browser.get("/link/confirm", cookie=token)).status == 403
        form = {"form_token": form_token_of(token)}
        assert (await browser.post("/link/confirm", form, cookie=token)).status == 403
    assert nothing_linked(sign_ins)
    assert (await browser.get("/link/confirm", cookie=last)).status == 200


async def test_a_confirmation_counts_once(browser: LinkBrowser, sign_ins: FakeSignIns) -> None:
    asked = await browser.to_last_page()
    cookie = browser.cookie
    await browser.post("/link/confirm", {"form_token": asked.form_token})

    for path in ("/link/confirm", "/link/refuse"):
        seen = await browser.post(path, {"form_token": asked.form_token}, cookie=cookie)
        assert (seen.status, "/accounts" in seen.text) == (403, True)
    assert len(sign_ins.database.audits) == 1


async def test_of_two_browsers_with_one_account_the_second_must_prove_it_anew(
    browser: LinkBrowser, other: LinkBrowser, sign_ins: FakeSignIns
) -> None:
    first, second = await browser.to_last_page("1"), await other.to_last_page("2")

    one, two = await asyncio.gather(
        browser.post("/link/confirm", {"form_token": first.form_token}),
        other.post("/link/confirm", {"form_token": second.form_token}),
    )

    assert sorted([one.status, two.status]) == [200, 409]
    loser, form = (browser, first) if one.status == 409 else (other, second)
    assert "already linked" in (one if one.status == 409 else two).text
    assert len(sign_ins.database.bindings) == 1
    # The same page again does not help: what was proven is used up.
    assert (await loser.post("/link/confirm", {"form_token": form.form_token})).status == 403
    asked = await loser.to_last_page("1" if loser is browser else "2")
    assert "linked to another Discord user" in asked.text


# Forms of other sites.


@pytest.mark.parametrize(
    "headers",
    [
        pytest.param({"Sec-Fetch-Site": "cross-site"}, id="another site"),
        pytest.param({"Sec-Fetch-Site": "same-site"}, id="another host of the domain"),
        pytest.param({"Sec-Fetch-Site": "none"}, id="no page"),
        pytest.param({"Sec-Fetch-Site": "cross-site", "Origin": "null"}, id="another site that hides its origin"),
        pytest.param({"Sec-Fetch-Site": "cross-site", "Origin": "http://127.0.0.1:8000"}, id="contradiction"),
        pytest.param({"Origin": "https://evil.test"}, id="another origin"),
        pytest.param({"Origin": "http://127.0.0.1:9000"}, id="another port"),
    ],
)
@pytest.mark.parametrize("path", ["begin", "/link/confirm", "/link/refuse"])
async def test_a_form_of_another_site_does_nothing(
    browser: LinkBrowser, sign_ins: FakeSignIns, path: str, headers: dict[str, str]
) -> None:
    asked = await browser.to_last_page()
    path = await sign_ins.invite() if path == "begin" else path
    kept, session = dict(sign_ins.steps.steps), browser.cookie
    form = {"form_token": asked.form_token}  # even if it has leaked

    assert (await browser.post(path, form, headers=headers)).status == 403

    assert (sign_ins.steps.steps, browser.cookie) == (kept, session)
    assert (await browser.post(path, form, headers={"Origin": "http://127.0.0.1:8000"})).status == 200


@pytest.mark.parametrize("form", [{}, {"form_token": ""}, {"form_token": "0" * 64}, {"form_token": "é"}])
@pytest.mark.parametrize("headers", [OWN_PAGE, {"Origin": "null"}, {}], ids=["ours", "no origin", "no browser"])
@pytest.mark.parametrize("path", ["/link/confirm", "/link/refuse"])
async def test_a_form_without_its_token_does_nothing(
    browser: LinkBrowser, sign_ins: FakeSignIns, path: str, headers: dict[str, str], form: dict[str, str]
) -> None:
    """Wherever it comes from: what an older browser says of our pages, another site can have it say too."""
    asked = await browser.to_last_page()

    assert (await browser.post(path, form, headers=headers)).status == 403

    assert nothing_linked(sign_ins)
    assert (await browser.post("/link/confirm", {"form_token": asked.form_token})).status == 200


async def test_a_form_token_of_another_session_does_nothing(
    browser: LinkBrowser, other: LinkBrowser, sign_ins: FakeSignIns
) -> None:
    await browser.to_last_page(VICTIM)
    theirs = await other.to_last_page(ATTACKER)

    assert (await browser.post("/link/confirm", {"form_token": theirs.form_token})).status == 403
    assert nothing_linked(sign_ins)


async def test_a_form_without_the_cookie_does_nothing(
    browser: LinkBrowser, other: LinkBrowser, sign_ins: FakeSignIns
) -> None:
    asked = await browser.to_last_page()

    assert (await other.post("/link/confirm", {"form_token": asked.form_token})).status == 403
    assert nothing_linked(sign_ins)


async def test_a_sign_in_that_another_sites_form_begins_in_an_older_browser_ends_at_discord(
    browser: LinkBrowser, sign_ins: FakeSignIns
) -> None:
    began = await browser.post(await sign_ins.invite(ATTACKER), headers={"Origin": "null"})

    seen = await browser.get("/discord/callback", query=sign_ins.at_discord(began.onward, VICTIM))

    assert (seen.status, nothing_linked(sign_ins)) == (403, True)
    assert not sign_ins.database.attempts


# The code for Discord.


async def code_on(seen: Seen) -> str:
    found = re.search(r"\b[A-Z2-7]{4}-[A-Z2-7]{4}\b", seen.text)
    assert found is not None
    return found[0]


async def test_a_code_is_good_for_whoever_typed_bind_only(coded: LinkBrowser) -> None:
    code = await code_on(await coded.to_last_page(VICTIM))

    with pytest.raises(SignInRefused):
        await coded.sign_ins.linking.confirm_by_code(ATTACKER, code)

    assert nothing_linked(coded.sign_ins)
    assert refusals(coded.sign_ins) == [(ATTACKER, "code_of_another_user")]


async def test_where_a_code_is_asked_for_the_page_cannot_confirm(coded: LinkBrowser) -> None:
    """A victim at an attacker's link is one press from losing their account; the code keeps it two people apart."""
    asked = await coded.to_last_page(ATTACKER)

    seen = await coded.post("/link/confirm", {"form_token": asked.form_token})

    assert (seen.status, nothing_linked(coded.sign_ins)) == (403, True)


async def test_the_page_warns_of_giving_the_code_away(coded: LinkBrowser) -> None:
    assert "Give this code to nobody" in (await coded.to_last_page()).text


# Redirects.


@pytest.mark.parametrize("name", ["next", "redirect", "redirect_uri", "return_to", "url", "continue"])
async def test_no_parameter_leads_elsewhere(browser: LinkBrowser, sign_ins: FakeSignIns, name: str) -> None:
    away = {name: ELSEWHERE}
    path = await sign_ins.invite()
    assert ELSEWHERE not in (await browser.get(path, query=away)).text
    async with browser.session.post(path, params=away, data=away, headers=OWN_PAGE) as response:
        seen = Seen(response.status, response.headers, await response.text(), "")
    assert seen.onward.startswith(AUTHORIZE)
    assert ELSEWHERE not in seen.text

    there = await browser.get("/discord/callback", query=sign_ins.at_discord(seen.onward) | away)
    assert there.headers["Location"].startswith(f"{ISSUER}/authorize")
    assert ELSEWHERE not in there.headers["Location"]
    query = sign_ins.at_riot(there.headers["Location"]) | away
    async with browser.session.get("/rso/callback", params=query, allow_redirects=False) as response:
        assert response.headers["Location"] == "/link/confirm"


@pytest.mark.parametrize("path", ["//evil.test", "/link//evil.test", "/link/https:%2f%2fevil.test", "/\\evil.test"])
async def test_no_path_leads_elsewhere(base: str, path: str) -> None:
    async with aiohttp.ClientSession() as client, client.get(f"{base}{path}", allow_redirects=False) as response:
        location = response.headers.get("Location", "")

    assert not location.startswith(("//", "https:", "/\\"))


async def test_the_host_a_request_names_leads_nowhere(sign_ins: FakeSignIns) -> None:
    """A proxy that passes any Host on is no way to have people sent to it."""
    client = AsgiClient(
        create_app(sign_ins.services),
        host="evil.test",
        headers={"x-forwarded-host": "evil.test", **{name.lower(): value for name, value in OWN_PAGE.items()}},
    )

    answer = await client.post(await sign_ins.invite())

    assert answer.status == 200
    assert "evil.test" not in answer.text + repr(answer.headers)


# What a browser is told.


@pytest.mark.parametrize("path", ["/", "/link/x", "/link/confirm", "/discord/callback", "/rso/callback", "/nowhere"])
async def test_no_page_can_be_framed_scripted_sniffed_kept_or_traced(browser: LinkBrowser, path: str) -> None:
    headers = (await browser.get(path, headers={"Accept": "text/html"})).headers

    policy = headers["Content-Security-Policy"].split("; ")
    assert {"default-src 'none'", "frame-ancestors 'none'", "form-action 'self'", "base-uri 'none'"} <= set(policy)
    assert not [rule for rule in policy if "unsafe" in rule or "*" in rule or "script-src" in rule]
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["Referrer-Policy"] == "no-referrer"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Cache-Control"] == "no-store"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert "camera=()" in headers["Permissions-Policy"]
    assert "Strict-Transport-Security" not in headers


@pytest.mark.parametrize(
    "public",
    ["https://chimera.example", "http://127.0.0.1:8000", "http://localhost:8000", "http://chimera.lan:8000"],
)
async def test_the_cookie_is_locked_to_this_host_and_out_of_reach_of_scripts_and_other_sites(public: str) -> None:
    sign_ins = FakeSignIns(public)
    client = AsgiClient(create_app(sign_ins.services), headers={"sec-fetch-site": "same-origin"})

    answer = await client.post(await sign_ins.invite())

    name, *flags = answer.headers["set-cookie"].split("; ")
    assert name.startswith("__Host-chimera-link=")
    assert sorted(flags) == ["HttpOnly", "Max-Age=600", "Path=/", "SameSite=lax", "Secure"]
    assert ("strict-transport-security" in answer.headers) == public.startswith("https")


async def test_every_step_sets_the_same_flags(browser: LinkBrowser, sign_ins: FakeSignIns) -> None:
    onward = await browser.begin(await sign_ins.invite())
    there = await browser.get("/discord/callback", query=sign_ins.at_discord(onward))
    query = sign_ins.at_riot(there.headers["Location"])
    async with browser.session.get("/rso/callback", params=query, allow_redirects=False) as response:
        cookies = [there.headers["Set-Cookie"], response.headers["Set-Cookie"]]

    for cookie in cookies:
        assert {"HttpOnly", "Path=/", "SameSite=lax", "Secure"} <= set(cookie.split("; "))
        assert cookie.startswith(f"{COOKIE}=")


async def test_a_cookie_without_the_prefix_is_no_session(browser: LinkBrowser) -> None:
    """Another host of the domain can plant it."""
    await browser.to_last_page()

    for name, status in ((COOKIE, 200), ("chimera-link", 403)):
        headers = {"Cookie": f"{name}={browser.cookie}"}
        async with (
            aiohttp.ClientSession(browser.base) as client,
            client.get("/link/confirm", headers=headers) as answer,
        ):
            assert answer.status == status


# Names and words by strangers; secrets.


async def test_names_are_text_by_strangers(browser: LinkBrowser, sign_ins: FakeSignIns) -> None:
    first = await browser.get(await sign_ins.invite("3", discord_name=EVIL))
    asked = await browser.to_last_page(discord_name=EVIL, game_name=EVIL)
    done = await browser.post("/link/confirm", {"form_token": asked.form_token})

    for seen, times in ((first, 1), (asked, 2), (done, 2)):
        assert EVIL not in seen.text
        assert seen.text.count("&lt;img") == times


@pytest.mark.parametrize("language", ["en", "zh-CN"])
@pytest.mark.parametrize("kind", [SignInRefused, ConfigurationError])
async def test_the_words_of_an_error_are_text_too(
    browser: LinkBrowser, sign_ins: FakeSignIns, kind: type[Exception], language: str
) -> None:
    query = sign_ins.at_riot(await browser.to_riot())
    error = kind(f"{EVIL} 100% %(name)s {{{{ 7*7 }}}} /bind")
    sign_ins.rso.error = error  # type: ignore[assignment]

    seen = await browser.get("/rso/callback", headers={"Accept-Language": language}, query=query)

    assert EVIL not in seen.text
    assert "&lt;img src=x onerror=alert(1)&gt; 100% %(name)s {{ 7*7 }} <code>/bind</code>" in seen.text


async def test_pages_and_addresses_of_ours_hold_no_session(browser: LinkBrowser, sign_ins: FakeSignIns) -> None:
    path = await sign_ins.invite()
    await browser.get(path)
    began = await browser.post(path)
    assert browser.cookie not in began.text
    there = await browser.get("/discord/callback", query=sign_ins.at_discord(began.onward))
    assert browser.cookie not in there.headers["Location"]
    asked = await browser.get("/rso/callback", query=sign_ins.at_riot(there.headers["Location"]))
    assert browser.cookie not in asked.text


async def test_logs_hold_no_secret_and_no_name(browser: LinkBrowser, sign_ins: FakeSignIns) -> None:
    hidden = ["Hide on bush", "184405311681986560", "p-1", "somebody"]
    with structlog.testing.capture_logs() as logs:
        path = await sign_ins.invite("184405311681986560")
        for odd in (path, f"{path}/", f"{path}//x", f"{path}?state=abc"):
            await browser.get(odd)
            await browser.session.put(odd)
        await browser.session.post(path, data=BytesIO(b"x" * 1_500_000))
        onward = await browser.begin(path)
        hidden.append(browser.cookie)
        query = sign_ins.at_discord(onward, "184405311681986560")
        there = await browser.get("/discord/callback", query=query)
        await browser.get("/discord/callback", query=query)
        hidden += [browser.cookie, *query.values()]
        query = sign_ins.at_riot(there.headers["Location"])
        asked = await browser.get("/rso/callback", query=query)
        await browser.get("/rso/callback", query=query)
        await browser.get("/rso/callback", query={"code": "x" * 5000, "state": query["state"]})
        hidden += [browser.cookie, query["code"], query["state"], asked.form_token, path.rpartition("/")[2]]
        await browser.post("/link/confirm", {"form_token": asked.form_token})

    text = repr(logs)
    assert "/rso/callback" in text
    assert not [secret for secret in hidden if re.search(rf"\b{re.escape(secret)}\b", text)]
