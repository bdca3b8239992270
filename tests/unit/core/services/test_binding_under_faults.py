"""Linking an account with a fault at every call: the person starts again until it works, and is linked once."""

from contextlib import suppress

import pytest
from pydantic import SecretStr

from src.core.domain.binding import Binding, SignInRequest, one_time_hash
from src.core.domain.riot_id import RiotId
from src.core.errors import SignInRefused, Unavailable
from src.core.ports.answers import Answers
from src.core.ports.player_store import PlayerStore
from src.core.ports.rso import RSOPort
from src.core.ports.user_binding import IUserBindingRepository
from src.core.services.account_linking import AccountLinking
from src.core.services.user_binding import UserBindingService
from tests.fakes.answers import FakeAnswers
from tests.fakes.clock import FakeClock
from tests.fakes.faults import Fault, ProcessKilled, Script, faulty
from tests.fakes.jobs import a_reply
from tests.fakes.player_store import FakePlayerStore
from tests.fakes.rso import FakeRSO
from tests.fakes.secrets import FakeSecretSource
from tests.fakes.user_binding import FakeUserBindingRepository
from tests.unit.core.services.machine import survives

ME, SOMEBODY, PUUID = "1", "2", "p-1"
NAME = RiotId(game_name="Hide on bush", tag_line="KR1")
_TRIES = 6


class Linking:
    """The services over faulty ports, and a person with a browser."""

    def __init__(self, script: Script) -> None:
        clock = FakeClock()
        self.rows, self.riot = FakeUserBindingRepository(clock), FakeRSO()
        database = faulty(IUserBindingRepository, self.rows, script)
        answers = faulty(Answers, FakeAnswers(clock), script)
        self.binding = UserBindingService(
            database,
            faulty(RSOPort, self.riot, script),
            players=faulty(PlayerStore, FakePlayerStore(), script),
        )
        self.linking = AccountLinking(
            binding=self.binding, database=database, secrets=FakeSecretSource(), answers=answers
        )

    async def callback(self, discord_id: str = ME) -> tuple[str, str]:
        """`/bind`, and the sign-in at Riot: code and state of the callback."""
        begun = await self.binding.initiate_binding(discord_id, "na1", reply=a_reply())
        state = begun.auth_url.rpartition("state=")[2]
        attempt, _ = self.rows.attempts[one_time_hash(state)]
        request = SignInRequest(
            auth_url=begun.auth_url, state=SecretStr(state), nonce=attempt.nonce, code_verifier=attempt.code_verifier
        )
        return self.riot.sign_in(request, PUUID, NAME), state

    async def by_web(self) -> Binding:
        """The web flow: the callback's page, then the confirmation."""
        received = await self.linking.receive_callback(*await self.callback())
        return await self.linking.confirm(received.token.get_secret_value())

    async def by_callback(self) -> Binding:
        """The documented flow, without a question to the person."""
        return await self.binding.complete_binding(*await self.callback())


async def _play(flow: str, script: Script) -> None:
    person = Linking(script)
    for _ in range(_TRIES):
        with suppress(Unavailable, SignInRefused, ProcessKilled):
            await getattr(person, flow)()
            break
    else:
        raise AssertionError("it never worked")
    [binding] = await person.rows.bindings_of(ME)
    assert (binding.puuid, binding.riot_id, binding.is_main) == (PUUID, NAME, True)


@pytest.mark.parametrize("fault", list(Fault))
@pytest.mark.parametrize("in_a_row", [1, 2])
@pytest.mark.parametrize("flow", ["by_web", "by_callback"])
async def test_the_account_is_linked_once(flow: str, fault: Fault, in_a_row: int) -> None:
    async def play(script: Script) -> None:
        await _play(flow, script)

    await survives(play, fault, in_a_row=in_a_row)


@pytest.mark.parametrize("fault", list(Fault))
async def test_a_callback_works_once_whatever_became_of_the_first_try(fault: Fault) -> None:
    """An attacker who replays a callback gets nothing, also when the first request broke at its second call."""
    script = Script()
    person = Linking(script)
    code, state = await person.callback()
    taken = len(script.calls)
    script.faults = {taken + 1: fault}
    with pytest.raises((Unavailable, ProcessKilled)):
        await person.linking.receive_callback(code, state)
    with pytest.raises(SignInRefused):
        await person.linking.receive_callback(code, state)
    assert await person.rows.bindings_of(ME) == ()
