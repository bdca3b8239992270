"""Reading stored matches back, and telling whether they are whole."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass

import asyncpg

from src.adapters.database.match_rows import from_match_rows
from src.adapters.database.pool import Connection
from src.adapters.database.queries import load_queries
from src.adapters.database.raw_bodies import unpack
from src.adapters.database.timeline_rows import from_timeline_row
from src.core.domain.match import Match
from src.core.domain.match_document import read_match
from src.core.domain.pseudonyms import is_pseudonym
from src.core.domain.timeline_document import read_timeline
from src.core.errors import MalformedDocument
from src.core.ports.match_store import StoredMatch

_SQL = load_queries("matches.sql")


@dataclass(frozen=True, slots=True)
class KeptMatch:
    """The rows that hold a match."""

    match: asyncpg.Record
    participants: Sequence[asyncpg.Record]
    timeline: asyncpg.Record | None

    def to_stored(self) -> StoredMatch:
        """What was stored.

        Raises:
            MalformedDocument: the stored bytes are damaged.
        """
        return StoredMatch(
            match=from_match_rows(self.match, self.participants),
            match_document=unpack(self.match["body"]),
            timeline=from_timeline_row(self.timeline) if self.timeline else None,
            timeline_document=unpack(self.timeline["body"]) if self.timeline else None,
            edition=self.match["edition"],
        )


async def read_kept(connection: Connection, match_ids: Collection[str]) -> list[KeptMatch]:
    """The rows of those of the matches that are there, in no particular order."""
    ids = list(match_ids)
    matches = await connection.fetch(_SQL["load_matches"], ids)
    participants = defaultdict(list)
    for row in await connection.fetch(_SQL["load_participants"], ids):
        participants[row["match_id"]].append(row)
    timelines = {row["match_id"]: row for row in await connection.fetch(_SQL["load_timelines"], ids)}
    return [
        KeptMatch(row, participants[row["match_id"]], timelines.get(row["match_id"]))
        for row in matches
    ]  # fmt: skip


def is_whole(kept: KeptMatch) -> bool:
    """True if the match is stored for good and everything of it can be read and belongs together.

    Rows are compared by who took part, not number by number: a newer version may read more out of a document.
    """
    match_id, state = kept.match["match_id"], kept.match["timeline_state"]
    try:
        match = read_match(unpack(kept.match["body"]).document)
        rows = from_match_rows(kept.match, kept.participants)
    except (MalformedDocument, ValueError):
        return False
    belongs = match.match_id == match_id and _people(match) == _people(rows)
    if kept.timeline is None:
        return belongs and state == "gone"
    return belongs and state == "stored" and is_timeline_whole(kept.timeline)


def hides(kept: KeptMatch, puuid: str) -> bool:
    """True if a player is not in a match's rows, and may be one of those who are pseudonyms there."""
    people = {row["puuid"] for row in kept.participants}
    return puuid not in people and any(map(is_pseudonym, people))


def is_timeline_whole(row: asyncpg.Record) -> bool:
    """True if a stored timeline can be read and is its match's."""
    try:
        from_timeline_row(row)
        timeline = read_timeline(unpack(row["body"]).document)
    except (MalformedDocument, ValueError, LookupError):
        return False
    return timeline.match_id == str(row["match_id"])


def _people(match: Match) -> dict[int, str | None]:
    return {participant.participant_id: participant.puuid for participant in match.participants}
