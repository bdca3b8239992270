"""A very small browser: follows redirects, keeps cookies, fills in forms."""

from dataclasses import dataclass, field
from html.parser import HTMLParser
from http.cookies import BaseCookie
from types import TracebackType
from typing import Self

import aiohttp
import yarl

_TIMEOUT = aiohttp.ClientTimeout(total=20)
_NOWHERE = yarl.URL()
_MOST_PAGES = 5  # that lead on to the next by themselves


@dataclass(slots=True)
class Form:
    """A form of a page: where it goes and what it holds; `choices` are its buttons' and radio buttons' values."""

    action: str
    method: str
    values: dict[str, str] = field(default_factory=dict)
    choices: dict[str, list[str]] = field(default_factory=dict)


class _Reader(HTMLParser):
    """Collects the forms and the visible text of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self.words: list[str] = []
        self.leads_to: str | None = None
        self._hidden = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        at = {name: value or "" for name, value in attrs}
        if tag in {"style", "script", "head"}:
            self._hidden += 1
        if tag == "meta" and at.get("http-equiv", "").lower() == "refresh":
            self.leads_to = at.get("content", "").partition("url=")[2] or None
        if tag == "form":
            self.forms.append(Form(at.get("action", ""), at.get("method", "get").lower()))
        elif tag in {"input", "button", "option"} and self.forms and at.get("name"):
            self._take(tag, at)

    def _take(self, tag: str, at: dict[str, str]) -> None:
        form, name, value = self.forms[-1], at["name"], at.get("value", "")
        if tag == "button" or at.get("type") in {"radio", "submit"}:
            form.choices.setdefault(name, []).append(value)
        else:
            form.values[name] = value

    def handle_endtag(self, tag: str) -> None:
        if tag in {"style", "script", "head"}:
            self._hidden -= 1

    def handle_data(self, data: str) -> None:
        if not self._hidden and data.strip():
            self.words.append(" ".join(data.split()))


@dataclass(frozen=True, slots=True)
class Page:
    """A page that was opened: its address, status, visible text and forms; `leads_to` is where it goes by itself."""

    url: yarl.URL
    status: int
    text: str
    forms: tuple[Form, ...]
    leads_to: str | None = None


class LoopbackCookieJar(aiohttp.CookieJar):
    """Trusts this machine as browsers do: it gets Secure cookies over plain http too."""

    def filter_cookies(self, request_url: yarl.URL = _NOWHERE) -> BaseCookie[str]:
        """The cookies for a request."""
        is_here = request_url.host in {"127.0.0.1", "::1", "localhost"}
        return super().filter_cookies(request_url.with_scheme("https") if is_here else request_url)


class Browser:
    """One person's browser."""

    async def __aenter__(self) -> Self:
        self._session = aiohttp.ClientSession(timeout=_TIMEOUT, cookie_jar=LoopbackCookieJar(unsafe=True))
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._session.close()

    def cookies(self, url: str) -> dict[str, str]:
        """What it would send to an address."""
        return {name: cookie.value for name, cookie in self._session.cookie_jar.filter_cookies(yarl.URL(url)).items()}

    async def open(self, url: str) -> Page:
        """Open an address, wherever it leads."""
        for _ in range(_MOST_PAGES):
            async with self._session.get(url) as answer:
                page = await _page(answer)
            if page.leads_to is None:
                return page
            url = str(page.url.join(yarl.URL(page.leads_to)))
        raise LookupError("one page leads to the next without end")

    async def submit(self, page: Page, **filled: str) -> Page:
        """Fill in the first form of a page and send it.

        Raises:
            LookupError: the page has none.
        """
        chosen = page.forms[0]
        data = {**chosen.values, **filled}
        target = page.url.join(yarl.URL(chosen.action)) if chosen.action else page.url
        keyword = {"data": data} if chosen.method == "post" else {"params": data}
        # Pages check where a form comes from. This is what a real browser tells of one whose page sends no referrer.
        is_same = target.origin() == page.url.origin()
        headers = {"Origin": "null", "Sec-Fetch-Site": "same-origin" if is_same else "cross-site"}
        async with self._session.request(chosen.method, target, headers=headers, **keyword) as answer:  # type: ignore[arg-type]
            shown = await _page(answer)
        return shown if shown.leads_to is None else await self.open(str(shown.url.join(yarl.URL(shown.leads_to))))


async def _page(answer: aiohttp.ClientResponse) -> Page:
    reader = _Reader()
    reader.feed(await answer.text())
    return Page(answer.url, answer.status, " ".join(reader.words), tuple(reader.forms), reader.leads_to)
