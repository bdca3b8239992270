"""Who has left stays out of all that keeps matches and players, and out of the matches that are there."""

import json
from dataclasses import replace
from uuid import uuid4

import pytest

from src.core.domain.account import Account
from src.core.domain.pseudonyms import is_pseudonym
from src.core.domain.regions import Platform
from src.core.errors import PlayerForgotten
from src.core.ports.match_store import KnownMatches
from tests.contract.personal_data.world import ANNS_ANEW, World, linked, match_id, named, played
from tests.lives import (
    ANN,
    ANN_ALONE,
    ANNS,
    ANNS_NAME,
    ANNS_OLD,
    BOB_ALONE,
    BOBS,
    BOBS_NAME,
    FRIEND,
    ME,
    TOGETHER,
    YEAR,
    a_game,
    account,
    with_bots,
)

# Tombstones.


async def test_a_tombstone_refuses_the_forgotten_and_nobody_else(world: World) -> None:
    await linked(world)
    await world.erase()
    for puuid in (ANNS, ANNS_OLD):
        with pytest.raises(PlayerForgotten):
            await world.tombstones.check(puuid)
    await world.tombstones.check(BOBS)


async def test_who_is_forgotten_does_not_become_a_player_again(world: World) -> None:
    await linked(world)
    await world.erase()
    with pytest.raises(PlayerForgotten):
        await world.players.remember(Account(puuid=ANNS, riot_id=ANNS_NAME), Platform.EUW1)
    assert await world.players.find(ANNS) is None


@pytest.mark.parametrize("replace", [False, True])
async def test_a_new_match_comes_in_with_a_pseudonym(world: World, replace: bool) -> None:  # noqa: FBT001
    await linked(world)
    await world.erase()
    game = a_game(5, TOGETHER)
    assert await world.matches.store(game, counted_for=ANNS, replace=replace)
    kept = await world.matches.load(game.match.match_id)
    assert kept is not None
    me = kept.match.participants[ME - 1]
    assert is_pseudonym(me.puuid)
    assert (me.name, me.riot_id) == (me.champion, None)
    assert kept.match.by_puuid(BOBS) == game.match.by_puuid(BOBS)
    assert kept.timeline == game.timeline
    assert kept.timeline_document is not None
    for body in (kept.match_document.body, kept.timeline_document.body):
        assert ANNS.encode() not in body
        assert str(me.puuid).encode() in body
    assert await world.games(ANNS) == 0


async def test_each_match_has_another_pseudonym(world: World) -> None:
    await linked(world)
    await world.erase()
    games = [a_game(5, TOGETHER), a_game(6, TOGETHER)]
    assert len(await world.matches.store_many(games, counted_for=BOBS)) == 2
    loaded = [await world.matches.load(game.match.match_id) for game in games]
    assert len({one.match.participants[ME - 1].puuid for one in loaded if one}) == 2
    assert await world.games(BOBS) == 2


@pytest.mark.parametrize("is_done", [False, True])
async def test_a_timeline_that_comes_later_knows_the_player_by_the_matchs_pseudonym(
    world: World,
    is_done: bool,  # noqa: FBT001
) -> None:
    """Whether the erasure has come to the match by then, or not."""
    await linked(world)
    game = a_game(2, TOGETHER)
    await world.matches.store(a_game(2, TOGETHER, timeline=False))
    await world.erase()
    if is_done:
        await world.pseudonymise()
    assert await world.matches.store(game)
    await world.pseudonymise()
    kept = await world.matches.load(game.match.match_id)
    assert kept is not None
    assert kept.timeline_document is not None
    name = str(kept.match.participants[ME - 1].puuid)
    assert is_pseudonym(name)
    assert name.encode() in kept.timeline_document.body
    assert name.encode() in kept.match_document.body
    assert ANNS.encode() not in kept.timeline_document.body


@pytest.mark.parametrize("is_done", [False, True])
async def test_a_timeline_that_comes_to_a_match_as_it_is_kept_leaves_the_player_out(
    world: World,
    is_done: bool,  # noqa: FBT001
) -> None:
    """Whoever fetches a timeline alone has the match from the store, with a pseudonym that Riot does not know."""
    await linked(world)
    game = a_game(2, TOGETHER)
    await world.matches.store(a_game(2, TOGETHER, timeline=False))
    await world.erase()
    if is_done:
        await world.pseudonymise()
    kept = await world.matches.load(game.match.match_id)
    assert kept is not None
    assert game.timeline_document is not None
    late = replace(kept, timeline=game.timeline, timeline_document=game.timeline_document.closed())
    assert await world.matches.store_many([late])
    await world.pseudonymise()
    assert await named(world, 2) == {"pseudonym"}


async def test_a_match_that_was_read_before_it_was_dropped_comes_in_again_without_the_player(world: World) -> None:
    """Its pseudonym is one that no row knows; the timeline that has come meanwhile has the PUUID."""
    await linked(world)
    game = a_game(1, ANN_ALONE)
    await world.matches.store(a_game(1, ANN_ALONE, timeline=False))
    await world.erase()
    read = await world.matches.load(match_id(1))
    await world.pseudonymise()
    assert read is not None
    assert game.timeline_document is not None
    assert await world.matches.load(match_id(1)) is None
    late = replace(read, timeline=game.timeline, timeline_document=game.timeline_document.closed())
    assert await world.matches.store_many([late])
    assert await named(world, 1) == {"pseudonym"}


async def test_a_place_that_was_counted_counts_for_no_pseudonym(world: World) -> None:
    """It was somebody unknown under a former API key, and turns out to be who is forgotten."""
    former = "AnnsPuuidUnderAFormerKey_" + "z9y8" * 12
    await world.matches.store(a_game(2, {ME: (former, ANNS_NAME)} | BOB_ALONE), counted_for=former)
    assert await world.games(former) == 1
    await linked(world)
    await world.erase()
    await world.matches.store(a_game(2, TOGETHER), counted_for=BOBS, replace=True)
    kept = await world.matches.load(match_id(2))
    assert kept is not None
    me = kept.match.participants[ME - 1].puuid
    assert me is not None
    assert is_pseudonym(me)
    assert (await world.games(me), await world.games(former), await world.games(BOBS)) == (0, 0, 1)


@pytest.mark.parametrize("names_people", [False, True])
@pytest.mark.parametrize("way", ["before", "after", "a timeline after"])
async def test_with_bots_between_them_nobody_leaves_in_anothers_place(
    world: World,
    way: str,
    names_people: bool,  # noqa: FBT001
) -> None:
    """Riot leaves bots out of the bare lists of PUUIDs, so these are no lists of places."""
    await linked(world)
    game = with_bots(a_game(2, TOGETHER), {1, 2, 5, 6, 8}, names_people=names_people)
    if way != "after":
        bare = replace(game, timeline=None, timeline_document=None)
        await world.matches.store(game if way == "before" else bare, counted_for=BOBS)
    await world.erase()
    await world.pseudonymise()
    if way != "before":
        await world.matches.store(game, counted_for=BOBS)
    assert await named(world, 2) == {"pseudonym"}
    kept = await world.matches.load(match_id(2))
    assert kept is not None
    assert kept.timeline_document is not None
    assert [one for one in kept.match.participants if one.participant_id != ME] == [
        one for one in game.match.participants if one.participant_id != ME
    ]
    strangers = [one.puuid for one in game.match.participants if one.puuid not in {ANNS, None}]
    me = kept.match.participants[ME - 1].puuid
    assert json.loads(kept.timeline_document.body)["metadata"]["participants"] == [me, *strangers]
    assert await world.matches.intact([match_id(2)]) == {match_id(2)}
    assert await world.games(BOBS) == 1


async def test_under_another_api_key_a_pseudonym_stays_one(world: World) -> None:
    """No tombstone knows the new PUUID: that the place is a pseudonym already is all that is left to go by."""
    await linked(world)
    await played(world)
    await world.erase()
    await world.pseudonymise()
    anew = a_game(2, {ME: (ANNS_ANEW, ANNS_NAME), FRIEND: (BOBS, BOBS_NAME)})
    assert await world.matches.store(anew, counted_for=BOBS, replace=True)
    assert await named(world, 2) == {"pseudonym"}
    kept = await world.matches.load(match_id(2))
    assert kept is not None
    assert kept.match.by_puuid(BOBS) == anew.match.by_puuid(BOBS)


@pytest.mark.parametrize("puuid", [ANNS, ANNS_ANEW])
async def test_a_new_link_gets_its_places_back_when_a_match_is_replaced(world: World, puuid: str) -> None:
    await linked(world)
    await played(world)
    await world.erase()
    await world.pseudonymise()
    await world.bindings.save_binding(ANN, account(puuid))
    game = a_game(2, {ME: (puuid, ANNS_NAME), FRIEND: (BOBS, BOBS_NAME)})
    await world.matches.store(game)
    assert await named(world, 2) == {"pseudonym"}
    await world.matches.store(game, counted_for=puuid, replace=True)
    kept = await world.matches.load(match_id(2))
    assert kept is not None
    assert kept.match == game.match
    assert await world.matches.intact([match_id(2)]) == {match_id(2)}
    assert (await world.games(puuid), await world.games(BOBS)) == (1, 3)


async def test_a_timeline_that_comes_after_a_new_link_goes_by_what_the_match_has(world: World) -> None:
    await linked(world)
    await world.matches.store(a_game(2, TOGETHER, timeline=False))
    await world.erase()
    await world.pseudonymise()
    await world.bindings.save_binding(ANN, account())
    assert await world.matches.store(a_game(2, TOGETHER))
    assert await named(world, 2) == {"pseudonym"}


async def test_a_match_without_its_linked_player_is_not_whole_to_them(world: World) -> None:
    await linked(world)
    await played(world)
    ids = {match_id(2), match_id(4)}
    assert await world.matches.intact(ids, of=ANNS) == ids, "nobody is a pseudonym"
    await world.erase()
    await world.pseudonymise()
    assert await world.matches.intact(ids, of=ANNS) == ids, "nobody is linked"
    await world.bindings.save_binding(ANN, account())
    assert await world.matches.intact(ids, of=ANNS) == {match_id(4)}
    assert await world.matches.intact(ids, of=BOBS) == await world.matches.intact(ids) == ids
    await world.matches.store(a_game(2, TOGETHER), replace=True)
    assert await world.matches.intact(ids, of=ANNS) == ids


async def test_matches_that_hide_their_linked_player_are_told_from_those_that_are_there(world: World) -> None:
    await linked(world)
    await played(world)
    await world.matches.store(a_game(5, TOGETHER, timeline=False))
    ids = {match_id(number) for number in (2, 4, 5, 6)}
    as_ever = KnownMatches(frozenset({match_id(2), match_id(4)}), frozenset({match_id(5)}))
    assert await world.matches.known(ids, of=ANNS) == as_ever, "nobody is a pseudonym"
    await world.erase()
    await world.pseudonymise()
    assert await world.matches.known(ids, of=ANNS) == as_ever, "nobody is linked"
    await world.bindings.save_binding(ANN, account())
    hidden = frozenset({match_id(2), match_id(5)})
    assert await world.matches.known(ids, of=ANNS) == KnownMatches(frozenset({match_id(4)}), frozenset(), hidden)
    assert await world.matches.known(ids, of=BOBS) == await world.matches.known(ids) == as_ever
    await world.matches.store(a_game(2, TOGETHER), replace=True)
    assert (await world.matches.known(ids, of=ANNS)).hiding == {match_id(5)}


async def test_nothing_counts_for_who_is_forgotten(world: World) -> None:
    await linked(world)
    await played(world)
    await world.erase()
    assert await world.statistics.count(ANNS, [match_id(1), match_id(2)]) == 0
    assert await world.games(ANNS) == 0


async def test_a_match_that_the_erasure_has_not_come_to_is_shown_without_the_player(world: World) -> None:
    await linked(world)
    await played(world)
    await world.erase()
    kept = await world.matches.load(match_id(2))
    assert kept is not None
    assert kept.match.by_puuid(ANNS) is None
    assert ANNS.encode() not in kept.match_document.body


async def test_a_new_link_lifts_the_tombstone(world: World) -> None:
    await linked(world)
    await world.erase()
    await world.bindings.save_binding(ANN, account())
    await world.tombstones.check(ANNS)
    game = a_game(5, ANN_ALONE)
    await world.matches.store(game, counted_for=ANNS)
    assert await world.games(ANNS) == 1


async def test_an_erasure_under_way_spares_what_a_new_link_finds(world: World) -> None:
    await linked(world)
    await played(world)
    erasure_id = uuid4()
    await world.erase(erasure_id=erasure_id)
    await world.bindings.save_binding(ANN, account())
    erasure = await world.data.erasure(erasure_id)
    assert erasure is not None
    assert erasure.puuids == (ANNS_OLD,)
    assert await world.pseudonymise() == 0
    assert await world.statistics.count(ANNS, [match_id(1)]) == 1


# Matches.


async def test_matches_of_others_stay_under_a_pseudonym_and_those_of_nobody_go(world: World) -> None:
    await linked(world)
    await played(world)
    await world.erase()
    assert await world.pseudonymise() == 3
    assert await world.matches.load(match_id(1)) is None
    for number in (2, 3):
        kept, before = await world.matches.load(match_id(number)), a_game(number, TOGETHER)
        assert kept is not None
        assert is_pseudonym(kept.match.participants[ME - 1].puuid)
        assert kept.match.by_puuid(BOBS) == before.match.by_puuid(BOBS)
        assert kept.timeline == before.timeline
        assert (
            json.loads(kept.match_document.body)["info"]["participants"][6]
            == (before.match_document.document["info"]["participants"][6])
        )
    assert await world.matches.intact([match_id(n) for n in (2, 3, 4)]) == {match_id(n) for n in (2, 3, 4)}


async def test_years_of_others_count_what_they_counted(world: World) -> None:
    await linked(world)
    await played(world)
    before = await world.statistics.of(BOBS, YEAR)
    await world.erase()
    await world.pseudonymise()
    assert await world.statistics.of(BOBS, YEAR) == before == await world.statistics.recount(BOBS, YEAR)


async def test_a_match_that_counts_for_somebody_unknown_stays(world: World) -> None:
    """Statistics are made of the matches that are there."""
    await world.bindings.save_binding(ANN, account())
    game = a_game(1, TOGETHER)
    await world.matches.store(game, counted_for=BOBS)
    await world.erase()
    await world.pseudonymise()
    assert await world.matches.load(game.match.match_id) is not None
    assert await world.games(BOBS) == 1


async def test_nobody_is_pseudonymised_who_has_not_asked_for_it(world: World) -> None:
    await linked(world)
    await played(world)
    assert await world.data.pseudonymise(ANNS, limit=100) == 0
    kept = await world.matches.load(match_id(1))
    assert kept is not None
    assert kept.match.by_puuid(ANNS) is not None
