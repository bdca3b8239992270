"""UserBindingService: a link begins, is proven, saved, checked and ended."""

from dataclasses import dataclass, field

import pytest
from pydantic import SecretStr

from src.core.domain.account import Account
from src.core.domain.binding import ICON_REST, Binding, Proof, ProvenAccount, SavedBinding, SignInRequest, one_time_hash
from src.core.domain.job import NewJob
from src.core.domain.regions import Platform
from src.core.domain.riot_id import RiotId
from src.core.errors import (
    AccountTaken,
    BindingNotFound,
    ConfigurationError,
    InvalidInput,
    LinkRests,
    NotYours,
    ProofPending,
    RateLimited,
    SignInRefused,
    TooManyAccounts,
    TooManyClaims,
    TooOften,
    Unavailable,
)
from src.core.services import UserBindingService
from src.core.services.binding_response import BindingResponse
from src.core.services.job_submission import JobSubmission
from src.core.services.link_limits import LINKS_PER_MINUTE, LOOKS_PER_MINUTE, LinkLimits
from src.core.services.profile_requests import REFRESH_PROFILE, ProfileRequests
from tests.fakes.answer_jobs import answer_jobs
from tests.fakes.clock import FakeClock
from tests.fakes.icon_proof import FakeIconProof
from tests.fakes.job_ledger import FakeJobLedger
from tests.fakes.job_queue import FakeJobQueue
from tests.fakes.randomness import FakeRandomness
from tests.fakes.request_limits import FakeRequestLimits
from tests.fakes.riot_api import FakeRiotApi
from tests.fakes.rso import ISSUER, FakeRSO
from tests.fakes.user_binding import FakeUserBindingRepository

FAKER = RiotId(game_name="Hide on bush", tag_line="KR1")


@dataclass
class World:
    """The service with fakes behind it, and the browser's side of a sign-in."""

    clock: FakeClock = field(default_factory=FakeClock)
    rso: FakeRSO = field(default_factory=FakeRSO)
    riot_api: FakeRiotApi = field(default_factory=FakeRiotApi)

    def __post_init__(self) -> None:
        self.database = FakeUserBindingRepository(self.clock)
        self.service = UserBindingService(self.database, self.rso, riot_api=self.riot_api)

    async def callback(
        self, discord_id: str = "1", puuid: str = "p-1", cpid: Platform | None = None, name: RiotId = FAKER
    ) -> tuple[str, str]:
        """Begin and sign in: code and state of the callback."""
        begun = await self.service.initiate_binding(discord_id, "na1")
        state = begun.auth_url.rpartition("state=")[2]
        attempt, _ = self.database.attempts[one_time_hash(state)]
        request = SignInRequest(
            auth_url=begun.auth_url, state=SecretStr(state), nonce=attempt.nonce, code_verifier=attempt.code_verifier
        )
        return self.rso.sign_in(request, puuid, name, cpid), state

    async def linked(self, discord_id: str = "1", puuid: str = "p-1", name: RiotId = FAKER) -> Binding:
        return await self.service.complete_binding(*await self.callback(discord_id, puuid, name=name))


@pytest.fixture
def world() -> World:
    return World()


async def test_two_ports_are_enough() -> None:
    service = UserBindingService(database=FakeUserBindingRepository(), rso_adapter=FakeRSO())

    response = await service.initiate_binding(discord_id="42", region="na1")

    assert response.message == f"{response.instructions}\n<{response.auth_url}>"
    assert response.expires_in == 600


async def test_with_profiles_the_matches_of_a_new_link_are_on_their_way(world: World) -> None:
    """The job is written with the link and published after it; a link that is only refreshed needs none."""
    queue, ledger = FakeJobQueue(), FakeJobLedger(world.clock)
    answers, submission = answer_jobs(ledger, queue, world.clock), JobSubmission(ledger, queue)
    profiles = ProfileRequests(world.database, answers, submission, ledger, FakeRandomness())
    world.service = UserBindingService(world.database, world.rso, profiles=profiles)

    for _ in range(2):
        await world.linked("1", "p-1")

    (job,) = world.database.jobs
    assert (job.kind, job.arguments) == (REFRESH_PROFILE, {"puuid": "p-1", "platform": "na1"})
    assert [hint.job_id for hint in queue.published] == [job.id]


async def test_without_profiles_a_link_asks_for_nothing(world: World) -> None:
    await world.linked()
    assert world.database.jobs == []


async def test_the_instructions_tell_for_how_long_and_warn_of_strangers_links(world: World) -> None:
    response = await world.service.initiate_binding("1", "na1")

    assert "for 10 minutes" in response.instructions
    assert "somebody else" in response.instructions
    assert response.auth_url not in response.instructions


async def test_a_region_is_what_players_say(world: World) -> None:
    await world.service.initiate_binding("1", "EUW")

    ((attempt, _),) = world.database.attempts.values()
    assert attempt.platform is Platform.EUW1


async def test_an_unknown_region_asks_nobody(world: World) -> None:
    with pytest.raises(InvalidInput, match="na1"):
        await world.service.initiate_binding("1", "atlantis")

    assert not world.database.attempts


async def test_the_state_is_stored_as_a_hash_only(world: World) -> None:
    _, state = await world.callback()

    assert list(world.database.attempts) == [one_time_hash(state)]
    assert state not in repr(world.database.attempts)


@pytest.mark.parametrize("error", [ConfigurationError("no client"), Unavailable()])
async def test_when_rso_cannot_begin_nothing_is_stored(world: World, error: ConfigurationError | Unavailable) -> None:
    world.rso.error = error

    with pytest.raises(type(error)):
        await world.service.initiate_binding("1", "na1")

    assert not world.database.attempts


async def test_a_completed_sign_in_is_saved_and_the_first_account_is_the_main_one(world: World) -> None:
    code, state = await world.callback(cpid=Platform.KR)

    binding = await world.service.complete_binding(code=code, state=state)

    assert (binding.discord_id, binding.puuid, binding.riot_id) == ("1", "p-1", FAKER)
    assert binding.platform is Platform.KR
    assert await world.service.get_binding("1") == binding


async def test_a_proof_saves_nothing(world: World) -> None:
    proven = await world.service.prove(*await world.callback(), ISSUER)

    assert proven.account == ProvenAccount(puuid="p-1", riot_id=FAKER, platform=Platform.NA1)
    assert await world.service.get_binding("1") is None


async def test_an_unknown_state_never_reaches_riot(world: World) -> None:
    code, _ = await world.callback()

    with pytest.raises(SignInRefused):
        await world.service.complete_binding(code, "guessed")

    assert not world.rso.proofs_asked


async def test_a_replayed_state_never_reaches_riot(world: World) -> None:
    code, state = await world.callback()
    await world.service.complete_binding(code, state)

    with pytest.raises(SignInRefused):
        await world.service.complete_binding("another code", state)

    assert world.rso.proofs_asked == [code]


async def test_the_state_is_used_up_even_when_riot_refuses(world: World) -> None:
    code, state = await world.callback()
    with pytest.raises(SignInRefused):
        await world.service.complete_binding("stolen", state)

    with pytest.raises(SignInRefused):
        await world.service.complete_binding(code, state)

    assert world.rso.proofs_asked == ["stolen"]


async def test_a_callback_after_ten_minutes_is_refused(world: World) -> None:
    code, state = await world.callback()
    world.clock.advance(600)

    with pytest.raises(SignInRefused):
        await world.service.complete_binding(code, state)


async def test_a_code_of_another_sign_in_is_refused(world: World) -> None:
    stolen, _ = await world.callback("2", "p-2")
    _, state = await world.callback("1", "p-1")

    with pytest.raises(SignInRefused):
        await world.service.complete_binding(stolen, state)


async def test_another_issuers_answer_is_refused(world: World) -> None:
    with pytest.raises(SignInRefused):
        await world.service.complete_binding(*await world.callback(), issuer="https://evil.test")


async def test_an_account_belongs_to_one_user(world: World) -> None:
    await world.linked("1")

    with pytest.raises(AccountTaken):
        await world.linked("2")

    assert await world.service.get_binding("2") is None


async def test_a_database_that_is_down_is_unavailable_and_riot_is_not_asked(world: World) -> None:
    code, state = await world.callback()
    world.database.is_down = True

    with pytest.raises(Unavailable):
        await world.service.complete_binding(code, state)

    assert not world.rso.proofs_asked


async def test_the_main_account_comes_first(world: World) -> None:
    first = await world.linked("1", "p-1")
    world.clock.advance(1)
    second = await world.linked("1", "p-2")

    assert await world.service.bindings_of("1") == (first, second)
    assert await world.service.get_binding("1") == first


async def test_a_stranger_has_no_binding(world: World) -> None:
    assert await world.service.get_binding("9") is None
    assert await world.service.validate_binding("9") is False


async def test_a_renamed_account_keeps_its_link_and_gets_its_new_name(world: World) -> None:
    await world.linked()
    renamed = RiotId(game_name="Faker", tag_line="T1")
    world.riot_api.accounts = [Account(puuid="p-1", riot_id=renamed)]
    world.clock.advance(60)

    assert await world.service.validate_binding("1") is True

    binding = await world.service.get_binding("1")
    assert binding is not None
    assert (binding.riot_id, binding.validated_at) == (renamed, world.clock.now())


async def test_an_account_that_riot_names_no_more_keeps_its_name(world: World) -> None:
    await world.linked()
    world.riot_api.accounts = [Account(puuid="p-1", riot_id=None)]

    assert await world.service.validate_binding("1") is True
    assert (await world.service.bindings_of("1"))[0].riot_id == FAKER


async def test_an_account_that_riot_does_not_know_is_invalid_and_stays(world: World) -> None:
    binding = await world.linked()

    assert await world.service.validate_binding("1") is False

    kept = await world.service.get_binding("1")
    assert kept is not None
    assert kept.missing_since == world.clock.now()
    assert kept.model_copy(update={"missing_since": None}) == binding


async def test_riot_being_busy_is_not_an_invalid_binding(world: World) -> None:
    await world.linked()
    world.riot_api.errors.append(RateLimited())

    with pytest.raises(RateLimited):
        await world.service.validate_binding("1")


async def test_a_binding_that_goes_while_riot_is_asked_is_invalid(world: World) -> None:
    await world.linked()
    world.riot_api.accounts = [Account(puuid="p-1", riot_id=FAKER)]

    class VanishingRepository(FakeUserBindingRepository):
        async def mark_validated(
            self, discord_id: str, account: ProvenAccount, *, was: str | None = None, lost: NewJob | None = None
        ) -> Binding | None:
            return None

    repository = VanishingRepository()
    repository.bindings = world.database.bindings
    service = UserBindingService(repository, world.rso, riot_api=world.riot_api)

    assert await service.validate_binding("1") is False


async def test_without_riot_a_binding_is_valid_when_it_exists(world: World) -> None:
    await world.linked()

    assert await UserBindingService(world.database, world.rso).validate_binding("1") is True


@pytest.mark.parametrize("account", [None, "p-1", "Hide on bush#KR1", " hide ON bush#kr1 "])
async def test_the_only_account_is_unlinked_by_any_name(world: World, account: str | None) -> None:
    binding = await world.linked()

    assert await world.service.unbind("1", account) == binding
    assert await world.service.bindings_of("1") == ()


async def test_with_several_accounts_one_must_be_named(world: World) -> None:
    await world.linked("1", "p-1")
    await world.linked("1", "p-2", RiotId(game_name="Second", tag_line="NA1"))

    with pytest.raises(InvalidInput, match="Hide on bush#KR1, Second#NA1"):
        await world.service.unbind("1")

    await world.service.unbind("1", "second#na1")
    assert [binding.puuid for binding in await world.service.bindings_of("1")] == ["p-1"]


async def test_somebody_elses_account_cannot_be_unlinked(world: World) -> None:
    await world.linked("1", "p-1")
    await world.linked("2", "p-2", RiotId(game_name="Second", tag_line="NA1"))

    with pytest.raises(BindingNotFound):
        await world.service.unbind("2", "p-1")
    with pytest.raises(BindingNotFound):
        await world.service.unbind("3")

    assert await world.service.get_binding("1") is not None


async def test_another_account_becomes_the_main_one_by_its_name(world: World) -> None:
    await world.linked("1", "p-1")
    await world.linked("1", "p-2", RiotId(game_name="Second", tag_line="NA1"))

    main = await world.service.make_main("1", "second#na1")

    assert (main.puuid, main.is_main) == ("p-2", True)
    assert await world.service.get_binding("1") == main


async def test_only_ones_own_account_can_be_the_main_one(world: World) -> None:
    await world.linked("1", "p-1")
    await world.linked("2", "p-2")

    with pytest.raises(BindingNotFound):
        await world.service.make_main("2", "p-1")


# By a profile icon.

MINE = ProvenAccount(puuid="p-1", riot_id=FAKER, platform=Platform.KR)


@dataclass
class Icons:
    """The same service over the other proof."""

    clock: FakeClock = field(default_factory=FakeClock)
    proof: FakeIconProof = field(default_factory=lambda: FakeIconProof(MINE))

    def __post_init__(self) -> None:
        self.database = FakeUserBindingRepository(self.clock)
        self.limits = LinkLimits(FakeRequestLimits(self.clock))
        self.service = UserBindingService(self.database, self.proof, limits=self.limits)

    async def asked(self, discord_id: str = "1") -> BindingResponse:
        return await self.service.initiate_binding(discord_id, "kr", riot_id=str(FAKER))

    def show(self, response: BindingResponse) -> None:
        """What only the owner of the account can do."""
        assert response.task is not None
        self.proof.shown["p-1"] = response.task.icon


@pytest.fixture
def icons() -> Icons:
    return Icons()


async def test_an_icon_that_the_account_shows_links_it(icons: Icons) -> None:
    response = await icons.asked()
    assert response.task is not None
    assert response.auth_url == f"https://pictures.test/{response.task.icon}.png"
    assert "Hide on bush#KR1" in response.instructions
    icons.show(response)

    binding = await icons.service.verify("1", response.attempt.get_secret_value())

    assert (binding.puuid, binding.platform, binding.proof) == ("p-1", Platform.KR, Proof.ICON)
    assert await icons.service.get_binding("1") == binding


async def test_an_icon_may_be_looked_for_until_it_is_there(icons: Icons) -> None:
    response = await icons.asked()
    for _ in range(2):
        with pytest.raises(ProofPending):
            await icons.service.verify("1", response.attempt.get_secret_value())

    icons.show(response)

    assert await icons.service.verify("1", response.attempt.get_secret_value())


async def test_the_documented_calls_work_with_icons_too(icons: Icons) -> None:
    response = await icons.asked()
    icons.show(response)

    assert await icons.service.complete_binding("", response.attempt.get_secret_value())


@pytest.mark.attack
async def test_nobody_can_verify_for_somebody_else(icons: Icons) -> None:
    response = await icons.asked("1")
    icons.show(response)

    with pytest.raises(NotYours):
        await icons.service.verify("2", response.attempt.get_secret_value())

    assert not icons.database.bindings
    assert [audit.reason for audit in icons.database.audits] == ["icon_of_another_user"]
    assert await icons.service.verify("1", response.attempt.get_secret_value())


@pytest.mark.attack
async def test_an_icon_proves_one_link_once(icons: Icons) -> None:
    response = await icons.asked()
    icons.show(response)
    await icons.service.verify("1", response.attempt.get_secret_value())

    with pytest.raises(SignInRefused):
        await icons.service.verify("1", response.attempt.get_secret_value())


@pytest.mark.attack
async def test_an_icon_that_is_shown_too_late_proves_nothing(icons: Icons) -> None:
    response = await icons.asked()
    icons.show(response)
    icons.clock.advance(600)

    with pytest.raises(SignInRefused):
        await icons.service.verify("1", response.attempt.get_secret_value())

    assert icons.proof.looks == 0


@pytest.mark.attack
async def test_an_attacker_is_never_asked_for_the_icon_that_its_owner_is_asked_for(icons: Icons) -> None:
    """Else the owner, who shows it to link their own account, would prove the attacker's claim as well."""
    owners = await icons.asked("1")
    icons.proof.always = owners.task.icon if owners.task else None

    with pytest.raises(TooManyClaims):
        await icons.asked("2")

    icons.show(owners)
    assert (await icons.service.verify("1", owners.attempt.get_secret_value())).discord_id == "1"


@pytest.mark.attack
async def test_claims_on_one_account_cannot_cover_all_icons(icons: Icons) -> None:
    for user in range(5):
        await icons.asked(f"attacker-{user}")

    with pytest.raises(TooManyClaims, match="Several others"):
        await icons.asked("attacker-5")
    assert [audit.reason for audit in await icons.database.audits_of("attacker-5")] == ["too_many_claims"]


async def test_who_takes_an_account_over_by_icon_is_told_first(icons: Icons) -> None:
    icons.show(first := await icons.asked("1"))
    await icons.service.verify("1", first.attempt.get_secret_value())
    icons.clock.advance(ICON_REST)

    second = await icons.asked("2")
    assert second.takes_over
    icons.show(second)

    assert (await icons.service.verify("2", second.attempt.get_secret_value())).discord_id == "2"
    assert await icons.service.get_binding("1") is None


@pytest.mark.attack
async def test_who_goes_back_to_their_old_icon_loses_nothing_to_a_claim_of_that_moment(icons: Icons) -> None:
    """The old icon may be one that a claim, made while the named icon was still shown, asks for."""
    icons.show(owners := await icons.asked("1"))
    claim = await icons.asked("2")
    await icons.service.verify("1", owners.attempt.get_secret_value())

    icons.show(claim)  # the owner's old icon, by chance

    with pytest.raises(AccountTaken):
        await icons.service.verify("2", claim.attempt.get_secret_value())
    with pytest.raises(LinkRests):
        await icons.asked("3")
    assert await icons.service.get_binding("1") is not None


@pytest.mark.attack
async def test_who_proves_their_account_again_is_safe_for_another_day(icons: Icons) -> None:
    icons.show(first := await icons.asked("1"))
    await icons.service.verify("1", first.attempt.get_secret_value())
    icons.clock.advance(30 * ICON_REST)
    claim = await icons.asked("2")
    icons.show(again := await icons.asked("1"))
    await icons.service.verify("1", again.attempt.get_secret_value())

    icons.show(claim)

    with pytest.raises(LinkRests):
        await icons.service.verify("2", claim.attempt.get_secret_value())


async def test_a_proof_that_cannot_be_saved_stays_good(icons: Icons) -> None:
    icons.show(response := await icons.asked())
    save, icons.database.save_binding = icons.database.save_binding, _away  # type: ignore[method-assign]
    with pytest.raises(Unavailable):
        await icons.service.verify("1", response.attempt.get_secret_value())
    icons.database.save_binding = save  # type: ignore[method-assign]

    assert await icons.service.verify("1", response.attempt.get_secret_value())


async def _away(*_: object, **__: object) -> SavedBinding:
    raise Unavailable


@pytest.mark.attack
async def test_an_icon_takes_nothing_from_who_has_signed_in(icons: Icons) -> None:
    early = await icons.asked("2")
    await icons.database.save_binding("1", MINE)
    icons.show(early)

    with pytest.raises(AccountTaken):
        await icons.service.verify("2", early.attempt.get_secret_value())
    with pytest.raises(AccountTaken):
        await icons.asked("3")

    assert await icons.service.get_binding("1") is not None


@pytest.mark.attack
async def test_nobody_asks_for_many_icons_in_a_minute(icons: Icons) -> None:
    for _ in range(LINKS_PER_MINUTE):
        icons.database.attempts.clear()
        await icons.asked()

    with pytest.raises(TooOften):
        await icons.asked()


@pytest.mark.attack
async def test_nobody_has_riot_asked_for_icons_by_the_thousand(icons: Icons) -> None:
    token = (await icons.asked()).attempt.get_secret_value()
    for _ in range(LOOKS_PER_MINUTE):
        with pytest.raises(ProofPending):
            await icons.service.verify("1", token)

    with pytest.raises(TooOften):
        await icons.service.verify("1", token)

    assert icons.proof.looks == LOOKS_PER_MINUTE


async def test_a_riot_id_that_nobody_could_have_asks_nobody(icons: Icons) -> None:
    with pytest.raises(InvalidInput, match="#"):
        await icons.service.initiate_binding("1", "kr", riot_id="Hide on bush")


async def test_with_ten_accounts_no_further_icon_is_asked_for(icons: Icons) -> None:
    for number in range(10):
        await icons.database.save_binding("1", MINE.model_copy(update={"puuid": f"other-{number}"}))

    with pytest.raises(TooManyAccounts):
        await icons.asked()

    assert not icons.database.attempts
