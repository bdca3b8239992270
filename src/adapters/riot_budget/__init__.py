"""The shared allowance of Riot calls, kept in Redis, behind the port `RiotBudget`."""

from src.adapters.riot_budget.adapter import RedisRiotBudget
from src.adapters.riot_budget.settings import RiotBudgetSettings

__all__ = ["RedisRiotBudget", "RiotBudgetSettings"]
