"""When the people of the world play, whatever the moment one looks."""

from collections import defaultdict
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest

from src.sandbox.riot import World

_NOW = datetime(2026, 11, 28, 9, 20, tzinfo=UTC)
_MINUTE_MS = 60_000
_HOUR_MS = 60 * _MINUTE_MS
_LONGEST_MS = 42 * _MINUTE_MS  # see test_games_last_as_long_as_real_ones, and the loading screen
_STARTS = [_NOW + timedelta(hours=5 * number) for number in range(80)]


@pytest.fixture(scope="module")
def worlds() -> list[World]:
    """The same world, started again and again for more than a fortnight."""
    return [World(seed=1, now=moment) for moment in _STARTS]


def _created(world: World, puuid: str) -> list[int]:
    return [listed.created_ms for listed in world.history(puuid)]


def test_the_main_player_has_just_played(worlds: list[World]) -> None:
    """A showcase, whose 30 to 35 minutes were over within the hour; or a few hours ago, with other plans since."""
    ages = []
    for world, moment in zip(worlds, _STARTS, strict=True):
        newest = world.plans(world.main.puuid)[0]
        assert newest.plan.seed.startswith("showcase")
        ages.append(int(moment.timestamp() * 1000) - newest.plan.created_ms)
    assert min(ages) > 36 * _MINUTE_MS
    assert sum(age < 91 * _MINUTE_MS for age in ages) > 0.85 * len(ages)
    assert max(ages) < 7 * _HOUR_MS


@pytest.mark.parametrize("hour", range(24))
def test_what_was_just_played_is_another_game_every_day_of_a_week(hour: int) -> None:
    """Whatever the time of day, and although evenings with other plans push it back by some hours."""
    days = [_NOW.replace(hour=hour) + timedelta(days=day) for day in range(7)]
    just_played = []
    for world in (World(seed=1, now=day) for day in days):
        newest = [game.plan.seed for game in world.plans(world.main.puuid)[:5]]
        assert len(set(newest)) == len(newest)
        just_played += newest[:1]
    assert len(set(just_played)) == len(days)


def test_nobody_plays_two_games_at_a_time(worlds: list[World]) -> None:
    """Not even when what was listed at one start is put beside what is listed at another."""
    plans: dict[str, dict[str, int]] = defaultdict(dict)
    for world in worlds:
        for player in world.players():
            played = [game.plan for game in world.plans(player.puuid) if player in game.plan.roster]
            plans[player.puuid] |= {plan.match_id: plan.created_ms for plan in played}
    for games in plans.values():
        began = sorted(games.values())
        assert all(later - earlier > _LONGEST_MS for earlier, later in pairwise(began))


def test_games_come_in_sessions_with_days_off(worlds: list[World]) -> None:
    """Within a session, queue times differ."""
    began = sorted(_created(worlds[0], worlds[0].main.puuid))[-40:]
    pauses = [later - earlier for earlier, later in pairwise(began)]
    within = [pause for pause in pauses if pause < 2 * _HOUR_MS]
    assert len(pauses) / 3 < len(within) < len(pauses)
    assert max(within) - min(within) > 10 * _MINUTE_MS
    assert max(pauses) > 24 * _HOUR_MS


def test_a_listed_game_stays_listed_while_it_is_young(worlds: list[World]) -> None:
    """Apart from what was just being played, and cut off by the next start."""
    before, after = worlds[0], worlds[1]
    for player in before.players():
        kept = {listed.match_id for listed in after.history(player.puuid)}
        planned = [game for game in before.plans(player.puuid)[3:20] if not game.plan.seed.startswith("showcase")]
        assert {game.plan.match_id for game in planned} <= kept


def test_every_special_case_is_among_the_newest(worlds: list[World]) -> None:
    """Whenever it is, nobody has to look further back than a fortnight."""
    for world in worlds:
        fortnight = [
            game
            for game in world.plans(world.main.puuid)
            if game.plan.created_ms > world.plans(world.main.puuid)[0].plan.created_ms - 15 * 24 * _HOUR_MS
        ]
        assert len({game.plan.queue.id for game in fortnight}) == 11
        for is_special in (
            lambda game: game.plan.remake,
            lambda game: game.match_gone,
            lambda game: game.timeline_gone,
            lambda game: game.listed_for is not None,
        ):
            assert any(map(is_special, fortnight))


def test_what_is_missing_has_been_missing_for_hours(worlds: list[World]) -> None:
    """So that nobody takes it for what Riot has not written yet."""
    for world, moment in zip(worlds, _STARTS, strict=True):
        for game in world.plans(world.main.puuid):
            if game.match_gone or game.timeline_gone:
                assert game.plan.created_ms < moment.timestamp() * 1000 - 7 * _HOUR_MS


def test_younger_games_have_higher_ids(worlds: list[World]) -> None:
    for player in worlds[0].players():
        ids = [game.plan.game_id for game in worlds[0].plans(player.puuid)]
        assert ids == sorted(ids, reverse=True)
