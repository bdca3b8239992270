"""All that belongs to a Discord user: shown, and taken away."""

from typing import Any, Protocol
from uuid import UUID

from src.core.domain.job import Job, NewJob
from src.core.domain.personal_data import Erased, Erasure, KeptData


class PersonalData(Protocol):
    """Export and erasure. Raises Unavailable when the database cannot be reached.

    To a user belong the Riot accounts they have linked, and those that are nobody's now and were last theirs; and of
    these their matches, years and jobs. A job that is addressed to somebody (argument `discord_id`) belongs to them
    alone, whatever else it names. Names count whole: an id or a Riot ID within a longer one is another's.
    """

    async def summary(self, discord_id: str) -> KeptData:
        """How much is kept of the user."""
        ...

    async def export(self, discord_id: str, *, most_matches: int, most_jobs: int) -> dict[str, Any]:
        """All of it as JSON, at most the newest `most_matches` and the newest `most_jobs`.

        `{"accounts": [{...}], "players": [{...}], "years": [{...}], "matches": {"columns": [names], "rows":
        [[values]], "left_out": n}, "jobs": {"entries": [{...}], "left_out": n}, "links": [{...}],
        "links_under_way": [{...}]}`. Times are ISO 8601. No secrets: neither reply tokens nor what signs somebody in.
        """
        ...

    async def erase(self, discord_id: str, *, job: NewJob) -> Erased:
        """Take everything away but the matches, in one transaction, which also submits `job` for these.

        The job's id names the erasure: once more under the same id it changes nothing and answers what it took. From
        its end on, tombstones stand for the user's accounts. Links, proofs under way, players, years and the queue's
        work go; lines of the audit log stay with names for logs in place of identities (see `user_hash`). Jobs that
        are about the user stay as empty rows, final, so that a message that is still on its way finds that there is
        nothing to do: the user's own as cancelled, those that others have asked for as failed (`error_kind`
        PlayerForgotten), their answers still to be given. So does what others have proven to be theirs of the user's
        accounts and not linked yet.
        """
        ...

    async def erasure(self, erasure_id: UUID) -> Erasure | None:
        """An erasure whose matches are not done; None once `finish` was called."""
        ...

    async def sweep(self, erasure_id: UUID) -> tuple[Job, ...]:
        """Take away jobs that were submitted in the moment of the erasure, by whoever had just read the user's links.

        What was submitted since the user, or one of the accounts, is linked again stays: that is asked for anew.
        Answers all jobs that the erasure has emptied, as they are now; none once `finish` was called.
        """
        ...

    async def pseudonymise(self, puuid: str, *, limit: int) -> int:
        """Take the player out of `limit` of their matches, each for good; answers of how many, 0 once none is left.

        Matches in which no known player takes part besides, and that count in nobody's year, go altogether. Of the
        others only this player's part changes. Nothing happens to whom no tombstone stands for (any more).
        """
        ...

    async def finish(self, erasure_id: UUID) -> None:
        """Forget the erasure itself, and with it the last PUUID: only the tombstones stay."""
        ...

    async def unfinished(self, *, older_than: float) -> tuple[UUID, ...]:
        """Erasures that began more than `older_than` seconds ago and are not done."""
        ...

    async def forget_audit(self, *, older_than: float) -> int:
        """Delete lines of the audit log of links written more than `older_than` seconds ago; answers how many.

        The last line about an account of which something is kept stays: it says to whom that belongs. Steps of linking
        that have expired go as well.
        """
        ...
