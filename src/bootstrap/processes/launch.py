"""Start a program that never outlives the process that started it (Linux).

    python -I -S launch.py SIGNAL PARENT_PID UID GID PROGRAM [ARGUMENT ...]

becomes PROGRAM, as user UID and group GID (-1: as who calls), and receives SIGNAL when the thread that
started it ends, whatever ended it: `kill -9` included. It is a script between fork and exec, not
`subprocess`' `preexec_fn`, because that one can deadlock in a program with threads, and ours has them.
So this module imports nothing but the standard library.
"""

import ctypes
import os
import signal
import sys

_PR_SET_PDEATHSIG = 1
_LIBC = ctypes.CDLL(None, use_errno=True)
# Python ignores the first two on its own; whoever started us may ignore or block the others (`nohup`, `&`).
_RESET = (signal.SIGPIPE, signal.SIGXFSZ, signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT)


def die_with_parent(death_signal: int = signal.SIGKILL, *, parent: int | None = None) -> None:
    """Have the kernel send `death_signal` to this process when its parent ends.

    "Parent" is the *thread* that forked this process. The request survives exec, but neither fork nor a
    change of user: call it in the process concerned, after setuid.

    Args:
        death_signal: What to send; SIGKILL suits a pool child with nothing to tidy up.
        parent: The process id the parent should have. When it has died before this call, the kernel would
            never tell: then the signal is sent at once.

    Raises:
        OSError: The kernel refused.
    """
    if _LIBC.prctl(_PR_SET_PDEATHSIG, int(death_signal), 0, 0, 0) != 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))
    if parent is not None and os.getppid() != parent:
        os.kill(os.getpid(), death_signal)


def _become(uid: int, gid: int) -> None:
    os.setgroups([])
    os.setgid(gid)
    os.setuid(uid)


def main(arguments: list[str]) -> None:
    """Replace this process by the program named in `arguments` (see the module's docstring)."""
    for number in _RESET:
        signal.signal(number, signal.SIG_DFL)
    signal.pthread_sigmask(signal.SIG_SETMASK, [])
    death_signal, parent, uid, gid = (int(argument) for argument in arguments[:4])
    command = arguments[4:]
    try:
        if uid >= 0:
            _become(uid, gid)
        die_with_parent(death_signal, parent=parent)
        os.execvp(command[0], command)  # noqa: S606 - becoming that program is the purpose
    except OSError as error:
        sys.exit(f"cannot start {command[0]}: {error.strerror}")


if __name__ == "__main__":
    main(sys.argv[1:])
