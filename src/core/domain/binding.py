"""Links between Discord users and Riot accounts."""

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from hashlib import sha256
from typing import Final, NamedTuple

from pydantic import BaseModel, ConfigDict, SecretStr, field_serializer

from src.core.domain.answer_key import account_mark, is_account_mark
from src.core.domain.regions import Platform
from src.core.domain.reply import Reply
from src.core.domain.riot_id import RiotId
from src.core.errors import AccountNotLinked, BindingNotFound

MOST_ACCOUNTS: Final = 10
"""So many Riot accounts one Discord user may have linked at a time."""


ICON_REST: Final = 86_400.0
"""Seconds for which an icon does not undo a link that rests on an icon.

Who has just linked an account goes back to their old icon, and that one a claim of somebody else's may ask for.
"""


_LOST_MARK: Final = (
    "These buttons do not find their account among your linked ones: it was unlinked, or Riot has given it another "
    "id. Run the command again for buttons that do."
)


class Proof(StrEnum):
    """How somebody showed that a Riot account is theirs."""

    RSO = "rso"  # signed in at Riot
    ICON = "icon"  # set the profile icon that Chimera named

    def is_as_good_as(self, other: "Proof") -> bool:
        """Whether this proof may undo a link that rests on `other`."""
        return self is Proof.RSO or other is Proof.ICON


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
    proof: Proof = Proof.RSO
    missing_since: datetime | None = None
    """Since when Riot says that there is no such account; None while it says that there is."""


class SavedBinding(NamedTuple):
    """A link that was saved, whose it was before, if it has changed hands, and whether it is new to its user."""

    binding: Binding
    former: Binding | None = None
    is_new: bool = False


def choose_binding(bindings: Sequence[Binding], account: str | None) -> Binding:
    """The one of a user's links, the main one first, that `account` names; None: the main one.

    An account is named by its Riot ID or PUUID, or by its mark (`account_mark`), as the controls under an answer do.

    Raises:
        BindingNotFound: nothing is linked; AccountNotLinked: not that account.
    """
    if not bindings:
        raise BindingNotFound
    if account is None or not account.strip():
        return bindings[0]
    wanted = account.strip().casefold()
    for binding in bindings:
        if wanted in {binding.puuid.casefold(), str(binding.riot_id).casefold(), account_mark(binding.puuid)}:
            return binding
    if is_account_mark(wanted):  # it has either left the list, or got another PUUID with another API key
        raise AccountNotLinked(_LOST_MARK)
    raise AccountNotLinked(f"{account.strip()[:40]} is not among your linked accounts.")


class ProvenAccount(BaseModel):
    """A Riot account on a platform, and how its owner proved that it is theirs."""

    model_config = ConfigDict(frozen=True)

    puuid: str
    riot_id: RiotId
    platform: Platform
    proof: Proof = Proof.RSO


class IconTask(BaseModel):
    """A profile icon that the owner of an account, and nobody else, can make it show."""

    model_config = ConfigDict(frozen=True)

    account: ProvenAccount  # as it will be once the icon is seen
    icon: int


class SignInRequest(BaseModel):
    """A proof about to begin: the page to open and the one-time values that tie the answer to it.

    `state` comes back in the callback; `nonce` must be in the id_token; `code_verifier` is the secret half of
    S256. Both secrets stay on the server. With `task`, there is no page: the person has that to do, `auth_url` is
    its picture, and `state` only names the attempt.
    """

    model_config = ConfigDict(frozen=True)

    auth_url: str
    state: SecretStr
    nonce: SecretStr = SecretStr("")
    code_verifier: SecretStr = SecretStr("")
    task: IconTask | None = None


class LinkAttempt(BaseModel):
    """A proof that is under way, kept under a hash of its state until it is used or expires.

    `former_owner` is whose the account was when the person was told that it would change hands (icons only: before
    a sign-in nobody knows which account it will be).
    """

    model_config = ConfigDict(frozen=True)

    discord_id: str
    discord_name: str
    platform: Platform
    nonce: SecretStr = SecretStr("")
    code_verifier: SecretStr = SecretStr("")
    task: IconTask | None = None
    former_owner: str | None = None
    reply: Reply | None = None


class LinkInvitation(BaseModel):
    """What stands behind the one-time address that `/bind` gives: who asked, and for which region."""

    model_config = ConfigDict(frozen=True)

    discord_id: str
    discord_name: str
    platform: Platform
    reply: Reply | None = None


class DiscordSignIn(BaseModel):
    """A sign-in at Discord that is under way in the browser that opened an invitation."""

    model_config = ConfigDict(frozen=True)

    invitation: LinkInvitation
    code_verifier: SecretStr

    @field_serializer("code_verifier", when_used="json")
    def _reveal(self, verifier: SecretStr) -> str:
        """The stored JSON form carries the secret itself: it is what redeems the code."""
        return verifier.get_secret_value()


class PendingLink(BaseModel):
    """A proven account that waits for the person's own confirmation.

    `former_owner` is the Discord user who has the account linked as the person is asked, if that is another one.
    With `by_code` the confirmation is a code typed into Discord.
    """

    model_config = ConfigDict(frozen=True)

    discord_id: str
    discord_name: str
    account: ProvenAccount
    former_owner: str | None = None
    by_code: bool = False
    reply: Reply | None = None


class LinkEvent(StrEnum):
    """What the audit log of links tells of."""

    BOUND = "bound"
    TAKEN_OVER = "taken_over"  # the link's new owner did
    LOST = "lost"  # the link's former owner did
    UNBOUND = "unbound"
    DROPPED = "dropped"  # Riot has no such account any more
    REKEYED = "rekeyed"  # the link follows its account to the PUUID that another API key gives
    REFUSED = "refused"
    ERASED = "erased"


class LinkAudit(BaseModel):
    """A line of the audit log: who (a Discord id), what, about which account, and for a refusal why."""

    model_config = ConfigDict(frozen=True)

    event: LinkEvent
    discord_id: str
    puuid: str | None = None
    reason: str | None = None
    at: datetime | None = None  # None: not written yet


def step_key(state: str, session: str = "") -> str:
    """Under which a step on the way to a link is kept: a hash of its state, and of the session it belongs to.

    Either alone finds nothing of a browser's steps: no check of whose a state is can be forgotten.
    """
    return one_time_hash(f"{session}.{state}" if session else state)


def one_time_hash(value: str) -> str:
    """The form in which a one-time secret (256 random bits) is stored: hex SHA-256."""
    return sha256(value.encode()).hexdigest()
