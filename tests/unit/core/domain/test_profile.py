"""What stored matches say of a player."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from src.core.domain.match import GameKind, Outcome
from src.core.domain.match_summary import MatchSummary
from src.core.domain.profile import FORM_GAMES, LATEST_GAMES, MOST_CHAMPIONS, Tally, counts, read_played
from tests.fakes.matches import a_match_summary
from tests.fakes.profiles import GOLD, SILVER, a_profile

GAMES = st.builds(
    a_match_summary,
    outcome=st.sampled_from(Outcome),
    kind=st.sampled_from(GameKind),
    champion=st.sampled_from(("Ahri", "Sejuani", "Thresh", "Jinx", "Garen", "Lulu", "Vi")),
    position=st.sampled_from((None, "TOP", "JUNGLE", "MIDDLE", "BOTTOM", "UTILITY", "Invalid")),
    placement=st.none() | st.integers(1, 8),
    duration_s=st.floats(0, 7200),
    kills=st.integers(0, 40),
    deaths=st.integers(0, 40),
    assists=st.integers(0, 40),
    cs=st.integers(0, 500),
)
HISTORIES = st.lists(GAMES, max_size=60).map(
    lambda games: [a_match_summary(n, **_but_when(game)) for n, game in enumerate(games)]
)


def _but_when(game: MatchSummary) -> dict[str, object]:
    fields = {name: getattr(game, name) for name in MatchSummary.__slots__}
    return {name: value for name, value in fields.items() if name not in {"match_id", "started_at"}}


@given(HISTORIES)
def test_every_counted_game_is_a_win_or_a_loss_of_one_champion(games: list[MatchSummary]) -> None:
    total, played = Tally.of(games), read_played(games, are_all=True)
    assert total.games == len([game for game in games if game.outcome in {Outcome.WIN, Outcome.LOSS}])
    counted = sum(one.tally.games for one in played.champions)
    assert counted == total.games or (counted < total.games and len(played.champions) == MOST_CHAMPIONS)
    assert all(0 <= (one.tally.win_rate or 0) <= 1 and one.tally.games > 0 for one in played.champions)


@given(HISTORIES)
def test_remakes_and_aborted_games_change_no_number(games: list[MatchSummary]) -> None:
    """They are among the latest games and the stored ones, and nowhere else."""
    counted = [game for game in games if counts(game)]
    told, alone = read_played(games, are_all=True), read_played(counted, are_all=True)
    assert (told.form, told.champions, told.roles) == (alone.form, alone.champions, alone.roles)
    assert told.stored == len(games)
    assert told.latest == tuple(games[:LATEST_GAMES])


@given(HISTORIES)
def test_the_form_is_the_newest_counted_games_newest_first(games: list[MatchSummary]) -> None:
    form = read_played(games, are_all=True).form
    newest = [game.outcome for game in games if counts(game)][:FORM_GAMES]
    assert list(form.results) == newest
    assert (form.tally.wins, form.tally.losses) == (newest.count(Outcome.WIN), newest.count(Outcome.LOSS))
    assert form.winning_streak == next((n for n, one in enumerate(newest) if one is not Outcome.WIN), len(newest))


@given(HISTORIES)
def test_the_shares_of_the_roles_add_up(games: list[MatchSummary]) -> None:
    roles = read_played(games, are_all=True).roles
    assert sum(role.share for role in roles) == pytest.approx(1.0 if roles else 0.0)
    on_lanes = [game for game in games if counts(game) and game.kind is GameKind.RIFT]
    assert sum(role.tally.games for role in roles) == len(
        [game for game in on_lanes if game.position not in {None, "Invalid"}]
    )


@given(HISTORIES)
def test_more_games_come_first_then_more_wins(games: list[MatchSummary]) -> None:
    played = read_played(games, are_all=True)
    for tallies in ([one.tally for one in played.champions], [one.tally for one in played.roles]):
        order = [(-tally.games, -tally.wins) for tally in tallies]
        assert order == sorted(order)


def test_champions_played_as_often_and_as_well_are_in_the_order_they_were_played_last() -> None:
    games = [
        a_match_summary(0, champion="Vi"),
        a_match_summary(1, champion="Ahri"),
        a_match_summary(2, champion="Vi"),
        a_match_summary(3, champion="Ahri"),
    ]
    assert [one.champion for one in read_played(games, are_all=True).champions] == ["Vi", "Ahri"]


def test_the_kda_is_of_all_games_together_and_a_match_summary_without_a_death_counts_as_one_death() -> None:
    games = [a_match_summary(0, kills=2, deaths=1, assists=3), a_match_summary(1, kills=0, deaths=4, assists=5)]
    assert Tally.of(games).kda == pytest.approx(10 / 5)
    assert Tally.of([a_match_summary(0, deaths=0, kills=3, assists=4)]).kda == 7
    assert Tally().kda == 0


def test_a_few_games_have_no_win_rate() -> None:
    assert [Tally(wins=wins, losses=1).win_rate for wins in range(3)] == [None, None, pytest.approx(2 / 3)]


@pytest.mark.parametrize(
    ("queue_id", "mode"), [(830, "CLASSIC"), (890, "CLASSIC"), (1810, "STRAWBERRY"), (0, "STRAWBERRY")]
)
def test_games_against_bots_are_listed_and_change_no_number(queue_id: int, mode: str) -> None:
    mine, bots = a_match_summary(0, queue_id=480), a_match_summary(1, queue_id=queue_id, mode=mode, champion="Yuumi")
    told, alone = read_played([bots, mine], are_all=True), read_played([mine], are_all=True)
    assert (told.form, told.champions, told.roles) == (alone.form, alone.champions, alone.roles)
    assert told.latest == (bots, mine)


def test_farm_is_measured_where_the_player_farms() -> None:
    """200 CS in 20 minutes; the support's games, the Abyss and the Arena have nothing to say."""
    others = [
        a_match_summary(1, position="UTILITY", cs=20),
        a_match_summary(2, kind=GameKind.ARAM, position=None, cs=60),
        a_match_summary(3, kind=GameKind.ARENA, position=None, placement=2, cs=0),
        a_match_summary(4, kind=GameKind.RIFT_NO_LANES, position=None, cs=150),
        a_match_summary(5, outcome=Outcome.REMAKE, cs=9),
    ]
    assert read_played([a_match_summary(0, cs=200, duration_s=1200.0), *others], are_all=True).form.cs_per_minute == 10
    assert read_played(others, are_all=True).form.cs_per_minute is None


def test_in_the_arena_a_win_is_what_riot_calls_one_and_places_have_a_mean() -> None:
    arena = {"kind": GameKind.ARENA, "position": None, "mode": "CHERRY"}
    games = [
        a_match_summary(0, placement=2, outcome=Outcome.WIN, **arena),
        a_match_summary(1, placement=7, outcome=Outcome.LOSS, **arena),
        a_match_summary(2, placement=3, outcome=Outcome.WIN, **arena),
        a_match_summary(3, placement=8, outcome=Outcome.ABORTED, **arena),
    ]
    played = read_played(games, are_all=True)
    assert (played.form.tally.wins, played.form.tally.losses) == (2, 1)
    assert (played.form.average_place, played.roles) == (4.0, ())
    assert read_played(games[:2], are_all=True).form.average_place is None, "two places have no mean worth telling"


def test_the_newest_match_is_dated_by_its_end() -> None:
    played = read_played([a_match_summary(0), a_match_summary(1)], are_all=False)
    assert (played.newest_at, played.are_all) == (a_match_summary(0).started_at + timedelta(minutes=30), False)


def test_nothing_stored_is_nothing_said() -> None:
    played = read_played([], are_all=True)
    assert (played.stored, played.newest_at, played.champions, played.roles, played.latest) == (0, None, (), (), ())
    assert (played.form.tally.games, played.form.results, played.form.winning_streak) == (0, (), 0)


def test_solo_comes_before_flex_and_other_ladders_are_left_out() -> None:
    other = GOLD.model_copy(update={"queue": "RANKED_FLEX_TT"})
    assert a_profile(entries=(SILVER, other, GOLD)).ladders == (GOLD, SILVER)
    assert a_profile(entries=None).ladders == a_profile(entries=()).ladders == ()


@pytest.mark.parametrize(("tier", "is_apex"), [("DIAMOND", False), ("MASTER", True), ("CHALLENGER", True)])
def test_the_highest_tiers_have_no_divisions(tier: str, *, is_apex: bool) -> None:
    assert GOLD.model_copy(update={"tier": tier}).is_apex is is_apex
