"""Looking at the system from outside, through a database connection of the round's own."""

import asyncio
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any
from uuid import UUID

import asyncpg

_FINAL = "('succeeded', 'failed', 'cancelled')"
# Beat's own jobs may wait for their turn of the next hour.
NOT_PERIODIC = "coalesce(idempotency_key, '') NOT LIKE 'periodic:%'"
# Whatever the product believes, the table itself notes every job that becomes final, or stops being so, and every one
# that is taken from a worker which has not let go of it.
_AUDIT = f"""
CREATE TABLE chaos_ends (job_id uuid NOT NULL, state text NOT NULL, at timestamptz NOT NULL DEFAULT clock_timestamp());
CREATE TABLE chaos_takeovers (job_id uuid NOT NULL, at timestamptz NOT NULL DEFAULT clock_timestamp());
CREATE FUNCTION chaos_note() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND OLD.state = 'running' AND NEW.state = 'running' AND NEW.fence > OLD.fence THEN
        INSERT INTO chaos_takeovers (job_id) VALUES (NEW.id);
    END IF;
    IF TG_OP = 'INSERT' AND NEW.state IN {_FINAL} THEN
        INSERT INTO chaos_ends (job_id, state) VALUES (NEW.id, NEW.state);
    ELSIF TG_OP = 'UPDATE' AND OLD.state IS DISTINCT FROM NEW.state
        AND (OLD.state IN {_FINAL} OR NEW.state IN {_FINAL})
    THEN
        INSERT INTO chaos_ends (job_id, state) VALUES (NEW.id, NEW.state);
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER chaos_note AFTER INSERT OR UPDATE OF state, fence ON jobs FOR EACH ROW EXECUTE FUNCTION chaos_note();
"""  # noqa: S608 - constants
_LOOK = f"""
SELECT (SELECT count(*) FROM matches) AS stored,
    (SELECT count(*) FROM chaos_ends) AS ended,
    (SELECT count(*) FROM jobs WHERE state NOT IN {_FINAL} AND {NOT_PERIODIC}) AS unfinished
"""  # noqa: S608
_HELD = "SELECT id, fence FROM jobs WHERE state = 'running' AND worker = $1"
_STILL = "SELECT id, fence, state FROM jobs WHERE id = ANY ($1::uuid[])"
_LOST_CONNECTION = (OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError)
_PATIENCE = 5.0  # seconds


@dataclass(frozen=True, slots=True)
class Sight:
    """How far everything is: matches stored, jobs that ended, jobs that have not."""

    stored: int
    ended: int
    unfinished: int

    @property
    def progress(self) -> int:
        """Grows with everything that gets done."""
        return self.stored + self.ended


@dataclass(slots=True)
class Watcher:
    """A connection that is made anew whenever it is lost: Postgres restarts are part of the round."""

    url: str
    _connection: "asyncpg.Connection[asyncpg.Record] | None" = None

    async def install_audit(self) -> None:
        """Have the ledger's table note every end."""
        await self.fetch(_AUDIT, script=True)

    async def look(self) -> Sight | None:
        """How far everything is; None while the database is away."""
        try:
            [row] = await self.fetch(_LOOK)
        except _LOST_CONNECTION:
            return None
        return Sight(**row)

    async def held_by(self, worker: str) -> Mapping[UUID, int]:
        """The jobs that a worker has in hand, with their fences; none while the database is away."""
        try:
            return {row["id"]: row["fence"] for row in await self.fetch(_HELD, worker)}
        except _LOST_CONNECTION:
            return {}

    async def taken_again(self, held: Mapping[UUID, int]) -> tuple[set[UUID], set[UUID]]:
        """Of jobs that a worker had: those claimed anew since, and those that ended without."""
        try:
            rows = await self.fetch(_STILL, list(held))
        except _LOST_CONNECTION:
            return set(), set()
        again = {row["id"] for row in rows if row["fence"] > held[row["id"]]}
        ended = {row["id"] for row in rows if row["id"] not in again and row["state"] != "running"}
        return again, ended

    async def fetch(
        self, sql: str, *arguments: Any, script: bool = False, patience: float = _PATIENCE
    ) -> list[asyncpg.Record]:
        """Rows of a statement that may take `patience` seconds; a script of several statements answers none."""
        try:
            async with asyncio.timeout(patience):
                if self._connection is None or self._connection.is_closed():
                    self._connection = await asyncpg.connect(self.url)
                if script:
                    await self._connection.execute(sql)
                    return []
                return list(await self._connection.fetch(sql, *arguments))
        except _LOST_CONNECTION:
            if self._connection is not None:
                self._connection.terminate()
            self._connection = None
            raise

    async def close(self) -> None:
        """End the connection."""
        if self._connection is not None:
            await self._connection.close()


@dataclass(slots=True)
class Wound:
    """A strike, and what its victim had in hand. `struck_at` in seconds, of any clock."""

    name: str
    struck_at: float
    held: dict[UUID, int] = field(default_factory=dict)
    until_taken: float | None = None

    def note_taken(self, again: set[UUID], ended: set[UUID], now: float) -> None:
        """The last of the victim's jobs to be taken again tells how long its work lay idle."""
        for job_id in ended:
            self.held.pop(job_id, None)
        for job_id in again:
            del self.held[job_id]
            self.until_taken = now - self.struck_at


@dataclass(slots=True)
class Recoveries:
    """Every strike, and every moment at which something got done."""

    wounds: list[Wound] = field(default_factory=list)
    moves: list[float] = field(default_factory=list)
    _progress: int = 0

    async def look(self, watcher: Watcher, sight: Sight, now: float) -> None:
        """Note what has moved, and what has been taken up again."""
        if sight.progress > self._progress:
            self._progress = sight.progress
            self.moves.append(now)
        for wound in self.wounds:
            if wound.held:
                wound.note_taken(*await watcher.taken_again(wound.held), now)

    @property
    def counts(self) -> Mapping[str, int]:
        """Strikes by name."""
        return Counter(wound.name for wound in self.wounds)

    def standstills(self, until: float) -> list[tuple[str, float]]:
        """For each strike the longest time in which nothing got done, that began before the next strike.

        `until`: when the work was done; what comes after that does not count.
        """
        ends = [*(wound.struck_at for wound in self.wounds[1:]), until]
        found = []
        for wound, end in zip(self.wounds, ends, strict=True):
            moments = [wound.struck_at, *(move for move in self.moves if wound.struck_at < move <= until), until]
            gaps = [after - before for before, after in pairwise(moments) if before < end]
            found.append((wound.name, max(gaps, default=0.0)))
        return found
