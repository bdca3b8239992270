from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from src.adapters.discord_messages.analysis_embed import analysis_embed
from src.adapters.discord_messages.embed_limits import (
    DESCRIPTION,
    FIELD_NAME,
    FIELD_VALUE,
    FIELDS,
    FOOTER,
    TITLE,
    TOTAL,
    Embed,
    fitted,
    total,
)
from src.core.domain.analysis import Taken
from src.core.domain.match import GameKind, Outcome
from src.core.domain.objectives import Objective
from src.core.domain.plain_text import length
from tests.fakes.analyses import FIGHT, LANE, MINE, an_analysis


def fields(embed: Embed) -> dict[str, str]:
    return {field["name"]: field["value"].replace("\u00a0", " ") for field in embed["fields"]}


def numbers(embed: Embed) -> str:
    return fields(embed).get("Your numbers", "")


def assert_fits(embed: Embed) -> None:
    assert 0 < length(embed["title"]) <= TITLE
    assert length(embed["description"]) <= DESCRIPTION
    assert length(embed["footer"]["text"]) <= FOOTER
    assert len(embed["fields"]) <= FIELDS
    for field in embed["fields"]:
        assert 0 < length(field["name"]) <= FIELD_NAME
        assert 0 < length(field["value"]) <= FIELD_VALUE
    assert total(embed) <= TOTAL


def test_an_analysis_reads_as_people_speak() -> None:
    embed = analysis_embed(an_analysis(), chart_name="match.png")
    assert embed["title"] == "Victory · Ahri · 7/3/9"
    assert embed["description"].splitlines() == [
        "**Hide on bush#KR1** · Ranked Solo/Duo",
        "Mid against Zed · 31:12 · <t:1770001872:R>",
    ]
    assert list(fields(embed)) == ["What decided it", "Your numbers", "Lane against Zed", "Try next"]
    assert fields(embed) == {
        "What decided it": (
            "**Turned for good at 24:12.** Your team won a fight 4 for 1 at the dragon pit: "
            "win chance 48 % \u2192 71 %.\n"
            "**8:00** Biggest gold gap to Zed up to 15:00: \u2212612 gold, \u2212230 XP, \u221214 CS.\n"
            "**15:00** CS per minute: 7.5 until here, 5.1 after.\n"
            "**21:00\u201324:00** Gold difference \u22121.2k \u2192 +2.1k, kills 5\u20131 (you: 2 kills and 1 assist); "
            "your team took Atakhan and 2 towers: 36 % \u2192 48 %.\n"
            "**26:00** Your team took Baron: 73 % \u2192 82 %."
        ),
        "Your numbers": (
            "**64 % kill participation** · 28 % of damage\n"
            "**196 CS** · 6.3/min · 22 % of gold\n"
            "**11 wards** · 4 cleared · 3 control"
        ),
        "Lane against Zed": ("**@10** \u2212350 gold · +120 XP · \u22128 CS\n**@15** +1,204 gold · 0 XP · +3 CS"),
        "Try next": "The replay up to 8:00 may show how Zed got ahead.",
    }
    assert embed["footer"] == {"text": "EUW1_7000000001 · patch 16.5 · Not endorsed by Riot Games"}
    assert embed["image"] == {"url": "attachment://match.png"}


@pytest.mark.parametrize(
    ("changes", "title"),
    [
        ({"outcome": Outcome.LOSS}, "Defeat · Ahri · 7/3/9"),
        ({"outcome": Outcome.REMAKE}, "Remake · Ahri · 7/3/9"),
        ({"outcome": Outcome.ABORTED}, "Aborted · Ahri · 7/3/9"),
        ({"placement": 3, "team_count": 8, "kind": GameKind.ARENA}, "3rd of 8 · Ahri · 7/3/9"),
        ({"placement": 1, "team_count": None, "kind": GameKind.ARENA}, "1st · Ahri · 7/3/9"),
        ({"champion": "MonkeyKing"}, "Victory · Wukong · 7/3/9"),
        ({"champion": "Strawberry_Jinx"}, "Victory · Jinx · 7/3/9"),
    ],
)
def test_the_title_is_the_result_the_champion_and_the_kda(changes: dict[str, Any], title: str) -> None:
    assert analysis_embed(an_analysis(**changes))["title"] == title


def test_a_remake_is_said_to_be_one_and_not_judged() -> None:
    embed = analysis_embed(an_analysis(outcome=Outcome.REMAKE, observations=(), suggestion=None, marks=(), turns=()))
    assert "neither a win nor a loss" in embed["description"]
    assert fields(embed) == {"Your numbers": "**196 CS** · 6.3/min"}


def test_an_aborted_game_is_said_to_be_one() -> None:
    assert "ended this game unexpectedly" in analysis_embed(an_analysis(outcome=Outcome.ABORTED))["description"]


def test_a_share_of_a_team_of_one_is_none() -> None:
    alone = MINE.model_copy(update={"kill_participation": 1.0, "damage_share": 1.0, "gold_share": 1.0})
    embed = analysis_embed(an_analysis(kind=GameKind.OTHER, mine=alone))
    assert numbers(embed) == ""
    together = MINE.model_copy(update={"team_kills": 0, "kill_participation": 0.0})
    embed = analysis_embed(an_analysis(kind=GameKind.OTHER, mine=together))
    assert numbers(embed) == "**28 % of damage**\n**22 % of gold**"


def test_a_share_of_nothing_is_not_told() -> None:
    idle = MINE.model_copy(update={"kill_participation": 0.0})
    assert numbers(analysis_embed(an_analysis(mine=idle))).splitlines()[0] == "**28 % of damage**"


def test_two_who_share_their_gold_by_halves_are_not_told_so() -> None:
    duo, trio = (numbers(analysis_embed(an_analysis(kind=GameKind.ARENA, partners=("Jinx",) * n))) for n in (1, 2))
    assert duo == "**64 % kill participation** · 28 % of damage"
    assert trio == f"{duo}\n**22 % of gold**"


@pytest.mark.parametrize(("per_minute", "is_told"), [(0.03, False), (0.49, False), (0.5, True)])
def test_who_did_not_farm_is_not_told_so(per_minute: float, *, is_told: bool) -> None:
    embed = analysis_embed(an_analysis(kind=GameKind.ARAM, cs=1, cs_per_minute=per_minute))
    assert ("CS" in numbers(embed)) == is_told


@pytest.mark.parametrize("kind", [GameKind.ARAM, GameKind.ARENA, GameKind.OTHER])
def test_wards_are_told_on_the_rift_only(kind: GameKind) -> None:
    assert "wards" in numbers(analysis_embed(an_analysis()))
    assert "wards" not in numbers(analysis_embed(an_analysis(kind=kind)))


def test_wards_that_the_document_does_not_count_are_not_told() -> None:
    silent = MINE.model_copy(update={"wards_placed": None, "wards_killed": None, "control_wards": None})
    assert "ward" not in numbers(analysis_embed(an_analysis(mine=silent)))
    uncontrolled = MINE.model_copy(update={"wards_placed": 1, "control_wards": None})
    assert numbers(analysis_embed(an_analysis(mine=uncontrolled))).endswith("\n**1 ward** · 4 cleared")


def test_who_lit_nothing_is_not_told_so() -> None:
    dark = MINE.model_copy(update={"wards_placed": 0, "wards_killed": 0, "control_wards": 0})
    assert "ward" not in numbers(analysis_embed(an_analysis(mine=dark)))


def test_a_missing_timeline_is_said() -> None:
    embed = analysis_embed(an_analysis(has_timeline=False, marks=(), observations=(), suggestion=None, gold=()))
    assert "Riot has no timeline for this match, so" in embed["description"]
    assert "Try again" not in embed["description"]


def test_a_timeline_that_may_still_come_is_not_given_up() -> None:
    fresh = an_analysis(has_timeline=False, timeline_may_come=True, marks=(), observations=(), suggestion=None, gold=())
    description = analysis_embed(fresh)["description"]
    assert "no timeline for this match yet" in description
    assert description.endswith("Try again in some minutes.")


def test_a_timeline_that_stops_early_is_said_to() -> None:
    description = analysis_embed(an_analysis(timeline_stops_s=600.4))["description"]
    assert description.endswith("\nRiot's timeline of this match stops at 10:00.")
    remake = an_analysis(timeline_stops_s=600.4, outcome=Outcome.REMAKE)
    assert "stops" not in analysis_embed(remake)["description"]


@pytest.mark.parametrize("kind", [GameKind.ARAM, GameKind.ARENA, GameKind.RIFT_NO_LANES, GameKind.OTHER])
def test_no_lane_talk_without_lanes(kind: GameKind) -> None:
    analysis = an_analysis(kind=kind, position=None, opponent_champion=None, marks=(), observations=(), suggestion=None)
    embed = analysis_embed(analysis)
    assert_fits(embed)
    assert "lane" not in str(embed).lower()
    assert "against" not in embed["description"]
    assert (" CS" in numbers(embed)) == (kind in {GameKind.ARAM, GameKind.RIFT_NO_LANES})


def test_arena_names_the_partners() -> None:
    embed = analysis_embed(an_analysis(kind=GameKind.ARENA, placement=2, team_count=6, partners=("Jinx", "LeeSin")))
    assert "With Jinx and Lee Sin" in embed["description"]


def test_an_unknown_queue_is_called_by_its_number() -> None:
    assert "queue 4242" in analysis_embed(an_analysis(queue_id=4242, mode="NEW"))["description"]


def test_a_suggestion_without_words_leaves_no_empty_field() -> None:
    unworded = LANE.model_copy(update={"kind": "no_death"})
    assert "Try next" not in fields(analysis_embed(an_analysis(suggestion=unworded)))


def test_a_story_that_is_too_long_loses_its_last_lines_and_no_words() -> None:
    everything = tuple(
        Taken(objective=objective, is_own=is_own, is_soul=False) for objective in Objective for is_own in (True, False)
    )
    turns = tuple(
        FIGHT.model_copy(update={"time_s": 60.0 * minute, "taken": everything * 2}) for minute in (10, 20, 30)
    )
    told = fields(analysis_embed(an_analysis(observations=(), turns=turns)))["What decided it"]
    assert len(told.splitlines()) == 3
    assert told.endswith("%.")


nasty = st.text(min_size=0, max_size=3000)


@settings(deadline=None)  # the machine may be busy
@given(
    st.fixed_dictionaries({
        "player_name": nasty, "champion": nasty, "opponent_champion": nasty, "mode": nasty, "patch": nasty,
        "match_id": nasty, "partners": st.lists(nasty, max_size=5).map(tuple), "kind": st.sampled_from(GameKind),
    }),
    nasty,
)  # fmt: skip
def test_nothing_strangers_write_breaks_the_embed(strange: dict[str, Any], opponent: str) -> None:
    lane = LANE.model_copy(update={"values": dict(LANE.values) | {"opponent": opponent}})
    embed = analysis_embed(an_analysis(queue_id=4242, observations=(lane, lane, lane), suggestion=lane, **strange))
    assert_fits(embed)
    assert len(embed["description"].splitlines()) <= 5


texts = st.text(min_size=1, max_size=5000)


@settings(deadline=None)  # the machine may be busy
@given(
    title=texts,
    description=texts,
    footer=texts,
    values=st.lists(st.tuples(texts, texts), max_size=30),
)
def test_whatever_is_too_long_is_made_to_fit(
    title: str, description: str, footer: str, values: list[tuple[str, str]]
) -> None:
    embed = fitted({
        "title": title,
        "description": description,
        "footer": {"text": footer},
        "fields": [{"name": name, "value": value, "inline": True} for name, value in values],
    })  # fmt: skip
    assert length(embed["title"]) <= TITLE
    assert len(embed["fields"]) <= FIELDS
    assert total(embed) <= TOTAL


def test_what_fits_is_left_alone() -> None:
    embed = {"title": "t", "description": "d", "fields": [], "footer": {"text": "f"}, "color": 7}
    assert fitted(embed) == embed
