"""What people are told of errors: every class of them, and what they raise."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import src
from src.adapters.discord_messages.error_embed import error_embeds
from src.adapters.discord_messages.errors_text import error_message
from src.core import errors
from src.core.errors import (
    BrokenInvariant,
    ChimeraError,
    InvalidInput,
    MatchNotFound,
    MendedBy,
    NoMatches,
    NotYours,
    RateLimited,
    RiotKeyRejected,
    Transient,
    Unavailable,
)

EVERY_ERROR = sorted(
    (kind for kind in vars(errors).values() if isinstance(kind, type) and issubclass(kind, ChimeraError)),
    key=lambda kind: kind.__name__,
)
every_error = pytest.mark.parametrize("kind", EVERY_ERROR, ids=lambda kind: kind.__name__)
# What a player cannot know: our machinery, our vendors, statuses, and how programs speak.
JARGON = re.compile(
    r"traceback|exception|\bnull\b|(?-i:\bNone\b)|asyncpg|postgres|redis|celery|sql\b|http\b|json\b|payload|invalid|puuid"
    r"|\b[1-5]\d\d\b|\w+Error\b",
    re.IGNORECASE,
)
# The REST API's: nobody in Discord ever reads them.
OF_MACHINES = {"ApiKeyRejected", "ScopeMissing", "RequestConflict", "WebhookRefused"}
OF_OPERATORS = ("sandbox", "bootstrap", "api", "core/domain/webhook_secret.py")
SRC = Path(src.__file__ or "").parent


@every_error
def test_every_error_says_what_happened_in_plain_sentences(kind: type[ChimeraError]) -> None:
    told = error_message(kind(), "0badc0de")
    assert re.fullmatch(r"[A-Z].{10,200}[.!]", told.happened)
    if kind.__name__ not in OF_MACHINES:
        assert not JARGON.search(told.happened.replace("API key", ""))


@every_error
def test_every_error_says_what_to_do_in_a_line_or_two_of_a_phone(kind: type[ChimeraError]) -> None:
    told = error_message(kind(), "0badc0de")
    if kind is not errors.Rejected:  # only its children are ever raised
        assert re.fullmatch(r"[A-Z`].{8,240}[.!`]", told.advice)
    assert not JARGON.search(told.advice.replace("<https://status.riotgames.com>", ""))
    assert len(told.text) <= 400


@every_error
def test_an_id_is_told_of_what_whoever_runs_chimera_can_mend_and_of_nothing_else(kind: type[ChimeraError]) -> None:
    told = error_message(kind(), "0badc0de")
    assert told.footer == ("Error 0badc0de" if kind.mended_by is MendedBy.OPERATOR else "")
    assert ("0badc0de" in told.text) == (kind.mended_by is MendedBy.OPERATOR)


@every_error
def test_the_asker_mends_what_does_not_pass_and_is_not_ours(kind: type[ChimeraError]) -> None:
    if issubclass(kind, errors.NotFound):
        assert kind.mended_by is MendedBy.ASKER
    if issubclass(kind, BrokenInvariant):
        assert kind.mended_by is MendedBy.OPERATOR
    assert (kind.mended_by is MendedBy.TIME) <= issubclass(kind, Transient)


def test_the_bar_says_whose_turn_it_is() -> None:
    colours = {kind.mended_by: error_message(kind(), "e1").colour for kind in EVERY_ERROR}
    assert len(set(colours.values())) == len(MendedBy)
    for kind in EVERY_ERROR:
        assert error_message(kind(), "e1").colour == colours[kind.mended_by]


def test_the_embed_has_what_the_text_has_not() -> None:
    told = error_message(RiotKeyRejected(), "e1")
    (embed,) = error_embeds(told)
    assert (embed["description"], embed["footer"], embed["color"]) == (told.advice, {"text": "Error e1"}, told.colour)
    assert told.happened not in str(embed)
    assert error_embeds(told._replace(advice="", footer="")) == ()


def test_the_errors_own_words_are_told_escaped() -> None:
    told = error_message(MatchNotFound("Riot knows no match NA1_1 of *Foo*."), "e1")
    assert told.happened == r"Riot knows no match NA1\_1 of \*Foo\*."
    assert "minutes" in told.advice


def test_an_unknown_error_tells_its_id_and_nothing_of_itself() -> None:
    for error in (KeyError("secret-token"), ChimeraError("whatever")):
        assert error_message(error, "abc123").text == (
            "Something went wrong on our side. If it happens again, tell whoever runs this bot the error id. "
            "Error abc123."
        )


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
    assert error_message(error, "e1").advice == when


@pytest.mark.parametrize(
    ("error", "text"),
    [
        (
            RiotKeyRejected(),
            "Riot refuses this Chimera's API key. Tell whoever runs this bot: the key has to be renewed. Error e1.",
        ),
        (
            NoMatches(),
            (
                "Riot lists no matches of this account. Is the region right? `/accounts` shows it, `/bind` links "
                "another account."
            ),
        ),
        (
            NotYours("Only who typed /bind can press this."),
            "Only who typed /bind can press this. Run the command yourself to have your own.",
        ),
        (
            InvalidInput("A Riot ID needs a tag line."),
            "A Riot ID needs a tag line. Put that right, then run the command again.",
        ),
    ],
)
def test_what_an_error_looks_like_in_one_line(error: ChimeraError, text: str) -> None:
    assert error_message(error, "e1").text == text


def test_an_error_of_a_new_class_is_told_as_its_parent() -> None:
    class Sleepy(Unavailable):
        """Zzz."""

    assert error_message(Sleepy(), "e1") == error_message(Unavailable(), "e1")


def test_a_very_long_message_is_cut() -> None:
    assert len(error_message(MatchNotFound("x" * 5000), "e1").happened) <= 300


def raised_texts() -> Iterator[tuple[str, str]]:
    """Where an error is given words of its own, and the words: `{}` stands for what is filled in."""
    own = {kind.__name__ for kind in EVERY_ERROR if error_message(kind("Own."), "e1").happened == "Own."} - OF_MACHINES
    for path in sorted(SRC.rglob("*.py")):
        if any(path.is_relative_to(SRC / other) for other in OF_OPERATORS):
            continue
        tree = ast.parse(path.read_text())
        constants = dict(_constants(tree))
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in own:
                text = "".join(part for argument in node.args[:1] for part in _written(argument, constants))
                yield f"{path.relative_to(SRC)}:{node.lineno}", text


def _constants(tree: ast.Module) -> Iterator[tuple[str, ast.expr]]:
    for statement in tree.body:
        if isinstance(statement, ast.AnnAssign) and isinstance(statement.target, ast.Name) and statement.value:
            yield statement.target.id, statement.value


def _written(node: ast.expr, constants: dict[str, ast.expr]) -> Iterator[str]:
    if isinstance(node, ast.Name) and node.id in constants:
        yield from _written(constants[node.id], {})
    elif isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    elif isinstance(node, ast.JoinedStr):
        for part in node.values:
            yield str(part.value) if isinstance(part, ast.Constant) else "{}"


def test_what_is_raised_is_a_plain_sentence() -> None:
    texts = {where: text for where, text in raised_texts() if text}
    assert len(texts) > 30
    assert {where: text for where, text in texts.items() if not re.fullmatch(r"[\w{].{8,}([.!]|\{\})", text)} == {}
    jargon = {
        where: text for where, text in texts.items() if where.startswith(("bot/", "core/")) and JARGON.search(text)
    }
    assert list(jargon.values()) == ["A PUUID is needed."]  # of a task that only programs start
