"""Acknowledging an interaction and editing its answer, with Discord's own failure modes."""

import asyncio
from typing import Final

import discord
from pydantic import SecretStr

from src.core.domain.reply import Reply
from src.core.errors import ReplyExpired, Unavailable

# https://discord.com/developers/docs/topics/opcodes-and-status-codes#json
UNKNOWN_MESSAGE: Final = 10008
UNKNOWN_WEBHOOK: Final = 10015
UNKNOWN_INTERACTION: Final = 10062
ALREADY_ACKNOWLEDGED: Final = 40060
INVALID_WEBHOOK_TOKEN: Final = 50027

_REPLY: Final = "chimera.reply"
_RETRY_PAUSES: Final = (0.25, 0.75, 1.5)  # seconds; a webhook can be unknown for a moment right after the defer


def reply_of(interaction: discord.Interaction, *, ephemeral: bool) -> Reply:
    """How a worker reaches the answer of this interaction."""
    return Reply(
        application_id=str(interaction.application_id),
        token=SecretStr(interaction.token),
        expires_at=interaction.expires_at,
        channel_id=None if interaction.channel_id is None else str(interaction.channel_id),
        user_id=str(interaction.user.id),
        locale=interaction.locale.value,
        ephemeral=ephemeral,
    )


async def acknowledge(interaction: discord.Interaction, *, ephemeral: bool) -> Reply:
    """Tell Discord that the answer comes later. Comes before any I/O: Discord waits 3 s.

    Raises:
        ReplyExpired: Discord has stopped waiting.
    """
    await _defer(interaction, ephemeral=ephemeral, thinking=True)
    reply = reply_of(interaction, ephemeral=ephemeral)
    interaction.extras[_REPLY] = reply
    return reply


async def acknowledge_press(interaction: discord.Interaction) -> None:
    """Tell Discord that the message under the pressed button will be edited. Comes before any I/O.

    Raises:
        ReplyExpired: Discord has stopped waiting.
    """
    await _defer(interaction)


async def _defer(interaction: discord.Interaction, *, ephemeral: bool = False, thinking: bool = False) -> None:
    try:
        await interaction.response.defer(ephemeral=ephemeral, thinking=thinking)
    except discord.HTTPException as error:
        if error.code == UNKNOWN_INTERACTION:
            raise ReplyExpired from error
        if error.code != ALREADY_ACKNOWLEDGED:  # else a retried defer: the first one took effect
            raise


def reply_if_acknowledged(interaction: discord.Interaction) -> Reply | None:
    """The reply of an interaction that `acknowledge` has seen."""
    reply: Reply | None = interaction.extras.get(_REPLY)
    return reply


async def edit_answer(
    interaction: discord.Interaction,
    text: str = "",
    *,
    embed: discord.Embed | None = None,
    view: discord.ui.View | None = None,
) -> None:
    """Put the answer in place of "thinking ...", or of what the message under a pressed button said.

    Raises:
        ReplyExpired: the interaction can no longer be answered.
        Unavailable: Discord does not answer properly.
    """
    for pause in (*_RETRY_PAUSES, None):
        try:
            await interaction.edit_original_response(content=text, embed=embed, view=view)
        except discord.HTTPException as error:
            if error.code == UNKNOWN_WEBHOOK and pause is not None:
                await asyncio.sleep(pause)
                continue
            if error.code in {UNKNOWN_MESSAGE, UNKNOWN_WEBHOOK, INVALID_WEBHOOK_TOKEN}:
                raise ReplyExpired from error
            raise Unavailable("Discord did not take the answer.") from error
        return


async def answer_at_once(interaction: discord.Interaction, text: str) -> None:
    """Say something to the person alone, whether or not the interaction has been answered."""
    try:
        if interaction.response.is_done():
            await interaction.followup.send(text, ephemeral=True)
        else:
            await interaction.response.send_message(text, ephemeral=True)
    except discord.HTTPException as error:
        if error.code != ALREADY_ACKNOWLEDGED:
            raise
