"""LinkNotices: what people are told of links that others ended."""

import pytest

from src.core.domain.binding import ProvenAccount
from src.core.domain.job import Job, JobState
from src.core.domain.regions import Platform
from src.core.errors import Unavailable
from src.core.services.link_notices import TELL_USER, Notice
from tests.unit.core.services.link_world import NAME, LinkWorld


@pytest.fixture
def world() -> LinkWorld:
    return LinkWorld()


ACCOUNT = ProvenAccount(puuid="p-1", riot_id=NAME, platform=Platform.KR)


@pytest.mark.parametrize(("what", "word"), [(Notice.TAKEN_OVER, "password"), (Notice.DROPPED, "no such account")])
async def test_the_owner_of_a_link_that_ended_reads_which_and_what_to_do(
    world: LinkWorld, what: Notice, word: str
) -> None:
    binding = (await world.rows.save_binding("1", ACCOUNT)).binding
    await world.rows.save_binding("2", ACCOUNT, former_owner="1")
    job = world.notices.job(what, binding)
    assert (job.kind, job.owner) == (TELL_USER, None)

    assert await world.notices.tell(**job.arguments) == {"success": True, "told": True}

    (text,) = world.messages.told["1"]
    assert text.startswith("Hide on bush#KR1 is no longer linked to you")
    assert word in text
    assert "/bind" in text


@pytest.mark.attack
async def test_who_takes_an_account_and_has_it_erased_silences_nobody(world: LinkWorld) -> None:
    """Erasing empties what names the eraser's account, so the notice must not be found by its name."""
    binding = (await world.rows.save_binding("1", ACCOUNT)).binding
    job = world.notices.job(Notice.TAKEN_OVER, binding)
    assert not any("Hide" in str(value) or "p-1" in str(value) for value in job.arguments.values())
    await world.rows.save_binding("2", ACCOUNT, former_owner="1")
    await world.rows.remove_binding("2", "p-1")
    world.players.players.clear()

    await world.notices.tell(**job.arguments)

    (text,) = world.messages.told["1"]
    assert text.startswith("A Riot account is no longer linked to you")


async def test_of_two_accounts_lost_one_after_the_other_each_is_named(world: LinkWorld) -> None:
    """The first notice may be told after the second loss."""
    jobs = []
    for number in (1, 2):
        name = NAME.model_copy(update={"game_name": f"Account {number}"})
        account = ACCOUNT.model_copy(update={"puuid": f"p-{number}", "riot_id": name})
        binding = (await world.rows.save_binding("1", account)).binding
        await world.rows.save_binding("2", account, former_owner="1")
        jobs.append(Job(**dict(world.notices.job(Notice.TAKEN_OVER, binding)), created_at=world.clock.now(),
                        state=JobState.QUEUED))  # fmt: skip
        world.clock.advance(5)

    for job in jobs:
        await world.notices.tell(**job.arguments, job=job)

    assert [text.split(" is no longer")[0] for text in world.messages.told["1"]] == ["Account 1#KR1", "Account 2#KR1"]


async def test_who_takes_no_messages_is_not_told_and_nothing_fails(world: LinkWorld) -> None:
    world.messages.closed.add("1")

    told = await world.notices.tell("1", "taken_over", "Hide on bush#KR1")

    assert told == {"success": True, "told": False}


async def test_a_discord_that_is_away_is_tried_again(world: LinkWorld) -> None:
    world.messages.error = Unavailable()

    with pytest.raises(Unavailable):
        await world.notices.tell("1", "taken_over", "Hide on bush#KR1")
