"""A hint whose job cannot be claimed just now."""

import pytest
from celery.exceptions import Reject

from src.core.domain.job import JobState
from src.tasks import job_task
from src.tasks.match_tasks import fetch_match_history
from tests.unit.core.services.games import ME
from tests.unit.tasks.in_process import InProcess


def test_a_hint_goes_back_while_the_ledger_is_away(world: InProcess, monkeypatch: pytest.MonkeyPatch) -> None:
    """A worker would use up a whole queue of hints in the second that a Postgres takes to restart."""
    monkeypatch.setattr(job_task, "_CLAIM_AGAIN_AFTER", 0.0)
    job_id = world.submit(fetch_match_history, ME, "europe", 1)
    world.ledger.is_down = True
    fetch_match_history.push_request(id=str(job_id), hostname="w@h", called_directly=False, is_eager=False)
    with pytest.raises(Reject) as rejected:
        fetch_match_history(puuid=ME, region="europe", count=1)
    fetch_match_history.pop_request()
    assert vars(rejected.value)["requeue"] is True
    world.ledger.is_down = False
    assert world.job(job_id).state is JobState.QUEUED
