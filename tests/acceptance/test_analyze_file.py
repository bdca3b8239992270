"""`chimera analyze-file`, as its users run it: a process in an empty folder, without settings, servers or network."""

import gzip
import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from src.sandbox.riot.generator import QUEUES, MatchPair, generate
from tests.facts_schema import FILE
from tests.real_documents import PROJECT, REAL_DOCUMENTS, needs_real_documents
from tests.unit.core.domain.documents import Story, puuid
from tests.unit.sandbox.riot.generator.conftest import plan_for

Run = subprocess.CompletedProcess[bytes]
COMMAND = [sys.executable, "-m", "src", "analyze-file"]
ENVIRONMENT = {"PATH": os.defpath, "PYTHONPATH": str(PROJECT), "LC_ALL": "C", "PYTHONDONTWRITEBYTECODE": "1"}
SECONDS_PER_MATCH = 0.5
"""A tenth of it is usual; this is for a machine that has much else to do."""


def chimera(folder: Path, *arguments: str) -> Run:
    """Run it in the folder."""
    return subprocess.run([*COMMAND, *arguments], cwd=folder, env=ENVIRONMENT, capture_output=True, check=False)


def complaints(run: Run) -> list[str]:
    """What stands on standard error, line by line: every line is a complaint in words."""
    lines = run.stderr.decode().splitlines()
    assert all(line.startswith("chimera: ") for line in lines), run.stderr.decode()
    return lines


def objects(run: Run) -> list[dict[str, Any]]:
    """What stands on standard output: an object of the documented schema on every line."""
    validator = Draft202012Validator(json.loads(FILE.read_bytes()))
    found = [json.loads(line) for line in run.stdout.splitlines()]
    for one in found:
        validator.validate(one)
    return found


def write(folder: Path, pair: MatchPair, *, packed: bool = False) -> str:
    """The documents as files; answers the match id."""
    match_id = str(pair.match["metadata"]["matchId"])
    for kind, document in pair._asdict().items():
        body = json.dumps(document).encode()
        file = folder / f"{match_id}.{kind}.json{'.gz' if packed else ''}"
        file.write_bytes(gzip.compress(body) if packed else body)
    return match_id


@pytest.fixture(scope="module")
def games() -> dict[str, MatchPair]:
    """Generated games of all kinds, by match id: lanes, no lanes, ARAM, Arena, bots, a mode nobody knows, a remake."""
    pairs = [generate(plan_for(QUEUES[queue], 1)) for queue in (420, 840, 450, 1700, 1750, 4242)]
    pairs.append(generate(plan_for(QUEUES[420], 2, remake=True)))
    return {pair.match["metadata"]["matchId"]: pair for pair in pairs}


@pytest.fixture
def folder(tmp_path: Path, games: dict[str, MatchPair]) -> Iterator[Path]:
    """A folder with all of them, beside the folder where the command runs; that one stays empty."""
    (tmp_path / "here").mkdir()
    matches = tmp_path / "matches"
    matches.mkdir()
    for number, pair in enumerate(games.values()):
        write(matches, pair, packed=number % 2 == 0)
    (matches / "INDEX.json").write_text("{}")
    yield matches
    assert list((tmp_path / "here").iterdir()) == []


@pytest.fixture
def here(folder: Path) -> Path:
    """Where the command runs."""
    return folder.parent / "here"


class TestFolder:
    """Every match of a folder."""

    def test_a_line_for_each_match_by_id(self, here: Path, games: dict[str, MatchPair]) -> None:
        run = chimera(here, "../matches", "--json")
        assert (run.returncode, run.stderr) == (0, b"")
        found = objects(run)
        assert [one["match_id"] for one in found] == sorted(games)
        for one in found:
            document = games[one["match_id"]].match["info"]
            assert one["queue_id"] == document["queueId"]
            assert {number: p["kills"] for number, p in one["participants"].items()} == {
                str(p["participantId"]): p["kills"] for p in document["participants"]
            }

    def test_broken_ones_are_named_and_the_rest_goes_on(
        self, here: Path, folder: Path, games: dict[str, MatchPair]
    ) -> None:
        first, second, third, fourth, *others = sorted(games)
        for file, body in (
            (f"{first}.match.json", b"<html>"),
            (f"{second}.timeline.json", b'{"metadata": {}, "info": {"frames": [{"timestamp": 1'),
            (f"{third}.match.json", b"[" * 10_000),
            ("EUW1_1.timeline.json", b"{}"),
            ("KR_1.match.json", json.dumps(games[first].timeline).encode()),
        ):
            folder.joinpath(file).write_bytes(body)
        packed = folder / f"{fourth}.timeline.json.gz"
        packed.write_bytes(gzip.compress(json.dumps(games[fourth].timeline).encode())[:-100])
        folder.joinpath(f"{fourth}.timeline.json").unlink(missing_ok=True)
        run = chimera(here, "../matches", "--json")
        assert run.returncode == 1
        assert [one["match_id"] for one in objects(run)] == others
        named = [Path(line.split(":")[1].strip()).name for line in complaints(run)]
        assert named == [
            "EUW1_1.timeline.json", "KR_1.match.json", f"{first}.match.json", f"{second}.timeline.json",
            f"{third}.match.json", packed.name,
        ]  # fmt: skip

    def test_a_match_without_its_timeline_is_no_complaint(self, here: Path, folder: Path) -> None:
        for timeline in folder.glob("*.timeline.*"):
            timeline.unlink()
        run = chimera(here, "../matches", "--json")
        assert run.returncode == 0
        assert {one["basis"]["timeline"] for one in objects(run)} == {False}

    def test_the_matches_of_one_player(self, here: Path, games: dict[str, MatchPair]) -> None:
        """Those of others are passed over without a word; a player whom no match has is a complaint."""
        people = {one["puuid"]: one for one in games[min(games)].match["info"]["participants"]}
        player = next(iter(people.keys() - {"BOT"}))
        theirs = [
            (match_id, one["participantId"])
            for match_id, pair in sorted(games.items())
            for one in pair.match["info"]["participants"]
            if one["puuid"] == player
        ]
        assert len(theirs) < len(games)
        run = chimera(here, "../matches", "--json", "--puuid", player)
        assert (run.returncode, run.stderr) == (0, b"")
        assert [(one["match_id"], one["participant_id"]) for one in objects(run)] == theirs
        for arguments in ([], ["--json"]):
            run = chimera(here, "../matches", "--puuid", "nobody", *arguments)
            assert (run.returncode, run.stdout) == (1, b"")
            assert len(complaints(run)) == 1

    def test_whoever_stops_reading_ends_it_quietly(self, here: Path) -> None:
        command = [*COMMAND, "../matches", "--json"]
        with subprocess.Popen(command, cwd=here, env=ENVIRONMENT, stdout=-1, stderr=-1) as run:
            assert run.stdout is not None
            assert run.stderr is not None
            assert json.loads(run.stdout.readline())
            run.stdout.close()
            assert run.stderr.read() == b""

    def test_a_full_disk_is_told(self, here: Path) -> None:
        command = [*COMMAND, "../matches", "--json"]
        with Path("/dev/full").open("wb") as full:
            run = subprocess.run(command, cwd=here, env=ENVIRONMENT, stdout=full, stderr=-1, check=False)
        assert (run.returncode, run.stderr) == (1, b"chimera: Standard output: No space left on device.\n")

    def test_lines_come_one_by_one(self, here: Path, folder: Path, games: dict[str, MatchPair]) -> None:
        """The first can be read while the second match is still being written."""
        waiting = folder / f"{sorted(games)[1]}.match.json"
        for file in folder.glob(f"{waiting.name}*"):
            file.unlink()
        os.mkfifo(waiting)
        with subprocess.Popen(
            [*COMMAND, "../matches", "--json"], cwd=here, env=ENVIRONMENT, stdout=-1, stderr=-1
        ) as run:
            assert run.stdout is not None
            assert json.loads(run.stdout.readline())["match_id"] == min(games)
            waiting.write_text("{}")
            run.communicate()
        assert run.returncode == 1


class TestFiles:
    """A match and its timeline."""

    STORY = Story(minutes=16).kill(400, 7, 2).kill(900, 2, 7, (1,))

    @pytest.fixture
    def story(self, tmp_path: Path) -> tuple[str, str]:
        pair = MatchPair(self.STORY.match(), self.STORY.timeline())
        match_id = write(tmp_path, pair)
        return f"{match_id}.match.json", f"{match_id}.timeline.json"

    def test_one_object_with_the_documented_keys(self, tmp_path: Path, story: tuple[str, str]) -> None:
        run = chimera(tmp_path, *story, "--json")
        assert (run.returncode, run.stderr) == (0, b"")
        (facts,) = objects(run)
        jungler = facts["participants"]["2"]
        assert set(jungler["minutes"]) == {"5", "10", "14", "15", "20", "25", "30"}
        assert jungler["minutes"]["10"]["gold"] == 3500
        assert jungler["minutes"]["20"] == dict.fromkeys(jungler["minutes"]["10"])
        assert (jungler["deaths_before_14"], jungler["kills_before_14"]) == (1, 0)
        assert facts["participants"]["1"]["kill_participation"] == 1.0
        assert [point["minute"] for point in facts["win_probability"]][:3] == [0, 1, 2]
        assert "participant_id" not in facts

    def test_the_player_asked_for_is_told(self, tmp_path: Path, story: tuple[str, str]) -> None:
        plain, of_player = (chimera(tmp_path, *story, "--json", *more) for more in ([], ["--puuid", puuid(4)]))
        assert objects(of_player) == [{**objects(plain)[0], "participant_id": 4}]

    def test_a_player_who_was_not_in_it_is_a_complaint(self, tmp_path: Path, story: tuple[str, str]) -> None:
        run = chimera(tmp_path, *story, "--json", "--puuid", "nobody")
        assert (run.returncode, run.stdout) == (1, b"")
        assert complaints(run) == [f"chimera: {story[0]}: nobody in this match has that PUUID."]

    def test_people_get_a_text(self, tmp_path: Path, story: tuple[str, str]) -> None:
        everybody, player = chimera(tmp_path, *story), chimera(tmp_path, *story, "--puuid", puuid(2))
        assert everybody.stdout.decode().splitlines()[0].endswith("Ranked Solo/Duo, patch 15.4, 16:00. Blue won.")
        assert player.stdout.decode().splitlines()[1] == "Lee Sin (blue, jungle) against Vi: won, 1/1/0."

    def test_swapped_files_and_files_that_are_not_there(self, tmp_path: Path, story: tuple[str, str]) -> None:
        for arguments, word in (([story[1], story[0]], "not a match"), (["gone.json"], "no such file")):
            run = chimera(tmp_path, *arguments, "--json")
            assert (run.returncode, run.stdout) == (1, b"")
            (line,) = complaints(run)
            assert arguments[0] in line
            assert word in line

    @pytest.mark.parametrize("arguments", [[], ["a", "b", "c"], ["a", "--minute", "3"]])
    def test_a_wrong_command_line_exits_2(self, tmp_path: Path, arguments: list[str]) -> None:
        run = chimera(tmp_path, *arguments)
        assert (run.returncode, run.stdout) == (2, b"")
        assert b"Error: " in run.stderr

    def test_no_setting_is_looked_at(self, tmp_path: Path, story: tuple[str, str]) -> None:
        tmp_path.joinpath(".env").write_text("API_PORT=hunter2\nDATABASE_URL=nowhere\n")
        assert chimera(tmp_path, *story, "--json").returncode == 0

    def test_it_starts_without_what_only_servers_need(self) -> None:
        code = (
            "import sys, src.cli, src.bootstrap.file_analysis\n"
            "print({'discord', 'celery', 'matplotlib', 'fastapi', 'asyncpg', 'redis'} & set(sys.modules))"
        )
        run = subprocess.run([sys.executable, "-c", code], env=ENVIRONMENT, capture_output=True, check=True)
        assert run.stdout == b"set()\n"


@needs_real_documents
@pytest.mark.timeout(300)
def test_every_real_match_is_a_line_of_the_documented_schema(tmp_path: Path) -> None:
    """All of them at once, in their own ids' order, each in less than SECONDS_PER_MATCH."""
    ids = sorted(file.name.partition(".")[0] for file in REAL_DOCUMENTS.glob("*.match.json.gz"))
    began = time.monotonic()
    run = chimera(tmp_path, str(REAL_DOCUMENTS), "--json")
    seconds = time.monotonic() - began
    assert (run.returncode, run.stderr) == (0, b"")
    assert [one["match_id"] for one in objects(run)] == ids
    print(f"{1000 * seconds / len(ids):.0f} ms a match")  # noqa: T201
    assert seconds / len(ids) < SECONDS_PER_MATCH


@needs_real_documents
def test_every_real_match_can_be_told_to_people(tmp_path: Path) -> None:
    """One paragraph each."""
    run = chimera(tmp_path, str(REAL_DOCUMENTS))
    assert (run.returncode, run.stderr) == (0, b"")
    told = run.stdout.decode().strip().split("\n\n")
    assert len(told) == len(list(REAL_DOCUMENTS.glob("*.match.json.gz")))
