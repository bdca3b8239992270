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
from src.core.domain.binding import SignInRequest, one_time_hash
from src.core.domain.job import JobCount
from src.core.domain.riot_id import RiotId
from src.core.errors import Unavailable
from src.core.ports.job_ledger import JobLedger
from src.core.ports.rso import RSOPort
from src.core.ports.user_binding import IUserBindingRepository
from src.core.services.account_linking import AccountLinking
from src.core.services.api_access import ApiAccess
from src.core.services.job_control import JobControl
from src.core.services.job_execution import JobExecution
from src.core.services.job_submission import JobSubmission
from src.core.services.maintenance import SystemHealth
from src.core.services.result_callbacks import ResultCallbacks
from src.core.services.sync_requests import SyncRequests
from src.core.services.task_requests import TaskRequests
from src.core.services.user_binding import UserBindingService
from tests.fakes.answers import FakeAnswers
from tests.fakes.api_keys import FakeApiKeyStore
from tests.fakes.clock import FakeClock
from tests.fakes.job_ledger import FakeJobLedger
from tests.fakes.job_queue import FakeJobQueue
from tests.fakes.randomness import FakeRandomness
from tests.fakes.request_limits import FakeRequestLimits
from tests.fakes.rso import FakeRSO
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
    """Implements `ApiServices`; other ports may stand in for the fakes."""

    database: IUserBindingRepository
    rso_adapter: RSOPort
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
        self.binding = UserBindingService(self.database, self.rso_adapter)
        secrets = FakeSecretSource()
        self.linking = AccountLinking(binding=self.binding, database=self.database, secrets=secrets)
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
    """`FakeApiServices` on fakes, and what a person does between /bind and the callback."""

    def __init__(self, public_base_url: str = "http://127.0.0.1:8000") -> None:
        self.clock = FakeClock()
        self.rso = FakeRSO()
        self.database = FakeUserBindingRepository(self.clock)
        self.services = FakeApiServices(self.database, self.rso, public_base_url)

    async def callback(
        self, discord_id: str = "1", *, discord_name: str = "somebody", game_name: str = "Hide on bush"
    ) -> dict[str, str]:
        """Type /bind and sign in at Riot; answers the query of the callback."""
        begun = await self.services.binding.initiate_binding(discord_id, "na1", discord_name=discord_name)
        state = parse_qs(urlsplit(begun.auth_url).query)["state"][0]
        attempt, _ = self.database.attempts[one_time_hash(state)]
        request = SignInRequest(
            auth_url=begun.auth_url, state=SecretStr(state), nonce=attempt.nonce, code_verifier=attempt.code_verifier
        )
        return {"code": self.rso.sign_in(request, "p-1", RiotId(game_name=game_name, tag_line="KR1")), "state": state}


@asynccontextmanager
async def running(app: FastAPI) -> AsyncIterator[str]:
    """Serve `app` on a free loopback port; yields its base URL."""
    port: asyncio.Future[int] = asyncio.get_running_loop().create_future()
    serving = asyncio.create_task(serve(app, host="127.0.0.1", port=0, started=port.set_result))
    try:
        yield f"http://127.0.0.1:{await port}"
    finally:
        serving.cancel()
        with suppress(asyncio.CancelledError):
            await serving
