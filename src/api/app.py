"""The web application."""

from pathlib import Path

from fastapi import APIRouter, FastAPI
from fastapi.responses import HTMLResponse
from starlette.middleware.body_limit import RequestBodyLimitMiddleware
from starlette.staticfiles import StaticFiles

from src.api import errors
from src.api.account_link import account_link_routes
from src.api.health import health_routes
from src.api.middleware import RequestLog, SecurityHeaders
from src.api.pages import PageRoute, page
from src.api.services import ApiServices

_LARGEST_BODY = 1_000_000  # bytes
_ASSETS = Path(__file__).parent / "assets"


def create_app(services: ApiServices) -> FastAPI:
    """Build the application around `services`, whose lifetime is the caller's."""
    # The interactive documentation pages load scripts from elsewhere; the schema itself stays at /openapi.json.
    app = FastAPI(title="Chimera", docs_url=None, redoc_url=None)
    errors.install(app)
    app.include_router(_home_routes())
    app.include_router(account_link_routes(services))
    app.include_router(health_routes(services))
    app.mount("/assets", StaticFiles(directory=_ASSETS))
    app.add_middleware(RequestBodyLimitMiddleware, max_body_size=_LARGEST_BODY)
    app.add_middleware(RequestLog)
    app.add_middleware(SecurityHeaders)
    return app


def _home_routes() -> APIRouter:
    router = APIRouter(route_class=PageRoute, include_in_schema=False)

    @router.get("/")
    async def home() -> HTMLResponse:
        return page("home.html")

    return router
