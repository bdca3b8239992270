"""Riot Sign On as a stand-in: discovery, authorize, token, userinfo and the key set."""

import asyncio
import hmac
import secrets
from collections.abc import Awaitable, Callable, Mapping
from urllib.parse import urlencode

from aiohttp import web

from src.sandbox.riot.call_log import CallLog
from src.sandbox.riot.directory import Directory
from src.sandbox.riot.faults import Faults
from src.sandbox.riot.replies import faulty_reply
from src.sandbox.riot.rso_clients import authenticated
from src.sandbox.riot.rso_forgeries import Forgeries, forged
from src.sandbox.riot.rso_grants import CODE_LIFE_S, TOKEN_LIFE_S, Grant, Ledger, RsoClient, Signer, s256
from src.sandbox.riot.rso_page import sign_in_page
from src.sandbox.sign_in_page import error_page

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

_SCOPES = ("openid", "cpid", "offline_access", "email", "profile", "lol", "summoner")
_REQUIRED = ("state", "nonce", "code_challenge")
_CODE_ERROR = "Invalid or expired authorization code, redirection URI mismatch, or PKCE verification failure"
_CLIENT_ERROR = (
    "Invalid client: Possible causes may be 1) missing / invalid client_id; 2) missing client authentication; "
    "3) invalid or insecure client authentication"
)


class _BadRequest(Exception):
    """An authorization request that goes back to the client with an OAuth error."""

    def __init__(self, error: str, description: str) -> None:
        super().__init__(description)
        self.error = error


class RiotSignOn:
    """The OpenID provider under `/rso`.

    It is stricter than Riot, which accepts requests without state, nonce and PKCE: those are refused here, so
    that a client that forgets one fails in the sandbox. Riot leaves `cpid` out of `/userinfo` at times;
    `cpid_in_userinfo=False` does the same.

    Attributes:
        forgeries: What it says wrongly; a client must not believe it.
    """

    def __init__(
        self,
        directory: Directory,
        client: RsoClient,
        faults: Faults,
        log: CallLog,
        *,
        cpid_in_userinfo: bool = True,
        ledger: Ledger | None = None,
    ) -> None:
        self._directory = directory
        self._client = client
        self._faults = faults
        self._log = log
        self.cpid_in_userinfo = cpid_in_userinfo
        self._ledger = ledger or Ledger()
        self._signer = Signer()
        self.forgeries = Forgeries()
        self.issuer = ""

    def owner_of(self, access_token: str) -> str | None:
        """The puuid of whoever signed in for this token."""
        grant = self._ledger.grant_of(access_token)
        return grant.puuid if grant else None

    def rotate_key(self, *, keep_old: bool = True) -> None:
        """Sign with a new key from now on; the old one stays published, or is withdrawn."""
        self._signer.rotate(keep_old=keep_old)

    def add_to(self, application: web.Application) -> None:
        """Register the routes."""
        routes: tuple[tuple[str, str, str, Handler], ...] = (
            ("GET", "/rso/.well-known/openid-configuration", "discovery", self._discovery),
            ("GET", "/rso/jwks.json", "jwks", self._jwks),
            ("GET", "/rso/authorize", "authorize", self._ask),
            ("POST", "/rso/authorize", "authorize", self._decide),
            ("POST", "/rso/token", "token", self._token),
            ("GET", "/rso/userinfo", "userinfo", self._userinfo),
        )
        for verb, path, name, handler in routes:
            application.router.add_route(verb, path, self._guarded(f"rso.{name}", handler))

    def _guarded(self, method: str, handler: Handler) -> Handler:
        """Put faults and the call log around a handler."""

        async def answer(request: web.Request) -> web.StreamResponse:
            rule = self._faults.draw(request.path, method)
            if rule is None:
                response = await handler(request)
            else:
                await asyncio.sleep(self._faults.delay_s(rule))
                usual = None if rule.status else await handler(request)
                response = await faulty_reply(request, rule, usual if isinstance(usual, web.Response) else None)
            self._log.add("rso", method, response.status)
            return response

        return answer

    async def _discovery(self, request: web.Request) -> web.Response:  # noqa: ARG002
        metadata = {
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": f"{self.issuer}/token",
            "userinfo_endpoint": f"{self.issuer}/userinfo",
            "jwks_uri": f"{self.issuer}/jwks.json",
            "scopes_supported": ["openid", "profile", "email", "lol", "summoner"],
            "response_types_supported": ["code"],
            "grant_types_supported": ["authorization_code"],
            "subject_types_supported": ["public", "pairwise"],
            "id_token_signing_alg_values_supported": ["RS256"],
            "code_challenge_methods_supported": ["S256"],
            "token_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post", "private_key_jwt"],
            "authorization_response_iss_parameter_supported": True,
        }
        return web.json_response(forged(metadata, self.forgeries.metadata))

    async def _jwks(self, request: web.Request) -> web.Response:  # noqa: ARG002
        return web.json_response(self._signer.jwks())

    async def _ask(self, request: web.Request) -> web.Response:
        """The sign-in page, or a redirect with an error, or an error page when redirecting is not safe."""
        parameters = dict(request.query)
        refusal = self._refusal(parameters)
        if refusal is not None:
            return refusal
        return _html(sign_in_page(self._directory.players(), parameters))

    async def _decide(self, request: web.Request) -> web.Response:
        """The person pressed a button."""
        form = {name: str(value) for name, value in (await request.post()).items()}
        refusal = self._refusal(form)
        if refusal is not None:
            return refusal
        player = self._directory.account(form.get("puuid", ""))
        if form.get("decision") == "deny":
            return self._back(form, {"error": "access_denied", "error_description": "The user denied the request"})
        if player is None:
            return _html(error_page("There is no such account in this sandbox."), status=400)
        code = self._ledger.issue_code(
            Grant(
                client_id=form["client_id"],
                redirect_uri=form["redirect_uri"],
                scope=form["scope"],
                nonce=form["nonce"],
                code_challenge=form["code_challenge"],
                puuid=player.puuid,
                expires_at=self._ledger.clock() + CODE_LIFE_S,
            )
        )
        return self._back(form, {"code": code})

    async def _token(self, request: web.Request) -> web.Response:
        form = {name: str(value) for name, value in (await request.post()).items()}
        if not authenticated(self._client, request.headers.get("Authorization", ""), form, self.issuer):
            return _oauth_error("invalid_client", _CLIENT_ERROR, status=401)
        if form.get("grant_type") != "authorization_code":
            return _oauth_error("unsupported_grant_type")
        grant = self._ledger.redeem(form.get("code", ""))
        verifier = form.get("code_verifier", "")
        proven = grant is not None and hmac.compare_digest(s256(verifier), grant.code_challenge)
        if grant is None or not proven or grant.redirect_uri != form.get("redirect_uri"):
            return _oauth_error("invalid_request", _CODE_ERROR)
        player = self._directory.account(grant.puuid)
        if player is None:
            return _oauth_error("invalid_request", _CODE_ERROR)
        access_token = self._ledger.issue_token(grant)
        id_token = self._signer.id_token(
            self.issuer, grant, player, access_token, self._ledger.clock(), forgery=self.forgeries.claims
        )
        body = {
            "access_token": access_token,
            "scope": grant.scope,
            "id_token": id_token,
            "token_type": "Bearer",
            "expires_in": TOKEN_LIFE_S,
        }
        if "offline_access" in grant.scope.split():
            body["refresh_token"] = f"ap1:{secrets.token_urlsafe(40)}"
        return web.json_response(forged(body, self.forgeries.tokens), headers={"Cache-Control": "no-store"})

    async def _userinfo(self, request: web.Request) -> web.Response:
        scheme, _, token = request.headers.get("Authorization", "").partition(" ")
        grant = self._ledger.grant_of(token) if scheme.lower() == "bearer" else None
        player = self._directory.account(grant.puuid) if grant else None
        if grant is None or player is None:
            return web.Response(status=401, headers={"WWW-Authenticate": 'Bearer error="invalid_token"'})
        claims = {"sub": grant.puuid, "jti": secrets.token_urlsafe(8)}
        if self.cpid_in_userinfo and "cpid" in grant.scope.split():
            claims["cpid"] = player.platform
        return web.json_response(forged(claims, self.forgeries.userinfo))

    def _refusal(self, parameters: Mapping[str, str]) -> web.Response | None:
        """Why this authorization request cannot go on, as the response to send; None when it can."""
        if parameters.get("client_id") != self._client.client_id:
            return _html(error_page("Unknown client_id."), status=400)
        if not self._client.may_redirect_to(parameters.get("redirect_uri", "")):
            return _html(error_page("This redirect_uri is not registered."), status=400)
        try:
            _check(parameters)
        except _BadRequest as problem:
            return self._back(parameters, {"error": problem.error, "error_description": str(problem)})
        return None

    def _back(self, parameters: Mapping[str, str], answer: dict[str, str]) -> web.Response:
        state = {"state": parameters["state"]} if parameters.get("state") else {}
        uri = parameters["redirect_uri"]
        query = urlencode(forged({**answer, **state, "iss": self.issuer}, self.forgeries.callback))
        return web.Response(status=303, headers={"Location": f"{uri}{'&' if '?' in uri else '?'}{query}"})


def _check(parameters: Mapping[str, str]) -> None:
    if parameters.get("response_type") != "code":
        raise _BadRequest("unsupported_response_type", "response_type must be code")
    scopes = parameters.get("scope", "").split()
    if "openid" not in scopes or not set(scopes) <= set(_SCOPES):
        raise _BadRequest("invalid_scope", f"scope must contain openid and nothing but {' '.join(_SCOPES)}")
    for name in _REQUIRED:
        if not parameters.get(name):
            raise _BadRequest("invalid_request", f"{name} is missing")
    if parameters.get("code_challenge_method") != "S256":
        raise _BadRequest("invalid_request", "code_challenge_method must be S256")


def _html(page: str, *, status: int = 200) -> web.Response:
    return web.Response(text=page, content_type="text/html", status=status, headers={"Cache-Control": "no-store"})


def _oauth_error(error: str, description: str = "", *, status: int = 400) -> web.Response:
    body = {"error": error} | ({"error_description": description} if description else {})
    return web.json_response(body, status=status)
