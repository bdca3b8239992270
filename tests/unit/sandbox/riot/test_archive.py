"""A folder of documents, served as it is."""

import gzip
import shutil
from pathlib import Path
from typing import Any

import orjson
import pytest

from src.sandbox.riot import World
from src.sandbox.riot.archive import Archive
from src.sandbox.riot.directory import Directory
from tests.real_documents import REAL_DOCUMENTS, needs_real_documents

_ME = "m" * 78
_OTHER = "o" * 78


def _match(match_id: str, created_ms: int, **me: Any) -> dict[str, Any]:
    common = {"summonerId": "s", "profileIcon": 7, "summonerLevel": 40}
    other = {**common, "puuid": _OTHER, "riotIdGameName": "Other One", "riotIdTagline": "OCE"}
    bot = {**common, "puuid": "BOT", "summonerName": "Annie bot"}
    return {
        "metadata": {"matchId": match_id, "participants": [_ME, _OTHER]},
        "info": {
            "queueId": 420,
            "gameCreation": created_ms,
            "participants": [{**common, "puuid": _ME, **me}, other, bot],
        },
    }


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Two matches: an old gzipped one with a summoner name only, a new plain one under a Riot ID."""
    old = orjson.dumps(_match("EUW1_1", 1_000, summonerName="Old Name"))
    (tmp_path / "EUW1_1.match.json.gz").write_bytes(gzip.compress(old))
    new = orjson.dumps(_match("EUW1_2", 2_000, riotIdGameName="Ñew Näme", riotIdTagline="TAG", summonerName=""))
    (tmp_path / "EUW1_2.match.json").write_bytes(new)
    (tmp_path / "EUW1_2.timeline.json").write_bytes(b'{"timeline": 2}')
    return tmp_path


def test_histories_are_newest_first(folder: Path) -> None:
    archive = Archive(folder)
    assert [listed.match_id for listed in archive.history(_ME)] == ["EUW1_2", "EUW1_1"]
    assert archive.history("x" * 78) == []


def test_the_newest_name_is_the_name(folder: Path) -> None:
    account = Archive(folder).account(_ME)
    assert account is not None
    assert account.riot_id == "Ñew Näme#TAG"


def test_an_old_summoner_name_is_found_with_the_platform_as_tag(folder: Path) -> None:
    archive = Archive(folder)
    found = archive.find("old name", "euw1")
    assert found is not None
    assert found.puuid == _ME


def test_bots_are_nobody(folder: Path) -> None:
    archive = Archive(folder)
    assert archive.account("BOT") is None
    assert {player.puuid for player in archive.players()} == {_ME, _OTHER}


def test_bytes_are_served_as_they_lie_there(folder: Path) -> None:
    archive = Archive(folder)
    plain, packed = archive.timeline("EUW1_2"), archive.match("EUW1_1")
    assert plain is not None
    assert plain.plain == b'{"timeline": 2}'
    assert packed is not None
    assert packed.gzipped == (folder / "EUW1_1.match.json.gz").read_bytes()


@pytest.mark.parametrize("match_id", ["EUW1_1", "EUW1_3", "../EUW1_2", "EUW1_2.timeline"])
def test_what_is_not_there_is_missing(match_id: str, folder: Path) -> None:
    assert Archive(folder).timeline(match_id) is None


def test_a_missing_folder_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(NotADirectoryError):
        Archive(tmp_path / "nowhere")


def test_a_directory_joins_world_and_folder(folder: Path) -> None:
    world = World(seed=1)
    directory = Directory(world, Archive(folder))
    assert directory.account(_ME) is not None
    assert directory.account(world.main.puuid) == world.main
    assert {world.main.puuid, _ME} <= {player.puuid for player in directory.players()}


def test_a_changed_icon_shows_everywhere(folder: Path) -> None:
    directory = Directory(Archive(folder))
    assert directory.set_profile_icon(_ME, 29)
    found, account = directory.find("Ñew Näme", "TAG"), directory.account(_ME)
    assert found is not None
    assert account is not None
    assert (found.profile_icon_id, account.profile_icon_id) == (29, 29)
    assert not directory.set_profile_icon("x" * 78, 29)


@needs_real_documents
def test_every_real_document_is_served(tmp_path: Path) -> None:
    archive = Archive(REAL_DOCUMENTS)
    index = orjson.loads((REAL_DOCUMENTS / "INDEX.json").read_bytes())
    for record in index["matches"]:
        assert archive.match(record["matchId"]) is not None
        assert archive.timeline(record["matchId"]) is not None
    for puuid, ids in index["players_in_5_or_more"].items():
        assert sorted(listed.match_id for listed in archive.history(puuid)) == sorted(ids)
        account = archive.account(puuid)
        assert account is not None
        assert archive.find(account.game_name, account.tag_line) is not None


@needs_real_documents
def test_an_index_is_not_needed(tmp_path: Path) -> None:
    one = next(REAL_DOCUMENTS.glob("*.match.json.gz"))
    shutil.copy(one, tmp_path)
    assert len(Archive(tmp_path).players()) > 0
