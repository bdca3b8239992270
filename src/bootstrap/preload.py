"""What is loaded before somebody asks, so that no player waits for an import."""

import gc
import importlib
from threading import Thread

_RIOT = "src.adapters.riot_api.cassiopeia_endpoints"
# A second and a half of imports together: matplotlib and cassiopeia.
_SLOW = ("src.adapters.charts.drawing", _RIOT)


def preload() -> None:
    """Import the slow libraries now, in a worker that has not forked; the pool's processes inherit them.

    They stay, so the garbage collector need not go through them again and again: that cost a quarter of the time in
    which matches are read and stored.
    """
    for module in _SLOW:
        importlib.import_module(module)
    gc.collect()
    gc.freeze()


def preload_beside() -> Thread:
    """Import what a question to Riot needs while the bot starts.

    Whoever asks first would lose by it most of the two seconds for which `/profile` waits for a rank.
    """
    thread = Thread(target=importlib.import_module, args=(_RIOT,), name="preload", daemon=True)
    thread.start()
    return thread
