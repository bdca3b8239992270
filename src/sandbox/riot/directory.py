"""What the stand-in knows: accounts, histories and documents, from one source or several."""

import gzip
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, NamedTuple, Protocol

from src.sandbox.riot.generator.people import Player

RANKED_QUEUES = frozenset({420, 440, 700})


@dataclass(frozen=True, slots=True)
class ListedMatch:
    """An entry of a player's match history."""

    match_id: str
    queue_id: int
    created_ms: int

    @property
    def type(self) -> str:
        """The match type that the `type` filter of match-v5 knows."""
        return "ranked" if self.queue_id in RANKED_QUEUES else "normal"


class Document(NamedTuple):
    """A response body: as JSON bytes, gzipped, or both. At least one is there."""

    plain: bytes | None
    gzipped: bytes | None

    def as_json(self) -> bytes:
        """The JSON, unpacked if need be."""
        return self.plain if self.plain is not None else gzip.decompress(self.gzipped or b"")


class Source(Protocol):
    """Where accounts and documents come from. Nothing raises; what is unknown is None or empty."""

    def players(self) -> Sequence[Player]:
        """The accounts worth showing on the sign-in page."""
        ...

    def account(self, puuid: str) -> Player | None:
        """The account with this puuid."""
        ...

    def find(self, game_name: str, tag_line: str) -> Player | None:
        """The account with this Riot ID; case and spaces do not matter."""
        ...

    def history(self, puuid: str) -> Sequence[ListedMatch]:
        """Matches of this account, newest first."""
        ...

    def league_entries(self, puuid: str) -> list[dict[str, Any]]:
        """`LeagueEntryDTO` objects."""
        ...

    def match(self, match_id: str) -> Document | None:
        """The match document."""
        ...

    def timeline(self, match_id: str) -> Document | None:
        """The timeline document."""
        ...


def name_key(game_name: str, tag_line: str) -> tuple[str, str]:
    """What two spellings of the same Riot ID have in common."""
    return "".join(game_name.split()).casefold(), "".join(tag_line.split()).casefold()


class Directory:
    """Several sources as one; the first that knows something answers.

    It also remembers changes that tests and demos make, such as another profile icon.
    """

    def __init__(self, *sources: Source) -> None:
        self._sources = sources
        self._icons: dict[str, int] = {}

    def players(self) -> list[Player]:
        """The accounts worth showing, the first source's first."""
        return [self._current(player) for source in self._sources for player in source.players()]

    def account(self, puuid: str) -> Player | None:
        """The account with this puuid."""
        found = next((player for source in self._sources if (player := source.account(puuid))), None)
        return self._current(found) if found else None

    def find(self, game_name: str, tag_line: str) -> Player | None:
        """The account with this Riot ID."""
        found = next((player for source in self._sources if (player := source.find(game_name, tag_line))), None)
        return self._current(found) if found else None

    def history(self, puuid: str) -> list[ListedMatch]:
        """Matches from every source, newest first."""
        listed = [match for source in self._sources for match in source.history(puuid)]
        return sorted(listed, key=lambda match: -match.created_ms)

    def league_entries(self, puuid: str) -> list[dict[str, Any]]:
        """Ranked standings."""
        return [entry for source in self._sources for entry in source.league_entries(puuid)]

    def match(self, match_id: str) -> Document | None:
        """The match document."""
        return next((document for source in self._sources if (document := source.match(match_id))), None)

    def timeline(self, match_id: str) -> Document | None:
        """The timeline document."""
        return next((document for source in self._sources if (document := source.timeline(match_id))), None)

    def set_profile_icon(self, puuid: str, icon_id: int) -> bool:
        """Let the player change the icon; False when there is no such account."""
        if self.account(puuid) is None:
            return False
        self._icons[puuid] = icon_id
        return True

    def _current(self, player: Player) -> Player:
        icon = self._icons.get(player.puuid)
        return player if icon is None else replace(player, profile_icon_id=icon)
