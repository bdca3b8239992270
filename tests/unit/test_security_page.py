"""docs/security.md tells how many attacks were tried: as many as there are."""

import re

from tests.attacks import PAGE, part_of, table, written


def test_the_page_counts_every_attack_there_is() -> None:
    (total,) = re.findall(r"\| \*\*all\*\* \| \*\*(\d+)\*\* \| \*\*\d+\*\* \|", PAGE.read_text("utf-8"))

    assert int(total) == len(list(written())), "`make attacks` renews it"


def test_every_attack_is_about_something_the_page_names() -> None:
    assert "elsewhere" not in {part_of(path) for path, _ in written()}


def test_the_table_adds_up() -> None:
    assert table({"a": 1, "b": 2}, {"a": 10, "b": 20}).endswith("| **all** | **3** | **30** |\n")
