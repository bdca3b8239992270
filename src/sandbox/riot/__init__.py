"""Stand-ins for the Riot API and Riot Sign On, served over real HTTP."""

from .faults import FaultRule
from .rso_grants import RsoClient
from .sandbox import DEVELOPMENT_LIMITS, Limits, RiotSandbox
from .world import World

__all__ = ["DEVELOPMENT_LIMITS", "FaultRule", "Limits", "RiotSandbox", "RsoClient", "World"]
