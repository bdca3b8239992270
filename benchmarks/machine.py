"""What a measurement was made on."""

import os
import platform
from datetime import UTC, datetime
from pathlib import Path


def machine() -> dict[str, str]:
    """Cores, CPU model, Python and date (UTC), for a line above a table."""
    return {
        "cores": str(os.cpu_count()),
        "cpu": cpu_model(_read("/proc/cpuinfo")) or platform.processor() or platform.machine(),
        "python": platform.python_version(),
        "date": f"{datetime.now(UTC):%Y-%m-%d}",
    }


def cpu_model(cpuinfo: str) -> str:
    r"""The model that `/proc/cpuinfo` names, or nothing.

    >>> cpu_model("processor\t: 0\nmodel name\t: Example 9000\n")
    'Example 9000'
    """
    names = (line.partition(":")[2].strip() for line in cpuinfo.splitlines() if line.startswith("model name"))
    return next(names, "")


def _read(path: str) -> str:
    try:
        return Path(path).read_text()
    except OSError:
        return ""
