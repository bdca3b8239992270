"""What a round should find in the database at its end, told by the stand-in for Riot."""

from dataclasses import dataclass
from datetime import UTC, datetime

from src.core.domain.regions import Platform
from src.sandbox.riot.generator.people import Player
from src.sandbox.riot.world import World


@dataclass(frozen=True, slots=True)
class Sync:
    """A player's year to be synced, as `sync_player_data` takes it."""

    game_name: str
    tag_line: str
    platform: str
    routing: str
    year: int


@dataclass(frozen=True, slots=True)
class Single:
    """A match to be synced for a player, as `sync_match_data_atomic` takes it."""

    match_id: str
    puuid: str


@dataclass(frozen=True, slots=True)
class Truth:
    """Which matches and timelines Riot has, for whom, and what to ask for to get them all.

    `singles` are the last player's matches, which the `syncs` bring too: both ways at once, each counts once. `now` is
    the moment that the world leads up to.
    """

    now: datetime
    matches: frozenset[str]
    timelines: frozenset[str]
    players: tuple[str, ...]
    syncs: tuple[Sync, ...]
    singles: tuple[Single, ...]


def truth_of(matches: int, seed: int) -> tuple[Truth, int]:
    """The truth of a world with at least so many matches, and its `RIOT_SANDBOX_MATCHES_PER_PLAYER`.

    The stand-in's process has the same world if it is told the same moment, `RIOT_SANDBOX_NOW`.
    """
    now = datetime.now(UTC)
    small = World(seed, now=now)
    players = [player for player in small.players() if small.history(player.puuid)]
    per_player = -(-matches // len(players))
    while True:
        truth = _truth(World(seed, now=now, matches_per_player=per_player), players, now)
        if len(truth.matches) >= matches:
            return truth, per_player
        per_player += -(-(matches - len(truth.matches)) // len(players))


def _truth(world: World, players: list[Player], now: datetime) -> Truth:
    games = [game for player in players for game in world.plans(player.puuid) if not game.match_gone]
    return Truth(
        now=now,
        matches=frozenset(game.plan.match_id for game in games),
        timelines=frozenset(game.plan.match_id for game in games if not game.timeline_gone),
        players=tuple(player.puuid for player in players),
        syncs=tuple(sync for player in players for sync in _syncs(world, player)),
        singles=tuple(Single(game.plan.match_id, players[-1].puuid) for game in world.plans(players[-1].puuid)),
    )


def _syncs(world: World, player: Player) -> list[Sync]:
    years = {datetime.fromtimestamp(game.plan.created_ms / 1000, UTC).year for game in world.plans(player.puuid)}
    platform = Platform(player.platform.lower())
    return [
        Sync(player.game_name, player.tag_line, platform.value, platform.routing.value, year)
        for year in range(min(years), max(years) + 1)
    ]
