"""What is kept of a Discord user, and what became of it."""

from dataclasses import dataclass, field
from uuid import UUID

from src.core.domain.job import Job

AUDIT_KEPT_DAYS = 180
"""So long a line of the audit log of links is kept."""

STRAGGLERS_COME_WITHIN = 15.0
"""Seconds: whoever read a user's links before they went has submitted their job by then, if they do at all."""


@dataclass(frozen=True, slots=True)
class KeptData:
    """How much is kept of a user.

    `accounts`: the Riot IDs of their linked accounts, and of those they had linked that are nobody's now; `matches`:
    in which one of these took part; `years`: of match statistics; `jobs`: what they asked Chimera to do, and what was
    done for their accounts; `audit_lines`: of the log of links; `links_under_way`: begun and not finished.
    """

    accounts: tuple[str, ...]
    matches: int
    years: int
    jobs: int
    audit_lines: int
    links_under_way: int = 0


@dataclass(frozen=True, slots=True)
class Erased:
    """What an erasure took away.

    `job_ids`: of the jobs that were emptied; `ended`: those of them that had not ended, as they have ended now.
    """

    id: UUID
    accounts: int
    job_ids: tuple[UUID, ...] = ()
    ended: tuple[Job, ...] = field(default=(), repr=False)


@dataclass(frozen=True, slots=True)
class Erasure:
    """An erasure whose matches are not done yet: whose they are."""

    id: UUID
    puuids: tuple[str, ...] = field(repr=False)
