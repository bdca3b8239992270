"""`/analyze`: find the match, have it, understand it, show it."""

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest

from src.core.domain.facts.match_facts import facts_of
from src.core.domain.facts.model import FACTS_VERSION
from src.core.domain.regions import Platform
from src.core.domain.reply import Reply
from src.core.errors import InvalidInput, MatchNotFound, NoMatches, NotAParticipant, RateLimited, ReplyExpired
from src.core.services.match_analysis import MatchAnalysisService
from src.core.services.match_facts import MatchFactsService
from src.core.services.match_ingest import MatchIngest
from tests.fakes.absence_store import FakeAbsenceStore
from tests.fakes.answers import FakeAnswers
from tests.fakes.clock import FakeClock
from tests.fakes.jobs import a_reply
from tests.fakes.match_chart import FakeMatchChart
from tests.fakes.match_facts import FakeMatchFactsStore
from tests.fakes.match_store import FakeMatchStore
from tests.fakes.riot_api import FakeRiotApi
from tests.fakes.tombstones import FakeTombstones
from tests.unit.core.services.games import ENDED, ME, SOMEBODY_ELSE, serve

EVERY_STEP = ["finding", "match", "timeline", "analysing", "drawing"]


@dataclass
class World:
    """The service with fakes around it, and what was reported."""

    clock: FakeClock = field(default_factory=FakeClock)
    riot: FakeRiotApi = field(default_factory=FakeRiotApi)
    store: FakeMatchStore = field(default_factory=FakeMatchStore)
    chart: FakeMatchChart = field(default_factory=FakeMatchChart)
    steps: list[str] = field(default_factory=list)
    answers: FakeAnswers = field(init=False)
    service: MatchAnalysisService = field(init=False)
    facts: FakeMatchFactsStore = field(init=False)

    def __post_init__(self) -> None:
        self.answers = FakeAnswers(self.clock)
        ingest = MatchIngest(self.riot, self.store, FakeAbsenceStore(self.store), self.clock)
        self.facts = FakeMatchFactsStore(self.store)
        facts = MatchFactsService(self.store, self.facts, self.clock, compute=facts_of)
        self.service = MatchAnalysisService(
            self.riot, self.store, ingest, facts, self.chart, self.answers, FakeTombstones()
        )

    async def answer(
        self, match_id: str | None = None, *, puuid: str = ME, reply: Reply | None = None
    ) -> dict[str, Any]:
        async def report(step: str, done: int, total: int) -> None:
            assert (done, total) == (EVERY_STEP.index(step) + 1, len(EVERY_STEP))
            self.steps.append(step)

        return await self.service.answer(puuid, Platform.EUW1, match_id, reply=reply, report=report)

    @property
    def told(self) -> list[str]:
        return [text for shown in self.answers.interactions.values() for text in shown.texts]


@pytest.fixture
def world() -> World:
    return World()


class TestTheMatchAskedFor:
    """With a match id."""

    async def test_the_answer_is_shown_with_its_chart_to_whoever_asked(self, world: World) -> None:
        serve(world.riot, "EUW1_1")
        summary = await world.answer("EUW1_1", reply=a_reply())
        assert summary == {"match_id": "EUW1_1", "champion": "Ahri", "outcome": "win", "observations": 3}
        assert world.told == ["win Ahri EUW1_1 with a chart"]
        assert world.steps == EVERY_STEP

    async def test_nothing_is_drawn_when_nobody_waits(self, world: World) -> None:
        serve(world.riot, "EUW1_1")
        assert (await world.answer("euw1_1"))["match_id"] == "EUW1_1"
        assert (world.chart.drawn, world.told) == ([], [])
        assert world.steps == EVERY_STEP[:-1]

    async def test_a_stored_match_is_answered_without_riot(self, world: World) -> None:
        serve(world.riot, "EUW1_1")
        await world.answer("EUW1_1")
        world.riot.error_for["match"] = world.riot.error_for["timeline"] = RateLimited()
        await world.answer("EUW1_1", reply=a_reply())
        assert world.told == ["win Ahri EUW1_1 with a chart"]

    async def test_a_match_without_timeline_gets_an_answer(self, world: World) -> None:
        serve(world.riot, "EUW1_1", timeline=False)
        assert (await world.answer("EUW1_1", reply=a_reply()))["champion"] == "Ahri"
        assert world.told == ["win Ahri EUW1_1"]

    async def test_the_timeline_of_a_game_not_six_hours_old_may_still_come(self) -> None:
        world = World(clock=FakeClock(ENDED + timedelta(hours=6, seconds=-1)))
        serve(world.riot, "EUW1_1", timeline=False)
        await world.answer("EUW1_1", reply=a_reply())
        world.clock.advance(2)
        await world.answer("EUW1_1", reply=a_reply())
        assert world.told == ["win Ahri EUW1_1, timeline to come", "win Ahri EUW1_1"]

    async def test_a_match_of_another_platform_may_be_asked_for(self, world: World) -> None:
        serve(world.riot, "KR_1")
        assert (await world.answer("KR_1"))["match_id"] == "KR_1"

    async def test_an_unknown_match_is_named(self, world: World) -> None:
        with pytest.raises(MatchNotFound, match="EUW1_404"):
            await world.answer("EUW1_404", reply=a_reply())
        assert world.told == []

    async def test_somebody_elses_match_is_refused(self, world: World) -> None:
        serve(world.riot, "EUW1_1")
        with pytest.raises(NotAParticipant):
            await world.answer("EUW1_1", puuid=SOMEBODY_ELSE, reply=a_reply())
        assert world.told == []

    async def test_a_malformed_id_is_refused_before_riot_is_asked(self, world: World) -> None:
        with pytest.raises(InvalidInput):
            await world.answer("what")
        assert world.riot.calls == []

    async def test_an_answer_that_cannot_be_shown_is_an_error(self, world: World) -> None:
        serve(world.riot, "EUW1_1")
        world.answers.is_closed = True
        world.clock.advance(3600)
        with pytest.raises(ReplyExpired):
            await world.answer("EUW1_1", reply=a_reply())


class TestTheLastMatch:
    """Without a match id."""

    async def test_it_is_the_newest_one(self, world: World) -> None:
        serve(world.riot, "EUW1_1", "EUW1_3", "EUW1_2")
        assert (await world.answer())["match_id"] == "EUW1_2"
        assert set(world.store.matches) == {"EUW1_2"}

    async def test_a_listed_match_that_does_not_exist_is_skipped_for_the_latest_that_does(self, world: World) -> None:
        serve(world.riot, "EUW1_1", "EUW1_2", "EUW1_3", "EUW1_4")
        del world.riot.matches["EUW1_4"], world.riot.matches["EUW1_3"]
        assert (await world.answer())["match_id"] == "EUW1_2"

    async def test_a_listed_match_that_is_not_the_players_is_skipped(self, world: World) -> None:
        serve(world.riot, "EUW1_1", "EUW1_2")
        for person in world.riot.matches["EUW1_2"]["info"]["participants"]:
            person["puuid"] = f"another-{person['puuid']}"
        assert (await world.answer())["match_id"] == "EUW1_1"

    async def test_whoever_has_not_played_is_told(self, world: World) -> None:
        with pytest.raises(NoMatches):
            await world.answer()

    async def test_it_gives_up_after_five_that_are_gone(self, world: World) -> None:
        world.riot.histories[ME] = [f"EUW1_{number}" for number in range(9, 0, -1)]
        serve(world.riot, "EUW1_1")
        world.riot.histories[ME].remove("EUW1_1")
        world.riot.histories[ME].append("EUW1_1")
        with pytest.raises(MatchNotFound, match="none of the latest"):
            await world.answer()
        assert sum(method == "match" for method, *_ in world.riot.calls) == 5

    async def test_a_riot_that_is_busy_is_not_mistaken_for_one_that_has_no_match(self, world: World) -> None:
        serve(world.riot, "EUW1_1", "EUW1_2")
        world.riot.error_for["match", "EUW1_2"] = RateLimited(retry_after=5)
        with pytest.raises(RateLimited):
            await world.answer()


async def test_facts_are_computed_once(world: World) -> None:
    """The second look at a match finds them kept."""
    serve(world.riot, "EUW1_1")
    await world.answer("EUW1_1")
    stored = await world.store.load("EUW1_1")
    assert stored is not None
    assert stored.edition is not None
    kept = await world.facts.load("EUW1_1", edition=stored.edition, version=FACTS_VERSION)
    assert kept is not None
    assert kept.match_id == "EUW1_1"
    assert await world.facts.stale(FACTS_VERSION, limit=1) == ()
