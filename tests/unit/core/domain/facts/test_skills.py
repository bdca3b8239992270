from src.core.domain.facts.skills import level_times_of, skill_orders_of
from src.core.domain.match import GameKind
from src.core.domain.match_document import read_match
from src.core.domain.timeline_detail import LevelUp, SkillPoint
from tests.real_documents import needs_real_documents
from tests.unit.core.domain.documents import Story
from tests.unit.core.domain.facts.details import detail
from tests.unit.core.domain.real_games import real_games

MATCH = read_match(Story().match())


def test_points_are_put_into_slots_in_order_and_nobody_s_are_left_out() -> None:
    points = (SkillPoint(10, 3, 1), SkillPoint(11, 0, 2), SkillPoint(12, 4, 2), SkillPoint(90, 3, 3))
    orders = skill_orders_of(MATCH, detail(skills=points))
    assert list(orders) == list(range(1, 11))
    assert (orders[3], orders[4], orders[5]) == ((1, 3), (2,), ())


def test_level_times_start_with_the_second_level() -> None:
    ups = (LevelUp(91, 3, 2), LevelUp(95, 0, 2), LevelUp(150, 3, 3), LevelUp(160, 4, 2))
    times = level_times_of(MATCH, detail(levels=ups))
    assert (times[3], times[4], times[5]) == ((91, 150), (160,), ())


def test_a_level_of_which_only_a_later_one_tells_has_no_time() -> None:
    """Arena starts at level 3, and its first level ups are nobody's."""
    ups = (LevelUp(0, 0, 2), LevelUp(0, 0, 3), LevelUp(80, 3, 4))
    assert level_times_of(MATCH, detail(levels=ups))[3] == (None, None, 80)


def test_a_level_is_reached_once() -> None:
    assert level_times_of(MATCH, detail(levels=(LevelUp(91, 3, 2), LevelUp(99, 3, 2))))[3] == (91,)


def test_a_participant_whom_the_match_does_not_know_has_nothing() -> None:
    unknown = detail(skills=(SkillPoint(10, 77, 1),), levels=(LevelUp(91, 77, 2),))
    assert 77 not in skill_orders_of(MATCH, unknown)
    assert 77 not in level_times_of(MATCH, unknown)


@needs_real_documents
def test_real_levels_are_reached_one_after_the_other_up_to_the_last() -> None:
    for game in real_games():
        if game.match.kind is GameKind.ARENA:
            continue
        times = level_times_of(game.match, game.detail)
        for participant in game.match.participants:
            mine = [time for time in times[participant.participant_id] if time is not None]
            assert len(mine) == len(times[participant.participant_id]) == participant.champion_level - 1
            assert mine == sorted(mine)


@needs_real_documents
def test_real_players_have_a_point_a_level_and_one_more_of_an_elixir() -> None:
    """But for Aphelios, who has three beside them; few leave more than one unused."""
    unused = 0
    for game in real_games():
        orders = skill_orders_of(game.match, game.detail)
        for participant in game.match.participants if game.is_five_a_side else ():
            beyond = len(orders[participant.participant_id]) - participant.champion_level
            assert beyond <= (3 if participant.champion == "Aphelios" else 1)
            unused += beyond < -1
    assert unused <= 5
