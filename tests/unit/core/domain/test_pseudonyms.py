"""Taking players out of documents."""

import gzip
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from src.core.domain.documents import RawDocument
from src.core.domain.match_document import read_match
from src.core.domain.pseudonyms import is_pseudonym, known_as, pseudonym, scrubbed, tombstone_of, without_players
from src.core.domain.timeline_document import read_timeline
from src.core.errors import MalformedDocument
from tests.real_documents import REAL_DOCUMENTS, needs_real_documents
from tests.unit.core.domain.documents import Story, puuid

ME, PSEUDONYM = puuid(3), pseudonym("0123456789abcdef")
OUT = {ME: PSEUDONYM}
_NAMES = st.text(min_size=1, max_size=12)
_LEAVES = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text()
_JSON = st.recursive(_LEAVES, lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner), max_leaves=20)


def raw(document: Any) -> RawDocument:
    return RawDocument(body=json.dumps(document).encode(), document=document)


def a_match(**person: Any) -> dict[str, Any]:
    document = Story(3).match()
    document["info"]["participants"][2] |= person
    return document


def test_a_pseudonym_is_told_from_a_puuid() -> None:
    assert is_pseudonym(PSEUDONYM)
    assert not is_pseudonym(ME)
    assert not is_pseudonym(None)


def test_a_tombstone_knows_its_own_player_and_no_other() -> None:
    assert tombstone_of(ME) == tombstone_of(ME) != tombstone_of(puuid(4))
    assert ME.encode() not in tombstone_of(ME)


def test_the_scrubbed_document_reads_as_the_match_without_the_player() -> None:
    document = a_match(summonerName="Somebody")
    read = read_match(scrubbed(raw(document), OUT).document)
    assert read == without_players(read_match(document), OUT)
    me = read.participants[2]
    assert (me.puuid, me.riot_id, me.name) == (PSEUDONYM, None, me.champion)


def test_of_the_player_only_the_game_is_left_and_of_the_others_everything() -> None:
    personal = {
        "riotIdGameName": "Somebody", "riotIdName": "Somebody", "riotIdTagline": "SBDY", "summonerName": "Old Somebody",
        "summonerId": "s-1", "profileIcon": 4567, "summonerLevel": 432,
    }  # fmt: skip
    document = a_match(**personal)
    clean = json.loads(scrubbed(raw(document), OUT).body)
    me = clean["info"]["participants"][2]
    assert {name: me[name] for name in personal} == {
        "riotIdGameName": "", "riotIdName": "", "riotIdTagline": "", "summonerName": "",
        "summonerId": "", "profileIcon": 0, "summonerLevel": 0,
    }  # fmt: skip
    assert me["puuid"] == clean["metadata"]["participants"][2] == PSEUDONYM
    me.update({name: document["info"]["participants"][2][name] for name in [*personal, "puuid"]})
    clean["metadata"]["participants"][2] = ME
    assert clean == document


def test_a_field_that_is_null_or_absent_stays_so() -> None:
    document = a_match(summonerId=None)
    me = scrubbed(raw(document), OUT).document["info"]["participants"][2]
    assert me["summonerId"] is None
    assert "riotIdName" not in me


def test_a_match_and_its_timeline_know_the_player_by_the_same_pseudonym() -> None:
    timeline = Story(3).timeline()
    timeline["metadata"]["participants"] = [puuid(number) for number in range(1, 11)]
    timeline["info"]["participants"] = [{"participantId": n, "puuid": puuid(n)} for n in range(1, 11)]
    clean = scrubbed(raw(timeline), OUT)
    assert clean.document["metadata"]["participants"][2] == PSEUDONYM
    assert clean.document["info"]["participants"][2] == {"participantId": 3, "puuid": PSEUDONYM}
    assert read_timeline(clean.document) == read_timeline(timeline)


def test_a_document_may_know_participants_by_puuids_of_another_api_key() -> None:
    document = a_match()
    assert known_as(document, {3: PSEUDONYM, 11: "nobody"}) == {ME: PSEUDONYM}
    assert known_as(document, {}) == {}


def test_a_bare_list_of_puuids_is_in_the_order_of_the_people_or_of_their_numbers() -> None:
    puuids = {"participants": ["a", "b", "c"]}
    people = {"participants": [{"participantId": 3}, {"participantId": 2}, {"participantId": 1}]}
    assert known_as({"metadata": puuids}, {3: PSEUDONYM}) == {"c": PSEUDONYM}
    assert known_as({"metadata": puuids, "info": people}, {3: PSEUDONYM}) == {"a": PSEUDONYM}


def test_bots_are_left_out_of_a_bare_list() -> None:
    """So a place in it is a place among the humans, whoever stands between them."""
    people = [{"participantId": n, "puuid": "BOT" if n in {2, 3, 5} else f"p{n}"} for n in range(1, 8)]
    match = {"metadata": {"participants": ["p1", "p4", "p6", "p7"]}, "info": {"participants": people}}
    out = {4: PSEUDONYM}
    assert known_as(match, out) == {"p4": PSEUDONYM}
    former = {"metadata": {"participants": ["o1", "o4", "o6", "o7"]}}
    assert known_as(former | {"info": match["info"]}, out) == {"p4": PSEUDONYM, "o4": PSEUDONYM}
    assert known_as(former, out, match=match) == {"o4": PSEUDONYM}
    with_bots = {"metadata": {"participants": ["o1", "BOT", "BOT", "o4", "BOT", "o6", "o7"]}}
    assert known_as(with_bots, out, match=match) == {"o4": PSEUDONYM}


def test_a_bare_list_says_nothing_of_whom_the_people_name() -> None:
    people = [{"participantId": 1, "puuid": "a"}, {"participantId": 2, "puuid": "b"}]
    document = {"metadata": {"participants": ["b", "a"]}, "info": {"participants": people}}
    assert known_as(document, {1: PSEUDONYM}) == {"a": PSEUDONYM}


def test_bots_have_no_pseudonym() -> None:
    people = [{"participantId": 1, "puuid": "BOT"}, {"participantId": 2, "puuid": "b"}]
    assert known_as({"info": {"participants": people}}, {1: PSEUDONYM}) == {}


@pytest.mark.parametrize(
    "info",
    [None, [], {}, {"participants": {}}, {"participants": [None, {"puuid": 1}, {"puuid": ME}, {"participantId": 3}]}],
)
def test_what_is_not_as_it_should_be_names_nobody(info: Any) -> None:
    assert known_as({"info": info, "metadata": info}, {3: PSEUDONYM, 4: PSEUDONYM}) == {}


def test_a_puuid_that_begins_like_the_players_is_somebody_elses() -> None:
    document = {"puuids": [ME, f"{ME}1", f"1{ME}", f"{ME}-x", f"({ME})"]}
    clean = scrubbed(raw(document), OUT).document
    assert clean["puuids"] == [PSEUDONYM, f"{ME}1", f"1{ME}", f"{ME}-x", f"({PSEUDONYM})"]


@pytest.mark.parametrize("body", [b"{", b"[]", b"", b"[" * 100_000, b"\xff"])
def test_what_is_no_document_is_a_complaint(body: bytes) -> None:
    with pytest.raises(MalformedDocument):
        scrubbed(RawDocument(body=body, document={}), OUT)


def test_halves_of_surrogate_pairs_and_huge_numbers_survive() -> None:
    body = rb'{"half": "\ud83d", "huge": 123456789012345678901234567890, "puuid": "%s"}' % ME.encode()
    clean = scrubbed(RawDocument(body=body, document={}), OUT)
    assert json.loads(clean.body) == {"half": "\ud83d", "huge": 123456789012345678901234567890, "puuid": PSEUDONYM}


@given(_JSON, _NAMES, st.integers(1, 10))
def test_nobody_but_the_player_changes_whatever_else_is_in_the_document(extra: Any, name: str, number: int) -> None:
    document = a_match(summonerName=name, riotIdGameName=name)
    document["info"]["season"] = document["info"]["participants"][number - 1]["missions"] = extra
    clean = json.loads(scrubbed(raw(document), OUT).body)
    assert ME not in json.dumps(clean)
    others = [person for place, person in enumerate(document["info"]["participants"]) if place != 2]
    assert [person for place, person in enumerate(clean["info"]["participants"]) if place != 2] == others
    assert clean["info"]["season"] == extra
    assert read_match(clean) == without_players(read_match(document), OUT)


@given(_JSON)
def test_without_players_to_take_out_a_document_means_what_it_meant(extra: Any) -> None:
    assert json.loads(scrubbed(raw({"any": extra}), {}).body) == {"any": extra}


@needs_real_documents
def test_real_documents_lose_their_players_and_nothing_else() -> None:
    paths = sorted(REAL_DOCUMENTS.glob("*.match.json.gz"))
    assert paths
    for path in paths:
        match = gzip.decompress(path.read_bytes())
        timeline = gzip.decompress(path.with_name(path.name.replace(".match.", ".timeline.")).read_bytes())
        read = read_match(json.loads(match))
        people = [person for person in read.participants if person.puuid is not None]
        who = people[sum(path.name.encode()) % len(people)].puuid or ""
        person = next(one for one in json.loads(match)["info"]["participants"] if one.get("puuid") == who)
        out = {who: PSEUDONYM}
        clean = scrubbed(RawDocument(body=match, document={}), out)
        clean_timeline = scrubbed(RawDocument(body=timeline, document={}), out)
        assert read_match(clean.document) == without_players(read, out)
        assert read_timeline(clean_timeline.document) == read_timeline(json.loads(timeline))
        for body in (clean.body, clean_timeline.body):
            assert who.encode() not in body
            assert not person.get("summonerId") or person["summonerId"].encode() not in body
        assert sum(one.puuid == PSEUDONYM for one in read_match(clean.document).participants) == 1
