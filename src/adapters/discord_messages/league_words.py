"""Words of League that several messages share."""

from typing import Final

POSITIONS: Final = {"TOP": "top", "JUNGLE": "jungle", "MIDDLE": "mid", "BOTTOM": "bot", "UTILITY": "support"}
"""What players call Riot's `teamPosition`."""

DISCLAIMER: Final = "Not endorsed by Riot Games"
"""Under everything that shows Riot's data; the pages on the web say it in full."""
