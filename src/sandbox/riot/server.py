"""The Riot API's edge: routing values, keys, rate limits and faults in front of the endpoints."""

import asyncio
from collections import Counter

from aiohttp import web

from src.sandbox.riot.call_log import CallLog
from src.sandbox.riot.directory import Directory
from src.sandbox.riot.endpoints import Call, Endpoint, Endpoints
from src.sandbox.riot.faults import RULES, FaultRule, Faults
from src.sandbox.riot.rate_limits import RateLimiter
from src.sandbox.riot.replies import RiotError, error_reply, faulty_reply, json_reply
from src.sandbox.riot.routing import HOSTS
from src.sandbox.riot.rso import RiotSignOn
from src.sandbox.riot.rso_forgeries import Forgeries

_KEY_PREFIX = "RGAPI-"
_EXPIRED_KEY = "RGAPI-expired"


class Edge:
    """Handles every request below `/{host}/`; an answer takes `latency` seconds longer than the work it is.

    Any key that starts with `RGAPI-` is good, unless it starts with `RGAPI-expired` (403).
    """

    def __init__(
        self, endpoints: Endpoints, limiter: RateLimiter, faults: Faults, log: CallLog, *, latency: float = 0.0
    ) -> None:
        self._endpoints = endpoints
        self._limiter = limiter
        self._faults = faults
        self._log = log
        self._latency = latency

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """Answer one call as Riot would."""
        host = request.match_info["host"]
        path = request.raw_path.partition("?")[0].removeprefix(f"/{host}")
        found = self._endpoints.find(host, path) if host in HOSTS else None
        if found is None:
            return self._logged(host, "unknown", error_reply(request, RiotError(403)))
        endpoint, call = found
        try:
            key = _key(request, endpoint)
        except RiotError as error:
            return self._logged(host, endpoint.method, error_reply(request, error))
        verdict = self._limiter.admit(key, host, endpoint.method)
        if verdict.refused_by:
            refusal = error_reply(request, RiotError(429))
            refusal.headers.update(verdict.headers)
            return self._logged(host, endpoint.method, refusal, verdict.refused_by)
        return await self._answer(request, path, endpoint, call, verdict.headers)

    async def _answer(
        self, request: web.Request, path: str, endpoint: Endpoint, call: Call, limits: dict[str, str]
    ) -> web.StreamResponse:
        await asyncio.sleep(self._latency)
        rule = self._faults.draw(path, endpoint.method)
        if rule is None:
            response = await _answered(request, endpoint, call)
            response.headers.update(limits)
            return self._logged(call.host, endpoint.method, response)
        await asyncio.sleep(self._faults.delay_s(rule))
        usual = None if rule.status else await _answered(request, endpoint, call)
        if usual is not None:
            usual.headers.update(limits)
        try:
            broken = await faulty_reply(request, rule, usual)
        except ConnectionResetError:
            self._log.add(call.host, endpoint.method, 0)
            raise
        if rule.status and rule.rate_limit_type != "server" and not broken.prepared:
            broken.headers.update(limits)
        refused_by = (rule.rate_limit_type or "none") if rule.status == web.HTTPTooManyRequests.status_code else ""
        return self._logged(call.host, endpoint.method, broken, refused_by)

    def _logged(self, host: str, method: str, response: web.StreamResponse, refused_by: str = "") -> web.StreamResponse:
        self._log.add(host, method, response.status, refused_by)
        return response


async def _answered(request: web.Request, endpoint: Endpoint, call: Call) -> web.Response:
    if request.method not in {"GET", "HEAD"}:
        return error_reply(request, RiotError(405))
    try:
        return await endpoint.answer(request, call)
    except RiotError as error:
        return error_reply(request, error)


def _key(request: web.Request, endpoint: Endpoint) -> str:
    """The API key, or the bearer token where that is what counts.

    Raises:
        RiotError: 401 without a key or with an unknown one, 403 with an expired one.
    """
    if endpoint.bearer:
        return request.headers.get("Authorization", "")
    key = request.headers.get("X-Riot-Token") or request.query.get("api_key", "")
    if not key:
        raise RiotError(401, "Forbidden")
    if key.startswith(_EXPIRED_KEY):
        raise RiotError(403, "Forbidden")
    if not key.startswith(_KEY_PREFIX):
        raise RiotError(401, "Unknown apikey")
    return key


class Controls:
    """`/_sandbox`: what tests and benchmarks read and change."""

    def __init__(self, directory: Directory, faults: Faults, log: CallLog, sign_on: RiotSignOn) -> None:
        self._sign_on = sign_on
        self._directory = directory
        self._faults = faults
        self._log = log

    def add_to(self, application: web.Application) -> None:
        """Register the routes."""
        application.router.add_get("/_sandbox/stats", self._stats)
        application.router.add_delete("/_sandbox/stats", self._reset)
        application.router.add_get("/_sandbox/faults", self._list_faults)
        application.router.add_post("/_sandbox/faults", self._add_faults)
        application.router.add_delete("/_sandbox/faults", self._clear_faults)
        application.router.add_get("/_sandbox/players", self._players)
        application.router.add_put("/_sandbox/players/{puuid}/profile-icon", self._set_icon)
        application.router.add_post("/_sandbox/rso/rotate-key", self._rotate_key)
        application.router.add_put("/_sandbox/rso/forgeries", self._forge)

    async def _stats(self, request: web.Request) -> web.Response:
        return json_reply(request, self._log.report())

    async def _reset(self, request: web.Request) -> web.Response:
        self._log.reset()
        return json_reply(request, self._log.report())

    def _rules(self) -> list[dict[str, object]]:
        return [rule.model_dump(mode="json") for rule in self._faults.rules]

    async def _list_faults(self, request: web.Request) -> web.Response:
        return json_reply(request, self._rules())

    async def _add_faults(self, request: web.Request) -> web.Response:
        try:
            rules: list[FaultRule] = RULES.validate_json(await request.read())
        except ValueError as error:
            return json_reply(request, {"error": str(error)}, status=422)
        self._faults.add(*rules)
        return json_reply(request, self._rules(), status=201)

    async def _clear_faults(self, request: web.Request) -> web.Response:
        self._faults.clear()
        return json_reply(request, [])

    async def _players(self, request: web.Request) -> web.Response:
        shown = [
            {
                "riotId": player.riot_id,
                "puuid": player.puuid,
                "platform": player.platform,
                "profileIconId": player.profile_icon_id,
                "remark": player.remark,
                "queues": Counter(str(match.queue_id) for match in self._directory.history(player.puuid)),
            }
            for player in self._directory.players()
        ]
        return json_reply(request, shown)

    async def _set_icon(self, request: web.Request) -> web.Response:
        icon = (await request.read()).decode().strip()
        if not icon.isdecimal() or not self._directory.set_profile_icon(request.match_info["puuid"], int(icon)):
            return json_reply(request, {"error": "no such player, or no icon number in the body"}, status=422)
        return json_reply(request, {"profileIconId": int(icon)})

    async def _rotate_key(self, request: web.Request) -> web.Response:
        self._sign_on.rotate_key(keep_old=request.query.get("keep_old") != "no")
        return json_reply(request, {"rotated": True})

    async def _forge(self, request: web.Request) -> web.Response:
        try:
            self._sign_on.forgeries = Forgeries.model_validate_json(await request.read())
        except ValueError as error:
            return json_reply(request, {"error": str(error)}, status=422)
        return json_reply(request, self._sign_on.forgeries.model_dump(mode="json"))
