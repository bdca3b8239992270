"""The whole life of jobs with a fault at every call: a parent with children, a follower, a failure, a cancel."""

from collections import Counter
from contextlib import suppress
from functools import partial
from typing import Any
from uuid import UUID

import pytest

from src.core.domain.job import Job, JobState, Lane, Progress
from src.core.errors import InvalidInput, Unavailable
from src.core.services.job_execution import Held
from tests.fakes.faults import Fault, ProcessKilled, Script
from tests.fakes.jobs import a_new_job, a_reply
from tests.unit.core.services.machine import HandedOn, Machine, survives

PARENT, FOLLOWER, DOOMED, PERSON = (UUID(int=number) for number in (1000, 2000, 3000, 4000))

every_fault = pytest.mark.parametrize("fault", list(Fault))
once_or_twice = pytest.mark.parametrize("in_a_row", [1, 2])


async def _split(machine: Machine, job: Job) -> Any:
    """Hand the rest to two children with fresh ids, as `JobTask.spawn` does."""
    children = [
        a_new_job(kind="part", id=machine.execution.randomness.job_id(), arguments={"match_id": f"NA1_{number}"})
        for number in (1, 2)
    ]
    await machine.execution.wait_for_children(job, children, result={"listed": 2})
    raise HandedOn


async def _store(machine: Machine, job: Job) -> Any:
    await machine.execution.report(Held(job), Progress(step="matches", done=1, total=1))
    return {"stored": [job.arguments["match_id"]]}


async def _refuse(_machine: Machine, _job: Job) -> Any:
    raise InvalidInput("This can never be done.")


async def _stumble(_machine: Machine, job: Job) -> Any:
    if job.attempts == 0:
        raise Unavailable("Riot is away.", retry_after=5.0)
    return {"tries": job.attempts + 1}


def _machine(script: Script) -> Machine:
    return Machine(script, {"split": _split, "part": _store, "refuse": _refuse, "stumble": _stumble})


async def _play_family(script: Script) -> None:
    machine = _machine(script)
    parent = a_new_job(kind="split", id=PARENT)
    follower = a_new_job(kind="part", id=FOLLOWER, follows=PARENT, arguments={"match_id": "NA1_3"})
    await machine.submit(parent, follower)
    await machine.run()
    jobs = {job.id: job for job in machine.rows.jobs}
    assert Counter(job.state for job in jobs.values()) == {JobState.SUCCEEDED: 4}
    assert jobs[PARENT].result == {"listed": 2, "stored": ["NA1_1", "NA1_2"]}
    assert machine.broker.result_of(PARENT) == jobs[PARENT].result
    assert jobs[FOLLOWER].result == {"stored": ["NA1_3"]}


async def _play_failure(script: Script) -> None:
    """A job that fails takes its follower along; somebody waits for both."""
    machine = _machine(script)
    doomed = a_new_job(kind="refuse", id=DOOMED, reply=a_reply())
    await machine.submit(doomed, a_new_job(kind="part", id=FOLLOWER, follows=DOOMED))
    await machine.run()
    jobs = {job.id: job for job in machine.rows.jobs}
    assert (jobs[DOOMED].state, jobs[DOOMED].error_kind) == (JobState.FAILED, "InvalidInput")
    assert (jobs[FOLLOWER].state, jobs[FOLLOWER].error_kind) == (JobState.FAILED, "PredecessorFailed")
    assert jobs[DOOMED].error == "This can never be done."


async def _play_retry(script: Script) -> None:
    """A person waits for a job that works at the second attempt."""
    machine = _machine(script)
    await machine.submit(a_new_job(kind="stumble", id=PERSON, lane=Lane.INTERACTIVE, max_retries=4))
    await machine.run()
    [job] = machine.rows.jobs
    assert job.state is JobState.SUCCEEDED
    assert job.attempts >= 1
    assert job.result == machine.broker.result_of(PERSON)


async def _play_cancel(script: Script) -> None:
    """Cancelled before anything of it has started: nothing of it ever starts."""
    machine = _machine(script)
    await machine.submit(a_new_job(kind="part", id=PARENT, not_before=5.0), a_new_job(kind="part", follows=PARENT))
    while not machine.rows.jobs[0].state.is_final:  # the person asks again until it is so
        with suppress(Unavailable, ProcessKilled):
            await machine.ledger.cancel(PARENT)
    await machine.run()
    assert {job.state for job in machine.rows.jobs} == {JobState.CANCELLED, JobState.FAILED}
    assert all(job.fence == 0 for job in machine.rows.jobs)


PLAYS = {"family": _play_family, "failure": _play_failure, "retry": _play_retry, "cancel": _play_cancel}


@every_fault
@once_or_twice
@pytest.mark.parametrize("play", PLAYS.values(), ids=PLAYS.keys())
async def test_a_job_ends_once_and_as_it_should(play: Any, fault: Fault, in_a_row: int) -> None:
    """Whichever call fails and however: nothing is lost, nothing is done twice over, every result is out."""
    await survives(partial(play), fault, in_a_row=in_a_row)
