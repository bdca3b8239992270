"""Taking requests for the sample tasks, with which people try the queue out."""

from typing import Any

from src.core.domain.job import Job, NewJob
from src.core.ports.randomness import Randomness
from src.core.services.job_submission import JobSubmission

ADD = "test.add"
SLEEP = "test.sleep"
LONG_TASK = "test.long_task"
_QUEUE = "analysis"


class TaskRequests:
    """Turns a request for a sample task into a job."""

    def __init__(self, jobs: JobSubmission, randomness: Randomness) -> None:
        self._jobs = jobs
        self._randomness = randomness

    async def submit(
        self,
        kind: str,
        arguments: dict[str, Any],
        *,
        request_key: str | None = None,
        request_fingerprint: str | None = None,
    ) -> Job:
        """Submit a job of one of the kinds above; the same request asked again is the same job.

        Raises:
            RequestConflict: `request_key` was used for another request.
        """
        job = NewJob(
            id=self._randomness.job_id(),
            kind=kind,
            arguments=arguments,
            queue=_QUEUE,
            request_key=request_key,
            request_fingerprint=request_fingerprint,
        )
        return (await self._jobs.submit(job))[0]
