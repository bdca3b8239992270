"""Pages speak the reader's language, and every sentence that can stand on one is translated."""

import ast
import re
from collections.abc import Iterator
from itertools import chain
from pathlib import Path

import pytest
from jinja2 import Environment

from src.api import errors as faces
from src.api.language import WORDS, Language, language_for
from src.api.pages import LEGAL_NOTICE
from src.core import errors
from src.core.errors import ChimeraError

SRC = Path(faces.__file__).parents[1]
TEMPLATES = SRC / "api" / "templates"
# Whose errors a person on the way to a link may get to read.
SPEAKERS = [
    *(SRC / "core" / "services" / f"{name}.py" for name in ("account_linking", "user_binding")),
    *sorted((SRC / "adapters" / "rso_adapter").glob("*.py")),
    *sorted((SRC / "adapters" / "discord_sign_in").glob("*.py")),
    *(SRC / "adapters" / "database" / f"{name}.py" for name in ("errors", "pool")),
    *sorted((SRC / "api").glob("*link*.py")),
    *(SRC / "api" / f"{name}.py" for name in ("own_forms", "sign_in_callbacks")),
]
# What they raise on the way; other errors of theirs are for Discord.
ON_PAGES: list[type[ChimeraError]] = [
    errors.AccountTaken,
    errors.ConfigurationError,
    errors.SignInOver,
    errors.SignInRefused,
    errors.StorageUnavailable,
    errors.TooManyAccounts,
    errors.TooOften,
    errors.Unavailable,
]
CHINESE = WORDS[Language.CHINESE]
PLACEHOLDER = re.compile(r"%\(\w+\)s|</?\w+[^>]*>|/(?:bind|unbind|accounts|analyze)\b")


def template_sentences() -> Iterator[str]:
    made = Environment(extensions=["jinja2.ext.i18n"], autoescape=True)
    made.policies["ext.i18n.trimmed"] = True
    for path in sorted(TEMPLATES.glob("*.html")):
        for _, _, sentence in made.extract_translations(made.parse(path.read_text())):  # type: ignore[attr-defined]
            assert isinstance(sentence, str)
            yield sentence


def error_sentences(path: Path) -> Iterator[str]:
    """The texts that `path` gives to errors: written in place, or as a constant of the module."""
    tree, names = ast.parse(path.read_text()), {kind.__name__ for kind in ON_PAGES}
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in names:
            for text in node.args[:1]:
                assert not isinstance(text, ast.JoinedStr), f"{path.name}:{text.lineno} cannot be translated"
                yield from strings(text)
    for statement in tree.body:
        if isinstance(statement, ast.Assign | ast.AnnAssign) and statement.value is not None:
            yield from (text for text in strings(statement.value) if text.endswith("."))


def strings(node: ast.AST) -> Iterator[str]:
    yield from (part.value for part in ast.walk(node) if isinstance(part, ast.Constant) and isinstance(part.value, str))


def face_sentences() -> Iterator[str]:
    for kind in ON_PAGES:
        face = faces.face_of(kind())
        yield from filter(None, (face.title, face.advice, str(kind())))
    yield from chain(*faces._FOR_PEOPLE.values(), (faces._OURS, faces.NOT_OURS, faces._BROKEN, faces._UNFIT))


def every_sentence() -> set[str]:
    spoken = chain.from_iterable(map(error_sentences, SPEAKERS))
    return {*template_sentences(), *spoken, *face_sentences(), LEGAL_NOTICE}


def test_every_sentence_of_a_page_has_a_chinese_one() -> None:
    assert sorted(sentence for sentence in every_sentence() if not CHINESE.knows(sentence)) == []


def test_the_catalogue_holds_nothing_that_is_never_said() -> None:
    assert sorted(set(CHINESE.sentences) - every_sentence()) == []


def test_the_walk_finds_what_services_adapters_and_templates_say() -> None:
    found = every_sentence()

    assert any(sentence.startswith("You are signed in at Discord as somebody other") for sentence in found)
    assert any(sentence.startswith("This Riot account has no Riot ID yet") for sentence in found)
    assert "Link these two accounts?" in found
    assert len(found) > 100


@pytest.mark.parametrize("sentence", sorted(CHINESE.sentences))
def test_a_translation_keeps_markup_names_and_commands(sentence: str) -> None:
    said = CHINESE.sentences[sentence]

    assert sorted(PLACEHOLDER.findall(said)) == sorted(PLACEHOLDER.findall(sentence))
    assert re.search(r"[\u4e00-\u9fff]", said)


@pytest.mark.parametrize(
    ("header", "language"),
    [
        ("", Language.ENGLISH),
        ("zh-CN,zh;q=0.9,en;q=0.8", Language.CHINESE),
        ("zh", Language.CHINESE),
        ("ZH-hans-sg", Language.CHINESE),
        ("zh-Hans-TW", Language.CHINESE),
        ("en-US,en;q=0.9,zh-CN;q=0.8", Language.ENGLISH),
        ("en;q=0.5, zh-CN", Language.CHINESE),
        ("de-DE,de;q=0.9", Language.ENGLISH),
        ("de,zh-CN;q=0.3", Language.CHINESE),
        ("ko, *;q=0.1", Language.ENGLISH),
        ("zh-TW,en;q=0.5", Language.ENGLISH),
        ("zh-TW,zh;q=0.9,en;q=0.5", Language.CHINESE),
        ("zh-CN;q=0, en", Language.ENGLISH),
        ("zh-CN;q=nan, zh-CN;q=inf, zh-CN;q=-1, zh-CN;q=x;;,", Language.ENGLISH),
        ("zhuang, e", Language.ENGLISH),
    ],
)
def test_a_reader_gets_the_best_of_our_languages(header: str, language: Language) -> None:
    assert language_for(header) is language


def test_what_nobody_has_translated_is_said_in_english() -> None:
    assert CHINESE.say("Riot rests.") == "Riot rests."
    assert not CHINESE.knows("Riot rests.")
