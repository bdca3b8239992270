"""The embed of a profile, and the buttons under it."""

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from src.adapters.discord_messages.embed_limits import total
from src.adapters.discord_messages.profile_buttons import profile_buttons
from src.adapters.discord_messages.profile_embed import profile_embed
from src.core.domain.answer_key import account_mark
from src.core.domain.match import GameKind, Outcome
from src.core.domain.profile import Fetched, Profile, Trouble, read_played
from src.core.domain.riot_id import RiotId
from tests.fakes.matches import a_match_summary
from tests.fakes.profiles import GOLD, SILVER, a_profile

NOW = a_match_summary(0).started_at + timedelta(days=1)
MARK = account_mark("puuid-1")


def text(profile: Profile, **how: Any) -> str:
    """All of an embed's text, with plain spaces."""
    embed = profile_embed(profile, NOW, **how)
    fields = [f"{field['name']}\n{field['value']}" for field in embed["fields"]]
    return "\n".join([embed["title"], embed["description"], *fields, embed["footer"]["text"]]).replace("\u00a0", " ")


def test_a_profile_says_who_it_is_and_what_riot_states() -> None:
    shown = text(a_profile(a_match_summary(0), entries=(SILVER, GOLD)))
    assert shown.startswith("Hide on bush#KR1\nKR · level 312\n**Gold II** 54 LP Solo · 62W 48L, 56 %\n")
    assert "\n**Silver I** 9 LP Flex · 11W 14L, 44 %\n" in shown
    assert shown.endswith("Not endorsed by Riot Games")


def test_a_tier_without_divisions_has_none() -> None:
    best = GOLD.model_copy(update={"tier": "CHALLENGER", "division": "I", "league_points": 1_254})
    assert "**Challenger** 1,254 LP" in text(a_profile(entries=(best,)))


def test_whoever_has_no_rank_is_unranked_and_whoever_riot_did_not_tell_of_is_not() -> None:
    assert "\nUnranked\n" in text(a_profile(a_match_summary(0), entries=()))
    unanswered = text(a_profile(a_match_summary(0), entries=None, level=None))
    assert "\nRiot did not answer just now, so there is no rank here.\n" in unanswered
    assert "Unranked" not in unanswered
    assert "**1 win**, 🟧 0 losses" in unanswered, "all the rest is there"


def test_what_only_the_operator_can_mend_is_said_with_its_id() -> None:
    trouble = Trouble(kind="RiotKeyRejected", text="Riot refuses the API key.", error_id="0badc0de")
    refused = text(a_profile(entries=None, level=None, trouble=trouble))
    assert "\nRiot refuses this Chimera's API key. Tell whoever runs" in refused
    assert "Error 0badc0de." in refused
    assert "did not answer" not in refused


def test_the_form_is_a_strip_of_ten_a_line_newest_first() -> None:
    games = [a_match_summary(n, outcome=Outcome.LOSS if n in {0, 11} else Outcome.WIN) for n in range(12)]
    (form,) = [field for field in profile_embed(a_profile(*games), NOW)["fields"] if field["name"].startswith("Last")]
    assert form["name"] == "Last 12 games, newest first"
    assert form["value"].replace("\u00a0", " ").splitlines() == [
        "🟦 **10 wins**, 🟧 2 losses (83 %)", "🟧" + "🟦" * 9, "🟦🟧", "12.0 / 3.0 / 9.0 · KDA 7.0 · 6.7 CS/min",
    ]  # fmt: skip


def test_only_wins_in_a_row_are_remarked_on() -> None:
    won = [a_match_summary(n) for n in range(3)]
    assert "🔥 3 wins in a row" in text(a_profile(*won))
    lost = [a_match_summary(n, outcome=Outcome.LOSS) for n in range(9)]
    assert "in a row" not in text(a_profile(*lost))


def test_champions_and_roles_are_counted_in_peoples_words() -> None:
    games = [
        a_match_summary(0, champion="MonkeyKing", position="TOP", outcome=Outcome.LOSS),
        *(a_match_summary(number) for number in range(1, 4)),
    ]
    shown = text(a_profile(*games))
    assert "**Ahri** 3 games, 100 % won, KDA 7.0\n**Wukong** 1 game, KDA 7.0" in shown
    assert "**Mid** 75 % of games, 100 % won\n**Top** 25 % of games\n" in shown


def test_nobody_is_told_a_share_of_a_game_or_two() -> None:
    """One lost game is no "0 % won"."""
    once = GOLD.model_copy(update={"wins": 0, "losses": 1})
    shown = text(a_profile(a_match_summary(0, outcome=Outcome.LOSS), entries=(once,)))
    assert "🟦 **0 wins**, 🟧 1 loss\n" in shown
    assert "54 LP Solo · 0W 1L\n" in shown
    assert "0 %" not in shown.replace("100 %", "")


def test_an_arena_player_has_places_and_neither_farm_nor_roles() -> None:
    arena = {"kind": GameKind.ARENA, "queue_id": 1700, "mode": "CHERRY", "position": None}
    shown = text(
        a_profile(*(a_match_summary(number, placement=place, **arena) for number, place in enumerate((2, 4, 5))))
    )
    assert "Arena: place 3.7 on average" in shown
    assert "🟦 **Ahri** 12/3/9 · 2nd · Arena" in shown
    assert "CS/min" not in shown
    assert "Roles" not in shown


def test_a_match_summary_can_be_looked_up_by_its_id() -> None:
    ended = int((a_match_summary(0).started_at + timedelta(minutes=30)).timestamp())
    remade = a_match_summary(1, outcome=Outcome.REMAKE)
    shown = text(a_profile(a_match_summary(0), remade))
    assert f"🟦 **Ahri** 12/3/9 · Ranked Solo/Duo\n<t:{ended}:R> · `EUW1_0`\n⬛ **Ahri**" in shown


def test_it_says_how_fresh_it_is() -> None:
    ended, now = int((a_match_summary(0).started_at + timedelta(minutes=30)).timestamp()), int(NOW.timestamp())
    assert f"From 2 stored matches\nThe newest ended <t:{ended}:R>." in text(
        a_profile(a_match_summary(0), a_match_summary(1))
    )
    cut = a_profile(played=read_played([a_match_summary(0), a_match_summary(1)], are_all=False))
    assert f"From the newest 2 stored matches\nThe newest ended <t:{ended}:R>." in text(cut)
    assert "Riot was asked" not in text(cut)
    asked = {
        (2, 0): "2 new", (0, 0): "nothing new", (0, 1): "1 could not be had just now",
        (3, 2): "3 new, 2 could not be had just now",
    }  # fmt: skip
    for (new, missed), said in asked.items():
        fetched = Fetched(listed=20, new=new, missed=missed)
        assert f"Riot was asked <t:{now}:R>: {said}." in text(cut, fetched=fetched)


@pytest.mark.parametrize(
    ("how", "said"),
    [
        ({"is_fetching": True}, "No matches are stored yet."),
        ({"fetched": Fetched(listed=0, new=0)}, "Riot lists none"),
        ({"fetched": Fetched(listed=3, new=0, missed=1)}, "Riot lists 3, but none could be had."),
        ({}, "Press **Fetch newest**"),
    ],
)
def test_nothing_stored_is_said_kindly(how: dict[str, Any], said: str) -> None:
    embed = profile_embed(a_profile(), NOW, **how)
    assert said in embed["description"]
    assert embed["fields"] == []


def test_the_colour_is_the_ranks() -> None:
    gold, none = a_profile(entries=(GOLD,)), a_profile(entries=())
    assert profile_embed(gold, NOW)["color"] != profile_embed(none, NOW)["color"]
    unheard_of = GOLD.model_copy(update={"tier": "WOOD"})
    assert profile_embed(a_profile(entries=(unheard_of,)), NOW)["color"] == profile_embed(none, NOW)["color"]


TEXTS = st.text(max_size=300)


@given(TEXTS, TEXTS, TEXTS, st.integers(0, 100))
def test_whatever_riot_sends_fits_and_formats_nothing(name: str, champion: str, mode: str, games: int) -> None:
    played = [a_match_summary(n, champion=f"{champion}{n}", mode=mode, queue_id=-n) for n in range(games)]
    embed = profile_embed(a_profile(*played, riot_id=RiotId(game_name=name, tag_line="@everyone")), NOW)
    assert total(embed) <= 6000
    assert "@everyone" not in embed["title"].replace("\\@", "")
    assert all(len(field["value"]) <= 1024 for field in embed["fields"])


def test_buttons_fetch_for_whoever_asked_and_explain_the_last_game_that_counts() -> None:
    remade, counted = a_match_summary(0, outcome=Outcome.REMAKE), a_match_summary(1)
    fetch, explain = profile_buttons(a_profile(remade, counted), "42")
    assert fetch["custom_id"] == f"chimera:profile:fetch:{MARK}:42"
    assert explain["custom_id"] == f"chimera:match:refresh:{counted.match_id}:{MARK}:42"
    assert [button["label"] for button in profile_buttons(a_profile(remade), "42")] == ["Fetch newest"]
