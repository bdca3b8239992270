"""Serves a folder of real match-v5 documents as they are."""

import gzip
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import orjson

from src.sandbox.riot.directory import Document, ListedMatch, name_key
from src.sandbox.riot.generator.people import BOT_ID, Player

_SHOWN_ON_SIGN_IN = 12


class Archive:
    """`<id>.match.json` and `<id>.timeline.json` in a folder, gzipped (`.gz`) or not.

    Everything else is derived from the match documents: histories by puuid, accounts from the newest name a
    player carried (up to 2023 that is the summoner name; the platform then stands for the tag line).

    Raises:
        NotADirectoryError: when `folder` is not one.
    """

    def __init__(self, folder: Path) -> None:
        if not folder.is_dir():
            raise NotADirectoryError(folder)
        self._folder = folder
        self._accounts: dict[str, Player] = {}
        self._by_name: dict[tuple[str, str], str] = {}
        self._histories: dict[str, list[ListedMatch]] = defaultdict(list)
        documents = [orjson.loads(self._bytes(path)) for path in self._match_files()]
        for document in sorted(documents, key=lambda document: int(document["info"]["gameCreation"])):
            self._index(document)
        for history in self._histories.values():
            history.reverse()

    def players(self) -> Sequence[Player]:
        """The accounts with the most matches."""
        ranked = sorted(self._accounts.values(), key=lambda player: -len(self._histories[player.puuid]))
        return ranked[:_SHOWN_ON_SIGN_IN]

    def account(self, puuid: str) -> Player | None:
        """The account with this puuid, under its newest name."""
        return self._accounts.get(puuid)

    def find(self, game_name: str, tag_line: str) -> Player | None:
        """The account that last carried this Riot ID."""
        puuid = self._by_name.get(name_key(game_name, tag_line))
        return self._accounts[puuid] if puuid else None

    def history(self, puuid: str) -> Sequence[ListedMatch]:
        """The matches in the folder that this account is in, newest first."""
        return self._histories.get(puuid, [])

    def league_entries(self, puuid: str) -> list[dict[str, Any]]:  # noqa: ARG002 - the folder says nothing of it
        """Nothing: match documents carry no standings."""
        return []

    def match(self, match_id: str) -> Document | None:
        """The file's bytes."""
        return self._document(match_id, "match")

    def timeline(self, match_id: str) -> Document | None:
        """The file's bytes."""
        return self._document(match_id, "timeline")

    def complete_pairs(self) -> list[str]:
        """The ids of the matches whose timeline is there too."""
        ids = [path.name.partition(".")[0] for path in self._match_files()]
        return [match_id for match_id in ids if self.timeline(match_id)]

    def _match_files(self) -> list[Path]:
        return sorted(path for path in self._folder.iterdir() if path.name.endswith((".match.json", ".match.json.gz")))

    @staticmethod
    def _bytes(path: Path) -> bytes:
        raw = path.read_bytes()
        return gzip.decompress(raw) if path.suffix == ".gz" else raw

    def _document(self, match_id: str, kind: str) -> Document | None:
        if not match_id.replace("_", "").isalnum():
            return None
        packed = self._folder / f"{match_id}.{kind}.json.gz"
        if packed.is_file():
            return Document(None, packed.read_bytes())
        plain = self._folder / f"{match_id}.{kind}.json"
        return Document(plain.read_bytes(), None) if plain.is_file() else None

    def _index(self, document: dict[str, Any]) -> None:
        """Take in one match; called oldest first, so that newer names win."""
        info = document["info"]
        listed = ListedMatch(document["metadata"]["matchId"], info["queueId"], info["gameCreation"])
        for participant in info["participants"]:
            puuid = participant["puuid"]
            if puuid == BOT_ID:
                continue
            self._histories[puuid].append(listed)
            player = _player(participant, listed.match_id.partition("_")[0])
            self._accounts[puuid] = player
            self._by_name[name_key(player.game_name, player.tag_line)] = puuid


def _player(participant: dict[str, Any], platform: str) -> Player:
    game_name = participant.get("riotIdGameName") or participant.get("summonerName") or "nameless"
    return Player(
        puuid=participant["puuid"],
        summoner_id=participant["summonerId"],
        game_name=game_name,
        tag_line=participant.get("riotIdTagline") or platform,
        platform=platform,
        profile_icon_id=participant["profileIcon"],
        summoner_level=participant["summonerLevel"],
    )
