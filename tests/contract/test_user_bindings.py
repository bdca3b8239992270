"""What holds of every repository of bindings."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID, uuid4

import pytest
from pydantic import SecretStr

from src.adapters.database import DatabaseAdapter
from src.core.domain.binding import (
    ICON_REST,
    MOST_ACCOUNTS,
    Binding,
    IconTask,
    LinkAttempt,
    LinkAudit,
    LinkEvent,
    Proof,
    ProvenAccount,
    SavedBinding,
)
from src.core.domain.job import NewJob
from src.core.domain.regions import Platform
from src.core.domain.reply import Reply
from src.core.domain.riot_id import RiotId
from src.core.errors import AccountTaken, LinkRests, SignInOver, TooManyAccounts
from src.core.ports.user_binding import IUserBindingRepository
from tests.fakes.clock import FakeClock
from tests.fakes.user_binding import FakeUserBindingRepository

REPLY = Reply(
    application_id="1", token=SecretStr("reply-token"), expires_at=datetime(2026, 3, 14, tzinfo=UTC),
    channel_id=None, user_id="42", locale="de", ephemeral=True,
)  # fmt: skip
ATTEMPT = LinkAttempt(
    discord_id="42", discord_name="Ann", platform=Platform.EUW1, nonce=SecretStr("nonce"),
    code_verifier=SecretStr("verifier"), reply=REPLY,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class World:
    """A repository, and its time."""

    repository: IUserBindingRepository
    pass_time: Callable[[float], Awaitable[None]]
    submitted: Callable[[], Awaitable[list[UUID]]]


@pytest.fixture(params=["fake", "postgres"])
def url(request: pytest.FixtureRequest) -> str | None:
    """None stands for the fake."""
    return request.getfixturevalue("database_url") if request.param == "postgres" else None


@pytest.fixture
async def world(url: str | None) -> AsyncIterator[World]:
    if url is None:
        clock = FakeClock()

        async def advance(seconds: float) -> None:
            clock.advance(seconds)

        fake = FakeUserBindingRepository(clock)

        async def jobs() -> list[UUID]:
            return [job.id for job in fake.jobs]

        yield World(fake, advance, jobs)
        return
    async with DatabaseAdapter(url=url) as database:

        async def age(seconds: float) -> None:
            await database.execute("UPDATE link_attempts SET expires_at = expires_at - $1 * interval '1 s'", seconds)
            await database.execute(
                "WITH lines AS (UPDATE link_audit SET at = at - $1 * interval '1 s') "
                "UPDATE bindings SET missing_since = missing_since - $1 * i, bound_at = bound_at - $1 * i "
                "FROM (SELECT interval '1 s' AS i) AS second",
                seconds,
            )

        async def written() -> list[UUID]:
            return [row["id"] for row in await database.fetch("SELECT id FROM jobs ORDER BY created_at")]

        yield World(database, age, written)


@pytest.fixture
def repository(world: World) -> IUserBindingRepository:
    return world.repository


def account(puuid: str = "p-1", name: str = "Ann") -> ProvenAccount:
    return ProvenAccount(puuid=puuid, riot_id=RiotId(game_name=name, tag_line="EUW"), platform=Platform.EUW1)


async def save(repository: IUserBindingRepository, discord_id: str, *args: str, **kwargs: str) -> Binding:
    return (await repository.save_binding(discord_id, account(*args, **kwargs))).binding


async def test_an_attempt_is_taken_once_with_its_secrets(repository: IUserBindingRepository) -> None:
    await repository.open_attempt("hash", ATTEMPT, ttl=600)
    assert await repository.take_attempt("hash") == ATTEMPT
    assert await repository.take_attempt("hash") is None


async def test_of_many_who_take_an_attempt_one_gets_it(repository: IUserBindingRepository) -> None:
    await repository.open_attempt("hash", ATTEMPT, ttl=600)
    await asyncio.gather(*(repository.bindings_of("42") for _ in range(8)))  # a connection for each
    taken = await asyncio.gather(*(repository.take_attempt("hash") for _ in range(8)))
    assert [attempt for attempt in taken if attempt] == [ATTEMPT]


async def test_an_unknown_attempt_is_none(repository: IUserBindingRepository) -> None:
    assert await repository.take_attempt("never opened") is None


async def test_an_attempt_expires(world: World) -> None:
    await world.repository.open_attempt("hash", ATTEMPT, ttl=600)
    await world.pass_time(601)
    assert await world.repository.take_attempt("hash") is None


async def test_opening_an_attempt_twice_is_opening_it_once(repository: IUserBindingRepository) -> None:
    await repository.open_attempt("hash", ATTEMPT, ttl=600)
    await repository.open_attempt("hash", ATTEMPT, ttl=600)
    assert await repository.take_attempt("hash") == ATTEMPT


async def test_opening_one_attempt_leaves_the_others(world: World) -> None:
    await world.repository.open_attempt("old", ATTEMPT, ttl=600)
    await world.pass_time(300)
    await world.repository.open_attempt("new", ATTEMPT, ttl=600)
    assert await world.repository.take_attempt("old") == ATTEMPT


async def test_the_first_account_is_the_main_one(repository: IUserBindingRepository) -> None:
    first = await save(repository, "42", "p-1")
    second = await save(repository, "42", "p-2")
    assert (first.is_main, second.is_main) == (True, False)
    assert await repository.bindings_of("42") == (first, second)
    assert first.riot_id == account().riot_id
    assert first.platform is Platform.EUW1


async def test_a_stranger_has_no_bindings(repository: IUserBindingRepository) -> None:
    assert await repository.bindings_of("nobody") == ()


async def test_linking_again_refreshes_the_name_and_keeps_the_rest(repository: IUserBindingRepository) -> None:
    first = await save(repository, "42", "p-1")
    again = await save(repository, "42", "p-1", name="Annie")
    assert again.riot_id.game_name == "Annie"
    assert (again.is_main, again.bound_at) == (True, first.bound_at)
    assert again.validated_at >= first.validated_at
    assert await repository.bindings_of("42") == (again,)


async def test_an_account_of_somebody_else_is_refused(repository: IUserBindingRepository) -> None:
    first = await save(repository, "42")
    with pytest.raises(AccountTaken):
        await repository.save_binding("43", account())
    assert await repository.bindings_of("42") == (first,)
    assert await repository.bindings_of("43") == ()


async def test_accounts_linked_at_once_make_one_main(repository: IUserBindingRepository) -> None:
    await asyncio.gather(*(repository.bindings_of("42") for _ in range(6)))  # a connection for each
    await asyncio.gather(*(repository.save_binding("42", account(f"p-{number}")) for number in range(6)))
    bindings = await repository.bindings_of("42")
    assert len(bindings) == 6
    assert [binding.is_main for binding in bindings] == [True] + [False] * 5


async def test_an_account_that_two_users_link_at_once_goes_to_one(repository: IUserBindingRepository) -> None:
    answers = await asyncio.gather(
        repository.save_binding("42", account()), repository.save_binding("43", account()), return_exceptions=True
    )
    assert sorted(type(answer).__name__ for answer in answers) == ["AccountTaken", "SavedBinding"]


async def test_validation_renews_name_and_platform(repository: IUserBindingRepository) -> None:
    bound = await save(repository, "42")
    moved = account(name="Annie").model_copy(update={"platform": Platform.NA1})
    validated = await repository.mark_validated("42", moved)
    assert validated is not None
    assert (validated.riot_id, validated.platform) == (moved.riot_id, Platform.NA1)
    assert validated.validated_at >= bound.validated_at
    assert await repository.bindings_of("42") == (validated,)


async def test_only_a_link_of_the_user_is_validated(repository: IUserBindingRepository) -> None:
    await repository.save_binding("42", account())
    assert await repository.mark_validated("43", account()) is None
    assert await repository.mark_validated("42", account("p-2")) is None


async def test_after_the_main_account_the_oldest_other_one_is_main(repository: IUserBindingRepository) -> None:
    for puuid in ("p-1", "p-2", "p-3"):
        await repository.save_binding("42", account(puuid))
    assert await repository.remove_binding("42", "p-1") is True
    bindings = await repository.bindings_of("42")
    assert [(binding.puuid, binding.is_main) for binding in bindings] == [("p-2", True), ("p-3", False)]


async def test_removing_another_account_leaves_the_main_one(repository: IUserBindingRepository) -> None:
    for puuid in ("p-1", "p-2"):
        await repository.save_binding("42", account(puuid))
    assert await repository.remove_binding("42", "p-2") is True
    assert [binding.puuid for binding in await repository.bindings_of("42") if binding.is_main] == ["p-1"]


async def test_what_is_not_linked_cannot_be_removed(repository: IUserBindingRepository) -> None:
    await repository.save_binding("42", account())
    assert await repository.remove_binding("43", "p-1") is False
    assert await repository.remove_binding("42", "p-2") is False
    assert len(await repository.bindings_of("42")) == 1


async def test_a_removed_account_is_free_for_others(repository: IUserBindingRepository) -> None:
    await repository.save_binding("42", account())
    await repository.remove_binding("42", "p-1")
    assert (await save(repository, "43")).is_main is True


def task(icon: int, puuid: str = "p-1", *, user: str = "42") -> LinkAttempt:
    asked = IconTask(account=account(puuid), icon=icon)
    return ATTEMPT.model_copy(update={"task": asked, "discord_id": user})


def notice() -> NewJob:
    return NewJob(id=uuid4(), kind="tell", arguments={}, queue="default", owner="42")


async def events(repository: IUserBindingRepository, discord_id: str) -> list[tuple[LinkEvent, str | None]]:
    return [(audit.event, audit.puuid) for audit in await repository.audits_of(discord_id)]


async def test_looking_at_an_attempt_does_not_use_it_up(world: World) -> None:
    await world.repository.open_attempt("hash", ATTEMPT, ttl=600)
    assert await world.repository.peek_attempt("hash") == ATTEMPT
    assert await world.repository.peek_attempt("other") is None
    await world.pass_time(601)
    assert await world.repository.peek_attempt("hash") is None


async def test_two_people_are_never_asked_for_the_same_icon_of_an_account(repository: IUserBindingRepository) -> None:
    assert await repository.open_attempt("one", task(3), ttl=600) is True
    assert await repository.open_attempt("two", task(3, user="43"), ttl=600) is False
    assert await repository.open_attempt("one", task(3), ttl=600) is True, "the same again"
    assert await repository.open_attempt("two", task(4, user="43"), ttl=600) is True
    assert await repository.open_attempt("three", task(3, "p-2", user="43"), ttl=600) is True, "another account"
    assert await repository.take_attempt("two") == task(4, user="43")


async def test_of_one_persons_attempts_at_an_account_the_newest_counts(repository: IUserBindingRepository) -> None:
    """So that one person alone can neither keep others from an account nor ask it for many icons."""
    for icon in range(9):
        assert await repository.open_attempt(f"h-{icon}", task(icon), ttl=600) is True
    assert await repository.open_attempt("other account", task(3, "p-2"), ttl=600) is True
    assert await repository.peek_attempt("h-7") is None
    assert await repository.take_attempt("h-8") == task(8)
    assert await repository.take_attempt("other account") is not None


async def test_of_many_who_are_asked_for_one_icon_at_once_one_is(repository: IUserBindingRepository) -> None:
    await asyncio.gather(*(repository.bindings_of("42") for _ in range(6)))  # a connection for each
    kept = await asyncio.gather(
        *(repository.open_attempt(f"h-{n}", task(3, user=str(n)), ttl=600) for n in range(6))
    )  # fmt: skip
    assert sorted(kept) == [False] * 5 + [True]


async def test_only_a_few_people_try_one_account_at_a_time(world: World) -> None:
    kept = [await world.repository.open_attempt(f"h-{n}", task(n, user=str(n)), ttl=600) for n in range(7)]
    assert kept == [True] * 5 + [False] * 2
    await world.pass_time(601)
    assert await world.repository.open_attempt("later", task(0, user="8"), ttl=600) is True, "expired ones make room"


@pytest.mark.attack
async def test_of_many_who_try_one_account_at_once_only_a_few_may(repository: IUserBindingRepository) -> None:
    await asyncio.gather(*(repository.bindings_of("42") for _ in range(28)))  # a connection for each, if there are
    kept = await asyncio.gather(*(repository.open_attempt(f"h-{n}", task(n, user=str(n)), ttl=600) for n in range(28)))
    assert sum(kept) == 5


async def test_one_more_account_than_may_be_is_refused(repository: IUserBindingRepository) -> None:
    for number in range(MOST_ACCOUNTS):
        await save(repository, "42", f"p-{number}")
    with pytest.raises(TooManyAccounts):
        await save(repository, "42", "one more")
    await save(repository, "42", "p-3", name="Again")
    assert len(await repository.bindings_of("42")) == MOST_ACCOUNTS


async def test_an_account_changes_hands_with_a_notice(world: World) -> None:
    repository, job = world.repository, notice()
    for puuid in ("p-1", "p-2"):
        await save(repository, "42", puuid)
    before = await repository.owner_of("p-1")

    saved = await repository.save_binding("43", account("p-1"), former_owner="42", notice=job)

    assert isinstance(saved, SavedBinding)
    assert (saved.former, saved.binding.discord_id, saved.binding.is_main) == (before, "43", True)
    assert [(b.puuid, b.is_main) for b in await repository.bindings_of("42")] == [("p-2", True)]
    assert await repository.owner_of("p-1") == saved.binding
    assert await world.submitted() == [job.id]
    assert (await events(repository, "42"))[-1] == (LinkEvent.LOST, "p-1")
    assert await events(repository, "43") == [(LinkEvent.TAKEN_OVER, "p-1")]


async def test_jobs_of_a_link_are_written_with_it_if_it_is_new_to_the_user(world: World) -> None:
    repository, bound, again, taken = world.repository, notice(), notice(), notice()
    assert (await repository.save_binding("42", account(), jobs=[bound])).is_new
    assert not (await repository.save_binding("42", account(name="Anna"), jobs=[again])).is_new
    assert await world.submitted() == [bound.id], "what is linked already needs no beginning"
    told = notice()
    assert (await repository.save_binding("43", account(), former_owner="42", notice=told, jobs=[taken])).is_new
    assert set(await world.submitted()) == {bound.id, told.id, taken.id}


async def test_a_link_that_is_refused_leaves_no_job(world: World) -> None:
    await save(world.repository, "42")
    with pytest.raises(AccountTaken):
        await world.repository.save_binding("43", account(), jobs=[notice()])
    assert await world.submitted() == []


async def test_a_takeover_of_what_has_meanwhile_become_free_tells_nobody(world: World) -> None:
    saved = await world.repository.save_binding("43", account(), former_owner="42", notice=notice())
    assert saved.former is None
    assert await world.submitted() == []


async def test_a_takeover_is_only_from_whom_it_was_meant_to_be(world: World) -> None:
    await save(world.repository, "44")
    with pytest.raises(AccountTaken):
        await world.repository.save_binding("43", account(), former_owner="42", notice=notice())
    assert await world.submitted() == []


async def test_an_icon_does_not_undo_a_sign_in(repository: IUserBindingRepository) -> None:
    by_icon = account().model_copy(update={"proof": Proof.ICON})
    await save(repository, "42")
    with pytest.raises(AccountTaken):
        await repository.save_binding("43", by_icon, former_owner="42")
    assert (await repository.save_binding("42", by_icon)).binding.proof is Proof.RSO, "the better proof stays"


async def test_an_icon_undoes_an_icon_after_a_day_and_a_sign_in_undoes_both_at_once(world: World) -> None:
    by_icon = account().model_copy(update={"proof": Proof.ICON})
    await world.repository.save_binding("42", by_icon)
    with pytest.raises(LinkRests):
        await world.repository.save_binding("43", by_icon, former_owner="42")
    await world.pass_time(ICON_REST - 1)
    assert await world.repository.gives_way("p-1", Proof.ICON) is False
    assert await world.repository.gives_way("p-1", Proof.RSO) is True
    await world.pass_time(2)
    assert await world.repository.gives_way("p-1", Proof.ICON) is True
    await world.repository.save_binding("42", by_icon)  # proven again
    with pytest.raises(LinkRests):
        await world.repository.save_binding("43", by_icon, former_owner="42")
    await world.pass_time(ICON_REST + 1)
    assert (await world.repository.save_binding("43", by_icon, former_owner="42")).binding.proof is Proof.ICON
    assert (await world.repository.save_binding("42", account(), former_owner="43")).binding.proof is Proof.RSO


async def test_of_two_who_take_an_account_over_at_once_one_gets_it(repository: IUserBindingRepository) -> None:
    await save(repository, "42")
    await asyncio.gather(*(repository.bindings_of("42") for _ in range(4)))  # a connection for each
    answers = await asyncio.gather(
        *(repository.save_binding(taker, account(), former_owner="42") for taker in ("43", "44")),
        return_exceptions=True,
    )
    assert sorted(type(answer).__name__ for answer in answers) == ["AccountTaken", "SavedBinding"]


async def test_another_account_becomes_the_main_one(repository: IUserBindingRepository) -> None:
    for puuid in ("p-1", "p-2"):
        await save(repository, "42", puuid)
    main = await repository.make_main("42", "p-2")
    assert main is not None
    assert main.is_main
    assert [(b.puuid, b.is_main) for b in await repository.bindings_of("42")] == [("p-2", True), ("p-1", False)]
    assert await repository.make_main("42", "p-2") == main, "again"


async def test_only_ones_own_account_can_be_the_main_one(repository: IUserBindingRepository) -> None:
    mine = await save(repository, "42")
    await save(repository, "43", "p-2")
    assert await repository.make_main("42", "p-2") is None
    assert await repository.make_main("42", "unknown") is None
    assert await repository.bindings_of("42") == (mine,)


async def test_a_link_follows_its_account_under_a_new_puuid(repository: IUserBindingRepository) -> None:
    before = await save(repository, "42")
    by_name = account("p-new", name="Annie").model_copy(update={"proof": Proof.ICON})
    moved = await repository.mark_validated("42", by_name, was="p-1")
    assert moved is not None
    assert (moved.puuid, moved.bound_at, moved.is_main, moved.proof) == ("p-new", before.bound_at, True, Proof.ICON)
    assert await repository.owner_of("p-1") is None
    assert (await events(repository, "42"))[-1] == (LinkEvent.REKEYED, "p-new")


async def test_a_link_under_its_old_puuid_keeps_its_proof(repository: IUserBindingRepository) -> None:
    await save(repository, "42")
    validated = await repository.mark_validated("42", account().model_copy(update={"proof": Proof.ICON}))
    assert validated is not None
    assert validated.proof is Proof.RSO


@pytest.mark.parametrize("main", ["p-1", "p-2"])
async def test_two_links_to_what_is_one_account_under_a_new_puuid_become_one(
    repository: IUserBindingRepository, main: str
) -> None:
    for puuid in ("p-1", "p-2", "p-3"):
        await save(repository, "42", puuid)
    await repository.make_main("42", main)
    weaker = account("p-2", name="Annie").model_copy(update={"proof": Proof.ICON})
    moved = await repository.mark_validated("42", weaker, was="p-1")
    assert moved is not None
    assert (moved.puuid, moved.is_main, moved.proof) == ("p-2", True, Proof.RSO)
    assert [(b.puuid, b.is_main) for b in await repository.bindings_of("42")] == [("p-2", True), ("p-3", False)]


async def test_a_link_to_what_somebody_else_has_under_a_new_puuid_ends_with_a_notice(world: World) -> None:
    repository, job = world.repository, notice()
    await save(repository, "42")
    theirs = await save(repository, "43", "p-2")
    assert await repository.mark_validated("42", account("p-2"), was="p-1") is None
    assert len(await repository.bindings_of("42")) == 1, "not without a notice"
    assert await repository.mark_validated("42", account("p-2"), was="p-1", lost=job) is None
    assert await repository.bindings_of("42") == ()
    assert await repository.owner_of("p-2") == theirs
    assert await world.submitted() == [job.id]
    assert (await events(repository, "42"))[-1] == (LinkEvent.LOST, "p-1")


async def test_a_missing_account_is_dropped_after_a_while_and_not_at_once(world: World) -> None:
    repository, job = world.repository, notice()
    await save(repository, "42")
    await save(repository, "42", "p-2")
    assert await repository.mark_missing("42", "p-1", drop_after=60, notice=job) is False
    first = (await repository.bindings_of("42"))[0].missing_since
    assert first is not None
    await world.pass_time(30)
    assert await repository.mark_missing("42", "p-1", drop_after=60, notice=job) is False
    assert await world.submitted() == []
    await world.pass_time(31)
    assert await repository.mark_missing("42", "p-1", drop_after=60, notice=job) is True
    assert [(b.puuid, b.is_main) for b in await repository.bindings_of("42")] == [("p-2", True)]
    assert await world.submitted() == [job.id]
    assert (await events(repository, "42"))[-1] == (LinkEvent.DROPPED, "p-1")
    assert await repository.mark_missing("42", "p-1", drop_after=60) is False, "it is no longer linked"


async def test_an_account_that_is_found_again_is_not_missing(world: World) -> None:
    await save(world.repository, "42")
    await world.repository.mark_missing("42", "p-1", drop_after=60)
    validated = await world.repository.mark_validated("42", account())
    assert validated is not None
    assert validated.missing_since is None
    await world.pass_time(61)
    assert await world.repository.mark_missing("42", "p-1", drop_after=60) is False


async def test_every_change_leaves_a_line(repository: IUserBindingRepository) -> None:
    await save(repository, "42")
    await repository.remove_binding("42", "p-1")
    await repository.note(LinkAudit(event=LinkEvent.REFUSED, discord_id="42", reason="because"))
    audits = await repository.audits_of("42")
    assert [(audit.event, audit.puuid, audit.reason) for audit in audits] == [
        (LinkEvent.BOUND, "p-1", "rso"),
        (LinkEvent.UNBOUND, "p-1", None),
        (LinkEvent.REFUSED, None, "because"),
    ]
    assert all(audit.at is not None for audit in audits)
    assert await repository.audits_of("43") == ()


async def test_what_a_link_rests_on_is_used_up_with_it(world: World) -> None:
    repository = world.repository
    await repository.open_attempt("used", task(3), ttl=600)
    await repository.open_attempt("late", task(4, user="43"), ttl=600)
    first = await repository.save_binding("42", account(), uses="used")
    assert await repository.peek_attempt("used") is None
    again = await repository.save_binding("42", account(), uses="used", jobs=[notice()])
    assert (again.binding, again.former) == (first.binding, None), "done before, unseen: the same, and nothing new"
    assert (again.is_new, await world.submitted()) == (False, [])
    with pytest.raises(SignInOver):
        await repository.save_binding("43", account(), former_owner="42", uses="used")
    await world.pass_time(601)
    with pytest.raises(SignInOver):
        await repository.save_binding("43", account("p-2"), uses="late")
    assert await events(repository, "42") == [(LinkEvent.BOUND, "p-1")]


async def test_what_cannot_be_saved_is_not_used_up(repository: IUserBindingRepository) -> None:
    await save(repository, "42")
    await repository.open_attempt("kept", task(3, user="43"), ttl=600)
    with pytest.raises(AccountTaken):
        await repository.save_binding("43", account(), uses="kept")
    assert await repository.peek_attempt("kept") is not None


async def test_many_who_try_many_accounts_anew_do_not_wait_for_each_other(world: World) -> None:
    """What has expired is swept by whoever comes, and they must not lock each other out."""
    repository = world.repository
    for n in range(6):
        await repository.open_attempt(f"old-{n}", task(3, f"p-{n}", user=str(n)), ttl=600)
    await world.pass_time(601)
    await asyncio.gather(*(repository.bindings_of("42") for _ in range(6)))  # a connection for each
    async with asyncio.timeout(1.0):
        kept = await asyncio.gather(
            *(repository.open_attempt(f"new-{n}", task(3, f"p-{n}", user=str(n)), ttl=600) for n in range(6))
        )
    assert kept == [True] * 6


async def test_a_refused_claim_costs_nobody_the_one_they_have(repository: IUserBindingRepository) -> None:
    await repository.open_attempt("mine", task(1), ttl=600)
    await repository.open_attempt("theirs", task(2, user="43"), ttl=600)
    assert await repository.open_attempt("clash", task(2), ttl=600) is False
    assert await repository.peek_attempt("mine") is not None
