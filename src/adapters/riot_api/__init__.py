"""Riot's API over HTTP, behind the port `RiotApi`."""

from src.adapters.riot_api.adapter import RiotAPIAdapter
from src.adapters.riot_api.settings import RiotSettings

__all__ = ["RiotAPIAdapter", "RiotSettings"]
