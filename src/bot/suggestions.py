"""Autocomplete: quick, from our own data, at most 25 choices; it cannot be deferred."""

import asyncio
from collections.abc import Iterable
from typing import Final

import discord
import structlog
from discord.app_commands import Choice

from src.bot.regions import matching_regions, region_name
from src.bot.services import services_of
from src.core.domain.binding import Binding
from src.core.errors import ChimeraError

_log = structlog.get_logger(__name__)

MOST_CHOICES: Final = 25
_SECONDS: Final = 2.0  # Discord waits 3 s for choices


async def suggest_regions(_interaction: discord.Interaction, typed: str) -> list[Choice[str]]:
    """Regions that match what was typed so far."""
    regions = matching_regions(typed)
    return [Choice(name=region_name(platform), value=platform.value) for platform in regions[:MOST_CHOICES]]


async def suggest_accounts(interaction: discord.Interaction, typed: str) -> list[Choice[str]]:
    """The person's own linked accounts; nothing when they cannot be read in time."""
    try:
        async with asyncio.timeout(_SECONDS):
            bindings = await services_of(interaction).binding.bindings_of(str(interaction.user.id))
    except (ChimeraError, TimeoutError) as error:
        _log.info("no_account_suggestions", error=type(error).__name__)
        return []
    return account_choices(bindings, typed)


def account_choices(bindings: Iterable[Binding], typed: str) -> list[Choice[str]]:
    """Choices for the accounts whose Riot ID contains what was typed."""
    word = typed.strip().casefold()
    return [
        Choice(
            name=f"{binding.riot_id} · {binding.platform.value}{' · main' if binding.is_main else ''}", value=riot_id
        )
        for binding in bindings
        if word in (riot_id := str(binding.riot_id)).casefold()
    ][:MOST_CHOICES]
