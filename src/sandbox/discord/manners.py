"""What SimCord's page lacks for people who have Discord's habits: manners.js and manners.css say it one by one.

The page is made for tests and for screenshots of them. Its files stay as they are; two more are served beside them.
"""

from pathlib import Path
from typing import Any, Final

from aiohttp import web

_HERE: Final = Path(__file__).parent
_INDEX, _STYLE, _SCRIPT = "/", "/preview.css", "/manners.js"
_END: Final = "</body>"


def teach(page: Any) -> None:
    """Teach them to a page (`simcord.preview.Preview`) that is not served yet."""
    server = page._server  # noqa: SLF001 - SimCord has no seam for this; its version is pinned
    serve = server._static  # noqa: SLF001
    server._STATIC_FILES = {**server._STATIC_FILES, _SCRIPT: _SCRIPT}  # noqa: SLF001

    async def static(request: web.Request) -> web.Response:
        if request.path == _SCRIPT:
            text = (_HERE / "manners.js").read_text(encoding="utf-8")
            return web.Response(text=text, content_type="text/javascript", headers=server._SECURITY_HEADERS)  # noqa: SLF001
        response: web.Response = await serve(request)
        if request.path == _STYLE:
            response.text = f"{response.text}\n{(_HERE / 'manners.css').read_text(encoding='utf-8')}"
        elif request.path == _INDEX:
            response.text = (response.text or "").replace(_END, f'<script defer src="{_SCRIPT}"></script>{_END}')
        return response

    server._static = static  # noqa: SLF001
