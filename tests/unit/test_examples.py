"""The examples in docstrings hold."""

import doctest
import importlib
from pathlib import Path

import pytest

from tests.real_documents import PROJECT

WITH_EXAMPLES = sorted(
    path.relative_to(PROJECT) for path in (PROJECT / "src").rglob("*.py") if ">>> " in path.read_text(encoding="utf-8")
)


@pytest.mark.parametrize("path", WITH_EXAMPLES, ids=str)
def test_the_examples_of_a_module_hold(path: Path) -> None:
    """Each `>>>` answers what stands below it."""
    module = importlib.import_module(".".join(path.with_suffix("").parts))
    result = doctest.testmod(module)
    assert result.attempted > 0
    assert result.failed == 0
