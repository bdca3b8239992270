"""The generated world: who lives in it and what each has played."""

import gzip
import time
from datetime import UTC, datetime, timedelta
from typing import Any

import orjson
import pytest

from src.sandbox.riot import World
from src.sandbox.riot.directory import Document
from tests.unit.sandbox.riot.identities import assert_consistent, assert_rift

_NOW = datetime(2026, 5, 10, 18, 0, tzinfo=UTC)


@pytest.fixture(scope="module")
def world() -> World:
    return World(seed=1, now=_NOW)


def test_the_same_seed_is_the_same_world(world: World) -> None:
    again = World(seed=1, now=_NOW)
    assert again.players() == world.players()
    assert list(again.history(world.main.puuid)) == list(world.history(world.main.puuid))
    newest = world.history(world.main.puuid)[0].match_id
    assert again.match(newest) == world.match(newest)


def test_another_seed_is_another_world(world: World) -> None:
    assert World(seed=2, now=_NOW).main.puuid != world.main.puuid


def test_a_match_id_stands_for_the_same_game_for_ever(world: World) -> None:
    """Whoever stored an id yesterday gets the same document today, even if the game is no longer listed."""
    ids = [listed.match_id for listed in world.history(world.main.puuid)[:4]]
    for days in (0.1, 1, 40):
        later = World(seed=1, now=_NOW + timedelta(days=days))
        assert [later.match(match_id) for match_id in ids] == [world.match(match_id) for match_id in ids]


@pytest.mark.parametrize("match_id", ["NA1_4999999999", "NA1_5009999999", "KR_5009874560", "NA1_x", "NA1", ""])
def test_other_ids_stand_for_nothing(match_id: str, world: World) -> None:
    """What was before anything, what is still to come, somebody else's platform, and what is no id."""
    assert world.match(match_id) is None
    assert world.timeline(match_id) is None


def test_the_main_player_has_seen_everything(world: World) -> None:
    games = world.plans(world.main.puuid)
    assert {420, 440, 400, 430, 490, 480, 450, 1700, 1750, 840, 4242} <= {game.plan.queue.id for game in games}
    assert any(game.plan.remake for game in games)
    assert any(game.match_gone for game in games)
    assert any(game.timeline_gone and not game.match_gone for game in games)


def test_the_newest_game_is_an_ordinary_ranked_one(world: World) -> None:
    """So that the shortest way through the product shows its best."""
    game = world.plans(world.main.puuid)[0]
    assert game.plan.queue.id == 420
    assert not any((game.plan.remake, game.match_gone, game.timeline_gone))


def test_histories_are_newest_first_and_over_by_now(world: World) -> None:
    for player in world.players():
        created = [listed.created_ms for listed in world.history(player.puuid)]
        assert created == sorted(created, reverse=True)
        assert all(stamp / 1000 < _NOW.timestamp() for stamp in created)


def test_the_newest_games_have_the_player_in_them(world: World) -> None:
    for player in world.players():
        for listed in world.history(player.puuid)[:4]:
            document = world.match(listed.match_id)
            if document is not None:
                assert player.puuid in _json(document)["metadata"]["participants"]


def test_the_main_players_list_names_a_game_of_other_people(world: World) -> None:
    """Riot lists such ids now and then; both documents of the game are there."""
    for player in world.players():
        strange = [game for game in world.plans(player.puuid) if player not in game.plan.roster]
        assert bool(strange) == (player == world.main)
    game = next(game for game in world.plans(world.main.puuid) if world.main not in game.plan.roster)
    for document in (world.match(game.plan.match_id), world.timeline(game.plan.match_id)):
        assert document is not None
        participants = _json(document)["metadata"]["participants"]
        assert len(set(participants)) == 10
        assert world.main.puuid not in participants


def test_match_ids_are_unique(world: World) -> None:
    ids = {listed.match_id for player in world.players() for listed in world.history(player.puuid)}
    plans = [game.plan.match_id for player in world.players() for game in world.plans(player.puuid)]
    assert len(set(plans)) == len(ids)


def test_lost_documents_stay_lost(world: World) -> None:
    for game in world.plans(world.main.puuid):
        if game.match_gone:
            assert world.match(game.plan.match_id) is None
        if game.match_gone or game.timeline_gone:
            assert world.timeline(game.plan.match_id) is None


def test_timelines_older_than_a_year_are_gone(world: World) -> None:
    year_ago_ms = (_NOW - timedelta(days=365)).timestamp() * 1000
    old = [game for game in world.plans(world.main.puuid) if game.plan.created_ms < year_ago_ms]
    assert old
    assert all(game.timeline_gone for game in old)


def test_the_newcomer_has_no_matches(world: World) -> None:
    assert list(world.history(world.newcomer.puuid)) == []
    assert world.league_entries(world.newcomer.puuid) == []
    assert world.account(world.newcomer.puuid) == world.newcomer


def test_the_partner_shares_games_with_the_main_player(world: World) -> None:
    mine = {listed.match_id for listed in world.history(world.main.puuid)}
    shared = mine & {listed.match_id for listed in world.history(world.partner.puuid)}
    assert len(shared) >= 4


def test_puuids_have_the_form_of_riots(world: World) -> None:
    for player in world.players():
        assert len(player.puuid) == 78
        assert player.puuid.replace("-", "").replace("_", "").isalnum()
        assert player.puuid.isascii()


def test_names_are_not_only_ascii(world: World) -> None:
    names = [player.game_name for player in world.players()]
    assert any(not name.isascii() for name in names)
    assert any(" " in name for name in names)


@pytest.mark.parametrize("spelling", ["{name}", " {name} ", "{upper}", "{lower}", "{joined}"])
def test_a_riot_id_is_found_however_it_is_written(spelling: str, world: World) -> None:
    for player in world.players():
        name = player.game_name
        written = spelling.format(name=name, upper=name.upper(), lower=name.lower(), joined=name.replace(" ", ""))
        assert world.find(written, player.tag_line.lower()) == player


def test_strangers_of_a_match_have_accounts(world: World) -> None:
    for player in world.plans(world.main.puuid)[0].plan.roster:
        assert world.account(player.puuid) == player


def test_histories_can_be_made_as_long_as_wanted() -> None:
    world = World(seed=4, now=_NOW, matches_per_player=300)
    for player in world.players():
        listed = world.history(player.puuid)
        assert len(listed) >= 300 or player == world.newcomer
        assert len({entry.match_id for entry in listed}) == len(listed)


def test_copies_are_consistent_games_of_their_own() -> None:
    world = World(seed=4, now=_NOW, matches_per_player=60)
    copies = [game for game in world.plans(world.main.puuid) if game.template is not None][:6]
    seen = set()
    for game in copies:
        match, timeline = world.match(game.plan.match_id), world.timeline(game.plan.match_id)
        assert match is not None
        assert timeline is not None
        documents = _json(match), _json(timeline)
        assert_consistent(*documents)
        if game.plan.queue.map_id == 11:
            assert_rift(*documents)
        info = documents[0]["info"]
        assert info["gameCreation"] == game.plan.created_ms
        assert [person["puuid"] for person in info["participants"]] == [p.puuid for p in game.plan.roster]
        seen.add((documents[0]["metadata"]["matchId"], documents[1]["info"]["gameId"]))
    assert len(seen) == len(copies)


def test_copies_are_cheap() -> None:
    """A load test must measure the product, not the generator."""
    world = World(seed=4, now=_NOW, matches_per_player=200)
    copies = [game.plan.match_id for game in world.plans(world.main.puuid) if game.template is not None]
    for match_id in copies[:15]:
        world.timeline(match_id)
    started = time.process_time()
    for match_id in copies[60:90]:
        world.timeline(match_id)
    assert (time.process_time() - started) / 30 < 0.01


def _json(document: Document) -> dict[str, Any]:
    content: dict[str, Any] = orjson.loads(document.plain or gzip.decompress(document.gzipped or b""))
    return content
