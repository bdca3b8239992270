"""BindingCheck: what has become of a linked account."""

from dataclasses import dataclass, field

import pytest

from src.core.domain.account import Account, Summoner
from src.core.domain.binding import Binding, LinkEvent, Proof, ProvenAccount
from src.core.domain.regions import Platform
from src.core.domain.riot_id import RiotId
from src.core.errors import AccountNotFound, RiotRequestRejected, Unavailable
from src.core.services.binding_check import BindingCheck, Checked
from tests.fakes.match_store import FakeMatchStore
from tests.fakes.matches import PUUID, a_stored_match
from tests.fakes.riot_api import FakeRiotApi
from tests.unit.core.services.link_world import LinkWorld

ANN = RiotId(game_name="Ann", tag_line="EUW")
DAY = 86_400.0


@dataclass
class World(LinkWorld):
    """One account is linked; Riot knows it."""

    store: FakeMatchStore = field(default_factory=FakeMatchStore)

    def __post_init__(self) -> None:
        super().__post_init__()
        self.riot = FakeRiotApi()
        self.riot.accounts = [Account(puuid=PUUID, riot_id=ANN)]
        self.check = BindingCheck(self.rows, self.riot, matches=self.store, notices=self.notices)

    async def linked(self) -> Binding:
        account = ProvenAccount(puuid=PUUID, riot_id=ANN, platform=Platform.EUW1)
        return (await self.rows.save_binding("1", account)).binding

    def change_key(self) -> None:
        """Riot cannot read PUUIDs of before, and gives Ann another one."""
        self.riot.error_for["account_by_puuid", PUUID] = RiotRequestRejected()
        self.riot.accounts = [Account(puuid="new", riot_id=ANN)]

    def new_history(self, *match_ids: str) -> None:
        """What the account of today has played: the times are those of the stored matches."""
        for match_id in match_ids:
            created = a_stored_match(match_id).match.started_at.timestamp() * 1000
            document = {"metadata": {"matchId": match_id}, "info": {"gameCreation": created}}
            self.riot.matches[match_id] = document
            self.riot.histories["new"].append(match_id)


@pytest.fixture
def world() -> World:
    return World()


async def test_a_renamed_account_that_moved_keeps_its_link(world: World) -> None:
    binding = await world.linked()
    renamed = RiotId(game_name="Annie", tag_line="NA1")
    world.riot.accounts = [Account(puuid=PUUID, riot_id=renamed)]
    world.riot.summoners = [Summoner(puuid=PUUID, platform=Platform.NA1, profile_icon_id=1, level=30)]
    world.clock.advance(60)

    assert await world.check.check(binding) is Checked.VALID

    now = await world.rows.owner_of(PUUID)
    assert now is not None
    assert (now.riot_id, now.platform, now.validated_at) == (renamed, Platform.NA1, world.clock.now())
    assert now.bound_at == binding.bound_at


@pytest.mark.parametrize("trouble", [RiotRequestRejected()])
async def test_a_region_that_riot_does_not_tell_stays(world: World, trouble: Exception) -> None:
    binding = await world.linked()
    world.riot.error_for["active_platform"] = trouble

    assert await world.check.check(binding) is Checked.VALID

    now = await world.rows.owner_of(PUUID)
    assert now is not None
    assert now.platform is Platform.EUW1


async def test_one_404_ends_no_link_and_a_day_of_them_does(world: World) -> None:
    binding = await world.linked()
    world.riot.accounts = []

    assert await world.check.check(binding) is Checked.MISSING
    world.clock.advance(DAY)
    assert await world.check.check(binding) is Checked.MISSING
    assert not world.rows.jobs
    world.clock.advance(1)
    assert await world.check.check(binding) is Checked.DROPPED

    assert await world.rows.bindings_of("1") == ()
    (job,) = world.rows.jobs
    assert job.arguments == {"discord_id": "1", "what": "dropped", "account": "Ann#EUW"}
    assert [hint.job_id for hint in world.queue.published] == [job.id]
    assert [audit.event for audit in world.rows.audits] == [LinkEvent.BOUND, LinkEvent.DROPPED]


async def test_an_account_that_is_back_is_as_good_as_new(world: World) -> None:
    binding = await world.linked()
    accounts, world.riot.accounts = world.riot.accounts, []
    await world.check.check(binding)
    world.riot.accounts = accounts
    assert await world.check.check(binding) is Checked.VALID
    world.riot.accounts = []
    world.clock.advance(2 * DAY)

    assert await world.check.check(binding) is Checked.MISSING


async def test_under_a_new_key_the_account_is_found_by_its_name(world: World) -> None:
    binding = await world.linked()
    world.change_key()

    assert await world.check.check(binding) is Checked.VALID

    now = await world.rows.owner_of("new")
    assert now is not None
    assert (now.discord_id, now.riot_id, now.is_main) == ("1", ANN, True)
    assert now.proof is Proof.ICON, "a name alone gives way to any proof"
    assert await world.rows.owner_of(PUUID) is None


async def test_a_match_in_common_shows_that_it_is_the_same_player(world: World) -> None:
    binding = await world.linked()
    await world.store.store(a_stored_match("EUW1_1"))
    world.change_key()
    world.new_history("EUW1_7", "EUW1_1")

    assert await world.check.check(binding) is Checked.VALID
    now = await world.rows.owner_of("new")
    assert now is not None
    assert now.proof is Proof.RSO


@pytest.mark.attack
async def test_who_takes_a_riot_id_that_was_given_up_does_not_take_the_link(world: World) -> None:
    binding = await world.linked()
    await world.store.store(a_stored_match("EUW1_1"))
    world.change_key()
    world.new_history("EUW1_7", "EUW1_8")

    assert await world.check.check(binding) is Checked.UNKNOWN

    assert await world.rows.owner_of("new") is None
    assert await world.rows.owner_of(PUUID) == binding


async def test_a_name_that_nobody_has_under_the_new_key_leaves_the_link_as_it_is(world: World) -> None:
    binding = await world.linked()
    world.change_key()
    world.riot.accounts = []

    assert await world.check.check(binding) is Checked.UNKNOWN
    assert await world.rows.owner_of(PUUID) == binding


@pytest.mark.parametrize("proof", list(Proof))
async def test_a_new_puuid_that_somebody_has_linked_stays_theirs(world: World, proof: Proof) -> None:
    """By its name alone nothing shows that it is the same account, so nothing ends."""
    account = ProvenAccount(puuid=PUUID, riot_id=ANN, platform=Platform.EUW1, proof=proof)
    binding = (await world.rows.save_binding("1", account)).binding
    await world.rows.save_binding("2", ProvenAccount(puuid="new", riot_id=ANN, platform=Platform.EUW1))
    world.change_key()

    assert await world.check.check(binding) is Checked.UNKNOWN

    now = await world.rows.owner_of("new")
    assert now is not None
    assert now.discord_id == "2"
    assert await world.rows.owner_of(PUUID) == binding


async def test_what_somebody_has_proven_under_the_new_key_is_theirs_and_the_old_link_ends_with_a_word(
    world: World,
) -> None:
    binding = await world.linked()
    await world.store.store(a_stored_match("EUW1_1"))
    await world.rows.save_binding("2", ProvenAccount(puuid="new", riot_id=ANN, platform=Platform.EUW1))
    world.change_key()
    world.new_history("EUW1_1")

    assert await world.check.check(binding) is Checked.DROPPED

    assert await world.rows.bindings_of("1") == ()
    (job,) = world.rows.jobs
    assert job.arguments["discord_id"] == "1"
    assert [hint.job_id for hint in world.queue.published] == [job.id]


async def test_who_has_linked_the_account_anew_meanwhile_has_one_link(world: World) -> None:
    binding = await world.linked()
    await world.rows.save_binding("1", ProvenAccount(puuid="new", riot_id=ANN, platform=Platform.EUW1))
    world.change_key()

    assert await world.check.check(binding) is Checked.VALID

    (one,) = await world.rows.bindings_of("1")
    assert (one.puuid, one.is_main, one.proof) == ("new", True, Proof.RSO)


async def test_of_two_checks_at_once_neither_says_that_a_link_has_ended(world: World) -> None:
    binding = await world.linked()
    world.change_key()
    assert await world.check.check(binding) is Checked.VALID

    assert await world.check.check(binding) is Checked.VALID, "it was under way when the first was done"
    assert not world.rows.jobs


@pytest.mark.parametrize("trouble", [RiotRequestRejected(), AccountNotFound()])
async def test_a_history_that_riot_refuses_shows_nothing(world: World, trouble: Exception) -> None:
    binding = await world.linked()
    await world.store.store(a_stored_match("EUW1_1"))
    world.change_key()
    world.riot.error_for["match_ids"] = trouble

    assert await world.check.check(binding) is Checked.UNKNOWN


async def test_a_riot_that_is_away_says_nothing_about_an_account(world: World) -> None:
    binding = await world.linked()
    world.riot.errors.append(Unavailable())

    with pytest.raises(Unavailable):
        await world.check.check(binding)

    assert await world.rows.owner_of(PUUID) == binding
