"""What holds of everything that keeps personal data: it can be shown to whom it belongs, and taken away."""

import json
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID, uuid4

import pytest
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
from src.core.domain.account import Account
from src.core.domain.binding import (
    DiscordSignIn,
    IconTask,
    LinkAttempt,
    LinkAudit,
    LinkEvent,
    LinkInvitation,
    PendingLink,
)
from src.core.domain.job import Job, JobState, Progress
from src.core.domain.personal_data import Erased
from src.core.domain.pseudonyms import is_pseudonym
from src.core.domain.regions import Platform
from src.core.domain.reply import user_hash
from src.core.domain.riot_id import RiotId
from src.core.errors import LeaseLost, PlayerForgotten
from src.core.ports.job_ledger import JobLedger
from src.core.ports.link_steps import LinkSteps, Step
from src.core.ports.match_store import MatchStore
from src.core.ports.personal_data import PersonalData
from src.core.ports.player_store import PlayerStore
from src.core.ports.tombstones import Tombstones
from src.core.ports.user_binding import IUserBindingRepository
from src.core.ports.yearly_statistics import YearlyStatisticsStore
from tests.contract.job_ledger.world import a_job, claimed
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
    FRIEND,
    ME,
    OLD_NAME,
    TOGETHER,
    TOKEN,
    YEAR,
    a_game,
    a_sync,
    account,
    an_analysis,
    an_invitation,
)

ANNS_ANEW = "AnnsPuuidUnderAnotherKey_" + "q1w2" * 12

_AGE = """
WITH jobs AS (UPDATE jobs SET created_at = created_at - $1 * interval '1 second'),
lines AS (UPDATE link_audit SET at = at - $1 * interval '1 second')
UPDATE erasures SET begun_at = begun_at - $1 * interval '1 second'
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


@pytest.fixture(params=["fake", "postgres"])
def url(request: pytest.FixtureRequest) -> str | None:
    """None stands for the fake."""
    return request.getfixturevalue("database_url") if request.param == "postgres" else None


@pytest.fixture
async def world(url: str | None) -> AsyncIterator[World]:
    if url is None:
        yield world_in_memory()
        return
    async with DatabaseAdapter(url=url) as database:
        yield world_of(database)


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


# Telling.


async def test_who_has_nothing_kept_is_told_so(world: World) -> None:
    kept = await world.data.summary("104200000000000001")
    assert (kept.accounts, kept.matches, kept.years, kept.jobs, kept.audit_lines) == ((), 0, 0, 0, 0)


async def test_a_summary_counts_what_is_the_users_and_nobody_elses(world: World) -> None:
    await linked(world)
    await played(world)
    for job in (an_analysis(), an_analysis(BOBS, BOB), a_job(kind="child", arguments={"puuid": ANNS})):
        await world.ledger.submit([job])
    kept = await world.data.summary(ANN)
    assert set(kept.accounts) == {str(ANNS_NAME), str(OLD_NAME)}
    assert (kept.matches, kept.years, kept.jobs, kept.audit_lines) == (3, 1, 2, 3)


async def test_an_export_has_every_part_and_is_json(world: World) -> None:
    await linked(world)
    await played(world)
    await world.steps.open("key", an_invitation(), ttl=600)
    await world.ledger.submit([an_analysis(), an_analysis(BOBS, BOB), a_sync(owner=BOB)])
    export = json.loads(json.dumps(await exported(world, ANN)))
    assert [one["puuid"] for one in export["accounts"]] == [ANNS]
    assert {one["puuid"] for one in export["players"]} == {ANNS, ANNS_OLD}
    column = export["matches"]["columns"].index("match_id")
    assert {row[column] for row in export["matches"]["rows"]} == {match_id(1), match_id(2), match_id(3)}
    assert [one["arguments"]["puuid"] for one in export["jobs"]["entries"]] == [ANNS]
    assert [one["event"] for one in export["links"]] == [LinkEvent.BOUND, LinkEvent.UNBOUND, LinkEvent.BOUND]
    assert len(export["links_under_way"]) == 1


async def test_an_export_holds_no_secret_and_nobody_else(world: World) -> None:
    await linked(world)
    await played(world)
    await world.steps.open("key", an_invitation(), ttl=600)
    await world.ledger.submit([an_analysis(), an_analysis(BOBS, BOB), a_sync(owner=BOB)])
    text = json.dumps(await exported(world, ANN))
    assert not any(secret in text for secret in (TOKEN, BOB, BOBS, str(BOBS_NAME)))


async def test_an_export_leaves_out_what_would_be_too_much_and_says_so(world: World) -> None:
    await linked(world)
    await played(world)
    await world.ledger.submit([an_analysis(), an_analysis()])
    export = await world.data.export(ANN, most_matches=1, most_jobs=0)
    assert (len(export["matches"]["rows"]), export["matches"]["left_out"]) == (1, 2)
    assert (len(export["jobs"]["entries"]), export["jobs"]["left_out"]) == (0, 2)


async def test_a_notice_belongs_to_whom_it_is_addressed(world: World) -> None:
    """Whoever took an account over neither reads whose it was nor silences the word to them."""
    await world.bindings.save_binding(ANN, account())
    notice = a_job(kind="tell", arguments={"discord_id": BOB, "what": "taken_over", "account": str(ANNS_NAME)})
    await world.ledger.submit([notice])
    assert BOB not in json.dumps(await exported(world, ANN))
    assert [one["id"] for one in (await exported(world, BOB))["jobs"]["entries"]] == [str(notice.id)]
    assert (await world.erase(ANN)).job_ids == ()
    assert (await world.ledger.get(notice.id)).arguments == notice.arguments
    assert (await world.erase(BOB)).job_ids == (notice.id,)
    emptied = await world.ledger.get(notice.id)
    assert (emptied.state, emptied.arguments) == (JobState.CANCELLED, {})


async def test_a_riot_id_that_is_a_piece_of_another_finds_nothing_of_theirs(world: World) -> None:
    await world.bindings.save_binding(ANN, account(ANNS, RiotId(game_name="ann", tag_line="eu")))
    longer = RiotId(game_name="JoAnn", tag_line="EUW")
    await world.bindings.save_binding(BOB, account(BOBS, longer))
    told = a_job(
        kind="other", arguments={"account": str(longer), "lower": "joann#euw"}, idempotency_key="a:joann#euw:b"
    )
    await world.ledger.submit([a_sync(longer, owner=BOB), told])
    assert (await world.data.summary(ANN)).jobs == 0
    assert (await world.erase()).job_ids == ()


@pytest.mark.parametrize("other", [f"1{ANN}", f"{ANN}7", f"{ANNS}x", f"-{ANNS}", f"{ANNS}_"])
async def test_an_id_that_is_a_piece_of_another_finds_nothing_of_theirs(world: World, other: str) -> None:
    await world.bindings.save_binding(ANN, account())
    await world.bindings.note(LinkAudit(event=LinkEvent.REFUSED, discord_id=BOB, reason=f"signed in as {other}"))
    await world.ledger.submit([a_job(arguments={"match_id": other}, idempotency_key=f"key:{other}")])
    assert (await world.erase()).job_ids == ()
    assert [line.reason for line in await world.bindings.audits_of(BOB)] == [f"signed in as {other}"]


@pytest.mark.parametrize(
    "told",
    [
        {"arguments": {"nested": {"puuids": [BOBS, ANNS]}}},
        {"arguments": {"text": f"<@{ANN}>"}},
        {"idempotency_key": f"recover:{ANNS}:2025"},
        {"idempotency_key": f"sync::{str(ANNS_NAME).casefold()}:euw1:2025"},
        {"request_key": f"{ANN}/1", "request_fingerprint": "f"},
    ],
)
async def test_a_job_is_found_by_a_name_wherever_that_is(world: World, told: dict[str, Any]) -> None:
    await world.bindings.save_binding(ANN, account())
    job = await submitted(world, a_job(**{"arguments": {}} | told))
    assert (await world.erase()).job_ids == (job.id,)


# Whose an account is.


async def test_an_unlinked_account_belongs_to_who_had_it_last(world: World) -> None:
    for discord_id in (BOB, ANN):
        await world.bindings.save_binding(discord_id, account())
        await world.players.find(ANNS)
        await world.bindings.remove_binding(discord_id, ANNS)
    assert (await world.data.summary(BOB)).accounts == ()
    assert (await world.data.summary(ANN)).accounts == (str(ANNS_NAME),)
    assert (await world.erase(BOB)).accounts == 0
    await world.tombstones.check(ANNS)
    assert (await world.erase(ANN)).accounts == 1


async def test_an_account_that_was_taken_over_and_unlinked_is_not_its_former_owners(world: World) -> None:
    await world.bindings.save_binding(BOB, account())
    await world.bindings.save_binding(ANN, account(), former_owner=BOB)
    await world.players.find(ANNS)
    await world.bindings.remove_binding(ANN, ANNS)
    assert (await world.data.summary(BOB)).accounts == ()
    assert (await world.data.summary(ANN)).accounts == (str(ANNS_NAME),)


async def test_a_refused_claim_makes_nobody_the_owner(world: World) -> None:
    await world.bindings.save_binding(ANN, account())
    await world.players.find(ANNS)
    await world.bindings.remove_binding(ANN, ANNS)
    await world.bindings.note(LinkAudit(event=LinkEvent.REFUSED, discord_id=BOB, puuid=ANNS, reason="r"))
    assert (await world.data.summary(BOB)).accounts == ()
    assert (await world.data.summary(ANN)).accounts == (str(ANNS_NAME),)


async def test_an_unlinked_account_can_be_erased_however_long_ago_that_was(world: World) -> None:
    await linked(world)
    await played(world)
    await world.bindings.remove_binding(ANN, ANNS)
    await world.pass_time(200 * 86_400.0)
    await world.data.forget_audit(older_than=180 * 86_400.0)
    assert (await world.data.summary(ANN)).matches == 3
    assert (await world.erase()).accounts == 2


# Taking away.


async def test_after_an_erasure_nothing_is_kept_but_the_matches(world: World) -> None:
    await linked(world)
    await played(world)
    await world.ledger.submit([an_analysis(), a_sync()])
    erased = await world.erase()
    assert (erased.accounts, len(erased.job_ids)) == (2, 2)
    kept = await world.data.summary(ANN)
    assert (kept.accounts, kept.matches, kept.years, kept.jobs, kept.audit_lines) == ((), 0, 0, 0, 0)
    assert await world.bindings.bindings_of(ANN) == ()
    assert await world.players.find(ANNS) is None
    assert await world.statistics.of(ANNS, YEAR) is None
    assert await world.games(ANNS) == 0


async def test_an_erasure_leaves_everybody_elses_alone(world: World) -> None:
    await linked(world)
    await played(world)
    bobs = await submitted(world, an_analysis(BOBS, BOB))
    await world.steps.open("key", an_invitation(BOB), ttl=600)
    before = await world.data.summary(BOB)
    await world.erase()
    assert await world.data.summary(BOB) == before
    assert await world.ledger.get(bobs.id) == bobs
    assert await world.steps.peek(LinkInvitation, "key") is not None
    assert await world.games(BOBS) == 3


async def test_proofs_and_steps_under_way_are_gone(world: World) -> None:
    await world.steps.open("key", an_invitation(), ttl=600)
    await world.erase()
    assert await world.steps.peek(LinkInvitation, "key") is None


@pytest.mark.parametrize("step", [an_invitation(), a_sign_in(ANN), a_pending_link(ANN), a_pending_link(ANN, BOBS, BOB)])
async def test_a_step_belongs_to_who_takes_it(world: World, step: Step) -> None:
    async def under_way(discord_id: str) -> int:
        return len((await exported(world, discord_id))["links_under_way"])

    await world.steps.open("key", step, ttl=600)
    assert (await under_way(ANN), await under_way(BOB)) == (1, 0)
    await world.erase(BOB)
    assert await under_way(ANN) == 1
    await world.erase(ANN)
    assert await under_way(ANN) == 0


async def test_who_has_proven_the_users_account_to_be_theirs_may_go_on(world: World) -> None:
    """The erasure makes it nobody's; of whose it was, nothing stays in the other's step."""
    await world.bindings.save_binding(ANN, account())
    await world.steps.open("key", a_pending_link(BOB, ANNS, former_owner=ANN), ttl=600)
    await world.erase(ANN)
    left = await world.steps.take(PendingLink, "key")
    assert left == a_pending_link(BOB, ANNS)
    await world.bindings.save_binding(BOB, left.account, former_owner=left.former_owner)
    await world.tombstones.check(ANNS)


async def test_attempts_at_the_users_account_that_prove_nothing_yet_are_gone(world: World) -> None:
    task = IconTask(account=account(), icon=7, picture_url="p")
    for number, (discord_id, asked) in enumerate([(ANN, None), (BOB, task), (BOB, None)]):
        attempt = LinkAttempt(discord_id=discord_id, discord_name="n", platform=Platform.EUW1, task=asked)
        await world.bindings.open_attempt(f"state-{number}", attempt, ttl=600)
    await world.bindings.save_binding(ANN, account())
    await world.erase(ANN)
    left = [await world.bindings.peek_attempt(f"state-{number}") for number in range(3)]
    assert [one is not None for one in left] == [False, False, True]


async def test_the_audit_log_keeps_what_happened_and_not_to_whom(world: World) -> None:
    await linked(world)
    await world.erase()
    assert await world.bindings.audits_of(ANN) == ()
    lines = await world.bindings.audits_of(user_hash(ANN))
    assert [(line.event, line.puuid) for line in lines] == [
        (LinkEvent.BOUND, user_hash(ANNS_OLD)),
        (LinkEvent.UNBOUND, user_hash(ANNS_OLD)),
        (LinkEvent.BOUND, user_hash(ANNS)),
        (LinkEvent.ERASED, None),
    ]


async def test_an_account_that_somebody_has_taken_over_is_theirs(world: World) -> None:
    await world.bindings.save_binding(ANN, account())
    await world.bindings.save_binding(BOB, account(), former_owner=ANN)
    assert (await world.erase()).accounts == 0
    assert [one.puuid for one in await world.bindings.bindings_of(BOB)] == [ANNS]
    await world.tombstones.check(ANNS)


async def test_queued_work_is_cancelled_and_empty(world: World) -> None:
    await linked(world)
    job = await submitted(world, an_analysis())
    erased = await world.erase()
    assert [one.id for one in erased.ended] == [job.id]
    empty = await world.ledger.get(job.id)
    assert (empty.state, empty.arguments, empty.owner, empty.reply) == (JobState.CANCELLED, {}, None, None)
    assert (empty.idempotency_key, empty.result, empty.error) == (None, None, None)
    assert await world.ledger.claim(job.id, worker="w", lease=30.0, max_deaths=3) is None


async def test_running_work_is_nobodys_any_more(world: World) -> None:
    """Whoever holds it learns so with the next word to the ledger, and can neither end it nor give it children."""
    await linked(world)
    held = await claimed(world.ledger, (await submitted(world, an_analysis())).id)
    await world.erase()
    with pytest.raises(LeaseLost):
        await world.ledger.heartbeat(held.id, held.fence, lease=30.0)
    with pytest.raises(LeaseLost):
        await world.ledger.report_progress(held.id, held.fence, Progress(step="x"))
    with pytest.raises(LeaseLost):
        await world.ledger.succeed(held.id, held.fence, {"puuid": ANNS})
    with pytest.raises(LeaseLost):
        await world.ledger.wait_for_children(held.id, held.fence, [a_job(arguments={"puuid": ANNS})])
    ended = await world.ledger.retry_later(held.id, held.fence, delay=1.0, error=str(ANNS_NAME), error_kind="k")
    assert [(job.id, job.state, job.error) for job in ended] == [(held.id, JobState.CANCELLED, None)]


async def test_a_family_goes_as_a_whole(world: World) -> None:
    await linked(world)
    parent = await claimed(world.ledger, (await submitted(world, a_sync())).id)
    children = await world.ledger.wait_for_children(
        parent.id, parent.fence, [a_job(kind="batch", arguments={"puuid": ANNS}), a_job(kind="other")]
    )
    erased = await world.erase()
    assert set(erased.job_ids) == {parent.id, *(child.id for child in children)}
    assert {(await world.ledger.get(job_id)).state for job_id in erased.job_ids} == {JobState.CANCELLED}
    assert await world.ledger.overdue(limit=10) != ()  # the erasure's own job
    assert {hint.job_id for hint in await world.ledger.overdue(limit=10)}.isdisjoint(erased.job_ids)


async def test_a_child_that_names_the_user_takes_its_family_along(world: World) -> None:
    """A sync by somebody whose account had another name then: only its batches say whose matches they are."""
    await linked(world)
    parent = await claimed(world.ledger, (await submitted(world, a_sync(OLD_NAME, owner=None))).id)
    await world.ledger.wait_for_children(parent.id, parent.fence, [a_job(arguments={"puuid": ANNS})])
    await world.erase()
    assert (await world.ledger.get(parent.id)).arguments == {}


async def test_finished_work_loses_what_it_tells(world: World) -> None:
    await linked(world)
    done = await claimed(world.ledger, (await submitted(world, a_sync())).id)
    await world.ledger.succeed(done.id, done.fence, {"summoner_name": ANNS_NAME.game_name})
    failed = await claimed(world.ledger, (await submitted(world, an_analysis())).id)
    await world.ledger.fail(failed.id, failed.fence, error=f"{ANNS_NAME} is not there", error_kind="AccountNotFound")
    erased = await world.erase()
    assert erased.ended == ()
    empty, told = await world.ledger.get(done.id), await world.ledger.get(failed.id)
    assert (empty.state, empty.result, empty.arguments) == (JobState.SUCCEEDED, None, {})
    assert (told.state, told.error_kind, told.error) == (JobState.FAILED, "PlayerForgotten", str(PlayerForgotten()))


@pytest.mark.parametrize("name", [ANNS_NAME, ANNS_NAME.model_copy(update={"tag_line": "ann42"})])
async def test_what_others_have_asked_about_the_user_fails_and_they_can_be_told(world: World, name: Any) -> None:
    await linked(world)
    job = await submitted(world, a_sync(name, owner=BOB, reply=an_analysis(BOBS, BOB).reply))
    erased = await world.erase()
    assert [one.id for one in erased.ended] == [job.id]
    empty = await world.ledger.get(job.id)
    assert (empty.state, empty.error_kind, empty.arguments) == (JobState.FAILED, "PlayerForgotten", {})
    assert (empty.owner, empty.reply) == (BOB, job.reply)
    assert erased.ended[0].reply == job.reply


async def test_a_request_of_an_api_client_is_answered_by_another_job_next_time(world: World) -> None:
    await linked(world)
    first, again = (a_sync(owner=None, request_key="k", request_fingerprint="f") for _ in range(2))
    await submitted(world, first)
    await world.erase()
    assert (await submitted(world, again)).id == again.id


async def test_the_job_that_finishes_it_is_written_with_it(world: World) -> None:
    await linked(world)
    erasure_id = uuid4()
    await world.erase(erasure_id=erasure_id)
    assert (await world.ledger.get(erasure_id)).state is JobState.QUEUED
    erasure = await world.data.erasure(erasure_id)
    assert erasure is not None
    assert set(erasure.puuids) == {ANNS, ANNS_OLD}


async def test_the_same_erasure_again_answers_what_it_took(world: World) -> None:
    """The first may have been done although its caller saw an error."""
    await linked(world)
    await world.ledger.submit([an_analysis()])
    erasure_id = uuid4()
    first = await world.erase(erasure_id=erasure_id)
    again = await world.erase(erasure_id=erasure_id)
    assert (again.accounts, again.job_ids) == (first.accounts, first.job_ids)
    assert [job.id for job in again.ended] == [job.id for job in first.ended]


async def test_another_erasure_finds_nothing_and_undoes_nothing(world: World) -> None:
    await linked(world)
    await world.erase()
    again = await world.erase()
    assert (again.accounts, again.job_ids) == (0, ())
    with pytest.raises(PlayerForgotten):
        await world.tombstones.check(ANNS)


async def test_jobs_of_the_moment_are_swept_up(world: World) -> None:
    """Somebody read the links just before they went, and submitted just after."""
    await linked(world)
    erasure_id = uuid4()
    await world.erase(erasure_id=erasure_id)
    late = [await submitted(world, job) for job in (an_analysis(), a_sync())]
    for _ in range(2):  # the first may have been done although its caller saw an error
        swept = await world.data.sweep(erasure_id)
        assert {(job.id, job.state) for job in swept} == {(job.id, JobState.CANCELLED) for job in late}
    assert (await world.ledger.get(late[0].id)).arguments == {}


async def test_what_the_user_asks_for_later_is_not_swept_up(world: World) -> None:
    await linked(world)
    erasure_id = uuid4()
    await world.erase(erasure_id=erasure_id)
    await world.pass_time(60.0)
    new = await submitted(world, a_sync(BOBS_NAME))
    assert await world.data.sweep(erasure_id) == ()
    assert await world.ledger.get(new.id) == new


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


async def test_a_finished_erasure_is_forgotten(world: World) -> None:
    await linked(world)
    erasure_id = uuid4()
    await world.erase(erasure_id=erasure_id)
    await world.pass_time(10.0)
    assert await world.data.unfinished(older_than=3600.0) == ()
    assert await world.data.unfinished(older_than=5.0) == (erasure_id,)
    await world.data.finish(erasure_id)
    await world.data.finish(erasure_id)
    assert await world.data.erasure(erasure_id) is None
    assert await world.data.unfinished(older_than=5.0) == ()
    assert await world.data.sweep(erasure_id) == ()


async def test_old_lines_of_the_audit_log_go(world: World) -> None:
    """But for the last one about each account of which something is kept."""
    await linked(world)
    await world.bindings.note(LinkAudit(event=LinkEvent.REFUSED, discord_id=ANN, puuid=BOBS, reason="r"))
    await world.bindings.note(LinkAudit(event=LinkEvent.UNBOUND, discord_id=ANN, puuid="of-whom-nothing-is-kept"))
    await world.pass_time(100.0)
    await world.bindings.remove_binding(ANN, ANNS)
    assert await world.data.forget_audit(older_than=200.0) == 0
    assert await world.data.forget_audit(older_than=50.0) == 4
    lines = [(line.event, line.puuid) for line in await world.bindings.audits_of(ANN)]
    assert lines == [(LinkEvent.UNBOUND, ANNS_OLD), (LinkEvent.UNBOUND, ANNS)]
    assert [line.puuid for line in await world.bindings.audits_of(BOB)] == [BOBS]


async def test_lines_of_somebody_who_was_erased_go_altogether(world: World) -> None:
    await linked(world)
    await played(world)
    await world.erase()
    await world.pass_time(100.0)
    await world.data.forget_audit(older_than=50.0)
    assert await world.bindings.audits_of(user_hash(ANN)) == ()
