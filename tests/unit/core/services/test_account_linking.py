"""AccountLinking: whoever typed /bind, and nobody else, completes it in one browser."""

import asyncio

import pytest
from structlog.testing import capture_logs

from src.core.domain.binding import DiscordSignIn, LinkEvent, LinkInvitation, one_time_hash
from src.core.domain.reply import Reply
from src.core.errors import (
    AccountTaken,
    ChimeraError,
    ConfigurationError,
    InvalidInput,
    ReplyExpired,
    SignInOver,
    SignInRefused,
    TooManyAccounts,
    TooOften,
    Unavailable,
)
from src.core.ports.link_steps import S
from src.core.services.link_answers import LinkAnswers
from src.core.services.link_limits import CALLBACKS_PER_MINUTE, CODES_PER_MINUTE, LINKS_PER_MINUTE
from tests.fakes.answers import FakeAnswers
from tests.unit.core.services.link_world import NAME, REPLY, LinkWorld


@pytest.fixture
def world() -> LinkWorld:
    return LinkWorld()


@pytest.fixture
def by_code() -> LinkWorld:
    """A Chimera without a Discord client: the last word is a code typed into Discord."""
    return LinkWorld(signs_in_at_discord=False)


async def refusals(world: LinkWorld, discord_id: str) -> list[str | None]:
    audits = await world.rows.audits_of(discord_id)
    return [audit.reason for audit in audits if audit.event is LinkEvent.REFUSED]


async def code_of(world: LinkWorld, session: str) -> str:
    code = (await world.linking.pending(session)).code
    assert code is not None
    return code


# The address that /bind gives.


async def test_the_address_is_ours_and_its_token_is_stored_as_a_hash_only(world: LinkWorld) -> None:
    begun = await world.linking.invite("1", "na1", discord_name="somebody", reply=REPLY)

    base, _, token = begun.auth_url.rpartition("/")
    assert base == "https://chimera.test/link"
    assert list(world.steps.steps) == [one_time_hash(token)]
    assert "for 10 minutes" in begun.instructions
    assert "somebody else" in begun.instructions


@pytest.mark.attack
async def test_looking_at_an_address_any_number_of_times_changes_nothing(world: LinkWorld) -> None:
    token = await world.invited()

    for _ in range(5):
        assert (await world.linking.look(token)).discord_name == "somebody"

    await world.linking.begin(token)


@pytest.mark.attack
async def test_an_address_works_once(world: LinkWorld) -> None:
    token = await world.invited()
    await world.linking.begin(token)

    for again in (world.linking.begin, world.linking.look):
        with pytest.raises(SignInRefused, match="/bind"):
            await again(token)


async def test_an_address_stays_good_while_nobody_can_sign_in(world: LinkWorld, by_code: LinkWorld) -> None:
    for linking, port in ((world, world.discord), (by_code, by_code.rso)):
        token = await linking.invited()
        port.error = Unavailable()
        with pytest.raises(Unavailable):
            await linking.linking.begin(token)
        port.error = None

        await linking.linking.begin(token)


@pytest.mark.attack
async def test_of_two_who_press_the_button_at_once_one_goes_on(
    world: LinkWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    token = await world.invited()

    look = world.steps.peek

    async def slow_look(kind: type[S], key: str) -> S | None:
        step = await look(kind, key)
        await asyncio.sleep(0)  # both have looked before either takes
        return step

    monkeypatch.setattr(world.steps, "peek", slow_look)

    answers = await asyncio.gather(*(world.linking.begin(token) for _ in range(2)), return_exceptions=True)

    assert sorted(type(answer).__name__ for answer in answers) == ["NextStep", "SignInOver"]


@pytest.mark.attack
async def test_an_address_expires(world: LinkWorld) -> None:
    token = await world.invited()
    world.clock.advance(600)

    with pytest.raises(SignInRefused):
        await world.linking.begin(token)


@pytest.mark.attack
async def test_a_guessed_address_leads_nowhere(world: LinkWorld) -> None:
    await world.invited()

    with pytest.raises(SignInRefused):
        await world.linking.begin("guessed")


async def test_an_unknown_region_invites_nobody(world: LinkWorld) -> None:
    with pytest.raises(InvalidInput):
        await world.linking.invite("1", "atlantis")

    assert not world.steps.steps


@pytest.mark.attack
async def test_nobody_gets_many_links_in_a_minute_and_others_get_theirs(world: LinkWorld) -> None:
    for _ in range(LINKS_PER_MINUTE):
        await world.invited("1")

    with pytest.raises(TooOften) as caught:
        await world.invited("1")

    assert caught.value.retry_after == 60.0
    await world.invited("2")


async def test_who_has_as_many_accounts_as_may_be_hears_it_before_signing_in(world: LinkWorld) -> None:
    for number in range(10):
        await world.linking.confirm(await world.proven("1", f"p-{number}"))
        world.clock.advance(60)

    with pytest.raises(TooManyAccounts):
        await world.invited("1")
    assert await refusals(world, "1") == ["too_many_accounts"]


# Discord.


@pytest.mark.attack
async def test_a_link_that_somebody_else_opens_is_refused_and_told_of(world: LinkWorld) -> None:
    """Cross-user session fixation: the victim of a forwarded link is somebody else at Discord."""
    session, state = await world.at_discord(await world.invited("1"))
    code = world.signs_in(session, state, discord_id="2", name="victim")

    with pytest.raises(SignInRefused, match="other than the person"):
        await world.linking.receive_discord(session, code, state)

    assert not world.rows.attempts, "Riot is never asked"
    assert not world.steps.steps
    assert await refusals(world, "1") == ["link_opened_by_another_user"]
    assert await refusals(world, "2") == ["link_of_another_user"]
    (text,) = world.told()
    assert "Not linked" in text


@pytest.mark.attack
async def test_a_discord_callback_counts_once(world: LinkWorld) -> None:
    session, state = await world.at_discord(await world.invited())
    code = world.signs_in(session, state)
    await world.linking.receive_discord(session, code, state)

    with pytest.raises(SignInRefused):
        await world.linking.receive_discord(session, code, state)

    assert len(world.discord.codes_asked) == 1


@pytest.mark.attack
@pytest.mark.parametrize("session", ["", "guessed"])
async def test_a_discord_callback_in_another_browser_reaches_nobody(world: LinkWorld, session: str) -> None:
    own, state = await world.at_discord(await world.invited())
    code = world.signs_in(own, state)

    with pytest.raises(SignInRefused):
        await world.linking.receive_discord(session, code, state)

    assert not world.discord.codes_asked
    await world.linking.receive_discord(own, code, state)


@pytest.mark.attack
async def test_a_discord_state_of_another_session_reaches_nobody(world: LinkWorld) -> None:
    mine, my_state = await world.at_discord(await world.invited("1"))
    theirs, their_state = await world.at_discord(await world.invited("2"))
    code = world.signs_in(theirs, their_state, "2")

    for session, state in ((mine, their_state), (theirs, my_state), (mine, "")):
        with pytest.raises(SignInRefused):
            await world.linking.receive_discord(session, code, state)

    assert not world.discord.codes_asked


@pytest.mark.attack
async def test_a_discord_callback_after_ten_minutes_is_refused(world: LinkWorld) -> None:
    session, state = await world.at_discord(await world.invited())
    code = world.signs_in(session, state)
    world.clock.advance(600)

    with pytest.raises(SignInRefused):
        await world.linking.receive_discord(session, code, state)

    assert not world.discord.codes_asked


async def test_a_sign_in_cancelled_at_discord_is_over_and_told_of(world: LinkWorld) -> None:
    session, state = await world.at_discord(await world.invited())
    code = world.signs_in(session, state)

    await world.linking.discord_failed(session, state)

    with pytest.raises(SignInRefused):
        await world.linking.receive_discord(session, code, state)
    (text,) = world.told()
    assert "Not linked" in text


async def test_a_cancelled_sign_in_that_nobody_began_is_ignored(world: LinkWorld) -> None:
    session, state = await world.at_discord(await world.invited())

    for wrong in ((session, "guessed"), ("guessed", state), ("", "")):
        await world.linking.discord_failed(*wrong)
        await world.linking.riot_failed(*wrong)

    assert len(world.steps.steps) == 1
    assert world.told() == []


async def test_the_page_will_name_who_signed_in_at_discord(world: LinkWorld) -> None:
    session, state = await world.at_discord(await world.invited())
    code = world.signs_in(session, state, name="renamed")
    step = await world.linking.receive_discord(session, code, state)

    ((attempt, _),) = world.rows.attempts.values()
    assert attempt.discord_name == "renamed"
    assert step.session.get_secret_value() != session


# Riot.


async def test_a_callback_of_riot_links_nothing_by_itself(world: LinkWorld) -> None:
    link = (await world.linking.pending(await world.proven())).link

    assert (link.discord_name, link.account.riot_id, link.former_owner) == ("somebody", NAME, None)
    assert await world.binding.get_binding("1") is None
    assert world.told() == []


@pytest.mark.attack
@pytest.mark.parametrize("session", ["", "guessed"])
async def test_a_callback_of_riot_in_another_browser_never_reaches_riot(world: LinkWorld, session: str) -> None:
    own, state = await world.at_riot()
    code = world.proves(own, state)

    with pytest.raises(SignInRefused):
        await world.linking.receive_riot(session, code, state)

    assert not world.rso.proofs_asked
    await world.linking.receive_riot(own, code, state)


@pytest.mark.attack
async def test_a_state_of_another_session_never_reaches_riot(world: LinkWorld) -> None:
    """The attacker's own state in the victim's browser, and the other way round."""
    mine, my_state = await world.at_riot("1")
    theirs, their_state = await world.at_riot("2")
    code = world.proves(theirs, their_state)

    for session, state in ((mine, their_state), (theirs, my_state)):
        with pytest.raises(SignInRefused):
            await world.linking.receive_riot(session, code, state)

    assert not world.rso.proofs_asked


@pytest.mark.attack
async def test_a_callback_of_riot_counts_once(world: LinkWorld) -> None:
    session, state = await world.at_riot()
    code = world.proves(session, state)
    await world.linking.receive_riot(session, code, state)

    with pytest.raises(SignInRefused):
        await world.linking.receive_riot(session, code, state)

    assert world.rso.proofs_asked == [code]


@pytest.mark.attack
async def test_a_sign_in_begun_without_a_browser_ends_in_none(world: LinkWorld) -> None:
    """An address straight to Riot, as `initiate_binding` gives it, skips the sign-in at Discord."""
    begun = await world.binding.initiate_binding("1", "na1")
    state = begun.auth_url.rpartition("state=")[2]

    for session in ("", "guessed"):
        with pytest.raises(SignInRefused):
            await world.linking.receive_riot(session, "code", state)

    assert not world.rso.proofs_asked


@pytest.mark.attack
async def test_a_callback_of_riot_after_ten_minutes_is_refused(world: LinkWorld) -> None:
    session, state = await world.at_riot()
    code = world.proves(session, state)
    world.clock.advance(600)

    with pytest.raises(SignInRefused):
        await world.linking.receive_riot(session, code, state)

    assert not world.rso.proofs_asked


async def test_a_sign_in_cancelled_at_riot_is_over_and_told_of(world: LinkWorld) -> None:
    session, state = await world.at_riot()
    code = world.proves(session, state)

    await world.linking.riot_failed(session, state)

    with pytest.raises(SignInRefused):
        await world.linking.receive_riot(session, code, state)
    (text,) = world.told()
    assert "Not linked" in text


async def test_what_people_give_up_leaves_a_line_too(world: LinkWorld) -> None:
    session, state = await world.at_discord(await world.invited())
    await world.linking.discord_failed(session, state)
    session, state = await world.at_riot()
    await world.linking.riot_failed(session, state)

    assert await refusals(world, "1") == ["given_up_at_discord", "given_up_at_riot"]


@pytest.mark.attack
async def test_a_browser_without_a_session_gives_up_nobodys_proof(world: LinkWorld) -> None:
    begun = await world.binding.initiate_binding("1", "na1")
    state = begun.auth_url.rpartition("state=")[2]

    await world.linking.riot_failed("", state)

    assert len(world.rows.attempts) == 1


@pytest.mark.parametrize("error", [Unavailable("Riot rests."), SignInRefused("Riot says no.")])
async def test_why_a_sign_in_came_to_nothing_is_told_in_discord(world: LinkWorld, error: ChimeraError) -> None:
    """Its step is used up, and the answer of /bind still offers it."""
    session, state = await world.at_discord(await world.invited())
    code = world.signs_in(session, state)
    world.discord.error = error
    with pytest.raises(type(error)):
        await world.linking.receive_discord(session, code, state)
    world.discord.error = None
    session, state = await world.at_riot()
    code = world.proves(session, state)
    world.rso.error = error
    with pytest.raises(type(error)):
        await world.linking.receive_riot(session, code, state)

    assert [text.startswith(f"Not linked: {error}") for text in world.told()] == [True, True]
    assert all(text.endswith(" Start again with `/bind`.") for text in world.told())


async def test_a_refusal_is_told_even_if_it_cannot_be_written_down(world: LinkWorld) -> None:
    session, state = await world.at_discord(await world.invited())
    code = world.signs_in(session, state, discord_id="2")
    world.rows.is_down = True

    with pytest.raises(SignInRefused, match="other than the person"):
        await world.linking.receive_discord(session, code, state)


async def test_a_proof_that_riot_refuses_leaves_a_line(world: LinkWorld) -> None:
    session, state = await world.at_riot()

    with pytest.raises(SignInRefused):
        await world.linking.receive_riot(session, "stolen", state)

    assert await refusals(world, "1") == ["proof_refused"]


@pytest.mark.attack
async def test_no_step_opens_with_the_secret_of_another(world: LinkWorld) -> None:
    token = await world.invited()
    first, discord_state = await world.at_discord(token)
    step = await world.linking.receive_discord(first, world.signs_in(first, discord_state), discord_state)
    second, riot_state = step.session.get_secret_value(), step.url.rpartition("state=")[2]
    last = await world.linking.receive_riot(second, world.proves(second, riot_state), riot_state)
    third = last.session.get_secret_value()

    assert len({token, first, second, third}) == 4
    for wrong in (token, first, second):
        for use in (world.linking.pending, world.linking.confirm, world.linking.refuse):
            with pytest.raises(SignInRefused):
                await use(wrong)
    assert await world.linking.confirm(third)


@pytest.mark.attack
async def test_only_hashes_and_no_session_are_kept(world: LinkWorld) -> None:
    session = await world.proven()

    assert session not in repr(world.steps.steps)
    assert list(world.steps.steps) == [one_time_hash(session)]


# The last word.


async def test_looking_at_a_waiting_link_leaves_it_waiting(world: LinkWorld) -> None:
    session = await world.proven()

    assert await world.linking.pending(session) == await world.linking.pending(session)
    assert (await world.linking.pending(session)).code is None
    assert await world.binding.get_binding("1") is None


async def test_a_confirmation_saves_and_tells_discord(world: LinkWorld) -> None:
    binding = await world.linking.confirm(await world.proven())

    assert await world.binding.get_binding("1") == binding
    assert world.told() == ["Linked: Hide on bush#KR1 (NA1). Try /analyze or /profile."]


async def test_a_confirmation_that_cannot_be_saved_can_be_given_again(world: LinkWorld, by_code: LinkWorld) -> None:
    session = await world.proven()
    world.rows.is_down = True
    with pytest.raises(Unavailable):
        await world.linking.confirm(session)
    world.rows.is_down = False
    assert await world.linking.confirm(session)
    assert world.told() == ["Linked: Hide on bush#KR1 (NA1). Try /analyze or /profile."]

    code = await code_of(by_code, await by_code.proven())
    by_code.rows.is_down = True
    with pytest.raises(Unavailable):
        await by_code.linking.confirm_by_code("1", code)
    by_code.rows.is_down = False
    assert await by_code.linking.confirm_by_code("1", code)


@pytest.mark.attack
async def test_a_confirmation_counts_once(world: LinkWorld) -> None:
    session = await world.proven()
    await world.linking.confirm(session)

    for again in (world.linking.confirm, world.linking.refuse, world.linking.pending):
        with pytest.raises(SignInRefused):
            await again(session)


@pytest.mark.attack
async def test_a_confirmation_after_ten_minutes_is_refused(world: LinkWorld) -> None:
    session = await world.proven()
    world.clock.advance(600)

    with pytest.raises(SignInRefused):
        await world.linking.confirm(session)

    assert await world.binding.get_binding("1") is None


async def test_a_refusal_deletes_what_waited_and_tells_discord(world: LinkWorld) -> None:
    await world.linking.refuse(await world.proven())

    assert not world.steps.steps
    assert await world.binding.get_binding("1") is None
    assert await refusals(world, "1") == ["not_confirmed"]
    (text,) = world.told()
    assert "Not linked" in text


async def test_an_account_changes_hands_once_its_new_owner_was_told_that_it_will(world: LinkWorld) -> None:
    await world.linking.confirm(await world.proven("1"))
    session = await world.proven("2")
    assert (await world.linking.pending(session)).link.former_owner == "1"

    taken = await world.linking.confirm(session)

    assert (taken.discord_id, taken.puuid) == ("2", "p-1")
    assert await world.binding.get_binding("1") is None
    (job,) = world.rows.jobs
    assert job.arguments == {"discord_id": "1", "what": "taken_over", "account": None}
    assert [hint.job_id for hint in world.queue.published] == [job.id]


@pytest.mark.attack
async def test_of_two_browsers_that_prove_one_account_the_second_must_prove_it_anew(world: LinkWorld) -> None:
    """Neither page said that the account is somebody else's: who confirms later has not been asked about that."""
    first, second = await world.proven("1"), await world.proven("2")
    mine = await world.linking.confirm(first)

    with pytest.raises(AccountTaken):
        await world.linking.confirm(second)

    assert await world.binding.owner_of("p-1") == mine
    assert not world.rows.jobs
    assert await refusals(world, "2") == ["account_taken"]
    assert world.told()[-1].startswith("Not linked: ")
    assert not world.steps.steps, "it need not be asked again"


@pytest.mark.attack
async def test_nobody_loses_an_account_without_a_notice(world: LinkWorld, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whose it was has unlinked it as their notice was to be made, and linked it again as it was to be taken."""
    await world.linking.confirm(await world.proven("1"))
    session = await world.proven("2")

    async def nobody(_puuid: str) -> None:
        return None

    monkeypatch.setattr(world.rows, "owner_of", nobody)

    with pytest.raises(AccountTaken):
        await world.linking.confirm(session)

    assert await world.binding.get_binding("1") is not None


# Telling Discord.


@pytest.mark.parametrize("trouble", [ReplyExpired(), Unavailable(), RuntimeError("a defect")])
async def test_a_notice_that_fails_does_not_fail_the_link(world: LinkWorld, trouble: Exception) -> None:
    class Failing(FakeAnswers):
        async def deliver_notice(self, reply: Reply, text: str) -> None:
            raise trouble

    world.linking = world.linking_with(Failing(world.clock))

    assert await world.linking.confirm(await world.proven()) == await world.binding.get_binding("1")


async def test_a_discord_that_hangs_does_not_keep_the_browser_waiting(
    world: LinkWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Hanging(FakeAnswers):
        async def deliver_notice(self, reply: Reply, text: str) -> None:
            await asyncio.Event().wait()

    world.linking = world.linking_with(Hanging(world.clock))
    monkeypatch.setattr(world.linking, "_answers", LinkAnswers(Hanging(world.clock), None, within=0.01))

    assert (await world.linking.confirm(await world.proven())).puuid == "p-1"


async def test_once_the_answer_can_no_longer_be_changed_the_person_gets_a_message(world: LinkWorld) -> None:
    class Expired(FakeAnswers):
        async def deliver_notice(self, reply: Reply, text: str) -> None:
            raise ReplyExpired

    world.linking = world.linking_with(Expired(world.clock))
    await world.linking.confirm(await world.proven())

    assert world.messages.told["1"] == ["Linked: Hide on bush#KR1 (NA1). Try /analyze or /profile."]


async def test_without_a_reply_nobody_is_told(world: LinkWorld) -> None:
    await world.linking.confirm(await world.proven(reply=None))

    assert world.told() == []


# By a code.


async def test_without_a_discord_client_the_last_word_is_a_code_typed_into_discord(by_code: LinkWorld) -> None:
    session = await by_code.proven()
    code = await code_of(by_code, session)
    assert len(code) == 9
    with pytest.raises(SignInRefused, match="code"):
        await by_code.linking.confirm(session)

    binding = await by_code.linking.confirm_by_code("1", code)

    assert await by_code.binding.get_binding("1") == binding


@pytest.mark.parametrize("typed", [str.lower, lambda code: code.replace("-", " "), lambda code: f" {code} "])
async def test_a_code_may_be_typed_as_people_type(by_code: LinkWorld, typed: type[str]) -> None:
    code = await code_of(by_code, await by_code.proven())

    assert await by_code.linking.confirm_by_code("1", typed(code))


@pytest.mark.attack
async def test_a_code_counts_only_for_who_typed_bind(by_code: LinkWorld) -> None:
    """Whoever is talked into handing a code on hands it to somebody who cannot use it."""
    code = await code_of(by_code, await by_code.proven("1"))

    with pytest.raises(SignInRefused):
        await by_code.linking.confirm_by_code("2", code)

    assert await refusals(by_code, "2") == ["code_of_another_user"]
    assert (await by_code.linking.confirm_by_code("1", code)).discord_id == "1"


@pytest.mark.attack
async def test_a_code_counts_once_and_for_ten_minutes(by_code: LinkWorld) -> None:
    code = await code_of(by_code, await by_code.proven("1"))
    await by_code.linking.confirm_by_code("1", code)
    later = await code_of(by_code, await by_code.proven("1"))
    by_code.clock.advance(600)

    for over in (code, later):
        with pytest.raises(SignInRefused):
            await by_code.linking.confirm_by_code("1", over)


@pytest.mark.attack
async def test_codes_cannot_be_tried_by_the_thousand(by_code: LinkWorld) -> None:
    code = await code_of(by_code, await by_code.proven("1"))
    for _ in range(CODES_PER_MINUTE):
        with pytest.raises(SignInRefused):
            await by_code.linking.confirm_by_code("1", "AAAA-AAAA")
    assert await refusals(by_code, "1") == ["wrong_code"] * CODES_PER_MINUTE

    with pytest.raises(TooOften):
        await by_code.linking.confirm_by_code("1", code)


@pytest.mark.attack
async def test_nobody_at_one_address_makes_callbacks_that_lead_nowhere_by_the_thousand(world: LinkWorld) -> None:
    for _ in range(CALLBACKS_PER_MINUTE):
        await world.linking.count_callback("192.0.2.1")

    with pytest.raises(TooOften):
        await world.linking.count_callback("192.0.2.1")

    await world.linking.count_callback("192.0.2.2")


async def test_a_confirmation_that_is_saved_and_not_seen_is_used_up(world: LinkWorld) -> None:
    """The step goes in the transaction that saves the link: nothing is left that could be pressed again."""
    session = await world.proven()
    key = one_time_hash(session)
    link = (await world.linking.pending(session)).link
    await world.binding.save(link, uses=key)

    with pytest.raises(SignInRefused):
        await world.linking.confirm(session)
    with pytest.raises(SignInOver):
        await world.binding.save(link.model_copy(update={"discord_id": "2"}), uses=key)


async def test_a_callback_that_loads_twice_leaves_discord_alone(world: LinkWorld) -> None:
    session, state = await world.at_riot()
    code = world.proves(session, state)
    await world.linking.receive_riot(session, code, state)
    with pytest.raises(SignInRefused):
        await world.linking.receive_riot(session, code, state)

    assert world.told() == []


async def test_of_what_is_wrong_with_chimera_itself_people_are_told_the_id_that_the_log_has(world: LinkWorld) -> None:
    session, state = await world.at_riot()
    code = world.proves(session, state)
    world.rso.error = ConfigurationError("RSO_PRIVATE_KEY_FILE cannot be read.")
    with pytest.raises(ConfigurationError), capture_logs() as logs:
        await world.linking.receive_riot(session, code, state)

    (text,) = world.told()
    assert "RSO_PRIVATE_KEY_FILE" not in text
    assert "our side" in text
    (line,) = [line for line in logs if line["event"] == "link_failed"]
    assert line["error_id"] in text
    assert "RSO_PRIVATE_KEY_FILE cannot be read." in line["exception"]


async def test_steps_hold_their_secrets_out_of_sight(world: LinkWorld) -> None:
    session, _ = await world.at_discord(await world.invited())
    ((step, _),) = world.steps.steps.values()

    assert isinstance(step, DiscordSignIn)
    assert step.code_verifier.get_secret_value() not in repr(step)
    assert session not in repr(step)
    assert LinkInvitation.model_validate(step.invitation.model_dump(mode="json")) == step.invitation
    assert DiscordSignIn.model_validate(step.model_dump(mode="json")) == step
