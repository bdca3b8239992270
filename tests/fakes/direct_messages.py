"""Direct messages without Discord."""

from collections import defaultdict
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from src.core.errors import ChimeraError


class FakeDirectMessages:
    """Implements DirectMessages. `told` are the texts each user has got; those of `closed` take none.

    `error`, once set, is what every call raises.
    """

    def __init__(self) -> None:
        self.told: defaultdict[str, list[str]] = defaultdict(list)
        self.closed: set[str] = set()
        self.error: ChimeraError | None = None
        self._keys: set[tuple[str, str]] = set()

    async def tell(self, discord_id: str, text: str, *, key: str) -> bool:
        if self.error is not None:
            raise self.error
        if discord_id in self.closed:
            return False
        if (discord_id, key) not in self._keys:
            self._keys.add((discord_id, key))
            self.told[discord_id].append(text)
        return True

    async def close(self) -> None:
        pass
