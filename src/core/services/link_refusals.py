"""Refusals of links, written down."""

import structlog

from src.core.domain.binding import LinkAudit, LinkEvent
from src.core.domain.reply import user_hash
from src.core.errors import Unavailable
from src.core.ports.user_binding import IUserBindingRepository

_log = structlog.get_logger(__name__)


class LinkRefusals:
    """Writes into the audit log why somebody was refused; where it cannot be reached, the log alone has it."""

    def __init__(self, database: IUserBindingRepository) -> None:
        self._database = database

    async def note(self, discord_id: str, reason: str, puuid: str | None = None) -> None:
        """Write a refusal down. Never raises: whoever is refused must hear of that, and of nothing else."""
        user = user_hash(discord_id)
        _log.info("binding_refused", user=user, reason=reason)
        try:
            await self._database.note(
                LinkAudit(event=LinkEvent.REFUSED, discord_id=discord_id, puuid=puuid, reason=reason)
            )
        except Unavailable as error:
            _log.warning("refusal_not_noted", user=user, reason=reason, error=str(error))
