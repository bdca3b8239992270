"""Parents and their children."""

import asyncio

from src.core.domain.job import Job, JobFilter, JobState, Progress
from src.core.ports.job_ledger import JobLedger
from tests.contract.job_ledger.world import (
    REPLY,
    a_job,
    claimed,
    family,
    not_claimed,
    running,
    state_of,
    submitted,
)


class TestChildren:
    """A parent ends with its last child."""

    async def test_children_are_jobs_of_their_parent(self, ledger: JobLedger) -> None:
        parent = await running(ledger)
        new = [a_job(kind="child") for _ in range(3)]
        children = await ledger.wait_for_children(parent.id, parent.fence, new)
        assert [child.id for child in children] == [child.id for child in new]
        assert {child.parent_id for child in children} == {parent.id}
        assert await state_of(ledger, parent) is JobState.WAITING
        assert await not_claimed(ledger, parent.id)

    async def test_the_parents_result_is_its_childrens_in_order_of_submission(self, ledger: JobLedger) -> None:
        parent, children = await family(ledger, 3)
        for number in (2, 0, 1):
            child = children[number]
            ended = await ledger.succeed(child.id, child.fence, {"stored": [f"M{number}"], "count": 1})
        assert [job.id for job in ended] == [children[1].id, parent.id]
        assert ended[1].state is JobState.SUCCEEDED
        assert ended[1].result == {"stored": ["M0", "M1", "M2"], "count": 3}

    async def test_the_parents_reply_goes_to_whoever_ended_it(self, ledger: JobLedger) -> None:
        _, (child,) = await family(ledger, 1, reply=REPLY)
        assert (await ledger.succeed(child.id, child.fence, {}))[1].reply == REPLY

    async def test_a_child_before_the_last_ends_only_itself(self, ledger: JobLedger) -> None:
        parent, children = await family(ledger, 2)
        assert len(await ledger.succeed(children[0].id, children[0].fence, {})) == 1
        assert await state_of(ledger, parent) is JobState.WAITING

    async def test_a_parent_tells_which_children_failed(self, ledger: JobLedger) -> None:
        """With the child's arguments, so that the caller knows what is missing."""
        parent = await running(ledger)
        new = [a_job(arguments={"match_id": "EUW1_1"}), a_job(arguments={"match_id": "EUW1_2"})]
        lost, stored = [
            await claimed(ledger, child.id) for child in await ledger.wait_for_children(parent.id, parent.fence, new)
        ]
        await ledger.fail(lost.id, lost.fence, error="Boom.", error_kind="Broken")
        ended = await ledger.succeed(stored.id, stored.fence, {"stored": ["M"]})
        missing = {"job_id": str(lost.id), "error": "Boom.", "arguments": {"match_id": "EUW1_1"}}
        assert ended[1].state is JobState.SUCCEEDED
        assert ended[1].result == {"stored": ["M"], "failed": [missing]}

    async def test_a_grandparent_learns_which_grandchildren_failed(self, ledger: JobLedger) -> None:
        _, (parent,) = await family(ledger, 1)
        new = [a_job(arguments={"match_id": "EUW1_1"}), a_job()]
        lost, stored = [
            await claimed(ledger, child.id) for child in await ledger.wait_for_children(parent.id, parent.fence, new)
        ]
        await ledger.fail(lost.id, lost.fence, error="Boom.", error_kind="Broken")
        ended = await ledger.succeed(stored.id, stored.fence, {})
        missing = {"job_id": str(lost.id), "error": "Boom.", "arguments": {"match_id": "EUW1_1"}}
        assert ended[2].result == {"failed": [missing]}

    async def test_a_parent_whose_children_all_failed_fails_for_the_first_ones_reason(self, ledger: JobLedger) -> None:
        parent, children = await family(ledger, 2)
        for number in (1, 0):
            child = children[number]
            await ledger.fail(child.id, child.fence, error=f"Boom {number}.", error_kind=f"Kind{number}")
        ended = await ledger.get(parent.id)
        assert (ended.state, ended.error, ended.error_kind) == (JobState.FAILED, "Boom 0.", "Kind0")

    async def test_of_failed_jobs_a_parent_has_a_result_and_no_other(self, ledger: JobLedger) -> None:
        """By that its failure is known for one that no worker has seen."""
        _, (child,) = await family(ledger, 1)
        lost, parent = await ledger.fail(child.id, child.fence, error="Boom.", error_kind="Broken")
        assert lost.result is None
        assert parent.result == {"failed": [{"job_id": str(lost.id), "error": "Boom.", "arguments": lost.arguments}]}

    async def test_parts_whose_results_do_not_fit_together_fail_their_parent(self, ledger: JobLedger) -> None:
        _, children = await family(ledger, 2)
        await ledger.succeed(children[0].id, children[0].fence, {"n": 1})
        _, parent = await ledger.succeed(children[1].id, children[1].fence, {"n": ["M"]})
        assert (parent.state, parent.error_kind, parent.result) == (JobState.FAILED, "BrokenInvariant", {})

    async def test_without_children_the_parent_ends_at_once(self, ledger: JobLedger) -> None:
        parent = await running(ledger)
        assert await ledger.wait_for_children(parent.id, parent.fence, []) == ()
        ended = await ledger.get(parent.id)
        assert (ended.state, ended.result) == (JobState.SUCCEEDED, {})

    async def test_a_parent_brings_a_result_of_its_own_along(self, ledger: JobLedger) -> None:
        parent = await running(ledger)
        own = {"stored": ["M0"], "count": 1}
        (child,) = await ledger.wait_for_children(parent.id, parent.fence, [a_job()], result=own)
        assert (await ledger.get(parent.id)).result is None
        held = await claimed(ledger, child.id)
        ended = await ledger.succeed(held.id, held.fence, {"stored": ["M1"], "count": 2})
        assert ended[1].result == {"stored": ["M0", "M1"], "count": 3}

    async def test_without_children_the_parent_ends_with_its_own_result(self, ledger: JobLedger) -> None:
        parent = await running(ledger)
        await ledger.wait_for_children(parent.id, parent.fence, [], result={"stored": []})
        ended = await ledger.get(parent.id)
        assert (ended.state, ended.result) == (JobState.SUCCEEDED, {"stored": []})

    async def test_children_may_follow_each_other(self, ledger: JobLedger) -> None:
        parent = await running(ledger)
        first, second = a_job(), a_job()
        second = second.model_copy(update={"follows": first.id})
        await ledger.wait_for_children(parent.id, parent.fence, [second, first])
        assert await not_claimed(ledger, second.id)
        held = await claimed(ledger, first.id)
        await ledger.fail(held.id, held.fence, error="Boom.", error_kind="Broken")
        released = await ledger.release_followers([first.id])
        assert [job.id for job in released] == [second.id, parent.id], "the last child ends its parent"
        assert await state_of(ledger, parent) is JobState.FAILED

    async def test_children_that_cannot_start_end_their_parent_at_once(self, ledger: JobLedger) -> None:
        lost = await submitted(ledger)
        await ledger.cancel(lost.id)
        parent = await running(ledger)
        (child,) = await ledger.wait_for_children(parent.id, parent.fence, [a_job(follows=lost.id)])
        assert (child.state, child.error_kind) == (JobState.FAILED, "PredecessorFailed")
        assert await state_of(ledger, parent) is JobState.FAILED

    async def test_grandparents_end_too(self, ledger: JobLedger) -> None:
        grandparent, (parent,) = await family(ledger, 1)
        (child,) = await ledger.wait_for_children(parent.id, parent.fence, [a_job()])
        held = await claimed(ledger, child.id)
        ended = await ledger.succeed(held.id, held.fence, {"n": 1})
        assert [job.id for job in ended] == [child.id, parent.id, grandparent.id]
        assert ended[2].result == {"n": 1}

    async def test_a_child_without_children_of_its_own_ends_its_parent(self, ledger: JobLedger) -> None:
        grandparent, (parent,) = await family(ledger, 1)
        await ledger.wait_for_children(parent.id, parent.fence, [])
        assert await state_of(ledger, grandparent) is JobState.SUCCEEDED

    async def test_waiting_twice_is_waiting_once(self, ledger: JobLedger) -> None:
        """The first call may have succeeded although its caller saw an error."""
        parent = await running(ledger)
        new = [a_job(), a_job()]
        first = await ledger.wait_for_children(parent.id, parent.fence, new)
        assert await ledger.wait_for_children(parent.id, parent.fence, new) == first

    async def test_a_child_whose_key_somebody_holds_is_still_a_job_of_its_own(self, ledger: JobLedger) -> None:
        """A parent can only wait for children of its own."""
        stranger = await submitted(ledger, idempotency_key="k")
        parent = await running(ledger)
        (child,) = await ledger.wait_for_children(parent.id, parent.fence, [a_job(idempotency_key="k")])
        assert child.id != stranger.id
        held = await claimed(ledger, child.id)
        assert len(await ledger.succeed(held.id, held.fence, {})) == 2

    async def test_last_children_at_once_end_the_parent_once(self, ledger: JobLedger) -> None:
        for _ in range(5):
            parent, children = await family(ledger, 4)
            ends = await asyncio.gather(*(ledger.succeed(child.id, child.fence, {"n": 1}) for child in children))
            assert sorted(len(end) for end in ends) == [1, 1, 1, 2]
            assert (await ledger.get(parent.id)).result == {"n": 4}

    async def test_whole_families_ending_at_once_do_not_lock_each_other_out(self, ledger: JobLedger) -> None:
        grandparent, parents = await family(ledger, 3)
        grandchildren: list[Job] = []
        for parent in parents:
            children = await ledger.wait_for_children(parent.id, parent.fence, [a_job(), a_job()])
            grandchildren.extend([await claimed(ledger, child.id) for child in children])
        await asyncio.gather(*(ledger.succeed(child.id, child.fence, {"n": 1}) for child in grandchildren))
        assert (await ledger.get(grandparent.id)).result == {"n": 6}


class TestProgressOfFamilies:
    """What children have done, their parents have done."""

    async def test_a_waiting_parents_progress_counts_its_childrens(self, ledger: JobLedger) -> None:
        parent = await running(ledger)
        await ledger.report_progress(parent.id, parent.fence, Progress(step="matches", done=10, total=100))
        new = [a_job(), a_job(), a_job()]
        first, second, _ = await ledger.wait_for_children(parent.id, parent.fence, new)
        assert await done_of(ledger, parent) == 10
        for job, done in ((first, 7), (second, 5)):
            held = await claimed(ledger, job.id)
            await ledger.report_progress(held.id, held.fence, Progress(step="fetch", done=done, total=30))
        assert (await ledger.get(parent.id)).progress == Progress(step="matches", done=22, total=100)
        await ledger.succeed(held.id, held.fence, {})
        assert await done_of(ledger, parent) == 22, "what has ended still counts"
        (listed,) = await ledger.find(JobFilter(), limit=10)
        assert listed.progress == Progress(step="matches", done=22, total=100)

    async def test_grandchildren_count_too(self, ledger: JobLedger) -> None:
        grandparent = await running(ledger)
        await ledger.report_progress(grandparent.id, grandparent.fence, Progress(step="matches", done=1, total=9))
        (child,) = await ledger.wait_for_children(grandparent.id, grandparent.fence, [a_job()])
        parent = await claimed(ledger, child.id)
        await ledger.report_progress(parent.id, parent.fence, Progress(step="matches", done=2, total=8))
        (grandchild,) = await ledger.wait_for_children(parent.id, parent.fence, [a_job()])
        held = await claimed(ledger, grandchild.id)
        await ledger.report_progress(held.id, held.fence, Progress(step="fetch", done=4, total=6))
        assert [await done_of(ledger, job) for job in (grandparent, parent, held)] == [7, 6, 4]

    async def test_an_ended_parent_keeps_how_far_its_children_came(self, ledger: JobLedger) -> None:
        grandparent = await running(ledger)
        await ledger.report_progress(grandparent.id, grandparent.fence, Progress(step="matches", done=1, total=9))
        (child,) = await ledger.wait_for_children(grandparent.id, grandparent.fence, [a_job()])
        parent = await claimed(ledger, child.id)
        await ledger.report_progress(parent.id, parent.fence, Progress(step="matches", done=2, total=8))
        (grandchild,) = await ledger.wait_for_children(parent.id, parent.fence, [a_job()])
        held = await claimed(ledger, grandchild.id)
        await ledger.report_progress(held.id, held.fence, Progress(step="fetch", done=4, total=6))
        await ledger.cancel(grandparent.id)
        await ledger.end_cancelled(held.id, held.fence, {})
        assert [await done_of(ledger, job) for job in (grandparent, parent, held)] == [7, 6, 4]

    async def test_what_an_ended_part_has_done_counts_once(self, ledger: JobLedger) -> None:
        grandparent = await running(ledger)
        await ledger.report_progress(grandparent.id, grandparent.fence, Progress(step="matches", done=1, total=9))
        child, _ = await ledger.wait_for_children(grandparent.id, grandparent.fence, [a_job(), a_job()])
        parent = await claimed(ledger, child.id)
        await ledger.report_progress(parent.id, parent.fence, Progress(step="matches", done=2, total=8))
        (grandchild,) = await ledger.wait_for_children(parent.id, parent.fence, [a_job()])
        held = await claimed(ledger, grandchild.id)
        await ledger.report_progress(held.id, held.fence, Progress(step="fetch", done=4, total=6))
        await ledger.succeed(held.id, held.fence, {})
        assert [await done_of(ledger, job) for job in (grandparent, parent, held)] == [7, 6, 4]

    async def test_a_parent_that_reported_nothing_has_no_progress(self, ledger: JobLedger) -> None:
        parent, (child,) = await family(ledger, 1)
        await ledger.report_progress(child.id, child.fence, Progress(step="fetch", done=4, total=6))
        assert (await ledger.get(parent.id)).progress is None
        await ledger.succeed(child.id, child.fence, {})
        assert (await ledger.get(parent.id)).progress is None


async def done_of(ledger: JobLedger, job: Job) -> int:
    progress = (await ledger.get(job.id)).progress
    assert progress is not None
    return progress.done
