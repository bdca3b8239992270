"""`python -m tests.attacks`: try every attack on linking, and write into docs/security.md how many were refused.

An attack is a test marked `attack`. It fails once the guard that it speaks of is removed.
"""

import ast
import re
import sys
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

import pytest

ROOT: Final = Path(__file__).parent.parent
PAGE: Final = ROOT / "docs" / "security.md"
_TABLE: Final = re.compile(r"(?<=<!-- attacks -->\n).*?(?=<!-- /attacks -->)", re.DOTALL)
_PARTS: Final = {
    "tests/unit/adapters/discord_sign_in": "Discord's sign-in",
    "tests/contract/test_discord_sign_in": "Discord's sign-in",
    "tests/integration/test_discord_oauth": "Discord's sign-in",
    "tests/unit/adapters/rso_adapter": "Riot Sign On",
    "tests/contract/test_rso": "Riot Sign On, and the proof by icon",
    "tests/unit/adapters/test_icon_proof": "the proof by icon",
    "tests/contract/test_user_bindings": "the steps of linking, and what becomes of links",
    "tests/unit/core": "the steps of linking, and what becomes of links",
    "tests/unit/api": "the pages",
    "tests/integration": "everything together, over HTTP or in a browser",
    "tests/acceptance": "everything together, over HTTP or in a browser",
}


def part_of(path: str) -> str:
    """What a test file is about."""
    return next((part for start, part in _PARTS.items() if path.startswith(start)), "elsewhere")


def written() -> Iterator[tuple[str, str]]:
    """Every test that is marked as an attack: its file and its name."""
    for file in sorted((ROOT / "tests").rglob("test_*.py")):
        tree = ast.parse(file.read_text("utf-8"))
        marked = any(isinstance(node, ast.Assign) and "pytestmark" in ast.unparse(node.targets[0]) and
                     "mark.attack" in ast.unparse(node.value) for node in tree.body)  # fmt: skip
        for node in tree.body:
            if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) or not node.name.startswith("test_"):
                continue
            if marked or any("mark.attack" in ast.unparse(decorator) for decorator in node.decorator_list):
                yield file.relative_to(ROOT).as_posix(), node.name


class _Refused:
    """Counts the cases that pass, by part, and those that do not."""

    def __init__(self) -> None:
        self.cases: Counter[str] = Counter()
        self.others: list[str] = []

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Hear of a test."""
        if report.when == "call" and report.passed:
            self.cases[part_of(report.nodeid)] += 1
        elif report.failed or report.skipped:
            self.others.append(f"{report.nodeid}: {report.outcome}")


def table(tests: Mapping[str, int], cases: Mapping[str, int]) -> str:
    """The table of the page."""
    rows = [f"| {part} | {tests[part]} | {cases[part]} |" for part in tests]
    total = f"| **all** | **{sum(tests.values())}** | **{sum(cases.values())}** |"
    return "\n".join(["| attacks on | tests | cases refused |", "|---|---|---|", *rows, total, ""])


def main() -> int:
    """Try them all; 1 if one was not refused or could not be tried."""
    refused = _Refused()
    pytest.main(["-q", "-m", "attack", str(ROOT / "tests")], plugins=[refused])
    if refused.others or not refused.cases:
        sys.stderr.write("\n".join(["Not refused, or not tried:", *refused.others, ""]))
        return 1
    tests = Counter(part_of(path) for path, _ in written())
    page = _TABLE.sub(lambda _: table(tests, refused.cases), PAGE.read_text("utf-8"))
    PAGE.write_text(page, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
