"""Answering `/analyze`: find the match, have it, understand it, show it."""

import asyncio
from dataclasses import dataclass
from typing import Any

from src.core.domain.analysis import MatchAnalysis
from src.core.domain.match_analysis import analyse
from src.core.domain.pseudonyms import is_pseudonym
from src.core.domain.regions import Platform, parse_match_id
from src.core.domain.reply import Reply
from src.core.errors import MatchNotFound, NoMatches
from src.core.ports.answers import Answers
from src.core.ports.match_chart import MatchChart
from src.core.ports.match_store import MatchStore, StoredMatch
from src.core.ports.riot_api import RiotApi
from src.core.ports.tombstones import Tombstones
from src.core.services.match_documents import FetchedMatch
from src.core.services.match_facts import MatchFactsService
from src.core.services.match_ingest import MatchIngest, Reporter

# Listed matches can be gone, or not be the player's: look at this many before giving up.
_LATEST = 5
_STEPS = 5


@dataclass(slots=True)
class MatchAnalysisService:
    """From a player and perhaps a match id to a finished answer."""

    riot: RiotApi
    store: MatchStore
    ingest: MatchIngest
    facts: MatchFactsService
    chart: MatchChart
    answers: Answers
    tombstones: Tombstones

    async def answer(
        self,
        puuid: str,
        platform: Platform,
        match_id: str | None,
        *,
        reply: Reply | None,
        report: Reporter,
        details: bool = False,
    ) -> dict[str, Any]:
        """Analyse a match (the player's last one without `match_id`) and show it to whoever asked.

        `details`: every participant is shown too.
        Progress is reported as `finding`, `match`, `timeline`, `analysing`, `drawing`, 1 to 5 of 5. Answers a
        summary for the ledger: `{"match_id", "champion", "outcome", "observations"}`.

        Raises:
            NoMatches: the player has none.
            MatchNotFound: Riot does not have the match asked for, or none of the latest ones it lists.
            NotAParticipant: the player was not in the match asked for.
            PlayerForgotten: the player has asked to be forgotten.
        """
        await self.tombstones.check(puuid)
        await report("finding", 1, _STEPS)
        if match_id:
            stored = await self._asked(match_id, puuid, report)
        else:
            stored = await self._latest(puuid, platform, report)
        await report("analysing", 4, _STEPS)
        facts = await self.facts.of(stored)
        may_come = self.ingest.timeline_may_come(stored.match)
        analysis = await asyncio.to_thread(
            analyse, stored.match, stored.timeline, facts, puuid, timeline_may_come=may_come
        )
        if reply is not None:
            await report("drawing", 5, _STEPS)
            chart = await asyncio.to_thread(self.chart.draw, analysis)
            await self.answers.deliver_analysis(reply, analysis, chart, details=details)
        return _summary(analysis)

    async def _asked(self, match_id: str, puuid: str, report: Reporter) -> StoredMatch:
        canonical, _platform = parse_match_id(match_id)
        await self.ingest.ingest(canonical, report=report)
        stored = await self.store.load(canonical)
        if stored is None:
            raise MatchNotFound(f"Riot knows no match {canonical}, or no longer keeps it.")
        if stored.match.by_puuid(puuid) is None and any(is_pseudonym(one.puuid) for one in stored.match.participants):
            return await self._with_place_back(stored, puuid)
        return stored

    async def _with_place_back(self, stored: StoredMatch, puuid: str) -> StoredMatch:
        """The match as Riot has it: a player who was forgotten, and has linked the account anew, is in it again."""
        match_id = stored.match.match_id
        try:
            match, document = await self.ingest.fetch_match(match_id)
        except MatchNotFound:
            return stored
        if match.by_puuid(puuid) is None:
            return stored
        is_gone = stored.timeline is None and match_id in await self.store.complete([match_id])
        fetched = FetchedMatch(StoredMatch(match, document, None, None), timeline_gone=is_gone)
        await self.ingest.keep(fetched, replace=True)
        return await self.store.load(match_id) or stored

    async def _latest(self, puuid: str, platform: Platform, report: Reporter) -> StoredMatch:
        listed = await self.riot.match_ids(puuid, platform.routing, count=_LATEST)
        for candidate in listed:
            try:
                stored = await self._asked(candidate, puuid, report)
            except MatchNotFound:
                continue
            if stored.match.by_puuid(puuid) is not None:
                return stored
        if listed:
            raise MatchNotFound("Riot lists matches of this account, but none of the latest could be read.")
        raise NoMatches


def _summary(analysis: MatchAnalysis) -> dict[str, Any]:
    return {
        "match_id": analysis.match_id,
        "champion": analysis.champion,
        "outcome": analysis.outcome.value,
        "observations": len(analysis.observations),
    }
