"""Linking over fakes: a person in Discord, their browser, and the sign-ins of Discord and Riot."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, TypeVar
from urllib.parse import parse_qs, urlsplit

from pydantic import SecretStr

from src.core.domain.binding import DiscordSignIn, SignInRequest, step_key
from src.core.domain.regions import Platform
from src.core.domain.reply import Reply
from src.core.domain.riot_id import RiotId
from src.core.ports.answers import Answers
from src.core.ports.direct_messages import DirectMessages
from src.core.ports.discord_sign_in import DiscordPerson, DiscordSignInPort
from src.core.ports.link_steps import LinkSteps
from src.core.ports.rso import RSOPort
from src.core.ports.user_binding import IUserBindingRepository
from src.core.services.account_linking import AccountLinking
from src.core.services.job_submission import JobSubmission
from src.core.services.link_limits import LinkLimits
from src.core.services.link_notices import LinkNotices
from src.core.services.user_binding import UserBindingService
from tests.fakes.answers import FakeAnswers
from tests.fakes.clock import FakeClock
from tests.fakes.direct_messages import FakeDirectMessages
from tests.fakes.discord_sign_in import FakeDiscordSignIn
from tests.fakes.faults import Script, faulty
from tests.fakes.job_ledger import FakeJobLedger
from tests.fakes.job_queue import FakeJobQueue
from tests.fakes.link_steps import FakeLinkSteps
from tests.fakes.player_store import FakePlayerStore
from tests.fakes.randomness import FakeRandomness
from tests.fakes.request_limits import FakeRequestLimits
from tests.fakes.rso import FakeRSO
from tests.fakes.secrets import FakeSecretSource
from tests.fakes.user_binding import FakeUserBindingRepository

P = TypeVar("P")
NAME = RiotId(game_name="Hide on bush", tag_line="KR1")
REPLY = Reply(
    application_id="1", token=SecretStr("t"), expires_at=datetime(2027, 1, 1, tzinfo=UTC), channel_id="2", user_id="1"
)


@dataclass
class LinkWorld:
    """The services, the rows behind them, and what people do. With `script`, ports fail as it says."""

    clock: FakeClock = field(default_factory=FakeClock)
    script: Script | None = None
    signs_in_at_discord: bool = True

    def __post_init__(self) -> None:
        self.rso, self.discord = FakeRSO(), FakeDiscordSignIn()
        self.rows, self.steps = FakeUserBindingRepository(self.clock), FakeLinkSteps(self.clock)
        self.rows.steps = self.steps
        self.answers, self.messages = FakeAnswers(self.clock), FakeDirectMessages()
        self.limits = LinkLimits(FakeRequestLimits(self.clock))
        self.queue = FakeJobQueue()
        jobs = JobSubmission(FakeJobLedger(self.clock), self.queue)
        self.players = FakePlayerStore(self.clock, self.rows)
        self.notices = LinkNotices(jobs, FakeRandomness(), self.messages, self.rows, self.players)
        self.database = self._port(IUserBindingRepository, self.rows)
        self.binding = UserBindingService(self.database, self._port(RSOPort, self.rso), notices=self.notices)
        self.linking = self.linking_with(self.answers)

    def linking_with(self, answers: Any) -> AccountLinking:
        """The web flow, telling Discord through these answers."""
        return AccountLinking(
            binding=self.binding,
            database=self.database,
            steps=self._port(LinkSteps, self.steps),
            secrets=FakeSecretSource(),
            limits=self.limits,
            public_url="https://chimera.test/",
            discord=self._port(DiscordSignInPort, self.discord) if self.signs_in_at_discord else None,
            answers=self._port(Answers, answers),
            messages=self._port(DirectMessages, self.messages),
        )

    def _port(self, port: Callable[..., P], inner: Any) -> P:
        return inner if self.script is None else faulty(port, inner, self.script)

    def told(self) -> list[str]:
        """What the answer of /bind has said."""
        return [text for shown in self.answers.interactions.values() for text in shown.texts]

    async def invited(self, discord_id: str = "1", reply: Reply | None = REPLY) -> str:
        """Type /bind; answers the token of the address."""
        begun = await self.linking.invite(discord_id, "na1", discord_name="somebody", reply=reply)
        return begun.auth_url.rpartition("/")[2]

    async def at_discord(self, token: str) -> tuple[str, str]:
        """Open the address and press the button: the session and the state with which Discord is asked."""
        step = await self.linking.begin(token)
        return step.session.get_secret_value(), state_in(step.url)

    def signs_in(self, session: str, state: str, discord_id: str = "1", name: str = "somebody") -> str:
        """Sign in at Discord; answers the callback's code."""
        step, _ = self.steps.steps[step_key(state, session)]
        assert isinstance(step, DiscordSignIn)
        request = SignInRequest(auth_url="", state=SecretStr(state), code_verifier=step.code_verifier)
        return self.discord.sign_in(request, DiscordPerson(discord_id, name))

    async def at_riot(self, discord_id: str = "1", reply: Reply | None = REPLY) -> tuple[str, str]:
        """All the way to Riot: the session and the state with which Riot is asked."""
        token = await self.invited(discord_id, reply)
        session, state = await self.at_discord(token)
        if not self.signs_in_at_discord:
            return session, state
        step = await self.linking.receive_discord(session, self.signs_in(session, state, discord_id), state)
        return step.session.get_secret_value(), state_in(step.url)

    def proves(
        self, session: str, state: str, puuid: str = "p-1", name: RiotId = NAME, cpid: Platform | None = None
    ) -> str:
        """Sign in at Riot; answers the callback's code."""
        attempt, _ = self.rows.attempts[step_key(state, session)]
        request = SignInRequest(
            auth_url="", state=SecretStr(state), nonce=attempt.nonce, code_verifier=attempt.code_verifier
        )
        return self.rso.sign_in(request, puuid, name, cpid)

    async def proven(self, discord_id: str = "1", puuid: str = "p-1", reply: Reply | None = REPLY) -> str:
        """The session in which a proven link waits for its person's word."""
        session, state = await self.at_riot(discord_id, reply)
        step = await self.linking.receive_riot(session, self.proves(session, state, puuid), state)
        return step.session.get_secret_value()


def state_in(url: str) -> str:
    """The state that an address of a sign-in carries."""
    return parse_qs(urlsplit(url).query)["state"][0]
