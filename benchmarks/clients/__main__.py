"""`python -m benchmarks.clients NAME`: one process of one client.

Standard input brings a line of JSON (`{"warm_up": [...], "ids": [...]}`), then, once this process has said `ready`, a
line that starts it. Then it tells, as JSON, what it stored and the CPU time that took.
"""

import asyncio
import json
import os
import resource
import sys
import time
from contextlib import AbstractAsyncContextManager
from importlib import import_module
from typing import Any, TextIO

from benchmarks.clients.client import Client


def main() -> int:
    """Run the client named on the command line."""
    answers = os.fdopen(os.dup(1), "w")  # what vendors print goes where errors go
    os.dup2(2, 1)
    opened = import_module(f"benchmarks.clients.{sys.argv[1]}").opened
    task = json.loads(sys.stdin.readline())
    answer = asyncio.run(_run(opened(), task, answers))
    answers.write(json.dumps(answer) + "\n")
    answers.flush()
    return 0


async def _run(opened: AbstractAsyncContextManager[Client], task: dict[str, Any], answers: TextIO) -> dict[str, Any]:
    async with opened as client:
        await client.ingest(task["warm_up"])  # imports, connections, prepared statements
        answers.write("ready\n")
        answers.flush()
        sys.stdin.readline()  # nothing else runs in this process until it comes
        cpu, began = _cpu(), time.perf_counter()
        tally = await client.ingest(task["ids"])
        seconds, cpu = time.perf_counter() - began, _cpu() - cpu
    return {"stored": tally.stored, "failures": tally.failures, "seconds": seconds, "cpu": cpu}


def _cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


if __name__ == "__main__":
    sys.exit(main())
