"""A person's data as JSON."""

import asyncio
from collections.abc import Sequence
from typing import Any

from src.adapters.database.jobs.emptying import EVER, Person, jobs_about
from src.adapters.database.pool import PostgresPool
from src.adapters.database.queries import load_queries

_SQL = load_queries("export.sql")


async def exported(database: PostgresPool, person: Person, *, most_matches: int, most_jobs: int) -> dict[str, Any]:
    """See `PersonalData.export`. Parts may be a moment apart."""
    discord_id, puuids = person.discord_id, person.puuids
    return {
        "accounts": await _entries(database, "accounts", discord_id),
        "players": await _entries(database, "players", puuids),
        "years": await _entries(database, "years", puuids),
        "matches": await _matches(database, puuids, most_matches),
        "jobs": await _jobs(database, person, most_jobs),
        "links": await _entries(database, "links", discord_id),
        "links_under_way": await _entries(database, "links_under_way", discord_id),
    }


async def _entries(database: PostgresPool, name: str, *arguments: Any) -> list[dict[str, Any]]:
    return [row["entry"] for row in await database.fetch(_SQL[name], *arguments)]


async def _matches(database: PostgresPool, puuids: Sequence[str], most: int) -> dict[str, Any]:
    """Names once, then values: there may be thousands."""
    rows = await database.fetch(_SQL["matches"], puuids, most)
    count = await database.fetchrow(_SQL["countable_matches"], puuids)
    there = int(count["matches"]) if count else 0
    columns = list(rows[0].keys()) if rows else []
    return {
        "columns": columns,
        "rows": await asyncio.to_thread(lambda: [list(row.values()) for row in rows]),
        "left_out": max(0, there - len(rows)),
    }


async def _jobs(database: PostgresPool, person: Person, most: int) -> dict[str, Any]:
    about = await jobs_about(database, person, submitted_before=EVER)
    rows = await database.fetch(_SQL["jobs"], list(about), person.discord_id, most)
    count = await database.fetchrow(_SQL["countable_jobs"], list(about), person.discord_id)
    there = int(count["jobs"]) if count else 0
    return {"entries": [row["entry"] for row in rows], "left_out": max(0, there - len(rows))}
