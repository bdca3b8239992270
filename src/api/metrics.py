"""`GET /metrics` for Prometheus: requests of this process, and what is counted outside it."""

import asyncio
import platform
from collections.abc import Awaitable, Callable, Mapping
from importlib.metadata import version
from typing import Annotated, TypeVar

import structlog
from fastapi import APIRouter, Depends, Response
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Counter, Gauge, Histogram, generate_latest

from src.api.access import Gate
from src.api.models import problems
from src.api.services import ApiServices, Figures
from src.core.domain.api_key import Scope
from src.core.domain.job import JobCount

T = TypeVar("T")
_log = structlog.get_logger(__name__)

_TIME_LIMIT = 2.0  # seconds; a source that takes longer is left out of this scrape
_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
_BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)


class RequestFigures:
    """Requests by the path of their route: as many names as there are routes, whatever clients send."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self._count = Counter(
            "chimera_http_requests", "Requests answered.", ("method", "route", "status"), registry=registry
        )
        self._seconds = Histogram(
            "chimera_http_request_seconds",
            "Time from a request to the end of its answer.",
            ("method", "route"),
            buckets=_BUCKETS,
            registry=registry,
        )

    def observe(self, method: str, route: str | None, status: int, seconds: float) -> None:
        """Count an answered request; `route` is None where no route took it."""
        method, route = method if method in _METHODS else "OTHER", route or "none"
        self._count.labels(method, route, str(status)).inc()
        self._seconds.labels(method, route).observe(seconds)


class SystemFigures:
    """What is asked of the ledger, the queues and the database at every scrape."""

    def __init__(self, registry: CollectorRegistry, figures: Figures) -> None:
        self._figures = figures
        self._jobs = Gauge("chimera_jobs", "Jobs in the ledger.", ("kind", "state", "lane"), registry=registry)
        self._oldest = Gauge(
            "chimera_jobs_oldest_due_seconds",
            "How long the longest waiting job is overdue.",
            ("kind", "lane"),
            registry=registry,
        )
        self._queues = Gauge("chimera_queue_length", "Hints that wait in Redis.", ("queue",), registry=registry)
        self._matches = Gauge("chimera_stored_matches", "Stored matches, estimated.", registry=registry)
        self._up = Gauge("chimera_source_up", "Whether a source of figures answered.", ("source",), registry=registry)
        build = Gauge("chimera_build_info", "What runs here.", ("version", "python"), registry=registry)
        build.labels(version("chimera"), platform.python_version()).set(1)

    async def refresh(self) -> None:
        """Ask every source at once; what one of them told before is gone if it does not answer now."""
        figures = self._figures
        counts, lengths, matches = await asyncio.gather(
            self._ask("jobs", figures.job_counts),
            self._ask("queues", figures.queue_lengths),
            self._ask("matches", figures.stored_matches),
        )
        self._show_jobs(counts or ())
        self._show_queues(lengths or {})
        self._matches.set(float("nan") if matches is None else matches)

    async def _ask(self, source: str, ask: Callable[[], Awaitable[T]]) -> T | None:
        try:
            async with asyncio.timeout(_TIME_LIMIT):
                answer = await ask()
        except Exception as error:  # noqa: BLE001 - whatever it is, the other figures are worth telling
            _log.warning("figures_missing", source=source, error=type(error).__name__)
            self._up.labels(source).set(0)
            return None
        self._up.labels(source).set(1)
        return answer

    def _show_jobs(self, counts: tuple[JobCount, ...]) -> None:
        self._jobs.clear()
        self._oldest.clear()
        overdue: dict[tuple[str, str], float] = {}
        for entry in counts:
            self._jobs.labels(entry.kind, entry.state, entry.lane).set(entry.count)
            name = (entry.kind, entry.lane.value)
            overdue[name] = max(overdue.get(name, 0.0), entry.oldest_due_s)
        for name, seconds in overdue.items():
            self._oldest.labels(*name).set(seconds)

    def _show_queues(self, lengths: Mapping[str, int]) -> None:
        self._queues.clear()
        for queue, length in lengths.items():
            self._queues.labels(queue).set(length)


def metrics_routes(services: ApiServices, gate: Gate, registry: CollectorRegistry) -> APIRouter:
    """`GET /metrics`; it takes a key with `metrics:read` where keys are needed."""
    router = APIRouter(tags=["operations"])
    system = SystemFigures(registry, services.figures)

    @router.get("/metrics", summary="Figures for Prometheus", response_class=Response, responses=problems())
    async def metrics(_caller: Annotated[object, Depends(gate.requiring(Scope.METRICS_READ))]) -> Response:
        """Jobs, queues, stored matches and requests, in Prometheus' text format."""
        await system.refresh()
        return Response(generate_latest(registry), media_type=CONTENT_TYPE_LATEST)

    return router
