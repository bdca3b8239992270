"""What is kept between two runs of the sandbox, and for how long."""

import hashlib
from datetime import UTC, datetime

from src.sandbox.riot import World
from src.sandbox.stage import EDITION, edition

_NOW = datetime(2026, 11, 28, 9, 20, tzinfo=UTC)
_PINNED = (3, "1920eeee2029ec12")


def _digest() -> str:
    """Of some games of everybody's: what was just played, and what there was on the evenings before."""
    world = World(seed=1, now=_NOW)
    digest = hashlib.sha256()
    for player in world.players():
        for listed in world.history(player.puuid)[:12:3]:
            for document in (world.match(listed.match_id), world.timeline(listed.match_id)):
                digest.update(document.as_json() if document else b"none")
    return digest.hexdigest()[:16]


def test_whoever_changes_the_generated_games_raises_the_edition() -> None:
    """Else data kept from before are shown beside documents of other games under the same ids.

    Raise `EDITION`, then pin both anew.
    """
    assert (EDITION, _digest()) == _PINNED


def test_another_seed_is_another_edition() -> None:
    assert edition(1) != edition(2)
