"""The one error tree.

    ChimeraError
    |-- NotFound                 what was asked for does not exist
    |   |-- AccountNotFound      no Riot account with that Riot ID or PUUID
    |   |-- MatchNotFound        Riot has no such match
    |   |-- TimelineNotFound     Riot has the match but not its timeline
    |   |-- NoMatches            the account has no match to speak of
    |   |-- BindingNotFound      the Discord user has no linked account
    |   |   `-- AccountNotLinked they have some, but not that one
    |   `-- JobNotFound          no such job
    |-- Rejected                 permanent: the same request fails again
    |   |-- InvalidInput         malformed Riot ID, match id, region, argument
    |   |   |-- SignInOnly       an account is to be proven by an icon where only a sign-in does
    |   |   `-- IconOnly         or the other way round
    |   |-- NotAParticipant      the player was not in that match
    |   |-- ConfigurationError   a setting is missing or wrong
    |   |-- RiotKeyRejected      Riot refuses the API key (401, 403)
    |   |-- RiotRequestRejected  Riot refuses the request (400, 405, 415)
    |   |-- SignInRefused        RSO: denied, expired, forged or already used
    |   |   `-- SignInOver       there is no such step (any more): used, expired, or another browser's
    |   |-- AccountTaken         the Riot account is linked to another Discord user
    |   |   `-- LinkRests        by an icon, so short a while ago that another icon does not undo it
    |   |-- TooManyAccounts      a Discord user has as many Riot accounts linked as may be
    |   |-- PlayerForgotten      the player has had their data erased
    |   |-- ReplyExpired         the Discord interaction can no longer be answered
    |   |-- RequestConflict      an idempotency key used for another request
    |   |-- ApiKeyRejected       no API key, or none that is known
    |   |-- ScopeMissing         the API key may not do this
    |   |-- NotYours             somebody else's button
    |   |   `-- JobNotYours      somebody else's job
    |   |-- WebhookRefused       a callback address that must not be called, or that refuses for good
    |   |-- PredecessorFailed    the job that had to succeed first did not
    |   |-- UnknownJobKind       no code knows this kind of job (any more)
    |   |-- CommandOutdated      a Discord client shows a command as it was
    |   |-- ControlOutdated      a button, select or form of an older version
    |   `-- JobDied              the job killed its process too often
    |-- Transient                the same request may succeed later (`retry_after` in seconds)
    |   |-- ProofPending         the profile icon that proves an account is not to be seen yet
    |   |-- RateLimited          the budget or Riot says: not now
    |   |-- TooOften             somebody asks more often than anybody needs to
    |   |-- TooManyClaims        several others try to prove the same account
    |   |-- Restarting           the bot takes no more commands
    |   `-- Unavailable          a server is down, slow or answers nonsense
    |       |-- RiotUnavailable  Riot's
    |       |   `-- CircuitOpen  a service of Riot's keeps failing: nobody asks it for a while
    |       |-- StorageUnavailable  Postgres or Redis
    |       `-- TookTooLong      the work ran into its time limit
    `-- BrokenInvariant          what must hold does not: a defect, ours or a document's
        |-- MalformedDocument    a match or timeline that cannot be read
        `-- LeaseLost            somebody else has taken the job over

Each class is mapped once per entry point: tasks (retry or fail), API (status), bot (friendly text).
Messages are for people: they say what happened, and no token, key or password ever enters one. What to do about it
is said once per class, by the entry point's own table. `mended_by` says whose turn it is.
"""

from enum import Enum
from typing import ClassVar


class MendedBy(Enum):
    """Who can do something about an error."""

    ASKER = "asker"
    """Whoever asked, by asking otherwise."""
    TIME = "time"
    """Nobody: the same request succeeds later."""
    OPERATOR = "operator"
    """Whoever runs Chimera or writes it: the log has it under an id, and that id is told."""


class ChimeraError(Exception):
    """Something Chimera can put into words; the docstring's first line is the default message."""

    mended_by: ClassVar[MendedBy] = MendedBy.OPERATOR

    error_id: str | None = None
    """Under which the log has it, once it is there (see `core.services.error_log`)."""

    def __init__(self, message: str | None = None) -> None:
        """Use `message`, or the first line of the class's docstring."""
        super().__init__(message or (type(self).__doc__ or "").partition("\n")[0])


class NotFound(ChimeraError):
    """It does not exist."""

    mended_by = MendedBy.ASKER


class AccountNotFound(NotFound):
    """No Riot account has that Riot ID."""


class MatchNotFound(NotFound):
    """Riot has no such match."""


class TimelineNotFound(NotFound):
    """Riot has no timeline for this match."""


class NoMatches(NotFound):
    """This account has no matches yet."""


class BindingNotFound(NotFound):
    """No Riot account is linked yet."""


class AccountNotLinked(BindingNotFound):
    """That Riot account is not linked to you."""


class JobNotFound(NotFound):
    """There is no such job."""


class Rejected(ChimeraError):
    """It cannot be done, now or later."""

    mended_by = MendedBy.ASKER


class InvalidInput(Rejected):
    """The input is malformed."""


class SignInOnly(InvalidInput):
    """Here an account is linked by signing in at Riot, not by its Riot ID."""


class IconOnly(InvalidInput):
    """Here an account is linked by its Riot ID and a profile icon."""


class NotAParticipant(Rejected):
    """The linked player did not play in that match."""


class ConfigurationError(Rejected):
    """A setting is missing or wrong."""

    mended_by = MendedBy.OPERATOR


class RiotKeyRejected(Rejected):
    """Riot refuses the API key: it is wrong, expired or not allowed to do this."""

    mended_by = MendedBy.OPERATOR


class RiotRequestRejected(Rejected):
    """Riot refuses the request as malformed."""

    mended_by = MendedBy.OPERATOR


class SignInRefused(Rejected):
    """The Riot sign-in was refused or has expired."""


class SignInOver(SignInRefused):
    """This sign-in was used already or has expired."""


class AccountTaken(Rejected):
    """That Riot account is already linked to another Discord user."""


class LinkRests(AccountTaken):
    """That Riot account was linked to another Discord user within the last day."""


class TooManyAccounts(Rejected):
    """Ten Riot accounts are linked to you already."""


class PlayerForgotten(Rejected):
    """This player has asked Chimera to forget them, so nothing is fetched or shown of them."""


class ReplyExpired(Rejected):
    """The Discord interaction can no longer be answered."""


class RequestConflict(Rejected):
    """This Idempotency-Key was used for a different request."""


class ApiKeyRejected(Rejected):
    """An API key is needed: send it as `Authorization: Bearer chm_...`."""


class ScopeMissing(Rejected):
    """This API key is not allowed to do that."""


class NotYours(Rejected):
    """Only who started this can do that."""


class JobNotYours(NotYours):
    """Only who started this can stop it."""


class WebhookRefused(Rejected):
    """The callback address cannot be used."""


class PredecessorFailed(Rejected):
    """The job that had to succeed first did not."""


class UnknownJobKind(Rejected):
    """This kind of job does not exist (any more)."""


class JobDied(Rejected):
    """The job ended its worker process several times and was stopped."""

    mended_by = MendedBy.OPERATOR


class CommandOutdated(Rejected):
    """This command has changed since your Discord loaded it."""


class ControlOutdated(Rejected):
    """This button belongs to an older version of Chimera."""


class Transient(ChimeraError):
    """It may work later."""

    mended_by = MendedBy.TIME

    def __init__(self, message: str | None = None, *, retry_after: float | None = None) -> None:
        """`retry_after`: seconds until a retry makes sense; None when nobody said."""
        super().__init__(message)
        self.retry_after = retry_after


class ProofPending(Transient):
    """Riot does not show that profile icon yet. It can take a minute after you save it; then try again."""


class RateLimited(Transient):
    """The Riot API budget is used up for the moment."""


class TooManyClaims(Transient):
    """Several others are trying to link that account at the moment, so no further icon can be named for it."""


class TooOften(Transient):
    """That was asked too often in a short time."""


class Restarting(Transient):
    """Chimera is restarting."""


class Unavailable(Transient):
    """A server Chimera depends on does not answer properly."""


class RiotUnavailable(Unavailable):
    """Riot does not answer properly."""


class CircuitOpen(RiotUnavailable):
    """This part of Riot's API keeps failing; it is asked again in a moment."""


class StorageUnavailable(Unavailable):
    """Chimera's own database or queue does not answer properly."""

    mended_by = MendedBy.OPERATOR


class TookTooLong(Unavailable):
    """It took too long and was given up."""

    mended_by = MendedBy.OPERATOR


class BrokenInvariant(ChimeraError):
    """Something that must hold does not."""


class MalformedDocument(BrokenInvariant):
    """A match or timeline document cannot be read."""


class LeaseLost(BrokenInvariant):
    """Another worker has taken this job over."""


def error_named(kind: str | None, text: str | None) -> ChimeraError:
    """The error that a class name and a message describe; ChimeraError for names that are none of ours."""
    found = globals().get(kind or "")
    if isinstance(found, type) and issubclass(found, ChimeraError):
        return found(text)
    return ChimeraError(text)


def concerns_operator(error: BaseException) -> bool:
    """True if whoever runs Chimera has to know of it: it goes into the log under the id that the asker is told."""
    return not isinstance(error, ChimeraError) or error.mended_by is MendedBy.OPERATOR
