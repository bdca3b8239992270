"""Turns one generated game into the documents of many, cheaply.

A load test asks for thousands of games, and what the stand-in spends on each the product cannot use. Nearly all
of a timeline is the same in every copy, so that part is written and compressed once.
"""

import gzip
import struct
import zlib
from typing import Any

import orjson

from src.sandbox.riot.directory import Document
from src.sandbox.riot.generator import GamePlan, MatchPair
from src.sandbox.riot.generator.people import Player

_RAW_DEFLATE = -15
_GZIP_HEADER = b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\xff"
_CRC_BITS = 0xFFFFFFFF


class Template:
    """A game to copy: the same events under the ids, times and people of another plan.

    It takes a game of at least three frames, which is any that lasted two minutes.
    """

    def __init__(self, pair: MatchPair) -> None:
        self._match = pair.match
        self._rest = {name: value for name, value in pair.timeline["info"].items() if name != "frames"}
        self._first, *middle, self._last = pair.timeline["info"]["frames"]
        self._shared = orjson.dumps(middle)[1:-1]
        self._packed = _deflate(self._shared, zlib.Z_FULL_FLUSH)

    def match(self, plan: GamePlan) -> Document:
        """The match document of the copy."""
        content = orjson.dumps({"metadata": self._metadata(plan), "info": _match_info(self._match["info"], plan)})
        return Document(content, gzip.compress(content, compresslevel=1, mtime=0))

    def timeline(self, plan: GamePlan) -> Document:
        """The timeline document of the copy, gzipped only."""
        start, *early = self._first["events"]
        *late, end = self._last["events"]
        shift = plan.started_ms - self._match["info"]["gameStartTimestamp"]
        start = {**start, "realTimestamp": start["realTimestamp"] + shift}
        end = {**end, "gameId": plan.game_id, "realTimestamp": end["realTimestamp"] + shift}
        people = [{"participantId": index, "puuid": player.puuid} for index, player in enumerate(plan.roster, start=1)]
        info = {**self._rest, "gameId": plan.game_id, "participants": people}
        head = b'{"metadata":%b,"info":%b,"frames":[%b,' % (
            orjson.dumps(self._metadata(plan)),
            orjson.dumps(info)[:-1],
            orjson.dumps({**self._first, "events": [start, *early]}),
        )
        tail = b",%b]}}" % orjson.dumps({**self._last, "events": [*late, end]})
        return Document(None, self._spliced(head, tail))

    def _metadata(self, plan: GamePlan) -> dict[str, Any]:
        puuids = [player.puuid for player in plan.roster]
        return {**self._match["metadata"], "matchId": plan.match_id, "participants": puuids}

    def _spliced(self, head: bytes, tail: bytes) -> bytes:
        """One gzip member of head, shared part and tail.

        Deflate blocks that end in a full flush refer to nothing before them and can stand after any others.
        """
        checksum = zlib.crc32(tail, zlib.crc32(self._shared, zlib.crc32(head))) & _CRC_BITS
        size = len(head) + len(self._shared) + len(tail)
        return b"".join(
            (
                _GZIP_HEADER,
                _deflate(head, zlib.Z_FULL_FLUSH),
                self._packed,
                _deflate(tail, zlib.Z_FINISH),
                struct.pack("<II", checksum, size),
            )
        )


def _deflate(content: bytes, ending: int) -> bytes:
    packer = zlib.compressobj(1, zlib.DEFLATED, _RAW_DEFLATE)
    return packer.compress(content) + packer.flush(ending)


def _match_info(info: dict[str, Any], plan: GamePlan) -> dict[str, Any]:
    shift = plan.started_ms - info["gameStartTimestamp"]
    people = zip(info["participants"], plan.roster, strict=True)
    return {
        **info,
        "gameCreation": plan.created_ms,
        "gameEndTimestamp": info["gameEndTimestamp"] + shift,
        "gameId": plan.game_id,
        "gameName": f"teambuilder-match-{plan.game_id}",
        "gameStartTimestamp": plan.started_ms,
        "gameVersion": plan.game_version,
        "participants": [{**participant, **_identity(player)} for participant, player in people],
        "platformId": plan.platform,
    }


def _identity(player: Player) -> dict[str, Any]:
    return {
        "profileIcon": player.profile_icon_id,
        "puuid": player.puuid,
        "riotIdGameName": player.game_name,
        "riotIdTagline": player.tag_line,
        "summonerId": player.summoner_id,
        "summonerLevel": player.summoner_level,
    }
