"""Whose account it is: what Riot says to the bearer of the access token, never what the browser says."""

from collections.abc import Mapping
from typing import Any

import structlog
from pydantic import SecretStr

from src.adapters.rso_adapter.settings import RSOSettings
from src.adapters.rso_adapter.web import TRY_AGAIN, Web
from src.core.domain.regions import Platform, parse_platform
from src.core.domain.riot_id import RiotId
from src.core.errors import InvalidInput, SignInRefused, Unavailable

_log = structlog.get_logger(__name__)

_REFUSED = frozenset({400, 401, 403, 404})


async def own_account(web: Web, settings: RSOSettings, access_token: SecretStr, near: Platform) -> tuple[str, RiotId]:
    """The PUUID and Riot ID of whoever signed in, by account-v1 `accounts/me`.

    Raises:
        SignInRefused: Riot does not take the token, or the account has no Riot ID.
        Unavailable: Riot does not answer properly.
    """
    url = f"{_host(settings, near)}/riot/account/v1/accounts/me"
    answer = await web.get(url, _bearer(access_token))
    if answer.status in _REFUSED:
        _log.warning("rso_account_refused", status=answer.status)
        raise SignInRefused("Riot does not say whose account this sign-in is. Start again with /bind.")
    account = answer.required_object()
    puuid, name, tag = (_text(account, key) for key in ("puuid", "gameName", "tagLine"))
    if puuid is None:
        raise Unavailable(TRY_AGAIN)
    if name is None or tag is None:
        raise SignInRefused(
            "This Riot account has no Riot ID yet. Choose one at account.riotgames.com, then start again with /bind."
        )
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
        raise SignInRefused("Riot's answers to this sign-in contradict each other. Start again with /bind.")
    return platform_of(claims)


def platform_of(claims: Mapping[str, Any]) -> Platform | None:
    """The platform that a `cpid` claim names, if there is one and it is known."""
    return _platform(_text(claims, "cpid"))


async def active_platform(web: Web, settings: RSOSettings, puuid: str, near: Platform) -> Platform | None:
    """The platform on which Riot says the account plays League; None without API key or answer."""
    if settings.riot_api_key is None:
        return None
    url = f"{_host(settings, near)}/riot/account/v1/region/by-game/lol/by-puuid/{puuid}"
    try:
        answer = await web.get(url, {"X-Riot-Token": settings.riot_api_key.get_secret_value()})
        return _platform(_text(answer.required_object(), "region"))
    except Unavailable:
        _log.warning("rso_region_unavailable")
        return None


def _host(settings: RSOSettings, near: Platform) -> str:
    return settings.riot_api_base_url.rstrip("/").replace("{host}", near.account_routing)


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
