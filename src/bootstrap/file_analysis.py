"""Facts of matches that lie in files, ready to print: no settings, no server, no network."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from pydantic import Field

from src.adapters.match_files import MatchFiles, match_files, read_document
from src.adapters.match_report import match_report
from src.core.domain.absence import DocumentKind
from src.core.domain.facts.match_facts import facts_of
from src.core.domain.facts.model import MatchFacts
from src.core.domain.match_document import read_match
from src.core.errors import BrokenInvariant, ChimeraError, MalformedDocument, NotAParticipant, NotFound


class FactsOfPlayer(MatchFacts):
    """A match's facts, and the participant id of the player who was asked for."""

    participant_id: int = Field(description="With --puuid: who of the participants that player is.")


def analyse_files(
    path: Path, timeline: Path | None = None, *, puuid: str | None = None, as_json: bool = False
) -> Iterator[str | ChimeraError]:
    """The facts of a match in a file, or of every match in a folder by id, as JSON (one line each) or as a report.

    In place of a match that cannot be analysed comes the reason, one sentence that names the file. In a folder a match
    without its timeline is analysed without one, and a timeline without its match is such a failure. So is a match
    whose timeline is broken: facts never rest on less than what is there without saying so.

    With `puuid` the facts are `FactsOfPlayer`, or the report is about that player. A match without that player fails;
    in a folder it is passed over, and only if no match is left is that a failure.
    """
    if timeline or not _is_folder(path):
        yield _told_or_reason(path, timeline, puuid, as_json=as_json)
        return
    try:
        found = match_files(path)
    except ChimeraError as error:
        yield error
        return
    if not found:
        yield NotFound(f"{path}: no file in this folder is called <id>.match.json or <id>.match.json.gz.")
    yield from _each_or_reason(path, found, puuid, as_json=as_json)


def _each_or_reason(
    folder: Path, found: list[MatchFiles], puuid: str | None, *, as_json: bool
) -> Iterator[str | ChimeraError]:
    is_any_told = is_any_without = False
    for files in found:
        if files.match is None:
            yield NotFound(f"{files.timeline}: the match of this timeline, {files.match_id}.match.json, is not there.")
            continue
        told = _told_or_reason(files.match, files.timeline, puuid, as_json=as_json)
        if isinstance(told, NotAParticipant):
            is_any_without = True
        else:
            is_any_told |= isinstance(told, str)
            yield told
    if is_any_without and not is_any_told:
        yield NotAParticipant(f"{folder}: nobody has that PUUID in any match of this folder that can be analysed.")


def _is_folder(path: Path) -> bool:
    try:
        return path.is_dir()
    except OSError:  # reading it will say what is wrong
        return False


def _told_or_reason(match: Path, timeline: Path | None, puuid: str | None, *, as_json: bool) -> str | ChimeraError:
    try:
        facts = _facts(match, timeline, puuid)
        if as_json:
            return facts.model_dump_json()
        return match_report(facts, facts.participant_id if isinstance(facts, FactsOfPlayer) else None)
    except ChimeraError as error:
        return error
    except Exception as error:  # noqa: BLE001 - a defect that one match brings to light must not cost the others
        return BrokenInvariant(f"{match}: it cannot be analysed, by a defect of Chimera's ({type(error).__name__}).")


def _facts(match_file: Path, timeline_file: Path | None, puuid: str | None) -> MatchFacts:
    match_document = read_document(match_file, DocumentKind.MATCH)
    participant_id = None if puuid is None else _participant_id(match_document, puuid, match_file)
    timeline_document = read_document(timeline_file, DocumentKind.TIMELINE) if timeline_file else None
    try:
        facts = facts_of(match_document, timeline_document)
    except MalformedDocument as error:
        broken = match_file if timeline_file is None or not _is_sound(match_document) else timeline_file
        raise MalformedDocument(f"{broken}: {error}") from None
    if participant_id is None:
        return facts
    return FactsOfPlayer.model_construct(**dict(facts), participant_id=participant_id)


def _is_sound(match_document: Mapping[str, Any]) -> bool:
    """Whether a match can be analysed by itself; if not, its timeline is not to blame."""
    try:
        facts_of(match_document, None)
    except MalformedDocument:
        return False
    return True


def _participant_id(document: Mapping[str, Any], puuid: str, file: Path) -> int:
    try:
        player = read_match(document).by_puuid(puuid)
    except MalformedDocument as error:
        raise MalformedDocument(f"{file}: {error}") from None
    if player is None:
        raise NotAParticipant(f"{file}: nobody in this match has that PUUID.")
    return player.participant_id
