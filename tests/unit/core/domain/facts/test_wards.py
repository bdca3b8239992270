from hypothesis import given
from hypothesis import strategies as st

from src.core.domain.facts.model import WardPhase
from src.core.domain.facts.wards import ward_phases_of
from src.core.domain.match_document import read_match
from src.core.domain.timeline_detail import WardEvent
from tests.real_documents import needs_real_documents
from tests.unit.core.domain.documents import Story, arena, change_people
from tests.unit.core.domain.facts.details import detail
from tests.unit.core.domain.real_games import real_games


def phases(
    minutes: int = 30, placed: tuple[WardEvent, ...] = (), killed: tuple[WardEvent, ...] = ()
) -> dict[int, tuple[WardPhase, ...]]:
    match = read_match(Story(minutes=minutes).match())
    return ward_phases_of(match, detail(wards_placed=placed, wards_killed=killed))


def phase(since: float, until: float | None, placed: int = 0, control: int = 0, cleared: int = 0) -> WardPhase:
    return WardPhase(from_s=since, until_s=until, placed=placed, control=control, cleared=cleared)


def test_a_long_game_has_three_phases_and_a_ward_at_their_border_is_the_later_one_s() -> None:
    placed = (
        WardEvent(100, 5, "SIGHT_WARD"), WardEvent(839.9, 5, "CONTROL_WARD"), WardEvent(840, 5, "YELLOW_TRINKET"),
        WardEvent(1500, 5, "BLUE_TRINKET"), WardEvent(1799, 5, "CONTROL_WARD"), WardEvent(1799, 6, "CONTROL_WARD"),
    )  # fmt: skip
    killed = (WardEvent(1499.9, 5, "SIGHT_WARD"),)
    found = phases(placed=placed, killed=killed)
    assert found[5] == (phase(0, 840, 2, 1), phase(840, 1500, 1, 0, 1), phase(1500, None, 2, 1))
    assert found[6] == (phase(0, 840), phase(840, 1500), phase(1500, None, 1, 1))


def test_what_is_no_ward_is_not_counted() -> None:
    events = (WardEvent(100, 5, "UNDEFINED"), WardEvent(100, 5, "TEEMO_MUSHROOM"), WardEvent(100, 0, "SIGHT_WARD"))
    assert phases(10, events, events)[5] == (phase(0, 840),)


def test_there_are_as_many_phases_as_the_game_got_to() -> None:
    assert [len(phases(minutes)[1]) for minutes in (3, 13, 14, 24, 25, 40)] == [1, 1, 2, 2, 3, 3]


def test_a_ward_after_the_duration_is_not_lost() -> None:
    assert phases(13, (WardEvent(840.6, 5, "SIGHT_WARD"),))[5] == (phase(0, 840), phase(840, 1500, 1))
    assert phases(13, killed=(WardEvent(840.6, 5, "SIGHT_WARD"),))[5] == (phase(0, 840), phase(840, 1500, cleared=1))


def test_off_the_rift_there_are_no_phases() -> None:
    wards = detail(wards_placed=(WardEvent(100, 5, "SIGHT_WARD"),))
    assert ward_phases_of(read_match(arena(Story().match())), wards) == {}
    assert ward_phases_of(read_match(Story().match(gameMode="ARAM", mapId=12)), wards) == {}
    assert ward_phases_of(read_match(change_people(Story().match(), teamPosition="")), wards)[5] != ()


_WARDS = st.builds(
    WardEvent,
    time_s=st.floats(0, 1800),
    participant_id=st.integers(0, 10),
    ward=st.sampled_from(["SIGHT_WARD", "CONTROL_WARD", "UNDEFINED", "SOME_NEW_WARD"]),
)


@given(st.lists(_WARDS), st.lists(_WARDS))
def test_every_ward_of_a_participant_is_in_one_phase(placed: list[WardEvent], killed: list[WardEvent]) -> None:
    found = phases(30, tuple(placed), tuple(killed))
    for who, mine in found.items():
        wards = [ward.ward for ward in placed if ward.participant_id == who and ward.ward != "UNDEFINED"]
        cleared = [ward for ward in killed if ward.participant_id == who and ward.ward != "UNDEFINED"]
        assert sum(p.placed for p in mine) == len(wards)
        assert sum(p.control for p in mine) == wards.count("CONTROL_WARD")
        assert sum(p.cleared for p in mine) == len(cleared)


@needs_real_documents
def test_of_real_players_98_in_100_placed_as_many_wards_as_the_match_says() -> None:
    """And all but one as many control wards. Clears are fewer than Riot counts for 3 in 100, never more."""
    players = placed = control = cleared = 0
    for game in real_games():
        found = ward_phases_of(game.match, game.detail)
        for who, mine in found.items() if game.is_five_a_side else ():
            total = game.wards[who]
            players += 1
            placed += sum(p.placed for p in mine) == total.placed
            control += sum(p.control for p in mine) == total.control
            cleared += sum(p.cleared for p in mine) == total.killed
            assert sum(p.cleared for p in mine) <= (total.killed or 0)
    assert placed / players >= 0.98
    assert players - control <= 1
    assert cleared / players >= 0.97
