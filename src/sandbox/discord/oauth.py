"""Discord's OAuth 2.0 as a stand-in: the page that asks, the token endpoint, and whose token it is."""

import base64
import binascii
import hmac
import re
import time
from collections.abc import Awaitable, Callable, Iterable, Mapping
from typing import Final
from urllib.parse import unquote_plus, urlencode

from aiohttp import web
from authlib.oauth2.rfc7636 import create_s256_code_challenge

from src.sandbox.discord.faults import Fault, fault_for, json_answer
from src.sandbox.discord.oauth_grants import TOKEN_LIFE_S, Grant, Grants, OAuthClient, Person
from src.sandbox.discord.oauth_page import consent_page
from src.sandbox.sign_in_page import error_page

Handler = Callable[[web.Request], Awaitable[web.Response]]

_SCOPES: Final = frozenset({"identify", "email", "guilds", "connections"})
_VERIFIER: Final = re.compile(r"[A-Za-z0-9._~-]{43,128}")  # RFC 7636, section 4.1; Discord insists on it
_CHALLENGE: Final = re.compile(r"[A-Za-z0-9_-]{43}")
_DENIED: Final = "The resource owner or authorization server denied the request"
_UNAUTHORIZED: Final = {"message": "401: Unauthorized", "code": 0}


class DiscordOAuth:
    """Signs `people` in for `clients`.

    It is stricter than Discord, which does without state and S256: those are refused here, so that a client that
    forgets one fails in the sandbox. `people` and `faults` may change at any time.
    """

    def __init__(
        self,
        people: Iterable[Person] = (),
        clients: Iterable[OAuthClient] = (OAuthClient(),),
        *,
        faults: list[Fault] | None = None,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self.people = tuple(people)
        self.faults: list[Fault] = [] if faults is None else faults
        self._clients = {client.client_id: client for client in clients}
        self._grants = Grants(clock)

    def add_to(self, application: web.Application, *, alone: bool = True) -> None:
        """Register the routes, at the paths below Discord's own address.

        Where it is not `alone`, whoever serves `/api/v10` passes on to `identity` what a person's token asks there.
        """
        router = application.router
        router.add_get("/oauth2/authorize", self._guarded("/oauth2/authorize", self._ask), allow_head=False)
        router.add_post("/oauth2/authorize", self._guarded("/oauth2/authorize", self._decide))
        router.add_post("/api/oauth2/token", self._guarded("/oauth2/token", self._token))
        router.add_get("/api/users/@me", self.identity, allow_head=False)
        if alone:
            router.add_get("/api/v10/users/@me", self.identity, allow_head=False)

    async def identity(self, request: web.Request) -> web.Response:
        """Whose Bearer token this is: `GET /users/@me`."""
        return await self._guarded("/users/@me", self._identity)(request)

    def _guarded(self, path: str, handler: Handler) -> Handler:
        """Put the faults before, or after, a handler."""

        async def answer(request: web.Request) -> web.Response:
            fault = fault_for(self.faults, request.method, path)
            if fault is None:
                return await handler(request)
            if fault.after_effect:
                await handler(request)
            return fault.answer()

        return answer

    async def _ask(self, request: web.Request) -> web.Response:
        """The page, or a redirect with an error, or an error page when redirecting is not safe."""
        parameters = dict(request.query)
        refusal = self._refusal(request, parameters)
        return refusal or _html(consent_page(self.people, parameters))

    async def _decide(self, request: web.Request) -> web.Response:
        """The person pressed a button."""
        form = await _form(request)
        refusal = self._refusal(request, form)
        if refusal is not None:
            return refusal
        if form.get("decision") != "authorize":
            return _back(request, form, {"error": "access_denied", "error_description": _DENIED})
        if self._person(form.get("user_id", "")) is None:
            return _html(error_page("There is no such person in this sandbox."), status=400)
        grant = Grant(
            client_id=form["client_id"],
            redirect_uri=form["redirect_uri"],
            scope=form["scope"],
            code_challenge=form["code_challenge"],
            person_id=form["user_id"],
        )
        return _back(request, form, {"code": self._grants.issue_code(grant)})

    def _refusal(self, request: web.Request, parameters: Mapping[str, str]) -> web.Response | None:
        """Why this authorization request cannot go on, as the response to send; None when it can."""
        client = self._clients.get(parameters.get("client_id", ""))
        if client is None:
            return _html(error_page("Unknown application (client_id)."), status=400)
        if not client.may_redirect_to(parameters.get("redirect_uri", "")):
            return _html(error_page("Invalid OAuth2 redirect_uri."), status=400)
        problem = _problem_with(parameters)
        if problem is None:
            return None
        error, description = problem
        return _back(request, parameters, {"error": error, "error_description": description})

    async def _token(self, request: web.Request) -> web.Response:
        form = await _form(request)
        client = self._authenticated(request, form)
        if client is None:
            return _oauth_error("invalid_client", status=401)
        if form.get("grant_type") != "authorization_code":
            return _oauth_error("unsupported_grant_type")
        grant = self._redeemed(client, form)
        if isinstance(grant, web.Response):
            return grant
        body = {
            "token_type": "Bearer",
            "access_token": self._grants.issue_token(grant),
            "expires_in": TOKEN_LIFE_S,
            "refresh_token": "nobody-needs-it",
            "scope": grant.scope,
        }
        return json_answer(200, body, {"Cache-Control": "no-store"})

    def _redeemed(self, client: OAuthClient, form: Mapping[str, str]) -> Grant | web.Response:
        """What a person has granted this client, or why it is not to be had. Either way the code is used up."""
        grant = self._grants.redeem(form.get("code", ""))
        verifier = form.get("code_verifier", "")
        if not _VERIFIER.fullmatch(verifier):
            return _oauth_error("invalid_request", f'{"Invalid" if verifier else "Missing"} "code_verifier"')
        if grant is None or grant.client_id != client.client_id:
            return _oauth_error("invalid_grant", 'Invalid "code" in request.')
        if grant.redirect_uri != form.get("redirect_uri"):
            return _oauth_error("invalid_grant", 'Invalid "redirect_uri" in request.')
        if not hmac.compare_digest(_challenge_of(verifier), grant.code_challenge):
            return _oauth_error("invalid_grant", 'Invalid "code_verifier"')
        return grant

    def _authenticated(self, request: web.Request, form: Mapping[str, str]) -> OAuthClient | None:
        """The client whose credentials come by HTTP Basic or in the form."""
        scheme, _, credentials = request.headers.get("Authorization", "").partition(" ")
        if scheme.lower() == "basic":
            client_id, secret = _basic(credentials)
        else:
            client_id, secret = form.get("client_id", ""), form.get("client_secret", "")
        client = self._clients.get(client_id)
        if client is None or not secret or not hmac.compare_digest(secret.encode(), client.secret.encode()):
            return None
        return client

    async def _identity(self, request: web.Request) -> web.Response:
        scheme, _, token = request.headers.get("Authorization", "").partition(" ")
        grant = self._grants.behind(token) if scheme == "Bearer" else None
        person = self._person(grant.person_id) if grant and "identify" in grant.scope.split() else None
        return json_answer(401, _UNAUTHORIZED) if person is None else json_answer(200, person.payload())

    def _person(self, person_id: str) -> Person | None:
        return next((person for person in self.people if person.id == person_id), None)


def _problem_with(parameters: Mapping[str, str]) -> tuple[str, str] | None:
    """The OAuth error and its description; None for a good request."""
    if parameters.get("response_type") != "code":
        return "unsupported_response_type", "The authorization server does not support this response type."
    scopes = parameters.get("scope", "").split()
    if not scopes or not set(scopes) <= _SCOPES:
        return "invalid_scope", "The requested scope is invalid, unknown, or malformed."
    if not parameters.get("state"):
        return "invalid_request", 'Missing "state"'
    if parameters.get("code_challenge_method") != "S256":
        return "invalid_request", 'Unsupported "code_challenge_method"'
    if not _CHALLENGE.fullmatch(parameters.get("code_challenge", "")):
        return "invalid_request", 'Invalid "code_challenge"'
    return None


def _challenge_of(verifier: str) -> str:
    return str(create_s256_code_challenge(verifier))  # type: ignore[no-untyped-call]


def _basic(credentials: str) -> tuple[str, str]:
    try:
        client_id, _, secret = base64.b64decode(credentials, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        return "", ""
    return unquote_plus(client_id), unquote_plus(secret)


async def _form(request: web.Request) -> dict[str, str]:
    return {name: str(value) for name, value in (await request.post()).items()}


def _back(request: web.Request, parameters: Mapping[str, str], answer: dict[str, str]) -> web.Response:
    state = {"state": parameters["state"]} if parameters.get("state") else {}
    query = urlencode({**answer, **state, "iss": f"{request.scheme}://{request.host}"})
    uri = parameters["redirect_uri"]
    return web.Response(status=303, headers={"Location": f"{uri}{'&' if '?' in uri else '?'}{query}"})


def _html(page: str, *, status: int = 200) -> web.Response:
    return web.Response(text=page, content_type="text/html", status=status, headers={"Cache-Control": "no-store"})


def _oauth_error(error: str, description: str = "", *, status: int = 400) -> web.Response:
    return json_answer(status, {"error": error} | ({"error_description": description} if description else {}))
