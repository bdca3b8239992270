"""Taking a request for an analysis: who asks, about which account and match."""

from src.core.domain.binding import choose_binding, one_time_hash
from src.core.domain.job import Job, Lane, NewJob
from src.core.domain.regions import parse_match_id
from src.core.domain.reply import Reply
from src.core.errors import TooOften
from src.core.ports.randomness import Randomness
from src.core.ports.user_binding import IUserBindingRepository
from src.core.services.job_submission import JobSubmission

ANALYZE_MATCH = "src.tasks.analysis_tasks.analyze_match"
"""The task that answers; its arguments are `puuid`, `platform`, `match_id`, `details`."""


ANALYZE_QUEUE = "default"
"""Served by the smallest documented worker (`WORKER_QUEUE=matches,ai,default`): players wait here."""


_TRY_AGAIN_S = 5.0


class AnalysisRequests:
    """Turns `/analyze`, and the controls under an answer, into a job."""

    def __init__(self, bindings: IUserBindingRepository, jobs: JobSubmission, randomness: Randomness) -> None:
        self._bindings = bindings
        self._jobs = jobs
        self._randomness = randomness

    async def submit(
        self,
        *,
        discord_id: str,
        match: str | None,
        account: str | None,
        reply: Reply,
        details: bool = False,
        replaces: str | None = None,
    ) -> Job:
        """Submit the analysis of `match` (an id; None: the last match) for one of the user's accounts.

        `details`: the answer shows every participant as well.

        `account` is a Riot ID or PUUID as the autocomplete gives it, or a mark (see `choose_binding`); None means the
        main account. The same interaction submitted twice is one job. `replaces` is the id of the message whose answer
        the new one takes the place of: one at a time.

        Raises:
            InvalidInput: malformed match id.
            BindingNotFound: nothing is linked, or not that account.
            TooOften: another answer for that message is under way.
        """
        match_id = parse_match_id(match)[0] if match and match.strip() else None
        binding = choose_binding(await self._bindings.bindings_of(discord_id), account)
        job = NewJob(
            id=self._randomness.job_id(),
            kind=ANALYZE_MATCH,
            arguments={
                "puuid": binding.puuid,
                "platform": binding.platform.value,
                "match_id": match_id,
                "details": details,
            },
            queue=ANALYZE_QUEUE,
            lane=Lane.INTERACTIVE,
            owner=discord_id,
            idempotency_key=_key(reply, replaces),
            reply=reply,
        )
        submitted = (await self._jobs.submit(job))[0]
        if replaces and submitted.id != job.id:
            raise TooOften("One moment: another answer is on its way to this message.", retry_after=_TRY_AGAIN_S)
        return submitted


def _key(reply: Reply, replaces: str | None) -> str:
    return f"answer:{replaces}" if replaces else f"interaction:{one_time_hash(reply.token.get_secret_value())}"
