"""Links between Discord users and Riot accounts."""

from collections.abc import Sequence
from datetime import datetime
from hashlib import sha256

from pydantic import BaseModel, ConfigDict, SecretStr

from src.core.domain.regions import Platform
from src.core.domain.reply import Reply
from src.core.domain.riot_id import RiotId
from src.core.errors import BindingNotFound


class Binding(BaseModel):
    """A Riot account proven to be a Discord user's."""

    model_config = ConfigDict(frozen=True)

    discord_id: str
    puuid: str
    riot_id: RiotId
    platform: Platform
    is_main: bool
    bound_at: datetime
    validated_at: datetime


def choose_binding(bindings: Sequence[Binding], account: str | None) -> Binding:
    """The one of a user's links, the main one first, that `account` names by Riot ID or PUUID; None: the main one.

    Raises:
        BindingNotFound: nothing is linked, or not that account.
    """
    if not bindings:
        raise BindingNotFound
    if account is None or not account.strip():
        return bindings[0]
    wanted = account.strip().casefold()
    for binding in bindings:
        if wanted in {binding.puuid.casefold(), str(binding.riot_id).casefold()}:
            return binding
    raise BindingNotFound(f"{account.strip()[:40]} is not among your linked accounts. /accounts lists them.")


class ProvenAccount(BaseModel):
    """What a completed Riot sign-in proves: this account, on this platform."""

    model_config = ConfigDict(frozen=True)

    puuid: str
    riot_id: RiotId
    platform: Platform


class SignInRequest(BaseModel):
    """A Riot sign-in about to start: the page to open and the one-time values that tie the answer to it.

    `state` comes back in the callback; `nonce` must be in the id_token; `code_verifier` is the secret half of
    S256. Both secrets stay on the server.
    """

    model_config = ConfigDict(frozen=True)

    auth_url: str
    state: SecretStr
    nonce: SecretStr
    code_verifier: SecretStr


class LinkAttempt(BaseModel):
    """A sign-in that is under way, kept under the hash of its state until it is used or expires."""

    model_config = ConfigDict(frozen=True)

    discord_id: str
    discord_name: str
    platform: Platform
    nonce: SecretStr
    code_verifier: SecretStr
    reply: Reply | None = None


class PendingLink(BaseModel):
    """A proven account that waits for the person's own confirmation, kept under the hash of its token."""

    model_config = ConfigDict(frozen=True)

    discord_id: str
    discord_name: str
    account: ProvenAccount
    reply: Reply | None = None


def one_time_hash(value: str) -> str:
    """The form in which a one-time secret (256 random bits) is stored: hex SHA-256."""
    return sha256(value.encode()).hexdigest()
