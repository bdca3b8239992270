"""Taking a request for an analysis: who asks, about which account and match."""

from src.core.domain.binding import choose_binding
from src.core.domain.job import Job, NewJob
from src.core.domain.regions import parse_match_id
from src.core.domain.reply import Reply
from src.core.ports.randomness import Randomness
from src.core.ports.user_binding import IUserBindingRepository
from src.core.services.allowances import ANALYSES
from src.core.services.answer_jobs import AnswerJobs

ANALYZE_MATCH = "src.tasks.analysis_tasks.analyze_match"
"""The task that answers; its arguments are `puuid`, `platform`, `match_id`, `details`."""


ANALYZE_QUEUE = "default"
"""Served by the smallest documented worker (`WORKER_QUEUE=matches,ai,default`): players wait here."""


class AnalysisRequests:
    """Turns `/analyze`, and the controls under an answer, into a job."""

    def __init__(self, bindings: IUserBindingRepository, answers: AnswerJobs, randomness: Randomness) -> None:
        self._bindings = bindings
        self._answers = answers
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
        main account. `replaces` is the id of the message whose answer the new one takes the place of (see
        `AnswerJobs.submit`).

        Raises:
            InvalidInput: malformed match id.
            BindingNotFound: nothing is linked, or not that account.
            TooOften: another answer for that message is under way, or the user has asked for many.
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
        )
        return await self._answers.submit(job, owner=discord_id, reply=reply, replaces=replaces, allowance=ANALYSES)
