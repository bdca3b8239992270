import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from src.core.domain.match_document import read_match
from src.core.domain.ward_totals import WardTotals, read_ward_totals
from src.core.errors import MalformedDocument
from tests.real_documents import needs_real_documents
from tests.unit.core.domain.documents import Story, change_people
from tests.unit.core.domain.real_games import real_games
from tests.unit.core.domain.spoiling import spoilt


def test_ward_totals_are_the_end_of_game_numbers() -> None:
    document = change_people(Story().match(), wardsPlaced=lambda who: who, wardsKilled=2, detectorWardsPlaced=3)
    totals = read_ward_totals(document)
    assert list(totals) == list(range(1, 11))
    assert totals[7] == WardTotals(placed=7, killed=2, control=3)


@pytest.mark.parametrize("value", [None, "3", True, -1, 1.5, 30_001])
def test_what_is_absent_or_no_number_is_not_known(value: object) -> None:
    document = change_people(Story().match(), wardsPlaced=value, wardsKilled=0)
    assert read_ward_totals(document)[1] == WardTotals(placed=None, killed=0, control=None)


def test_a_match_without_participants_is_refused() -> None:
    with pytest.raises(MalformedDocument, match=r"match\.info\.participants is missing"):
        read_ward_totals({"info": {}})


@settings(deadline=None)  # the machine may be busy
@given(st.data())
def test_whatever_is_a_match_has_ward_totals(data: st.DataObject) -> None:
    document = spoilt(change_people(Story(minutes=3).match(), wardsPlaced=3), data)
    try:
        match = read_match(document)
    except MalformedDocument:
        return
    assert list(read_ward_totals(document)) == [p.participant_id for p in match.participants]


@needs_real_documents
def test_every_real_match_has_them() -> None:
    for game in real_games():
        assert list(game.wards) == [p.participant_id for p in game.match.participants]
        assert all(None not in (wards.placed, wards.killed, wards.control) for wards in game.wards.values())
