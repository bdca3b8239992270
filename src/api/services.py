"""What the API needs from whoever puts Chimera together."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Protocol

from src.core.domain.api_key import AuthMode
from src.core.domain.job import JobCount
from src.core.ports.clock import Clock
from src.core.services.account_linking import AccountLinking
from src.core.services.api_access import ApiAccess
from src.core.services.job_control import JobControl
from src.core.services.maintenance import SystemHealth
from src.core.services.sync_requests import SyncRequests
from src.core.services.task_requests import TaskRequests

HealthCheck = Callable[[], Awaitable[None]]


class Figures(Protocol):
    """What is counted outside this process. Each may raise when its source is down; none may be dear."""

    async def job_counts(self) -> tuple[JobCount, ...]:
        """How many jobs there are, by kind, state and lane."""
        ...

    async def queue_lengths(self) -> Mapping[str, int]:
        """How many hints wait in each queue."""
        ...

    async def stored_matches(self) -> int:
        """How many matches are stored, about."""
        ...


class ApiServices(Protocol):
    """The services behind the routes; the composition root's container is one."""

    @property
    def linking(self) -> AccountLinking | None:
        """The web side of `/bind`; None where accounts are proven without a browser."""
        ...

    @property
    def control(self) -> JobControl:
        """Jobs, to look at and to cancel."""
        ...

    @property
    def sync_requests(self) -> SyncRequests:
        """Takes requests for syncs."""
        ...

    @property
    def task_requests(self) -> TaskRequests:
        """Takes requests for sample tasks."""
        ...

    @property
    def access(self) -> ApiAccess:
        """The API's keys."""
        ...

    @property
    def api_auth(self) -> AuthMode:
        """When a key is needed."""
        ...

    @property
    def clock(self) -> Clock:
        """The time."""
        ...

    @property
    def default_match_year(self) -> int:
        """The year that a sync takes when nobody names one."""
        ...

    @property
    def figures(self) -> Figures:
        """What /metrics tells beside its own requests."""
        ...

    @property
    def health_checks(self) -> Mapping[str, HealthCheck]:
        """Component name to a check that raises when the component is down; the API is nothing without these."""
        ...

    @property
    def health(self) -> SystemHealth:
        """Knows of `workers` and `riot`, whose absence delays work and loses nothing."""
        ...

    @property
    def public_base_url(self) -> str:
        """Where browsers reach this API; cookies are locked to https when it is https."""
        ...
