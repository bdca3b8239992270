"""The pages of `/bind` that are ours: the way in, and the last question.

GET only looks, however often: Discord and others fetch links to preview them. Where the way leads out to Discord or
Riot, a page does it instead of a redirect: Chromium applies `form-action` to what a form's answer redirects to, and
whom those two redirect to in turn is theirs to decide.
"""

from typing import Annotated, Any, Final

from fastapi import APIRouter, Form, Path, Request
from fastapi.responses import HTMLResponse

from src.api.link_session import LinkCookie
from src.api.own_forms import OwnForms, form_token_of
from src.api.pages import PageRoute, page
from src.api.refused_callbacks import add_refusals
from src.api.sign_in_callbacks import sign_in_callback_routes
from src.core.domain.riot_id import RiotId
from src.core.errors import SignInRefused
from src.core.services.account_linking import AccountLinking

_LOOK: Final = ["GET", "HEAD"]
_LONGEST: Final = 128  # characters of a token

Token = Annotated[str, Path(max_length=_LONGEST)]
FormToken = Annotated[str, Form(max_length=_LONGEST)]


def account_link_routes(linking: AccountLinking, public_base_url: str) -> APIRouter:
    """`/link/...`, `/discord/callback` and `/rso/callback`."""
    router = APIRouter(route_class=PageRoute, include_in_schema=False)
    cookie, forms = LinkCookie(), OwnForms(public_base_url)
    router.include_router(sign_in_callback_routes(linking, cookie))
    add_refusals(router)
    _add_last_question(router, linking, cookie, forms)
    _add_way_in(router, linking, cookie, forms)  # its /link/{token} would take any of the others' addresses
    return router


def _add_last_question(router: APIRouter, linking: AccountLinking, cookie: LinkCookie, forms: OwnForms) -> None:
    """`/link/confirm`, `/link/refuse`: which accounts, and yes or no."""

    @router.api_route("/link/confirm", methods=_LOOK)
    async def ask(request: Request) -> HTMLResponse:
        session = cookie.read(request)
        confirmation = await linking.pending(session)
        link = confirmation.link
        return page(
            request,
            "code.html" if confirmation.code else "confirm.html",
            form_token=form_token_of(session),
            code=confirmation.code,
            takes_over=link.former_owner is not None,
            discord_name=link.discord_name or link.discord_id,
            **_riot_account(link.account.riot_id, link.account.platform),
        )

    @router.post("/link/confirm")
    async def confirm(request: Request, form_token: FormToken = "") -> HTMLResponse:
        session = cookie.read(request)
        forms.check_token(request, session, form_token)
        link = (await linking.pending(session)).link
        binding = await linking.confirm(session)
        response = page(
            request,
            "done.html",
            discord_name=link.discord_name or link.discord_id,
            **_riot_account(binding.riot_id, binding.platform),
        )
        cookie.clear(response)
        return response

    @router.post("/link/refuse")
    async def refuse(request: Request, form_token: FormToken = "") -> HTMLResponse:
        session = cookie.read(request)
        forms.check_token(request, session, form_token)
        await linking.refuse(session)
        response = page(request, "refused.html")
        cookie.clear(response)
        return response


def _add_way_in(router: APIRouter, linking: AccountLinking, cookie: LinkCookie, forms: OwnForms) -> None:
    """`/link/{token}`: what `/bind` gives."""

    @router.api_route("/link/{token}", methods=_LOOK)
    async def look(request: Request, token: Token) -> HTMLResponse:
        try:
            invitation = await linking.look(token)
        except SignInRefused as error:
            return _expired(request, error)
        return page(
            request,
            "sign_in.html",
            action=f"/link/{token}",
            discord_name=invitation.discord_name or invitation.discord_id,
            signs_in_at_discord=linking.signs_in_at_discord,
        )

    @router.post("/link/{token}")
    async def begin(request: Request, token: Token) -> HTMLResponse:
        forms.check(request)
        try:
            step = await linking.begin(token)
        except SignInRefused as error:
            return _expired(request, error)
        where = "Discord" if linking.signs_in_at_discord else "Riot"
        response = page(request, "onward.html", url=step.url, where=where)
        cookie.write(response, step.session)
        return response


def _expired(request: Request, error: SignInRefused) -> HTMLResponse:
    return page(request, "expired.html", status=410, detail=str(error))


def _riot_account(riot_id: RiotId, platform: str) -> dict[str, Any]:
    return {"game_name": riot_id.game_name, "tag_line": riot_id.tag_line, "platform": platform.upper()}
