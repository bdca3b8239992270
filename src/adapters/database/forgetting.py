"""Taking players out of matches: of those that are about to be stored, and of those that are.

Which of a match's rows hold what: `matches` the document as JSON and as bytes, `participants` the PUUID and the names,
`timelines` the document as bytes. Everything else is numbers.
"""

import asyncio
import secrets
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, Self

import asyncpg

from src.adapters.database.json_codec import parse_json
from src.adapters.database.pool import Connection
from src.adapters.database.queries import load_queries
from src.adapters.database.raw_bodies import pack, unpack
from src.core.domain.documents import RawDocument
from src.core.domain.match import Match
from src.core.domain.pseudonyms import Places, is_pseudonym, known_as, pseudonym, scrubbed, without_players
from src.core.errors import MalformedDocument
from src.core.ports.match_store import StoredMatch

_SQL = load_queries("forgetting.sql")
_TOKEN = 16  # random bytes

People = dict[str, dict[int, str | None]]
"""By match id and participant id: a PUUID or a pseudonym, None of a bot."""


def without_places(stored: StoredMatch, places: Places) -> StoredMatch:
    """A match with its documents, without whoever has these places. Milliseconds for a match, tens for a timeline."""
    pseudonyms = {
        one.puuid: places[one.participant_id]
        for one in stored.match.participants
        if one.puuid is not None and one.participant_id in places
    }
    documents = [stored.match_document, *([stored.timeline_document] if stored.timeline_document else [])]
    match = _opened(stored.match_document)
    for raw in documents:
        pseudonyms.update(known_as(_opened(raw), places, match=match))
    clean = [scrubbed(raw, pseudonyms) for raw in documents]
    return replace(
        stored,
        match=without_players(stored.match, pseudonyms),
        match_document=clean[0],
        timeline_document=clean[1].closed() if len(clean) > 1 else None,
    )


def _opened(raw: RawDocument) -> dict[str, Any]:
    if raw.document:
        return raw.document
    try:
        document = parse_json(raw.body)
    except ValueError as error:
        raise MalformedDocument("A document to be scrubbed cannot be read.") from error
    return document if isinstance(document, dict) else {}


def fresh_places(match: Match, forgotten: Collection[str]) -> dict[int, str]:
    """A pseudonym, drawn now, for each place of somebody who is forgotten."""
    return {one.participant_id: _fresh() for one in match.participants if one.puuid in forgotten}


def _fresh() -> str:
    return pseudonym(secrets.token_hex(_TOKEN))


async def stored_people(connection: Connection, match_ids: Collection[str], *, is_replacement: bool) -> People:
    """Whom the rows of matches have at each place: of those that are there.

    What is replaced may have lost rows: of these the pseudonyms are in the document.
    """
    there: People = {}
    for row in await connection.fetch(_SQL["people"], list(match_ids)):
        there.setdefault(row["match_id"], {})[row["participant_id"]] = row["puuid"]
    if is_replacement:
        for row in await connection.fetch(_SQL["people_in_documents"], list(match_ids)):
            if is_pseudonym(row["puuid"]):
                there.setdefault(row["match_id"], {}).setdefault(row["participant_id"], row["puuid"])
    return there


async def without_forgotten(
    connection: Connection,
    matches: Sequence[StoredMatch],
    there: People,
    forgotten: Collection[str],
    *,
    is_replacement: bool,
) -> list[StoredMatch]:
    """The matches, about to be stored, without those of their players who are forgotten.

    Whoever is a pseudonym in a match that is there already, or becomes one now, stays it, by whatever PUUID the
    documents know them: a timeline that comes later may be the first to bring it, and after a change of the API key no
    tombstone knows it. Only a replacement gives a place back, to who has the account linked: that is fresh proof.
    """
    named = {one.match.match_id: _in_both(one, there) & frozenset(forgotten) for one in matches}
    await _lock_and_pseudonymise(connection, {match_id: people for match_id, people in named.items() if people})
    there = await stored_people(connection, there, is_replacement=is_replacement)
    linked = await _linked(connection, matches) if is_replacement else frozenset()
    clean = []
    for one in matches:
        places = fresh_places(one.match, forgotten) | _pseudonyms_in(one, there.get(one.match.match_id, {}), linked)
        clean.append(await asyncio.to_thread(without_places, one, places) if places else one)
    return clean


def people_in(matches: Sequence[StoredMatch], there: People) -> frozenset[str]:
    """Everybody, pseudonyms included, whom the matches have in their rows: in those to come and in those there."""
    return frozenset[str]().union(*(_in_both(one, there) for one in matches))


def _in_both(stored: StoredMatch, there: People) -> frozenset[str]:
    come = (one.puuid for one in stored.match.participants)
    return frozenset(puuid for puuid in (*come, *there.get(stored.match.match_id, {}).values()) if puuid is not None)


def _pseudonyms_in(stored: StoredMatch, there: Mapping[int, str | None], linked: Collection[str]) -> dict[int, str]:
    """Whose places are pseudonyms: in the rows that are there, else in those to come, if these were loaded."""
    places = {}
    for one in stored.match.participants:
        before = there.get(one.participant_id)
        held = before if is_pseudonym(before) else one.puuid
        if held is not None and is_pseudonym(held) and one.puuid not in linked:
            places[one.participant_id] = held
    return places


async def _linked(connection: Connection, matches: Sequence[StoredMatch]) -> frozenset[str]:
    people = [one.puuid for stored in matches for one in stored.match.participants if one.puuid is not None]
    return frozenset(row["puuid"] for row in await connection.fetch(_SQL["linked"], people))


async def _lock_and_pseudonymise(connection: Connection, theirs: Mapping[str, Collection[str]]) -> None:
    for row in await connection.fetch(_SQL["lock"], list(theirs)):
        await pseudonymise_match(connection, row["match_id"], theirs[row["match_id"]])


async def pseudonymise_some(connection: Connection, puuid: str, *, limit: int) -> int:
    """Take a player out of `limit` of their matches, or drop these where nobody else wants them; answers how many."""
    found = [row["match_id"] for row in await connection.fetch(_SQL["some_matches"], puuid, limit)]
    locked = [row["match_id"] for row in await connection.fetch(_SQL["lock"], found)]
    wanted = {row["match_id"] for row in await connection.fetch(_SQL["wanted_by_others"], locked, puuid)}
    await connection.execute(_SQL["drop_matches"], [match_id for match_id in locked if match_id not in wanted])
    for match_id in sorted(wanted):
        await pseudonymise_match(connection, match_id, [puuid])
    return len(found)


async def pseudonymise_match(connection: Connection, match_id: str, puuids: Collection[str]) -> None:
    """Take players out of a stored match, which the caller has locked; once they are out, this changes nothing."""
    here = {
        row["participant_id"]: row["puuid"] for row in await connection.fetch(_SQL["which_of"], match_id, list(puuids))
    }
    if not here:
        return
    match = await connection.fetchrow(_SQL["match"], match_id)
    timeline = await connection.fetchrow(_SQL["timeline"], match_id)
    assert match is not None  # noqa: S101 - it is locked
    out = _Out.of(here)
    document, body = await asyncio.to_thread(out.match, match)
    await connection.execute(_SQL["rewrite_match"], match_id, document, body)
    for puuid in set(here.values()):
        await connection.execute(_SQL["rewrite_participant"], match_id, puuid, out.pseudonyms[puuid])
    if timeline is not None:
        await _rewrite_timeline(connection, match_id, partial(out.timeline, timeline["body"], document))


@dataclass(frozen=True, slots=True)
class _Out:
    """Who leaves a match: pseudonyms by participant id, and by all PUUIDs that rows and documents have for them."""

    places: Mapping[int, str]
    pseudonyms: dict[str, str]

    @classmethod
    def of(cls, here: Mapping[int, str]) -> Self:
        pseudonyms = {puuid: _fresh() for puuid in here.values()}
        return cls({place: pseudonyms[puuid] for place, puuid in here.items()}, pseudonyms)

    def match(self, row: asyncpg.Record) -> tuple[dict[str, object], bytes]:
        """The match's document and bytes. Of bytes that are damaged the JSON beside them takes the place."""
        try:
            clean = self._clean(unpack(row["body"]))
        except MalformedDocument:
            text: str = row["document"]
            clean = self._clean(RawDocument(body=text.encode(), document=parse_json(text.encode())))
        return clean.document, pack(clean)

    def timeline(self, body: bytes, match: Mapping[str, Any]) -> bytes:
        """The timeline's bytes; `match` is the match's document."""
        return pack(self._clean(unpack(body), match))

    def _clean(self, raw: RawDocument, match: Mapping[str, Any] | None = None) -> RawDocument:
        self.pseudonyms.update(known_as(raw.document, self.places, match=match))
        return scrubbed(raw, self.pseudonyms)


async def _rewrite_timeline(connection: Connection, match_id: str, rewritten: Callable[[], bytes]) -> None:
    try:
        body = await asyncio.to_thread(rewritten)
    except MalformedDocument:
        # Damaged, and the PUUID may be in what is left of it. A recovery fetches it again, if Riot still has it.
        await connection.execute(_SQL["drop_timeline"], match_id)
        await connection.execute(_SQL["miss_timeline"], match_id)
    else:
        await connection.execute(_SQL["rewrite_timeline"], match_id, body)
