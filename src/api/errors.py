"""What each error becomes: the one mapping from error classes to statuses, as JSON (RFC 9457) or as a page."""

from collections.abc import Mapping
from http import HTTPStatus
from math import ceil
from typing import NamedTuple
from uuid import uuid4

import structlog
from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from src.api.pages import PageRoute, page
from src.core import errors
from src.core.services import error_log

_log = structlog.get_logger(__name__)


class Face(NamedTuple):
    """How an error is shown."""

    status: HTTPStatus
    title: str
    advice: str = ""  # what to do, after the error's own words
    challenge: str = ""  # `WWW-Authenticate`
    is_refusal: bool = False  # nobody's fault, and no alarm


# The nearest class in an error's ancestry decides, so that a new error always has a face.
_FACES: Mapping[type[errors.ChimeraError], Face] = {
    errors.NotFound: Face(HTTPStatus.NOT_FOUND, "Not found"),
    errors.JobNotFound: Face(HTTPStatus.NOT_FOUND, "Not found", "GET /tasks/ lists what there is."),
    errors.Rejected: Face(HTTPStatus.BAD_REQUEST, "That cannot be done"),
    errors.InvalidInput: Face(HTTPStatus.UNPROCESSABLE_ENTITY, "Something is not right with that"),
    errors.NotAParticipant: Face(HTTPStatus.UNPROCESSABLE_ENTITY, "Not in that match"),
    errors.ConfigurationError: Face(
        HTTPStatus.INTERNAL_SERVER_ERROR,
        "Chimera is not set up for this",
        "Whoever runs this bot can find what to mend with `chimera doctor`.",
    ),
    errors.RiotKeyRejected: Face(
        HTTPStatus.BAD_GATEWAY, "Riot refuses Chimera", "Whoever runs this bot has to renew RIOT_API_KEY."
    ),
    errors.RiotRequestRejected: Face(HTTPStatus.BAD_GATEWAY, "Riot refuses the request"),
    errors.SignInRefused: Face(
        HTTPStatus.FORBIDDEN, "This sign-in is over", "To start again, type /bind in Discord.", is_refusal=True
    ),
    errors.AccountTaken: Face(
        HTTPStatus.CONFLICT,
        "This account is already linked",
        "Type /bind again to link it anyway: you are told before it changes hands.",
        is_refusal=True,
    ),
    errors.LinkRests: Face(HTTPStatus.CONFLICT, "This account is already linked", "Try again tomorrow."),
    errors.TooManyAccounts: Face(
        HTTPStatus.CONFLICT,
        "Ten accounts are linked already",
        "In Discord, /accounts lists them and removes one.",
        is_refusal=True,
    ),
    errors.PlayerForgotten: Face(HTTPStatus.FORBIDDEN, "This player has asked to be forgotten"),
    errors.ReplyExpired: Face(HTTPStatus.GONE, "Too late"),
    errors.RequestConflict: Face(
        HTTPStatus.UNPROCESSABLE_ENTITY, "This Idempotency-Key is taken", "Use a new one for a new request."
    ),
    errors.ApiKeyRejected: Face(
        HTTPStatus.UNAUTHORIZED, "An API key is needed", "`chimera api-key create` makes one.", 'Bearer realm="chimera"'
    ),
    errors.ScopeMissing: Face(
        HTTPStatus.FORBIDDEN,
        "This API key may not do that",
        "`chimera api-key create` makes one that may.",
        challenge='Bearer realm="chimera", error="insufficient_scope"',
    ),
    errors.NotYours: Face(HTTPStatus.FORBIDDEN, "That is somebody else's"),
    errors.WebhookRefused: Face(HTTPStatus.UNPROCESSABLE_ENTITY, "The callback address cannot be used"),
    errors.PredecessorFailed: Face(HTTPStatus.CONFLICT, "What had to succeed first did not"),
    errors.JobDied: Face(HTTPStatus.INTERNAL_SERVER_ERROR, "This job was stopped"),
    errors.ProofPending: Face(HTTPStatus.CONFLICT, "Not to be seen yet"),
    errors.RateLimited: Face(
        HTTPStatus.TOO_MANY_REQUESTS, "Too much at once", "Wait as long as the header Retry-After says."
    ),
    errors.TooOften: Face(
        HTTPStatus.TOO_MANY_REQUESTS, "Too much at once", "Wait a minute, then try again.", is_refusal=True
    ),
    errors.TooManyClaims: Face(HTTPStatus.TOO_MANY_REQUESTS, "Others are trying that too", is_refusal=True),
    errors.Transient: Face(HTTPStatus.SERVICE_UNAVAILABLE, "Not available right now"),
    errors.StorageUnavailable: Face(
        HTTPStatus.SERVICE_UNAVAILABLE, "Not available right now", "Wait a minute, then try again."
    ),
    errors.MalformedDocument: Face(HTTPStatus.BAD_GATEWAY, "Riot's data cannot be read"),
    errors.ChimeraError: Face(HTTPStatus.INTERNAL_SERVER_ERROR, "Something went wrong"),
}
_BROKEN = "Something went wrong"
_UNFIT = "Something is not right with that"
_OURS = "That is our fault, not yours. Try again in a moment."
NOT_OURS = "Chimera gave out no such address or form. Start again with /bind in Discord."
# Protocol words are for machines.
_FOR_PEOPLE: Mapping[HTTPStatus, tuple[str, str]] = {
    HTTPStatus.NOT_FOUND: ("There is no such page", "Look at the address again, or start with /bind in Discord."),
    HTTPStatus.METHOD_NOT_ALLOWED: (
        "Nothing to see here",
        "This address is part of another page. Go back to that one.",
    ),
}


def install(app: FastAPI) -> None:
    """Give every error that leaves a route its face."""
    app.add_exception_handler(errors.ChimeraError, _chimera_error)
    app.add_exception_handler(RequestValidationError, _invalid_request)
    app.add_exception_handler(HTTPException, _http_error)


def face_of(error: errors.ChimeraError) -> Face:
    """How an error is shown."""
    return next(face for cls in type(error).__mro__ if (face := _FACES.get(cls)) is not None)


def unexpected(request: Request, error: Exception) -> Response:
    """The answer to a defect."""
    return defect(request, noted(error))


def noted(error: Exception) -> str:
    """Write what whoever runs Chimera has to mend into the log; answers the id under which it is there."""
    return error_log.noted(_log, "request", error, error_id=uuid4().hex[:8])


def defect(request: Request, error_id: str) -> Response:
    """The answer to a defect that is in the log: nothing of it but its id."""
    return _answer(request, HTTPStatus.INTERNAL_SERVER_ERROR, _BROKEN, _OURS, error_id=error_id)


def too_large(request: Request) -> Response:
    """The answer to a body that is too large."""
    status = HTTPStatus.REQUEST_ENTITY_TOO_LARGE
    return _answer(request, status, status.phrase, status.description)


async def _chimera_error(request: Request, error: Exception) -> Response:
    if not isinstance(error, errors.ChimeraError) or isinstance(error, errors.BrokenInvariant):
        return unexpected(request, error)
    error_id = noted(error) if errors.concerns_operator(error) else ""
    return answer_to(request, error, error_id=error_id)


def answer_to(request: Request, error: errors.ChimeraError, *, error_id: str = "") -> Response:
    """The answer to an error in its own words; `error_id` is in the log already."""
    face, kind = face_of(error), type(error).__name__
    _log.info("request_refused", error=kind, status=int(face.status))
    more = {"error_id": error_id} if error_id else {}
    if face.is_refusal and _wants_page(request):
        response: Response = page(request, "over.html", status=face.status, face=face, detail=str(error))
    else:
        response = _answer(request, face.status, face.title, str(error), advice=face.advice, kind=kind, **more)
    if isinstance(error, errors.Transient) and error.retry_after is not None:
        response.headers["Retry-After"] = str(max(1, ceil(error.retry_after)))
        _tell_limit(request, response, error.retry_after)
    if face.challenge:
        response.headers["WWW-Authenticate"] = face.challenge
    return response


def _tell_limit(request: Request, response: Response, wait: float) -> None:
    """What the caller's key allows (draft-ietf-httpapi-ratelimit-headers), where that is what was used up."""
    if getattr(request.state, "is_over_limit", False):
        response.headers["RateLimit-Policy"] = request.state.rate_limit_policy
        response.headers["RateLimit"] = f'"key";r=0;t={max(1, ceil(wait))}'


async def _invalid_request(request: Request, error: Exception) -> Response:
    """Name the fields and what is wrong with them, never what was sent: it may be a secret."""
    found = error.errors() if isinstance(error, RequestValidationError) else []
    detail = "; ".join(
        f"{'.'.join(map(str, entry['loc']))}: {entry['msg'].removeprefix('Value error, ')}" for entry in found
    )
    return _answer(request, HTTPStatus.UNPROCESSABLE_ENTITY, _UNFIT, NOT_OURS if _wants_page(request) else detail)


async def _http_error(request: Request, error: Exception) -> Response:
    status = HTTPStatus(error.status_code) if isinstance(error, HTTPException) else HTTPStatus.INTERNAL_SERVER_ERROR
    headers = error.headers if isinstance(error, HTTPException) else None
    if status in {HTTPStatus.NO_CONTENT, HTTPStatus.NOT_MODIFIED}:
        return Response(status_code=status, headers=headers)
    said = error.detail if isinstance(error, HTTPException) else status.phrase
    # The framework's own words, where it has any: "There was an error parsing the body".
    detail = said if said != status.phrase else status.description or status.phrase
    title, detail = (
        _FOR_PEOPLE.get(status, (status.phrase, detail)) if _wants_page(request) else (status.phrase, detail)
    )
    response = _answer(request, status, title, detail)
    response.headers.update(headers or {})
    return response


def _answer(
    request: Request, status: HTTPStatus, title: str, detail: str, *, advice: str = "", **more: str
) -> Response:
    if _wants_page(request):
        words = {"title": title, "detail": detail, "advice": advice, "error_id": more.get("error_id")}
        return page(request, "error.html", status=status, **words)
    told = {"detail": detail, "advice": advice} if advice else {"detail": detail}
    problem = {"type": "about:blank", "title": title, "status": int(status), **told, **more}
    return JSONResponse(problem, status_code=status, media_type="application/problem+json")


def _wants_page(request: Request) -> bool:
    route = request.scope.get("route")
    if route is None:
        return "text/html" in request.headers.get("accept", "")
    return isinstance(route, PageRoute)
