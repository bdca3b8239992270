"""Profiles and the matches behind them, made by hand, and the services that the bot asks for them."""

from typing import Any

from src.core.domain.account import LeagueEntry
from src.core.domain.binding import choose_binding
from src.core.domain.job import Job
from src.core.domain.match_summary import MatchSummary
from src.core.domain.profile import FLEX, SOLO, Profile, read_played
from src.core.domain.regions import Platform
from src.core.domain.reply import Reply
from src.core.domain.riot_id import RiotId
from src.core.services.allowances import FETCHES
from src.core.services.profile_requests import REFRESH_PROFILE
from tests.fakes.answer_jobs import AnswersUnderWay
from tests.fakes.bot_accounts import FakeLinkedAccounts

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
    """Implements the bot's `ProfileRequests`: keeps the jobs. `coming` are the PUUIDs whose links still fetch."""

    def __init__(self, binding: FakeLinkedAccounts, answers: AnswersUnderWay) -> None:
        self._binding = binding
        self._answers = answers
        self.coming: set[str] = set()

    @property
    def jobs(self) -> list[Job]:
        """In order of submission."""
        return self._answers.of_kind(REFRESH_PROFILE)

    async def submit(
        self,
        *,
        discord_id: str,
        account: str | None,
        reply: Reply,
        replaces: str | None = None,
        after_link: bool = False,
    ) -> Job:
        """See `ProfileRequests.submit`."""
        binding = choose_binding(await self._binding.bindings_of(discord_id), account)
        asked = {"puuid": binding.puuid, "platform": binding.platform.value, "after_link": after_link}
        return await self._answers.submit(
            REFRESH_PROFILE, asked, owner=discord_id, reply=reply, replaces=replaces, often=FETCHES
        )

    async def are_coming(self, puuid: str) -> bool:
        """See `ProfileRequests.are_coming`."""
        return puuid in self.coming
