"""What /privacy says of what is kept, and of what was deleted."""

from dataclasses import replace
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from src.bot.privacy_notice import erased_text, is_nothing, kept_text
from src.core.domain.personal_data import Erased, KeptData
from src.core.services.allowances import ANALYSES, FETCHES, PROFILES
from src.core.services.privacy import NOTICE
from src.core.services.profile_refresh import LATEST

NOTHING = KeptData((), matches=0, years=0, jobs=0, audit_lines=0)


def test_nothing_is_nothing() -> None:
    assert is_nothing(NOTHING)
    assert kept_text(NOTHING) == "Nothing."


@pytest.mark.parametrize("part", ["matches", "years", "jobs", "audit_lines", "links_under_way"])
def test_whatever_is_kept_can_be_deleted(part: str) -> None:
    some: dict[str, Any] = {part: 3}
    kept = replace(NOTHING, **some)
    assert not is_nothing(kept)
    assert "- 3 " in kept_text(kept)


def test_whoever_links_an_account_can_know_what_it_fetches() -> None:
    page = Path("docs/security.md").read_text("utf-8")
    assert f"linking an account fetches the latest {LATEST}," in NOTICE["what is kept"]
    assert f"Linking an account fetches its latest {LATEST} matches" in page
    assert (ANALYSES.per_minute, PROFILES.per_minute, FETCHES.per_minute) == (10, 10, 6), "the page says so"
    assert "ten analyses, ten profiles and six fetches" in page.replace("\n", " ")


def test_links_that_were_begun_are_told() -> None:
    assert kept_text(replace(NOTHING, links_under_way=1)).endswith("- 1 step of links that you have begun")


def test_a_name_is_a_name_whatever_is_in_it() -> None:
    """No link, mention or line of its own comes of it, and it cannot reorder what stands around it."""
    name = "<@1>[x](https://x.test)\n> \u202eq#EUW"
    (line, *_) = kept_text(replace(NOTHING, accounts=(name,))).splitlines()
    assert line == r"- 1 Riot account: **\<\@1>\[x\](https\://x.test) > q#EUW**"


def test_who_had_neither_accounts_nor_tasks_hears_what_became_of_the_rest() -> None:
    told = erased_text(Erased(UUID(int=1), accounts=0))
    assert "neither accounts nor tasks" in told
    assert "log of links" in told
    assert "Links that you had begun are ended" in told
