from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from src.core.domain.match import GameKind, Match, Outcome
from src.core.domain.match_document import read_match
from src.core.domain.regions import Platform
from src.core.domain.riot_id import RiotId
from src.core.errors import MalformedDocument
from tests.unit.core.domain.documents import MATCH_ID, Document, Story, arena, change_people, puuid
from tests.unit.core.domain.spoiling import spoilt


def test_an_ordinary_match_is_read_whole() -> None:
    story = Story(minutes=30).kill(100, killer=3, victim=8, assists=(2,)).gain(3, 5, gold=700, minions=12)
    match = read_match(story.match())
    assert match.match_id == MATCH_ID
    assert match.platform is Platform.EUW1
    assert (match.queue_id, match.map_id, match.mode) == (420, 11, "CLASSIC")
    assert (match.patch, match.game_version) == ("15.4", "15.4.650.1234")
    assert match.started_at == datetime(2025, 2, 19, 21, 21, 0, 500_000, tzinfo=UTC)
    assert match.duration_s == 1800
    assert match.kind is GameKind.RIFT
    assert not match.is_remake
    assert not match.is_aborted
    ahri = match.participants[2]
    assert (ahri.champion, ahri.position, ahri.team_id, ahri.puuid) == ("Ahri", "MIDDLE", 100, puuid(3))
    assert (ahri.kills, ahri.deaths, ahri.assists) == (1, 0, 0)
    assert (ahri.cs, ahri.gold) == (30 * 6 + 12, 500 + 30 * 300 + 700)
    assert ahri.riot_id == RiotId(game_name="Player 3", tag_line="EUW")
    assert ahri.outcome is Outcome.WIN
    assert match.participants[7].outcome is Outcome.LOSS


def test_duration_is_in_milliseconds_where_the_end_is_not_told() -> None:
    """Until patch 11.20."""
    document = Story().match(gameDuration=1_567_711)
    del document["info"]["gameEndTimestamp"]
    assert read_match(document).duration_s == pytest.approx(1567.711)


def test_a_start_of_zero_falls_back_to_the_creation() -> None:
    match = read_match(Story().match(gameStartTimestamp=0))
    assert match.started_at == datetime.fromtimestamp(1_740_000_000, UTC)


def test_a_remake_is_neither_won_nor_lost_whatever_win_says() -> None:
    match = read_match(change_people(Story(minutes=3).match(), gameEndedInEarlySurrender=True))
    assert match.is_remake
    assert {p.outcome for p in match.participants} == {Outcome.REMAKE}


def test_bots_do_not_hide_a_remake() -> None:
    document = Story(minutes=3).match()
    change_people(
        document,
        puuid=lambda number: "BOT" if number > 5 else puuid(number),
        gameEndedInEarlySurrender=lambda number: number <= 5,
    )
    assert read_match(document).is_remake


@pytest.mark.parametrize("result", ["Abort_Unexpected", "Abort_AntiCheatExit", "Abort_TooFewPlayers"])
def test_an_aborted_game_has_no_winner(result: str) -> None:
    match = read_match(Story().match(endOfGameResult=result))
    assert match.is_aborted
    assert {p.outcome for p in match.participants} == {Outcome.ABORTED}


def test_a_match_from_before_end_of_game_results_is_not_aborted() -> None:
    document = Story().match()
    del document["info"]["endOfGameResult"]
    assert not read_match(document).is_aborted


def test_bots_have_no_puuid() -> None:
    match = read_match(change_people(Story().match(), puuid=lambda number: "BOT" if number > 5 else puuid(number)))
    assert [p.puuid for p in match.participants] == [*map(puuid, range(1, 6)), None, None, None, None, None]
    assert match.by_puuid("BOT") is None


@pytest.mark.parametrize(
    ("names", "name", "riot_id"),
    [
        ({"summonerName": "Old Name", "riotIdName": "", "riotIdTagline": ""}, "Old Name", None),
        ({"summonerName": "", "riotIdName": "Newer", "riotIdTagline": "ABC"}, "Newer", "Newer#ABC"),
        ({"summonerName": "Old", "riotIdGameName": "Newest", "riotIdTagline": "한국"}, "Newest", "Newest#한국"),
        ({"summonerName": "", "riotIdGameName": "", "riotIdTagline": ""}, "Garen", None),
        ({"riotIdGameName": "Tagless", "riotIdTagline": None}, "Garen", None),
        ({"riotIdGameName": "A\x00B\nC\ud800", "riotIdTagline": "X\x07"}, "ABC", "ABC#X"),
    ],
)
def test_names_are_read_as_their_era_wrote_them(names: dict[str, Any], name: str, riot_id: str | None) -> None:
    document = Story().match()
    first = document["info"]["participants"][0]
    for key in ("summonerName", "riotIdGameName", "riotIdTagline"):
        del first[key]
    first |= names
    participant = read_match(document).participants[0]
    assert participant.name == name
    assert (str(participant.riot_id) if participant.riot_id else None) == riot_id


def test_a_garbage_champion_id_does_not_matter_the_name_counts() -> None:
    """Patch 10.25."""
    match = read_match(change_people(Story().match(), championId=37_225_015))
    assert match.participants[0].champion == "Garen"


@pytest.mark.parametrize(
    ("game_map", "mode", "kind"),
    [
        (11, "CLASSIC", GameKind.RIFT),
        (11, "SWIFTPLAY", GameKind.RIFT),
        (12, "ARAM", GameKind.ARAM),
        (14, "ARAM", GameKind.ARAM),
        (12, "KIWI", GameKind.ARAM),
        (30, "CHERRY", GameKind.ARENA),
        (33, "STRAWBERRY", GameKind.OTHER),
        (99, "SOMETHING_NEW", GameKind.OTHER),
    ],
)
def test_the_kind_follows_map_and_mode(game_map: int, mode: str, kind: GameKind) -> None:
    match = read_match(Story().match(mapId=game_map, gameMode=mode, queueId=987_654))
    assert match.kind is kind
    assert match.queue_id == 987_654


@pytest.mark.parametrize("position", ["", "NONE", "Invalid", None])
def test_the_rift_without_positions_has_no_lanes(position: str | None) -> None:
    match = read_match(change_people(Story().match(gameMode="URF"), teamPosition=position))
    assert match.kind is GameKind.RIFT_NO_LANES
    assert match.participants[0].position is None
    assert match.lane_opponent(match.participants[0]) is None


def test_arena_has_placements_and_subteams() -> None:
    match = read_match(arena(Story().match()))
    assert match.kind is GameKind.ARENA
    assert [(p.subteam_id, p.placement) for p in match.participants[:3]] == [(1, 1), (1, 1), (2, 2)]


def test_placements_of_zero_are_none() -> None:
    match = read_match(change_people(Story().match(), placement=0, playerSubteamId=0))
    assert {(p.placement, p.subteam_id) for p in match.participants} == {(None, None)}


def test_an_unknown_platform_is_none() -> None:
    assert read_match(Story().match(platformId="PBE1")).platform is None


def test_fields_nobody_has_heard_of_are_ignored() -> None:
    document = change_people(Story().match(newField={"deep": [1]}), PlayerScore0=1.5, challenges=None)
    assert read_match(document) == read_match(Story().match())


@pytest.mark.parametrize(
    ("path", "complaint"),
    [
        (("metadata",), "match.metadata is missing."),
        (("metadata", "matchId"), "match.metadata.matchId is missing."),
        (("info",), "match.info is missing."),
        (("info", "participants"), "match.info.participants is missing."),
        (("info", "gameDuration"), "match.info.gameDuration is missing."),
        (("info", "queueId"), "match.info.queueId is missing."),
        (("info", "gameVersion"), "match.info.gameVersion is missing."),
        (("info", "participants", 4, "championName"), "match.info.participants[4].championName is missing."),
        (("info", "participants", 0, "kills"), "match.info.participants[0].kills is missing."),
        (("info", "participants", 9, "goldEarned"), "match.info.participants[9].goldEarned is missing."),
        (("info", "participants", 9, "win"), "match.info.participants[9].win is missing."),
    ],
)
def test_a_missing_essential_is_named_by_its_path(path: tuple[str | int, ...], complaint: str) -> None:
    document: Any = Story().match()
    holder = document
    for step in path[:-1]:
        holder = holder[step]
    del holder[path[-1]]
    with pytest.raises(MalformedDocument) as raised:
        read_match(document)
    assert str(raised.value) == complaint


@pytest.mark.parametrize(
    ("info", "complaint"),
    [
        ({"participants": []}, "match.info.participants is empty."),
        ({"participants": {}}, "match.info.participants is not a list."),
        ({"participants": [7]}, r"match.info.participants\[0\] is not a JSON object."),
        ({"gameDuration": -1}, "match.info.gameDuration is no duration."),
        ({"gameDuration": 10**9 + 1}, "match.info.gameDuration is no duration."),
        ({"gameDuration": float("nan")}, "match.info.gameDuration is unreadable."),
        ({"gameDuration": "1800"}, "match.info.gameDuration is unreadable."),
        ({"queueId": True}, "match.info.queueId is unreadable."),
        ({"queueId": 1.5}, "match.info.queueId is unreadable."),
        ({"mapId": 10**30}, "match.info.mapId is unreadable."),
        ({"gameStartTimestamp": 10**13 + 1}, "match.info.gameStartTimestamp is no time."),
        ({"gameStartTimestamp": -1}, "match.info.gameStartTimestamp is no time."),
    ],
)
def test_an_unreadable_essential_is_named(info: Document, complaint: str) -> None:
    with pytest.raises(MalformedDocument, match=complaint):
        read_match(Story().match(**info))


@pytest.mark.parametrize("key", ["kills", "deaths", "assists", "teamId", "participantId"])
@pytest.mark.parametrize("value", [30_001, 40_000.0, -30_001])
def test_nothing_in_a_game_is_counted_beyond_thirty_thousand(key: str, value: float) -> None:
    document = Story().match()
    document["info"]["participants"][2][key] = value
    with pytest.raises(MalformedDocument, match=rf"^match.info.participants\[2\].{key} is unreadable.$"):
        read_match(document)


@pytest.mark.parametrize("key", ["goldEarned", "totalMinionsKilled", "neutralMinionsKilled"])
def test_nothing_in_a_game_amounts_to_more_than_a_billion(key: str) -> None:
    with pytest.raises(MalformedDocument, match=f"{key} is unreadable"):
        read_match(change_people(Story().match(), **{key: 10**9 + 1}))


def test_two_participants_with_one_id_are_refused() -> None:
    with pytest.raises(MalformedDocument, match="share a participantId"):
        read_match(change_people(Story().match(), participantId=1))


def test_no_value_of_the_document_enters_the_message() -> None:
    with pytest.raises(MalformedDocument) as raised:
        read_match(change_people(Story().match(), kills="a secret"))
    assert "secret" not in str(raised.value)


@settings(deadline=None)  # the machine may be busy
@given(st.data())
def test_a_spoilt_document_is_read_or_refused_and_nothing_else(data: st.DataObject) -> None:
    document = spoilt(Story(minutes=3).match(), data)
    with suppress(MalformedDocument):
        assert isinstance(read_match(document), Match)
