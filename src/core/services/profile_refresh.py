"""Bringing a player's latest matches into the store, and their profile to whoever asked."""

from dataclasses import dataclass
from typing import Any, Final

from src.core.domain.answer_key import account_mark
from src.core.domain.job import Job
from src.core.domain.profile import Fetched
from src.core.domain.regions import Platform
from src.core.ports.answers import Answers
from src.core.ports.match_store import MatchStore
from src.core.services.match_history import MatchHistory
from src.core.services.match_ingest import IngestReport, MatchIngest, Reporter
from src.core.services.player_profiles import MOST_MATCHES, PlayerProfiles

LATEST: Final = 20
"""So many matches are asked for: the recent form, and more than a list to choose from shows."""


@dataclass(slots=True)
class ProfileRefresh:
    """Fetches side by side, on the lane that `history` and `ingest` are on."""

    history: MatchHistory
    ingest: MatchIngest
    store: MatchStore
    profiles: PlayerProfiles
    answers: Answers

    async def refresh(
        self,
        puuid: str,
        platform: Platform,
        *,
        job: Job | None,
        into: IngestReport,
        report: Reporter,
        last_attempt: bool = False,
    ) -> dict[str, Any]:
        """Store those of the player's latest matches that are not there, then show the profile if `job` has a reply.

        `report` is told `fetching_match_ids`, then `matches`; `into` holds what was done by then, in an earlier
        attempt too. What Riot cannot give in the `last_attempt` is told with the profile, and comes with the next
        refresh. Answers match ids by outcome, as `IngestReport.as_result`.

        Raises:
            PlayerForgotten: the player has asked to be forgotten.
            BindingNotFound: the account is no longer linked to whoever asked.
            RateLimited, CircuitOpen: Riot is not asked now; what could be had is stored.
            Unavailable: Riot could not give some of them, and this is not the last attempt, or nothing at all; or the
                database or Discord does not answer.
        """
        await report("fetching_match_ids", 0, 0)
        match_ids = await self.history.recent_ids(puuid, platform.routing, count=LATEST)
        # Somebody who was forgotten and is back gets their place in stored matches again.
        known = await self.ingest.skip_stored(match_ids, into=into, of=puuid)
        await self.ingest.fetch_rest(match_ids, into=into, known=known, report=report, last_attempt=last_attempt)
        if job is not None and job.reply is not None and job.owner is not None:
            profile = await self.profiles.of(job.owner, account_mark(puuid))
            # Riot lists matches that are not the player's.
            own = {match.match_id for match in await self.store.history(puuid, limit=MOST_MATCHES)}
            new, missed = len(own.intersection(into.stored)), len(into.unavailable)
            fetched = Fetched(listed=len(match_ids), new=new, missed=missed)
            await self.answers.deliver_profile(job.reply, profile, fetched=fetched)
        return into.as_result()
