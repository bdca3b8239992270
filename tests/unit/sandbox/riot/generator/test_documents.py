"""Generated documents are like Riot's: the same identities, the same schema, about the same size."""

import gzip
import json
import os
import subprocess
import sys
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import jsonschema
import orjson
import pytest

from src.sandbox.riot.generator import QUEUES, MatchPair, generate
from tests.real_documents import PROJECT, REAL_DOCUMENTS
from tests.unit.sandbox.riot.generator.conftest import plan_for
from tests.unit.sandbox.riot.identities import assert_consistent, assert_rift, events_of

_CHECK = REAL_DOCUMENTS / "check.py"
_SPEC = Path(os.environ.get("CHIMERA_RIOT_SPEC") or PROJECT.parent / "shared" / "specs" / "riotapi-openapi-3.0.0.json")
_RIFT_QUEUES = {400, 420, 430, 440, 480, 490, 840}


def test_ranked_games_obey_the_identities(rift_pairs: list[MatchPair]) -> None:
    for match, timeline in rift_pairs:
        assert_consistent(match, timeline)
        assert_rift(match, timeline)


@pytest.mark.parametrize("queue_id", list(QUEUES))
def test_every_queue_is_consistent(queue_id: int, pair_of_queue: dict[int, MatchPair]) -> None:
    match, timeline = pair_of_queue[queue_id]
    assert match["info"]["queueId"] == queue_id
    assert_consistent(match, timeline)
    if queue_id in _RIFT_QUEUES:
        assert_rift(match, timeline)


@pytest.mark.skipif(not _CHECK.is_file(), reason=f"no {_CHECK}")
def test_the_checks_that_real_documents_pass_hold(
    tmp_path: Path, rift_pairs: list[MatchPair], pair_of_queue: dict[int, MatchPair], remake_pair: MatchPair
) -> None:
    _write_folder(tmp_path, [*rift_pairs, *pair_of_queue.values(), remake_pair])
    checked = subprocess.run(
        [sys.executable, str(_CHECK), str(tmp_path)], capture_output=True, text=True, check=False, timeout=60
    )
    assert checked.returncode == 0, checked.stdout[-3_000:]


@pytest.mark.skipif(not _SPEC.is_file(), reason=f"no {_SPEC}")
def test_documents_validate_against_riots_schema(pair_of_queue: dict[int, MatchPair], remake_pair: MatchPair) -> None:
    spec = json.loads(_SPEC.read_text())
    matches, timelines = _validator(spec, "MatchDto"), _validator(spec, "TimelineDto")
    for match, _ in [*pair_of_queue.values(), remake_pair]:
        matches.validate(match)
    # Validating a whole timeline takes half a second: one of each kind of game.
    for _, timeline in (pair_of_queue[420], pair_of_queue[450], pair_of_queue[1700], remake_pair):
        timelines.validate(timeline)


@pytest.mark.skipif(not _SPEC.is_file(), reason=f"no {_SPEC}")
def test_the_schema_check_can_fail(remake_pair: MatchPair) -> None:
    """Removing a required field is noticed."""
    matches = _validator(json.loads(_SPEC.read_text()), "MatchDto")
    info = {name: value for name, value in remake_pair.match["info"].items() if name != "queueId"}
    with pytest.raises(jsonschema.ValidationError):
        matches.validate({**remake_pair.match, "info": info})


def test_the_same_seed_gives_the_same_documents() -> None:
    first, second = (generate(plan_for(QUEUES[420], 3)) for _ in range(2))
    assert orjson.dumps(first.match) == orjson.dumps(second.match)
    assert orjson.dumps(first.timeline) == orjson.dumps(second.timeline)


def test_another_seed_gives_another_game(rift_pairs: list[MatchPair]) -> None:
    durations = {pair.match["info"]["gameDuration"] for pair in rift_pairs}
    assert len(durations) > len(rift_pairs) // 2


def test_a_timeline_is_as_big_as_a_real_one(rift_pairs: list[MatchPair]) -> None:
    """Real ones of the Rift average 560 KB."""
    sizes = [len(orjson.dumps(pair.timeline)) for pair in rift_pairs]
    assert 400_000 < sum(sizes) / len(sizes) < 720_000


def test_a_pair_round_trips_through_json(rift_pairs: list[MatchPair]) -> None:
    match, timeline = rift_pairs[0]
    assert json.loads(orjson.dumps(match)) == match
    assert json.loads(orjson.dumps(timeline)) == timeline


def test_nobody_assisting_means_no_key(rift_pairs: list[MatchPair]) -> None:
    """Riot leaves `assistingParticipantIds` out rather than sending an empty list."""
    lists = [
        event["assistingParticipantIds"]
        for pair in rift_pairs
        for event in events_of(pair.timeline)
        if "assistingParticipantIds" in event
    ]
    assert lists
    assert all(lists)


def _validator(spec: dict[str, Any], name: str) -> jsonschema.protocols.Validator:
    reference = {"$ref": f"#/components/schemas/match-v5.{name}", "components": spec["components"]}
    return jsonschema.Draft7Validator(reference)


def _write_folder(folder: Path, pairs: Iterable[MatchPair]) -> None:
    """A folder such as the real documents come in, with its index."""
    records: list[dict[str, Any]] = []
    histories: dict[str, list[str]] = defaultdict(list)
    for match, timeline in pairs:
        info, frames = match["info"], timeline["info"]["frames"]
        match_id = match["metadata"]["matchId"]
        for kind, document in (("match", match), ("timeline", timeline)):
            packed = gzip.compress(orjson.dumps(document), compresslevel=1)
            (folder / f"{match_id}.{kind}.json.gz").write_bytes(packed)
        puuids = [person["puuid"] for person in info["participants"]]
        for puuid in set(puuids) - {"BOT"}:
            histories[puuid].append(match_id)
        record = {name: info[name] for name in ("queueId", "mapId", "gameVersion")}
        counts = {"frames": len(frames), "events": sum(len(frame["events"]) for frame in frames)}
        records.append(
            {"matchId": match_id, **record, **counts, "participants": puuids, "durationS": info["gameDuration"]}
        )
    frequent = {puuid: ids for puuid, ids in histories.items() if len(ids) >= 5}
    (folder / "INDEX.json").write_text(json.dumps({"matches": records, "players_in_5_or_more": frequent}))
