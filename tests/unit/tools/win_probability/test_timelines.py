import gzip
import json
from pathlib import Path

from src.core.domain.match_document import read_match
from src.sandbox.riot.generator import QUEUES, generate
from tests.unit.core.domain.documents import Document
from tests.unit.sandbox.riot.generator.conftest import plan_for
from tools.win_probability.timelines import real_games


def _write(folder: Path, match: Document, timeline: Document) -> None:
    name = match["metadata"]["matchId"]
    for what, document in (("match", match), ("timeline", timeline)):
        with gzip.open(folder / f"{name}.{what}.json.gz", "wt", encoding="utf-8") as file:
            json.dump(document, file)


def test_every_whole_minute_before_the_end_is_a_row(tmp_path: Path) -> None:
    match, timeline = generate(plan_for(QUEUES[420], 1))
    _write(tmp_path, match, timeline)
    rows = real_games(tmp_path)
    assert rows is not None
    assert set(rows.game) == {match["metadata"]["matchId"]}
    whole = [minute for minute in range(200) if 60 * minute < read_match(match).duration_s]
    assert rows.minute.tolist() == whole
    assert set(rows.blue_won) == {float(read_match(match).winner == 100)}
    assert rows.known().all()


def test_games_that_the_product_has_no_model_for_are_left_out(tmp_path: Path) -> None:
    _write(tmp_path, *generate(plan_for(QUEUES[450], 1)))
    assert real_games(tmp_path) is None


def test_an_aborted_game_has_no_winner_to_learn_from(tmp_path: Path) -> None:
    match, timeline = generate(plan_for(QUEUES[420], 1))
    info = match["info"] | {"endOfGameResult": "Abort_Unexpected"}
    _write(tmp_path, match | {"info": info}, timeline)
    assert real_games(tmp_path) is None
