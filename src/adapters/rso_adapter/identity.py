"""Whose account it is: what Riot says to the bearer of the access token, never what the browser says."""

import re
from collections.abc import Mapping
from typing import Any

import structlog
from pydantic import SecretStr

from src.adapters.rso_adapter.web import TRY_AGAIN, Web
from src.core.domain.regions import Platform, parse_platform
from src.core.domain.riot_id import RiotId
from src.core.errors import InvalidInput, SignInRefused, Unavailable

_log = structlog.get_logger(__name__)

_REFUSED = frozenset({400, 401, 403, 404})
_PUUID = re.compile(r"[A-Za-z0-9_-]{78}")  # as Riot's API gives them
_CONTRADICTION = "Riot's answers to this sign-in contradict each other."


async def own_account(web: Web, url: str, access_token: SecretStr, subject: str) -> tuple[str, RiotId]:
    """The PUUID and Riot ID of whoever signed in, by account-v1 `accounts/me` (at `url`).

    Riot documents no relation between the id_token's `sub` and a PUUID. Where `sub` has the form of a PUUID of the
    API, it is taken for one, and must be the account's.

    Raises:
        SignInRefused: Riot does not take the token, speaks of another account, or the account has no Riot ID.
        Unavailable: Riot does not answer properly.
    """
    answer = await web.get(url, _bearer(access_token))
    if answer.status in _REFUSED:
        _log.warning("rso_account_refused", status=answer.status)
        raise SignInRefused("Riot does not say whose account this sign-in is.")
    account = answer.required_object()
    puuid, name, tag = (_text(account, key) for key in ("puuid", "gameName", "tagLine"))
    if puuid is None:
        raise Unavailable(TRY_AGAIN)
    if _PUUID.fullmatch(subject) and _PUUID.fullmatch(puuid) and puuid != subject:
        _log.error("rso_account_contradicts_id_token")
        raise SignInRefused(_CONTRADICTION)
    if name is None or tag is None:
        raise SignInRefused("This Riot account has no Riot ID yet. Choose one at account.riotgames.com first.")
    return puuid, RiotId(game_name=name, tag_line=tag)


async def told_platform(web: Web, userinfo: str | None, access_token: SecretStr, subject: str) -> Platform | None:
    """The platform that the `cpid` scope tells at the userinfo endpoint.

    None when it does not: Riot leaves it out of some first sign-ins, and a sign-in is not lost for that.

    Raises:
        SignInRefused: userinfo speaks of somebody other than the id_token does (OpenID Connect Core 5.3.2).
    """
    if userinfo is None:
        return None
    try:
        claims = (await web.get(userinfo, _bearer(access_token))).required_object()
    except Unavailable:
        _log.warning("rso_userinfo_unavailable")
        return None
    if claims.get("sub") != subject:
        _log.error("rso_userinfo_contradicts_id_token")
        raise SignInRefused(_CONTRADICTION)
    return platform_of(claims)


def platform_of(claims: Mapping[str, Any]) -> Platform | None:
    """The platform that a `cpid` claim names, if there is one and it is known."""
    return _platform(_text(claims, "cpid"))


def _bearer(access_token: SecretStr) -> dict[str, str]:
    return {"Authorization": f"Bearer {access_token.get_secret_value()}"}


def _platform(code: str | None) -> Platform | None:
    try:
        return None if code is None else parse_platform(code)
    except InvalidInput:
        _log.warning("rso_unknown_platform", platform=str(code)[:20])
        return None


def _text(document: Mapping[str, Any], key: str) -> str | None:
    value = document.get(key)
    return value if isinstance(value, str) and value else None
