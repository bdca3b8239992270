"""Stand-ins for the Riot API and Riot Sign On, served over real HTTP."""

from src.sandbox.riot.faults import FaultRule
from src.sandbox.riot.rso_grants import RsoClient
from src.sandbox.riot.sandbox import DEVELOPMENT_LIMITS, Limits, RiotSandbox
from src.sandbox.riot.world import World

__all__ = ["DEVELOPMENT_LIMITS", "FaultRule", "Limits", "RiotSandbox", "RsoClient", "World"]
