"""What holds of every store of the steps that a browser makes."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import pytest
from pydantic import SecretStr

from src.adapters.database import DatabaseAdapter, PostgresLinkSteps
from src.core.domain.binding import DiscordSignIn, LinkInvitation, PendingLink, ProvenAccount
from src.core.domain.regions import Platform
from src.core.domain.reply import Reply
from src.core.domain.riot_id import RiotId
from src.core.ports.link_steps import LinkSteps, Step
from tests.fakes.clock import FakeClock
from tests.fakes.link_steps import FakeLinkSteps

REPLY = Reply(
    application_id="1", token=SecretStr("reply-token"), expires_at=datetime(2026, 3, 14, tzinfo=UTC),
    channel_id=None, user_id="42", locale="de", ephemeral=True,
)  # fmt: skip
INVITATION = LinkInvitation(discord_id="42", discord_name="Ann", platform=Platform.EUW1, reply=REPLY)
SIGN_IN = DiscordSignIn(invitation=INVITATION, code_verifier=SecretStr("verifier"))
ACCOUNT = ProvenAccount(puuid="p-1", riot_id=RiotId(game_name="Ann", tag_line="EUW"), platform=Platform.EUW1)
PENDING = PendingLink(discord_id="42", discord_name="Ann", account=ACCOUNT, former_owner="43", reply=REPLY)


@dataclass(frozen=True, slots=True)
class World:
    """A store, and its time."""

    steps: LinkSteps
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

        yield World(FakeLinkSteps(clock), advance)
        return
    async with DatabaseAdapter(url=url) as database:

        async def age(seconds: float) -> None:
            await database.execute("UPDATE link_steps SET expires_at = expires_at - $1 * interval '1 s'", seconds)

        yield World(PostgresLinkSteps(database), age)


@pytest.mark.parametrize("step", [INVITATION, SIGN_IN, PENDING], ids=["invitation", "sign-in", "pending"])
async def test_a_step_can_be_looked_at_and_is_taken_once_with_its_secrets(world: World, step: Step) -> None:
    kind: Any = type(step)
    await world.steps.open("hash", step, ttl=600)
    for _ in range(2):
        assert await world.steps.peek(kind, "hash") == step
    assert await world.steps.take(kind, "hash") == step
    assert await world.steps.take(kind, "hash") is None
    assert await world.steps.peek(kind, "hash") is None


async def test_a_step_is_found_only_as_what_it_is(world: World) -> None:
    await world.steps.open("hash", INVITATION, ttl=600)
    assert await world.steps.peek(PendingLink, "hash") is None
    assert await world.steps.take(PendingLink, "hash") is None
    assert await world.steps.take(LinkInvitation, "hash") == INVITATION


async def test_a_step_expires(world: World) -> None:
    await world.steps.open("hash", INVITATION, ttl=600)
    await world.pass_time(601)
    assert await world.steps.peek(LinkInvitation, "hash") is None
    assert await world.steps.take(LinkInvitation, "hash") is None


async def test_opening_one_step_leaves_the_others(world: World) -> None:
    await world.steps.open("old", INVITATION, ttl=600)
    await world.pass_time(300)
    await world.steps.open("new", SIGN_IN, ttl=600)
    assert await world.steps.take(LinkInvitation, "old") == INVITATION


async def test_of_many_who_take_a_step_one_gets_it(world: World) -> None:
    await world.steps.open("hash", INVITATION, ttl=600)
    await asyncio.gather(*(world.steps.peek(LinkInvitation, "hash") for _ in range(8)))  # a connection for each
    taken = await asyncio.gather(*(world.steps.take(LinkInvitation, "hash") for _ in range(8)))
    assert [step for step in taken if step] == [INVITATION]
