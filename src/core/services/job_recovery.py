"""The reconciler: whatever is overdue is published again, whatever ended gets its result out."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass

import structlog

from src.core.errors import ChimeraError, Unavailable
from src.core.ports.job_ledger import JobLedger
from src.core.ports.job_queue import JobQueue
from src.core.services.job_execution import JobExecution

_log = structlog.get_logger(__name__)
_BATCH = 200
_SETTLE_AFTER = 5.0


@dataclass(frozen=True, slots=True)
class Recovered:
    """What one round did: hints published again, results put out."""

    republished: int
    settled: int


class JobRecovery:
    """Turns lost messages, flushed queues and killed workers into a delay. Any number may run at once."""

    def __init__(self, ledger: JobLedger, queue: JobQueue, execution: JobExecution) -> None:
        self._ledger = ledger
        self._queue = queue
        self._execution = execution

    async def reconcile(self) -> Recovered:
        """One round.

        Raises:
            Unavailable: Postgres or Redis cannot be reached; the next round makes up for it.
        """
        recovered = Recovered(await self._republish(), await self._settle())
        if recovered.republished or recovered.settled:
            _log.info("jobs_recovered", republished=recovered.republished, settled=recovered.settled)
        return recovered

    async def keep_going(self, *, every: float, fraction: Callable[[], float]) -> None:
        """Reconcile for ever, every `every` seconds on average: retries are due to the second, without a beat."""
        while True:
            await asyncio.sleep(every * (0.5 + fraction()))
            try:
                await self.reconcile()
            except ChimeraError as error:
                _log.warning("reconcile_postponed", reason=str(error))
            except Exception:  # noqa: BLE001
                # Whatever it is, the next round must come: without it a bare worker never retries anything.
                _log.exception("reconcile_failed")

    async def _republish(self) -> int:
        hints = await self._ledger.overdue(limit=_BATCH)
        if not hints:
            return 0
        try:
            await self._queue.publish(hints)
        except Unavailable:
            # They were marked as published: an outage must not make them wait longer and longer.
            await self._ledger.unpublish([hint.job_id for hint in hints])
            raise
        return len(hints)

    async def _settle(self) -> int:
        outcomes = self._execution.outcomes
        await outcomes.release()
        return await outcomes.settle(await self._ledger.unsettled(older_than=_SETTLE_AFTER, limit=_BATCH))
