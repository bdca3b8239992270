"""Facts in memory, and small hand-made ones."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from src.core.domain.facts.model import Basis, GameState, MatchFacts, ParticipantFacts, TeamFacts
from src.core.domain.match import GameKind, Outcome
from src.core.domain.win_probability.curve import WinPoint
from src.core.ports.match_facts import ComputedFacts, StaleFacts
from tests.fakes.match_store import FakeMatchStore


def some_facts(match_id: str = "EUW1_1", *, version: int = 1, **changes: Any) -> MatchFacts:
    """Of a game of one player, with every kind of value that there is in facts."""
    player = ParticipantFacts(
        champion="Aatrox",
        team_id=100,
        outcome=Outcome.WIN,
        position="TOP",
        lane_opponent=None,
        kills=3,
        deaths=0,
        assists=1,
        minutes={},
        kill_participation=1 / 3,
        team_kills=12,
        team_deaths=9,
        team_damage=80_000,
        team_gold=40_000,
        damage_share=0.1,
        gold_share=0.2,
        kill_share=0.25,
        death_share=0.0,
        damage_per_gold=1.7,
        level_times=(65.021, 113.5),
    )
    fields: dict[str, Any] = {
        "version": version,
        "match_id": match_id,
        "kind": GameKind.RIFT,
        "queue_id": 420,
        "mode": "CLASSIC",
        "map_id": 11,
        "patch": "16.5",
        "duration_s": 1500.25,
        "state": GameState.FINISHED,
        "winner": 100,
        "basis": Basis(timeline=True, frames=3, events=4, last_frame_s=120.057, kills=1, kills_placed=0, lanes=True),
        "participants": {"1": player},
        "teams": {"100": TeamFacts(won=True, kills=12, gold=40_000)},
        "win_probability": (WinPoint(minute=0, blue=0.5, low=0.1, high=0.9),),
    }
    return MatchFacts(**fields | changes)


@dataclass(frozen=True, slots=True)
class _Kept:
    version: int
    edition: str
    facts: MatchFacts | None


class FakeMatchFactsStore:
    """Implements `MatchFactsStore` beside the stored `matches`; fails when they are down.

    `damaged` are ids of matches whose kept facts cannot be read back. `looks` counts calls of `stale`.
    """

    def __init__(self, matches: FakeMatchStore | None = None) -> None:
        self.matches = matches or FakeMatchStore()
        self.damaged: set[str] = set()
        self.looks = 0
        self._kept: dict[str, _Kept] = {}

    async def load(self, match_id: str, *, edition: str, version: int) -> MatchFacts | None:
        """See `MatchFactsStore.load`."""
        self.matches.check()
        is_asked_for = self._done(match_id) == version and self.matches.edition(match_id) == edition
        return self._kept[match_id].facts if is_asked_for and match_id not in self.damaged else None

    async def keep(self, computed: Sequence[ComputedFacts], *, version: int) -> None:
        """See `MatchFactsStore.keep`."""
        self.matches.check()
        for one in computed:
            done = self._done(one.match_id)
            is_news = done < version or (done == version and one.facts is not None)
            if is_news and self.matches.edition(one.match_id) == one.edition:
                self._kept[one.match_id] = _Kept(version, one.edition, one.facts)
                self.damaged.discard(one.match_id)

    async def stale(self, version: int, *, limit: int) -> tuple[StaleFacts, ...]:
        """See `MatchFactsStore.stale`."""
        self.matches.check()
        self.looks += 1
        found = sorted((self._done(match_id), match_id) for match_id in self.matches.matches)
        stale = [(match_id, self.matches.edition(match_id)) for done, match_id in found if done < version]
        return tuple(StaleFacts(match_id, edition) for match_id, edition in stale[:limit] if edition is not None)

    def _done(self, match_id: str) -> int:
        kept = self._kept.get(match_id)
        return kept.version if kept is not None and kept.edition == self.matches.edition(match_id) else 0
