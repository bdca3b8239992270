"""Who a player is: what Riot states of them now, and what their stored matches say.

A match counts if it was won or lost against people, as Riot says (in Arena too, where the better half of the places
wins). Remakes, games that Riot ended and those against the game's own bots are in no number here.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime
from itertools import takewhile
from typing import Final, Self

from pydantic import BaseModel, ConfigDict

from src.core.domain.account import LeagueEntry
from src.core.domain.match import POSITIONS, GameKind, Outcome
from src.core.domain.match_summary import MatchSummary
from src.core.domain.queues import is_against_people
from src.core.domain.regions import Platform
from src.core.domain.riot_id import RiotId

FORM_GAMES: Final = 20
"""The recent form is of so many counted games at the most."""

MOST_CHAMPIONS: Final = 5
LATEST_GAMES: Final = 5

FEW_GAMES: Final = 3
"""Of fewer a mean says nothing, and a share of won games less than that."""

SOLO: Final = "RANKED_SOLO_5x5"
FLEX: Final = "RANKED_FLEX_SR"
_LADDERS: Final = (SOLO, FLEX)
_COUNTED: Final = frozenset({Outcome.WIN, Outcome.LOSS})
_MINUTE: Final = 60.0  # seconds
_FARMS: Final = frozenset(POSITIONS) - {"UTILITY"}


class Tally(BaseModel):
    """Counted games, and what the player did in all of them together."""

    model_config = ConfigDict(frozen=True)

    wins: int = 0
    losses: int = 0
    kills: int = 0
    deaths: int = 0
    assists: int = 0

    @classmethod
    def of(cls, matches: Iterable[MatchSummary]) -> Self:
        """The tally of those of the matches that count."""
        counted = [match for match in matches if counts(match)]
        wins = sum(match.outcome is Outcome.WIN for match in counted)
        return cls(
            wins=wins,
            losses=len(counted) - wins,
            kills=sum(match.kills for match in counted),
            deaths=sum(match.deaths for match in counted),
            assists=sum(match.assists for match in counted),
        )

    @property
    def games(self) -> int:
        """How many games count."""
        return self.wins + self.losses

    @property
    def win_rate(self) -> float | None:
        """Wins per counted game, 0-1; None with few games (see `FEW_GAMES`)."""
        return self.wins / self.games if self.games >= FEW_GAMES else None

    @property
    def kda(self) -> float:
        """Kills and assists of all games per death in all games; without a death, as if there were one."""
        return (self.kills + self.assists) / max(1, self.deaths)


class Form(BaseModel):
    """The newest counted games, `FORM_GAMES` at the most.

    `results` are their outcomes, newest first. `cs_per_minute`: all lane minions and jungle monsters per minute of
    all games of a minute or more in a lane or the jungle of Summoner's Rift; None without such games (supports leave
    the farm to others, and other maps have other waves). `average_place` is the mean of the places in Arena; None
    with fewer than three such games.
    """

    model_config = ConfigDict(frozen=True)

    tally: Tally
    results: tuple[Outcome, ...]
    cs_per_minute: float | None
    average_place: float | None

    @property
    def winning_streak(self) -> int:
        """How many of the newest games in a row were won."""
        return len(list(takewhile(lambda result: result is Outcome.WIN, self.results)))


class ChampionTally(BaseModel):
    """A champion, by Data Dragon's key, in the counted games with it."""

    model_config = ConfigDict(frozen=True)

    champion: str
    tally: Tally


class RoleTally(BaseModel):
    """A position (Riot's `teamPosition`) in the counted games on Summoner's Rift with lanes.

    `share`: of all those games that have a position, 0-1.
    """

    model_config = ConfigDict(frozen=True)

    position: str
    tally: Tally
    share: float


class PlayedMatches(BaseModel):
    """What a player's stored matches say of them.

    `stored`: how many were read, whether or not they count; `are_all`: there are no others. `newest_at`: when the
    newest of them ended (UTC), None without any. `champions`: the most played ones, most games first, then most wins,
    then played last. `roles`: likewise, each position that was played. `latest`: the newest matches, newest first,
    remakes and all.
    """

    model_config = ConfigDict(frozen=True)

    stored: int
    are_all: bool
    newest_at: datetime | None
    form: Form
    champions: tuple[ChampionTally, ...]
    roles: tuple[RoleTally, ...]
    latest: tuple[MatchSummary, ...]


class Fetched(BaseModel):
    """What has just come of the newest matches that Riot lists of a player.

    `listed`: so many there are of them; `new`: so many came that were not stored; `missed`: so many could not be had
    this time.
    """

    model_config = ConfigDict(frozen=True)

    listed: int
    new: int
    missed: int = 0


class Trouble(BaseModel):
    """An error that no waiting mends: the name of its class, its message, and the id under which the log has it."""

    model_config = ConfigDict(frozen=True)

    kind: str
    text: str
    error_id: str


class Profile(BaseModel):
    """A player's account with all that is told of it.

    `entries` are ranked entries as Riot states them, empty when unranked; None: Riot did not answer. So with `level`.
    `trouble`: why it did not, if it did not just take too long.
    """

    model_config = ConfigDict(frozen=True)

    puuid: str
    riot_id: RiotId
    platform: Platform
    entries: tuple[LeagueEntry, ...] | None
    level: int | None
    trouble: Trouble | None = None
    played: PlayedMatches

    @property
    def ladders(self) -> tuple[LeagueEntry, ...]:
        """The entries of solo and flex, in this order."""
        entries = [entry for entry in self.entries or () if entry.queue in _LADDERS]
        return tuple(sorted(entries, key=lambda entry: _LADDERS.index(entry.queue)))


def counts(match: MatchSummary) -> bool:
    """True if the match was won or lost, against people."""
    return match.outcome in _COUNTED and is_against_people(match.queue_id, match.mode)


def read_played(matches: Sequence[MatchSummary], *, are_all: bool) -> PlayedMatches:
    """What a player's matches, newest first, say of them."""
    counted = [match for match in matches if counts(match)]
    return PlayedMatches(
        stored=len(matches),
        are_all=are_all,
        newest_at=max((match.ended_at for match in matches), default=None),
        form=_form(counted[:FORM_GAMES]),
        champions=_champions(counted),
        roles=_roles(counted),
        latest=tuple(matches[:LATEST_GAMES]),
    )


def _form(counted: Sequence[MatchSummary]) -> Form:
    farmed = [match for match in counted if _position(match) in _FARMS and match.duration_s >= _MINUTE]
    minutes = sum(match.duration_s for match in farmed) / _MINUTE
    places = [match.placement for match in counted if match.placement is not None]
    return Form(
        tally=Tally.of(counted),
        results=tuple(match.outcome for match in counted),
        cs_per_minute=sum(match.cs for match in farmed) / minutes if farmed else None,
        average_place=sum(places) / len(places) if len(places) >= FEW_GAMES else None,
    )


def _champions(counted: Sequence[MatchSummary]) -> tuple[ChampionTally, ...]:
    by_champion: dict[str, list[MatchSummary]] = defaultdict(list)
    for match in counted:
        by_champion[match.champion].append(match)
    tallies = [ChampionTally(champion=name, tally=Tally.of(games)) for name, games in by_champion.items()]
    return tuple(sorted(tallies, key=lambda one: (-one.tally.games, -one.tally.wins)))[:MOST_CHAMPIONS]


def _roles(counted: Sequence[MatchSummary]) -> tuple[RoleTally, ...]:
    by_position: dict[str, list[MatchSummary]] = defaultdict(list)
    for match in counted:
        if (position := _position(match)) is not None:
            by_position[position].append(match)
    total = sum(map(len, by_position.values()))
    tallies = [
        RoleTally(position=position, tally=Tally.of(games), share=len(games) / total)
        for position, games in by_position.items()
    ]
    return tuple(sorted(tallies, key=lambda one: (-one.tally.games, -one.tally.wins)))


def _position(match: MatchSummary) -> str | None:
    """The player's position where there are lanes."""
    return match.position if match.kind is GameKind.RIFT and match.position in POSITIONS else None
