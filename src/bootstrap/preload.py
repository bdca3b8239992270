"""What a worker loads before it forks, so that no player waits for an import."""

import gc
import importlib

# A second and a half of imports together: matplotlib and cassiopeia.
_SLOW = ("src.adapters.charts.drawing", "src.adapters.riot_api.cassiopeia_endpoints")


def preload() -> None:
    """Import the slow libraries now; the pool's processes inherit them.

    They stay, so the garbage collector need not go through them again and again: that cost a quarter of the time in
    which matches are read and stored.
    """
    for module in _SLOW:
        importlib.import_module(module)
    gc.collect()
    gc.freeze()
