import pytest

from src.core.domain.timeline import Kill, Timeline


def _timeline(*times: float) -> Timeline:
    return Timeline(match_id="EUW1_1", frame_times=times, series={}, kills=(), monsters=(), buildings=())


@pytest.mark.parametrize(
    ("times", "minute", "frame"),
    [
        ((0.0, 60.02, 120.05, 180.1), 2, 2),
        ((0.0, 60.02, 120.0), 2, 2),
        ((0.0, 60.02, 122.0, 180.0), 2, 2),
        ((0.0, 60.02, 122.1, 180.0), 2, 1),
        ((0.0, 60.02, 119.9), 2, None),
        ((0.0, 60.02, 121.0, 121.5), 2, 2),
        ((0.0,), 0, 0),
        ((130.0,), 2, None),
        ((), 0, None),
    ],
)
def test_a_minute_has_the_frame_just_after_it_or_the_last_before(
    times: tuple[float, ...], minute: int, frame: int | None
) -> None:
    """The game must have reached the minute."""
    assert _timeline(*times).frame_at(minute) == frame


@pytest.mark.parametrize(
    ("bounty", "shutdown", "paid"), [(300, 0, 300), (300, 450, 750), (50, -250, 50), (0, 100, 100), (-5, 0, 0)]
)
def test_a_kill_pays_its_bounty_and_what_a_shutdown_adds(bounty: int, shutdown: int, paid: int) -> None:
    kill = Kill(
        time_s=1, killer_id=1, victim_id=6, assist_ids=(), x=None, y=None, bounty=bounty, shutdown_bounty=shutdown
    )
    assert kill.paid == paid
