"""What the API needs from whoever puts Chimera together."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Protocol

from src.core.services.account_linking import AccountLinking

HealthCheck = Callable[[], Awaitable[None]]


class ApiServices(Protocol):
    """The services behind the routes; the composition root's container is one."""

    @property
    def linking(self) -> AccountLinking:
        """The web side of `/bind`."""
        ...

    @property
    def health_checks(self) -> Mapping[str, HealthCheck]:
        """Component name to a check that raises when the component is down."""
        ...

    @property
    def public_base_url(self) -> str:
        """Where browsers reach this API; cookies are locked to https when it is https."""
        ...
