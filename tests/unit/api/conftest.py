"""The API on this machine, with fakes behind it."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

import pytest

from src.api.app import create_app
from src.core.domain.job import Job
from tests.fakes.api import FakeApiServices, fake_api_services
from tests.fakes.asgi import AsgiClient


@dataclass
class Api:
    """The API, its services, and a client on this machine."""

    services: FakeApiServices
    client: AsgiClient

    async def claim(self, job_id: str | UUID) -> Job:
        """Take a job as a worker does."""
        job = await self.services.ledger.claim(UUID(str(job_id)), worker="celery@w1", lease=30, max_deaths=5)
        assert job is not None
        return job

    async def finish(self, job_id: str | UUID, result: Any) -> None:
        """Take a job and end it."""
        job = await self.claim(job_id)
        await self.services.ledger.succeed(job.id, job.fence, result)


@pytest.fixture
def api() -> Api:
    services = fake_api_services()
    return Api(services, AsgiClient(create_app(services)))
