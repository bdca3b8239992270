"""HTML for people: templates, and the route class that tells their routes from the JSON ones."""

import re
from typing import Any, Final

from fastapi import Request
from fastapi.responses import HTMLResponse
from fastapi.routing import APIRoute
from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape

from src.api.language import WORDS, Words, language_for

# Riot wants both sentences wherever a product shows itself, as they are.
LEGAL_NOTICE: Final = (
    "Chimera is not endorsed by Riot Games and does not reflect the views or opinions of Riot Games or anyone "
    "officially involved in producing or managing Riot Games properties. Riot Games and all associated properties "
    "are trademarks or registered trademarks of Riot Games, Inc."
)
_COMMAND: Final = re.compile(r"(?<![\w/])/(?:bind|unbind|accounts|analyze)\b")


class PageRoute(APIRoute):
    """A route that people open in a browser: what goes wrong on it becomes a page, not JSON."""


def page(request: Request, template: str, *, status: int = 200, **context: Any) -> HTMLResponse:
    """Render `template` in the reader's language; every value of `context` is escaped."""
    language = language_for(",".join(request.headers.getlist("accept-language")))
    return HTMLResponse(
        _TEMPLATES[language].get_template(template).render(context),
        status_code=status,
        headers={"Content-Language": language, "Vary": "Accept-Language"},
    )


def _commands(text: str) -> Markup:
    """Plain text, with Discord's commands in it set apart."""
    return Markup(_COMMAND.sub(lambda found: f"<code>{found[0]}</code>", str(escape(text))))  # noqa: S704 - escaped


def _environment(words: Words) -> Environment:
    """Templates in one language.

    Their own sentences (`trans`) are markup by the catalogue's authors. What comes from elsewhere, such as an error's
    words, goes through `say`, which answers text.
    """
    made = Environment(
        loader=PackageLoader("src.api"), autoescape=True, undefined=StrictUndefined, extensions=["jinja2.ext.i18n"]
    )
    made.policies["ext.i18n.trimmed"] = True
    made.install_gettext_callables(words.say, _no_plural, newstyle=True)  # type: ignore[attr-defined]
    made.filters["commands"] = _commands
    made.globals |= {
        "language": words.language,
        "say": words.say,
        "knows": words.knows,
        "legal_notice": LEGAL_NOTICE,
        "legal_notice_here": words.say(LEGAL_NOTICE),
    }
    return made


def _no_plural(one: str, many: str, number: int) -> str:
    raise NotImplementedError("no template counts anything")


_TEMPLATES: Final = {language: _environment(words) for language, words in WORDS.items()}
