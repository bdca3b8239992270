"""What is said of the win probability of every real match fits together, whatever the model says."""

from collections.abc import Iterator
from itertools import pairwise
from typing import Any, Final

from tests.acceptance.facts_again.conftest import Again
from tests.acceptance.facts_again.deaths import fought
from tests.real_documents import needs_real_documents

pytestmark = needs_real_documents

AT_MOST: Final = 10
POINTS: Final = 0.02

Key = tuple[str, int, int]
"""A moment's kind, the team whose objective it is (else 0), and its index."""


def test_the_curve_goes_forward_and_ends_with_the_result(again: Again) -> None:
    """An aborted game has a curve and no result."""
    points, winner = again.facts["win_probability"], again.game.winner
    assert bool(points) == _has_model(again)
    assert [p["minute"] for p in points] == sorted({p["minute"] for p in points})
    assert all(0 <= p["low"] <= p["blue"] <= p["high"] <= 1 for p in points)
    if points and winner:
        assert points[-1]["blue"] == (winner == 100)
        assert abs(points[-1]["minute"] * 60 - again.game.duration_s) <= 2.5


def _has_model(again: Again) -> bool:
    """Five people against five by the ordinary rules of Summoner's Rift, to the end or until Riot ended it."""
    info = again.game.info
    has_bots = any(p["puuid"] == "BOT" for p in info["participants"])
    return info["gameMode"] in {"CLASSIC", "SWIFTPLAY"} and again.game.state != "remake" and not has_bots


def test_changes_are_known_where_there_is_a_curve(again: Again) -> None:
    has_curve = bool(again.facts["win_probability"])
    assert all((event["win_change"] is not None) == has_curve for _key, event in _events(again))


def test_moments_are_the_greatest_changes_each_told_once(again: Again) -> None:
    moments = again.facts["moments"]
    in_fights = {id(death) for deaths in fought(again.game) for death in deaths}
    kills_in_fights = {n for n, death in enumerate(again.game.deaths) if id(death) in in_fights}
    events = {k: e for k, e in _events(again) if not (k[0] == "kill" and k[2] in kills_in_fights)}
    told = [_key(m, events) for m in moments]
    assert len(set(told)) == len(told) <= AT_MOST
    assert all(one["time_s"] <= other["time_s"] for one, other in pairwise(moments))
    changes = {key: abs(event["win_change"]) for key, event in events.items() if event["win_change"] is not None}
    least = min(changes[key] for key in told) if len(told) == AT_MOST else POINTS
    left = {key: change for key, change in changes.items() if key not in told and change > least + 1e-9}
    assert not left, f"{again.game.match_id}: not told, though greater than {least}: {left}"


def test_a_moment_says_what_its_event_says(again: Again) -> None:
    events = dict(_events(again))
    for moment in again.facts["moments"]:
        event = events[_key(moment, events)]
        told = {name: moment[name] for name in ("time_s", "minute", "place", "objective", "participants")}
        times = {event.get("time_s"), event.get("start_s"), event.get("end_s")}
        assert moment["time_s"] in times
        assert moment["minute"] == int(moment["time_s"] // 60)
        assert set(moment["participants"]) == _people(event), f"{again.game.match_id}: {told}"
        assert moment["objective"] == event.get("objective")
        assert moment["kind"] == "objective" or moment["place"] == event["place"]
        change = moment["after"] - moment["before"]
        assert abs(change - moment["change"]) < 1e-9
        assert abs(moment["change"] - event["win_change"]) < 1e-9
        assert abs(change) >= POINTS - 1e-9
        assert moment["kind"] == "objective" or moment["team_id"] == (100 if change > 0 else 200)


def _events(again: Again) -> Iterator[tuple[Key, dict[str, Any]]]:
    """All that can be a moment."""
    for kind in ("kill", "fight"):
        yield from (((kind, 0, n), event) for n, event in enumerate(again.facts[f"{kind}s"]))
    for team_id, team in again.facts["teams"].items():
        yield from ((("objective", int(team_id), n), event) for n, event in enumerate(team["objectives"]))


def _key(moment: dict[str, Any], events: dict[Key, dict[str, Any]]) -> Key:
    team_id = moment["team_id"] if moment["kind"] == "objective" else 0
    key = (moment["kind"], team_id, moment["index"])
    assert key in events
    return key


def _people(event: dict[str, Any]) -> set[int]:
    if "blue" in event:
        return {*event["blue"], *event["red"]}
    return {event["killer_id"], *event["assist_ids"]} - {0}
