"""docs/facts.md: the definitions of all facts, as the docstrings of the models have them.

`python -m tests.facts_schema` writes it beside the schema; a test keeps it the same as the models.
"""

import ast
import inspect
import re
import sys
from collections.abc import Iterator
from enum import StrEnum
from itertools import chain, pairwise
from types import ModuleType
from typing import Any, Final, get_args

from pydantic import BaseModel

from src.core.domain.facts import model
from src.core.domain.facts.model import MatchFacts
from tests.real_documents import PROJECT

FILE: Final = PROJECT / "docs" / "facts.md"
_HEAD: Final = """\
# Facts, one by one

Made by `.venv/bin/python -m tests.facts_schema` from docstrings: change them there, in
{modules}.
[analysis.md](analysis.md) has the overview, [facts.schema.json](facts.schema.json) is the schema. `None` is `null` in
the JSON.
"""


def page(schema: dict[str, Any]) -> str:
    """The page; the schema of `MatchFacts` tells what each key holds."""
    classes = _classes()
    modules = dict.fromkeys(_link(sys.modules[one.__module__]) for one in classes)
    parts = [_HEAD.format(modules=",\n".join(modules)), _markdown(model.__doc__ or ""), _constants()]
    parts += [_section(one, schema if one is MatchFacts else schema["$defs"][one.__name__]) for one in classes]
    return "\n".join(parts)


def _classes() -> list[type]:
    """Every class of the facts, each after the one that first names it, level by level."""
    found: list[type] = [MatchFacts]
    for one in found:
        fields = one.model_fields.values() if issubclass(one, BaseModel) else ()
        named = chain.from_iterable(_named(field.annotation) for field in fields)
        found.extend(dict.fromkeys(new for new in named if new not in found))
    return found


def _named(annotation: Any) -> Iterator[type]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel | StrEnum):
        yield annotation
    for part in get_args(annotation):
        yield from _named(part)


def _constants() -> str:
    """The documented constants of the module of the facts."""
    body = ast.parse(inspect.getsource(model)).body
    lines = [
        f"- `{node.target.id}` = {getattr(model, node.target.id)}: {inspect.cleandoc(told.value.value)}"
        for node, told in pairwise(body)
        if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name)
        if isinstance(told, ast.Expr) and isinstance(told.value, ast.Constant) and isinstance(told.value.value, str)
    ]
    return "## Constants\n\n" + "\n".join(lines) + "\n"


def _section(one: type, schema: dict[str, Any]) -> str:
    if issubclass(one, StrEnum):
        table = ["| value | |", "|---|---|", *(f"| `{value}` | {why} |" for value, why in _values(one))]
    else:
        table = ["| key | holds |", "|---|---|"]
        table += [f"| `{key}` | {_holds(of)} |" for key, of in schema["properties"].items()]
    return f"## {one.__name__}\n\n{_markdown(one.__doc__ or '')}\n" + "\n".join(table) + "\n"


def _values(one: type[StrEnum]) -> Iterator[tuple[str, str]]:
    """The values, each with the comment behind it, or nothing."""
    source = inspect.getsource(one)
    for value in one:
        (why,) = re.findall(rf'^    {value.name} = "{value}"(?:  # (.*))?$', source, re.MULTILINE)
        yield value.value, why


def _holds(schema: dict[str, Any]) -> str:
    more = f": {schema['description']}" if "description" in schema else ""
    if "$ref" in schema:
        name = schema["$ref"].rpartition("/")[2]
        return f"[{name}](#{name.lower()})"
    if "anyOf" in schema:
        return " or ".join(map(_holds, schema["anyOf"]))
    if schema["type"] == "array":
        return f"list: {_holds(schema['items'])}"
    if "properties" in schema:  # the minute marks, all alike
        keys, marks = zip(*schema["properties"].items(), strict=True)
        return f"by {', '.join(f'`{key}`' for key in keys)}: {_holds(marks[0])}"
    if schema["type"] == "object":
        return f"by id: {_holds(schema['additionalProperties'])}"
    return (schema["type"] if isinstance(schema["type"], str) else " or ".join(schema["type"])) + more


def _markdown(docstring: str) -> str:
    """A docstring as Markdown: what follows a list does not belong to its last item; modules and classes are links."""
    text = re.sub(r"^((?:- |  ).*)\n(?=[^\s-])", r"\1\n\n", inspect.cleandoc(docstring), flags=re.MULTILINE)
    text = re.sub(r"`(core(?:\.\w+)+)`", lambda found: _source(found[1]), text)
    names = "|".join(one.__name__ for one in _classes())
    return re.sub(f"`({names})`", lambda found: f"[`{found[1]}`](#{found[1].lower()})", text) + "\n"


def _source(dotted: str) -> str:
    """A link to the module that `core.a.b` or `core.a.b.name` is in."""
    for path in (dotted, dotted.rpartition(".")[0]):
        file = f"src/{path.replace('.', '/')}.py"
        if (PROJECT / file).is_file():
            return f"[`{dotted}`](../{file})"
    raise LookupError(dotted)


def _link(module: ModuleType) -> str:
    path = module.__name__.replace(".", "/")
    return f"[{module.__name__.rpartition('.')[2]}.py](../{path}.py)"
