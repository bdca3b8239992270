"""Where discord.py finds Discord."""

import discord.http
import yarl
from discord.gateway import DiscordWebSocket


def use_endpoints(*, api_base_url: str | None = None, gateway_url: str | None = None) -> None:
    """Point discord.py in this process at another API (`https://host/api/v10`) or gateway (`wss://host`).

    None leaves the library's own. An AutoShardedClient asks the API for its gateway; `ChimeraBot` takes
    `gateway_url` itself so that the answer is not followed.
    """
    if api_base_url:
        discord.http.Route.BASE = api_base_url.rstrip("/")
    if gateway_url:
        DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL(gateway_url)
