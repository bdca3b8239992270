"""Celery tasks: parse, call a service, map the error.

`from src.tasks import sync_player_data` imports the module behind the name when it is asked for: `src.tasks.celery_app`
must not wait for all of them, and they need it.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from src.tasks.analysis_tasks import analyze_match
    from src.tasks.maintenance_tasks import cleanup_old_data, health_check, reconcile, refresh_accounts
    from src.tasks.match_tasks import (
        batch_fetch_matches,
        fetch_and_store_match,
        fetch_match_history,
        sync_match_data_atomic,
    )
    from src.tasks.notice_tasks import tell_user
    from src.tasks.player_tasks import recover_linked_players, recover_player_data, sync_player_data
    from src.tasks.profile_tasks import refresh_profile
    from src.tasks.timeline_tasks import sync_match_timeline_atomic

_MODULES = {
    "analyze_match": "analysis_tasks",
    "batch_fetch_matches": "match_tasks",
    "cleanup_old_data": "maintenance_tasks",
    "fetch_and_store_match": "match_tasks",
    "fetch_match_history": "match_tasks",
    "health_check": "maintenance_tasks",
    "reconcile": "maintenance_tasks",
    "recover_linked_players": "player_tasks",
    "recover_player_data": "player_tasks",
    "refresh_accounts": "maintenance_tasks",
    "refresh_profile": "profile_tasks",
    "sync_match_data_atomic": "match_tasks",
    "sync_match_timeline_atomic": "timeline_tasks",
    "sync_player_data": "player_tasks",
    "tell_user": "notice_tasks",
}

__all__ = [
    "analyze_match",
    "batch_fetch_matches",
    "cleanup_old_data",
    "fetch_and_store_match",
    "fetch_match_history",
    "health_check",
    "reconcile",
    "recover_linked_players",
    "recover_player_data",
    "refresh_accounts",
    "refresh_profile",
    "sync_match_data_atomic",
    "sync_match_timeline_atomic",
    "sync_player_data",
    "tell_user",
]


def __getattr__(name: str) -> Any:
    module = _MODULES.get(name)
    if module is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{module}"), name)
