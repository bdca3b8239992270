"""What holds of every repository of bindings."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime

import pytest
from pydantic import SecretStr

from src.adapters.database import DatabaseAdapter
from src.core.domain.binding import LinkAttempt, PendingLink, ProvenAccount
from src.core.domain.regions import Platform
from src.core.domain.reply import Reply
from src.core.domain.riot_id import RiotId
from src.core.errors import AccountTaken
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

        yield World(FakeUserBindingRepository(clock), advance)
        return
    async with DatabaseAdapter(url=url) as database:

        async def age(seconds: float) -> None:
            for table in ("link_attempts", "pending_links"):
                await database.execute(f"UPDATE {table} SET expires_at = expires_at - $1 * interval '1 s'", seconds)  # noqa: S608

        yield World(database, age)


@pytest.fixture
def repository(world: World) -> IUserBindingRepository:
    return world.repository


def account(puuid: str = "p-1", name: str = "Ann") -> ProvenAccount:
    return ProvenAccount(puuid=puuid, riot_id=RiotId(game_name=name, tag_line="EUW"), platform=Platform.EUW1)


def pending(discord_id: str = "42") -> PendingLink:
    return PendingLink(discord_id=discord_id, discord_name="Ann", account=account(), reply=REPLY)


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


async def test_a_pending_link_can_be_looked_at_and_then_taken_once(repository: IUserBindingRepository) -> None:
    await repository.open_pending("hash", pending(), ttl=600)
    assert await repository.peek_pending("hash") == pending()
    assert await repository.take_pending("hash") == pending()
    assert await repository.take_pending("hash") is None
    assert await repository.peek_pending("hash") is None


async def test_a_pending_link_expires(world: World) -> None:
    await world.repository.open_pending("hash", pending(), ttl=600)
    await world.pass_time(601)
    assert await world.repository.peek_pending("hash") is None
    assert await world.repository.take_pending("hash") is None


async def test_the_first_account_is_the_main_one(repository: IUserBindingRepository) -> None:
    first = await repository.save_binding("42", account("p-1"))
    second = await repository.save_binding("42", account("p-2"))
    assert (first.is_main, second.is_main) == (True, False)
    assert await repository.bindings_of("42") == (first, second)
    assert first.riot_id == account().riot_id
    assert first.platform is Platform.EUW1


async def test_a_stranger_has_no_bindings(repository: IUserBindingRepository) -> None:
    assert await repository.bindings_of("nobody") == ()


async def test_linking_again_refreshes_the_name_and_keeps_the_rest(repository: IUserBindingRepository) -> None:
    first = await repository.save_binding("42", account("p-1"))
    again = await repository.save_binding("42", account("p-1", name="Annie"))
    assert again.riot_id.game_name == "Annie"
    assert (again.is_main, again.bound_at) == (True, first.bound_at)
    assert again.validated_at >= first.validated_at
    assert await repository.bindings_of("42") == (again,)


async def test_an_account_of_somebody_else_is_refused(repository: IUserBindingRepository) -> None:
    first = await repository.save_binding("42", account())
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
    assert sorted(type(answer).__name__ for answer in answers) == ["AccountTaken", "Binding"]


async def test_validation_renews_name_and_platform(repository: IUserBindingRepository) -> None:
    bound = await repository.save_binding("42", account())
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
    assert (await repository.save_binding("43", account())).is_main is True
