"""The API over real HTTP, with fakes behind it."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import Any, TypeVar
from urllib.parse import parse_qs, urlsplit

import aiohttp
from fastapi import FastAPI
from pydantic import SecretStr

from src.api.app import create_app
from src.api.serve import serve
from src.api.services import HealthCheck
from src.core.domain.api_key import AuthMode
from src.core.domain.binding import SignInRequest
from src.core.domain.job import JobCount
from src.core.domain.reply import Reply
from src.core.domain.riot_id import RiotId
from src.core.errors import Unavailable
from src.core.ports.discord_sign_in import DiscordPerson, DiscordSignInPort
from src.core.ports.job_ledger import JobLedger
from src.core.ports.link_steps import LinkSteps
from src.core.ports.rso import RSOPort
from src.core.ports.user_binding import IUserBindingRepository
from src.core.services.account_linking import AccountLinking
from src.core.services.api_access import ApiAccess
from src.core.services.job_control import JobControl
from src.core.services.job_execution import JobExecution
from src.core.services.job_submission import JobSubmission
from src.core.services.link_limits import LinkLimits
from src.core.services.link_notices import LinkNotices
from src.core.services.maintenance import SystemHealth
from src.core.services.result_callbacks import ResultCallbacks
from src.core.services.sync_requests import SyncRequests
from src.core.services.task_requests import TaskRequests
from src.core.services.user_binding import UserBindingService
from tests.fakes.answers import FakeAnswers
from tests.fakes.api_keys import FakeApiKeyStore
from tests.fakes.clock import FakeClock
from tests.fakes.direct_messages import FakeDirectMessages
from tests.fakes.discord_sign_in import FakeDiscordSignIn
from tests.fakes.job_ledger import FakeJobLedger
from tests.fakes.job_queue import FakeJobQueue
from tests.fakes.link_steps import FakeLinkSteps
from tests.fakes.player_store import FakePlayerStore
from tests.fakes.randomness import FakeRandomness
from tests.fakes.request_limits import FakeRequestLimits
from tests.fakes.rso import ISSUER, FakeRSO
from tests.fakes.secrets import FakeSecretSource
from tests.fakes.user_binding import FakeUserBindingRepository
from tests.fakes.webhooks import FakeWebhooks

T = TypeVar("T")
_WEBHOOK_SECRET = "whsec_MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE="


class FakeFigures:
    """Implements `Figures`; what is set to None is down."""

    def __init__(self, ledger: JobLedger) -> None:
        self._ledger = ledger
        self.lengths: dict[str, int] | None = {"default": 0}
        self.matches: int | None = 0

    async def job_counts(self) -> tuple[JobCount, ...]:
        return await self._ledger.counts()

    async def queue_lengths(self) -> Mapping[str, int]:
        return _or_down(self.lengths)

    async def stored_matches(self) -> int:
        return _or_down(self.matches)


def _or_down(figure: T | None) -> T:
    if figure is None:
        raise Unavailable("password=hunter2")
    return figure


async def healthy() -> None:
    """Nothing is wrong."""


@dataclass
class FakeApiServices:
    """Implements `ApiServices`; other ports may stand in for the fakes. Without `steps` nobody links in a browser."""

    database: IUserBindingRepository
    rso_adapter: RSOPort
    steps: LinkSteps | None = None
    discord_sign_in: DiscordSignInPort | None = None
    public_base_url: str = "http://127.0.0.1:8000"
    health_checks: Mapping[str, HealthCheck] = field(default_factory=dict)
    background_checks: Mapping[str, HealthCheck] = field(default_factory=lambda: {"workers": healthy, "riot": healthy})
    api_auth: AuthMode = AuthMode.AUTO
    default_match_year: int = 2025
    clock: FakeClock = field(default_factory=FakeClock)
    keys: FakeApiKeyStore = field(default_factory=FakeApiKeyStore)
    limits: FakeRequestLimits = field(default_factory=FakeRequestLimits)
    queue: FakeJobQueue = field(default_factory=FakeJobQueue)
    randomness: FakeRandomness = field(default_factory=FakeRandomness)
    pepper: str = "pepper"

    def __post_init__(self) -> None:
        secrets = FakeSecretSource()
        self.ledger = FakeJobLedger(self.clock)
        self.figures = FakeFigures(self.ledger)
        self.health = SystemHealth(self.background_checks, self.clock)
        self.jobs = JobSubmission(self.ledger, self.queue)
        self.answers = FakeAnswers(self.clock)
        execution = JobExecution(self.ledger, self.queue, self.answers, self.randomness, self.clock)
        self.control = JobControl(self.ledger, execution, self.clock)
        callbacks = ResultCallbacks(FakeWebhooks(), self.randomness, SecretStr(_WEBHOOK_SECRET))
        self.sync_requests = SyncRequests(self.jobs, self.randomness, self.clock, callbacks)
        self.task_requests = TaskRequests(self.jobs, self.randomness)
        self.access = ApiAccess(self.keys, self.limits, secrets, self.clock, pepper=SecretStr(self.pepper))
        notices = LinkNotices(self.jobs, self.randomness, FakeDirectMessages(), self.database, FakePlayerStore())
        self.binding = UserBindingService(self.database, self.rso_adapter, notices=notices)
        self.linking = self._linking(secrets, self.steps) if self.steps is not None else None

    def _linking(self, secrets: FakeSecretSource, steps: LinkSteps) -> AccountLinking:
        return AccountLinking(
            binding=self.binding,
            database=self.database,
            steps=steps,
            secrets=secrets,
            limits=LinkLimits(self.limits),
            public_url=self.public_base_url,
            discord=self.discord_sign_in,
            answers=self.answers,
        )


def fake_api_services(**changes: Any) -> FakeApiServices:
    """The services behind an API whose jobs nobody works on."""
    clock = FakeClock()
    return FakeApiServices(FakeUserBindingRepository(clock), FakeRSO(), clock=clock, **changes)


@asynccontextmanager
async def a_client(services: FakeApiServices) -> AsyncIterator[aiohttp.ClientSession]:
    """A client on this machine of an API on `services`."""
    async with running(create_app(services)) as base, aiohttp.ClientSession(base) as client:
        yield client


class FakeSignIns:
    """`FakeApiServices` on fakes, and what people do outside of Chimera's pages.

    Without `signs_in_at_discord` the last word is a code typed into Discord.
    """

    def __init__(self, public_base_url: str = "http://127.0.0.1:8000", *, signs_in_at_discord: bool = True) -> None:
        self.clock = FakeClock()
        self.rso = FakeRSO()
        self.discord = FakeDiscordSignIn()
        self.database = FakeUserBindingRepository(self.clock)
        self.steps = self.database.steps = FakeLinkSteps(self.clock)
        self.services = FakeApiServices(
            self.database,
            self.rso,
            self.steps,
            self.discord if signs_in_at_discord else None,
            public_base_url,
            clock=self.clock,
            limits=FakeRequestLimits(self.clock),
        )

    @property
    def linking(self) -> AccountLinking:
        """The web side of /bind."""
        assert self.services.linking is not None
        return self.services.linking

    async def invite(self, discord_id: str = "1", *, discord_name: str = "somebody", reply: Reply | None = None) -> str:
        """Type /bind; answers the path of the address that it gives."""
        invited = await self.linking.invite(discord_id, "na1", discord_name=discord_name, reply=reply)
        return urlsplit(invited.auth_url).path

    def at_discord(self, auth_url: str, discord_id: str = "1", name: str = "somebody") -> dict[str, str]:
        """Sign in at Discord; answers the query of the callback."""
        state = _state_of(auth_url)
        verifier = SecretStr(state.replace("state", "verifier"))
        request = SignInRequest(auth_url=auth_url, state=SecretStr(state), code_verifier=verifier)
        return {"code": self.discord.sign_in(request, DiscordPerson(discord_id, name)), "state": state}

    def at_riot(self, auth_url: str, puuid: str = "p-1", game_name: str = "Hide on bush") -> dict[str, str]:
        """Sign in at Riot; answers the query of the callback."""
        state = _state_of(auth_url)
        request = SignInRequest(
            auth_url=auth_url,
            state=SecretStr(state),
            nonce=SecretStr(state.replace("state", "nonce")),
            code_verifier=SecretStr(state.replace("state", "verifier")),
        )
        code = self.rso.sign_in(request, puuid, RiotId(game_name=game_name, tag_line="KR1"))
        return {"code": code, "state": state, "iss": ISSUER}


def _state_of(auth_url: str) -> str:
    return parse_qs(urlsplit(auth_url).query)["state"][0]


@asynccontextmanager
async def running(app: FastAPI, *, port: int = 0) -> AsyncIterator[str]:
    """Serve `app` on the loopback, on a free port if it does not matter which; yields its base URL."""
    bound: asyncio.Future[int] = asyncio.get_running_loop().create_future()
    serving = asyncio.create_task(serve(app, host="127.0.0.1", port=port, started=bound.set_result))
    try:
        yield f"http://127.0.0.1:{await bound}"
    finally:
        serving.cancel()
        with suppress(asyncio.CancelledError):
            await serving
