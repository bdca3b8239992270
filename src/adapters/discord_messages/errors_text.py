"""What went wrong and what to do, in plain English: the one home of error texts for Discord."""

from math import isfinite
from typing import Final

from src.adapters.discord_messages.numbers import counted
from src.core import errors
from src.core.domain.plain_text import clipped, plain

# An error's own message is written for people and says more than a fixed text (which argument, which match).
_OWN_WORDS: Final = ""

_TEXTS: Final[dict[type[errors.ChimeraError], tuple[str, str]]] = {
    errors.NotFound: (_OWN_WORDS, "Check what you typed and try again."),
    errors.AccountNotFound: (
        _OWN_WORDS, "Check the name, the tag after the # and the region, then try again."),
    errors.MatchNotFound: (
        _OWN_WORDS, "A game shows up some minutes after its end; Riot keeps it for two years."),
    errors.TimelineNotFound: (_OWN_WORDS, "It can take some minutes after a game. Try again later."),
    errors.NoMatches: (
        "Riot lists no matches of this account.", "Is the region right? /accounts shows it."),
    errors.BindingNotFound: (_OWN_WORDS, "Use /bind to link your Riot account; it takes a minute."),
    errors.JobNotFound: (_OWN_WORDS, "It may have been cleaned up. Start it again."),
    errors.Rejected: (_OWN_WORDS, ""),
    errors.InvalidInput: (_OWN_WORDS, ""),
    errors.NotAParticipant: (
        _OWN_WORDS, "Pick the account that played with the `account` option, or leave `match` out for the last game."),
    errors.ConfigurationError: (
        "This Chimera is not set up for that.", "Whoever runs it can find the reason with `chimera doctor`."),
    errors.RiotKeyRejected: (
        "Riot refuses this Chimera's API key.", "Whoever runs it has to renew the key."),
    errors.RiotRequestRejected: (
        "Riot did not understand the request.", "That is a defect on our side; trying again will not help."),
    errors.SignInRefused: (_OWN_WORDS, ""),
    errors.LinkRests: (_OWN_WORDS, "Where /bind offers a sign-in at Riot, that takes it over at once."),
    errors.AccountTaken: (
        _OWN_WORDS, "If it is yours, prove it with /bind; an icon cannot take over what a Riot sign-in has linked."),
    errors.TooManyAccounts: (_OWN_WORDS, ""),
    errors.PlayerForgotten: (_OWN_WORDS, "If that is you: /bind links the account again."),
    errors.ReplyExpired: (
        "This took longer than Discord keeps an answer open.", "Run the command again; what was fetched is kept."),
    errors.RequestConflict: (_OWN_WORDS, ""),
    errors.ApiKeyRejected: (_OWN_WORDS, ""),
    errors.ScopeMissing: (_OWN_WORDS, "Whoever runs this Chimera makes keys that may."),
    errors.NotYours: (_OWN_WORDS, ""),
    errors.WebhookRefused: (_OWN_WORDS, "Give another one."),
    errors.PredecessorFailed: (
        "What had to be done first did not succeed, so this was not started.", "Start both again; /tasks lists them."),
    errors.UnknownJobKind: (
        "This Chimera no longer knows how to do that.", "Start it again with a command of today."),
    errors.JobDied: (
        "This job failed several times and was stopped.", "Trying again later may work."),
    errors.Transient: ("That did not work just now.", ""),
    errors.ProofPending: (
        "Riot does not show that icon yet. It can take a minute after you have saved it.", ""),
    errors.TooManyClaims: (_OWN_WORDS, ""),
    errors.TooOften: (_OWN_WORDS, ""),
    errors.RateLimited: ("Riot allows only so many requests, and they are used up for the moment.", ""),
    errors.Unavailable: ("A server we need does not answer properly.", ""),
    errors.BrokenInvariant: ("Something went wrong on our side.", ""),
    errors.MalformedDocument: (
        "Riot's data for this match cannot be read.", "Other matches are fine."),
    errors.LeaseLost: (
        "The work was handed over to another worker.", "The answer should still come; if not, run the command again."),
}  # fmt: skip

# Whoever runs Chimera is to be told of these, and finds them in the log by their id. The others' texts say what to
# do already, and only name it.
_TO_BE_TOLD: Final = frozenset({errors.BrokenInvariant, errors.JobDied})
_NAMED: Final = frozenset({
    errors.ConfigurationError, errors.RiotKeyRejected, errors.RiotRequestRejected, errors.MalformedDocument,
    errors.LeaseLost,
})  # fmt: skip
_UNKNOWN: Final = "Something went wrong on our side."
_MESSAGE_LENGTH: Final = 300


def friendly(error: BaseException, error_id: str) -> str:
    """What a person reads about an error: what happened, what to do, and the id under which the log has it.

    The id is named where only whoever runs Chimera can do something. An error from outside the tree says nothing
    of itself: its message was not written for people.
    """
    known = next((kind for kind in type(error).__mro__ if kind in _TEXTS), None)
    if known is None:
        return f"{_UNKNOWN} {_told(error_id)}"
    happened, advice = _TEXTS[known]
    parts = [happened or plain(str(error), _MESSAGE_LENGTH), _when(error) or advice]
    if known in _TO_BE_TOLD:
        parts.append(_told(error_id))
    if known in _NAMED:
        parts.append(f"Error `{error_id}`.")
    return clipped(" ".join(filter(None, parts)), 2000)


def _told(error_id: str) -> str:
    return f"If it happens again, tell whoever runs this bot: error `{error_id}`."


def _when(error: BaseException) -> str:
    """When a retry makes sense, for errors that pass."""
    if not isinstance(error, errors.Transient):
        return ""
    if error.retry_after is None or not isfinite(error.retry_after):
        return "Try again in a minute."
    seconds = max(1, round(error.retry_after))
    return f"Try again in {counted(seconds, 'second') if seconds < 120 else counted(-(-seconds // 60), 'minute')}."  # noqa: PLR2004
