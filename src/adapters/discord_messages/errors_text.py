"""What went wrong and what to do, in plain English: the one home of error texts for Discord."""

from math import isfinite
from typing import Final, NamedTuple

from src.adapters.discord_messages.numbers import counted
from src.core import errors
from src.core.domain.plain_text import clipped, plain
from src.core.errors import ChimeraError, MendedBy
from src.core.ports.answers import ErrorMessage


class _Text(NamedTuple):
    """`advice` is what to do. Without `happened` the error's own message says it: which argument, which match."""

    advice: str
    happened: str = ""


_TELL: Final = "If it happens again, tell whoever runs this bot the error id."

_TEXTS: Final[dict[type[ChimeraError], _Text]] = {
    ChimeraError: _Text(_TELL, "Something went wrong on our side."),
    errors.NotFound: _Text("Check what you typed, then try again."),
    errors.AccountNotFound: _Text("Check the name, the tag after the # and the region, then try again."),
    errors.MatchNotFound: _Text(
        "A game shows up some minutes after its end, and Riot keeps it for two years. "
        "`/analyze` without `match` takes your last one."),
    errors.TimelineNotFound: _Text("It can take some minutes after a game. Try again later."),
    errors.NoMatches: _Text(
        "Is the region right? `/accounts` shows it, `/bind` links another account.",
        "Riot lists no matches of this account."),
    errors.BindingNotFound: _Text("Use `/bind` to link yours; it takes a minute."),
    errors.AccountNotLinked: _Text("`/accounts` lists those that are, `/bind` links another one."),
    errors.JobNotFound: _Text("It may have been cleaned up. `/tasks` shows what there is."),
    errors.Rejected: _Text(""),
    errors.InvalidInput: _Text("Put that right, then run the command again."),
    errors.SignInOnly: _Text("Type `/bind` without `riot_id`."),
    errors.IconOnly: _Text("Say which account is yours: `/bind riot_id:Name#TAG`"),
    errors.NotAParticipant: _Text(
        "Pick the account that played with the `account` option, or leave `match` out for your last game."),
    errors.ConfigurationError: _Text(
        "Tell whoever runs this bot: `chimera doctor` says what to fix.", "This Chimera is not set up for that."),
    errors.RiotKeyRejected: _Text(
        "Tell whoever runs this bot: the key has to be renewed.", "Riot refuses this Chimera's API key."),
    errors.RiotRequestRejected: _Text(
        "That is a defect on our side, and trying again will not help. "
        "Tell whoever runs this bot the error id.",
        "Riot did not understand what we asked."),
    errors.SignInRefused: _Text("Use `/bind` to start again."),
    errors.AccountTaken: _Text(
        "If it is yours, prove it with `/bind`; an icon cannot take over what a Riot sign-in has linked."),
    errors.LinkRests: _Text("Try again tomorrow. Where `/bind` offers a sign-in at Riot, that takes it over at once."),
    errors.TooManyAccounts: _Text("Remove one with `/accounts` first."),
    errors.PlayerForgotten: _Text("If that is you, `/bind` links the account again."),
    errors.ReplyExpired: _Text(
        "Run the command again; what was fetched is kept.", "This took longer than Discord keeps an answer open."),
    errors.RequestConflict: _Text("Use a new one."),
    errors.ApiKeyRejected: _Text("Whoever runs this Chimera makes keys."),
    errors.ScopeMissing: _Text("Whoever runs this Chimera makes keys that may."),
    errors.NotYours: _Text("Run the command yourself to have your own."),
    errors.JobNotYours: _Text("Your own are in `/tasks`."),
    errors.WebhookRefused: _Text("Give another one."),
    errors.PredecessorFailed: _Text(
        "Start both again; `/tasks` lists them.", "What had to be done first did not succeed, so this never started."),
    errors.UnknownJobKind: _Text(
        "Start it again with a command of today.", "This Chimera no longer knows how to do that."),
    errors.JobDied: _Text(f"Try again later. {_TELL}", "This failed several times in a row and was stopped."),
    errors.CommandOutdated: _Text("Restart Discord, then try again."),
    errors.ControlOutdated: _Text("Run the command again: its new answer has buttons that work."),
    errors.Transient: _Text("", "That did not work just now."),
    errors.ProofPending: _Text("", "Riot does not show that icon yet. It can take a minute after you have saved it."),
    errors.RateLimited: _Text("", "Riot allows only so many requests, and they are used up for the moment."),
    errors.TooOften: _Text(""),
    errors.TooManyClaims: _Text(""),
    errors.Restarting: _Text(""),
    errors.Unavailable: _Text("", "A server we need does not answer properly."),
    errors.RiotUnavailable: _Text(
        "If it lasts, <https://status.riotgames.com> shows what Riot knows of it.",
        "Riot's servers do not answer properly."),
    errors.StorageUnavailable: _Text(
        "If it lasts, tell whoever runs this bot the error id.", "Chimera cannot reach its own storage."),
    errors.TookTooLong: _Text(_TELL, "This took too long, so it was given up."),
    errors.BrokenInvariant: _Text(_TELL, "Something went wrong on our side."),
    errors.MalformedDocument: _Text(
        "Other matches are fine. Tell whoever runs this bot the error id.",
        "Riot's data for this match cannot be read."),
    errors.LeaseLost: _Text(
        "The answer should still come; if it does not, run the command again.",
        "The work was handed over to another worker."),
}  # fmt: skip

# Discord's own yellow, grey and red: they are told apart on its light and its dark background.
_COLOURS: Final = {MendedBy.ASKER: 0xF0B232, MendedBy.TIME: 0x80848E, MendedBy.OPERATOR: 0xDA373C}
OWN_LENGTH: Final = 300
"""So much of an error's own message is told."""

_ADVICE_LENGTH: Final = 600


def error_message(
    error: BaseException, error_id: str, *, before_advice: str = "", longest: int = OWN_LENGTH
) -> ErrorMessage:
    """What a person reads about an error: what happened, what to do, and the id under which the log has it.

    The id is told where only whoever runs Chimera can do something. An error from outside the tree says nothing
    of itself: its message was not written for people; of one from within at most `longest` characters are told.
    `before_advice` is said before what to do.
    """
    text = next((_TEXTS[kind] for kind in type(error).__mro__ if kind in _TEXTS), _TEXTS[ChimeraError])
    mended_by = error.mended_by if isinstance(error, ChimeraError) else MendedBy.OPERATOR
    advice = " ".join(filter(None, (before_advice, _when(error), text.advice)))
    return ErrorMessage(
        happened=text.happened or plain(str(error), longest),
        advice=clipped(advice, _ADVICE_LENGTH),
        colour=_COLOURS[mended_by],
        footer=f"Error {error_id}" if mended_by is MendedBy.OPERATOR else "",
    )


def _when(error: BaseException) -> str:
    """When a retry makes sense, for errors that pass."""
    if not isinstance(error, errors.Transient):
        return ""
    if error.retry_after is None or not isfinite(error.retry_after):
        return "Try again in a minute."
    seconds = max(1, round(error.retry_after))
    return f"Try again in {counted(seconds, 'second') if seconds < 120 else counted(-(-seconds // 60), 'minute')}."  # noqa: PLR2004
