"""The sandbox's front page: doors to Discord, what to type, which Riot accounts there are. No scripts, nothing fetched.

It listens on the loopback only, and answers to no other name: a site that lets its own name point here reads nothing.
"""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Self

import aiohttp
import structlog
from aiohttp import web
from jinja2 import Environment, FileSystemLoader

from src.core.domain.queues import queue_name
from src.core.domain.starter_icons import STARTER_ICONS
from src.sandbox.discord import CHANNEL, PEOPLE, Door
from src.sandbox.discord.faces import chimera_face, person_face

_log = structlog.get_logger(__name__)

_PATIENCE: Final = aiohttp.ClientTimeout(total=2)
_TEMPLATES: Final = Environment(loader=FileSystemLoader(Path(__file__).parent), autoescape=True, trim_blocks=True)
_HEADERS: Final = {
    "Cache-Control": "no-store",
    "Referrer-Policy": "same-origin",  # for `Origin`, which tells our own form from others'
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'unsafe-inline'; img-src 'self'; form-action 'self'; base-uri 'none'; "
        "frame-ancestors 'none'"
    ),
}
_MOST_QUEUES: Final = 2
_ICONS: Final = frozenset(map(str, STARTER_ICONS))
_RIOT_IS_AWAY: Final = "Riot's stand-in does not answer at the moment. Try again."

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


@dataclass(frozen=True, slots=True)
class Addresses:
    """Where everything else is: `riot` is the root of Riot's stand-in."""

    api: str
    flower: str
    riot: str


class FrontPage:
    """Serves the page; use it as an async context manager."""

    def __init__(self, doors: Mapping[str, Door], addresses: Addresses, *, port: int) -> None:
        self.url = f"http://127.0.0.1:{port}"
        self._doors = doors
        self._addresses = addresses
        self._port = port
        self._hosts = {f"127.0.0.1:{port}", f"localhost:{port}"}
        self._pictures = {"chimera": chimera_face()} | {
            name: person_face(shown, number) for number, (name, shown) in enumerate(PEOPLE.items())
        }

    async def __aenter__(self) -> Self:
        self._session = aiohttp.ClientSession(timeout=_PATIENCE)
        app = web.Application(middlewares=[self._guarded])
        app.router.add_get("/", self._page)
        app.router.add_get("/rest", self._rest)
        app.router.add_post("/icon", self._set_icon)
        app.router.add_get("/{name}.png", self._picture)
        for name in self._doors:
            app.router.add_get(f"/{name}", self._door)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=1)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", self._port).start()
        return self

    async def __aexit__(self, *exc_info: object) -> None:
        await self._runner.cleanup()
        await self._session.close()

    @web.middleware
    async def _guarded(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """Give every answer its headers, errors too."""
        try:
            answer = await self._admitted(request, handler)
        except web.HTTPException as refusal:
            refusal.headers.update(_HEADERS)
            raise
        except Exception:  # noqa: BLE001 - its answer needs the headers too
            _log.exception("front_page_failed")
            raise web.HTTPInternalServerError(headers=_HEADERS) from None
        answer.headers.update(_HEADERS)
        return answer

    async def _admitted(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """Answer to our own names; take forms of our own page only."""
        if request.headers.get("Host") not in self._hosts:
            raise web.HTTPForbidden(text="This page has another address.")
        if request.method == "POST" and not self._is_ours(request):
            raise web.HTTPForbidden(text="This form did not come from the sandbox's own page, so nothing was done.")
        return await handler(request)

    def _is_ours(self, request: web.Request) -> bool:
        """As browsers say, in `Sec-Fetch-Site`, which no page can forge, or in `Origin`; who says neither is none."""
        site, origin = request.headers.get("Sec-Fetch-Site"), request.headers.get("Origin")
        if site is not None:
            return site == "same-origin"
        return origin is None or origin in {f"http://{host}" for host in self._hosts}

    async def _page(self, request: web.Request) -> web.Response:
        accounts, health = await asyncio.gather(self._accounts(), self._health())
        changed = next(
            (account for account in accounts or [] if account["puuid"] == request.query.get("changed")), None
        )
        return _html(
            "front_page.html",
            channel=CHANNEL,
            people=PEOPLE,
            accounts=accounts,
            icons=STARTER_ICONS,
            changed=changed,
            health=health,
            api=self._addresses.api,
            flower=self._addresses.flower,
        )

    async def _door(self, request: web.Request) -> web.Response:
        """To where the door is now: its own address is another one after every start."""
        return web.Response(status=303, headers={"Location": self._doors[request.path.removeprefix("/")].url})

    async def _rest(self, _request: web.Request) -> web.Response:
        schema = await self._read(f"{self._addresses.api}/openapi.json") or {"paths": {}}
        listed = [
            {"method": method.upper(), "path": path, "summary": operation.get("summary", "")}
            for path, operations in schema["paths"].items()
            for method, operation in operations.items()
        ]
        return _html("rest_page.html", operations=listed, api=self._addresses.api)

    async def _set_icon(self, request: web.Request) -> web.StreamResponse:
        form = await request.post()
        puuid, icon = str(form.get("puuid", "")), str(form.get("icon", ""))
        if icon not in _ICONS:
            raise web.HTTPBadRequest(text="Choose an icon.")
        accounts = await self._accounts()
        if accounts is None:
            raise web.HTTPServiceUnavailable(text=_RIOT_IS_AWAY)
        if puuid not in {account["puuid"] for account in accounts}:  # it becomes part of an address
            raise web.HTTPNotFound(text="There is no such account.")
        at = f"{self._addresses.riot}/_sandbox/players/{puuid}/profile-icon"
        try:
            async with self._session.put(at, data=icon) as answer:
                answer.raise_for_status()
        except (aiohttp.ClientError, TimeoutError):
            raise web.HTTPServiceUnavailable(text=_RIOT_IS_AWAY) from None
        return web.Response(status=303, headers={"Location": f"/?changed={puuid}"})

    async def _picture(self, request: web.Request) -> web.Response:
        picture = self._pictures.get(request.match_info["name"])
        if picture is None:
            raise web.HTTPNotFound
        return web.Response(body=picture, content_type="image/png")

    async def _accounts(self) -> list[dict[str, Any]] | None:
        """The accounts that Riot's stand-in has; None where it does not tell."""
        players = await self._read(f"{self._addresses.riot}/_sandbox/players")
        return None if players is None else [_shown(player) for player in players]

    async def _health(self) -> dict[str, str]:
        found = await self._read(f"{self._addresses.api}/health", also=503)
        return found["components"] if found else {"API": "down"}

    async def _read(self, url: str, *, also: int = 200) -> Any:
        """What an address answers, as JSON; None where it does not answer properly."""
        try:
            async with self._session.get(url) as answer:
                return await answer.json() if answer.status in {200, also} else None
        except (aiohttp.ClientError, TimeoutError, ValueError) as error:
            _log.warning("not_shown_on_the_front_page", reason=type(error).__name__)
            return None


def _shown(player: Mapping[str, Any]) -> dict[str, Any]:
    """An account as the page tells of it."""
    return {
        "riot_id": player["riotId"],
        "puuid": player["puuid"],
        "region": str(player["platform"]).rstrip("0123456789").upper(),
        "icon": player["profileIconId"],
        "remark": player["remark"],
        "history": _history({int(queue): count for queue, count in player["queues"].items()}),
    }


def _history(queues: Mapping[int, int]) -> str:
    """What somebody has played.

    >>> _history({420: 9, 450: 4, 4242: 1, 1700: 3, 1750: 2})
    '19 matches: 9 Ranked Solo/Duo, 5 Arena, 5 other'
    """
    if not queues:
        return "no matches"
    total = sum(queues.values())
    named: Counter[str] = Counter()
    for queue, count in queues.items():
        named[queue_name(queue)] += count
    most = named.most_common(_MOST_QUEUES)
    others = total - sum(count for _, count in most)
    told = [f"{count} {name}" for name, count in most] + ([f"{others} other"] if others else [])
    return f"{total} {'match' if total == 1 else 'matches'}: {', '.join(told)}"


def _html(template: str, **shown: Any) -> web.Response:
    return web.Response(text=_TEMPLATES.get_template(template).render(**shown), content_type="text/html")
