"""The error tree."""

import pytest

import src.core.errors
from src.core.errors import ChimeraError, MatchNotFound, RateLimited, Transient, Unavailable, error_named

EVERY_ERROR = [
    kind for kind in vars(src.core.errors).values() if isinstance(kind, type) and issubclass(kind, ChimeraError)
]


@pytest.mark.parametrize("kind", EVERY_ERROR)
def test_every_error_has_words_of_its_own(kind: type[ChimeraError]) -> None:
    words = str(kind())
    assert words.endswith(".")
    assert "\n" not in words


@pytest.mark.parametrize("kind", EVERY_ERROR)
def test_every_error_is_drawn_in_the_tree(kind: type[ChimeraError]) -> None:
    assert kind.__name__ in (src.core.errors.__doc__ or "")


@pytest.mark.parametrize("kind", EVERY_ERROR)
def test_an_error_comes_back_by_its_name_with_its_words(kind: type[ChimeraError]) -> None:
    found = error_named(kind.__name__, "What happened.")
    assert type(found) is kind
    assert str(found) == "What happened."


@pytest.mark.parametrize("name", [None, "", "ZeroDivisionError", "error_named", "__doc__", "NotFound "])
def test_a_name_that_is_none_of_ours_is_a_plain_error(name: str | None) -> None:
    found = error_named(name, "What happened.")
    assert type(found) is ChimeraError
    assert str(found) == "What happened."


def test_an_error_without_words_takes_its_docstring() -> None:
    assert str(error_named("MatchNotFound", None)) == str(MatchNotFound()) == "Riot has no such match."
    assert str(MatchNotFound("")) == "Riot has no such match."


def test_transient_errors_may_tell_when_to_come_back() -> None:
    assert Unavailable().retry_after is None
    assert RateLimited("Slow down.", retry_after=12.5).retry_after == 12.5
    assert all(issubclass(kind, Transient) for kind in (Unavailable, RateLimited))
