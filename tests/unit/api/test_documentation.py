"""docs/rest-api.md tells the truth."""

import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from pydantic import SecretStr

from src.adapters.webhooks.signature import signed_headers
from tests.unit.api.conftest import Api

PAGE = (Path(__file__).resolve().parents[3] / "docs" / "rest-api.md").read_text(encoding="utf-8")
SECRET = "whsec_MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE="
BODY = b'{"type":"task.completed"}'


def is_genuine(headers: dict[str, str], body: bytes, secret: str) -> bool:
    """The page's own snippet."""
    (snippet,) = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)
    names: dict[str, Any] = {}
    exec(snippet, names)  # noqa: S102 - our own page
    return bool(names["is_genuine"](headers, body, secret))


def signed(at: datetime) -> dict[str, str]:
    headers = signed_headers(message_id="msg_1", at=at, body=BODY, secret=SecretStr(SECRET))
    return {name.lower(): value for name, value in headers.items()}


def test_the_receivers_snippet_knows_genuine_callbacks() -> None:
    headers = signed(datetime.now(UTC))
    assert is_genuine(headers, BODY, SECRET)
    assert not is_genuine(headers, BODY + b" ", SECRET)
    assert not is_genuine(headers | {"webhook-id": "msg_2"}, BODY, SECRET)
    assert not is_genuine(headers, BODY, "whsec_" + "A" * 44)
    assert not is_genuine(signed(datetime(2026, 1, 1, tzinfo=UTC)), BODY, SECRET)


async def test_every_call_is_on_the_page(api: Api) -> None:
    document = (await api.client.get("/openapi.json")).json
    for path in document["paths"]:
        words = path.replace("{task_id}", "{id}").replace("/tasks/test/", "").strip("/")
        assert words in PAGE, path


async def test_every_figure_on_the_page_is_told(api: Api) -> None:
    told = (await api.client.get("/metrics")).text
    for name in set(re.findall(r"`(chimera_[a-z_]+)", PAGE)):
        assert name.removesuffix("_total") in told, name
