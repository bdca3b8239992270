"""The generated world: a handful of players with believable histories, the same for the same seed."""

import gzip
import threading
from collections import OrderedDict, defaultdict
from collections.abc import Callable, Hashable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import orjson

from src.sandbox.riot.copies import Template
from src.sandbox.riot.directory import Document, ListedMatch, name_key
from src.sandbox.riot.generator import GamePlan, generate
from src.sandbox.riot.generator.people import Player
from src.sandbox.riot.histories import Almanac, Game
from src.sandbox.riot.personas import MAIN, NEWCOMER, PARTNER
from src.sandbox.riot.population import Population
from src.sandbox.riot.standings import league_entries
from src.sandbox.riot.timetable import Timetable

_CACHED_PAIRS = 64
_TEMPLATES = 3
_CACHED_TEMPLATES = 18


class _Recent:
    """Keeps the most recently used results of something expensive."""

    def __init__(self, size: int) -> None:
        self._size = size
        self._kept: OrderedDict[Hashable, Any] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, key: Hashable, make: Callable[[], Any]) -> Any:
        """The kept result for `key`, made now when there is none."""
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
                return self._kept[key]
        made = make()
        with self._lock:
            self._kept[key] = made
            while len(self._kept) > self._size:
                self._kept.popitem(last=False)
        return made


class World:
    """Accounts, standings, match lists and documents, generated when first asked for.

    Args:
        seed: The same seed gives the same people and the same games: what a match id stands for never changes, apart
            from timelines, which Riot keeps for a year.
        now: The moment the histories lead up to. The main player's newest game ended within the hour before, unless
            there were other plans for that hour; then a few hours before. Default: now.
        matches_per_player: Tops every history up to this many matches with relabelled copies of a few games,
            for load tests. Copies cost about a ms, an original about a tenth of a second.
    """

    def __init__(self, seed: int = 1, *, now: datetime | None = None, matches_per_player: int = 0) -> None:
        self.seed = seed
        self._now_ms = int((now or datetime.now(UTC)).timestamp() * 1000)
        self._population = Population(seed)
        self._almanac = Almanac(self._population, Timetable(seed), seed, self._now_ms)
        games = list(self._almanac.games(matches_per_player, _TEMPLATES))
        self._games = {game.plan.match_id: game for game in games}
        self._accounts = {player.puuid: player for player in self._population.everybody()}
        self._by_name = {name_key(p.game_name, p.tag_line): p for p in reversed(list(self._accounts.values()))}
        self._histories: dict[str, list[ListedMatch]] = defaultdict(list)
        for game in sorted(games, key=lambda game: -game.plan.created_ms):
            listed = ListedMatch(game.plan.match_id, game.plan.queue.id, game.plan.created_ms)
            wrongly = () if game.listed_for is None else (game.listed_for,)
            for player in dict.fromkeys((*game.plan.roster, *wrongly)):
                self._histories[player.puuid].append(listed)
        self._documents = _Recent(_CACHED_PAIRS)
        self._templates = _Recent(_CACHED_TEMPLATES)

    @property
    def main(self) -> Player:
        """The player with everything in the list: Arena, a remake, an unknown queue, a game of other people ..."""
        return self._population.players[MAIN]

    @property
    def partner(self) -> Player:
        """The main player's duo partner."""
        return self._population.players[PARTNER]

    @property
    def newcomer(self) -> Player:
        """The player without a single match."""
        return self._population.players[NEWCOMER]

    def players(self) -> Sequence[Player]:
        """The personas, the main player first."""
        return self._population.players

    def plans(self, puuid: str) -> list[Game]:
        """The games behind a history, newest first, with what became of their documents."""
        return [self._games[listed.match_id] for listed in self._histories.get(puuid, [])]

    def account(self, puuid: str) -> Player | None:
        """Any persona or stranger."""
        return self._accounts.get(puuid)

    def find(self, game_name: str, tag_line: str) -> Player | None:
        """Any persona or stranger by Riot ID."""
        return self._by_name.get(name_key(game_name, tag_line))

    def history(self, puuid: str) -> Sequence[ListedMatch]:
        """Matches newest first, those whose documents are gone included."""
        return self._histories.get(puuid, [])

    def league_entries(self, puuid: str) -> list[dict[str, Any]]:
        """The ranked standings of a persona."""
        number = next((number for number, player in enumerate(self.players()) if player.puuid == puuid), None)
        return [] if number is None else league_entries(number, puuid, self._now_ms)

    def complete_pairs(self) -> list[str]:
        """The ids of the main player's games of which both documents are there, remakes and copies aside."""
        return [
            game.plan.match_id
            for game in self.plans(self.main.puuid)
            if not (game.match_gone or game.timeline_gone or game.plan.remake) and game.template is None
        ]

    def match(self, match_id: str) -> Document | None:
        """The match document, unless Riot has lost it."""
        game = self._game(match_id)
        if game is None or game.match_gone:
            return None
        template = self._template_of(game)
        return template.match(game.plan) if template else self._original(game)[0]

    def timeline(self, match_id: str) -> Document | None:
        """The timeline document, unless Riot has lost it."""
        game = self._game(match_id)
        if game is None or game.match_gone or game.timeline_gone:
            return None
        template = self._template_of(game)
        return template.timeline(game.plan) if template else self._original(game)[1]

    def _game(self, match_id: str) -> Game | None:
        """Also one that is no longer listed: whoever stored its id can ask for it."""
        return self._games.get(match_id) or self._almanac.game(match_id)

    def _original(self, game: Game) -> tuple[Document, Document]:
        documents: tuple[Document, Document] = self._documents.get(game.plan.match_id, lambda: _written(game.plan))
        return documents

    def _template_of(self, game: Game) -> Template | None:
        """The game this one is a copy of: one per queue, season and template number."""
        if game.template is None:
            return None
        plan = replace(game.plan, seed=f"{self.seed}/template/{game.template}")
        key = (game.template, plan.queue.id, plan.season)
        template: Template = self._templates.get(key, lambda: Template(generate(plan)))
        return template


def _written(plan: GamePlan) -> tuple[Document, Document]:
    pair = generate(plan)
    return _document(pair.match), _document(pair.timeline)


def _document(content: dict[str, Any]) -> Document:
    plain = orjson.dumps(content)
    return Document(plain, gzip.compress(plain, compresslevel=1, mtime=0))
