"""Documents in files: what is one, packed or not, and what is wrong with everything else."""

import gzip
import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from src.adapters import match_files as reader
from src.adapters.match_files import MatchFiles, match_files, read_document
from src.core.domain.absence import DocumentKind
from src.core.errors import ChimeraError, MalformedDocument, NotFound
from tests.unit.core.domain.documents import MATCH_ID, Story

STORY = Story(minutes=3)
MATCH = json.dumps(STORY.match()).encode()
TIMELINE = json.dumps(STORY.timeline()).encode()


@pytest.fixture
def holding(tmp_path: Path) -> Callable[[bytes], Path]:
    """A file with these bytes."""

    def write(body: bytes) -> Path:
        file = tmp_path / "some.match.json"
        file.write_bytes(body)
        return file

    return write


class TestDocuments:
    """What can be read."""

    @pytest.mark.parametrize(
        "body",
        [
            MATCH,
            gzip.compress(MATCH),
            gzip.compress(MATCH[:100]) + gzip.compress(MATCH[100:]),
            gzip.compress(MATCH) + b"\0" * 512,
            b"\xef\xbb\xbf" + MATCH,
            MATCH + b"\n",
        ],
        ids=["plain", "packed", "packed in two members", "padded as by tape", "byte order mark", "line break"],
    )
    def test_a_match_is_read_however_it_is_packed(self, holding: Callable[[bytes], Path], body: bytes) -> None:
        assert read_document(holding(body), DocumentKind.MATCH) == STORY.match()

    def test_a_timeline_is_read(self, holding: Callable[[bytes], Path]) -> None:
        assert read_document(holding(gzip.compress(TIMELINE)), DocumentKind.TIMELINE) == STORY.timeline()

    def test_half_a_surrogate_pair_is_no_obstacle(self, holding: Callable[[bytes], Path]) -> None:
        body = MATCH.replace(b'"Player 1"', b'"\\ud83d"')
        assert read_document(holding(body), DocumentKind.MATCH)["metadata"]["matchId"] == MATCH_ID


class TestComplaints:
    """What cannot be read is named in one sentence."""

    @pytest.mark.parametrize(
        ("body", "words"),
        [
            (b"", "is empty"),
            (b" \n", "is empty"),
            (gzip.compress(b"", mtime=0), "is empty"),
            (b"<html><body>502 Bad Gateway</body></html>", "is no JSON from line 1, column 1 on"),
            (b'{"metadata": \0}', "is no JSON from line 1, column 14 on"),
            (b'{"metadata": "\xff\xfe"}', "is no text in UTF-8"),
            (b"[" * 5_000 + b"]" * 5_000, "nested too deeply"),
            (b"[" * 200_000, "nested too deeply"),
            (b"1" * 5_000, "is no JSON"),
            (MATCH[:-1], "only the beginning"),
            (MATCH[: MATCH.index(b"Player 7") + 3], "only the beginning"),
            (gzip.compress(MATCH)[:-20], "cut off"),
            (gzip.compress(MATCH)[:-8], "cut off"),
            (b"\x1f\x8b", "cut off"),
            (b"\x1f\x8b" + MATCH, "damaged"),
            (gzip.compress(MATCH) + MATCH, "something else follows"),
            (b"null", "neither a match nor a timeline"),
            (b"[]", "neither a match nor a timeline"),
            (b'{"info": [], "metadata": {}}', "neither a match nor a timeline"),
            (b'{"status": {"message": "Forbidden", "status_code": 403}}', "neither a match nor a timeline"),
            (TIMELINE, "is a timeline, not a match"),
        ],
    )
    def test_a_file_that_is_no_match(self, holding: Callable[[bytes], Path], body: bytes, words: str) -> None:
        file = holding(body)
        with pytest.raises(MalformedDocument, match=words) as caught:
            read_document(file, DocumentKind.MATCH)
        assert str(caught.value).startswith(f"{file}: ")
        assert "\n" not in str(caught.value)

    def test_a_match_is_no_timeline(self, holding: Callable[[bytes], Path]) -> None:
        with pytest.raises(MalformedDocument, match="is a match, not a timeline"):
            read_document(holding(MATCH), DocumentKind.TIMELINE)

    @pytest.mark.parametrize("pack", [bytes, gzip.compress], ids=["plain", "packed"])
    def test_what_is_too_big_is_never_held_whole(
        self, holding: Callable[[bytes], Path], monkeypatch: pytest.MonkeyPatch, pack: Callable[[bytes], bytes]
    ) -> None:
        monkeypatch.setattr(reader, "_MOST_BYTES", 2**20)
        with pytest.raises(MalformedDocument, match="larger than 1 MB"):
            read_document(holding(pack(b" " * 2**20 + b"{}")), DocumentKind.MATCH)

    def test_a_file_that_is_not_there(self, tmp_path: Path) -> None:
        with pytest.raises(NotFound, match=r"gone\.json: there is no such file"):
            read_document(tmp_path / "gone.json", DocumentKind.MATCH)

    def test_a_folder_is_no_file(self, tmp_path: Path) -> None:
        with pytest.raises(ChimeraError, match="is a folder, not a file"):
            read_document(tmp_path, DocumentKind.MATCH)

    def test_a_file_that_cannot_be_read(self, tmp_path: Path) -> None:
        """By root, who may read everything, as well."""
        loop = tmp_path / "loop.match.json"
        loop.symlink_to(loop)
        with pytest.raises(ChimeraError, match=r"loop\.match\.json: it cannot be read \(Too many levels"):
            read_document(loop, DocumentKind.MATCH)

    @given(
        st.one_of(st.binary(max_size=200), st.binary(max_size=60).map(lambda tail: gzip.compress(MATCH)[:90] + tail))
    )
    def test_no_bytes_do_more_than_that(self, tmp_path_factory: pytest.TempPathFactory, body: bytes) -> None:
        file = tmp_path_factory.getbasetemp() / "any.json"
        file.write_bytes(body)
        with pytest.raises(MalformedDocument):
            read_document(file, DocumentKind.MATCH)


class TestFolders:
    """Which files of a folder are whose."""

    def test_pairs_come_by_id_and_other_names_do_not_count(self, tmp_path: Path) -> None:
        names = ["NA1_2.match.json", "NA1_2.timeline.json.gz", "EUW1_9.match.json.gz", "KR_1.timeline.json"]
        others = ["INDEX.json", "check.py", "NA1_2.match.json.part", "match.json", ".match.json", "NA1_3.match.gz"]
        for name in names + others:
            (tmp_path / name).touch()
        assert match_files(tmp_path) == [
            MatchFiles("EUW1_9", tmp_path / "EUW1_9.match.json.gz", None),
            MatchFiles("KR_1", None, tmp_path / "KR_1.timeline.json"),
            MatchFiles("NA1_2", tmp_path / "NA1_2.match.json", tmp_path / "NA1_2.timeline.json.gz"),
        ]

    def test_of_two_that_are_the_same_the_unpacked_one_counts(self, tmp_path: Path) -> None:
        for name in ("A.match.json", "A.match.json.gz"):
            (tmp_path / name).touch()
        assert match_files(tmp_path) == [MatchFiles("A", tmp_path / "A.match.json", None)]

    def test_names_may_hold_anything(self, tmp_path: Path) -> None:
        name = os.fsdecode(b"\xff\n.match.json")
        (tmp_path / name).touch()
        assert [files.match for files in match_files(tmp_path)] == [tmp_path / name]

    def test_a_folder_that_is_not_there(self, tmp_path: Path) -> None:
        with pytest.raises(NotFound, match="there is no such file or folder"):
            match_files(tmp_path / "nowhere")
