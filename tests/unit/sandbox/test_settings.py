"""Settings of the stand-ins come from the environment."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from pydantic import ValidationError

from src.core.errors import ConfigurationError
from src.sandbox.demo import run_demo
from src.sandbox.settings import SandboxSettings


@pytest.fixture(autouse=True)
def _no_dotenv(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def test_nothing_needs_to_be_set() -> None:
    settings = SandboxSettings()
    assert (settings.riot_sandbox_port, settings.riot_sandbox_data) == (0, None)


def test_the_environment_decides(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RIOT_SANDBOX_DATA", "somewhere")
    monkeypatch.setenv("RIOT_SANDBOX_NOW", "2026-05-10T18:00:00Z")
    monkeypatch.setenv("RIOT_SANDBOX_APP_LIMIT", "20:1,100:120")
    monkeypatch.setenv("RIOT_SANDBOX_METHOD_LIMIT", "none")
    monkeypatch.setenv("RSO_SANDBOX_REDIRECT_URIS", "http://a/cb, http://b/cb")
    settings = SandboxSettings()
    assert settings.riot_sandbox_data == Path("somewhere")
    assert settings.riot_sandbox_now == datetime(2026, 5, 10, 18, 0, tzinfo=UTC)
    assert settings.riot_sandbox_app_limit == "20:1,100:120"
    assert settings.riot_sandbox_method_limit == "none"
    assert settings.rso_sandbox_redirect_uris == ("http://a/cb", "http://b/cb")


def test_empty_means_unset(monkeypatch: pytest.MonkeyPatch) -> None:
    """As in a copied `.env.example`."""
    monkeypatch.setenv("RIOT_SANDBOX_DATA", "")
    monkeypatch.setenv("RSO_SANDBOX_REDIRECT_URIS", "")
    assert SandboxSettings().riot_sandbox_data is None
    assert SandboxSettings().rso_sandbox_redirect_uris == ()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("RIOT_SANDBOX_PORT", "70000"),
        ("RIOT_SANDBOX_NOW", "2026-05-10T18:00:00"),
        ("RIOT_SANDBOX_APP_LIMIT", "20 per second"),
        ("RIOT_SANDBOX_METHOD_LIMIT", "0:1"),
        ("RIOT_SANDBOX_MATCHES_PER_PLAYER", "-1"),
        ("RIOT_SANDBOX_LATENCY", "soon"),
    ],
)
def test_a_bad_value_is_refused(name: str, value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(ValidationError):
        SandboxSettings()


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("SANDBOX_PORT=hunter2", "Bad setting SANDBOX_PORT"),
        ("RIOT_SANDBOX_NOW=hunter2", "Bad setting RIOT_SANDBOX_NOW"),
        ("RIOT_SANDBOX_LATENCY=hunter2", "Bad setting RIOT_SANDBOX_LATENCY"),
        ("SANDBOX_PROT=1", "unknown setting SANDBOX_PROT"),
    ],
)
def test_a_bad_line_is_told_before_anything_starts(line: str, told: str) -> None:
    Path(".env").write_text(f"{line}\n")
    with pytest.raises(ConfigurationError, match=told) as caught:
        run_demo(Path("demo"))
    assert "hunter2" not in str(caught.value)
    assert not Path("demo").exists()


def test_the_secret_does_not_show() -> None:
    assert "sandbox-secret" not in repr(SandboxSettings())
