"""Facts of matches in files: which file is named when one is broken, and that the rest goes on."""

import gzip
import json
from pathlib import Path

import pytest

from src.bootstrap import file_analysis
from src.bootstrap.file_analysis import analyse_files
from src.core.domain.facts.match_facts import facts_of
from src.core.errors import BrokenInvariant, ChimeraError, MalformedDocument, NotAParticipant, NotFound
from tests.unit.core.domain.documents import Document, Story, puuid

STORY = Story().gain(1, 8, gold=400, minions=9).kill(300, 1, 6).kill(700, 7, 2, (8,)).building(900, lost_by=200)


def written(folder: Path, match_id: str, *, packed: bool = False) -> tuple[Path, Path]:
    """The story's documents as files of the folder, under another id."""
    pair = []
    for kind, document in (("match", STORY.match()), ("timeline", STORY.timeline())):
        document["metadata"]["matchId"] = match_id
        body = json.dumps(document).encode()
        file = folder / f"{match_id}.{kind}.json{'.gz' if packed else ''}"
        file.write_bytes(gzip.compress(body) if packed else body)
        pair.append(file)
    return pair[0], pair[1]


def as_json(path: Path, timeline: Path | None = None, player: str | None = None) -> list[Document | ChimeraError]:
    """What is told, parsed."""
    told = analyse_files(path, timeline, puuid=player, as_json=True)
    return [one if isinstance(one, ChimeraError) else json.loads(one) for one in told]


def ids(told: list[Document | ChimeraError]) -> list[str]:
    """The match ids of what could be analysed; of what could not, the name of the file."""
    return [Path(str(one).partition(":")[0]).name if isinstance(one, ChimeraError) else one["match_id"] for one in told]


class TestOneMatch:
    """A match and its timeline."""

    @pytest.mark.parametrize("packed", [False, True])
    def test_what_is_printed_are_the_facts(self, tmp_path: Path, *, packed: bool) -> None:
        match, timeline = written(tmp_path, "EUW1_7000000001", packed=packed)
        (line,) = analyse_files(match, timeline, as_json=True)
        assert line == facts_of(STORY.match(), STORY.timeline()).model_dump_json()

    def test_without_a_timeline_it_says_so(self, tmp_path: Path) -> None:
        match, _ = written(tmp_path, "EUW1_1")
        (facts,) = as_json(match)
        assert isinstance(facts, dict)
        assert facts["basis"]["timeline"] is False
        assert facts["participants"]["1"]["minutes"]["10"]["gold"] is None

    def test_the_player_is_told_by_participant_id_and_the_rest_stays_the_same(self, tmp_path: Path) -> None:
        match, timeline = written(tmp_path, "EUW1_1")
        (facts,), (of_player,) = as_json(match, timeline), as_json(match, timeline, puuid(7))
        assert isinstance(facts, dict)
        assert of_player == {**facts, "participant_id": 7}

    @pytest.mark.parametrize("player", ["puuid-11", "BOT", ""])
    def test_a_player_who_was_not_in_it(self, tmp_path: Path, player: str) -> None:
        match, timeline = written(tmp_path, "EUW1_1")
        (error,) = as_json(match, timeline, player)
        assert isinstance(error, NotAParticipant)
        assert str(error).startswith(f"{match}: ")

    def test_a_report_is_for_people(self, tmp_path: Path) -> None:
        match, timeline = written(tmp_path, "EUW1_1")
        (report,) = analyse_files(match, timeline)
        assert isinstance(report, str)
        assert report.startswith("EUW1_1: Ranked Solo/Duo")


class TestBroken:
    """The file that is to blame is named."""

    def test_swapped_documents(self, tmp_path: Path) -> None:
        match, timeline = written(tmp_path, "EUW1_1")
        (error,) = as_json(timeline, match)
        assert str(error) == f"{timeline}: it is a timeline, not a match."

    def test_the_timeline_of_another_match(self, tmp_path: Path) -> None:
        (match, _), (_, timeline) = written(tmp_path, "EUW1_1"), written(tmp_path, "EUW1_2")
        (error,) = as_json(match, timeline)
        assert isinstance(error, MalformedDocument)
        assert str(error).startswith(f"{timeline}: ")
        assert "another match" in str(error)

    def test_a_match_without_something_essential(self, tmp_path: Path) -> None:
        match, timeline = written(tmp_path, "EUW1_1")
        match.write_text(match.read_text().replace('"gameVersion"', '"version"'))
        (error,) = as_json(match, timeline)
        assert str(error) == f"{match}: match.info.gameVersion is missing."

    def test_a_timeline_without_something_essential(self, tmp_path: Path) -> None:
        match, timeline = written(tmp_path, "EUW1_1")
        timeline.write_text(timeline.read_text().replace('"totalGold"', '"gold"'))
        (error,) = as_json(match, timeline)
        assert str(error).startswith(f"{timeline}: timeline.info.frames[0]")

    @pytest.mark.parametrize("player", [None, puuid(1)])
    @pytest.mark.parametrize(
        ("holder", "sound", "broken"),
        [
            ("match", '"EUW1_1"', "7"),
            ("match", '"participantId": 2', '"participantId": 3'),
            ("timeline", '"EUW1_1"', "7"),
            ("timeline", '"frames": [{', '"frames": [1, {'),
            ("timeline", '"10": {', '"11": {'),
        ],
    )
    def test_the_document_that_is_not_as_it_should_be(
        self, tmp_path: Path, player: str | None, holder: str, sound: str, broken: str
    ) -> None:
        files = dict(zip(("match", "timeline"), written(tmp_path, "EUW1_1"), strict=True))
        text = files[holder].read_text()
        assert sound in text
        files[holder].write_text(text.replace(sound, broken))
        (error,) = as_json(files["match"], files["timeline"], player)
        assert isinstance(error, MalformedDocument)
        assert str(error).startswith(f"{files[holder]}: ")

    def test_a_folder_in_place_of_a_match(self, tmp_path: Path) -> None:
        _, timeline = written(tmp_path, "EUW1_1")
        (error,) = as_json(tmp_path, timeline)
        assert str(error) == f"{tmp_path}: it is a folder, not a file."

    def test_names_that_no_file_can_have(self, tmp_path: Path) -> None:
        (error,) = as_json(tmp_path / ("x" * 300))
        assert "it cannot be read" in str(error)

    def test_a_defect_costs_one_match_and_is_called_a_defect(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def breaking(match: Document, timeline: Document | None) -> object:
            if match["metadata"]["matchId"] == "EUW1_1":
                raise ZeroDivisionError
            return facts_of(match, timeline)

        written(tmp_path, "EUW1_1")
        written(tmp_path, "EUW1_2")
        monkeypatch.setattr(file_analysis, "facts_of", breaking)
        told = as_json(tmp_path)
        assert ids(told) == ["EUW1_1.match.json", "EUW1_2"]
        assert isinstance(told[0], BrokenInvariant)
        assert "ZeroDivisionError" in str(told[0])


class TestFolders:
    """Every match of a folder."""

    def test_matches_come_by_id_and_broken_ones_in_their_place(self, tmp_path: Path) -> None:
        for number, packed in ((3, False), (1, True), (2, False), (5, True), (4, False), (6, False)):
            written(tmp_path, f"EUW1_{number}", packed=packed)
        cut, wrong, orphan = (
            tmp_path / name for name in ("EUW1_1.timeline.json.gz", "EUW1_3.match.json", "EUW1_4.timeline.json")
        )
        cut.write_bytes(cut.read_bytes()[:-30])
        wrong.write_text("<html>")
        (tmp_path / "EUW1_4.match.json").unlink()
        (tmp_path / "EUW1_6.timeline.json").unlink()
        told = as_json(tmp_path)
        assert ids(told) == [cut.name, "EUW1_2", wrong.name, orphan.name, "EUW1_5", "EUW1_6"]
        assert [one["basis"]["timeline"] for one in told if isinstance(one, dict)] == [True, True, False]

    def test_each_is_there_before_the_next_is_read(self, tmp_path: Path) -> None:
        _, (late, _) = written(tmp_path, "EUW1_1"), written(tmp_path, "EUW1_2")
        told = analyse_files(tmp_path, as_json=True)
        assert isinstance(next(told), str)
        late.write_text("too late")
        assert isinstance(next(told), MalformedDocument)

    def test_matches_without_the_player_are_passed_over(self, tmp_path: Path) -> None:
        (match, _), _ = written(tmp_path, "EUW1_1"), written(tmp_path, "EUW1_2")
        match.write_text(match.read_text().replace(puuid(3), "somebody-else"))
        told = as_json(tmp_path, player=puuid(3))
        assert ids(told) == ["EUW1_2"]

    def test_a_folder_without_the_player(self, tmp_path: Path) -> None:
        for number in (1, 2):
            written(tmp_path, f"EUW1_{number}")
        (error,) = as_json(tmp_path, player="nobody")
        assert isinstance(error, NotAParticipant)
        assert str(error).startswith(f"{tmp_path}: nobody has that PUUID in any match")

    def test_broken_matches_may_be_the_players(self, tmp_path: Path) -> None:
        """They are told of as ever, and nobody says whether the player is in them."""
        (broken, _), _ = written(tmp_path, "EUW1_1"), written(tmp_path, "EUW1_2")
        broken.write_text("<html>")
        told = as_json(tmp_path, player="nobody")
        assert [type(one) for one in told] == [MalformedDocument, NotAParticipant]
        (tmp_path / "EUW1_2.match.json").unlink()
        assert [type(one) for one in as_json(tmp_path, player="nobody")] == [MalformedDocument, NotFound]

    @pytest.mark.parametrize("name", [None, "INDEX.json"])
    def test_a_folder_without_matches(self, tmp_path: Path, name: str | None) -> None:
        if name:
            (tmp_path / name).touch()
        (error,) = as_json(tmp_path)
        assert isinstance(error, NotFound)
        assert str(error).startswith(f"{tmp_path}: no file in this folder is called <id>.match.json")
