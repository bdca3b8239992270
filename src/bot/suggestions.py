"""Autocomplete: quick, from our own data, at most 25 choices; it cannot be deferred."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from typing import Final, TypeVar

import discord
import structlog
from discord.app_commands import Choice, Range

from src.bot.regions import matching_regions, region_name
from src.bot.services import services_of
from src.core.domain.binding import Binding
from src.core.domain.match_summary import MatchSummary
from src.core.domain.plain_text import length
from src.core.errors import ChimeraError
from src.core.ports.answers import MatchLabel

_log = structlog.get_logger(__name__)

_T = TypeVar("_T")

AccountText = Range[str, 1, 100]
"""What a command takes for an account: a suggested one, or a Riot ID as people write it."""

MOST_CHOICES: Final = 25
_SECONDS: Final = 2.0  # Discord waits 3 s for choices
_CHOICE_LENGTH: Final = 100
_LOOKED_THROUGH: Final = 1_000  # matches, newest first: a champion of last year is found among them


async def suggest_regions(_interaction: discord.Interaction, typed: str) -> list[Choice[str]]:
    """Regions that match what was typed so far."""
    regions = matching_regions(typed)
    return [Choice(name=region_name(platform), value=platform.value) for platform in regions[:MOST_CHOICES]]


async def suggest_accounts(interaction: discord.Interaction, typed: str) -> list[Choice[str]]:
    """The person's own linked accounts; nothing when they cannot be read in time."""
    bindings = await _in_time(services_of(interaction).binding.bindings_of(str(interaction.user.id)))
    return account_choices(bindings or (), typed)


async def suggest_matches(interaction: discord.Interaction, typed: str) -> list[Choice[str]]:
    """Stored matches of the account that is filled in already, else of the main one; nothing in case of trouble."""
    services, account = services_of(interaction), interaction.namespace.account
    asked = services.stored_history.of(str(interaction.user.id), account, limit=_LOOKED_THROUGH)
    stored = await _in_time(asked)
    return match_choices(stored.matches, typed, services.answers.match_label) if stored else []


async def _in_time(asked: Awaitable[_T]) -> _T | None:
    try:
        async with asyncio.timeout(_SECONDS):
            return await asked
    except (ChimeraError, TimeoutError) as error:
        _log.info("no_suggestions", error=type(error).__name__)
        return None


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


def match_choices(
    matches: Iterable[MatchSummary], typed: str, label: Callable[[MatchSummary], MatchLabel]
) -> list[Choice[str]]:
    """Choices for the matches of which every typed word is part: champion, result, queue or match id."""
    words = typed.replace(",", " ").casefold().split()
    choices = []
    for match in matches:
        line, beside = label(match)
        told = f"{line} {beside} {match.champion} {match.match_id}".casefold()
        if all(word in told for word in words):
            full = f"{line} · {beside}"
            choices.append(Choice(name=full if length(full) <= _CHOICE_LENGTH else line, value=match.match_id))
            if len(choices) == MOST_CHOICES:
                break
    return choices
