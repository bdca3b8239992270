"""Jobs in people's words: what they are called, how far they are, how they ended."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from src.adapters.discord_messages.errors_text import OWN_LENGTH, error_message
from src.adapters.discord_messages.numbers import about, counted
from src.adapters.discord_messages.progress_text import progress_text
from src.core.domain.job import Job, JobState
from src.core.domain.plain_text import clipped, plain
from src.core.errors import error_named
from src.core.ports.answers import ErrorMessage
from src.core.services.analysis_requests import ANALYZE_MATCH
from src.core.services.profile_requests import REFRESH_PROFILE
from src.core.services.sync_requests import SYNC_PLAYER

_RECOVER: Final = "src.tasks.player_tasks.recover_player_data"
_ERROR_LENGTH: Final = 120
_MESSAGE: Final = 2000


def job_name(job: Job) -> str:
    """What a job is called, as Discord's Markdown: `Sync 2026 of Name#TAG`, `Analysis of the last match`."""
    told = job.arguments
    if job.kind == SYNC_PLAYER:
        return f"Sync {year} of {_riot_id(told)}" if (year := _year(job)) else f"Sync of {_riot_id(told)}"
    if job.kind == _RECOVER:
        return f"Repair {year} of {_riot_id(told)}" if (year := _year(job)) else f"Repair of {_riot_id(told)}"
    if job.kind == ANALYZE_MATCH:
        return f"Analysis of {plain(str(told['match_id'])) if told.get('match_id') else 'the last match'}"
    if job.kind == REFRESH_PROFILE:
        return "Fetching the newest matches"
    return plain(job.kind.rpartition(".")[2].replace("_", " ").capitalize())


def summary_text(job: Job, now: datetime) -> str:
    """A job in a list: its name, and how far it is or how and when it ended."""
    name = f"**{job_name(job)}**"
    if job.state.is_final:
        when = "" if job.finished_at is None else f" · <t:{int(job.finished_at.timestamp())}:R>"
        return f"{name} · {_end_in_short(job)}{when}"
    if job.cancel_requested:
        return f"{name} · stopping"
    if job.state is JobState.QUEUED:
        return f"{name} · {_wait(job, now)}"
    if job.progress is None:
        return f"{name} · running"
    return f"{name} · running\n{progress_text(job.progress, seconds_left=job.seconds_left(now))}"


def ended_text(job: Job) -> str:
    """How a job ended that answers with nothing but its result, unless it failed."""
    return clipped(_ended_sync(job) if job.kind == SYNC_PLAYER else _ended_other(job), _MESSAGE)


def failure_message(job: Job) -> ErrorMessage:
    """Why a job failed, and what of it is kept all the same."""
    have, total = _stored_of(job)
    kept = f"{_are_stored(have, total)}; `/sync` goes on from there." if job.kind == SYNC_PLAYER and have else ""
    return _why(job, before_advice=kept)


def _ended_other(job: Job) -> str:
    return f"{job_name(job)} {'is done' if job.state is JobState.SUCCEEDED else 'was cancelled'}."


def _ended_sync(job: Job) -> str:
    result = _result(job)
    new, missing, malformed = (_count(result.get(name)) for name in ("stored", "missing", "malformed"))
    have, total = _stored_of(job)
    stored = _are_stored(have, total)
    if job.state is JobState.CANCELLED and job.started_at is None:
        return f"{job_name(job)} was cancelled before it began."
    if job.state is JobState.CANCELLED:
        return f"Stopped. {stored + '; /sync' if total else '/sync'} goes on from there."
    if not job.arguments and job.result is None:
        return "The sync is done; since then the player has had all that was kept of them erased."
    name = f"**{_riot_id(job.arguments)}**"
    if not total:
        return f"Riot lists no matches of {name} in {_year(job)}."
    left = max(0, total - have - missing - malformed)
    told = [f"Synced {name} for {_year(job)}: {stored} ({f'{new:,}' if new else 'none'} new)."]
    if missing:
        told.append(f"{missing:,} {'is' if missing == 1 else 'are'} no longer at Riot.")
    if malformed:
        told.append(f"{malformed:,} cannot be read: Riot's data is broken there.")
    if left:
        told.append(f"{left:,} could not be fetched; /sync tries {'it' if left == 1 else 'them'} again.")
    return " ".join(told)


def _are_stored(have: int, total: int) -> str:
    return f"{have:,} of {counted(total, 'match', 'matches')} {'is' if total == 1 else 'are'} stored"


def _why(job: Job, *, before_advice: str = "", longest: int = OWN_LENGTH) -> ErrorMessage:
    error = error_named(job.error_kind, job.error)
    return error_message(error, job.error_id, before_advice=before_advice, longest=longest)


def _end_in_short(job: Job) -> str:
    if job.state is JobState.FAILED:
        return f"failed: {_why_in_short(job)}"
    done = "done" if job.state is JobState.SUCCEEDED else "cancelled"
    have, total = _stored_of(job)
    return f"{done}, {_are_stored(have, total)}" if job.kind == SYNC_PLAYER and total else done


def _why_in_short(job: Job) -> str:
    message = _why(job, longest=_ERROR_LENGTH)
    return f"{message.happened.rstrip('.')}{f' ({message.footer})' if message.footer else ''}"


def _wait(job: Job, now: datetime) -> str:
    if job.is_retrying:
        return "waiting to try again: Riot or a server was busy"
    if job.follows is not None and job.next_attempt_at is None:
        return "waiting for another task to end"
    due_in = None if job.next_attempt_at is None or job.not_before <= 0 else job.next_attempt_at - now
    left = about(due_in.total_seconds()) if due_in is not None else None
    return f"starts in {left}" if left else "waiting its turn"


def _riot_id(arguments: Mapping[str, Any]) -> str:
    name, tag = (str(arguments.get(key) or "") for key in ("game_name", "tag_line"))
    return plain(f"{name}#{tag}" if tag else name) or "a player"


def _result(job: Job) -> Mapping[str, Any]:
    return job.result if isinstance(job.result, Mapping) else {}


def _stored_of(job: Job) -> tuple[int, int]:
    """How many matches of a sync are stored, and how many there are."""
    result = _result(job)
    return _count(result.get("stored")) + _count(result.get("skipped")), _number(result.get("total_matches"))


def _year(job: Job) -> int | None:
    year = _result(job).get("year") or job.arguments.get("year")
    return year if isinstance(year, int) else None


def _count(listed: Any) -> int:
    return len(listed) if isinstance(listed, list) else 0


def _number(value: Any) -> int:
    return value if isinstance(value, int) else 0
