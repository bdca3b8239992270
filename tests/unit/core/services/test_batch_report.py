"""What is told of a batch."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from src.core.services.batch_report import BatchOrder, BatchReport
from src.core.services.history_recovery import RecoveryReport
from src.core.services.match_ingest import IngestReport


@pytest.mark.parametrize("report", [IngestReport, RecoveryReport])
def test_an_attempt_goes_on_from_what_another_version_has_told(report: type[BatchReport]) -> None:
    resumed = report.resumed({"missing": ["EUW1_1"], "intact": 3, "postponed": ["EUW1_2"]})
    assert resumed == report(missing=["EUW1_1"])
    assert report.resumed({}) == report()


def test_what_was_told_is_not_changed_by_who_goes_on() -> None:
    told = {"missing": ["EUW1_1"]}
    IngestReport.resumed(told).missing.append("EUW1_2")
    assert told == {"missing": ["EUW1_1"]}


def test_what_is_unavailable_is_not_done() -> None:
    report = IngestReport(unavailable=["EUW1_1"])
    assert (report.match_ids, report.has_anything) == (frozenset(), False)
    report.skipped.append("EUW1_2")
    assert (report.match_ids, report.has_anything) == (frozenset({"EUW1_2"}), True)


@given(asked=st.permutations(range(20)), done=st.permutations(range(20)), at_once=st.integers(1, 6))
def test_lists_are_in_the_order_of_the_batch(asked: list[int], done: list[int], at_once: int) -> None:
    asked_ids, done_ids = (list(map(str, numbers)) for numbers in (asked, done))
    report, order = IngestReport(stored=["of another batch"]), BatchOrder(asked_ids)
    for start in range(0, 20, at_once):
        report.stored.extend(done_ids[start : start + at_once])
        order.restore(report)
        assert report.stored[1:] == [match_id for match_id in asked_ids if match_id in report.stored]
    assert report.stored == ["of another batch", *asked_ids]


def test_putting_in_order_costs_what_is_new() -> None:
    """Else a batch of thousands costs more for each handful the further it is."""
    looks = 0

    class Counted(str):
        __slots__ = ()

        def __hash__(self) -> int:
            nonlocal looks
            looks += 1
            return super().__hash__()

        __eq__ = str.__eq__

    ids = [Counted(number) for number in range(5000)]
    report, order = IngestReport(), BatchOrder(ids)
    looks = 0
    for start in range(0, 5000, 10):
        report.stored.extend(reversed(ids[start : start + 10]))
        order.restore(report)
    assert report.stored == ids
    assert looks < 5000 * 20
