"""Profiles and the matches behind them, made by hand, and the services that the bot asks for them."""

from typing import Any

from src.core.domain.account import LeagueEntry
from src.core.domain.binding import choose_binding
from src.core.domain.job import Job, JobState, NewJob
from src.core.domain.match_summary import MatchSummary
from src.core.domain.profile import FLEX, SOLO, Profile, read_played
from src.core.domain.regions import Platform
from src.core.domain.reply import Reply
from src.core.domain.riot_id import RiotId
from src.core.errors import TooOften
from tests.fakes.bot_accounts import BOUND_AT, FakeLinkedAccounts
from tests.fakes.randomness import FakeRandomness

GOLD = LeagueEntry(queue=SOLO, tier="GOLD", division="II", league_points=54, wins=62, losses=48)
SILVER = LeagueEntry(queue=FLEX, tier="SILVER", division="I", league_points=9, wins=11, losses=14)


def a_profile(*games: MatchSummary, **changes: Any) -> Profile:
    """Somebody in gold with these games, newest first."""
    fields: dict[str, Any] = {
        "puuid": "puuid-1",
        "riot_id": RiotId(game_name="Hide on bush", tag_line="KR1"),
        "platform": Platform.KR,
        "entries": (GOLD,),
        "level": 312,
        "played": read_played(games, are_all=True),
    }
    return Profile(**fields | changes)


class FakeProfiles:
    """Implements the bot's `Profiles`; whoever is in `games` (by PUUID) has played, and everybody is in gold."""

    def __init__(self, binding: FakeLinkedAccounts) -> None:
        self._binding = binding
        self.games: dict[str, list[MatchSummary]] = {}
        self.entries: tuple[LeagueEntry, ...] | None = (GOLD, SILVER)

    async def of(self, discord_id: str, account: str | None) -> Profile:
        """See `Profiles.of`."""
        binding = choose_binding(await self._binding.bindings_of(discord_id), account)
        games = self.games.get(binding.puuid, [])
        who = {"puuid": binding.puuid, "riot_id": binding.riot_id, "platform": binding.platform}
        return a_profile(*games, **who, entries=self.entries)


class FakeProfileRequests:
    """Implements the bot's `ProfileRequests`: keeps the jobs, none of which ever ends."""

    def __init__(self, binding: FakeLinkedAccounts) -> None:
        self._binding = binding
        self._randomness = FakeRandomness()
        self.jobs: list[Job] = []

    async def submit(self, *, discord_id: str, account: str | None, reply: Reply, replaces: str | None = None) -> Job:
        """See `ProfileRequests.submit`."""
        binding = choose_binding(await self._binding.bindings_of(discord_id), account)
        if replaces and any(job.idempotency_key == replaces for job in self.jobs):
            raise TooOften("One moment: another answer is on its way.")
        new = NewJob(
            id=self._randomness.job_id(),
            kind="src.tasks.profile_tasks.refresh_profile",
            arguments={"puuid": binding.puuid, "platform": binding.platform.value},
            queue="default",
            owner=discord_id,
            idempotency_key=replaces,
            reply=reply,
        )
        self.jobs.append(Job(**dict(new), state=JobState.QUEUED, created_at=BOUND_AT))
        return self.jobs[-1]
