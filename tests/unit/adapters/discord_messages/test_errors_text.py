from collections.abc import Iterator

import pytest

from src.adapters.discord_messages.errors_text import friendly
from src.core import errors
from src.core.errors import (
    AccountTaken,
    ChimeraError,
    LeaseLost,
    LinkRests,
    MalformedDocument,
    MatchNotFound,
    NoMatches,
    NotYours,
    ProofPending,
    RateLimited,
    RiotKeyRejected,
    TooManyAccounts,
    TooManyClaims,
    TooOften,
    Unavailable,
)


def _tree(root: type[ChimeraError]) -> Iterator[type[ChimeraError]]:
    for kind in root.__subclasses__():
        if kind.__module__ == errors.__name__:
            yield kind
            yield from _tree(kind)


EVERY_ERROR = sorted(_tree(ChimeraError), key=lambda kind: kind.__name__)
every_error = pytest.mark.parametrize("kind", EVERY_ERROR, ids=lambda kind: kind.__name__)


@every_error
def test_every_error_has_plain_words(kind: type[ChimeraError]) -> None:
    text = friendly(kind(), "e1")
    assert text.endswith((".", "`.", "!"))
    assert kind.__name__ not in text
    assert "Traceback" not in text
    assert len(text) <= 500


def test_the_errors_own_words_are_told_escaped() -> None:
    text = friendly(MatchNotFound("Riot knows no match NA1_1 of *Foo*."), "e1")
    assert text.startswith(r"Riot knows no match NA1\_1 of \*Foo\*.")
    assert "minutes" in text


def test_an_unknown_error_tells_its_id_and_nothing_of_itself() -> None:
    text = friendly(KeyError("secret-token"), "abc123")
    assert text == "Something went wrong on our side. If it happens again, tell whoever runs this bot: error `abc123`."


def test_the_bare_error_is_ours() -> None:
    assert "`abc123`" in friendly(ChimeraError("whatever"), "abc123")


@pytest.mark.parametrize(
    ("error", "when"),
    [
        (RateLimited(retry_after=40.2), "Try again in 40 seconds."),
        (RateLimited(retry_after=0.2), "Try again in 1 second."),
        (RateLimited(retry_after=600), "Try again in 10 minutes."),
        (Unavailable(retry_after=121), "Try again in 3 minutes."),
        (Unavailable(retry_after=float("inf")), "Try again in a minute."),
        (Unavailable(), "Try again in a minute."),
    ],
)
def test_what_passes_says_when(error: ChimeraError, when: str) -> None:
    assert friendly(error, "e1").endswith(when)


def test_the_id_is_told_where_only_the_operator_can_help() -> None:
    assert "`e1`" in friendly(RiotKeyRejected(), "e1")
    assert "e1" not in friendly(MatchNotFound(), "e1")


@pytest.mark.parametrize(
    ("error", "text"),
    [
        (RiotKeyRejected(), "Riot refuses this Chimera's API key. Whoever runs it has to renew the key. Error `e1`."),
        (MalformedDocument(), "Riot's data for this match cannot be read. Other matches are fine. Error `e1`."),
        (
            LeaseLost(),
            (
                "The work was handed over to another worker. The answer should still come; if not, run the command "
                "again. Error `e1`."
            ),
        ),
    ],
)
def test_what_is_nobodys_fault_here_asks_nobody_to_report_it(error: ChimeraError, text: str) -> None:
    assert friendly(error, "e1") == text


def test_an_account_without_matches_is_asked_for_its_region() -> None:
    text = friendly(NoMatches(), "e1")
    assert text == "Riot lists no matches of this account. Is the region right? /accounts shows it."


@pytest.mark.parametrize(
    ("error", "text"),
    [
        (TooManyAccounts(), "Ten Riot accounts are linked to you already. Remove one with /accounts first."),
        (NotYours("Only who typed /bind can press this."), "Only who typed /bind can press this."),
        (
            TooManyClaims("Others try to prove that account.", retry_after=60),
            "Others try to prove that account. Try again in 60 seconds.",
        ),
        (TooOften(retry_after=12), "That was asked too often in a short time. Try again in 12 seconds."),
        (
            ProofPending(),
            ("Riot does not show that icon yet. It can take a minute after you have saved it. Try again in a minute."),
        ),
        (
            LinkRests(),
            (
                "That Riot account was linked to another Discord user within the last day. Try again tomorrow. Where "
                "/bind offers a sign-in at Riot, that takes it over at once."
            ),
        ),
        (
            AccountTaken(),
            (
                "That Riot account is already linked to another Discord user. If it is yours, prove it with /bind; "
                "an icon cannot take over what a Riot sign-in has linked."
            ),
        ),
    ],
)
def test_who_cannot_link_an_account_learns_what_helps(error: ChimeraError, text: str) -> None:
    assert friendly(error, "e1") == text


def test_an_error_of_a_new_class_is_told_as_its_parent() -> None:
    class Sleepy(Unavailable):
        """Zzz."""

    assert friendly(Sleepy(), "e1") == friendly(Unavailable(), "e1")


def test_a_very_long_message_is_cut() -> None:
    assert len(friendly(MatchNotFound("x" * 5000), "e1")) < 600
