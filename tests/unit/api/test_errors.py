"""Every error has one status, as JSON or as a page."""

from collections.abc import AsyncIterator, Iterator
from http import HTTPStatus
from io import BytesIO

import aiohttp
import pytest
from fastapi import APIRouter
from structlog.testing import capture_logs

from src.api.app import create_app
from src.api.errors import face_of
from src.api.pages import PageRoute
from src.core import errors
from tests.fakes.api import FakeSignIns, running
from tests.unit.api.conftest import Api


def all_errors(root: type[errors.ChimeraError] = errors.ChimeraError) -> Iterator[type[errors.ChimeraError]]:
    yield root
    for child in root.__subclasses__():
        yield from all_errors(child)


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (errors.BindingNotFound(), 404),
        (errors.InvalidInput(), 422),
        (errors.SignInRefused(), 403),
        (errors.AccountTaken(), 409),
        (errors.TooManyAccounts(), 409),
        (errors.ProofPending(), 409),
        (errors.TooManyClaims(), 429),
        (errors.TooOften(), 429),
        (errors.ConfigurationError(), 500),
        (errors.RiotKeyRejected(), 502),
        (errors.RateLimited(), 429),
        (errors.Unavailable(), 503),
        (errors.MalformedDocument(), 502),
        (errors.LeaseLost(), 500),
        (errors.JobNotFound(), 404),
        (errors.RequestConflict(), 422),
        (errors.ApiKeyRejected(), 401),
        (errors.ScopeMissing(), 403),
        (errors.NotYours(), 403),
        (errors.WebhookRefused(), 422),
        (errors.PredecessorFailed(), 409),
    ],
)
def test_a_class_has_its_status(error: errors.ChimeraError, status: int) -> None:
    assert face_of(error).status == status


@pytest.mark.parametrize("kind", list(all_errors()))
def test_every_error_has_a_face(kind: type[errors.ChimeraError]) -> None:
    face = face_of(kind())

    assert face.status >= HTTPStatus.BAD_REQUEST
    assert face.title


@pytest.fixture
async def session() -> AsyncIterator[aiohttp.ClientSession]:
    app = create_app(FakeSignIns().services)
    machines, people = APIRouter(), APIRouter(route_class=PageRoute)
    failures: dict[str, Exception] = {
        "refused": errors.InvalidInput("No such region."),
        "later": errors.RateLimited(retry_after=1.2),
        "broken": errors.LeaseLost("row 7 of table jobs"),
        "defect": RuntimeError("secret detail"),
        "unset": errors.ConfigurationError("DISCORD_CLIENT_ID is missing."),
        "storage": errors.StorageUnavailable("The database cannot be reached."),
        "old": errors.SignInOver(),
        "unknown": errors.JobNotFound(),
    }

    @machines.get("/machine/{failure}")
    @people.get("/person/{failure}")
    async def fail(failure: str) -> None:
        raise failures[failure]

    @machines.post("/number")
    async def number(value: int) -> int:
        return value

    @machines.post("/body")
    async def body(value: dict[str, str]) -> dict[str, str]:
        return value

    app.include_router(machines)
    app.include_router(people)
    async with running(app) as base, aiohttp.ClientSession(base) as client:
        yield client


async def test_machines_get_problem_json(session: aiohttp.ClientSession) -> None:
    async with session.get("/machine/refused", headers={"Accept": "text/html"}) as response:
        assert (response.status, response.content_type) == (422, "application/problem+json")
        assert await response.json() == {
            "type": "about:blank",
            "title": "Something is not right with that",
            "status": 422,
            "detail": "No such region.",
            "kind": "InvalidInput",
        }


async def test_people_get_a_page(session: aiohttp.ClientSession) -> None:
    async with session.get("/person/refused") as response:
        assert (response.status, response.content_type) == (422, "text/html")
        assert "No such region." in await response.text()


async def test_what_may_work_later_says_when(session: aiohttp.ClientSession) -> None:
    async with session.get("/machine/later") as response:
        assert (response.status, response.headers["Retry-After"]) == (429, "2")


@pytest.mark.parametrize("failure", ["broken", "defect"])
async def test_a_defect_shows_an_id_and_nothing_else(session: aiohttp.ClientSession, failure: str) -> None:
    async with session.get(f"/machine/{failure}") as response:
        body = await response.json()
        assert response.status == 500
        assert "nosniff" in response.headers["X-Content-Type-Options"]

    assert body["error_id"]
    assert "secret" not in str(body)
    assert "table jobs" not in str(body)


@pytest.mark.parametrize("failure", ["broken", "defect", "unset", "storage"])
@pytest.mark.parametrize("reader", ["machine", "person"])
async def test_what_whoever_runs_chimera_has_to_mend_is_in_the_log_under_the_id_that_is_told(
    session: aiohttp.ClientSession, reader: str, failure: str
) -> None:
    with capture_logs() as logs:
        async with session.get(f"/{reader}/{failure}") as response:
            text = await response.text()
    (noted,) = [line for line in logs if line["event"] in {"request_failed", "request_unavailable"}]
    assert noted["error_id"] in text
    assert ("Traceback" in str(noted)) == (failure != "storage")
    assert "Traceback" not in text


@pytest.mark.parametrize(("failure", "advice"), [("old", "/bind"), ("unknown", "GET /tasks/"), ("unset", "doctor")])
@pytest.mark.parametrize("reader", ["machine", "person"])
async def test_what_to_do_stands_beside_what_happened(
    session: aiohttp.ClientSession, reader: str, failure: str, advice: str
) -> None:
    async with session.get(f"/{reader}/{failure}") as response:
        assert advice in await response.text()


async def test_a_mistake_of_who_asks_has_no_id(session: aiohttp.ClientSession) -> None:
    async with session.get("/machine/unknown") as response:
        assert "error_id" not in await response.json()


async def test_invalid_parameters_are_named_and_not_repeated(session: aiohttp.ClientSession) -> None:
    async with session.post("/number", params={"value": "hunter2"}) as response:
        text = await response.text()

    assert response.status == 422
    assert "query.value" in text
    assert "hunter2" not in text


@pytest.mark.parametrize(("accept", "kind"), [("text/html", "text/html"), ("*/*", "application/problem+json")])
async def test_an_unknown_address_answers_in_the_callers_language(
    session: aiohttp.ClientSession, accept: str, kind: str
) -> None:
    async with session.get("/nowhere", headers={"Accept": accept}) as response:
        assert (response.status, response.content_type) == (404, kind)


async def test_a_wrong_method_names_the_right_one(session: aiohttp.ClientSession) -> None:
    async with session.get("/number") as response:
        assert (response.status, response.headers["Allow"]) == (405, "POST")


async def test_a_body_without_end_is_cut_off(session: aiohttp.ClientSession) -> None:
    async with session.post(
        "/body", data=BytesIO(b" " * 1_500_000), headers={"Content-Type": "application/json"}
    ) as response:
        assert response.status == 413


async def test_a_body_that_says_it_is_too_large_starts_nothing(api: Api) -> None:
    refused = await api.client.post(
        "/tasks/test/add", body=b"", headers={"content-length": "1000001", "content-type": "application/json"}
    )
    assert (refused.status, refused.headers["content-type"]) == (413, "application/problem+json")
    assert not api.services.ledger.jobs


async def test_a_body_that_is_no_json_is_called_that(api: Api) -> None:
    refused = await api.client.post(
        "/api/summoners/sync-data/", body=b"\xff\xfe\x00", headers={"content-type": "application/json"}
    )
    assert (refused.status, refused.headers["content-type"]) == (400, "application/problem+json")
    assert refused.json["detail"] == "There was an error parsing the body"
