"""What is lost and what is double, counted from what is stored and by nobody else's rules."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from tests.chaos.truth import Truth
from tests.chaos.watch import NOT_PERIODIC, Watcher

_STORED = "SELECT match_id FROM matches"
_TIMELINES = "SELECT match_id FROM timelines"
_ENDED_TWICE = "SELECT job_id FROM chaos_ends GROUP BY job_id HAVING count(*) > 1"
_BY_STATE = f"SELECT state, count(*) FROM jobs WHERE {NOT_PERIODIC} GROUP BY state"  # noqa: S608 - a constant
_TAKEOVERS = "SELECT count(*) AS times FROM chaos_takeovers"
_POISON = "SELECT state, error AS reason, deaths FROM jobs WHERE id = $1"
_STATISTICS = "SELECT * FROM yearly_statistics"
_SUMS = (
    "games", "wins", "losses", "remakes", "kills", "deaths", "assists", "cs", "gold", "damage_to_champions",
    "vision_score", "seconds",
)  # fmt: skip
_PATIENCE = 120.0  # seconds: every document is unpacked
_ROUNDING = 0.5  # only `seconds` is no whole number
_DOUBLE_PEOPLE = """
SELECT m.match_id FROM matches m
WHERE (SELECT count(*) FROM participants p WHERE p.match_id = m.match_id)
    <> jsonb_array_length(m.document -> 'info' -> 'participants')
"""
# From Riot's own documents, whatever the product has read from them. A game that every human left by an early
# surrender is a remake, one that Riot aborted is none either; neither counts but as such.
_RECOUNT = """
WITH games AS (
    SELECT m.match_id, info, info -> 'participants' AS people,
        to_timestamp(coalesce(nullif((info ->> 'gameStartTimestamp')::bigint, 0), (info ->> 'gameCreation')::bigint)
            / 1000.0) AT TIME ZONE 'UTC' AS started,
        coalesce(info ->> 'endOfGameResult', '') LIKE 'Abort%' AS aborted
    FROM matches m, LATERAL (SELECT m.document -> 'info' AS info) AS i
), judged AS (
    SELECT games.*, aborted OR NOT EXISTS (
        SELECT FROM jsonb_array_elements(people) AS human
        WHERE human ->> 'puuid' <> 'BOT' AND NOT coalesce((human ->> 'gameEndedInEarlySurrender')::boolean, false)
    ) AS void
    FROM games
), played AS (
    SELECT p ->> 'puuid' AS puuid, extract(year FROM started)::int AS year, void, p,
        (info ->> 'gameDuration')::float AS seconds
    FROM judged, jsonb_array_elements(people) AS p
)
SELECT puuid, year,
    count(*) FILTER (WHERE NOT void) AS games,
    count(*) FILTER (WHERE NOT void AND (p ->> 'win')::boolean) AS wins,
    count(*) FILTER (WHERE NOT void AND NOT (p ->> 'win')::boolean) AS losses,
    count(*) FILTER (WHERE void) AS remakes,
    coalesce(sum((p ->> 'kills')::int) FILTER (WHERE NOT void), 0) AS kills,
    coalesce(sum((p ->> 'deaths')::int) FILTER (WHERE NOT void), 0) AS deaths,
    coalesce(sum((p ->> 'assists')::int) FILTER (WHERE NOT void), 0) AS assists,
    coalesce(sum((p ->> 'totalMinionsKilled')::int + (p ->> 'neutralMinionsKilled')::int)
        FILTER (WHERE NOT void), 0) AS cs,
    coalesce(sum((p ->> 'goldEarned')::int) FILTER (WHERE NOT void), 0) AS gold,
    coalesce(sum((p ->> 'totalDamageDealtToChampions')::int) FILTER (WHERE NOT void), 0) AS damage_to_champions,
    coalesce(sum((p ->> 'visionScore')::int) FILTER (WHERE NOT void), 0) AS vision_score,
    coalesce(sum(seconds) FILTER (WHERE NOT void), 0) AS seconds
FROM played
WHERE puuid = ANY ($1::text[])
GROUP BY puuid, year
"""


@dataclass(frozen=True, slots=True)
class Poison:
    """How the task that kills its process ended."""

    state: str
    reason: str | None
    deaths: int

    @property
    def is_buried(self) -> bool:
        """True if it ended as failed, with a reason."""
        return self.state == "failed" and bool(self.reason)


@dataclass(frozen=True, slots=True)
class Counted:
    """What a round left behind. `lost` and `double` say in words what is wrong, a line for each finding.

    `takeovers`: how often a job was taken from a worker that had died with it.
    """

    matches: int
    timelines: int
    lost: tuple[str, ...]
    double: tuple[str, ...]
    jobs: dict[str, int]
    takeovers: int
    statistics: int
    poison: Poison


async def count_up(watcher: Watcher, truth: Truth, poison: UUID) -> Counted:
    """Compare what is stored with what Riot has, and the statistics with the documents they were made from."""
    matches = {row["match_id"] for row in await watcher.fetch(_STORED)}
    timelines = {row["match_id"] for row in await watcher.fetch(_TIMELINES)}
    jobs = {row["state"]: row["count"] for row in await watcher.fetch(_BY_STATE)}
    [takeovers] = await watcher.fetch(_TAKEOVERS)
    [ended] = await watcher.fetch(_POISON, poison)
    few, many, years = await compare_statistics(watcher, truth.players)
    return Counted(
        matches=len(matches & truth.matches),
        timelines=len(timelines & truth.timelines),
        lost=(
            *(f"match {match_id}" for match_id in sorted(truth.matches - matches)),
            *(f"timeline {match_id}" for match_id in sorted(truth.timelines - timelines)),
            *few,
        ),
        double=(
            *(f"job {row['job_id']} ended more than once" for row in await watcher.fetch(_ENDED_TWICE)),
            *(f"participants of {row['match_id']}" for row in await watcher.fetch(_DOUBLE_PEOPLE, patience=_PATIENCE)),
            *many,
        ),
        jobs=jobs,
        takeovers=takeovers["times"],
        statistics=years,
        poison=Poison(**ended),
    )


async def compare_statistics(watcher: Watcher, players: Sequence[str]) -> tuple[list[str], list[str], int]:
    """Compare the years of these players, who count in all their stored matches, with the documents.

    Answers where the statistics have too little and where too much, in words, and how many years there are.
    """
    recount = await _yearly(watcher, _RECOUNT, list(players))
    kept = await _yearly(watcher, _STATISTICS)
    return *_compared(recount, kept), len(kept)


async def _yearly(watcher: Watcher, sql: str, *arguments: Any) -> dict[tuple[str, int], dict[str, Any]]:
    """Sums by player and year."""
    rows = await watcher.fetch(sql, *arguments, patience=_PATIENCE)
    return {(row["puuid"], row["year"]): dict(row) for row in rows}


def _compared(
    recount: Mapping[tuple[str, int], dict[str, Any]], kept: Mapping[tuple[str, int], dict[str, Any]]
) -> tuple[list[str], list[str]]:
    """Findings where the statistics have less than the documents say, and where they have more."""
    few: list[str] = []
    many: list[str] = []
    for key in sorted(recount.keys() | kept.keys()):
        for name in _SUMS:
            should, has = (float(sums.get(key, {}).get(name, 0)) for sums in (recount, kept))
            if abs(should - has) > _ROUNDING:
                line = f"{name} of {key[0][:8]} in {key[1]}: {has:g} instead of {should:g}"
                (few if has < should else many).append(line)
    return few, many
