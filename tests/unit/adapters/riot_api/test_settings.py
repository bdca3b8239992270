"""What the environment may say."""

import pytest
from pydantic import ValidationError

from src.adapters.riot_api import RiotSettings
from src.core.domain.job import Lane


@pytest.mark.parametrize(
    ("base", "url"),
    [
        ("https://{host}.api.riotgames.com", "https://na1.api.riotgames.com/lol/x"),
        ("http://127.0.0.1:1234/{host}", "http://127.0.0.1:1234/na1/lol/x"),
        ("http://127.0.0.1:1234/{host}/", "http://127.0.0.1:1234/na1/lol/x"),
        ("http://proxy", "http://proxy/lol/x"),
    ],
)
def test_the_host_goes_where_the_base_url_says(base: str, url: str) -> None:
    assert RiotSettings(riot_api_base_url=base).url("na1", "/lol/x") == url


@pytest.mark.parametrize("base", ["riotgames.com", "ftp://{host}", "https://", "https://?", "https:// x"])
def test_what_is_no_address_is_refused(base: str) -> None:
    with pytest.raises(ValidationError):
        RiotSettings(riot_api_base_url=base)


def test_the_environment_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RIOT_API_KEY", " RGAPI-pasted\n")
    monkeypatch.setenv("RIOT_API_BASE_URL", "http://127.0.0.1/{host}")
    settings = RiotSettings()
    assert settings.riot_api_key.get_secret_value() == "RGAPI-pasted"
    assert settings.url("kr", "/") == "http://127.0.0.1/kr/"


def test_the_key_is_not_shown() -> None:
    assert "RGAPI" not in repr(RiotSettings(riot_api_key="RGAPI-x"))


def test_people_wait_for_less_long_than_jobs() -> None:
    settings = RiotSettings()
    assert settings.patience(Lane.INTERACTIVE) < settings.patience(Lane.BACKGROUND)
