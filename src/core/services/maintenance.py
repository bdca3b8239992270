"""Keeping the house: old jobs go, and every component is asked how it is."""

import asyncio
from collections.abc import Awaitable, Callable, Collection, Mapping
from datetime import timedelta
from typing import Any

import structlog

from src.core.errors import ConfigurationError, InvalidInput, RateLimited
from src.core.ports.absence_store import AbsenceStore
from src.core.ports.clock import Clock
from src.core.ports.job_ledger import JobLedger
from src.core.services.job_execution import JobExecution, in_words
from src.core.services.match_ingest import Reporter
from src.core.services.privacy import PrivacyService

_log = structlog.get_logger(__name__)
_DAY = 86_400.0
_LONGEST_DAYS = 3650
_BATCH = 500
_TIME_LIMIT = 5.0  # seconds; a component that takes longer is as good as down

HealthCheck = Callable[[], Awaitable[Mapping[str, Any] | None]]
"""Raises when the component is down; what it answers is shown beside the status."""


class Cleanup:
    """Deletes what nobody needs. Matches and timelines stay: Riot forgets them, we do not."""

    def __init__(
        self,
        ledger: JobLedger,
        execution: JobExecution,
        absences: AbsenceStore,
        clock: Clock,
        privacy: PrivacyService | None = None,
    ) -> None:
        """Without `privacy`, what it keeps is not looked after here."""
        self._privacy = privacy
        self._ledger = ledger
        self._execution = execution
        self._absences = absences
        self._clock = clock

    async def clean(self, days: int, *, known_kinds: Collection[str], report: Reporter) -> dict[str, int]:
        """Delete jobs that ended more than `days` (1-3650) ago, and end those of kinds that no code knows.

        Documents that Riot did not have, and might have been asked for again a day ago, are forgotten with them; so are
        old lines of the audit log of links, and erasures that did not come to their end go on.
        Kinds are unknown after a day: while a deploy is under way, another worker may know them. Answers
        `{"jobs": deleted, "given_up": ended}`.

        Raises:
            InvalidInput: `days` out of range.
        """
        if isinstance(days, bool) or not isinstance(days, int) or not 1 <= days <= _LONGEST_DAYS:
            raise InvalidInput(f"days must be a number between 1 and {_LONGEST_DAYS}.")
        given_up = await self._ledger.give_up_unknown(known_kinds, older_than=_DAY)
        await self._execution.settle(given_up)
        deleted = 0
        while gone := await self._ledger.forget_finished(older_than=days * _DAY, limit=_BATCH):
            deleted += gone
            await report("deleting_jobs", deleted, 0)
        forgotten = await self._absences.forget(ask_again_before=self._clock.now() - timedelta(seconds=_DAY))
        _log.info("absences_forgotten", count=forgotten)
        if self._privacy is not None:
            _log.info("personal_data_tidied", **await self._privacy.tidy())
        return {"jobs": deleted, "given_up": len(given_up)}


class SystemHealth:
    """Asks every component, all at once, for at most five seconds."""

    def __init__(self, checks: Mapping[str, HealthCheck], clock: Clock) -> None:
        self._checks = checks
        self._clock = clock

    async def examine(self, *, only: Collection[str] | None = None) -> dict[str, Any]:
        """How everything is, or `only` these components; never raises for one that is down.

        Answers `{"status": "healthy" | "degraded", "components": {name: {"status": "ok" | "down" | "unknown",
        "latency_ms" or "reason", ...}}}`. A component that cannot be judged now degrades nothing.
        """
        checks = {name: check for name, check in self._checks.items() if only is None or name in only}
        states = await asyncio.gather(*(self._state(name, check) for name, check in checks.items()))
        is_degraded = any(state["status"] == "down" for state in states)
        return {
            "status": "degraded" if is_degraded else "healthy",
            "components": dict(zip(checks, states, strict=True)),
        }

    async def _state(self, name: str, check: HealthCheck) -> dict[str, Any]:
        asked_at = self._clock.now()
        try:
            async with asyncio.timeout(_TIME_LIMIT):
                details = await check()
        except TimeoutError:
            return self._down(name, f"It did not answer within {_TIME_LIMIT:g} s.")
        except (ConfigurationError, RateLimited) as error:  # nothing was asked
            return {"status": "unknown", "reason": in_words(error)}
        except Exception as error:  # noqa: BLE001 - whatever a check raises, the component is down
            return self._down(name, in_words(error))
        latency = (self._clock.now() - asked_at).total_seconds() * 1000
        return {"status": "ok", "latency_ms": round(latency, 1), **(details or {})}

    @staticmethod
    def _down(name: str, reason: str) -> dict[str, Any]:
        _log.warning("component_down", component=name, reason=reason)
        return {"status": "down", "reason": reason}
