"""Acknowledging an interaction and editing its answer, with Discord's own failure modes."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from io import BytesIO
from typing import Any, Final, NamedTuple

import aiohttp
import discord
from discord.utils import MISSING
from pydantic import SecretStr

from src.core.domain.reply import Reply
from src.core.errors import ReplyExpired, Unavailable
from src.core.ports.answers import ErrorMessage

# https://discord.com/developers/docs/topics/opcodes-and-status-codes#json
UNKNOWN_MESSAGE: Final = 10008
UNKNOWN_WEBHOOK: Final = 10015
UNKNOWN_INTERACTION: Final = 10062
ALREADY_ACKNOWLEDGED: Final = 40060
INVALID_WEBHOOK_TOKEN: Final = 50027

_OVER: Final = frozenset({UNKNOWN_MESSAGE, UNKNOWN_WEBHOOK, UNKNOWN_INTERACTION, INVALID_WEBHOOK_TOKEN})
_REPLY: Final = "chimera.reply"
_RETRY_PAUSES: Final = (0.25, 0.75, 1.5)  # seconds; a webhook can be unknown for a moment right after the defer


class Attachment(NamedTuple):
    """A file that goes with an answer."""

    filename: str
    data: bytes


def reply_of(interaction: discord.Interaction, *, ephemeral: bool, shows_answer: bool = False) -> Reply:
    """How a worker reaches the answer of this interaction; see `Reply.shows_answer`."""
    return Reply(
        application_id=str(interaction.application_id),
        token=SecretStr(interaction.token),
        expires_at=interaction.expires_at,
        channel_id=None if interaction.channel_id is None else str(interaction.channel_id),
        user_id=str(interaction.user.id),
        locale=interaction.locale.value,
        ephemeral=ephemeral,
        shows_answer=shows_answer,
    )


class Place(NamedTuple):
    """A message whose answer another one is to take the place of: how a worker reaches it, and its id."""

    reply: Reply
    replaces: str


def place_of(interaction: discord.Interaction, message: discord.Message) -> Place:
    """The place of the answer that this message shows, which the interaction may edit."""
    return Place(reply_of(interaction, ephemeral=message.flags.ephemeral, shows_answer=True), str(message.id))


async def acknowledge(interaction: discord.Interaction, *, ephemeral: bool) -> Reply:
    """Tell Discord that the answer comes later. Comes before any I/O: Discord waits 3 s.

    Raises:
        ReplyExpired: Discord has stopped waiting.
        Unavailable: Discord does not answer properly.
    """
    await _defer(interaction, ephemeral=ephemeral, thinking=True)
    reply = reply_of(interaction, ephemeral=ephemeral)
    interaction.extras[_REPLY] = reply
    return reply


async def acknowledge_press(interaction: discord.Interaction) -> None:
    """Tell Discord that the message under the pressed button will be edited. Comes before any I/O.

    Raises:
        ReplyExpired: Discord has stopped waiting.
        Unavailable: Discord does not answer properly.
    """
    await _defer(interaction)


def let_errors_end(interaction: discord.Interaction) -> None:
    """From here on an error takes the place of the message under the pressed button, buttons and all."""
    interaction.extras[_REPLY] = reply_of(interaction, ephemeral=True)


def let_errors_stand_above(interaction: discord.Interaction, reply: Reply) -> None:
    """From here on the answer that `reply` has given stays, and an error is said above it."""
    interaction.extras[_REPLY] = reply.model_copy(update={"shows_answer": True})


async def open_form(interaction: discord.Interaction, form: discord.ui.Modal) -> None:
    """Answer a pressed button with a form.

    Raises:
        ReplyExpired: Discord has stopped waiting.
        Unavailable: Discord does not answer properly.
    """
    await _respond(interaction.response.send_modal(form))


async def _defer(interaction: discord.Interaction, *, ephemeral: bool = False, thinking: bool = False) -> None:
    await _respond(interaction.response.defer(ephemeral=ephemeral, thinking=thinking))


async def _respond(response: Awaitable[object]) -> None:
    with _in_our_words():
        try:
            await response
        except discord.HTTPException as error:
            if error.code != ALREADY_ACKNOWLEDGED:  # else a retried response: the first one took effect
                raise


@contextmanager
def _in_our_words() -> Iterator[None]:
    """Discord's failures as ours.

    Raises:
        ReplyExpired: the interaction, or its message, is over.
        Unavailable: Discord does not answer properly, or not at all.
    """
    try:
        yield
    except discord.HTTPException as error:
        if error.code in _OVER:
            raise ReplyExpired from error
        raise Unavailable("Discord did not take the answer.") from error
    except (aiohttp.ClientError, OSError) as error:  # also of a connection that is refused or takes too long
        raise Unavailable("Discord does not answer.") from error


def reply_if_acknowledged(interaction: discord.Interaction) -> Reply | None:
    """The reply of an interaction whose errors go in place of its answer; None: they are said beside it."""
    reply: Reply | None = interaction.extras.get(_REPLY)
    return reply


async def edit_answer(
    interaction: discord.Interaction,
    text: str = "",
    *,
    embed: discord.Embed | None = None,
    view: discord.ui.View | None = None,
    attachment: Attachment | None = None,
) -> None:
    """Put the answer in place of "thinking ...", or of what the message under a pressed button said.

    Without an `attachment`, those of the message stay.

    Raises:
        ReplyExpired: the interaction can no longer be answered.
        Unavailable: Discord does not answer properly.
    """

    def changes() -> dict[str, Any]:
        # Anew each time: discord.py closes what it has sent.
        files = [discord.File(BytesIO(attachment.data), attachment.filename)] if attachment else MISSING
        return {"content": text, "embed": embed, "view": view, "attachments": files}

    await _edit(interaction, changes)


async def edit_controls(interaction: discord.Interaction, view: discord.ui.View | discord.ui.LayoutView) -> None:
    """Put other controls under the message, or a layout in place of "thinking ..."; all that it says stays.

    Raises:
        ReplyExpired: the interaction can no longer be answered.
        Unavailable: Discord does not answer properly.
    """
    await _edit(interaction, lambda: {"view": view})


async def _edit(interaction: discord.Interaction, changes: Callable[[], dict[str, Any]]) -> None:
    with _in_our_words():
        for pause in _RETRY_PAUSES:
            try:
                await interaction.edit_original_response(**changes())
            except discord.HTTPException as error:
                if error.code != UNKNOWN_WEBHOOK:
                    raise
                await asyncio.sleep(pause)
            else:
                return
        await interaction.edit_original_response(**changes())


async def message_now(interaction: discord.Interaction) -> discord.Message:
    """The message under a pressed button as it is by now: a worker may have edited it since.

    Raises:
        ReplyExpired: it is gone.
        Unavailable: Discord does not answer properly.
    """
    with _in_our_words():
        return await interaction.original_response()


async def tell_at_once(interaction: discord.Interaction, told: ErrorMessage) -> None:
    """Say what went wrong to the person alone, whether or not the interaction has been answered.

    Raises as `answer_at_once`.
    """
    embed = discord.Embed(description=told.advice, colour=told.colour).set_footer(text=told.footer or None)
    await answer_at_once(interaction, told.happened, embed=embed if told.advice or told.footer else None)


async def answer_at_once(interaction: discord.Interaction, text: str, *, embed: discord.Embed | None = None) -> None:
    """Say something to the person alone, whether or not the interaction has been answered.

    Raises:
        ReplyExpired: the interaction can no longer be answered.
        Unavailable: Discord does not answer properly.
    """
    embeds = [embed] if embed else []
    with _in_our_words():
        if not interaction.response.is_done():
            try:
                await interaction.response.send_message(text, embeds=embeds, ephemeral=True)
            except discord.HTTPException as error:
                if error.code != ALREADY_ACKNOWLEDGED:  # else it has been answered, and only discord.py does not know
                    raise
            else:
                return
        await interaction.followup.send(text, embeds=embeds, ephemeral=True)
