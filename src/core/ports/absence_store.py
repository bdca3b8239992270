"""Where it is kept which documents Riot does not have."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Protocol

from src.core.domain.absence import Absence
from src.core.domain.regions import Platform


class AbsenceStore(Protocol):
    """Matches and timelines that Riot answered with 404. Raises Unavailable when the database cannot be reached."""

    async def known(self, match_ids: Collection[str]) -> tuple[Absence, ...]:
        """What is kept of the documents of these matches, also where it is time to ask again; in no order."""
        ...

    async def note(self, absences: Sequence[Absence]) -> None:
        """Keep these, each document once; of what is kept already, the greater count and the later time stay."""
        ...

    async def newest_settled(self, platforms: Collection[Platform], *, ended_before: datetime) -> tuple[str, ...]:
        """Of each platform, the id of the match that started last among the stored ones that ended before then.

        Platforms without such a match are left out.
        """
        ...

    async def forget(self, *, ask_again_before: datetime) -> int:
        """Drop what might have been asked for again before then; answers how many went."""
        ...
