"""Comparing what Riot lists with what is stored, as rsync does, and fetching the difference."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import structlog

from src.core.domain.job import NewJob
from src.core.domain.regions import parse_match_id
from src.core.domain.riot_id import RiotId
from src.core.errors import CircuitOpen, RateLimited, RiotKeyRejected, Unavailable
from src.core.ports.clock import Clock
from src.core.ports.match_store import MatchStore
from src.core.ports.player_store import KnownPlayer, PlayerStore
from src.core.ports.yearly_statistics import YearlyStatisticsStore
from src.core.services.account_refresh import AccountRefresh, Refreshed
from src.core.services.batch_report import BatchReport
from src.core.services.job_submission import JobSubmission
from src.core.services.match_documents import FetchedMatch
from src.core.services.match_ingest import MatchIngest, Reporter

_log = structlog.get_logger(__name__)
_CHECK_EVERY = 7 * 86_400.0  # seconds
_AT_ONCE = 20

JobFor = Callable[[RiotId, KnownPlayer, int], NewJob]
"""Makes the job that recovers a player's year."""


@dataclass(slots=True)
class RecoveryReport(BatchReport):
    """What became of the matches: how many were intact, and the ids of the others by outcome.

    `repaired` were stored but damaged, or hid the player, who is back; `fetched` were not there (or without their
    timeline), `missing` Riot does not have (any more). What was intact in an earlier attempt is looked at again.
    """

    intact: int = 0
    repaired: list[str] = field(default_factory=list)
    fetched: list[str] = field(default_factory=list)

    @property
    def has_anything(self) -> bool:
        """True if any match is done, or was intact."""
        return self.intact > 0 or bool(self.match_ids)

    def as_result(self) -> dict[str, Any]:
        """The JSON form: a number under `intact`, match ids under the other outcomes."""
        return {
            "intact": self.intact, "repaired": self.repaired, "fetched": self.fetched,
            "missing": self.missing, "malformed": self.malformed, "unavailable": self.unavailable,
        }  # fmt: skip


class HistoryRecovery:
    """Repairs stored histories."""

    def __init__(self, ingest: MatchIngest, store: MatchStore, statistics: YearlyStatisticsStore) -> None:
        self._ingest = ingest
        self._store = store
        self._statistics = statistics

    async def recover_batch(
        self,
        match_ids: Sequence[str],
        puuid: str,
        *,
        into: RecoveryReport,
        report: Reporter,
        last_attempt: bool = False,
    ) -> RecoveryReport:
        """Fetch those of the matches that are not stored, or not intact; each counts for the player, once.

        Matches in which a player who is back stands as a pseudonym are not intact: they get their place again.

        What Riot is remembered not to have is told as missing, and not asked for. `report`, `into` and
        `last_attempt` as in `MatchIngest.ingest_many`.
        """
        wanted = list(dict(map(parse_match_id, match_ids)))
        done = into.match_ids
        looked_at = [match_id for match_id in wanted if match_id not in done]
        intact = await self._store.intact(looked_at, of=puuid)
        into.intact = len(intact)
        await self._statistics.count(puuid, intact)
        different = [match_id for match_id in wanted if match_id not in intact]
        known = await self._store.known([match_id for match_id in different if match_id not in done], of=puuid)
        damaged = known.complete | known.hiding

        async def keep(fetched: Sequence[FetchedMatch]) -> None:
            await self._keep(fetched, puuid, into, damaged)

        async def told(count: int) -> None:
            await report("comparing", len(intact) + count, len(wanted))

        await self._ingest.batch(into, keep, last_attempt=last_attempt).run(different, told)
        for match_id in sorted(damaged.difference(into.repaired)):
            _log.warning("match_stays_damaged", match_id=match_id)
        return into

    async def _keep(
        self, fetched: Sequence[FetchedMatch], puuid: str, into: RecoveryReport, damaged: Collection[str]
    ) -> None:
        for one in fetched:
            if one.match_id in damaged:
                await self._ingest.keep(one, counted_for=puuid, replace=True)
                into.repaired.append(one.match_id)
        if absent := [one for one in fetched if one.match_id not in damaged]:
            await self._ingest.keep_many(absent, counted_for=puuid)
            into.fetched.extend(one.match_id for one in absent)


class DueRecoveries:
    """Whose stored history has to be compared with Riot's again."""

    def __init__(self, players: PlayerStore, accounts: AccountRefresh, jobs: JobSubmission, clock: Clock) -> None:
        self._players = players
        self._accounts = accounts
        self._jobs = jobs
        self._clock = clock

    async def submit_due(self, job_for: JobFor) -> dict[str, int]:
        """Submit a recovery of the current year for linked players not checked for a week, 20 at most.

        The idempotency keys of the jobs keep them from piling up. Their names are what Riot calls them now. Answers
        `{"submitted": n, "unnamed": n}`: players without a known Riot ID cannot be asked for.
        """
        due = await self._players.linked(not_checked_for=_CHECK_EVERY, limit=_AT_ONCE)
        year = self._clock.now().year
        await self._renew(due)
        present = [known for player in due if (known := await self._known(player)) is not None]
        jobs = [
            job_for(player.account.riot_id, player, year) for player in present if player.account.riot_id is not None
        ]
        if jobs:
            await self._jobs.submit(*jobs)
        for player in due:
            await self._players.mark_checked(player.account.puuid)
        return {"submitted": len(jobs), "unnamed": len(present) - len(jobs)}

    async def _renew(self, players: Sequence[KnownPlayer]) -> None:
        """Ask Riot who they are today, as far as it tells at the moment."""
        for player in players:
            try:
                await self._accounts.ask(player, Refreshed())
            except (RateLimited, CircuitOpen, RiotKeyRejected) as error:  # it says nothing of the others either
                _log.info("players_not_asked_about", reason=type(error).__name__)
                return
            except Unavailable as error:
                _log.info("player_not_asked_about", reason=type(error).__name__)

    async def _known(self, player: KnownPlayer) -> KnownPlayer | None:
        """The player as they are written down now.

        None: no longer, by this PUUID; whoever is linked under another one is due by that.
        """
        known = await self._players.find(player.account.puuid)
        return replace(player, account=known[0], platform=known[1]) if known else None

    async def mark_checked(self, puuid: str) -> None:
        """Write down that the player's history was compared with Riot's just now."""
        await self._players.mark_checked(puuid)
