"""Every fact of every real match is what the definitions make of Riot's documents, computed a second time."""

from typing import Any, Final

from src.core.domain.facts.match_facts import facts_of
from src.core.domain.facts.model import FACTS_VERSION
from tests.acceptance.facts_again.conftest import Again
from tests.acceptance.facts_again.deaths import fights, kill
from tests.acceptance.facts_again.differences import differences
from tests.acceptance.facts_again.game import MS
from tests.acceptance.facts_again.objectives import team
from tests.acceptance.facts_again.people import end_of_game, participant
from tests.real_documents import needs_real_documents

pytestmark = needs_real_documents

COMPARED_APART: Final = {"participants", "teams", "kills", "fights", "win_probability", "moments"}
SHOWN: Final = 20
"""So many differences of a game are told."""


def _assert_same(again: Again, expected: Any, got: Any, name: str) -> None:
    lines = list(differences(expected, got, f"{again.game.match_id} {name}"))
    assert not lines, f"{len(lines)} differ:\n" + "\n".join(lines[:SHOWN])


def test_the_match_is_the_documents(again: Again) -> None:
    game, info = again.game, again.game.info
    expected = {
        "version": FACTS_VERSION,
        "match_id": game.match_id,
        "kind": game.kind,
        "queue_id": info["queueId"],
        "mode": info["gameMode"],
        "map_id": info["mapId"],
        "patch": "{}.{}".format(*game.patch),
        "duration_s": game.duration_s,
        "state": game.state,
        "winner": game.winner,
        "basis": {
            "timeline": True,
            "frames": len(game.frames),
            "events": len(game.events),
            "last_frame_s": game.frames[-1]["timestamp"] / MS,
            "kills": len(game.deaths),
            "kills_placed": sum("position" in e for e in game.deaths) if game.has_rift_map else 0,
            "lanes": game.has_lanes,
            "unreadable": 0,
        },
    }
    _assert_same(again, expected, {name: again.facts[name] for name in expected}, "match")
    assert set(again.facts) - set(expected) == COMPARED_APART


def test_every_participant(again: Again) -> None:
    _assert_participants(again)


def _assert_participants(again: Again) -> None:
    expected = {str(pid): participant(again.game, again.bought, again.place_of, pid) for pid in again.game.people}
    _assert_same(again, expected, again.facts["participants"], "participant")


def test_every_death(again: Again) -> None:
    _assert_deaths(again)


def _assert_deaths(again: Again) -> None:
    expected = [kill(again.game, event, again.place_of) for event in again.game.deaths]
    _assert_same(again, expected, again.facts["kills"], "kills")


def test_every_team(again: Again) -> None:
    """There are facts of teams where there are two."""
    expected = {str(side): team(again.game, side) for side in (100, 200) if again.game.has_two_teams}
    _assert_same(again, expected, again.facts["teams"], "team")


def test_every_fight(again: Again) -> None:
    _assert_same(again, fights(again.game, again.place_of), again.facts["fights"], "fights")


def test_of_a_timeline_that_stops_early_nothing_is_made_up(again: Again) -> None:
    half = again.stopped_early()
    _assert_participants(half)
    _assert_deaths(half)
    points = half.facts["win_probability"]
    assert points == again.facts["win_probability"][: len(points)]
    assert all(0 < point["blue"] < 1 for point in points)


def test_without_a_timeline_only_the_match_is_known(again: Again) -> None:
    """What the match document tells is the same; all else is None or empty."""
    facts = facts_of(again.match, None).model_dump()
    known = {str(pid): end_of_game(again.game, pid) for pid in again.game.people}
    _assert_same(again, known, _parts(facts, known), "participant")
    for pid, told in facts["participants"].items():
        marks = [value for mark in told.pop("minutes").values() for value in mark.values()]
        assert {*marks, *(told[name] for name in set(told) - set(known[pid]))} <= {None, ()}
    for told in facts["teams"].values():
        assert [told[n] for n in ("objectives", "plates", "first_blood", "first_tower")] == [(), (), None, None]
    assert [facts[n] for n in ("kills", "fights", "win_probability", "moments")] == [()] * 4
    assert (facts["state"], facts["winner"]) == (again.game.state, again.game.winner)
    assert facts["basis"] == dict.fromkeys(facts["basis"], 0) | {
        "timeline": False,
        "last_frame_s": None,
        "lanes": again.game.has_lanes,
        "unreadable": 0,
    }


def _parts(facts: dict[str, Any], known: dict[str, Any]) -> dict[str, Any]:
    return {pid: {n: told[n] for n in known[pid]} for pid, told in facts["participants"].items()}
