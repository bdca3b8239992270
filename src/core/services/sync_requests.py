"""Taking a request to sync a player's year."""

from datetime import timedelta
from uuid import UUID

from src.core.domain.job import Job, NewJob, Rate
from src.core.domain.regions import Platform
from src.core.domain.reply import Reply
from src.core.domain.riot_id import RiotId
from src.core.ports.clock import Clock
from src.core.ports.randomness import Randomness
from src.core.services.job_submission import JobSubmission
from src.core.services.player_sync import PlayerYear
from src.core.services.result_callbacks import ResultCallbacks

SYNC_PLAYER = "src.tasks.player_tasks.sync_player_data"
"""The task; its arguments are `game_name`, `tag_line`, `platform`, `routing`, `year`."""

SYNC_QUEUE = "player_sync"
SYNC_RATE = Rate(count=10, seconds=60)
SYNC_RETRIES = 3
_PRIORITY = 5
_PRIORITY_OF_PEOPLE = 7


class SyncRequests:
    """Turns a Riot ID and a year into a job."""

    def __init__(
        self,
        jobs: JobSubmission,
        randomness: Randomness,
        clock: Clock,
        callbacks: ResultCallbacks,
        *,
        rate: Rate | None = SYNC_RATE,
        max_retries: int = SYNC_RETRIES,
    ) -> None:
        self._rate = rate
        self._max_retries = max_retries
        self._jobs = jobs
        self._randomness = randomness
        self._clock = clock
        self._callbacks = callbacks

    async def submit(
        self,
        *,
        riot_id: RiotId,
        platform: Platform,
        year: int,
        owner: str | None = None,
        reply: Reply | None = None,
        request_key: str | None = None,
        request_fingerprint: str | None = None,
        follows: UUID | None = None,
        not_before: float = 0.0,
        callback_url: str | None = None,
        key_id: str | None = None,
    ) -> tuple[Job, bool]:
        """Submit a sync; answers its job, and whether this started it.

        False: the same owner's sync of this player and year is under way already, or the same request is asked
        again. A sync that starts later (`follows`, `not_before` in seconds) is no substitute for one that starts
        now, nor the other way round. `callback_url` is called once the job has ended, signed for `key_id`.

        Raises:
            InvalidInput: a year without matches.
            WebhookRefused: the callback address can never be called, or callbacks are off.
            JobNotFound: there is no job to follow.
            RequestConflict: `request_key` was used for another request.
        """
        # A request that cannot be done is refused now, not by its job.
        player = PlayerYear.parse(
            riot_id.game_name, riot_id.tag_line, platform=platform, routing=None, year=year, now=self._clock.now()
        )
        job = NewJob(
            id=self._randomness.job_id(),
            kind=SYNC_PLAYER,
            arguments={
                "game_name": player.riot_id.game_name,
                "tag_line": player.riot_id.tag_line,
                "platform": player.platform.value,
                "routing": player.routing.value,
                "year": player.year,
            },
            queue=SYNC_QUEUE,
            priority=_PRIORITY if reply is None else _PRIORITY_OF_PEOPLE,
            owner=owner,
            idempotency_key=f"sync:{owner or ''}:{str(player.riot_id).casefold()}:{platform}:{year}"
            + self._schedule(follows, not_before),
            request_key=request_key,
            request_fingerprint=request_fingerprint,
            follows=follows,
            max_retries=self._max_retries,
            rate=self._rate,
            not_before=not_before,
            reply=reply,
        )
        jobs = [job]
        if callback_url is not None:
            jobs.append(self._callbacks.job_for(callback_url, of=job.id, key_id=key_id, request_key=request_key))
        written = (await self._jobs.submit(*jobs))[0]
        return written, written.id == job.id

    def _schedule(self, follows: UUID | None, not_before: float) -> str:
        """What tells a sync that starts later from one that starts now: after which job, at which minute."""
        after = f":after:{follows}" if follows else ""
        minute = round((self._clock.now() + timedelta(seconds=not_before)).timestamp() / 60)
        return after + (f":at:{minute}" if not_before > 0 else "")
