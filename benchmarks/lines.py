"""Lines to and from the processes that a benchmark starts."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import subprocess


def tell(process: "subprocess.Popen[str]", line: str) -> None:
    """Send a line to a process."""
    assert process.stdin is not None
    process.stdin.write(f"{line}\n")
    process.stdin.flush()


def hear(process: "subprocess.Popen[str]", what: str) -> str:
    """The next line of a process; `what` names it if there is none.

    Raises:
        RuntimeError: it ended early.
    """
    assert process.stdout is not None
    line = process.stdout.readline()
    if not line:
        raise RuntimeError(f"a process of {what} ended early")
    return line.strip()


def close(process: "subprocess.Popen[str]") -> None:
    """Kill a process that still runs, and close what leads to it."""
    process.kill()
    process.wait()
    for pipe in (process.stdin, process.stdout):
        if pipe is not None:
            pipe.close()
