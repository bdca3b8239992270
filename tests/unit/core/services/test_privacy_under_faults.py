"""An erasure with a fault at every call: nothing of the person is left, and everybody else has what they had."""

from typing import Any
from uuid import UUID

import pytest

from src.core.domain.job import Job, JobState, Progress
from src.core.domain.pseudonyms import is_pseudonym
from src.core.errors import Unavailable
from src.core.ports.job_queue import JobQueue
from src.core.ports.personal_data import PersonalData
from src.core.ports.shared_answers import SharedAnswers
from src.core.services.job_execution import Held
from src.core.services.privacy import PSEUDONYMISE_PLAYER, PrivacyService
from tests.fakes.faults import Fault, ProcessKilled, Script, faulty
from tests.fakes.personal_data import FakePersonalData
from tests.fakes.randomness import FakeRandomness
from tests.fakes.shared_answers import FakeSharedAnswers
from tests.lives import (
    ANN,
    ANN_ALONE,
    ANNS,
    BOB,
    BOBS,
    BOBS_NAME,
    ME,
    TOGETHER,
    TOKEN,
    a_game,
    a_reply,
    a_sync,
    account,
    an_analysis,
)
from tests.unit.core.services.machine import Machine, survives

GAMES = [a_game(number, ANN_ALONE if number == 0 else TOGETHER) for number in range(13)]
ANALYSIS, BOBS_SYNC = an_analysis(), a_sync(owner=BOB, reply=a_reply(BOB, "token-of-bob"))


class Leaving:
    """The service over faulty ports, run by a machine with faulty ports: one script for all of them."""

    def __init__(self, script: Script) -> None:
        self.machine = Machine(script, {PSEUDONYMISE_PLAYER: self.pseudonymise})
        self.data = FakePersonalData(self.machine.clock, self.machine.rows)
        self.privacy = PrivacyService(
            data=faulty(PersonalData, self.data, script),
            jobs=self.machine.submission,
            execution=self.machine.execution,
            queue=faulty(JobQueue, self.machine.broker, script),
            shared=faulty(SharedAnswers, FakeSharedAnswers(), script),
            randomness=FakeRandomness(),
            clock=self.machine.clock,
        )

    async def fill(self) -> None:
        await self.data.bindings.save_binding(ANN, account())
        await self.data.bindings.save_binding(BOB, account(BOBS, BOBS_NAME))
        for game in GAMES:
            await self.data.matches.store(game, counted_for=BOBS)
        await self.data.ledger.submit([ANALYSIS, BOBS_SYNC])

    async def erase(self) -> None:
        """As somebody does it who presses the button until it answers."""
        for _ in range(20):
            try:
                await self.privacy.erase(ANN)
            except (Unavailable, ProcessKilled):
                continue
            return
        raise AssertionError("it never answers")

    async def pseudonymise(self, machine: Machine, job: Job) -> Any:
        """As `pseudonymise_player` does it."""

        async def report(step: str, done: int, total: int) -> None:
            await machine.execution.report(Held(job), Progress(step=step, done=done, total=total))

        so_far = job.progress.done if job.progress else 0
        return await self.privacy.pseudonymise(UUID(job.arguments["erasure_id"]), report=report, done=so_far)

    def check(self) -> None:
        """Of Ann nothing is left; Bob has all of his games."""
        rest = [*self.machine.rows.jobs, *self.machine.broker.published, *self.machine.broker.settled]
        kept = [self.data.bindings.__dict__, self.data.players.players, self.data.matches.__dict__, rest]
        for name in (ANN, ANNS, TOKEN):
            assert name not in str([*kept, self.data.under_way])
        assert self.data.under_way == {}
        games = self.data.matches.matches
        assert list(games) == [game.match.match_id for game in GAMES[1:]]
        for game, before in zip(games.values(), GAMES[1:], strict=True):
            assert is_pseudonym(game.match.participants[ME - 1].puuid)
            assert game.match.by_puuid(BOBS) == before.match.by_puuid(BOBS)
            assert ANNS.encode() not in game.match_document.body
        assert {of for of, puuid in self.data.matches.counted if puuid == BOBS} == set(games)
        states = {job.id: job.state for job in self.machine.rows.jobs}
        assert states[ANALYSIS.id] is JobState.CANCELLED
        assert states[BOBS_SYNC.id] is JobState.FAILED
        assert TOKEN not in self.machine.discord.interactions


async def _play(script: Script) -> None:
    leaving = Leaving(script)
    await leaving.fill()
    await leaving.erase()
    await leaving.machine.run()
    leaving.check()


@pytest.mark.parametrize("fault", list(Fault))
@pytest.mark.parametrize("in_a_row", [1, 2])
async def test_nothing_is_left_whatever_fails(fault: Fault, in_a_row: int) -> None:
    await survives(_play, fault, in_a_row=in_a_row)
