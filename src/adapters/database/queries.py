"""SQL from the files beside the code."""

import re
from collections.abc import Mapping
from importlib.resources import files
from types import MappingProxyType

_HEADING = re.compile(r"^-- name: (\w+)\n", re.MULTILINE)


def load_queries(file: str) -> Mapping[str, str]:
    """The statements of `sql/<file>` by name; each stands under a line `-- name: <name>`."""
    text = files("src.adapters.database").joinpath("sql", file).read_text("utf-8")
    _, *parts = _HEADING.split(text)
    return MappingProxyType({name: sql.strip() for name, sql in zip(parts[::2], parts[1::2], strict=True)})
