"""Jobs that fetch a player's latest matches, for a profile that shows them."""

from collections.abc import Sequence
from typing import Final

from src.core.domain.binding import Binding, ProvenAccount, choose_binding, one_time_hash
from src.core.domain.job import Job, Lane, NewJob
from src.core.domain.reply import Reply
from src.core.errors import TooOften
from src.core.ports.randomness import Randomness
from src.core.ports.user_binding import IUserBindingRepository
from src.core.services.job_submission import JobSubmission

REFRESH_PROFILE: Final = "src.tasks.profile_tasks.refresh_profile"
"""The task; its arguments are `puuid` and `platform`."""

REFRESH_QUEUE: Final = "default"
"""For those who wait."""

LINK_QUEUE: Final = "matches"
"""For links: many at once must not take the processes that people wait for (docs/adr/0010).

Both are served by the smallest documented worker (`WORKER_QUEUE=matches,ai,default`).
"""

_PRIORITY: Final = 7  # a person may look on
_TRY_AGAIN_S: Final = 5.0


class ProfileRequests:
    """Makes and submits them: for a person who waits, and for an account that has just been linked."""

    def __init__(self, bindings: IUserBindingRepository, jobs: JobSubmission, randomness: Randomness) -> None:
        self._bindings = bindings
        self._jobs = jobs
        self._randomness = randomness

    async def submit(self, *, discord_id: str, account: str | None, reply: Reply, replaces: str | None = None) -> Job:
        """Fetch the latest matches of one of the user's accounts, and show its profile then.

        `account`: see `choose_binding`. The same interaction submitted twice is one job. `replaces` is the id of the
        message whose answer the profile takes the place of: one at a time.

        Raises:
            BindingNotFound: nothing is linked, or not that account.
            TooOften: another answer for that message is under way.
        """
        binding = choose_binding(await self._bindings.bindings_of(discord_id), account)
        token = one_time_hash(reply.token.get_secret_value())
        waited_for = {
            "lane": Lane.INTERACTIVE,
            "owner": discord_id,
            "idempotency_key": f"answer:{replaces}" if replaces else f"interaction:{token}",
            "reply": reply,
        }
        job = self._job(binding).model_copy(update=waited_for)
        submitted = (await self._jobs.submit(job))[0]
        if replaces and submitted.id != job.id:
            raise TooOften("One moment: another answer is on its way to this message.", retry_after=_TRY_AGAIN_S)
        return submitted

    def for_link(self, account: ProvenAccount) -> NewJob:
        """The job of an account that is being linked, to be written in the same transaction; nobody is told of it."""
        return self._job(account).model_copy(update={"queue": LINK_QUEUE})

    async def announce(self, jobs: Sequence[NewJob]) -> None:
        """Publish the hints of jobs that were written; what fails here the reconciler does."""
        await self._jobs.announce(jobs)

    def _job(self, account: Binding | ProvenAccount) -> NewJob:
        return NewJob(
            id=self._randomness.job_id(),
            kind=REFRESH_PROFILE,
            arguments={"puuid": account.puuid, "platform": account.platform.value},
            queue=REFRESH_QUEUE,
            priority=_PRIORITY,
        )
