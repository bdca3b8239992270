"""CPU time of processes, from /proc."""

import os
from pathlib import Path

_TICKS = os.sysconf("SC_CLK_TCK")
# Fields of /proc/PID/stat after the command's name: parent, and user and system time, its own and its dead children's.
_PARENT, _TIMES = 1, slice(11, 15)


def cpu_seconds(root: int) -> float:
    """CPU time that a process and all below it have used so far, those that have ended included."""
    stats = _stats()
    family = found = {root}
    while found:
        found = {pid for pid, fields in stats.items() if int(fields[_PARENT]) in family} - family
        family |= found
    ticks = sum(int(field) for pid in family if pid in stats for field in stats[pid][_TIMES])
    return ticks / _TICKS


def _stats() -> dict[int, list[str]]:
    stats = {}
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            text = path.read_text()
        except OSError:  # it has ended in between
            continue
        stats[int(path.parent.name)] = text.rpartition(")")[2].split()
    return stats
