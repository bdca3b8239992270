"""Everything that keeps something of somebody, with Ann and Bob in it."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

from pydantic import SecretStr

from src.adapters.database import (
    DatabaseAdapter,
    PostgresJobLedger,
    PostgresLinkSteps,
    PostgresMatchStore,
    PostgresPersonalData,
    PostgresPlayerStore,
    PostgresTombstones,
    PostgresYearlyStatisticsStore,
)
from src.core.domain.binding import DiscordSignIn, PendingLink
from src.core.domain.job import Job
from src.core.domain.personal_data import Erased
from src.core.domain.pseudonyms import is_pseudonym
from src.core.ports.job_ledger import JobLedger
from src.core.ports.link_steps import LinkSteps
from src.core.ports.match_store import MatchStore
from src.core.ports.personal_data import PersonalData
from src.core.ports.player_store import PlayerStore
from src.core.ports.tombstones import Tombstones
from src.core.ports.user_binding import IUserBindingRepository
from src.core.ports.yearly_statistics import YearlyStatisticsStore
from tests.contract.job_ledger.world import a_job
from tests.fakes.clock import FakeClock
from tests.fakes.personal_data import FakePersonalData
from tests.fakes.yearly_statistics import FakeYearlyStatisticsStore
from tests.lives import (
    ANN,
    ANN_ALONE,
    ANNS,
    ANNS_NAME,
    ANNS_OLD,
    BOB,
    BOB_ALONE,
    BOBS,
    BOBS_NAME,
    ME,
    OLD_NAME,
    TOGETHER,
    YEAR,
    a_game,
    account,
    an_invitation,
)

ANNS_ANEW = "AnnsPuuidUnderAnotherKey_" + "q1w2" * 12

_AGE = """
WITH jobs AS (UPDATE jobs SET created_at = created_at - $1 * interval '1 second'),
lines AS (UPDATE link_audit SET at = at - $1 * interval '1 second')
UPDATE erasures SET
    begun_at = begun_at - $1 * interval '1 second', relinked_at = relinked_at - $1 * interval '1 second'
"""


@dataclass(frozen=True, slots=True)
class World:
    """Everything that keeps something of somebody, and its time."""

    data: PersonalData
    tombstones: Tombstones
    bindings: IUserBindingRepository
    steps: LinkSteps
    players: PlayerStore
    matches: MatchStore
    statistics: YearlyStatisticsStore
    ledger: JobLedger
    pass_time: Callable[[float], Awaitable[None]]

    async def erase(self, discord_id: str = ANN, erasure_id: UUID | None = None) -> Erased:
        job = a_job(id=erasure_id or uuid4(), kind="finish", arguments={})
        return await self.data.erase(discord_id, job=job)

    async def pseudonymise(self, puuid: str = ANNS) -> int:
        done = 0
        while count := await self.data.pseudonymise(puuid, limit=2):
            done += count
        return done

    async def games(self, puuid: str) -> int:
        """How many games the player's year counts; it is what a recount says."""
        counted = await self.statistics.of(puuid, YEAR)
        assert counted == await self.statistics.recount(puuid, YEAR)
        return counted.games if counted else 0


def world_of(database: DatabaseAdapter) -> World:
    async def age(seconds: float) -> None:
        await database.execute(_AGE, seconds)

    return World(
        data=PostgresPersonalData(database),
        tombstones=PostgresTombstones(database),
        bindings=database,
        steps=PostgresLinkSteps(database),
        players=PostgresPlayerStore(database),
        matches=PostgresMatchStore(database),
        statistics=PostgresYearlyStatisticsStore(database),
        ledger=PostgresJobLedger(database),
        pass_time=age,
    )


def world_in_memory() -> World:
    clock = FakeClock()
    fake = FakePersonalData(clock)

    async def advance(seconds: float) -> None:
        clock.advance(seconds)

    return World(
        data=fake,
        tombstones=fake.tombstones,
        bindings=fake.bindings,
        steps=fake.steps,
        players=fake.players,
        matches=fake.matches,
        statistics=FakeYearlyStatisticsStore(fake.matches),
        ledger=fake.ledger,
        pass_time=advance,
    )


def a_sign_in(discord_id: str) -> DiscordSignIn:
    return DiscordSignIn(invitation=an_invitation(discord_id), code_verifier=SecretStr("v"))


def a_pending_link(discord_id: str, puuid: str = ANNS, former_owner: str | None = None) -> PendingLink:
    return PendingLink(discord_id=discord_id, discord_name="n", account=account(puuid), former_owner=former_owner)


async def linked(world: World) -> None:
    """Ann and Bob, each with an account; Ann has had another one, which is nobody's now."""
    await world.bindings.save_binding(ANN, account(ANNS_OLD, OLD_NAME))
    await world.players.find(ANNS_OLD)
    await world.bindings.remove_binding(ANN, ANNS_OLD)
    await world.bindings.save_binding(ANN, account())
    await world.bindings.save_binding(BOB, account(BOBS, BOBS_NAME))


async def played(world: World) -> None:
    """One game of Ann's, two of both, one of Bob's; each counts for whom it is."""
    for number, people in enumerate([ANN_ALONE, TOGETHER, TOGETHER, BOB_ALONE], 1):
        game = a_game(number, people)
        await world.matches.store(game)
        for puuid, _ in people.values():
            await world.statistics.count(puuid, [game.match.match_id])


async def exported(world: World, discord_id: str) -> dict[str, Any]:
    return await world.data.export(discord_id, most_matches=100, most_jobs=100)


async def named(world: World, number: int) -> set[str]:
    """By what a stored match and its documents know Ann: `pseudonym`, and whatever leads to her."""
    kept = await world.matches.load(match_id(number))
    assert kept is not None
    assert kept.timeline_document is not None
    me = str(kept.match.participants[ME - 1].puuid)
    found = {"pseudonym" if is_pseudonym(me) else me}
    for body in (kept.match_document.body, kept.timeline_document.body):
        assert me.encode() in body
        found |= {name for name in (ANNS, ANNS_ANEW, ANNS_NAME.tag_line) if name.encode() in body}
    return found


def match_id(number: int) -> str:
    return a_game(number, {}).match.match_id


async def submitted(world: World, job: Any) -> Job:
    return (await world.ledger.submit([job]))[0]
