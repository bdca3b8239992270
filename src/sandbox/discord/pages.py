"""Pages that look like Discord: the channel, and everybody's direct messages with the bot."""

import asyncio
import contextlib
import os
from collections.abc import AsyncIterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo

import structlog
from simcord import ChannelHandle, MemberActor, UserHandle

from src.sandbox.discord.live import LiveEnv
from src.sandbox.discord.manners import teach

_log = structlog.get_logger(__name__)

_PUBLISH_SECONDS: Final = 0.2
_AFTER_AN_ERROR_SECONDS: Final = 1.0
_LOCALTIME: Final = Path("/etc/localtime")

Viewer = MemberActor | UserHandle


class Door:
    """A page of one channel that is opened again when somebody ends it; it closes with `close`.

    `pictures` are PNGs by address: the page itself fetches nothing.
    """

    def __init__(
        self, env: LiveEnv, channel: ChannelHandle, viewers: Sequence[Viewer], pictures: Mapping[str, bytes]
    ) -> None:
        self._env = env
        self._channel = channel
        self._viewers = viewers
        self._assets = {url: ("picture.png", picture) for url, picture in pictures.items()}
        self._keeping: asyncio.Task[None] | None = None
        self.url = ""

    async def open(self, port: int = 0) -> None:
        """Serve the page; `url` is its address, and also the key to it. Port 0 takes a free one."""
        opened = asyncio.get_running_loop().create_future()
        self._keeping = asyncio.create_task(self._keep_open(port, opened), name="simcord-page")
        await opened

    async def close(self) -> None:
        """Serve it no longer."""
        if self._keeping is not None:
            self._keeping.cancel()
            await asyncio.gather(self._keeping, return_exceptions=True)

    async def _keep_open(self, port: int, opened: "asyncio.Future[None]") -> None:
        while True:
            try:
                async with self._page(port) as page:
                    self.url = page.url
                    if not opened.done():
                        opened.set_result(None)
                    await page.wait_closed()
            except Exception as error:  # noqa: BLE001 - whatever it is, the page is opened again
                if not opened.done():
                    opened.set_exception(error)
                    return
                _log.exception("sandbox_page_failed")
                await asyncio.sleep(_AFTER_AN_ERROR_SECONDS)

    @contextlib.asynccontextmanager
    async def _page(self, port: int) -> AsyncIterator[Any]:
        await self._env.turn()
        preview = self._env.preview(
            self._channel,
            viewers=self._viewers,
            layout="channel",
            port=port,
            timezone=local_timezone(),
            assets=self._assets,
        )
        teach(preview)
        async with preview as page:
            _act_as_people_do(self._env, page)
            publishing = asyncio.create_task(self._keep_fresh(page), name="simcord-page-news")
            try:
                yield page
            finally:
                publishing.cancel()

    async def _keep_fresh(self, page: Any) -> None:
        """Publish what happened outside the page's own actions: edits by workers, answers that came late."""
        requests, seen = self._env.backend.http_requests, None
        while True:
            await asyncio.sleep(_PUBLISH_SECONDS)
            last = requests[-1] if requests else None
            if last is seen or self._env.is_busy:
                continue
            try:
                page._advance_presentation_time()  # noqa: SLF001 - `refresh` would keep the world busy meanwhile
                page._publish_message_pages(reason="refresh")  # noqa: SLF001
                seen = last
            except Exception:  # noqa: BLE001 - whatever it is, the page is refreshed again
                _log.exception("sandbox_page_not_refreshed")
                await asyncio.sleep(_AFTER_AN_ERROR_SECONDS)


def _act_as_people_do(env: LiveEnv, page: Any) -> None:
    """Let an action wait while somebody acts on another page, and stand although the channel has gone on since.

    SimCord would refuse both. Whether the button or the command is still there it looks up in any case.
    """
    act = page._action  # noqa: SLF001

    async def action(context: Any, body: Any) -> Any:
        await env.turn()
        if isinstance(body, Mapping) and "published_revision" in body:
            body = {**body, "published_revision": page._get_page(context).revision}  # noqa: SLF001
        return await act(context, body)

    page._action = action  # noqa: SLF001


def local_timezone() -> str:
    """This machine's IANA time zone, as TZ or /etc/localtime name it; UTC where neither does."""
    linked = str(_LOCALTIME.resolve()).partition("zoneinfo/")[2]
    for name in (os.environ.get("TZ", "").removeprefix(":"), linked):
        with contextlib.suppress(ValueError, OSError, LookupError):
            if name:
                return ZoneInfo(name).key
    return "UTC"
