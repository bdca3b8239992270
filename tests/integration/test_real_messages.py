"""The finished message of every real match fits Discord, and its numbers are those of the observation."""

import re
from collections import Counter
from collections.abc import Iterator
from math import ceil
from typing import Any

import pytest

from src.adapters.charts import MatplotlibMatchChart
from src.adapters.discord_messages.analysis_message import analysis_message
from src.adapters.discord_messages.embed_limits import FIELD_VALUE, TOTAL, total
from src.adapters.discord_messages.numbers import signed_thousands
from src.adapters.discord_messages.observation_text import observation_words
from src.adapters.discord_messages.suggestion_text import suggestion_line
from src.core.domain.analysis import MatchAnalysis, Observation
from src.core.domain.champions import champion_name
from src.core.domain.facts.match_facts import facts_of
from src.core.domain.match import Outcome
from src.core.domain.match_analysis import analyse
from src.core.domain.match_document import read_match
from src.core.domain.plain_text import length, plain
from src.core.domain.story import story_of
from src.core.domain.timeline_document import read_timeline
from tests.integration.raw_truth import load
from tests.integration.test_real_documents import RECORDS, every_match
from tests.real_documents import REAL_DOCUMENTS, needs_real_documents

pytestmark = needs_real_documents

_NUMBER = re.compile(r"\d+(?:,\d{3})*(?::\d\d)?(?:\.\d)?")


def _analyses(match_id: str) -> Iterator[MatchAnalysis]:
    """The analysis of a real match for everybody in it."""
    raw, raw_timeline = (load(REAL_DOCUMENTS, match_id, kind) for kind in ("match", "timeline"))
    match, timeline, facts = read_match(raw), read_timeline(raw_timeline), facts_of(raw, raw_timeline)
    for participant in match.participants:
        if participant.puuid is not None:
            yield analyse(match, timeline, facts, participant.puuid)


@every_match
def test_the_message_fits_and_tells_no_number_of_its_own(record: dict[str, Any]) -> None:
    """And what decided a match is told alike to all ten: at the same time."""
    analyses = list(_analyses(record["matchId"]))
    leads = [story_of(analysis).lead for analysis in analyses if _is_decided(analysis)]
    assert all(leads)
    assert len({(lead.kind, lead.measure, lead.since_s) for lead in leads if lead}) <= 1
    for analysis in analyses:
        embeds = analysis_message(analysis, b"a picture", "9", details=True).embeds
        assert sum(map(total, embeds)) <= TOTAL
        assert all(0 < length(field["value"]) <= FIELD_VALUE for embed in embeds for field in embed["fields"])
        assert "…" not in str(embeds[0]), "nothing real is so long that it must be cut"
        for seen in analysis.observations:
            assert _numbers_in(" ".join(observation_words(seen))) <= _numbers_of(seen)


def _is_decided(analysis: MatchAnalysis) -> bool:
    return bool(analysis.win) and analysis.outcome in {Outcome.WIN, Outcome.LOSS}


def test_the_suggestions_are_no_stock_phrase() -> None:
    """Of all participants' messages, not one in four ends in the same words, whatever the names and numbers."""
    phrases: Counter[str] = Counter()
    for record in RECORDS:
        seen = [analysis.suggestion for analysis in _analyses(record["matchId"])]
        phrases.update(_phrase(suggestion) for suggestion in seen if suggestion)
    assert max(phrases.values()) < 0.25 * phrases.total()


def _phrase(suggestion: Observation) -> str:
    """The option without names, numbers and enumerations."""
    line = suggestion_line(suggestion) or ""
    opponent = suggestion.values.get("opponent")
    line = line.replace(plain(champion_name(str(opponent))), "CHAMPION") if opponent else line
    counted = re.sub(r"(?:\d+ )?(?:Baron|Elder Dragon|Atakhan|Rift Herald)s?|\d+ (?:nexus )?[A-Za-z]+", "THING", line)
    return _NUMBER.sub("N", re.sub(r"THING(?:(?:, | and )THING)*", "THINGS", counted))


def _numbers_in(line: str) -> set[str]:
    return set(_NUMBER.findall(line))


def _numbers_of(seen: Observation) -> set[str]:
    """Every form in which the observation's values may be written, and the fixed numbers of the wording."""
    forms = {"60", "15:00"}
    values = seen.values
    for value in values.values():
        if isinstance(value, str):
            forms |= _numbers_in(champion_name(value))
            continue
        thousands = signed_thousands(value).strip("+\u2212k")
        forms |= {f"{abs(value):,}", thousands, f"{int(value) // 60}:{int(value) % 60:02}"}
    if "from_s" in values and "to_s" in values:
        forms.add(str(max(1, ceil(float(values["to_s"]) - float(values["from_s"])))))
    return forms


@pytest.mark.parametrize("match_id", ["NA1_5328748824", "NA1_3721380428", "JP1_457196409"])
def test_arena_remake_and_swarm_have_no_chart(match_id: str) -> None:
    assert MatplotlibMatchChart().draw(next(_analyses(match_id))) is None
