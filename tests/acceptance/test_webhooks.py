"""A client is told of a task's end, by the running system."""

import base64
import hashlib
import hmac
import json
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from tests.acceptance.conftest import WEBHOOK_SECRET, Live


class Client(ThreadingHTTPServer):
    """A client's server, which keeps what it is told."""

    daemon_threads = True

    def __init__(self) -> None:
        self.told: list[tuple[dict[str, str], bytes]] = []
        super().__init__(("127.0.0.1", 0), _Handler)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/results"


class _Handler(BaseHTTPRequestHandler):
    server: Client

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.told.append(({name.lower(): value for name, value in self.headers.items()}, body))
        self.send_response(204)
        self.end_headers()

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - http.server's own name
        """Say nothing."""


@pytest.fixture
def client() -> Iterator[Client]:
    with Client() as client:
        thread = threading.Thread(target=client.serve_forever)
        thread.start()
        yield client
        client.shutdown()
        thread.join()


def test_the_end_of_a_task_is_told_and_signed(live: Live, client: Client, wait_until: Callable[..., Any]) -> None:
    """Verified as the specification says, with the secret of whoever calls an API that is open."""
    asked = {"game_name": "Nobody", "tag_line": "0000", "platform": "na1", "callback_url": client.url}
    request = urllib.request.Request(
        f"{live.environment['PUBLIC_BASE_URL']}/api/summoners/sync-data/",
        data=json.dumps(asked).encode(),
        headers={"Content-Type": "application/json"},
    )
    with urllib.request.urlopen(request) as answer:
        task_id = json.load(answer)["task_id"]
    headers, body = wait_until(lambda: client.told)[0]

    master = base64.b64decode(WEBHOOK_SECRET.removeprefix("whsec_"))
    secret = hmac.digest(master, b"open", hashlib.sha256)
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    signature = base64.b64encode(hmac.digest(secret, signed, hashlib.sha256)).decode()
    assert headers["webhook-signature"] == f"v1,{signature}"
    assert abs(time.time() - int(headers["webhook-timestamp"])) < 60
    told = json.loads(body)
    assert (told["type"], told["data"]["task_id"], told["data"]["status"]) == ("task.failed", task_id, "failed")
    assert told["data"]["error"]
    assert headers["webhook-id"] not in {"", task_id}
