"""The short text about a match: who won, everybody's numbers, what moved the win probability."""

from typing import Any

import pytest

from src.adapters import match_report as wording
from src.adapters.match_report import match_report
from src.core.domain.facts.match_facts import facts_of
from src.core.domain.facts.model import Fight, KillFact, MatchFacts, Moment, MomentKind, Place
from src.core.domain.match import Outcome
from src.core.domain.objectives import Objective
from src.core.domain.win_probability.curve import WinPoint
from tests.unit.core.domain.documents import POSITIONS, Document, Story, arena, change_people

STORY = Story(minutes=20).gain(1, 8, gold=400, minions=9).kill(300, 1, 6).kill(700, 7, 2, (8,))
KILL = KillFact(
    time_s=300.0, killer_id=1, victim_id=6, assist_ids=(), place=Place.TOP_LANE, x=1, y=1, allies_near=0,
    enemies_near=1,
    gold=400, shutdown=0, gold_swing=None, followed=(), is_solo=True, is_gank=False, is_first_blood=True,
    win_change=0.02,
)  # fmt: skip
FIGHT = Fight(
    start_s=1000.0, end_s=1010.0, place=Place.BARON_PIT, x=1, y=1, kills=(1, 2, 3, 4), blue=(1, 2, 3), red=(6, 7, 8),
    blue_deaths=(1, 2, 3), red_deaths=(7,), winner=200, gold=-600, followed=(), win_change=-0.2,
)  # fmt: skip


def facts(document: Document | None = None, **changed: Any) -> MatchFacts:
    """The story's facts, or another match's with its timeline."""
    return facts_of(document or STORY.match(), STORY.timeline()).model_copy(update=changed)


def moment(kind: MomentKind, time_s: float, change: float, **fields: Any) -> Moment:
    """A moment that moved blue's probability by `change`, from one half on."""
    base: dict[str, Any] = {
        "time_s": time_s, "minute": int(time_s // 60), "kind": kind, "team_id": 100 if change > 0 else 200,
        "place": None, "objective": None, "participants": (1, 6), "before": 0.5, "after": 0.5 + change,
        "change": change, "index": 0,
    }  # fmt: skip
    return Moment(**(base | fields))


def turned_by(
    *moments: Moment, fights: tuple[Fight, ...] = (FIGHT,), kills: tuple[KillFact, ...] = (KILL,)
) -> MatchFacts:
    """The story, moved by these moments alone."""
    point = WinPoint(minute=0.0, blue=0.5, low=0.4, high=0.6)
    return facts(win_probability=(point,), moments=moments, fights=fights, kills=kills)


def swarm(*, won: bool = True) -> Document:
    """The story as a mode in which all are one team."""
    document = change_people(STORY.match(), teamId=100, teamPosition="", win=won)
    document["info"] |= {"gameMode": "STRAWBERRY", "mapId": 33, "queueId": 1840}
    return document


def without_cs(timeline: Document) -> Document:
    """The timeline of a mode without minions and monsters."""
    for frame in timeline["info"]["frames"]:
        for person in frame["participantFrames"].values():
            person |= {"minionsKilled": 0, "jungleMinionsKilled": 0}
    return timeline


class TestHeadline:
    """The first line."""

    def test_it_names_match_queue_patch_length_and_winner(self) -> None:
        assert match_report(facts()).splitlines()[0] == (
            "EUW1_7000000001: Ranked Solo/Duo, patch 15.4, 20:00. Blue won."
        )

    def test_a_remake_has_no_winner(self) -> None:
        remake = change_people(STORY.match(), gameEndedInEarlySurrender=True)
        assert match_report(facts(remake)).splitlines()[0].endswith("20:00. A remake: nobody won or lost.")

    def test_an_aborted_game_has_none_that_counts(self) -> None:
        aborted = STORY.match(endOfGameResult="Abort_Unexpected")
        assert "its result does not count" in match_report(facts(aborted)).splitlines()[0]

    def test_an_arena_is_won_by_a_team(self) -> None:
        document = change_people(arena(STORY.match()), placement=lambda number: 5 - (number - 1) // 2)
        assert match_report(facts(document)).splitlines()[0].endswith(" 20:00. Caitlyn and Lulu came first.")

    @pytest.mark.parametrize(("won", "words"), [(True, "All won."), (False, "All lost.")])
    def test_where_all_are_one_team_it_is_said_of_them(self, *, won: bool, words: str) -> None:
        assert match_report(facts(swarm(won=won))).splitlines()[0].endswith(f" 20:00. {words}")

    def test_a_missing_timeline_is_told(self) -> None:
        assert match_report(facts_of(STORY.match(), None)).splitlines()[1].startswith("Without a timeline")


class TestEverybody:
    """A line for each participant."""

    def test_score_cs_and_gold_beside_the_lane_opponents(self) -> None:
        lines = match_report(facts()).splitlines()
        assert lines[1].split() == ["K/D/A", "CS@10", "gold", "diff@15"]
        assert lines[2].split() == ["Blue", "top", "Garen", "1/0/0", "69", "+400"]
        assert lines[7].split() == ["Red", "top", "Darius", "0/1/0", "60", "-400"]
        assert lines[3].split() == ["Blue", "jungle", "Lee", "Sin", "0/1/0", "60", "±0"]

    def test_each_side_stands_in_the_order_of_the_map(self) -> None:
        document = change_people(STORY.match(), teamPosition=lambda number: POSITIONS[-number % 5])
        document["info"]["participants"][7]["teamPosition"] = ""
        rows = [line.split() for line in match_report(facts(document)).splitlines()[2:12]]
        assert [row[1] for row in rows[:5]] == ["top", "jungle", "middle", "bottom", "utility"]
        assert [row[1] for row in rows[5:9]] == ["top", "jungle", "bottom", "utility"]
        assert rows[9][0] == "Red"

    def test_what_is_not_known_of_one_is_a_dash(self) -> None:
        document = change_people(
            STORY.match(), teamPosition=lambda number: "" if number in {1, 6} else POSITIONS[number % 5]
        )
        rows = [line.split() for line in match_report(facts(document)).splitlines()[2:12]]
        assert [row[-1] for row in rows if "Garen" in row] == ["-"]

    @pytest.mark.parametrize(
        ("minutes", "words"),
        [
            (9, ["K/D/A", "CS@5", "gold", "diff@5"]),
            (12, ["K/D/A", "CS@10", "gold", "diff@10"]),
            (14, ["K/D/A", "CS@10", "gold", "diff@14"]),
            (3, ["K/D/A"]),
        ],
    )
    def test_a_short_game_is_told_by_an_earlier_minute(self, minutes: int, words: list[str]) -> None:
        story = Story(minutes=minutes).gain(1, 2, gold=400)
        assert match_report(facts_of(story.match(), story.timeline())).splitlines()[1].split() == words

    def test_columns_that_say_nothing_are_left_out(self) -> None:
        no_lanes = change_people(STORY.match(), teamPosition="")
        for document, timeline, words in (
            (STORY.match(), None, ["K/D/A"]),
            (no_lanes, STORY.timeline(), ["K/D/A", "CS@10"]),
            (no_lanes, without_cs(STORY.timeline()), ["K/D/A"]),
        ):
            heads = [
                line.split() for line in match_report(facts_of(document, timeline)).splitlines() if "K/D/A" in line
            ]
            assert heads == [words]

    def test_one_team_has_no_name(self) -> None:
        assert match_report(facts(swarm())).splitlines()[2].split() == ["Garen", "1/0/0", "69"]

    def test_arena_is_told_by_places(self) -> None:
        document = arena(STORY.match())
        change_people(document, placement=lambda number: 5 - (number - 1) // 2)
        lines = match_report(facts(document)).splitlines()
        assert [line.split()[:2] for line in lines[2:6]] == [["Place", "1"]] * 2 + [["Place", "2"]] * 2
        assert "Caitlyn" in lines[2]

    def test_champions_that_nobody_has_met_cannot_disturb_the_terminal(self) -> None:
        document = change_people(STORY.match(), championName="\u202eEvil\u2028")
        assert "\u202e" not in match_report(facts(document))
        assert len(match_report(facts(document)).splitlines()) == len(match_report(facts()).splitlines())


class TestSwings:
    """What moved the win probability."""

    def test_each_kind_of_moment_has_a_sentence(self) -> None:
        report = match_report(
            turned_by(
                moment(MomentKind.KILL, 300.0, 0.02, place=Place.TOP_LANE),
                moment(MomentKind.OBJECTIVE, 600.0, 0.05, objective=Objective.BARON),
                moment(MomentKind.FIGHT, 1000.0, -0.2, place=Place.BARON_PIT),
            )
        )
        assert report.splitlines()[-4:] == [
            "What moved blue's probability to win most:",
            "  5:00  Garen kills Darius in the top lane: 50 % -> 52 %",
            " 10:00  Blue takes the baron: 50 % -> 55 %",
            " 16:40  A fight, blue loses 3 and red 1, at the baron pit: 50 % -> 30 %",
        ]

    def test_an_execution_is_nobodys_kill(self) -> None:
        executed = KILL.model_copy(update={"killer_id": 0})
        report = match_report(turned_by(moment(MomentKind.KILL, 300.0, 0.02), kills=(executed,)))
        assert report.splitlines()[-1] == "  5:00  Darius dies: 50 % -> 52 %"

    def test_the_five_greatest_are_told_in_order_of_time(self) -> None:
        sizes = (0.1, -0.3, 0.02, 0.2, -0.05, 0.4, 0.03)
        moments = [
            moment(MomentKind.OBJECTIVE, 60.0 * n, size, objective=Objective.TOWER) for n, size in enumerate(sizes)
        ]
        told = [line.split()[0] for line in match_report(turned_by(*moments)).splitlines()[-5:]]
        assert told == ["0:00", "1:00", "3:00", "4:00", "5:00"]

    def test_what_is_open_is_never_called_sure(self) -> None:
        nearly = moment(MomentKind.OBJECTIVE, 60.0, 0.4, objective=Objective.TOWER, before=0.001, after=0.999)
        assert match_report(turned_by(nearly)).endswith("<1 % -> >99 %")

    def test_what_an_objective_did_at_the_same_moment_as_something_worse_is_still_its_takers(self) -> None:
        worse = moment(MomentKind.OBJECTIVE, 600.0, -0.05, objective=Objective.TOWER)
        report = match_report(turned_by(worse.model_copy(update={"team_id": 100})))
        assert report.endswith(" 10:00  Blue takes a tower: 50 % -> 45 %")

    def test_red_sees_its_own_probability(self) -> None:
        told = turned_by(
            moment(MomentKind.KILL, 300.0, 0.02), moment(MomentKind.OBJECTIVE, 400.0, 0.4, before=0.5, after=0.999)
        )
        for who, side, numbers in (
            (1, "blue", ["50 % -> 52 %", "50 % -> >99 %"]),
            (6, "red", ["50 % -> 48 %", "50 % -> <1 %"]),
        ):
            heading, *lines = match_report(told, who).splitlines()[-3:]
            assert heading == f"What moved {side}'s probability to win most:"
            assert [line.rpartition(": ")[2] for line in lines] == numbers

    def test_without_a_model_nothing_is_told_of_it(self) -> None:
        report = match_report(facts(win_probability=(), moments=(moment(MomentKind.KILL, 1.0, 0.2),)))
        assert "probability" not in report

    @pytest.mark.parametrize(
        ("words", "named"), [(wording._PLACES, Place), (wording._OBJECTIVES, Objective), (wording._OUTCOMES, Outcome)]
    )
    def test_there_are_words_for_everything(self, words: dict[Any, str], named: Any) -> None:
        assert set(words) == set(named)


class TestOnePlayer:
    """The report about one participant."""

    def test_it_tells_of_that_player_at_every_minute_mark(self) -> None:
        document = change_people(STORY.match(), wardsPlaced=9, wardsKilled=2)
        lines = match_report(facts(document), 1).splitlines()
        assert lines[1] == "Garen (blue, top) against Darius: won, 1/0/0."
        assert lines[2] == "Of the team: part in its kills 100 %, share of damage 7 %, of gold 21 %."
        assert lines[3] == "Wards: 9 placed, 2 cleared."
        assert lines[4] == "Before 14:00: 1/0/0."
        assert [line.split()[0] for line in lines[6:11]] == ["5", "10", "14", "15", "20"]
        assert lines[7].split() == ["10", "3,900", "4,000", "69", "6", "+400", "±0", "+9"]

    def test_marks_that_the_game_did_not_reach_are_left_out(self) -> None:
        assert not [line for line in match_report(facts(), 1).splitlines() if line.split()[0] in {"25", "30"}]

    def test_only_moments_with_a_part_in_them_are_told(self) -> None:
        told = turned_by(
            moment(MomentKind.KILL, 300.0, 0.02),
            moment(MomentKind.FIGHT, 1000.0, -0.2, participants=(2, 3, 7)),
        )
        assert "Garen kills Darius" in match_report(told, 1)
        assert "A fight" not in match_report(told, 1)
        assert "probability" not in match_report(told, 9)

    def test_arena_has_partners_and_no_opponents(self) -> None:
        lines = match_report(facts(arena(STORY.match())), 3).splitlines()
        assert lines[1] == "Ahri (place 2) with Jinx: won, 0/0/0."
        assert "Before 14:00" not in "".join(lines)

    def test_one_team_has_no_name(self) -> None:
        assert match_report(facts(swarm()), 1).splitlines()[1] == "Garen: won, 1/0/0."

    def test_who_had_nothing_is_told_nothing_of_it(self) -> None:
        """A remake: no shares, no wards, no minutes before one was over, nothing before 14:00."""
        story = Story(minutes=3)
        remake = change_people(story.match(), gameEndedInEarlySurrender=True, wardsPlaced=0)
        assert match_report(facts_of(remake, story.timeline()), 3).splitlines()[1:] == [
            "Ahri (blue, middle) against Zed: a remake, 0/0/0."
        ]

    def test_without_a_timeline_there_are_no_minutes(self) -> None:
        assert "minute" not in match_report(facts_of(STORY.match(), None), 1)

    def test_without_a_kill_nobody_has_a_part_in_one(self) -> None:
        story = Story(minutes=20)
        line = match_report(facts_of(story.match(), story.timeline()), 1).splitlines()[2]
        assert line.startswith("Of the team: share of damage ")
