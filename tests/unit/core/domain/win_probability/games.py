"""Games for the win probability: told, generated, mirrored, and real ones."""

import json
from functools import lru_cache

from hypothesis import strategies as st

from src.core.domain.match import Match
from src.core.domain.match_document import read_match
from src.core.domain.timeline import Timeline
from src.core.domain.timeline_document import read_timeline
from tests.integration.raw_truth import load
from tests.real_documents import REAL_DOCUMENTS
from tests.unit.core.domain.documents import Document, Story, team_of

Game = tuple[Match, Timeline]

MINUTES = 12
MONSTERS = ("DRAGON", "RIFTHERALD", "HORDE", "BARON_NASHOR", "ATAKHAN")
SUBTYPES = {"DRAGON": ("FIRE_DRAGON", "AIR_DRAGON", "ELDER_DRAGON")}
_OTHER_SIDE = {100: 200, 200: 100}


def read(match: Document, timeline: Document) -> Game:
    """What two documents tell."""
    return read_match(match), read_timeline(timeline)


def told(story: Story) -> Game:
    """The match and timeline of a story."""
    return read(story.match(), story.timeline())


@st.composite
def games(draw: st.DrawFn) -> Game:
    """A game of twelve minutes: up to twenty events, each at a moment of its own; uneven incomes, never below 0."""
    story = Story(minutes=MINUTES, winner=draw(st.sampled_from((100, 200))))
    milliseconds = st.one_of(
        st.integers(1, MINUTES * 60_000), st.integers(1, MINUTES).map(lambda minute: minute * 60_000)
    )
    for at_ms in draw(st.lists(milliseconds, max_size=20, unique=True)):
        draw(st.sampled_from((_kill, _monster, _building)))(draw, story, at_ms / 1000)
    for _ in range(draw(st.integers(0, 8))):
        one, minute = draw(st.integers(1, 10)), draw(st.integers(1, MINUTES))
        story.gain(one, minute, gold=draw(st.integers(-180, 1500)), minions=draw(st.integers(0, 9)))
        story.gain(one, minute, xp=draw(st.integers(0, 900)))
    return told(story)


def _kill(draw: st.DrawFn, story: Story, at_s: float) -> None:
    killer = draw(st.integers(0, 10))
    victims = [number for number in range(1, 11) if killer == 0 or team_of(number) != team_of(killer)]
    story.kill(at_s, killer, draw(st.sampled_from(victims)))
    paid = {"bounty": draw(st.integers(50, 700)), "shutdownBounty": draw(st.sampled_from((-250, 0, 0, 450, 1000)))}
    next(event for event in story.events if event["timestamp"] == round(at_s * 1000)).update(paid)


def _monster(draw: st.DrawFn, story: Story, at_s: float) -> None:
    monster = draw(st.sampled_from(MONSTERS))
    story.monster(at_s, monster, draw(st.integers(0, 10)), subtype=draw(st.sampled_from(SUBTYPES.get(monster, ("",)))))


def _building(draw: st.DrawFn, story: Story, at_s: float) -> None:
    kind = draw(st.sampled_from(("TOWER_BUILDING", "INHIBITOR_BUILDING")))
    story.building(at_s, draw(st.sampled_from((100, 200))), kind)


def mirrored(game: Game) -> Game:
    """The same game with blue and red having changed their names."""
    match, timeline = game
    people = tuple(one.model_copy(update={"team_id": _OTHER_SIDE[one.team_id]}) for one in match.participants)
    monsters = tuple(
        one.model_copy(update={"team_id": _OTHER_SIDE.get(one.team_id, one.team_id)}) for one in timeline.monsters
    )
    buildings = tuple(
        one.model_copy(update={"lost_by_team_id": _OTHER_SIDE[one.lost_by_team_id]}) for one in timeline.buildings
    )
    return (
        match.model_copy(update={"participants": people}),
        timeline.model_copy(update={"monsters": monsters, "buildings": buildings}),
    )


def side_of(game: Game, participant_id: int) -> int | None:
    """1 for a participant of team 100, -1 for one of 200, None for nobody."""
    match, _ = game
    teams = {person.participant_id: person.team_id for person in match.participants}
    return {100: 1, 200: -1}.get(teams.get(participant_id, 0))


def deeds(game: Game) -> list[tuple[float, int]]:
    """Every kill, monster and building that a side can be credited with: its time, and 1 for blue's, -1 for red's."""
    _, timeline = game
    sides = {100: 1, 200: -1}
    found = [(kill.time_s, side_of(game, kill.killer_id)) for kill in timeline.kills]
    found += [(monster.time_s, sides.get(monster.team_id)) for monster in timeline.monsters]
    found += [(building.time_s, -sides[building.lost_by_team_id]) for building in timeline.buildings]
    return sorted((time_s, side) for time_s, side in found if side is not None)


@lru_cache(maxsize=1)
def real_games() -> tuple[Game, ...]:
    """All real games, of any kind."""
    records = json.loads((REAL_DOCUMENTS / "INDEX.json").read_text("utf-8"))["matches"]
    return tuple(
        read(load(REAL_DOCUMENTS, match_id, "match"), load(REAL_DOCUMENTS, match_id, "timeline"))
        for match_id in (record["matchId"] for record in records)
    )
