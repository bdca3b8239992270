"""GET /metrics."""

import asyncio
import math
from uuid import UUID

import pytest
from prometheus_client.parser import text_string_to_metric_families

from src.api import metrics
from src.api.app import create_app
from tests.fakes.api import fake_api_services
from tests.fakes.asgi import AsgiClient
from tests.fakes.jobs import a_new_job
from tests.unit.api.conftest import Api


class Scraped:
    """The samples of a scrape."""

    def __init__(self, text: str) -> None:
        self._samples = [sample for family in text_string_to_metric_families(text) for sample in family.samples]

    def __call__(self, name: str, **labels: str) -> float | None:
        found = [
            sample.value for sample in self._samples
            if sample.name == name and labels.items() <= sample.labels.items()
        ]  # fmt: skip
        assert len(found) <= 1, f"{name}{labels} is not one sample"
        return found[0] if found else None

    def labels(self, name: str, label: str) -> set[str]:
        return {sample.labels[label] for sample in self._samples if sample.name == name}


async def scrape(api: Api) -> Scraped:
    answer = await api.client.get("/metrics")
    assert (answer.status, answer.headers["content-type"].partition(";")[0]) == (200, "text/plain")
    return Scraped(answer.text)


async def test_jobs_queues_and_matches_are_told(api: Api) -> None:
    kind = "src.tasks.match_tasks.fetch_and_store_match"
    await api.services.ledger.submit([a_new_job(number) for number in range(1, 4)])
    await api.claim(UUID(int=1))
    api.services.clock.advance(40)
    api.services.figures.lengths, api.services.figures.matches = {"matches": 7, "ai": 0}, 1234
    figures = await scrape(api)
    assert figures("chimera_jobs", kind=kind, state="queued", lane="background") == 2
    assert figures("chimera_jobs", kind=kind, state="running", lane="background") == 1
    assert figures("chimera_jobs_oldest_due_seconds", kind=kind, lane="background") == 40
    assert figures("chimera_queue_length", queue="matches") == 7
    assert figures("chimera_stored_matches") == 1234
    assert figures("chimera_build_info") == 1


async def test_what_is_gone_is_not_told_any_more(api: Api) -> None:
    await api.services.ledger.submit([a_new_job()])
    assert (await scrape(api))("chimera_jobs", state="queued") == 1
    await api.services.ledger.cancel(UUID(int=1))
    figures = await scrape(api)
    assert figures("chimera_jobs", state="queued") is None
    assert figures("chimera_jobs", state="cancelled") == 1


async def test_a_source_that_is_down_hides_no_other(api: Api) -> None:
    await scrape(api)
    api.services.ledger.is_down = True
    api.services.figures.matches = None
    api.services.figures.lengths = {"matches": 3}
    figures = await scrape(api)
    assert figures("chimera_queue_length", queue="matches") == 3
    assert figures("chimera_jobs") is None
    assert math.isnan(figures("chimera_stored_matches") or 0)
    assert [figures("chimera_source_up", source=name) for name in ("jobs", "queues", "matches")] == [0, 1, 0]


async def test_a_source_that_hangs_is_left_out(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(metrics, "_TIME_LIMIT", 0.05)

    async def hangs() -> int:
        await asyncio.Event().wait()
        return 1

    api.services.figures.stored_matches = hangs  # type: ignore[method-assign]
    assert (await scrape(api))("chimera_source_up", source="matches") == 0


async def test_requests_are_counted_by_route_whatever_clients_send(api: Api) -> None:
    for number in range(3):
        await api.client.get(f"/tasks/{UUID(int=number)}")
        await api.client.get(f"/nowhere/{number}")
        await api.client.ask(f"BREW{number}", "/tasks/")
    figures = await scrape(api)
    name = "chimera_http_requests_total"
    assert figures(name, method="GET", route="/tasks/{task_id}", status="404") == 3
    assert figures(name, method="GET", route="none", status="404") == 3
    assert figures.labels(name, "method") == {"GET", "OTHER"}
    assert figures.labels(name, "route") <= {"/tasks/{task_id}", "/tasks/", "none"}
    assert figures("chimera_http_request_seconds_count", method="GET", route="/tasks/{task_id}") == 3


async def test_two_applications_count_for_themselves(api: Api) -> None:
    services = fake_api_services()
    await api.client.get("/health")
    other = await scrape(Api(services, AsgiClient(create_app(services))))
    assert other("chimera_http_requests_total", route="/health") is None
