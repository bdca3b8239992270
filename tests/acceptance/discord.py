"""A Discord with the real bot in it, in front of the running system."""

import os
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import asyncpg

from src.bootstrap.container import Container
from src.bot.client import ChimeraBot
from src.core.domain.binding import ProvenAccount
from src.core.domain.regions import parse_platform
from src.core.domain.riot_id import RiotId
from src.sandbox.discord import ChannelMessage, DiscordSandbox
from tests.acceptance.conftest import Live


@dataclass(frozen=True, slots=True)
class Room:
    """A channel where people type commands; the services are the bot's."""

    discord: DiscordSandbox
    services: Container

    async def link(self, user: str, puuid: str, riot_id: str, platform: str) -> None:
        """Link an account without the sign-in."""
        account = ProvenAccount(puuid=puuid, riot_id=RiotId.parse(riot_id), platform=parse_platform(platform))
        await self.services.database.save_binding(str(self.discord.user(user).id), account)

    async def unlink_everybody(self) -> None:
        """Start over: people have new ids in every world."""
        connection = await asyncpg.connect(os.environ["DATABASE_URL"])
        try:
            await connection.execute("DELETE FROM bindings")
        finally:
            await connection.close()

    async def analyze(self, user: str, *, seconds: float = 60, **options: Any) -> ChannelMessage:
        """Type /analyze and wait for the final answer: a finished analysis or an error in words."""
        asked = await self.discord.command(user, "analyze", **options)
        return await self.discord.wait_for_answer(asked, is_final, timeout=seconds)


def is_final(message: ChannelMessage) -> bool:
    """True for an answer that will not change again: progress shows a bar, or ends in three dots."""
    shown = said(message)
    return bool(shown) and not shown.endswith("...") and not any(mark in shown for mark in "▰▱")


def said(message: ChannelMessage) -> str:
    """All words of a message, as Discord shows them (an escaped underscore is an underscore)."""
    parts = [message.content]
    for embed in message.embeds:
        parts += [embed.get("title") or "", embed.get("description") or ""]
        parts += [f"{field['name']} {field['value']}" for field in embed.get("fields", [])]
        parts.append((embed.get("footer") or {}).get("text", ""))
    return "\n".join(part for part in parts if part).replace("\\_", "_")


@asynccontextmanager
async def room(live: Live, *, people: Mapping[str, str] | None = None) -> AsyncIterator[Room]:
    """Open the channel at the address that the running system takes for Discord; `people` as the sandbox has them."""
    async with DiscordSandbox(port=live.discord_port, people=people) as discord:
        services = Container.build()
        try:
            await discord.attach(ChimeraBot(services, shard_count=1))
            yield Room(discord, services)
        finally:
            await services.close()
