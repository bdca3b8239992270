"""Telling whoever typed /bind, in Discord, what came of it in their browser."""

import asyncio
from collections.abc import AsyncIterator, Awaitable
from contextlib import asynccontextmanager
from typing import Final

import structlog

from src.core.domain.binding import one_time_hash
from src.core.domain.plain_text import unmarked
from src.core.domain.reply import Reply, user_hash
from src.core.errors import ChimeraError, ReplyExpired, SignInOver, concerns_operator
from src.core.ports.answers import Answers
from src.core.ports.direct_messages import DirectMessages
from src.core.services.error_log import noted

_log = structlog.get_logger(__name__)

NOTICE_WITHIN: Final = 5.0
"""Seconds that a browser waits for Discord at most."""

_AGAIN: Final = "`/bind`"


class LinkAnswers:
    """Puts notices in place of /bind's answer; when that can no longer be changed, into a message to the person.

    Without `answers` nobody is told.
    """

    def __init__(
        self, answers: Answers | None, messages: DirectMessages | None, *, within: float = NOTICE_WITHIN
    ) -> None:
        self._answers = answers
        self._messages = messages
        self._within = within

    async def tell(self, reply: Reply | None, text: str) -> None:
        """Say something. Never raises: whatever ails Discord must not undo what is said."""
        if reply is not None and self._answers is not None:
            await self._say(reply, self._answers.deliver_notice(reply, text), text)

    @asynccontextmanager
    async def failures(self, reply: Reply | None) -> AsyncIterator[None]:
        """Tell why what is done within came to nothing: its step is used up, and /bind's answer still offers it."""
        try:
            yield
        except SignInOver:  # somebody else's doing, or done before: nothing has come to nothing here
            raise
        except ChimeraError as error:
            await self.tell_failure(reply, error)
            raise

    async def tell_failure(self, reply: Reply | None, error: ChimeraError) -> None:
        """Tell why a link came to nothing, and how to start again. Never raises."""
        if reply is None or self._answers is None:
            return
        error_id = one_time_hash(reply.token.get_secret_value())[:8]
        if concerns_operator(error):
            error_id = noted(_log, "link", error, error_id=error_id, user=user_hash(reply.user_id))
        told = self._answers.error_message(error, error_id=error_id)
        advice = told.advice if _AGAIN in told.text else f"{told.advice} Start again with {_AGAIN}.".strip()
        told = told._replace(happened=f"Not linked: {told.happened}", advice=advice)
        await self._say(reply, self._answers.deliver_told(reply, told), unmarked(told.text))

    async def _say(self, reply: Reply, delivery: Awaitable[None], text: str) -> None:
        """Await the delivery, or send the plain `text` where that comes too late."""
        try:
            async with asyncio.timeout(self._within):
                try:
                    await delivery
                except ReplyExpired:
                    await self._send(reply, text)
        except Exception as error:  # noqa: BLE001
            _log.warning("binding_notice_failed", user=user_hash(reply.user_id), error=type(error).__name__)

    async def _send(self, reply: Reply, text: str) -> None:
        if self._messages is None:
            raise ReplyExpired
        key = one_time_hash(f"{reply.token.get_secret_value()}.{text}")
        await self._messages.tell(reply.user_id, text, key=key)
