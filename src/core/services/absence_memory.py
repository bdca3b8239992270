"""Remembering what Riot does not have while a few matches are fetched."""

from collections.abc import Collection, Mapping

from src.core.domain.absence import SETTLES_AFTER, Absence, DocumentKind, is_settled, wait_before_asking
from src.core.domain.regions import parse_match_id
from src.core.ports.absence_store import AbsenceStore
from src.core.ports.clock import Clock


class AbsenceMemory:
    """Looked up once for a few matches, then kept up to date while they are fetched; see `of`."""

    def __init__(self, store: AbsenceStore, clock: Clock, known: Mapping[tuple[str, DocumentKind], Absence]) -> None:
        self._store = store
        self._clock = clock
        self._known = dict(known)
        self._found: set[tuple[str, DocumentKind]] = set()

    @classmethod
    async def of(cls, match_ids: Collection[str], *, store: AbsenceStore, clock: Clock) -> "AbsenceMemory":
        """What is remembered of these matches (canonical ids)."""
        known = await store.known(match_ids) if match_ids else ()
        return cls(store, clock, {(absence.match_id, absence.document): absence for absence in known})

    def is_absent(self, match_id: str, document: DocumentKind) -> bool:
        """True while Riot need not be asked for the document: it had none a short while ago, or will have none."""
        absence = self._known.get((match_id, document))
        return absence is not None and self._clock.now() < absence.ask_again_at

    def found_absent(self, match_id: str, document: DocumentKind) -> None:
        """Riot has just answered that it has none; `note` writes it down."""
        self._found.add((match_id, document))

    async def note(self) -> None:
        """Write down what was found absent since the last time.

        A timeline that is asked for is a fresh game's. A match is as old as its number says, beside those that are
        stored: so first store what was fetched with it.
        """
        if not self._found:
            return
        found, self._found = self._found, set()
        now = self._clock.now()
        platforms = {parse_match_id(of)[1] for of, document in found if document is DocumentKind.MATCH}
        ended = await self._store.newest_settled(platforms, ended_before=now - SETTLES_AFTER) if platforms else ()
        noted = []
        for match_id, document in found:
            before = self._known.get((match_id, document))
            times = before.times + 1 if before else 1
            settled = document is DocumentKind.MATCH and is_settled(match_id, ended)
            ask_again_at = now + wait_before_asking(times, is_settled=settled)
            noted.append(Absence(match_id, document, times, ask_again_at))
        await self._store.note(noted)
        self._known.update({(absence.match_id, absence.document): absence for absence in noted})
