"""The whole stand-in, to be started inside a test or as a process."""

from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, Self

from aiohttp import web

from src.sandbox.riot.archive import Archive
from src.sandbox.riot.call_log import CallLog
from src.sandbox.riot.directory import Directory, Source
from src.sandbox.riot.endpoints import Endpoints
from src.sandbox.riot.faults import Faults
from src.sandbox.riot.rate_limits import RateLimiter
from src.sandbox.riot.relabelled import Original, Relabelled
from src.sandbox.riot.rso import RiotSignOn
from src.sandbox.riot.rso_grants import RsoClient
from src.sandbox.riot.server import Controls, Edge
from src.sandbox.riot.world import World

_BIG_FORM = 1 << 16


@dataclass(frozen=True, slots=True)
class Limits:
    """Rate limits in Riot's notation: `app` per key and routing value, `method` for each method of it."""

    app: str = "500:10,30000:600"
    method: str = "2000:10"
    methods: dict[str, str] | None = None


DEVELOPMENT_LIMITS = Limits(app="20:1,100:120")
"""What Riot gives a development key."""


class RiotSandbox:
    """Serves a world, and a folder of real documents if there is one, as Riot's API and sign-on.

    Use it as an async context manager::

        async with RiotSandbox(World(seed=3), limits=DEVELOPMENT_LIMITS) as sandbox:
            sandbox.riot_base_url, sandbox.rso_issuer_url

    `data` is the folder, served beside `world`; `copies` is how many games per platform are served besides, copies
    of the folder's documents or, without it, of the main player's (see `relabelled_id`). Port 0 takes a free one: see
    `port` once started. `latency`: seconds that Riot's API lets one wait for every answer.

    Attributes:
        faults: Faults in force; add and clear them here or at `/_sandbox/faults`.
        stats: What was answered; also at `/_sandbox/stats`.
        directory: Everything that can be looked up; `set_profile_icon` changes an icon.
    """

    def __init__(
        self,
        world: World | None = None,
        *,
        data: Path | None = None,
        copies: int = 0,
        limits: Limits | None = None,
        client: RsoClient | None = None,
        cpid_in_userinfo: bool = True,
        host: str = "127.0.0.1",
        port: int = 0,
        latency: float = 0.0,
    ) -> None:
        self.world = world or World()
        self.archive = Archive(data) if data else None
        sources: list[Source] = [self.world, *([self.archive] if self.archive else [])]
        if copies:  # first, as they are quickest to tell what is theirs
            sources.insert(0, Relabelled(_originals(self.archive or self.world), copies))
        self.directory = Directory(*sources)
        self.client = client or RsoClient()
        self.faults = Faults(self.world.seed)
        limits = limits or Limits()
        limiter = RateLimiter(limits.app, limits.method, limits.methods)
        self.stats = CallLog(limiter)
        self.sign_on = RiotSignOn(
            self.directory, self.client, self.faults, self.stats, cpid_in_userinfo=cpid_in_userinfo
        )
        self._edge = Edge(
            Endpoints(self.directory, self.sign_on.owner_of), limiter, self.faults, self.stats, latency=latency
        )
        self._host = host
        self._port = port
        self._runner: web.AppRunner | None = None

    @property
    def port(self) -> int:
        """The port listened on, once started."""
        return self._port

    @property
    def base_url(self) -> str:
        """`http://127.0.0.1:PORT`."""
        return f"http://{self._host}:{self._port}"

    @property
    def riot_base_url(self) -> str:
        """The value for `RIOT_API_BASE_URL`, with its `{host}` placeholder."""
        return f"{self.base_url}/{{host}}"

    @property
    def rso_issuer_url(self) -> str:
        """The value for `RSO_ISSUER_URL`."""
        return f"{self.base_url}/rso"

    def addresses(self) -> dict[str, Any]:
        """What a process that wants to use this sandbox has to know."""
        return {
            "riot_api_base_url": self.riot_base_url,
            "rso_issuer_url": self.rso_issuer_url,
            "rso_client_id": self.client.client_id,
            "port": self._port,
            "main_player": {
                "riot_id": self.world.main.riot_id,
                "puuid": self.world.main.puuid,
                "platform": self.world.main.platform.lower(),
            },
        }

    async def start(self) -> None:
        """Listen.

        Raises:
            OSError: when the port is taken.
        """
        application = web.Application(client_max_size=_BIG_FORM)
        self.sign_on.add_to(application)
        Controls(self.directory, self.faults, self.stats, self.sign_on).add_to(application)
        application.router.add_route("*", "/{host}/{path:.*}", self._edge.handle)
        self._runner = web.AppRunner(application, access_log=None, handler_cancellation=True, shutdown_timeout=1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, self._host, self._port)
        await site.start()
        self._port = self._runner.addresses[0][1]
        self.sign_on.issuer = self.rso_issuer_url

    async def stop(self) -> None:
        """Close every connection."""
        if self._runner is not None:
            await self._runner.cleanup()
            self._runner = None

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.stop()


def _originals(source: Archive | World) -> list[Original]:
    return [partial(_pair, source, match_id) for match_id in source.complete_pairs()]


def _pair(source: Source, match_id: str) -> tuple[bytes, bytes]:
    match, timeline = source.match(match_id), source.timeline(match_id)
    if match is None or timeline is None:
        raise LookupError(match_id)
    return match.as_json(), timeline.as_json()
