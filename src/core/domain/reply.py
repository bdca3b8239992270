"""Where an answer goes: the Discord interaction that asked."""

from datetime import datetime
from hashlib import blake2b

from pydantic import BaseModel, ConfigDict, SecretStr, field_serializer


class Reply(BaseModel):
    """How a worker reaches the deferred answer of an interaction.

    The token is valid for 15 minutes; afterwards the channel takes a message of the bot's own. `expires_at` is
    UTC. The token is a secret: it is stored, never logged and never part of a task's arguments.
    `shows_answer`: the message shows an answer already: a button under it was pressed, or more of it is on its way. It
    stays until the next answer takes its place: progress and errors are said above it.
    """

    model_config = ConfigDict(frozen=True)

    application_id: str
    token: SecretStr
    expires_at: datetime
    channel_id: str | None
    user_id: str
    locale: str = "en-US"
    ephemeral: bool = False
    shows_answer: bool = False

    @field_serializer("token", when_used="json")
    def _reveal(self, token: SecretStr) -> str:
        """The stored JSON form carries the token itself: it is what the worker answers with."""
        return token.get_secret_value()


def user_hash(identifier: str) -> str:
    """A short stable name for a Discord user or a PUUID in logs (never the id itself)."""
    return blake2b(identifier.encode(), digest_size=6, person=b"chimera-log").hexdigest()
