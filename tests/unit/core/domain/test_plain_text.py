import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from src.core.domain.plain_text import clipped, length, plain, unmarked

UNESCAPED = re.compile(r"(?<!\\)(?:\\\\)*[`*_~|\[\]<@]")


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("Hide on bush", "Hide on bush"),
        ("_Ash*ley_", r"\_Ash\*ley\_"),
        ("@everyone", r"\@everyone"),
        ("<@123456>", r"\<\@123456>"),
        ("||spoiler||", r"\|\|spoiler\|\|"),
        ("[click](http://x.y)", r"\[click\](http\://x.y)"),
        ("https://discord.gg/x", r"https\://discord.gg/x"),
        ("# heading", r"\# heading"),
        ("> quote", r"\> quote"),
        ("- item", r"\- item"),
        ("1. item", r"1\. item"),
        ("`code`", r"\`code\`"),
        ("back\\slash", r"back\\slash"),
        ("line\nbreak\r\tand\x00nul", "line break  and nul"),
        ("zero\u200bwidth\u202ertl\u2066", "zerowidthrtl"),
        ("K'Sante & Bel'Veth #1", "K'Sante & Bel'Veth #1"),
        ("ขผสถจตร 히든싱어", "ขผสถจตร 히든싱어"),
        ("", ""),
    ],
)
def test_a_name_is_shown_as_itself(name: str, shown: str) -> None:
    assert plain(name) == shown


def test_right_to_left_names_cannot_reorder_their_line() -> None:
    assert plain("شيخ") == "\u2068شيخ\u2069"


def test_half_a_surrogate_pair_does_not_break_the_request() -> None:
    assert plain("a\ud83db").encode() == b"a b"


@settings(deadline=None)  # the machine may be busy
@given(st.text(max_size=200))
def test_no_markdown_survives_in_a_name(name: str) -> None:
    shown = plain(name)
    assert not UNESCAPED.search(shown)
    assert "\n" not in shown
    assert "://" not in shown.replace("\\://", "")
    assert length(shown) <= 2 * 40 + 2


@settings(deadline=None)  # the machine may be busy
@given(st.text(max_size=200))
def test_what_people_see_of_a_name_is_written_the_same_again(name: str) -> None:
    assert plain(unmarked(plain(name))) == plain(name)


def test_code_is_seen_without_its_backticks() -> None:
    assert unmarked(rf"{plain('_x`y')}: use `/bind`") == "_x`y: use /bind"


@settings(deadline=None)  # the machine may be busy
@given(st.text(max_size=60), st.integers(1, 50))
def test_clipped_text_fits(text: str, limit: int) -> None:
    cut = clipped(text, limit)
    assert length(cut) <= limit
    assert cut == text or cut.endswith("…")


def test_length_counts_as_discords_clients_do() -> None:
    assert (length("abc"), length("ü"), length("😀"), length("히")) == (3, 1, 2, 1)
