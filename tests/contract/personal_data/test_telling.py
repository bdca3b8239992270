"""What is whose: everything that keeps personal data shows it to whom it belongs."""

import json
from typing import Any

import pytest

from src.core.domain.binding import LinkAudit, LinkEvent
from src.core.domain.job import JobState
from src.core.domain.riot_id import RiotId
from tests.contract.job_ledger.world import a_job
from tests.contract.personal_data.world import World, exported, linked, match_id, played, submitted
from tests.lives import (
    ANN,
    ANNS,
    ANNS_NAME,
    ANNS_OLD,
    BOB,
    BOBS,
    BOBS_NAME,
    OLD_NAME,
    TOKEN,
    a_sync,
    account,
    an_analysis,
    an_invitation,
)


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
    notice = a_job(kind="tell", arguments={"discord_id": BOB, "what": "w", "account": str(ANNS_NAME), "puuid": ANNS})
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
    await world.players.find(ANNS)
    await world.bindings.remove_binding(ANN, ANNS)
    await world.pass_time(200 * 86_400.0)
    await world.data.forget_audit(older_than=180 * 86_400.0)
    assert (await world.data.summary(ANN)).matches == 3
    assert (await world.erase()).accounts == 2
