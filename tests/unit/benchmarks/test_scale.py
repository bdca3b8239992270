"""What fits on the disk, and the ids that both Python and SQL know."""

from benchmarks.scale import affordable, needed
from benchmarks.scale_data import match_id, puuid

_SIZES = (1_000, 10_000, 100_000)


def test_with_enough_disk_every_size_is_measured() -> None:
    assert affordable(_SIZES, needed(_SIZES)) == (list(_SIZES), "")


def test_what_does_not_fit_is_left_out_and_told() -> None:
    sizes, lacking = affordable(_SIZES, needed(_SIZES) - 2_500_000_000)

    assert sizes == [1_000, 10_000]
    assert lacking == "100,000 left out: 2.5 GB too little disk"


def test_match_ids_are_all_different() -> None:
    assert len({match_id(number) for number in range(100_000)}) == 100_000


def test_a_puuid_looks_like_riots() -> None:
    assert len(puuid(3)) == 78
    assert puuid(3) != puuid(4)
    assert all(character.isalnum() or character in "-_" for character in puuid(3))
