"""The issuer's own documents: where its endpoints are and which keys it signs with."""

import asyncio
import time
from collections.abc import Callable
from weakref import WeakKeyDictionary

import structlog
from joserfc.errors import JoseError
from joserfc.jwk import KeySet
from pydantic import BaseModel, ConfigDict, ValidationError

from src.adapters.rso_adapter.id_token import ALGORITHMS
from src.adapters.rso_adapter.web import TRY_AGAIN, Web
from src.core.domain.web_address import is_confidential
from src.core.errors import Unavailable

_log = structlog.get_logger(__name__)

_BELIEVED = 3600.0  # seconds before either document is fetched again
_LOOKED_AGAIN = 10.0  # seconds before a key that is not in the set makes anybody look once more


class IssuerMetadata(BaseModel):
    """The part of the discovery document that is used (OpenID Connect Discovery 1.0, section 3; RFC 9207)."""

    model_config = ConfigDict(frozen=True)

    issuer: str
    authorization_endpoint: str
    token_endpoint: str
    jwks_uri: str
    userinfo_endpoint: str | None = None
    id_token_signing_alg_values_supported: tuple[str, ...] | None = None
    authorization_response_iss_parameter_supported: bool = False

    @property
    def endpoints(self) -> tuple[str, ...]:
        """Every URL that will be opened."""
        named = (self.authorization_endpoint, self.token_endpoint, self.jwks_uri, self.userinfo_endpoint)
        return tuple(url for url in named if url is not None)

    @property
    def algorithms(self) -> tuple[str, ...]:
        """What an id_token may be signed with: what is safe, and is named by an issuer that names any."""
        named = self.id_token_signing_alg_values_supported
        return tuple(name for name in ALGORITHMS if named is None or name in named)


class Issuer:
    """Fetches the discovery document and the key set, and keeps each for an hour."""

    def __init__(self, url: str, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._url = url
        self._monotonic = monotonic
        self._metadata: IssuerMetadata | None = None
        self._metadata_until = 0.0
        self._keys: KeySet | None = None
        self._keys_until = 0.0
        self._look_again_from = 0.0
        self._looking: WeakKeyDictionary[asyncio.AbstractEventLoop, asyncio.Lock] = WeakKeyDictionary()

    async def metadata(self, web: Web) -> IssuerMetadata:
        """Where the endpoints are.

        Raises:
            Unavailable: it cannot be had, is not this issuer's (a mix-up, RFC 9207), or names no safe algorithm.
        """
        if self._metadata is None or self._monotonic() >= self._metadata_until:
            answer = await web.get(f"{self._url}/.well-known/openid-configuration")
            try:
                metadata = IssuerMetadata.model_validate(answer.required_object())
            except ValidationError as error:
                raise Unavailable(TRY_AGAIN) from error
            if metadata.issuer.rstrip("/") != self._url or not all(map(is_confidential, metadata.endpoints)):
                _log.error("rso_metadata_not_the_issuers", configured=self._url, found=metadata.issuer[:200])
                raise Unavailable(TRY_AGAIN)
            if not metadata.algorithms:
                _log.error("rso_metadata_without_safe_algorithm")
                raise Unavailable(TRY_AGAIN)
            self._metadata, self._metadata_until = metadata, self._monotonic() + _BELIEVED
        return self._metadata

    async def keys(self, web: Web) -> KeySet:
        """The signing keys.

        Raises:
            Unavailable: they cannot be had.
        """
        if self._keys is None or self._monotonic() >= self._keys_until:
            return await self._fetch_keys(web)
        return self._keys

    async def newer_keys(self, web: Web, known: KeySet) -> KeySet:
        """The keys as they are now, when one is missing in `known`: the issuer may have rotated them.

        It is asked once in ten seconds at the most, however many sign-ins miss a key; in between the answer may be
        `known` itself.

        Raises:
            Unavailable: they cannot be had.
        """
        async with self._looking.setdefault(asyncio.get_running_loop(), asyncio.Lock()):
            if self._keys is not None and self._keys is not known:
                return self._keys  # somebody else has looked meanwhile
            if self._monotonic() < self._look_again_from:
                return known
            self._look_again_from = self._monotonic() + _LOOKED_AGAIN
            return await self._fetch_keys(web)

    async def _fetch_keys(self, web: Web) -> KeySet:
        document = (await web.get((await self.metadata(web)).jwks_uri)).required_object()
        try:
            keys = KeySet.import_key_set({"keys": document["keys"]})
        except (JoseError, ValueError, TypeError, KeyError, AttributeError) as error:
            raise Unavailable(TRY_AGAIN) from error
        self._keys, self._keys_until = keys, self._monotonic() + _BELIEVED
        return keys
