"""Which servers are outside, and where our own are reached."""

import socket
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread

import pytest

from src.bootstrap.credentials import missing_credentials
from src.bootstrap.servers import ServerStartError
from src.bootstrap.settings import check_settings
from src.bootstrap.system import ExternalServers, expect_free, external_servers, url_here, wait_for_http
from src.core.errors import ConfigurationError

BROKER = "CELERY_BROKER_URL=redis://127.0.0.1:1/1\n"
BACKEND = "CELERY_RESULT_BACKEND=redis://127.0.0.1:1/2\n"


class TestExternalServers:
    """Those that the environment or `.env` names."""

    def test_nothing_named_is_all_embedded(self) -> None:
        Path("var").mkdir()
        Path("var/servers.env").write_text("DATABASE_URL=postgresql://of-the-embedded-ones\n")
        assert external_servers() == ExternalServers(postgres=False, redis=False)

    def test_an_empty_value_names_nothing(self, monkeypatch: pytest.MonkeyPatch) -> None:
        Path(".env").write_text("DATABASE_URL=\nCELERY_BROKER_URL=\n")
        monkeypatch.setenv("DATABASE_URL", "")
        assert external_servers() == ExternalServers(postgres=False, redis=False)

    def test_an_empty_variable_does_not_hide_dotenv(self, monkeypatch: pytest.MonkeyPatch) -> None:
        Path(".env").write_text("database_url=postgresql://db.example/chimera\n")
        monkeypatch.setenv("DATABASE_URL", "")
        assert external_servers() == ExternalServers(postgres=True, redis=False)

    def test_the_environment_names_them_too(self, monkeypatch: pytest.MonkeyPatch) -> None:
        Path(".env").write_text(BACKEND)
        monkeypatch.setenv("CELERY_BROKER_URL", "redis://127.0.0.1:1/1")
        check_settings()
        assert external_servers() == ExternalServers(postgres=False, redis=True)

    @pytest.mark.parametrize("half", [BROKER, BACKEND, BROKER + "CELERY_RESULT_BACKEND=\n"])
    def test_half_of_a_redis_is_refused_in_one_line(self, half: str) -> None:
        """The other half would be a Redis that nobody meant."""
        Path(".env").write_text(half)
        Path("var").mkdir()
        Path("var/servers.env").write_text(BROKER + BACKEND)
        with pytest.raises(ConfigurationError) as refused:
            check_settings()
        assert str(refused.value) == "Set both CELERY_BROKER_URL and CELERY_RESULT_BACKEND, or neither of them."


@pytest.mark.parametrize(
    ("host", "url"),
    [
        ("127.0.0.1", "http://127.0.0.1:8000"),
        ("192.0.2.7", "http://192.0.2.7:8000"),
        ("0.0.0.0", "http://127.0.0.1:8000"),  # noqa: S104 - what an admin may set
        ("::", "http://[::1]:8000"),
        ("::1", "http://[::1]:8000"),
        ("chimera.example", "http://chimera.example:8000"),
    ],
)
def test_a_server_is_reached_where_it_listens(host: str, url: str) -> None:
    assert url_here(host, 8000) == url


def test_a_proxy_is_not_asked_for_our_own_processes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:1")
    monkeypatch.delenv("no_proxy", raising=False)

    class Healthy(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    with HTTPServer(("127.0.0.1", 0), Healthy) as server:
        Thread(target=server.handle_request).start()
        wait_for_http(f"http://127.0.0.1:{server.server_port}/health", seconds=5, still_alive=lambda: None)


def test_waiting_ends_when_it_has_become_pointless() -> None:
    def still_alive() -> None:
        raise ServerStartError("it ended")

    with pytest.raises(ServerStartError, match="it ended"):
        wait_for_http("http://127.0.0.1:1/health", seconds=5, still_alive=still_alive)


def test_blanks_are_no_credentials(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DISCORD_BOT_TOKEN", "  ")
    monkeypatch.setenv("RIOT_API_KEY", "RGAPI-x")
    assert missing_credentials() == ["DISCORD_BOT_TOKEN"]


def test_a_port_that_somebody_has_is_told_with_its_setting() -> None:
    """Before anything starts: the process itself would end again and again."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(ServerStartError, match=f"port {port}: set FLOWER_PORT"):
            expect_free("FLOWER_PORT", port)
    expect_free("FLOWER_PORT", port)
