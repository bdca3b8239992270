"""The issuer must be out of reach of eavesdroppers."""

from pathlib import Path

import pytest
from pydantic import ValidationError

from src.adapters.rso_adapter import RSOSettings


@pytest.mark.parametrize("url", ["http://auth.riotgames.com", "ftp://x", "auth.riotgames.com", "http://127.0.0.1.evil"])
def test_an_issuer_over_open_http_is_refused(url: str) -> None:
    with pytest.raises(ValidationError, match="https"):
        RSOSettings(rso_issuer_url=url)


@pytest.mark.parametrize("url", ["https://x.test/", "http://localhost:1/rso", "http://[::1]:1", "http://127.0.0.1:1"])
def test_an_issuer_over_https_or_loopback_is_taken(url: str) -> None:
    assert RSOSettings(rso_issuer_url=url).rso_issuer_url == url.rstrip("/")


def test_a_key_file_in_dotenv_can_be_told_away(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The sandbox's stand-in knows the secret only; an empty value would leave it to `.env`."""
    monkeypatch.chdir(tmp_path)
    Path(".env").write_text("RSO_PRIVATE_KEY_FILE=key.pem")
    assert RSOSettings().rso_private_key_file == Path("key.pem")
    monkeypatch.setenv("RSO_PRIVATE_KEY_FILE", "none")
    assert RSOSettings().rso_private_key_file is None
