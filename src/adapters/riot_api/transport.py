"""HTTP: one GET, one answer."""

from collections.abc import Mapping
from dataclasses import dataclass

import aiohttp
from isal import isal_zlib
from yarl import URL

from src.adapters.riot_api.settings import RiotSettings
from src.core.errors import RiotUnavailable

# Half a megabyte of timeline is unpacked in 0.25 ms instead of 0.65. aiohttp has one such setting per process.
ZLIB = isal_zlib
aiohttp.set_zlib_backend(ZLIB)


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back: the decompressed body and the headers, names in lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class Transport:
    """A pool of connections to Riot, opened in the event loop of the first call."""

    def __init__(self, settings: RiotSettings) -> None:
        self._settings = settings
        self._session: aiohttp.ClientSession | None = None

    async def get(self, host: str, target: str) -> Answer:
        """Perform one request, without following redirects (they would carry the key elsewhere).

        Raises:
            Unavailable: no whole answer within the time limit, or one that is too long to be Riot's.
        """
        url = URL(self._settings.url(host, target), encoded=True)
        try:
            async with self._open_session().get(url, allow_redirects=False) as response:
                body = await self._read(response)
        except TimeoutError:
            raise RiotUnavailable("Riot did not answer in time.") from None
        except (aiohttp.ClientError, OSError) as error:
            raise RiotUnavailable(f"Riot cannot be reached ({type(error).__name__}).") from error
        headers = {name.lower(): value for name, value in response.headers.items()}
        return Answer(response.status, headers, body)

    async def close(self) -> None:
        """Close the connections. A later call opens new ones."""
        session, self._session = self._session, None
        if session is not None:
            await session.close()

    async def _read(self, response: aiohttp.ClientResponse) -> bytes:
        """The body, piece by piece: a small compressed answer may hold any amount of data."""
        pieces, length = [], 0
        async for piece in response.content.iter_any():
            length += len(piece)
            if length > self._settings.riot_api_max_body_bytes:
                response.close()
                raise RiotUnavailable("Riot's answer is longer than any document.")
            pieces.append(piece)
        return b"".join(pieces)

    def _open_session(self) -> aiohttp.ClientSession:
        if self._session is None or self._session.closed:
            settings = self._settings
            key = settings.riot_api_key.get_secret_value()
            timeout = aiohttp.ClientTimeout(
                total=settings.riot_api_timeout, sock_connect=settings.riot_api_connect_timeout
            )
            headers = {"Accept": "application/json", "Accept-Encoding": "gzip"}
            self._session = aiohttp.ClientSession(
                timeout=timeout,
                headers=headers | ({"X-Riot-Token": key} if key else {}),
                cookie_jar=aiohttp.DummyCookieJar(),
            )
            # When a connection breaks, aiohttp sends a GET again on its own: a call without a turn in the budget.
            self._session._retry_connection = False  # noqa: SLF001 - there is no public switch
        return self._session
