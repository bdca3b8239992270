"""Two people with accounts, games and jobs, for the tests that take one of them out."""

import json
from collections.abc import Collection, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from pydantic import SecretStr

from src.core.domain.binding import LinkInvitation, ProvenAccount
from src.core.domain.documents import RawDocument
from src.core.domain.job import Lane, NewJob
from src.core.domain.match_document import read_match
from src.core.domain.regions import Platform
from src.core.domain.reply import Reply
from src.core.domain.riot_id import RiotId
from src.core.domain.timeline_document import read_timeline
from src.core.ports.match_store import StoredMatch
from tests.contract.job_ledger.world import a_job
from tests.unit.core.domain.documents import MATCH_ID, Story, puuid

ANN, BOB = "104200000000000042", "104200000000000077"  # Discord ids
ANNS = "AnnsPuuid_" + "a1b2-c3d4" * 7 + "Zz_1"
ANNS_OLD = "AnnsOldPuuid_" + "e5f6_a7b8" * 7 + "-2"
BOBS = "BobsPuuid-" + "9x8y_7z6w" * 7 + "_Qq3"
ANNS_NAME, BOBS_NAME = RiotId(game_name='Ánn "of" Aram', tag_line="ANN42"), RiotId(game_name="Bob", tag_line="BOB77")
OLD_NAME = RiotId(game_name="Annabel Before", tag_line="OLD")
TOKEN = "interaction-token-of-ann-aW50ZXJhY3Rpb24"
ME, FRIEND = 3, 7  # participants: Ann, and Bob in the games that are theirs together
YEAR = 2025


def account(puuid: str = ANNS, name: RiotId = ANNS_NAME) -> ProvenAccount:
    return ProvenAccount(puuid=puuid, riot_id=name, platform=Platform.EUW1)


def a_reply(user_id: str = ANN, token: str = TOKEN) -> Reply:
    until = datetime(2099, 3, 14, 12, 15, tzinfo=UTC)
    return Reply(
        application_id="1", token=SecretStr(token), expires_at=until, channel_id="900000000000000001", user_id=user_id
    )


def an_invitation(discord_id: str = ANN) -> LinkInvitation:
    return LinkInvitation(
        discord_id=discord_id, discord_name="somebody", platform=Platform.EUW1, reply=a_reply(discord_id)
    )


def a_game(number: int, people: Mapping[int, tuple[str, RiotId]], *, timeline: bool = True) -> StoredMatch:
    """A game of three minutes that `people` (by participant id) took part in; the others are strangers to everybody."""
    match_id = f"EUW1_{7000000000 + number}"
    story = Story(3).kill(70.0, ME, FRIEND)
    match, frames = story.match(), story.timeline()
    frames["metadata"]["participants"] = list(match["metadata"]["participants"])
    frames["info"]["participants"] = [{"participantId": n, "puuid": puuid(n)} for n in range(1, 11)]
    start = match["info"]["gameStartTimestamp"] + number * timedelta(hours=1) // timedelta(milliseconds=1)
    match["info"]["gameStartTimestamp"], match["info"]["gameEndTimestamp"] = start, start + 180_000
    for place, (_, name) in people.items():
        person = match["info"]["participants"][place - 1]
        person |= {"riotIdGameName": name.game_name, "riotIdTagline": name.tag_line, "summonerId": f"s-{name.tag_line}"}
        person |= {"profileIcon": 588, "summonerLevel": 321}
    documents = [_known_as(document, match_id, people) for document in (match, frames)]
    raw = [RawDocument(body=json.dumps(one).encode(), document=one) for one in documents]
    if not timeline:
        return StoredMatch(read_match(documents[0]), raw[0], None, None)
    return StoredMatch(read_match(documents[0]), raw[0], read_timeline(documents[1]), raw[1])


def with_bots(game: StoredMatch, bots: Collection[int], *, names_people: bool = True) -> StoredMatch:
    """The game with bots at these places, whom Riot leaves out of the bare lists of PUUIDs.

    Without `names_people` the timeline has the bare list only.
    """
    assert game.timeline_document is not None
    match, frames = (json.loads(raw.body) for raw in (game.match_document, game.timeline_document))
    for document in (match, frames):
        people = document["info"]["participants"]
        for person in people:
            person["puuid"] = "BOT" if person["participantId"] in bots else person["puuid"]
        document["metadata"]["participants"] = [one["puuid"] for one in people if one["puuid"] != "BOT"]
    if not names_people:
        del frames["info"]["participants"]
    raw = [RawDocument(body=json.dumps(one).encode(), document=one) for one in (match, frames)]
    return StoredMatch(read_match(match), raw[0], read_timeline(frames), raw[1])


def _known_as(document: dict[str, Any], match_id: str, people: Mapping[int, tuple[str, RiotId]]) -> dict[str, Any]:
    text = json.dumps(document).replace(MATCH_ID, match_id)
    for place in range(1, 11):
        known_as = people[place][0] if place in people else f"stranger-{match_id}-{place}"
        text = text.replace(f'"{puuid(place)}"', f'"{known_as}"')
    clean: dict[str, Any] = json.loads(text)
    return clean


ANN_ALONE = {ME: (ANNS, ANNS_NAME)}
TOGETHER = {ME: (ANNS, ANNS_NAME), FRIEND: (BOBS, BOBS_NAME)}
BOB_ALONE = {FRIEND: (BOBS, BOBS_NAME)}


def an_analysis(puuid: str = ANNS, owner: str = ANN, **changes: Any) -> NewJob:
    return a_job(
        kind="src.tasks.analysis_tasks.analyze_match", queue="default", lane=Lane.INTERACTIVE, owner=owner,
        arguments={"puuid": puuid, "platform": "euw1", "match_id": None}, reply=a_reply(owner), **changes,
    )  # fmt: skip


def a_sync(name: RiotId = ANNS_NAME, owner: str | None = ANN, **changes: Any) -> NewJob:
    arguments = {"game_name": name.game_name, "tag_line": name.tag_line, "platform": "euw1", "routing": "europe"}
    key = f"sync:{owner or ''}:{str(name).casefold()}:euw1:{YEAR}"
    return a_job(
        **{"kind": "src.tasks.player_tasks.sync_player_data", "queue": "player_sync", "owner": owner,
        "arguments": arguments | {"year": YEAR}, "idempotency_key": key} | changes,
    )  # fmt: skip
