"""HTML for people: templates, and the route class that tells their routes from the JSON ones."""

from typing import Any

from fastapi.responses import HTMLResponse
from fastapi.routing import APIRoute
from jinja2 import Environment, PackageLoader, StrictUndefined

# Riot wants both sentences wherever a product shows itself.
LEGAL_NOTICE = (
    "Chimera is not endorsed by Riot Games and does not reflect the views or opinions of Riot Games or anyone "
    "officially involved in producing or managing Riot Games properties. Riot Games and all associated properties "
    "are trademarks or registered trademarks of Riot Games, Inc."
)

_templates = Environment(loader=PackageLoader("src.api"), autoescape=True, undefined=StrictUndefined)
_templates.globals["legal_notice"] = LEGAL_NOTICE


class PageRoute(APIRoute):
    """A route that people open in a browser: what goes wrong on it becomes a page, not JSON."""


def page(template: str, *, status: int = 200, **context: Any) -> HTMLResponse:
    """Render `template`; every value of `context` is escaped."""
    return HTMLResponse(_templates.get_template(template).render(context), status_code=status)
