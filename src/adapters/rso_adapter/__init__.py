"""Riot Sign On: OAuth 2.0 authorization code flow with OpenID Connect, against Riot or any issuer like it."""

from src.adapters.rso_adapter.adapter import RSOAdapter
from src.adapters.rso_adapter.settings import RSOSettings

__all__ = ["RSOAdapter", "RSOSettings"]
