"""Which language a reader gets, and the words in it.

The key of a translation is the English sentence itself, wherever that was written: in a template, in a route, or in
the error of a service that knows nothing of languages.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from importlib.resources import files
from typing import Final

from babel.messages.pofile import read_po

_TRADITIONAL: Final = frozenset({"hant", "tw", "hk", "mo"})


class Language(StrEnum):
    """A language that pages are written in, as `<html lang>` names it."""

    ENGLISH = "en"
    CHINESE = "zh-CN"


@dataclass(frozen=True, slots=True)
class Words:
    """What Chimera can say in one language."""

    language: Language
    sentences: Mapping[str, str] = field(default_factory=dict)

    def say(self, sentence: str) -> str:
        """An English sentence in this language; as it is where nobody has translated it."""
        return self.sentences.get(sentence, sentence)

    def knows(self, sentence: str) -> bool:
        """Whether `say` answers in this language."""
        return self.language is Language.ENGLISH or sentence in self.sentences


def language_for(accept_language: str) -> Language:
    """The language that a browser's `Accept-Language` prefers of ours (RFC 9110, 12.5.4); English if it wants none.

    Whoever reads Traditional Chinese and says nothing of Chinese as such gets the next of their languages.
    """
    for wanted in sorted(_ranges(accept_language), key=lambda entry: -entry[1]):
        if (found := _language_of(wanted[0])) is not None:
            return found
    return Language.ENGLISH


def _ranges(header: str) -> Iterator[tuple[str, float]]:
    """The language ranges that are wanted at all, with their weights."""
    for entry in header.split(","):
        tag, _, parameters = entry.partition(";")
        weight = parameters.strip().removeprefix("q=") if parameters else "1"
        try:
            quality = float(weight)
        except ValueError:
            continue
        if 0 < quality <= 1:
            yield tag.strip().lower(), quality


def _language_of(wanted: str) -> Language | None:
    first, *rest = wanted.split("-")
    if first == "zh" and ("hans" in rest or _TRADITIONAL.isdisjoint(rest)):
        return Language.CHINESE
    return Language.ENGLISH if first in {"en", "*"} else None


def _chinese() -> Mapping[str, str]:
    with (files("src.api") / "locales" / "zh_CN.po").open("rb") as file:
        catalogue = read_po(file, locale="zh_CN", abort_invalid=True)
    return {str(message.id): str(message.string) for message in catalogue if message.id and message.string}


WORDS: Final[Mapping[Language, Words]] = {
    Language.ENGLISH: Words(Language.ENGLISH),
    Language.CHINESE: Words(Language.CHINESE, _chinese()),
}
