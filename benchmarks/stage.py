"""A system to measure: embedded servers, the schema and the stand-in for Riot, in a folder of its own."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from benchmarks.results import PROJECT, RESULTS
from src.bootstrap.servers import EmbeddedServers
from src.sandbox.stage import Stage, sandbox_stage

STAGE = RESULTS / "system"


def say(line: str) -> None:
    """Tell whoever watches how far it is."""
    sys.stderr.write(f"{line}\n")
    sys.stderr.flush()


@contextmanager
def bench_stage(**settings: str) -> Iterator[Stage]:
    """The stage, fresh; `settings` are in the environment of its processes. Its data are gone afterwards."""
    before = dict(os.environ)
    os.environ.update(settings)
    try:
        with sandbox_stage(STAGE, say, fresh=True) as stage:
            yield stage
    finally:
        os.environ.clear()
        os.environ.update(before)
        EmbeddedServers(STAGE).remove_data()


def real_documents() -> Path | None:
    """The folder of real documents, if this machine has one."""
    folder = Path(os.environ.get("CHIMERA_REAL_DOCUMENTS") or PROJECT.parent / "shared" / "riot-data")
    return folder if os.access(folder, os.R_OK | os.X_OK) else None
