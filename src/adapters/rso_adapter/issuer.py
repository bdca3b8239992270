"""The issuer's own documents: where its endpoints are and which keys it signs with."""

import time

import structlog
from joserfc.errors import JoseError
from joserfc.jwk import KeySet
from pydantic import BaseModel, ConfigDict, ValidationError

from src.adapters.rso_adapter.settings import is_confidential
from src.adapters.rso_adapter.web import TRY_AGAIN, Web
from src.core.errors import Unavailable

_log = structlog.get_logger(__name__)

_BELIEVED = 3600.0  # seconds before either document is fetched again


class IssuerMetadata(BaseModel):
    """The part of the discovery document that is used (OpenID Connect Discovery 1.0, section 3)."""

    model_config = ConfigDict(frozen=True)

    issuer: str
    authorization_endpoint: str
    token_endpoint: str
    jwks_uri: str
    userinfo_endpoint: str | None = None

    def endpoints(self) -> tuple[str, ...]:
        """Every URL that will be opened."""
        named = (self.authorization_endpoint, self.token_endpoint, self.jwks_uri, self.userinfo_endpoint)
        return tuple(url for url in named if url is not None)


class Issuer:
    """Fetches the discovery document and the key set, and keeps each for an hour."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._metadata: IssuerMetadata | None = None
        self._metadata_until = 0.0
        self._keys: KeySet | None = None
        self._keys_until = 0.0

    async def metadata(self, web: Web) -> IssuerMetadata:
        """Where the endpoints are.

        Raises:
            Unavailable: it cannot be had, or is not this issuer's (a mix-up, RFC 9207).
        """
        if self._metadata is None or time.monotonic() >= self._metadata_until:
            answer = await web.get(f"{self._url}/.well-known/openid-configuration")
            try:
                metadata = IssuerMetadata.model_validate(answer.required_object())
            except ValidationError as error:
                raise Unavailable(TRY_AGAIN) from error
            if metadata.issuer.rstrip("/") != self._url or not all(map(is_confidential, metadata.endpoints())):
                _log.error("rso_metadata_not_the_issuers", configured=self._url, found=metadata.issuer[:200])
                raise Unavailable(TRY_AGAIN)
            self._metadata, self._metadata_until = metadata, time.monotonic() + _BELIEVED
        return self._metadata

    async def keys(self, web: Web, *, fresh: bool = False) -> KeySet:
        """The signing keys; `fresh` asks the issuer even when they are known (it may have rotated them).

        Raises:
            Unavailable: they cannot be had.
        """
        if fresh or self._keys is None or time.monotonic() >= self._keys_until:
            document = (await web.get((await self.metadata(web)).jwks_uri)).required_object()
            try:
                keys = KeySet.import_key_set({"keys": document["keys"]})
            except (JoseError, ValueError, TypeError, KeyError, AttributeError) as error:
                raise Unavailable(TRY_AGAIN) from error
            self._keys, self._keys_until = keys, time.monotonic() + _BELIEVED
        return self._keys
