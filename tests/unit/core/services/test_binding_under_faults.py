"""Linking an account with a fault at every call: the person starts again until it works, and is linked once."""

from contextlib import suppress

import pytest
from pydantic import SecretStr

from src.core.domain.binding import Binding, SignInRequest, one_time_hash
from src.core.errors import SignInRefused, Unavailable
from tests.fakes.faults import Fault, ProcessKilled, Script
from tests.unit.core.services.link_world import NAME, LinkWorld
from tests.unit.core.services.machine import survives

ME, PUUID = "1", "p-1"
_TRIES = 6


class Linking(LinkWorld):
    """The services over faulty ports, and a person with a browser."""

    async def by_web(self) -> Binding:
        """The web flow: Discord, Riot, then the confirmation."""
        self.clock.advance(60)  # nobody types /bind six times a minute
        return await self.linking.confirm(await self.proven(ME, PUUID))

    async def by_callback(self) -> Binding:
        """The documented flow, without a question to the person."""
        begun = await self.binding.initiate_binding(ME, "na1")
        state = begun.auth_url.rpartition("state=")[2]
        attempt, _ = self.rows.attempts[one_time_hash(state)]
        request = SignInRequest(
            auth_url=begun.auth_url, state=SecretStr(state), nonce=attempt.nonce, code_verifier=attempt.code_verifier
        )
        return await self.binding.complete_binding(self.rso.sign_in(request, PUUID, NAME), state)


async def _play(flow: str, script: Script) -> None:
    person = Linking(script=script)
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
    person = Linking(script=script)
    session, state = await person.at_riot(ME)
    code = person.proves(session, state)
    taken = len(script.calls)
    script.faults = {taken + 3: fault}  # after it was looked at and taken
    with pytest.raises((Unavailable, ProcessKilled)):
        await person.linking.receive_riot(session, code, state)
    with pytest.raises(SignInRefused):
        await person.linking.receive_riot(session, code, state)
    assert await person.rows.bindings_of(ME) == ()
