"""What an erasure takes away of all that keeps personal data, and what it leaves."""

from typing import Any
from uuid import uuid4

import pytest

from src.core.domain.binding import IconTask, LinkAttempt, LinkAudit, LinkEvent, LinkInvitation, PendingLink
from src.core.domain.job import JobState, Progress
from src.core.domain.regions import Platform
from src.core.domain.reply import user_hash
from src.core.domain.riot_id import RiotId
from src.core.errors import LeaseLost, PlayerForgotten
from src.core.ports.link_steps import Step
from tests.contract.job_ledger.world import a_job, claimed
from tests.contract.personal_data.world import World, a_pending_link, a_sign_in, exported, linked, played, submitted
from tests.lives import (
    ANN,
    ANN_ALONE,
    ANNS,
    ANNS_NAME,
    ANNS_OLD,
    BOB,
    BOBS,
    BOBS_NAME,
    OLD_NAME,
    YEAR,
    a_game,
    a_sync,
    account,
    an_analysis,
    an_invitation,
)


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
    await world.steps.open("another", a_sign_in(ANN), ttl=600)
    attempt = LinkAttempt(discord_id=ANN, discord_name="n", platform=Platform.EUW1)
    await world.bindings.open_attempt("state", attempt, ttl=600)
    assert (await world.data.summary(ANN)).links_under_way == 3
    assert (await world.data.summary(BOB)).links_under_way == 0
    await world.erase()
    assert await world.steps.peek(LinkInvitation, "key") is None
    assert (await world.data.summary(ANN)).links_under_way == 0


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
    task = IconTask(account=account(), icon=7)
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


async def test_an_account_that_has_another_puuid_by_now_is_one(world: World) -> None:
    await world.bindings.save_binding(ANN, account(ANNS_OLD))
    assert await world.bindings.mark_validated(ANN, account(), was=ANNS_OLD) is not None
    assert (await world.erase()).accounts == 1
    for puuid in (ANNS, ANNS_OLD):
        with pytest.raises(PlayerForgotten):
            await world.tombstones.check(puuid)


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


@pytest.mark.parametrize(
    ("discord_id", "puuid", "name"), [(ANN, ANNS, ANNS_NAME), (ANN, "another", OLD_NAME), (BOB, ANNS, ANNS_NAME)]
)
async def test_what_is_asked_for_after_a_new_link_is_not_swept_up(
    world: World, discord_id: str, puuid: str, name: RiotId
) -> None:
    """However soon that is: the user's, and what the account's next owner asks for."""
    await world.bindings.save_binding(ANN, account())
    erasure_id = uuid4()
    await world.erase(erasure_id=erasure_id)
    late = await submitted(world, a_sync(owner=None))
    await world.pass_time(1.0)
    await world.bindings.save_binding(discord_id, account(puuid, name))
    await world.pass_time(1.0)
    asked = [await submitted(world, job) for job in (an_analysis(puuid, discord_id), a_sync(name, discord_id))]
    await world.bindings.save_binding(discord_id, account("yet another", BOBS_NAME))
    assert [job.id for job in await world.data.sweep(erasure_id)] == [late.id]
    assert [(await world.ledger.get(job.id)).arguments for job in asked] == [job.arguments for job in asked]


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


async def test_the_last_line_about_an_account_stays_for_its_matches_alone(world: World) -> None:
    """Nothing else may be known of the account: neither a link nor a player."""
    await world.matches.store(a_game(1, ANN_ALONE))
    for puuid in (ANNS, "of-whom-nothing-is-kept"):
        await world.bindings.note(LinkAudit(event=LinkEvent.UNBOUND, discord_id=ANN, puuid=puuid))
    await world.pass_time(100.0)
    assert await world.data.forget_audit(older_than=50.0) == 1
    assert [line.puuid for line in await world.bindings.audits_of(ANN)] == [ANNS]
    assert (await world.data.summary(ANN)).matches == 1


async def test_lines_of_somebody_who_was_erased_go_altogether(world: World) -> None:
    await linked(world)
    await played(world)
    await world.erase()
    await world.pass_time(100.0)
    await world.data.forget_audit(older_than=50.0)
    assert await world.bindings.audits_of(user_hash(ANN)) == ()
