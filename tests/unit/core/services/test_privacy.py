"""Export and erasure, for the person they are about."""

import json
import threading
from typing import Any

import pytest

from src.core.domain.binding import LinkAudit, LinkEvent
from src.core.domain.job import JobState
from src.core.domain.personal_data import AUDIT_KEPT_DAYS
from src.core.domain.pseudonyms import is_pseudonym
from src.core.errors import PlayerForgotten, TooOften, Unavailable
from src.core.services import privacy
from src.core.services.maintenance import Cleanup
from src.core.services.privacy import PSEUDONYMISE_PLAYER, PrivacyService
from tests.fakes.absence_store import FakeAbsenceStore
from tests.fakes.jobs import a_new_job
from tests.fakes.randomness import FakeRandomness
from tests.lives import ANN, ANNS_NAME, BOB, ME, a_reply, a_sync, an_analysis
from tests.unit.core.services.leaving_world import World

DAY = 86_400.0


@pytest.fixture
async def world() -> World:
    world = World()
    await world.fill()
    return world


class TestExport:
    """All that belongs to somebody, as a file."""

    async def test_it_is_readable_and_explains_itself(self, world: World) -> None:
        body = await world.privacy.export(ANN)
        export = json.loads(body)
        assert export["exported_at"] == world.clock.now().isoformat()
        assert str(AUDIT_KEPT_DAYS) in export["about"]["notice"]["how long"]
        assert set(export["about"]["parts"]) == set(export) - {"exported_at", "about", "discord_id"}
        assert ANNS_NAME.game_name.replace('"', '\\"') in body.decode()
        assert body.count(b"\n") > 20

    async def test_halves_of_surrogate_pairs_do_not_spoil_it(self, world: World) -> None:
        await world.data.ledger.submit([an_analysis().model_copy(update={"arguments": {"odd": "\ud83d"}})])
        export = json.loads(await world.privacy.export(ANN))
        assert export["jobs"]["entries"][0]["arguments"] == {"odd": "\ud83d"}

    async def test_it_fits_into_a_message_and_says_what_it_leaves_out(
        self, world: World, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        for _ in range(40):
            await world.data.ledger.submit([an_analysis().model_copy(update={"arguments": {"long": "x" * 1000}})])
        monkeypatch.setattr(privacy, "_MOST_BYTES", 20_000)
        body = await world.privacy.export(ANN)
        jobs = json.loads(body)["jobs"]
        assert len(body) <= 20_000
        assert len(jobs["entries"]) > 0
        assert len(jobs["entries"]) + jobs["left_out"] == 40

    async def test_it_is_put_together_beside_the_event_loop(
        self, world: World, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """It takes a second or more, in which nobody else's command must wait."""
        threads: list[int] = []

        def written(_document: Any, *, most: int) -> bytes:
            threads.append(threading.get_ident())
            return b"{}"

        monkeypatch.setattr(privacy, "export_document", written)
        assert await world.privacy.export(ANN) == b"{}"
        assert threading.get_ident() not in threads

    async def test_everybody_gets_one_a_minute(self, world: World) -> None:
        await world.privacy.export(ANN)
        await world.privacy.export(BOB)
        with pytest.raises(TooOften) as refused:
            await world.privacy.export(ANN)
        assert refused.value.retry_after == 60.0
        world.clock.advance(60.0)
        await world.privacy.export(ANN)

    async def test_who_has_nothing_gets_a_file_that_says_so(self, world: World) -> None:
        export = json.loads(await world.privacy.export("104200000000000001"))
        assert export["accounts"] == export["jobs"]["entries"] == export["matches"]["rows"] == []


class TestErasure:
    """The moment somebody leaves."""

    async def test_the_rest_is_a_job_that_names_nobody(self, world: World) -> None:
        erased = await world.privacy.erase(ANN)
        [job] = [job for job in world.data.ledger.jobs if job.kind == PSEUDONYMISE_PLAYER]
        assert (job.id, job.arguments, job.owner) == (erased.id, {"erasure_id": str(erased.id)}, None)
        assert [hint.job_id for hint in world.queue.published] == [erased.id]

    async def test_hints_results_and_shared_answers_are_forgotten(self, world: World) -> None:
        await world.jobs.submit(an_analysis())
        await world.privacy.erase(ANN)
        assert [hint.kind for hint in world.queue.published] == [PSEUDONYMISE_PLAYER]
        assert world.shared.cleared == 1

    async def test_whoever_waits_for_a_result_learns_that_there_is_none(self, world: World) -> None:
        (job,) = await world.jobs.submit(an_analysis())
        await world.privacy.erase(ANN)
        assert world.queue.info_of(job.id)[0] == "REVOKED"

    async def test_others_who_asked_are_told_why_and_the_person_is_left_alone(self, world: World) -> None:
        await world.jobs.submit(an_analysis(), a_sync(owner=BOB, reply=a_reply(BOB, "bobs")))
        await world.privacy.erase(ANN)
        assert list(world.answers.interactions) == ["bobs"]
        assert str(PlayerForgotten()) in world.answers.interactions["bobs"].texts[-1]

    async def test_what_followed_their_job_goes_on(self, world: World) -> None:
        (job,) = await world.jobs.submit(an_analysis())
        after = a_new_job(7, follows=job.id, follows_any_end=True)
        await world.jobs.submit(after)
        await world.privacy.erase(ANN)
        assert after.id in {hint.job_id for hint in world.queue.published}

    async def test_a_redis_that_is_down_holds_nothing_up(self, world: World) -> None:
        (job,) = await world.jobs.submit(an_analysis())
        world.queue.is_down = True
        erased = await world.privacy.erase(ANN)
        assert erased.job_ids == (job.id,)
        world.queue.is_down = False
        await world.privacy.pseudonymise(erased.id, report=world.report)
        assert job.id not in {hint.job_id for hint in world.queue.published}
        assert world.queue.info_of(job.id)[0] == "REVOKED"

    async def test_a_database_that_is_down_is_told(self, world: World) -> None:
        world.data.is_down = True
        with pytest.raises(Unavailable):
            await world.privacy.erase(ANN)


class TestPseudonymising:
    """The job that finishes it."""

    async def test_it_reports_and_ends_with_nothing_left_to_name_anybody(self, world: World) -> None:
        await world.fill(25)
        erased = await world.privacy.erase(ANN)
        assert await world.privacy.pseudonymise(erased.id, report=world.report) == 25
        assert world.reports == [0, 10, 20, 25]
        assert await world.data.erasure(erased.id) is None
        kept = [one.match.participants[ME - 1] for one in world.data.matches.matches.values()]
        assert all(is_pseudonym(one.puuid) and one.riot_id is None for one in kept)

    async def test_it_begins_when_whoever_had_just_read_the_links_has_submitted(self, world: World) -> None:
        defaults = PrivacyService(
            data=world.data,
            jobs=world.jobs,
            execution=world.execution,
            queue=world.queue,
            shared=world.shared,
            randomness=FakeRandomness(),
            clock=world.clock,
        )
        await defaults.erase(ANN)
        [job] = [job for job in world.data.ledger.jobs if job.kind == PSEUDONYMISE_PLAYER]
        assert job.not_before == 15.0

    async def test_jobs_that_are_submitted_while_it_works_are_swept_up_too(self, world: World) -> None:
        erased = await world.privacy.erase(ANN)
        late = an_analysis()

        async def report(step: str, done: int, total: int) -> None:
            if done:
                await world.jobs.submit(late)

        await world.privacy.pseudonymise(erased.id, report=report)
        emptied = await world.data.ledger.get(late.id)
        assert (emptied.state, emptied.arguments, emptied.reply) == (JobState.CANCELLED, {}, None)
        assert late.id not in {hint.job_id for hint in world.queue.published}
        assert world.queue.info_of(late.id)[0] == "REVOKED"

    async def test_nothing_is_forgotten_twice_where_nothing_came(self, world: World) -> None:
        await world.jobs.submit(an_analysis())
        erased = await world.privacy.erase(ANN)
        await world.privacy.pseudonymise(erased.id, report=world.report)
        assert world.shared.cleared == 2  # with the erasure, and as its job began

    async def test_what_earlier_attempts_did_counts_on(self, world: World) -> None:
        erased = await world.privacy.erase(ANN)
        assert await world.privacy.pseudonymise(erased.id, report=world.report, done=50) == 53
        assert world.reports == [50, 53]

    async def test_once_done_it_stays_done(self, world: World) -> None:
        erased = await world.privacy.erase(ANN)
        await world.privacy.pseudonymise(erased.id, report=world.report)
        assert await world.privacy.pseudonymise(erased.id, report=world.report, done=3) == 3

    async def test_results_that_nobody_can_wait_for_any_more_are_not_put_out_again(self, world: World) -> None:
        (old,) = await world.data.ledger.submit([an_analysis()])
        held = await world.data.ledger.claim(old.id, worker="w", lease=30.0, max_deaths=3)
        assert held is not None
        await world.data.ledger.succeed(held.id, held.fence, {})
        world.clock.advance(2 * DAY)
        erased = await world.privacy.erase(ANN)
        await world.privacy.pseudonymise(erased.id, report=world.report)
        assert world.queue.settled == []


class TestTidying:
    """What the daily cleanup does for privacy."""

    @pytest.fixture(autouse=True)
    async def refusals(self, world: World) -> None:
        for _ in range(2):
            await world.data.bindings.note(LinkAudit(event=LinkEvent.REFUSED, discord_id=ANN, reason="r"))

    async def test_lines_of_the_audit_log_are_kept_half_a_year(self, world: World) -> None:
        world.clock.advance((AUDIT_KEPT_DAYS - 1) * DAY)
        assert (await world.privacy.tidy())["audit_lines"] == 0
        world.clock.advance(2 * DAY)
        assert (await world.privacy.tidy())["audit_lines"] == 2

    async def test_an_erasure_whose_job_gave_up_gets_another(self, world: World) -> None:
        erased = await world.privacy.erase(ANN)
        held = await world.data.ledger.claim(erased.id, worker="w", lease=30.0, max_deaths=3)
        assert held is not None
        await world.data.ledger.fail(held.id, held.fence, error="e", error_kind="k")
        assert (await world.privacy.tidy())["erasures"] == 0
        world.clock.advance(2 * 3600)
        assert (await world.privacy.tidy())["erasures"] == 1
        [again] = [job for job in world.data.ledger.jobs if job.state is JobState.QUEUED]
        assert (again.kind, again.arguments) == (PSEUDONYMISE_PLAYER, {"erasure_id": str(erased.id)})

    async def test_an_erasure_does_not_wait_for_the_audit_log(
        self, world: World, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        async def stuck(*, older_than: float) -> int:
            raise Unavailable(f"Looking for lines older than {older_than} s takes too long.")

        monkeypatch.setattr(world.data, "forget_audit", stuck)
        await world.privacy.erase(ANN)
        world.clock.advance(2 * 3600)
        before = len(world.data.ledger.jobs)
        [job] = world.data.ledger.jobs
        held = await world.data.ledger.claim(job.id, worker="w", lease=30.0, max_deaths=3)
        assert held is not None
        await world.data.ledger.fail(held.id, held.fence, error="e", error_kind="k")
        with pytest.raises(Unavailable):
            await world.privacy.tidy()
        assert len(world.data.ledger.jobs) == before + 1

    async def test_the_cleanup_sees_to_it(self, world: World) -> None:
        world.clock.advance((AUDIT_KEPT_DAYS + 1) * DAY)
        absences = FakeAbsenceStore(world.data.matches)
        cleanup = Cleanup(world.data.ledger, world.execution, absences, world.clock, world.privacy)
        await cleanup.clean(30, known_kinds=[], report=world.report)
        assert {line.event for line in world.data.bindings.audits} == {LinkEvent.BOUND}
