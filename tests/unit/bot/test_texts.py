"""Texts of the bot."""

from datetime import UTC, datetime

import pytest
from pydantic import SecretStr

from src.bot.account_list import account_embed
from src.bot.cogs.accounts import region_text
from src.bot.icon_proof import icon_embed
from src.bot.sign_in import linked_text
from src.core.domain.binding import IconTask, Proof, ProvenAccount
from src.core.domain.regions import Platform
from src.core.domain.riot_id import RiotId
from src.core.errors import BrokenInvariant
from tests.fakes.bot_accounts import FakeIconProof, FakeIconRequest, FakeLinkedAccounts

NOW = datetime(2026, 1, 1, 12, tzinfo=UTC)


def test_names_that_look_like_markdown_stay_names() -> None:
    binding = FakeLinkedAccounts().link("1", "*bold*#EUW")
    assert r"\*bold\*#EUW" in (account_embed([binding]).description or "")
    assert r"\*bold\*#EUW" in linked_text(binding)


HOSTILE = [
    ("<t:1:R>", r"\<t:1:R>"),
    ("@everyone", r"\@everyone"),
    ("https://x.y", r"https\://x.y"),
    ("[a](b)", r"\[a\](b)"),
    ("ab\u202ec\u200b", "abc"),
]


@pytest.mark.parametrize(("name", "shown"), HOSTILE)
def test_no_name_becomes_a_link_a_mention_a_time_or_turns_its_line_around(name: str, shown: str) -> None:
    riot_id = RiotId(game_name=name, tag_line="EUW")
    binding = FakeLinkedAccounts().link("1", "Main#EUW").model_copy(update={"riot_id": riot_id})
    account = ProvenAccount(puuid="p", riot_id=riot_id, platform=Platform.KR, proof=Proof.ICON)
    picture = "https://pictures.test/1.png"
    task = IconTask(account=account, icon=1)
    request = FakeIconRequest(picture, SecretStr("a"), task, takes_over=False)
    texts = [account_embed([binding]).description, linked_text(binding), icon_embed(request, "Region.", NOW).title]

    for text in texts:
        assert f"{shown}#EUW" in (text or "")


def test_a_stated_region_is_not_questioned() -> None:
    assert "wrong" not in region_text(Platform.KR, guessed=False)
    assert "wrong" in region_text(Platform.KR, guessed=True)


def test_the_first_account_is_ready_for_an_analysis_and_another_has_to_be_named() -> None:
    accounts = FakeLinkedAccounts()
    assert "`/analyze`" in linked_text(accounts.link("1", "Main#EUW"))
    assert "`/analyze account:`" in linked_text(accounts.link("1", "Smurf#EUW"))


async def test_an_icon_is_asked_for_until_a_time_that_is_told() -> None:
    icons = FakeIconProof(FakeLinkedAccounts())
    request = await icons.initiate_binding("1", "kr", riot_id="*bold*#KR1", discord_name="mara")
    embed = icon_embed(request, "Region.", NOW)
    assert f"<t:{int(NOW.timestamp()) + 600}:t>" in (embed.description or "")
    assert embed.title == r"Show that \*bold\*#KR1 is yours"


def test_an_icon_of_no_account_is_a_defect() -> None:
    request = FakeIconRequest("https://pictures.test/1.png", SecretStr("a"), None, takes_over=False)
    with pytest.raises(BrokenInvariant):
        icon_embed(request, "Region.", NOW)
