"""Where a secret may be sent, and when there is a sign-in at all."""

import pytest
from pydantic import SecretStr, ValidationError

from src.adapters.discord_sign_in import DiscordSignInAdapter, DiscordSignInSettings


@pytest.mark.parametrize(
    "url",
    [
        "http://discord.com", "ftp://x", "discord.com", "http://127.0.0.1.evil", "https://", "https://x:port",
        "https://x:0", "https://x/?a=b", "https://x/#a", "https://x y",
    ],
)  # fmt: skip
def test_a_discord_over_open_http_or_at_no_address_is_refused(url: str) -> None:
    with pytest.raises(ValidationError, match="https"):
        DiscordSignInSettings(discord_oauth_base_url=url)


@pytest.mark.parametrize("url", ["https://x.test/", "http://localhost:1/d", "http://[::1]:1", "http://127.0.0.1:1"])
def test_a_discord_over_https_or_loopback_is_taken(url: str) -> None:
    assert DiscordSignInSettings(discord_oauth_base_url=url).discord_oauth_base_url == url.rstrip("/")


@pytest.mark.parametrize("base", ["https://chimera.example", "https://chimera.example/"])
def test_the_browser_comes_back_to_the_callback_page(base: str) -> None:
    assert DiscordSignInSettings(public_base_url=base).redirect_uri == "https://chimera.example/discord/callback"


@pytest.mark.parametrize(
    ("client_id", "secret", "configured"), [("1", "s", True), (None, "s", False), ("1", None, False), ("1", " ", False)]
)
def test_a_sign_in_needs_an_id_and_a_secret(client_id: str | None, secret: str | None, *, configured: bool) -> None:
    settings = DiscordSignInSettings(
        discord_client_id=client_id, discord_client_secret=None if secret is None else SecretStr(secret), _env_file=None
    )
    assert DiscordSignInAdapter(settings).is_configured is configured
