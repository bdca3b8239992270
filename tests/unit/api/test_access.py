"""Who may use the REST API: this machine until there is a key, then keys only."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pytest
from structlog.testing import capture_logs

from src.api.app import create_app
from src.core.domain.api_key import AuthMode, Scope
from tests.fakes.api import FakeApiServices, fake_api_services
from tests.fakes.asgi import Answer, AsgiClient

OPEN, CLOSED = 200, 401
UNKNOWN = "/tasks/520a8582-b553-44c4-8099-df7ce310367c"
WRITING = [
    ("POST", "/api/summoners/sync-data/"), ("POST", "/api/summoners/sync-data"), ("POST", "/tasks/test/add"),
    ("POST", "/tasks/test/sleep"), ("POST", "/tasks/test/long"), ("DELETE", UNKNOWN),
]  # fmt: skip
READING = [
    ("GET", f"/api/summoners/task-status/?task_id={UNKNOWN[7:]}"), ("GET", "/tasks/"), ("GET", "/tasks"),
    ("GET", UNKNOWN), ("GET", f"/tasks/status/{UNKNOWN[7:]}"), ("GET", f"{UNKNOWN}/events"),
]  # fmt: skip
EVERY = [
    *((route, Scope.TASKS_WRITE) for route in WRITING),
    *((route, Scope.TASKS_READ) for route in READING),
    (("GET", "/metrics"), Scope.METRICS_READ),
]
SYNC = {"game_name": "PlayerName", "tag_line": "NA1"}


@dataclass
class World:
    """The API, and a client on this machine."""

    services: FakeApiServices
    client: AsgiClient

    async def key(self, *scopes: Scope, **changes: Any) -> dict[str, str]:
        """The header of a fresh key."""
        _, text = await self.services.access.create("ci", scopes or tuple(Scope), **changes)
        return {"Authorization": f"Bearer {text.get_secret_value()}"}

    async def ask(self, route: tuple[str, str], headers: Mapping[str, str] | None = None) -> Answer:
        body = SYNC if "sync-data" in route[1] else None
        return await self.client.ask(*route, json_body=body, headers=headers)


def world_with(**changes: Any) -> World:
    services = fake_api_services(**changes)
    return World(services, AsgiClient(create_app(services)))


@pytest.fixture
def world() -> World:
    return world_with()


@pytest.fixture(scope="module")
def one_app() -> World:
    """For tests that change nothing but where the client is: an application takes a while to build."""
    return world_with()


@pytest.fixture
def keyless(one_app: World) -> World:
    """An API without keys."""
    return World(one_app.services, AsgiClient(one_app.client.app))


@pytest.fixture(scope="module")
def keyed() -> World:
    """An API whose tests bring their own keys."""
    return world_with(api_auth=AuthMode.REQUIRED)


class TestOpenHere:
    """`auto`, before there is a key."""

    @pytest.mark.parametrize("host", ["127.0.0.1:8000", "localhost:8000", "LOCALHOST", "[::1]:8000", "127.1.2.3"])
    async def test_somebody_on_this_machine_needs_no_key(self, world: World, host: str) -> None:
        world.client.host = host
        assert (await world.client.get("/tasks/")).status == OPEN
        assert (await world.client.post("/tasks/test/add?x=5&y=3")).status == 202

    @pytest.mark.parametrize("address", ["::1", "127.8.8.8", "::ffff:127.0.0.1"])
    async def test_every_loopback_address_is_this_machine(self, keyless: World, address: str) -> None:
        keyless.client.address = (address, 1)
        assert (await keyless.client.get("/tasks/")).status == OPEN

    @pytest.mark.parametrize("address", [("192.0.2.7", 1), ("10.0.0.1", 1), ("::ffff:192.0.2.7", 1), ("x", 1), None])
    async def test_other_machines_need_a_key(self, keyless: World, address: tuple[str, int] | None) -> None:
        keyless.client.address = address
        assert (await keyless.client.get("/tasks/")).status == CLOSED

    @pytest.mark.parametrize(
        "host",
        [
            "evil.example:8000", "127.0.0.1.evil.example", "localhost.evil.example", "127.0.0.1@evil.example",
            "192.0.2.7:8000", "evil.example#localhost", "",
        ],
    )  # fmt: skip
    async def test_a_name_that_was_pointed_here_needs_a_key(self, keyless: World, host: str) -> None:
        """DNS rebinding: a page's own name resolves to 127.0.0.1 at the second look."""
        keyless.client.host = host
        assert (await keyless.client.get("/tasks/")).status == CLOSED

    @pytest.mark.parametrize(
        "name",
        ["Forwarded", "Via", "X-Real-IP", "X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto", "X-Forwarded-By"],
    )
    async def test_what_a_proxy_passes_on_needs_a_key(self, keyless: World, name: str) -> None:
        assert (await keyless.client.get("/tasks/", headers={name: "127.0.0.1"})).status == CLOSED

    @pytest.mark.parametrize(
        "headers",
        [
            {"Sec-Fetch-Site": "cross-site"},
            {"Sec-Fetch-Site": "same-site"},
            {"Origin": "https://evil.example"},
            {"Origin": "null"},
            {"Origin": "http://127.0.0.1:9999"},
            {"Origin": "http://127.0.0.1:9999", "Sec-Fetch-Site": "same-origin"},
        ],
    )
    async def test_pages_of_other_sites_need_a_key(self, world: World, headers: dict[str, str]) -> None:
        assert (await world.client.post("/tasks/test/add", headers=headers)).status == CLOSED
        assert world.services.ledger.jobs == ()

    @pytest.mark.parametrize(
        "headers", [{"Sec-Fetch-Site": "none"}, {"Origin": "http://127.0.0.1:8000", "Sec-Fetch-Site": "same-origin"}]
    )
    async def test_a_browser_of_this_machine_that_goes_there_itself_may(
        self, keyless: World, headers: dict[str, str]
    ) -> None:
        assert (await keyless.client.get("/tasks/", headers=headers)).status == OPEN

    @pytest.mark.parametrize(
        "public", ["https://chimera.example", "http://127.0.0.1.evil.example", "http://127.0.0.1@evil.example"]
    )
    async def test_behind_a_proxy_that_says_nothing_a_key_is_needed(self, public: str) -> None:
        """Some proxies pass requests on from 127.0.0.1, under that name, without a trace of themselves."""
        world = world_with(public_base_url=public)
        assert (await world.client.get("/tasks/")).status == CLOSED

    async def test_the_first_key_closes_the_door_and_its_end_does_not_open_it(self, world: World) -> None:
        assert (await world.client.get("/tasks/")).status == OPEN
        key, _ = await world.services.access.create("ci", [Scope.TASKS_READ])
        assert (await world.client.get("/tasks/")).status == CLOSED
        await world.services.access.revoke(key.key_id)
        assert (await world.client.get("/tasks/")).status == CLOSED

    async def test_a_key_made_by_another_process_counts_at_once(self, world: World) -> None:
        assert (await world.client.get("/tasks/")).status == OPEN
        elsewhere = fake_api_services(keys=world.services.keys)
        await elsewhere.access.create("ci", [Scope.TASKS_READ])
        assert (await world.client.get("/tasks/")).status == CLOSED

    async def test_in_an_outage_nobody_is_let_in(self, world: World) -> None:
        world.services.keys.is_down = True
        assert (await world.client.get("/tasks/")).status == 503


class TestModes:
    """`API_AUTH`."""

    async def test_required_asks_this_machine_too(self) -> None:
        world = world_with(api_auth=AuthMode.REQUIRED)
        assert (await world.client.get("/tasks/")).status == CLOSED
        assert (await world.client.get("/tasks/", headers=await world.key())).status == OPEN

    async def test_off_asks_nobody(self) -> None:
        world = world_with(api_auth=AuthMode.OFF)
        await world.key()
        world.client.address, world.client.host = ("192.0.2.7", 1), "chimera.example"
        assert (await world.client.get("/tasks/")).status == OPEN

    @pytest.mark.parametrize("mode", list(AuthMode))
    async def test_a_wrong_key_is_told_in_every_mode(self, mode: AuthMode) -> None:
        world = world_with(api_auth=mode)
        answer = await world.client.get("/tasks/", headers={"Authorization": "Bearer chm_123"})
        assert (answer.status, answer.json["kind"]) == (401, "ApiKeyRejected")


class TestKeys:
    """With keys."""

    @pytest.mark.parametrize(("route", "scope"), EVERY)
    async def test_every_route_asks_for_its_scope(self, keyed: World, route: tuple[str, str], scope: Scope) -> None:
        assert (await keyed.ask(route, await keyed.key(scope))).status not in {401, 403, 500}
        refused = await keyed.ask(route, await keyed.key(*(set(Scope) - {scope})))
        assert (refused.status, refused.json["kind"]) == (403, "ScopeMissing")
        assert 'error="insufficient_scope"' in refused.headers["www-authenticate"]
        without = await keyed.ask(route)
        assert (without.status, without.headers["content-type"]) == (401, "application/problem+json")
        assert without.headers["www-authenticate"] == 'Bearer realm="chimera"'

    async def test_no_route_of_the_api_is_forgotten(self, world: World) -> None:
        """A new route has to be listed above or be one of those that are for everybody."""
        document = (await world.client.get("/openapi.json")).json
        known = {(method, route.partition("?")[0].replace(UNKNOWN[7:], "{task_id}")) for (method, route), _ in EVERY}
        found = {(method.upper(), path) for path, methods in document["paths"].items() for method in methods}
        assert found - known == {("GET", "/health")}

    async def test_nobody_starts_anything_without_a_key(self, world: World) -> None:
        await world.key()
        for route in WRITING:
            await world.ask(route)
        assert world.services.ledger.jobs == ()

    async def test_health_is_for_everybody(self, world: World) -> None:
        await world.key()
        world.client.address = ("192.0.2.7", 1)
        assert (await world.client.get("/health")).status == 200

    async def test_keys_work_from_anywhere(self, world: World) -> None:
        headers = await world.key() | {"X-Forwarded-For": "192.0.2.7"}
        world.client.address, world.client.host = ("10.0.0.1", 1), "chimera.example"
        assert (await world.client.get("/tasks/", headers=headers)).status == OPEN

    @pytest.mark.parametrize("scheme", ["bearer", "BEARER"])
    async def test_the_scheme_is_written_in_any_case(self, world: World, scheme: str) -> None:
        headers = await world.key()
        headers["Authorization"] = headers["Authorization"].replace("Bearer", scheme)
        assert (await world.client.get("/tasks/", headers=headers)).status == OPEN

    async def test_a_key_in_the_query_is_none(self, world: World) -> None:
        headers = await world.key()
        assert (await world.client.get(f"/tasks/?key={headers['Authorization'][7:]}")).status == CLOSED

    async def test_logs_name_the_key_and_never_show_it(self, world: World) -> None:
        headers = await world.key()
        text = headers["Authorization"][7:]
        with capture_logs() as logs:
            await world.client.get("/tasks/", headers=headers)
            await world.client.get("/tasks/", headers={"Authorization": f"Bearer {text[:-1]}"})
        assert [entry.get("key_id") for entry in logs if entry["event"] == "request"] == [text[4:16], None]
        assert text[17:60] not in str(logs)


class TestLimits:
    """Requests per minute."""

    async def test_too_many_are_told_when_to_come_again(self, world: World) -> None:
        headers = await world.key(per_minute=2)
        for _ in range(2):
            fine = await world.client.get("/tasks/", headers=headers)
            assert (fine.status, fine.headers["ratelimit-policy"]) == (200, '"key";q=2;w=60')
        refused = await world.client.get("/tasks/", headers=headers)
        assert (refused.status, refused.headers["retry-after"]) == (429, "60")
        assert refused.headers["ratelimit-policy"] == '"key";q=2;w=60'
        assert refused.headers["ratelimit"] == '"key";r=0;t=60'
        assert "2 times a minute" in refused.json["detail"]

    async def test_one_key_does_not_use_up_another_ones_turns(self, world: World) -> None:
        busy, idle = await world.key(per_minute=1), await world.key(per_minute=1)
        assert [(await world.client.get("/tasks/", headers=busy)).status for _ in range(2)] == [200, 429]
        assert (await world.client.get("/tasks/", headers=idle)).status == 200

    async def test_what_a_key_may_not_do_counts_too(self, world: World) -> None:
        headers = await world.key(Scope.TASKS_READ, per_minute=1)
        assert [(await world.client.get("/metrics", headers=headers)).status for _ in range(2)] == [403, 429]

    async def test_without_the_counter_nobody_is_turned_away(self, world: World) -> None:
        headers = await world.key(per_minute=1)
        world.services.limits.is_down = True
        assert [(await world.client.get("/tasks/", headers=headers)).status for _ in range(3)] == [200] * 3
