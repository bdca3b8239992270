"""Two people, one of whom leaves: the service over fakes."""

from dataclasses import dataclass, field

from src.core.services.job_execution import JobExecution
from src.core.services.job_submission import JobSubmission
from src.core.services.privacy import PrivacyService
from tests.fakes.answers import FakeAnswers
from tests.fakes.clock import FakeClock
from tests.fakes.job_queue import FakeJobQueue
from tests.fakes.personal_data import FakePersonalData
from tests.fakes.randomness import FakeRandomness
from tests.fakes.request_limits import FakeRequestLimits
from tests.fakes.shared_answers import FakeSharedAnswers
from tests.lives import ANN, BOB, BOBS, BOBS_NAME, TOGETHER, a_game, account


@dataclass
class World:
    """The service over fakes, with Ann and Bob, and what was reported."""

    clock: FakeClock = field(default_factory=FakeClock)
    queue: FakeJobQueue = field(default_factory=FakeJobQueue)
    shared: FakeSharedAnswers = field(default_factory=FakeSharedAnswers)
    reports: list[int] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.data = FakePersonalData(self.clock)
        self.answers = FakeAnswers(self.clock)
        self.jobs = JobSubmission(self.data.ledger, self.queue)
        self.execution = JobExecution(self.data.ledger, self.queue, self.answers, FakeRandomness(), self.clock)
        self.privacy = PrivacyService(
            data=self.data,
            jobs=self.jobs,
            execution=self.execution,
            queue=self.queue,
            shared=self.shared,
            randomness=FakeRandomness(),
            clock=self.clock,
            limits=FakeRequestLimits(self.clock),
            begin_after=0.0,
        )

    async def fill(self, games: int = 3) -> None:
        await self.data.bindings.save_binding(ANN, account())
        await self.data.bindings.save_binding(BOB, account(BOBS, BOBS_NAME))
        for number in range(games):
            await self.data.matches.store(a_game(number, TOGETHER))

    async def report(self, step: str, done: int, total: int) -> None:
        assert (step, total) == ("pseudonymising", 0)
        self.reports.append(done)
