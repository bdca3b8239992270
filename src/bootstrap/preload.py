"""What a worker loads before it forks, so that no player waits for an import."""

import importlib

# A second and a half of imports together: matplotlib and cassiopeia.
_SLOW = ("src.adapters.charts.gold_drawing", "src.adapters.riot_api.cassiopeia_endpoints")


def preload() -> None:
    """Import the slow libraries now; the pool's processes inherit them."""
    for module in _SLOW:
        importlib.import_module(module)
