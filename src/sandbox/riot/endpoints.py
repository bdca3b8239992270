"""The Riot API's endpoints: what each answers, without keys, limits or faults."""

import asyncio
import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from typing import TypeAlias
from urllib.parse import unquote

from aiohttp import web

from src.sandbox.riot.directory import Directory, Document
from src.sandbox.riot.generator.people import Player
from src.sandbox.riot.replies import RiotError, document_reply, json_reply
from src.sandbox.riot.routing import ACCOUNT_REGIONS, MATCH_REGIONS, PLATFORMS, region_of_match

_PUUID_LENGTH = 78
_MOST_IDS = 100
_DEFAULT_IDS = 20
_MATCH_TYPES = frozenset({"ranked", "normal", "tourney", "tutorial"})
_MATCH_ID = re.compile(r"[A-Z0-9]{2,5}_\d+")

Answer: TypeAlias = Callable[["web.Request", "Call"], Awaitable["web.Response"]]


@dataclass(frozen=True, slots=True)
class Call:
    """One request taken apart: the routing value and what the path's placeholders held."""

    host: str
    arguments: dict[str, str]


@dataclass(frozen=True, slots=True)
class Endpoint:
    """A method of the API: name as in Riot's reference, path, hosts that serve it."""

    method: str
    path: re.Pattern[str]
    hosts: frozenset[str]
    answer: Answer
    bearer: bool = False


class Endpoints:
    """Finds the endpoint of a path and answers from the directory.

    `owner_of_token` gives the puuid an RSO access token was issued for, or None.
    """

    def __init__(self, directory: Directory, owner_of_token: Callable[[str], str | None]) -> None:
        self._directory = directory
        self._owner_of_token = owner_of_token
        me = _endpoint("account-v1.getByAccessToken", "/riot/account/v1/accounts/me", ACCOUNT_REGIONS, self._me)
        self._table = (
            replace(me, bearer=True),
            *(
                _endpoint(f"account-v1.{name}", f"/riot/account/v1/{path}", ACCOUNT_REGIONS, answer)
                for name, path, answer in (
                    ("getByRiotId", "accounts/by-riot-id/{name}/{tag}", self._riot_id),
                    ("getByPuuid", "accounts/by-puuid/{puuid}", self._account),
                    ("getActiveRegion", "region/by-game/{game}/by-puuid/{puuid}", self._active_region),
                )
            ),
            *(
                _endpoint(name, f"/lol/{path}", PLATFORMS, answer)
                for name, path, answer in (
                    ("summoner-v4.getByPUUID", "summoner/v4/summoners/by-puuid/{puuid}", self._summoner),
                    ("league-v4.getLeagueEntriesByPUUID", "league/v4/entries/by-puuid/{puuid}", self._league),
                    ("lol-status-v4.getPlatformData", "status/v4/platform-data", self._status),
                )
            ),
            *(
                _endpoint(f"match-v5.{name}", f"/lol/match/v5/matches/{path}", MATCH_REGIONS, answer)
                for name, path, answer in (
                    ("getMatchIdsByPUUID", "by-puuid/{puuid}/ids", self._ids),
                    ("getTimeline", "{match}/timeline", self._timeline),
                    ("getMatch", "{match}", self._match),
                )
            ),
        )

    def find(self, host: str, raw_path: str) -> tuple[Endpoint, Call] | None:
        """The endpoint that serves this (still percent-encoded) path on this host."""
        for endpoint in self._table:
            found = endpoint.path.fullmatch(raw_path)
            if found and host in endpoint.hosts:
                return endpoint, Call(host, {name: unquote(value) for name, value in found.groupdict().items()})
        return None

    async def _me(self, request: web.Request, call: Call) -> web.Response:  # noqa: ARG002
        scheme, _, token = request.headers.get("Authorization", "").partition(" ")
        puuid = self._owner_of_token(token) if scheme.lower() == "bearer" else None
        player = self._directory.account(puuid) if puuid else None
        if player is None:
            raise RiotError(401, "Unauthorized")
        return json_reply(request, _account(player))

    async def _riot_id(self, request: web.Request, call: Call) -> web.Response:
        name, tag = call.arguments["name"], call.arguments["tag"]
        player = self._directory.find(name, tag)
        if player is None:
            raise RiotError(404, f"Data not found - No results found for player with riot id {name}#{tag}")
        return json_reply(request, _account(player))

    async def _account(self, request: web.Request, call: Call) -> web.Response:
        return json_reply(request, _account(self._player(call)))

    async def _active_region(self, request: web.Request, call: Call) -> web.Response:
        player = self._player(call)
        if call.arguments["game"] != "lol":
            raise RiotError(404)
        return json_reply(request, {"puuid": player.puuid, "game": "lol", "region": player.platform.lower()})

    async def _summoner(self, request: web.Request, call: Call) -> web.Response:
        player = self._player(call)
        if player.platform.lower() != call.host:
            raise RiotError(404, "Data not found - summoner not found")
        return json_reply(
            request,
            {
                "puuid": player.puuid,
                "profileIconId": player.profile_icon_id,
                "revisionDate": 1_700_000_000_000,
                "summonerLevel": player.summoner_level,
            },
        )

    async def _league(self, request: web.Request, call: Call) -> web.Response:
        player = self._player(call)
        entries = self._directory.league_entries(player.puuid) if player.platform.lower() == call.host else []
        return json_reply(request, entries)

    async def _status(self, request: web.Request, call: Call) -> web.Response:
        shown = {"id": call.host.upper(), "name": call.host.upper(), "locales": ["en_US"]}
        return json_reply(request, {**shown, "maintenances": [], "incidents": []})

    async def _ids(self, request: web.Request, call: Call) -> web.Response:
        puuid = _decrypted(call.arguments["puuid"])
        start = _number(request, "start", 0)
        count = _number(request, "count", _DEFAULT_IDS)
        if count > _MOST_IDS:
            raise RiotError(400, "Bad Request - count must be less than or equal to 100")
        since, until = _number(request, "startTime", 0), _number(request, "endTime", 1 << 40)
        queue, kind = _number(request, "queue", -1), request.query.get("type", "")
        if kind and kind not in _MATCH_TYPES:
            raise RiotError(400, "Bad Request - type")
        ids = [
            listed.match_id
            for listed in self._directory.history(puuid)
            if region_of_match(listed.match_id) == call.host
            and since <= listed.created_ms // 1000 <= until
            and queue in {-1, listed.queue_id}
            and kind in {"", listed.type}
        ]
        return json_reply(request, ids[start : start + count])

    async def _match(self, request: web.Request, call: Call) -> web.Response:
        return document_reply(request, await self._document(call, self._directory.match))

    async def _timeline(self, request: web.Request, call: Call) -> web.Response:
        return document_reply(request, await self._document(call, self._directory.timeline))

    async def _document(self, call: Call, read: Callable[[str], Document | None]) -> Document:
        match_id = call.arguments["match"]
        if not _MATCH_ID.fullmatch(match_id):
            raise RiotError(400, "Bad Request - matchId")
        # Off the event loop: generating a game takes a tenth of a second.
        served = region_of_match(match_id) == call.host
        document = await asyncio.to_thread(read, match_id) if served else None
        if document is None:
            raise RiotError(404, "Data not found - match file not found")
        return document

    def _player(self, call: Call) -> Player:
        player = self._directory.account(_decrypted(call.arguments["puuid"]))
        if player is None:
            raise RiotError(404)
        return player


def _endpoint(method: str, path: str, hosts: frozenset[str], answer: Answer) -> Endpoint:
    pattern = re.sub(r"\{(\w+)\}", r"(?P<\1>[^/]+)", path)
    return Endpoint(method, re.compile(pattern), hosts, answer)


def _decrypted(puuid: str) -> str:
    if len(puuid) != _PUUID_LENGTH:
        raise RiotError(400, f"Bad Request - Exception decrypting {puuid}")
    return puuid


def _number(request: web.Request, name: str, default: int) -> int:
    text = request.query.get(name, "")
    if not text:
        return default
    if not text.isdecimal():
        raise RiotError(400, f"Bad Request - {name}")
    return int(text)


def _account(player: Player) -> dict[str, str]:
    return {"puuid": player.puuid, "gameName": player.game_name, "tagLine": player.tag_line}
