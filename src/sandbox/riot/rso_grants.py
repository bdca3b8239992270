"""What the sign-in stand-in remembers: clients, codes, tokens, and the key it signs with."""

import base64
import hashlib
import secrets
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from joserfc import jwt
from joserfc.jwk import RSAKey

from src.sandbox.riot.generator.people import Player
from src.sandbox.riot.rso_forgeries import forged

CODE_LIFE_S = 60
TOKEN_LIFE_S = 3_600
_KEY_BITS = 2_048


@dataclass(frozen=True)
class RsoClient:
    """A registered RSO client.

    Attributes:
        redirect_uris: The exact URIs it may redirect to. Empty: any, for a sandbox whose port is not known yet.
        secret: For `client_secret_basic` and `client_secret_post`.
        public_key_pem: For `private_key_jwt`; PEM of the client's public key.
    """

    client_id: str = "chimera-sandbox"
    redirect_uris: tuple[str, ...] = ()
    secret: str = field(default="sandbox-secret", repr=False)
    public_key_pem: str | None = None

    def may_redirect_to(self, uri: str) -> bool:
        """Whether `uri` is registered, character by character."""
        return uri in self.redirect_uris if self.redirect_uris else uri.startswith(("http://", "https://"))


@dataclass(frozen=True, slots=True)
class Grant:
    """A person's consent, waiting behind a code."""

    client_id: str
    redirect_uri: str
    scope: str
    nonce: str
    code_challenge: str
    puuid: str
    expires_at: float


class Ledger:
    """Codes (used once, 60 s) and access tokens (one hour)."""

    def __init__(self, clock: Callable[[], float] = time.time) -> None:
        self.clock = clock
        self._codes: dict[str, Grant] = {}
        self._tokens: dict[str, tuple[Grant, float]] = {}

    def issue_code(self, grant: Grant) -> str:
        """A new authorization code for this grant."""
        code = secrets.token_urlsafe(32)
        self._codes[code] = grant
        return code

    def redeem(self, code: str) -> Grant | None:
        """The grant behind a code, once; None when it is unknown, used or expired."""
        grant = self._codes.pop(code, None)
        return grant if grant and grant.expires_at > self.clock() else None

    def issue_token(self, grant: Grant) -> str:
        """A new opaque access token."""
        token = f"eyJ{secrets.token_urlsafe(120)}"
        self._tokens[token] = (grant, self.clock() + TOKEN_LIFE_S)
        return token

    def grant_of(self, token: str) -> Grant | None:
        """The grant an access token stands for, while it is valid."""
        grant, expires_at = self._tokens.get(token, (None, 0.0))
        return grant if expires_at > self.clock() else None


class Signer:
    """Signs id tokens with its newest key and publishes its keys."""

    def __init__(self) -> None:
        self._made = 0
        self._keys: list[RSAKey] = []
        self.rotate()

    def rotate(self, *, keep_old: bool = True) -> None:
        """Sign with a new key from now on; the old ones stay published, or are withdrawn."""
        self._made += 1
        key = RSAKey.generate_key(_KEY_BITS, parameters={"kid": f"s{self._made}", "alg": "RS256", "use": "sig"})
        self._keys = [key, *(self._keys if keep_old else ())]

    def jwks(self) -> dict[str, Any]:
        """The public key set."""
        return {"keys": [key.as_dict(private=False) for key in self._keys]}

    def id_token(
        self, issuer: str, grant: Grant, player: Player, access_token: str, now: float, *, forgery: Mapping[str, Any]
    ) -> str:
        """An RS256 id token with the claims Riot gives, `forgery` laid over them."""
        claims: dict[str, Any] = {
            "iss": issuer,
            "sub": grant.puuid,
            "aud": grant.client_id,
            "iat": int(now),
            "exp": int(now) + TOKEN_LIFE_S,
            "at_hash": _half_hash(access_token),
            "acct": {"game_name": player.game_name, "tag_line": player.tag_line},
            "lol": [{"cpid": player.platform}],
            "jti": secrets.token_urlsafe(8),
        }
        if grant.nonce:
            claims["nonce"] = grant.nonce
        key = self._keys[0]
        return jwt.encode({"alg": "RS256", "kid": key.kid, "typ": "JWT"}, forged(claims, forgery), key)


def s256(verifier: str) -> str:
    """The PKCE challenge of a verifier (RFC 7636)."""
    return base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()


def _half_hash(token: str) -> str:
    digest = hashlib.sha256(token.encode()).digest()
    return base64.urlsafe_b64encode(digest[: len(digest) // 2]).rstrip(b"=").decode()
