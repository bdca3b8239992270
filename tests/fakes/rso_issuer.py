"""An RSO over real HTTP that can be told to lie: Riot's endpoints, errors and id_tokens, right or wrong on demand."""

import base64
import hashlib
import secrets
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, quote_plus, urlencode, urlsplit

from aiohttp import web
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, KeySet, OctKey, RSAKey

CLIENT_ID = "chimera-test"
CLIENT_SECRET = "not-a-secret"
REDIRECT_URI = "http://127.0.0.1:8000/rso/callback"
_RSA = RSAKey.generate_key(2048, {"kid": "first", "use": "sig", "alg": "RS256"})


@dataclass
class Grant:
    """What the person agreed to at /authorize."""

    challenge: str
    nonce: str
    redirect_uri: str
    puuid: str


@dataclass
class Lies:
    """What the issuer does wrong.

    `claims` changes the id_token's claims and `tokens` the token endpoint's answer just before they leave; a header
    of None is left out.
    """

    claims: Callable[[dict[str, Any]], None] = lambda _: None
    header: dict[str, Any] = field(default_factory=dict)
    token: web.Response | None = None
    account: dict[str, Any] | web.Response | None = None
    userinfo: dict[str, Any] | web.Response | None = None
    discovery: dict[str, Any] = field(default_factory=dict)
    tamper: Callable[[str], str] = lambda token: token
    tokens: Callable[[dict[str, Any]], None] = lambda _: None


@dataclass
class RSOIssuer:
    """A running issuer. `requests` are the paths asked for, `bearers` who asked for the account."""

    url: str
    key: RSAKey | ECKey | OctKey = field(default_factory=lambda: _RSA)
    published: list[RSAKey | ECKey | OctKey] = field(default_factory=lambda: [_RSA])
    lies: Lies = field(default_factory=Lies)
    cpid: str | None = None
    client_key: RSAKey | ECKey | None = None
    client_secret: str = CLIENT_SECRET
    requests: list[str] = field(default_factory=list)
    assertions: list[dict[str, Any]] = field(default_factory=list)
    me_headers: list[dict[str, str]] = field(default_factory=list)
    issued: list[str] = field(default_factory=list)
    grants: dict[str, Grant] = field(default_factory=dict)
    puuids: dict[str, str] = field(default_factory=dict)

    def sign_in(self, auth_url: str, puuid: str = "puuid-1") -> dict[str, str]:
        """What the person does at `auth_url`; answers the parameters of the callback."""
        query = {name: values[0] for name, values in parse_qs(urlsplit(auth_url).query).items()}
        if query["client_id"] != CLIENT_ID or query["response_type"] != "code":
            raise AssertionError(query)
        if query["code_challenge_method"] != "S256" or query["scope"] != "openid cpid":
            raise AssertionError(query)
        code = secrets.token_urlsafe(24)
        self.grants[code] = Grant(query["code_challenge"], query["nonce"], query["redirect_uri"], puuid)
        return {"code": code, "state": query["state"], "iss": self.url}

    async def discover(self, request: web.Request) -> web.Response:
        self.requests.append("discovery")
        document = {
            "issuer": self.url,
            "authorization_endpoint": f"{self.url}/authorize",
            "token_endpoint": f"{self.url}/token",
            "userinfo_endpoint": f"{self.url}/userinfo",
            "jwks_uri": f"{self.url}/jwks.json",
            "authorization_response_iss_parameter_supported": True,
        }
        return web.json_response(document | self.lies.discovery)

    async def authorize(self, request: web.Request) -> web.Response:
        callback = self.sign_in(str(request.url))
        raise web.HTTPFound(f"{request.query['redirect_uri']}?{urlencode(callback)}")

    async def jwks(self, request: web.Request) -> web.Response:
        self.requests.append("jwks")
        return web.json_response(KeySet(list(self.published)).as_dict(private=False))

    async def token(self, request: web.Request) -> web.Response:
        self.requests.append("token")
        if self.lies.token is not None:
            return self.lies.token
        form = {name: str(value) for name, value in (await request.post()).items()}
        if not self._authenticates(request, form):
            return web.json_response({"error": "invalid_client", "error_description": "Invalid client"}, status=401)
        grant = self.grants.pop(form.get("code", ""), None)
        if grant is None or not _matches(grant, form):
            description = (
                "Invalid or expired authorization code, redirection URI mismatch, or PKCE verification failure"
            )
            return web.json_response({"error": "invalid_request", "error_description": description}, status=400)
        access_token = secrets.token_urlsafe(24)
        self.puuids[access_token] = grant.puuid
        id_token = self._id_token(grant, access_token)
        self.issued += [access_token, id_token]
        answer: dict[str, Any] = {
            "access_token": access_token,
            "id_token": id_token,
            "scope": "openid cpid",
            "token_type": "Bearer",
            "expires_in": 3600,
        }
        self.lies.tokens(answer)
        return web.json_response(answer)

    async def userinfo(self, request: web.Request) -> web.Response:
        self.requests.append("userinfo")
        if isinstance(self.lies.userinfo, web.Response):
            return self.lies.userinfo
        body = {"sub": f"sub-{self._bearer(request)}", "jti": "x"} | ({"cpid": self.cpid} if self.cpid else {})
        return web.json_response(body | (self.lies.userinfo or {}))

    async def me(self, request: web.Request) -> web.Response:
        self.requests.append("me")
        self.me_headers.append(dict(request.headers))
        if isinstance(self.lies.account, web.Response):
            return self.lies.account
        account = {"puuid": self._bearer(request), "gameName": "Hide on bush", "tagLine": "KR1"}
        return web.json_response(account if self.lies.account is None else self.lies.account)

    def _bearer(self, request: web.Request) -> str:
        scheme, _, token = request.headers.get("Authorization", "").partition(" ")
        if scheme != "Bearer" or token not in self.puuids:
            raise web.HTTPUnauthorized
        return self.puuids[token]

    def _authenticates(self, request: web.Request, form: dict[str, str]) -> bool:
        if self.client_key is None:
            secret = quote_plus(self.client_secret)
            expected = base64.b64encode(f"{CLIENT_ID}:{secret}".encode()).decode()
            return request.headers.get("Authorization") == f"Basic {expected}"
        try:
            assertion = jwt.decode(form["client_assertion"], self.client_key, algorithms=["RS256", "ES256"]).claims
        except JoseError:
            return False
        self.assertions.append(assertion)
        return bool(assertion["iss"] == assertion["sub"] == CLIENT_ID and assertion["aud"] == f"{self.url}/token")

    def _id_token(self, grant: Grant, access_token: str) -> str:
        algorithm = {"RSA": "RS256", "EC": "ES256", "oct": "HS256"}[self.key.key_type]
        header = {"alg": algorithm, "kid": self.key.kid} | self.lies.header
        header = {name: value for name, value in header.items() if value is not None}
        digest = hashlib.new(f"sha{header['alg'][-3:]}", access_token.encode()).digest()
        claims: dict[str, Any] = {
            "iss": self.url,
            "aud": CLIENT_ID,
            "sub": f"sub-{grant.puuid}",
            "iat": int(time.time()),
            "exp": int(time.time()) + 600,
            "nonce": grant.nonce,
            "at_hash": base64.urlsafe_b64encode(digest[: len(digest) // 2]).rstrip(b"=").decode(),
        }
        self.lies.claims(claims)
        return self.lies.tamper(jwt.encode(header, claims, self.key, algorithms=[header["alg"]]))


def _matches(grant: Grant, form: dict[str, str]) -> bool:
    digest = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
    challenge = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
    return (
        challenge == grant.challenge
        and form.get("redirect_uri") == grant.redirect_uri
        and form.get("grant_type") == "authorization_code"
    )


@asynccontextmanager
async def running_issuer() -> AsyncIterator[RSOIssuer]:
    """Serve an issuer and Riot's account endpoints on a free loopback port."""
    issuer = RSOIssuer("")
    app = web.Application()
    app.router.add_get("/rso/.well-known/openid-configuration", issuer.discover)
    app.router.add_get("/rso/authorize", issuer.authorize)
    app.router.add_get("/rso/jwks.json", issuer.jwks)
    app.router.add_post("/rso/token", issuer.token)
    app.router.add_get("/rso/userinfo", issuer.userinfo)
    app.router.add_get("/riot/account/v1/accounts/me", issuer.me)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        issuer.url = f"http://127.0.0.1:{runner.addresses[0][1]}/rso"
        yield issuer
    finally:
        await runner.cleanup()
