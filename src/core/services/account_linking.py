"""The web side of linking: proven at Riot, parked, and saved only when the person says so."""

import asyncio

import structlog
from pydantic import BaseModel, ConfigDict, SecretStr

from src.core.domain.binding import Binding, PendingLink, one_time_hash
from src.core.domain.reply import Reply, user_hash
from src.core.errors import SignInRefused
from src.core.ports.answers import Answers
from src.core.ports.secrets import SecretSource
from src.core.ports.user_binding import IUserBindingRepository
from src.core.services.user_binding import UserBindingService

_log = structlog.get_logger(__name__)

_CONFIRM_WITHIN = 600  # seconds
_NOTICE_WITHIN = 5.0  # seconds that a browser waits for Discord at most


class LinkToConfirm(BaseModel):
    """A proven link and the one-time token with which its person confirms or refuses it."""

    model_config = ConfigDict(frozen=True)

    token: SecretStr
    link: PendingLink


class AccountLinking:
    """Receives Riot's callback, asks the person, saves, and tells Discord.

    Without `answers` nobody is told in Discord.
    """

    def __init__(
        self,
        *,
        binding: UserBindingService,
        database: IUserBindingRepository,
        secrets: SecretSource,
        answers: Answers | None = None,
    ) -> None:
        self._binding = binding
        self._database = database
        self._secrets = secrets
        self._answers = answers

    async def receive_callback(self, code: str, state: str, issuer: str | None = None) -> LinkToConfirm:
        """Prove the account of a callback and park the link for 10 minutes under a fresh token.

        Raises:
            SignInRefused: see `UserBindingService.prove`.
            Unavailable: Riot or the database does not answer.
        """
        link = await self._binding.prove(code, state, issuer)
        token = self._secrets.token()
        await self._database.open_pending(one_time_hash(token), link, ttl=_CONFIRM_WITHIN)
        return LinkToConfirm(token=SecretStr(token), link=link)

    async def sign_in_failed(self, state: str) -> None:
        """Give a sign-in up that its person or Riot refused. An unknown state is nobody's and ignored."""
        try:
            attempt = await self._binding.abandon(state)
        except SignInRefused:
            return
        await self._tell(attempt.reply, "Not linked: the sign-in at Riot was not completed.")

    async def pending(self, token: str) -> PendingLink:
        """The link that waits under this token. Looking does not use it up.

        Raises:
            SignInRefused: none does any more.
        """
        return _present(await self._database.peek_pending(one_time_hash(token)))

    async def confirm(self, token: str) -> Binding:
        """Save the link and tell Discord; a notice that fails is logged and fails nothing.

        Raises:
            SignInRefused: the token is unknown, used or expired.
            AccountTaken: the account belongs to another Discord user.
            Unavailable: the database does not answer.
        """
        link = _present(await self._database.take_pending(one_time_hash(token)))
        binding = await self._binding.save(link)
        await self._tell(link.reply, f"Linked: {binding.riot_id} ({binding.platform.upper()}). Try /analyze.")
        return binding

    async def refuse(self, token: str) -> None:
        """Throw the link away.

        Raises:
            SignInRefused: the token is unknown, used or expired.
        """
        link = _present(await self._database.take_pending(one_time_hash(token)))
        _log.info("binding_refused", user=user_hash(link.discord_id))
        await self._tell(link.reply, "Not linked: the confirmation was refused.")

    async def _tell(self, reply: Reply | None, text: str) -> None:
        if self._answers is None or reply is None:
            return
        try:
            async with asyncio.timeout(_NOTICE_WITHIN):
                await self._answers.deliver_notice(reply, text)
        except Exception as error:  # noqa: BLE001  (the link is saved; whatever ails Discord must not undo that)
            _log.warning("binding_notice_failed", user=user_hash(reply.user_id), error=type(error).__name__)


def _present(link: PendingLink | None) -> PendingLink:
    if link is None:
        raise SignInRefused(
            "Nothing waits for your confirmation here: it was given already, or 10 minutes have passed. "
            "/accounts in Discord shows what is linked; /bind starts again."
        )
    return link
