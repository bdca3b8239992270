"""Sample tasks, to see that everything works: nothing of Riot's is asked."""

import asyncio
from typing import Any

from src.core.errors import InvalidInput
from src.tasks.job_task import JobTask
from src.tasks.utils import SAMPLE_RETRY, TaskProgressTracker, reliable_task

_LONGEST = 200.0  # seconds; below the soft time limit
_STAGES = ("fetching", "reading", "analysing", "scoring", "storing")
_STAGE_S = 2.0
_LOOK_S = 1.0  # how often a sleeper looks whether it was cancelled


@reliable_task(SAMPLE_RETRY, queue="analysis", name="test.add")
def add(task: JobTask, x: int, y: int) -> int:  # noqa: ARG001 - every task is bound
    """Add two numbers.

    Returns:
        Their sum.
    """
    return x + y


@reliable_task(SAMPLE_RETRY, queue="analysis", name="test.sleep")
def sleep(task: JobTask, seconds: float) -> dict[str, Any]:
    """Sleep for some seconds (0-200); a cancel ends it within a second or two.

    Returns:
        `{"success": True, "slept": seconds}`.
    """
    if not 0 <= seconds <= _LONGEST:
        raise InvalidInput(f"seconds must be between 0 and {_LONGEST:.0f}.")
    task.wait(_sleep(task, seconds))
    return {"success": True, "slept": seconds}


async def _sleep(task: JobTask, seconds: float) -> None:
    left = seconds
    while left > 0:
        await task.report("sleeping", round(seconds - left), round(seconds))
        await asyncio.sleep(min(_LOOK_S, left))
        left -= _LOOK_S


@reliable_task(SAMPLE_RETRY, queue="analysis", name="test.long_task")
def long_task(task: JobTask) -> dict[str, Any]:
    """Go through five stages of two seconds each, reporting progress.

    Returns:
        `{"success": True, "stages": [{"stage", "status", "progress"}, ...]}`.
    """
    stages: list[dict[str, Any]] = []
    task.keep({"stages": stages})
    with TaskProgressTracker(task, "long_task", total_steps=len(_STAGES)) as tracker:
        for done, stage in enumerate(_STAGES, start=1):
            task.wait(asyncio.sleep(_STAGE_S))
            tracker.update(stage, done=done)
            stages.append({"stage": stage, "status": "completed", "progress": 100 * done // len(_STAGES)})
    return {"success": True, "stages": stages}
