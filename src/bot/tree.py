"""The command tree: what every command has in common."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Final

import discord
import structlog
from discord import app_commands

from src.bot.interactions import reply_if_acknowledged, tell_at_once
from src.bot.services import services_of
from src.core.domain.reply import user_hash
from src.core.errors import (
    BrokenInvariant,
    ChimeraError,
    CommandOutdated,
    ReplyExpired,
    Restarting,
    TookTooLong,
)
from src.core.services.error_log import noted

_log = structlog.get_logger(__name__)

Handler = Callable[[discord.Interaction], Awaitable[None]]

HANDLER_SECONDS: Final = 60.0
"""A command that takes longer is given up, so that nobody waits for ever."""


class ChimeraTree(app_commands.CommandTree[discord.Client]):
    """Runs commands: logs who asked what, answers every error in one place, and can be drained."""

    def __init__(self, client: discord.Client) -> None:
        super().__init__(
            client,
            allowed_contexts=app_commands.AppCommandContext(guild=True, dm_channel=True, private_channel=True),
            allowed_installs=app_commands.AppInstallationType(guild=True, user=True),
        )
        self._running: set[asyncio.Task[None]] = set()
        self._accepting = True

    async def drain(self, seconds: float) -> bool:
        """Take no more interactions and let the running ones finish; False if some did not within `seconds`."""
        self._accepting = False
        running = self._running - {asyncio.current_task()}
        if not running:
            return True
        _, left = await asyncio.wait(running, timeout=seconds)
        return not left

    async def interaction_check(self, interaction: discord.Interaction, /) -> bool:
        """The gate before every command and press: shut while the bot drains.

        How often somebody may ask, the services count: that holds in all of the bot's processes.
        """
        if not self._accepting and interaction.type is not discord.InteractionType.autocomplete:
            await self._answer_error(interaction, Restarting(), Restarting())
        return self._accepting

    async def press(self, interaction: discord.Interaction, control: str, work: Handler) -> None:
        """Do what a button, a select or a form is for, with all that holds of commands."""

        async def handle(pressed: discord.Interaction) -> None:
            if not await self.interaction_check(pressed):
                return
            try:
                await work(pressed)
            except ChimeraError as error:
                await self._answer_error(pressed, error, error)
            except Exception as error:  # noqa: BLE001 - whatever it is, the person hears of it
                await self._answer_error(pressed, BrokenInvariant(), error)

        await self._serve(interaction, control, handle)

    async def _call(self, interaction: discord.Interaction) -> None:
        name = None if interaction.data is None else interaction.data.get("name")
        await self._serve(interaction, name, super()._call)

    async def _serve(self, interaction: discord.Interaction, command: object, handle: Handler) -> None:
        """Handle an interaction under a deadline, with its log context."""
        task = asyncio.current_task()
        assert task is not None  # noqa: S101 - a coroutine always runs in a task
        self._running.add(task)
        context = {
            "user": user_hash(str(interaction.user.id)),
            "command": command,
            "interaction": str(interaction.id),
        }
        try:
            with structlog.contextvars.bound_contextvars(**context):
                if interaction.type is not discord.InteractionType.autocomplete:
                    _log.info("command_asked")
                await self._handle_in_time(interaction, handle)
        finally:
            self._running.discard(task)

    async def _handle_in_time(self, interaction: discord.Interaction, handle: Handler) -> None:
        try:
            async with asyncio.timeout(HANDLER_SECONDS):
                await handle(interaction)
        except TimeoutError as error:
            await self._answer_error(interaction, TookTooLong(), error)

    async def on_error(self, interaction: discord.Interaction, error: app_commands.AppCommandError, /) -> None:
        """Turn what a command raised into an answer."""
        cause: BaseException = error
        if isinstance(error, app_commands.CommandInvokeError):
            cause = error.original
        if isinstance(error, app_commands.CommandNotFound | app_commands.CommandSignatureMismatch):
            cause = CommandOutdated()
        if isinstance(cause, ChimeraError):
            await self._answer_error(interaction, cause, cause)
        else:
            await self._answer_error(interaction, BrokenInvariant(), cause)

    async def _answer_error(self, interaction: discord.Interaction, told: ChimeraError, cause: BaseException) -> None:
        """Log `cause` and tell `told`, tied together by an error id."""
        services = services_of(interaction)
        error_id = noted(_log, "command", cause, error_id=services.randomness.error_id())
        if isinstance(told, ReplyExpired) or interaction.type is discord.InteractionType.autocomplete:
            return  # there is nobody left to tell, or no way to
        reply = reply_if_acknowledged(interaction)
        try:
            if reply is not None:
                await services.answers.deliver_error(reply, told, error_id=error_id)
            else:
                await tell_at_once(interaction, services.answers.error_message(told, error_id=error_id))
        except ChimeraError as failure:
            _log.warning("error_not_delivered", error_id=error_id, reason=type(failure).__name__)
