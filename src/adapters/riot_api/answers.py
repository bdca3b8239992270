"""What Riot's answers mean: errors by status, and the objects of the small endpoints."""

from http import HTTPStatus
from typing import Any

import orjson

from src.adapters.riot_api.requests import RiotRequest
from src.adapters.riot_api.transport import Answer
from src.core.domain.account import Account, LeagueEntry, Summoner
from src.core.domain.documents import RawDocument
from src.core.domain.rate_limits import retry_after
from src.core.domain.regions import Platform, parse_platform
from src.core.domain.riot_id import RiotId
from src.core.errors import (
    InvalidInput,
    MalformedDocument,
    RateLimited,
    RiotKeyRejected,
    RiotRequestRejected,
    RiotUnavailable,
)

_KEY_REJECTED = frozenset({HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN})


def raise_for_status(answer: Answer, request: RiotRequest) -> None:
    """Turn an answer that is not 200 into the error it stands for.

    The status alone decides: Riot's messages do not always agree with it, and quote ids.

    Raises:
        ChimeraError: of the class that the port documents.
    """
    status = answer.status
    if status == HTTPStatus.OK:
        return
    if status == HTTPStatus.NOT_FOUND:
        raise request.not_found
    if status in _KEY_REJECTED:
        raise RiotKeyRejected
    if status == HTTPStatus.TOO_MANY_REQUESTS:
        raise RateLimited("Riot asks for a pause.", retry_after=retry_after(answer.headers))
    if HTTPStatus.BAD_REQUEST <= status < HTTPStatus.INTERNAL_SERVER_ERROR:
        raise RiotRequestRejected(f"Riot refuses the request as malformed ({status}).")
    raise RiotUnavailable(f"Riot answers with an error ({status}).", retry_after=retry_after(answer.headers))


def read_json(body: bytes) -> Any:
    """The JSON of a body, whatever content type or charset it claims.

    Raises:
        Unavailable: it holds none (empty, HTML of a gateway, cut off).
    """
    try:
        return orjson.loads(body)
    except orjson.JSONDecodeError:
        what = "nothing" if not body.strip() else "something that is not JSON"
        raise RiotUnavailable(f"Riot answered with {what}.") from None


def read_document(body: bytes) -> RawDocument:
    """A match or timeline.

    Raises:
        MalformedDocument: it is JSON, but not of a match or timeline.
    """
    document = read_json(body)
    if not isinstance(document, dict):
        raise RiotUnavailable("Riot answered with something that is not a document.")
    for part in ("metadata", "info"):
        if not isinstance(document.get(part), dict):
            raise MalformedDocument(f"Riot's document has no {part!r}.")
    return RawDocument(body=body, document=document)


def read_match_ids(body: bytes) -> tuple[str, ...]:
    """A list of match ids."""
    ids = _list(read_json(body))
    if not all(isinstance(match_id, str) for match_id in ids):
        raise _unexpected("match ids")
    return tuple(ids)


def read_account(body: bytes) -> Account:
    """An account; its name is optional."""
    fields = _object(read_json(body))
    try:
        game_name, tag_line = fields.get("gameName"), fields.get("tagLine")
        riot_id = RiotId(game_name=game_name, tag_line=tag_line) if game_name and tag_line else None
        return Account(puuid=fields["puuid"], riot_id=riot_id)
    except (KeyError, ValueError):
        raise _unexpected("account") from None


def read_active_platform(body: bytes) -> Platform | None:
    """The platform of an active region; None for one that is not known here."""
    region = _object(read_json(body)).get("region")
    if not isinstance(region, str):
        raise _unexpected("active region")
    try:
        return parse_platform(region)
    except InvalidInput:
        return None


def read_summoner(body: bytes, platform: Platform) -> Summoner:
    """A summoner."""
    fields = _object(read_json(body))
    try:
        return Summoner(
            puuid=fields["puuid"],
            platform=platform,
            profile_icon_id=fields["profileIconId"],
            level=fields["summonerLevel"],
        )
    except (KeyError, ValueError):
        raise _unexpected("summoner") from None


def read_league_entries(body: bytes) -> tuple[LeagueEntry, ...]:
    """Ranked entries. Those without a tier are not of League's queues (Arena and TFT send such) and left out."""
    try:
        return tuple(
            LeagueEntry(
                queue=fields["queueType"],
                tier=fields["tier"],
                division=fields.get("rank", ""),
                league_points=fields["leaguePoints"],
                wins=fields["wins"],
                losses=fields["losses"],
            )
            for fields in map(_object, _list(read_json(body)))
            if fields.get("tier")
        )
    except (KeyError, ValueError):
        raise _unexpected("league entries") from None


def _object(value: Any) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise _unexpected("object")
    return value


def _list(value: Any) -> list[Any]:
    if not isinstance(value, list):
        raise _unexpected("list")
    return value


def _unexpected(what: str) -> RiotUnavailable:
    """Validation errors quote what they reject, so they are not chained."""
    return RiotUnavailable(f"Riot answered with something that is not the expected {what}.")
