import statistics
from collections import Counter
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from src.core.domain.facts.item_kinds import BOOTS, COMPONENTS, POTIONS, TRINKETS
from src.core.domain.facts.items import items_of, purchases_of, recalls_of
from src.core.domain.facts.model import Recall
from src.core.domain.match import GameKind
from src.core.domain.match_document import read_match
from src.core.domain.timeline_detail import ItemChange, ItemEvent
from src.core.domain.timeline_document import read_timeline
from tests.real_documents import needs_real_documents
from tests.unit.core.domain.documents import Story
from tests.unit.core.domain.facts.details import bought, detail, undone
from tests.unit.core.domain.real_games import real_games

MATCH = read_match(Story(minutes=30).match())
DAGGER, RUBY, LONG_SWORD, ROD, WAND = 1042, 1028, 1036, 1058, 1026
PHAGE, ZEAL, RABADON, LUDEN, BERSERKERS, GUNMETAL = 3044, 3086, 3089, 6655, 3006, 3172
NEW_COMPONENT, NEW_ITEM = 2901, 2902
ELIXIR, WARD_TRINKET, LENS, POTION, CORRUPTING = 2140, 3340, 3364, 2003, 2033


def completed(*events: tuple[ItemEvent, ...], who: int = 3) -> list[tuple[float, int]]:
    found = items_of(purchases_of(MATCH, detail(items=sum(events, ()))))
    return [(item.time_s, item.item_id) for item in found[who]]


def recalls(*events: tuple[ItemEvent, ...], story: Story | None = None) -> tuple[Recall, ...]:
    timeline = read_timeline((story or Story(minutes=30)).timeline())
    return recalls_of(purchases_of(MATCH, detail(items=sum(events, ()))), timeline.kills)[3]


def test_an_item_is_completed_when_its_purchase_consumes_components() -> None:
    assert completed(bought(300, ROD), bought(400, ROD), bought(600, RABADON, consuming=(ROD, ROD))) == [(600, RABADON)]


def test_what_was_destroyed_at_another_time_was_not_consumed() -> None:
    drunk = (ItemEvent(599.9, 3, ItemChange.DESTROYED, POTION),)
    assert completed(drunk, bought(600, RABADON)) == []


def test_only_the_first_of_two_purchases_at_once_consumed_what_was_destroyed_before() -> None:
    assert completed(bought(600, RABADON, consuming=(ROD,)), bought(600, LUDEN)) == [(600, RABADON)]


def test_an_item_bought_whole_is_completed_if_anybody_put_one_together() -> None:
    somebody = bought(500, RABADON, consuming=(ROD,), who=8)
    assert completed(bought(600, RABADON)) == []
    assert completed(somebody, bought(600, RABADON)) == [(600, RABADON)]


def test_what_somebody_in_the_match_built_on_is_not_completed() -> None:
    mine = bought(300, NEW_COMPONENT, consuming=(DAGGER,))
    assert completed(mine) == [(300, NEW_COMPONENT)]
    assert completed(mine, bought(900, NEW_ITEM, consuming=(NEW_COMPONENT,), who=8)) == []


def test_a_known_component_is_not_completed_even_if_nobody_built_on_it() -> None:
    assert completed(bought(300, PHAGE, consuming=(RUBY,)), bought(400, ZEAL, consuming=(DAGGER, DAGGER))) == []


def test_boots_are_completed_and_better_ones_a_second_time() -> None:
    boots = bought(400, BERSERKERS, consuming=(1001, DAGGER))
    assert completed(boots, bought(900, GUNMETAL, consuming=(BERSERKERS,))) == [(400, BERSERKERS), (900, GUNMETAL)]


def test_elixirs_potions_and_trinkets_are_not_completed() -> None:
    assert completed(
        bought(400, ELIXIR, consuming=(ELIXIR,)),
        bought(500, CORRUPTING, consuming=(2031,)),
        bought(600, LENS, consuming=(WARD_TRINKET,)),
        bought(700, WARD_TRINKET, consuming=(LENS,)),
    ) == []  # fmt: skip


def test_an_item_is_no_component_of_itself() -> None:
    """Else it would be one to be built on."""
    whole, again = bought(600, RABADON, consuming=(ROD,)), bought(900, RABADON, consuming=(ROD, RABADON))
    assert completed(whole, again) == [(600, RABADON), (900, RABADON)]
    assert completed(bought(600, BERSERKERS, consuming=(BERSERKERS,))) == []


def test_a_trinket_exchanged_at_the_same_time_is_no_component() -> None:
    assert completed(bought(600, RABADON, consuming=(WARD_TRINKET,))) == []


def test_two_undos_take_back_two_purchases() -> None:
    first, second = bought(600, RABADON, consuming=(ROD,)), bought(605, RABADON, consuming=(ROD,))
    assert completed(first, second, undone(606, RABADON), undone(607, RABADON)) == []


def test_an_undone_item_is_completed_when_it_is_bought_again() -> None:
    first, second = bought(600, RABADON, consuming=(ROD,)), bought(605, RABADON, consuming=(ROD,))
    assert completed(first, undone(602, RABADON)) == []
    assert completed(first, undone(602, RABADON), second) == [(605, RABADON)]
    assert completed(first, second, undone(606, RABADON)) == [(600, RABADON)]


def test_another_s_undo_and_a_sale_undone_take_nothing_back() -> None:
    item = bought(600, RABADON, consuming=(ROD,))
    sale = (ItemEvent(601, 3, ItemChange.SOLD, WAND), ItemEvent(602, 3, ItemChange.UNDONE, 0))
    assert completed(item, undone(601, RABADON, who=4), sale) == [(600, RABADON)]


def test_a_sold_item_was_completed() -> None:
    sold = (ItemEvent(1500, 3, ItemChange.SOLD, RABADON),)
    assert completed(bought(600, RABADON, consuming=(ROD,)), sold) == [(600, RABADON)]


def test_riot_s_gifts_are_nobody_s() -> None:
    gifts = purchases_of(MATCH, detail(items=bought(600, RABADON, consuming=(ROD,), who=0)))
    assert items_of(gifts) == dict.fromkeys(range(1, 11), ())
    assert recalls_of(gifts, ()) == dict.fromkeys(range(1, 11), ())


def test_a_visit_ends_when_nothing_is_bought_for_thirty_seconds() -> None:
    found = recalls(bought(300, DAGGER), bought(330, RUBY), bought(360, POTION), bought(390.1, ROD))
    assert found == (
        Recall(time_s=300, items=(DAGGER, RUBY, POTION)),
        Recall(time_s=390.1, items=(ROD,)),
    )


def test_the_shopping_of_the_start_is_no_recall() -> None:
    assert recalls(bought(10, DAGGER), bought(90, RUBY), bought(95, POTION)) == ()
    assert [recall.time_s for recall in recalls(bought(10, DAGGER), bought(90.1, RUBY))] == [90.1]


def test_shopping_up_to_75_seconds_after_a_death_is_no_recall() -> None:
    """The dead shop too. Others' deaths and later ones do not matter."""
    story = Story(minutes=30).kill(240.1, 8, 3).kill(424.9, 8, 3).kill(590, 8, 4).kill(801, 8, 3).kill(900, 0, 3)
    visits = [bought(at, DAGGER) for at in (315.1, 500, 600, 800, 900, 975.1)]
    assert [recall.time_s for recall in recalls(*visits, story=story)] == [500, 600, 800, 975.1]


def test_who_began_to_shop_alive_made_a_recall_whatever_came_of_it() -> None:
    story = Story(minutes=30).kill(310, 8, 3)
    assert recalls(bought(300, DAGGER), bought(325, RUBY), story=story) == (Recall(time_s=300, items=(DAGGER, RUBY)),)


def test_a_visit_of_which_everything_was_undone_brought_nothing() -> None:
    found = recalls(bought(300, DAGGER), undone(303, DAGGER))
    assert found == (Recall(time_s=300, items=()),)


@given(st.lists(st.tuples(st.floats(91, 3000), st.integers(1, 4), st.booleans()), max_size=30))
def test_recalls_bring_everything_that_was_bought_and_not_undone(purchases: list[tuple[float, int, bool]]) -> None:
    purchases.sort(key=lambda purchase: purchase[0])
    events = [
        bought(at, item) if kept else (*bought(at, item), *undone(at, item)) for at, item, kept in purchases
    ]  # fmt: skip
    found = recalls(*events)
    assert [item for recall in found for item in recall.items] == [item for _, item, kept in purchases if kept]
    assert all(later.time_s - sooner.time_s > 30 for sooner, later in pairwise(found))


@given(st.lists(st.tuples(st.integers(1, 3), st.sampled_from(list(ItemChange)), st.integers(1, 5)), max_size=40))
def test_nothing_is_completed_oftener_than_bought_or_while_it_is_a_component(
    changes: list[tuple[int, ItemChange, int]],
) -> None:
    events = tuple(ItemEvent(100.0 * (at // 3), who, change, item) for at, (who, change, item) in enumerate(changes))
    purchases = Counter((e.participant_id, e.item_id) for e in events if e.change is ItemChange.PURCHASED)
    for who, items in items_of(purchases_of(MATCH, detail(items=events))).items():
        assert all(count <= purchases[who, item] for item, count in Counter(i.item_id for i in items).items())


def test_no_item_is_of_two_kinds() -> None:
    kinds = (BOOTS, COMPONENTS, POTIONS, TRINKETS)
    assert len(frozenset().union(*kinds)) == sum(map(len, kinds))


@needs_real_documents
def test_in_long_real_games_most_players_complete_three_to_seven_items() -> None:
    counts = []
    for game in real_games():
        items = items_of(purchases_of(game.match, game.detail))
        is_long = game.match.kind is GameKind.RIFT and game.match.duration_s > 1800
        counts += [len(mine) for mine in items.values() if is_long]
    assert sum(3 <= count <= 7 for count in counts) / len(counts) > 0.95
    assert 4 <= statistics.median(counts) <= 5


@needs_real_documents
def test_in_real_games_everything_completed_was_bought_then_and_is_the_end_of_its_line() -> None:
    for game in real_games():
        for who, mine in items_of(purchases_of(game.match, game.detail)).items():
            purchases = {(e.time_s, e.item_id) for e in game.detail.items if e.participant_id == who}
            assert {(item.time_s, item.item_id) for item in mine} <= purchases
            assert list(mine) == sorted(mine, key=lambda item: item.time_s)
            assert not {item.item_id for item in mine} & (COMPONENTS | POTIONS | TRINKETS)


@needs_real_documents
def test_on_the_rift_players_come_back_to_shop_every_two_to_six_minutes() -> None:
    recalled = minutes = 0.0
    for game in real_games():
        recalls = recalls_of(purchases_of(game.match, game.detail), game.timeline.kills)
        for mine in recalls.values() if game.is_five_a_side else ():
            assert len(mine) <= game.match.duration_s / 60
            assert all(recall.time_s > 90 for recall in mine)
            recalled += len(mine)
            minutes += game.match.duration_s / 60
    assert 2 < minutes / recalled < 6


@needs_real_documents
def test_hardly_anybody_begins_to_shop_65_to_85_seconds_after_a_death() -> None:
    """So 75 s tell those who shop while they are dead from those who came back."""
    after: Counter[int] = Counter()
    for game in real_games():
        for who, purchases in purchases_of(game.match, game.detail).items() if game.is_five_a_side else ():
            deaths = [kill.time_s for kill in game.timeline.kills if kill.victim_id == who]
            for earlier, purchase in pairwise(purchases):
                since = [purchase.time_s - death for death in deaths if death <= purchase.time_s]
                if since and purchase.time_s - earlier.time_s > 30:
                    after[int((min(since) - 5) // 20) * 20 + 5] += 1
    assert after[5] > after[25] > after[45] > 2 * after[65] < after[85] < after[105]
