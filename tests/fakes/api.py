"""The API over real HTTP, with fakes behind it."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from urllib.parse import parse_qs, urlsplit

from fastapi import FastAPI
from pydantic import SecretStr

from src.api.serve import serve
from src.api.services import HealthCheck
from src.core.domain.binding import SignInRequest, one_time_hash
from src.core.domain.riot_id import RiotId
from src.core.ports.rso import RSOPort
from src.core.ports.user_binding import IUserBindingRepository
from src.core.services.account_linking import AccountLinking
from src.core.services.user_binding import UserBindingService
from tests.fakes.clock import FakeClock
from tests.fakes.rso import FakeRSO
from tests.fakes.secrets import FakeSecretSource
from tests.fakes.user_binding import FakeUserBindingRepository


@dataclass
class FakeApiServices:
    """Implements `ApiServices`; other ports may stand in for the fakes."""

    database: IUserBindingRepository
    rso_adapter: RSOPort
    public_base_url: str = "http://127.0.0.1:8000"
    health_checks: Mapping[str, HealthCheck] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.binding = UserBindingService(self.database, self.rso_adapter)
        self.linking = AccountLinking(binding=self.binding, database=self.database, secrets=FakeSecretSource())


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
