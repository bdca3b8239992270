from typing import Any

import pytest

from src.adapters.discord_messages.observation_text import observation_words
from src.adapters.discord_messages.suggestion_text import suggestion_line
from src.core.domain.analysis import Observation, ObservationKind

Kind = ObservationKind

SWING = {
    "from_s": 600.2, "to_s": 780.4, "from_gold": 900, "to_gold": -1300, "swing": -2200, "own_kills": 1,
    "enemy_kills": 2, "my_kills": 0, "my_assists": 1, "my_deaths": 1, "own_tower": 1, "enemy_dragon": 1,
    "enemy_elder": 1, "enemy_nexus_tower": 2, "enemy_inhibitor": 1,
}  # fmt: skip
QUIET_SWING = SWING | {"my_assists": 0, "my_deaths": 0, "own_tower": 0}
DEATHS = {
    "deaths": 3, "ganks": 2, "first_s": 250.5, "last_s": 560.0, "enemy_dragon": 2, "enemy_grubs": 3, "before_s": 240.1,
    "before_gold": 0, "after_s": 660.2, "after_gold": -800,
}  # fmt: skip
MONSTERS = {"own": 2, "enemy": 0, "top": "baron", "top_s": 1500.1, "top_is_own": 1, "own_baron": 1, "own_dragon": 1}
STREAK = {"from_s": 421.0, "to_s": 541.0, "kills": 1, "assists": 2, "deaths": 1}
PACE = {"at_s": 900.4, "before": 8.0, "after": 4.0, "cs_at": 120, "cs_end": 160, "cs_short": 40}
LANE = {"at_s": 480.0, "gold": 500, "cs": 0, "xp": -20, "opponent": "MonkeyKing", "position": "TOP"}
PEAK = {"from_s": 300, "to_s": 480, "gold": 1600}

# The values an observation has, its line, and the suggestion drawn from it.
WORDED: list[tuple[Kind, dict[str, Any], str, str | None]] = [
    (
        Kind.GOLD_SWING,
        SWING,
        (
            "**10:00\u201313:00** Gold difference +0.9k\u00a0\u2192\u00a0\u22121.3k, "
            "kills 1\u20132 (you: 1 assist and 1 death); your team took a tower; "
            "the enemy took Elder Dragon, an inhibitor, 2 nexus towers and a dragon."
        ),
        "One option is to watch 10:00 to 13:00 in the replay, above all the seconds before your death.",
    ),
    (
        Kind.GOLD_SWING,
        QUIET_SWING | {"swing": 700},
        (
            "**10:00\u201313:00** Gold difference +0.9k\u00a0\u2192\u00a0\u22121.3k, kills 1\u20132; "
            "the enemy took Elder Dragon, an inhibitor, 2 nexus towers and a dragon."
        ),
        "10:00 to 13:00 went well. A look at the replay may show what is worth repeating.",
    ),
    (
        Kind.TEAM_LEAD,
        {"at_s": 480.0, "gold": 3000},
        "**8:00** Your team's biggest lead: 3,000 gold.",
        "The replay after 8:00 may show how the lead got away.",
    ),
    (
        Kind.TEAM_LEAD,
        {"at_s": 480.0, "gold": -3000},
        "**8:00** The deepest your team was behind: 3,000 gold.",
        "The replay after 8:00 may show what turned it, and what is worth repeating.",
    ),
    (
        Kind.LANE_LEAD,
        LANE,
        "**8:00** Biggest gold gap to Wukong up to 15:00: +500 gold, \u221220 XP, 0 CS.",
        "You were ahead of Wukong at 8:00: one option is to play for the same start again.",
    ),
    (
        Kind.DEATHS_COST,
        DEATHS,
        (
            "**4:10\u20139:20** You died 3 times, 2 of them to ganks; within 60 s of that the enemy took 2 dragons "
            "and 3 Voidgrubs. Gold difference 0 at 4:00, \u22120.8k at 11:00."
        ),
        "After an early death, one option is to take the next wave or camp before the next fight.",
    ),
    (
        Kind.DEATHS_COST,
        {"deaths": 2, "ganks": 2, "first_s": 250.5, "last_s": 300.0},
        "**4:10\u20135:00** You died twice, both to ganks.",
        "After an early death, one option is to take the next wave or camp before the next fight.",
    ),
    (
        Kind.DEATHS_COST,
        {"deaths": 3, "ganks": 3, "first_s": 250.5, "last_s": 300.0},
        "**4:10\u20135:00** You died 3 times, all 3 to ganks.",
        "After an early death, one option is to take the next wave or camp before the next fight.",
    ),
    (
        Kind.DEATHS_COST,
        {"deaths": 2, "ganks": 1, "first_s": 250.5, "last_s": 300.0},
        "**4:10\u20135:00** You died twice, 1 of them to a gank.",
        "After an early death, one option is to take the next wave or camp before the next fight.",
    ),
    (
        Kind.DEATHS_COST,
        {"deaths": 2, "ganks": 0, "first_s": 250.5, "last_s": 300.0},
        "**4:10\u20135:00** You died twice.",
        "After an early death, one option is to take the next wave or camp before the next fight.",
    ),
    (
        Kind.DEATH_AND_OBJECTIVE,
        {"at_s": 1500.0, "until_s": 1560.0, "enemy_baron": 1, "enemy_tower": 2},
        "**25:00** Within 60 s after your death the enemy took Baron and 2 towers.",
        "The replay from 23:00 to 25:00 may show what else was possible before your death.",
    ),
    (
        Kind.DEATH_AND_OBJECTIVE,
        {"at_s": 1500.0, "place": "red_top_jungle", "team_id": 100, "until_s": 1560.0, "enemy_baron": 1},
        "**25:00** Within 60 s after your death in the enemy top-side jungle the enemy took Baron.",
        "The replay from 23:00 to 25:00 may show what else was possible before your death.",
    ),
    (
        Kind.OBJECTIVE,
        {"with_me": 3, "team_total": 4, "top": "baron", "top_s": 1500.0, "mine_baron": 1, "mine_dragon": 2},
        "**25:00** You were in on 3 of your team's 4 epic monsters, this Baron among them.",
        None,
    ),
    (
        Kind.OBJECTIVE,
        {"with_me": 6, "team_total": 6, "top": "baron", "top_s": 1500.0},
        "**25:00** You were in on all 6 of your team's epic monsters, this Baron among them.",
        None,
    ),
    (
        Kind.OBJECTIVE,
        {"with_me": 2, "team_total": 2, "top": "herald", "top_s": 1500.0},
        "**25:00** You were in on both of your team's epic monsters, this Rift Herald among them.",
        None,
    ),
    (
        Kind.OBJECTIVE,
        {"with_me": 1, "team_total": 1, "top": "dragon", "top_s": 400.0, "mine_dragon": 1},
        "**6:40** You helped take your team's only epic monster: a dragon.",
        None,
    ),
    (
        Kind.MONSTER_COUNT,
        MONSTERS,
        "**25:00** Your team took Baron; epic monsters in all: 2\u20130.",
        None,
    ),
    (
        Kind.MONSTER_COUNT,
        {"own": 0, "enemy": 1, "top": "monster", "top_s": 500, "top_is_own": 0, "enemy_monster": 1},
        "**8:20** The enemy took an epic monster; epic monsters in all: 0\u20131.",
        "One option is to have vision at the pit a minute before the next epic monster spawns.",
    ),
    (
        Kind.KILL_STREAK,
        STREAK,
        "**7:01** You had 1 kill and 2 assists within 120 s, and 1 death.",
        "The replay from 5:01 to 7:01 may show what led up to your 3 takedowns.",
    ),
    (
        Kind.KILL_STREAK,
        {"from_s": 60.0, "to_s": 60.0, "kills": 2, "assists": 0, "deaths": 0},
        "**1:00** You had 2 kills within 1 s.",
        "The replay from 0:00 to 1:00 may show what led up to your 2 takedowns.",
    ),
    (
        Kind.CS_PACE,
        PACE,
        "**15:00** CS per minute: 8.0 until here, 4.0 after.",
        (
            "One option is to catch a side wave on the way to the next fight: at your pace until 15:00 it would have "
            "been 40 CS more."
        ),
    ),
    (
        Kind.CS_PACE,
        PACE | {"before": 4.0, "after": 8.0, "cs_short": -40},
        "**15:00** CS per minute: 4.0 until here, 8.0 after.",
        "Your farm sped up after 15:00. One option is to look for that pace earlier.",
    ),
    (
        Kind.FIRST_DEATH,
        {"at_s": 700.0, "deaths": 2},
        "**11:40** No death until here; this was the first of 2.",
        None,
    ),
    (Kind.FIRST_DEATH, {"at_s": 700.0, "deaths": 1}, "**11:40** No death until here; this was the only one.", None),
    (Kind.NO_DEATH, {"duration_s": 1800.0}, "**30:00** Not one death in the whole game.", None),
    (
        Kind.GOLD_PEAK,
        PEAK,
        "**5:00\u20138:00** Your most gold in three minutes: 1,600.",
        "5:00 to 8:00 paid best: the replay may show what is worth repeating.",
    ),
    (
        Kind.CS_TOTAL,
        {"cs": 150, "opponent_cs": 190, "opponent": "Zed"},
        "**End** 150 CS; Zed had 190.",
        "The gap at the end was 40 CS: ten minutes of last-hit practice is one option.",
    ),
    (Kind.CS_TOTAL, {"cs": 190, "opponent_cs": 150, "opponent": "Zed"}, "**End** 190 CS; Zed had 150.", None),
]


@pytest.mark.parametrize(("kind", "values", "line", "suggestion"), WORDED)
def test_an_observation_is_worded(kind: Kind, values: dict[str, Any], line: str, suggestion: str | None) -> None:
    seen = Observation(kind=kind, minute=0, values=values)
    assert "**{}** {}".format(*observation_words(seen)) == line
    assert suggestion_line(seen) == suggestion


NO_OBJECTIVES = {f"enemy_{name}": 0 for name in ("dragon", "elder", "nexus_tower", "inhibitor")} | {"own_tower": 0}


@pytest.mark.parametrize(
    ("changes", "suggestion"),
    [
        (
            {"my_deaths": 3},
            "One option is to watch 10:00 to 13:00 in the replay, above all the seconds before your 3 deaths.",
        ),
        (
            {"my_deaths": 0, "enemy_elder": 0, "enemy_nexus_tower": 0, "enemy_inhibitor": 0},
            "The replay from 10:00 to 13:00 may show how the enemy came to a dragon.",
        ),
        (
            NO_OBJECTIVES | {"my_deaths": 0},
            (
                "If you watch one part of the replay, 10:00 to 13:00 is a good pick: "
                "no other three minutes moved more gold."
            ),
        ),
        (
            {"swing": 700, "my_kills": 2},
            (
                "From 10:00 to 13:00 you had 2 kills and 1 assist while your team took a tower: "
                "the replay may show how that was set up."
            ),
        ),
        (
            NO_OBJECTIVES | {"swing": 700},
            "From 10:00 to 13:00 you had 1 assist: the replay may show what is worth repeating.",
        ),
    ],
)
def test_the_option_of_a_swing_names_what_was_the_players(changes: dict[str, Any], suggestion: str) -> None:
    assert suggestion_line(Observation(kind=Kind.GOLD_SWING, minute=10, values=SWING | changes)) == suggestion


def test_every_kind_has_its_words() -> None:
    assert {kind for kind, *_rest in WORDED} == set(Kind)


@pytest.mark.parametrize(("kind", "values", "line", "suggestion"), WORDED)
def test_no_sentence_claims_a_cause(kind: Kind, values: dict[str, Any], line: str, suggestion: str | None) -> None:
    """What followed is said to have followed within 60 s, no more."""
    words = f"{line} {suggestion or ''}".lower()
    assert not any(cause in words for cause in ("because", "due to", "cost you", "caused", "led to", "thanks to"))
