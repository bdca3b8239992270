"""The web application."""

from importlib.metadata import version
from pathlib import Path

from fastapi import APIRouter, FastAPI, Request
from fastapi.responses import HTMLResponse
from prometheus_client import CollectorRegistry
from starlette.middleware.body_limit import RequestBodyLimitMiddleware
from starlette.staticfiles import StaticFiles

from src.api import errors
from src.api.access import Gate
from src.api.account_link import account_link_routes
from src.api.health import health_routes
from src.api.metrics import RequestFigures, metrics_routes
from src.api.middleware import DeclaredLength, RequestLog, SecurityHeaders
from src.api.pages import PageRoute, page
from src.api.services import ApiServices
from src.api.summoners import summoner_routes
from src.api.task_events import task_event_routes
from src.api.tasks import task_routes

_LARGEST_BODY = 1_000_000  # bytes
_ASSETS = Path(__file__).parent / "assets"


def create_app(services: ApiServices) -> FastAPI:
    """Build the application around `services`, whose lifetime is the caller's."""
    # The interactive documentation pages load scripts from elsewhere; the schema itself stays at /openapi.json.
    app = FastAPI(title="Chimera", version=version("chimera"), docs_url=None, redoc_url=None)
    errors.install(app)
    gate = Gate(services.access, services.api_auth, public_base_url=services.public_base_url)
    registry = CollectorRegistry()
    app.include_router(_home_routes())
    if services.linking is not None:
        app.include_router(account_link_routes(services.linking, services.public_base_url))
    app.include_router(health_routes(services))
    app.include_router(metrics_routes(services, gate, registry))
    app.include_router(summoner_routes(services, gate))
    app.include_router(task_routes(services, gate))
    app.include_router(task_event_routes(services, gate))
    app.mount("/assets", StaticFiles(directory=_ASSETS))
    app.add_middleware(RequestBodyLimitMiddleware, max_body_size=_LARGEST_BODY)
    app.add_middleware(DeclaredLength, largest=_LARGEST_BODY)
    app.add_middleware(RequestLog, figures=RequestFigures(registry))
    app.add_middleware(SecurityHeaders, https=services.public_base_url.startswith("https://"))
    return app


def _home_routes() -> APIRouter:
    router = APIRouter(route_class=PageRoute, include_in_schema=False)

    @router.get("/")
    async def home(request: Request) -> HTMLResponse:
        return page(request, "home.html")

    return router
