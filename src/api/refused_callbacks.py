"""A refused callback leaves its address, which holds a code and a state, before it says why."""

import base64
from collections.abc import Callable, Coroutine
from math import isfinite
from typing import Any, Final, Self

import structlog
from fastapi import APIRouter, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import RedirectResponse, Response
from pydantic import BaseModel, FiniteFloat

from src.api.errors import NOT_OURS, answer_to, defect, noted
from src.api.pages import PageRoute
from src.core.errors import (
    BrokenInvariant,
    ChimeraError,
    InvalidInput,
    NotFound,
    Rejected,
    SignInRefused,
    Transient,
    concerns_operator,
    error_named,
)

_log = structlog.get_logger(__name__)

_OVER: Final = "/link/over"
_COOKIE: Final = "__Host-chimera-over"
_MAX_AGE: Final = 60  # seconds: long enough to load the page again


class _Refusal(BaseModel):
    """What the next page says: an error of ours, the id under which the log has it if it does, or a defect's id."""

    kind: str = ""
    text: str = ""
    wait: FiniteFloat | None = None
    error_id: str = ""
    defect: str = ""

    @classmethod
    def of(cls, error: Exception) -> Self:
        if isinstance(error, RequestValidationError):
            error = InvalidInput(NOT_OURS)
        if not isinstance(error, ChimeraError) or isinstance(error, BrokenInvariant):
            return cls(defect=noted(error))
        wait = error.retry_after if isinstance(error, Transient) else None
        return cls(
            kind=type(error).__name__,
            text=str(error),
            wait=wait if wait and isfinite(wait) else None,
            error_id=noted(error) if concerns_operator(error) else "",
        )

    @classmethod
    def read(cls, request: Request) -> Self | None:
        try:
            return cls.model_validate_json(base64.urlsafe_b64decode(request.cookies[_COOKIE] + "=="))
        except (KeyError, ValueError):
            return None

    def write(self, response: Response) -> None:
        value = base64.urlsafe_b64encode(self.model_dump_json().encode()).decode().rstrip("=")
        response.set_cookie(_COOKIE, value, max_age=_MAX_AGE, secure=True, httponly=True, samesite="lax")

    def error(self) -> ChimeraError:
        error = error_named(self.kind, self.text)
        is_ours = isinstance(error, (NotFound, Rejected, Transient))
        if not is_ours or (concerns_operator(error) and not self.error_id):  # the browser's owner has made it up
            return SignInRefused()
        if isinstance(error, Transient):
            error.retry_after = self.wait
        return error


class CallbackRoute(PageRoute):
    """A route at whose address nobody stays: what goes wrong on it is told at another.

    It gets there in a cookie. Everybody can write an address, but no other site and no other host of the domain can
    write this one.
    """

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """What FastAPI calls."""
        handle = super().get_route_handler()

        async def handle_or_leave(request: Request) -> Response:
            try:
                return await handle(request)
            except Exception as error:  # noqa: BLE001  (a defect must not leave the code in the address bar either)
                refusal = _Refusal.of(error)
            _log.info("callback_refused", error=refusal.kind or "defect")
            response = RedirectResponse(_OVER, status_code=303)
            refusal.write(response)
            return response

        return handle_or_leave


def add_refusals(router: APIRouter) -> None:
    """`/link/over`: why a callback was refused."""

    @router.api_route(_OVER, methods=["GET", "HEAD"])
    async def over(request: Request) -> Response:
        refusal = _Refusal.read(request)
        if refusal is None:
            raise SignInRefused
        if refusal.defect:
            return defect(request, refusal.defect)
        return answer_to(request, refusal.error(), error_id=refusal.error_id)
