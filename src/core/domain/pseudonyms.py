"""Taking players out of matches: a pseudonym where their PUUID was, and nothing else that leads to them.

A pseudonym is drawn by chance for each player and match, and written down nowhere else: it leads neither back to the
player nor from one of their matches to the next. The game itself stays as it was.
"""

import json
import re
from collections.abc import Mapping
from hashlib import sha256
from typing import Any, Final

from src.core.domain.documents import RawDocument
from src.core.domain.match import Match, Participant
from src.core.domain.match_document import BOT
from src.core.errors import MalformedDocument

Pseudonyms = Mapping[str, str]
"""What stands in a match for each of the PUUIDs that leave it."""

Places = Mapping[int, str]
"""The pseudonyms of those who leave a match, by participant id."""

_MARK: Final = "forgotten-"
# Of a participant, as documents of all patches since 2021 have it, and as older formats called it.
_NAMES: Final = frozenset({"riotIdGameName", "riotIdName", "riotIdTagline", "summonerName"})
_ACCOUNT_IDS: Final = frozenset({"summonerId", "accountId", "currentAccountId"})
# The account's, not the game's: with the champion and the date they would tell one account from the others.
_ACCOUNT_NUMBERS: Final = frozenset({"profileIcon", "summonerLevel"})
_PERSONAL: Final = _NAMES | _ACCOUNT_IDS | _ACCOUNT_NUMBERS
_TOMBSTONE: Final = b"chimera/forgotten/1:"


def pseudonym(token: str) -> str:
    """The pseudonym that a fresh random token makes."""
    return _MARK + token


def is_pseudonym(puuid: str | None) -> bool:
    """True of what stands where a PUUID was."""
    return puuid is not None and puuid.startswith(_MARK)


def tombstone_of(puuid: str) -> bytes:
    """The form in which it is kept that a player has asked to be forgotten: a SHA-256.

    It tells nothing to those who do not have the PUUID: that is too long to be guessed.
    """
    return sha256(_TOMBSTONE + puuid.encode(errors="surrogatepass")).digest()


def without_players(match: Match, pseudonyms: Pseudonyms) -> Match:
    """The match with these players under their pseudonyms, nameless: called by their champions, as bots are."""
    return match.model_copy(
        update={"participants": tuple(_nameless(one, pseudonyms) for one in match.participants)}
    )  # fmt: skip


def _nameless(participant: Participant, pseudonyms: Pseudonyms) -> Participant:
    if participant.puuid is None or participant.puuid not in pseudonyms:
        return participant
    known_as = {"puuid": pseudonyms[participant.puuid], "name": participant.champion, "riot_id": None}
    return participant.model_copy(update=known_as)


def known_as(document: Mapping[str, Any], places: Places, *, match: Mapping[str, Any] | None = None) -> dict[str, str]:
    """The pseudonyms of places in a match, under the PUUIDs that a document, a match's or a timeline's, has for them.

    They may be others than those they are known by now: PUUIDs differ from API key to API key. Whatever is not as it
    should be in the document names nobody. `match`: the match's document, for a timeline that does not name its people.
    """
    found: dict[str, str] = {}
    people = _people(document)
    for person in people:
        _note(found, person.get("puuid"), person.get("participantId"), places)
    # The bare list leaves bots out. It is in the order of the people; where these are missing, of their numbers.
    order = [person.get("participantId") for person in people or _people(match or {}) if person.get("puuid") != BOT]
    named = {puuid for person in people if isinstance(puuid := person.get("puuid"), str)}
    for index, puuid in enumerate(one for one in _listed(document, "metadata") if one != BOT):
        if isinstance(puuid, str) and puuid not in named:
            place = index + 1 if not order else order[index] if index < len(order) else None
            _note(found, puuid, place, places)
    return found


def _people(document: Mapping[str, Any]) -> list[dict[str, Any]]:
    return [person for person in _listed(document, "info") if isinstance(person, dict)]


def _listed(document: Mapping[str, Any], part: str) -> list[Any]:
    held = document.get(part)
    people = held.get("participants") if isinstance(held, dict) else None
    return people if isinstance(people, list) else []


def _note(found: dict[str, str], puuid: Any, place: Any, places: Places) -> None:
    if isinstance(puuid, str) and puuid not in {"", BOT} and isinstance(place, int) and place in places:
        found[puuid] = places[place]


def scrubbed(raw: RawDocument, pseudonyms: Pseudonyms) -> RawDocument:
    """A match or timeline document without these players; it is `without_players` of what was read from it.

    Read from the bytes, so a document that was `closed` will do.

    Raises:
        MalformedDocument: the bytes are no JSON object.
    """
    try:
        document = _Scrubber(pseudonyms).clean(json.loads(raw.body))
        body = _encoded(document)
    except (ValueError, RecursionError) as error:
        raise MalformedDocument("A document to be scrubbed cannot be read.") from error
    if not isinstance(document, dict):
        raise MalformedDocument("A document to be scrubbed is not a JSON object.")
    return RawDocument(body=body, document=document)


class _Scrubber:
    """Goes through a document; people are found by their PUUIDs, wherever these are."""

    def __init__(self, pseudonyms: Pseudonyms) -> None:
        self._pseudonyms = pseudonyms
        # A PUUID is a word of its own: one that another begins with is not meant.
        names = "|".join(map(re.escape, sorted(pseudonyms, key=len, reverse=True)))
        self._pattern = re.compile(rf"(?<![\w-])(?:{names})(?![\w-])")

    def clean(self, value: Any) -> Any:
        if isinstance(value, str):
            return self._text(value)
        if isinstance(value, list):
            return [self.clean(item) for item in value]
        if isinstance(value, dict):
            is_theirs = isinstance(puuid := value.get("puuid"), str) and puuid in self._pseudonyms
            return {
                self._text(key): _without_account(key, item) if is_theirs and key in _PERSONAL else self.clean(item)
                for key, item in value.items()
            }
        return value

    def _text(self, text: str) -> str:
        return self._pattern.sub(lambda found: self._pseudonyms[found[0]], text) if self._pseudonyms else text


def _without_account(key: str, value: Any) -> Any:
    """The same kind of value, saying nothing; what is null stays null."""
    if value is None:
        return None
    return 0 if key in _ACCOUNT_NUMBERS else ""


def _encoded(document: Any) -> bytes:
    try:
        return json.dumps(document, separators=(",", ":"), ensure_ascii=False).encode()
    except UnicodeEncodeError:  # half a surrogate pair, which only an escape can write
        return json.dumps(document, separators=(",", ":")).encode()
