"""The supervisor and its children, as real processes."""

import asyncio
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

import pytest

from src.bootstrap.processes import ChildExit, ChildProcess, Supervisor
from tests.real_documents import PROJECT

PYTHONPATH = f"{PROJECT}:{Path(pytest.__file__).parents[1]}"

# A main process with two pool children, all of them deaf to SIGTERM.
STUBBORN_GROUP = """
import os, signal, sys, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
for _ in range(2):
    if os.fork() == 0:
        break
else:
    print("up", flush=True)
time.sleep(300)
"""

SLEEPER = "import time; print('up', flush=True); time.sleep(300)"


def python(code: str) -> list[str]:
    return [sys.executable, "-c", code]


def is_gone(pid: int) -> bool:
    """It has ended (its parent may not have noticed yet)."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] in "ZX"
    except FileNotFoundError:
        return True


def group_of(pid: int) -> list[int]:
    """Living members of the process group `pid`."""
    members = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
        except (FileNotFoundError, ProcessLookupError):
            continue
        if int(fields[2]) == pid and fields[0] not in "ZX":
            members.append(int(stat.parent.name))
    return members


def wait_for(condition: Any, *, seconds: float = 10) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.02)


def next_exit(supervisor: Supervisor) -> ChildExit:
    """The next child that ends unasked."""
    ends: list[ChildExit] = []

    def has_ended() -> bool:
        ends.extend(supervisor.poll())
        return bool(ends)

    wait_for(has_ended)
    assert len(ends) == 1
    return ends[0]


def wait_for_line(child: ChildProcess, line: str = "up") -> None:
    wait_for(lambda: line in child.last_lines())


NOTES_ITS_END = """
import signal, sys, time
def end(*_):
    open(sys.argv[1], 'a').write(sys.argv[2] + ' ')
    sys.exit()
signal.signal(signal.SIGTERM, end)
print('up', flush=True)
time.sleep(300)
"""


def test_children_stop_in_reverse_order(tmp_path: Path) -> None:
    ends = tmp_path / "ends"
    with Supervisor(tmp_path) as supervisor:
        for name in ("first", "second", "third"):
            wait_for_line(supervisor.start(name, [*python(NOTES_ITS_END), str(ends), name]))
    assert ends.read_text() == "third second first "


def test_a_child_that_is_started_again_keeps_its_place(tmp_path: Path) -> None:
    """The worker that crashed once is still the last to stop."""
    ends = tmp_path / "ends"
    with Supervisor(tmp_path) as supervisor:
        first, second = (
            supervisor.start(name, [*python(NOTES_ITS_END), str(ends), name]) for name in ("first", "second")
        )
        wait_for_line(second)
        first.send(signal.SIGKILL)
        assert next_exit(supervisor).name == "first"
        wait_for_line(supervisor.restart("first"))
        supervisor.stop_all()
        assert ends.read_text() == "second first "
        assert supervisor.poll() == []


def test_a_stubborn_child_is_killed_with_its_whole_group(tmp_path: Path) -> None:
    with Supervisor(tmp_path, patience=0.2) as supervisor:
        child = supervisor.start("worker", python(STUBBORN_GROUP))
        wait_for(lambda: len(group_of(child.pid)) == 3)
        wait_for_line(child)
        supervisor.stop("worker")
        assert child.exit_code() == -signal.SIGKILL
        wait_for(lambda: not group_of(child.pid))


def test_pool_children_do_not_outlive_a_main_process_that_crashes(tmp_path: Path) -> None:
    with Supervisor(tmp_path) as supervisor:
        child = supervisor.start("worker", python(STUBBORN_GROUP))
        wait_for(lambda: len(group_of(child.pid)) == 3)
        wait_for_line(child)
        child.send(signal.SIGKILL)
        end = next_exit(supervisor)
        assert str(end) == "worker was killed by SIGKILL: up"
        wait_for(lambda: not group_of(child.pid))


def test_a_crash_is_told_once_with_the_end_of_its_own_log(tmp_path: Path) -> None:
    with Supervisor(tmp_path) as supervisor:
        supervisor.start("api", python("print('of an earlier run')"))
        next_exit(supervisor)
        code = "import sys; print('starting'); print(); sys.exit('port 8000 is taken')"
        supervisor.start("api", python(code))
        steady = supervisor.start("steady", python(SLEEPER))

        end = next_exit(supervisor)

        assert (end.name, end.code, end.last_lines) == ("api", 1, ("starting", "port 8000 is taken"))
        assert str(end) == "api ended with exit code 1: port 8000 is taken"
        in_json = ChildExit("api", 1, ('{"event": "port 8000 is taken", "level": "error"}',))
        assert str(in_json) == str(end)
        assert supervisor.poll() == []
        assert steady.exit_code() is None


def test_a_program_that_does_not_exist_is_a_crash_that_says_so(tmp_path: Path) -> None:
    with Supervisor(tmp_path) as supervisor:
        supervisor.start("api", ["/no/such/program"])
        assert str(next_exit(supervisor)).endswith("cannot start /no/such/program: No such file or directory")


def test_a_name_is_used_once_at_a_time(tmp_path: Path) -> None:
    with Supervisor(tmp_path) as supervisor:
        supervisor.start("bot", python(SLEEPER))
        with pytest.raises(ValueError, match="bot is running already"):
            supervisor.start("bot", python(SLEEPER))
        supervisor.stop("bot")
        supervisor.start("bot", python(SLEEPER))


def test_a_child_gets_the_environment_and_the_additions(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("INHERITED", "yes")
    code = "import os; print(os.environ['INHERITED'], os.environ['ADDED'])"
    with Supervisor(tmp_path) as supervisor:
        supervisor.start("env", python(code), env={"ADDED": "too"})
        end = next_exit(supervisor)
        assert end.last_lines == ("yes too",)


def test_a_child_runs_in_a_session_of_its_own_with_ordinary_signals(tmp_path: Path) -> None:
    """Ctrl-C in the terminal must not reach it, and `nohup ... &` must not make it deaf."""
    previous = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        with Supervisor(tmp_path) as supervisor:
            child = supervisor.start("bot", python(SLEEPER))
            wait_for_line(child)
            assert os.getsid(child.pid) == child.pid
            child.send(signal.SIGINT)
            end = next_exit(supervisor)
            assert end.last_lines[-1] == "KeyboardInterrupt"
    finally:
        signal.signal(signal.SIGINT, previous)


def test_another_thread_may_not_start_a_child(tmp_path: Path) -> None:
    """The kernel would end the child together with that thread."""
    errors: list[BaseException] = []

    def start() -> None:
        try:
            ChildProcess("bot", python(SLEEPER), log=tmp_path / "bot.log")
        except RuntimeError as error:
            errors.append(error)

    thread = threading.Thread(target=start)
    thread.start()
    thread.join()
    assert [str(error) for error in errors] == ["bot must be started from the main thread: it would die with this one"]


def test_a_large_log_is_put_aside(tmp_path: Path) -> None:
    log = tmp_path / "bot.log"
    log.write_bytes(b"old\n" * 3_000_000)
    with Supervisor(tmp_path) as supervisor:
        supervisor.start("bot", python("print('new')"))
        next_exit(supervisor)
    assert log.read_text() == "new\n"
    assert (tmp_path / "bot.log.1").stat().st_size == 12_000_000


TALKS_MUCH = """
import os, sys, time
print("early" * 3_000_000, flush=True)
while not os.path.exists(sys.argv[1]):
    time.sleep(0.02)
print("late", flush=True)
time.sleep(300)
"""


def test_a_log_that_grows_is_put_aside_while_its_writer_goes_on(tmp_path: Path) -> None:
    """The writer keeps its open file; what it says next is in the log, which is short again."""
    log, go_on = tmp_path / "bot.log", tmp_path / "go on"
    log.write_text("of an earlier run\n")
    with Supervisor(tmp_path) as supervisor:
        child = supervisor.start("bot", [*python(TALKS_MUCH), str(go_on)])
        wait_for(lambda: log.stat().st_size > 15_000_000)
        supervisor.shorten_logs()
        assert log.stat().st_size == 0
        go_on.touch()
        wait_for_line(child, "late")
        supervisor.shorten_logs()
        assert log.read_text() == "late\n"
        assert (tmp_path / "bot.log.1").stat().st_size > 15_000_000


def test_one_child_that_cannot_be_stopped_properly_does_not_spare_the_others(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As when the terminal that shows our own log is gone."""

    def stop(escalation: Any) -> None:
        raise BrokenPipeError

    supervisor = Supervisor(tmp_path)
    children = [supervisor.start(name, python(SLEEPER)) for name in ("first", "second")]
    monkeypatch.setattr(children[1], "stop", stop)
    with pytest.raises(BrokenPipeError), supervisor:
        pass
    assert children[0].exit_code() == -signal.SIGTERM
    children[1].kill_group()
    assert children[1].wait(10)


@pytest.mark.parametrize(
    ("number", "error"), [(signal.SIGINT, KeyboardInterrupt), (signal.SIGTERM, SystemExit), (signal.SIGHUP, SystemExit)]
)
def test_a_signal_leaves_the_block_and_stops_the_children(
    tmp_path: Path, number: signal.Signals, error: type[BaseException]
) -> None:
    children: list[ChildProcess] = []

    def program() -> None:
        with Supervisor(tmp_path) as supervisor:
            children.append(supervisor.start("bot", python(SLEEPER)))
            wait_for_line(children[0])
            os.kill(os.getpid(), number)
            time.sleep(10)

    before = signal.getsignal(number)
    with pytest.raises(error):
        program()
    assert children[0].exit_code() == -signal.SIGTERM
    assert signal.getsignal(number) is before


def test_a_signal_leaves_an_event_loop_too(tmp_path: Path) -> None:
    children: list[ChildProcess] = []

    async def program() -> None:
        with Supervisor(tmp_path) as supervisor:
            children.append(supervisor.start("bot", python(SLEEPER)))
            await asyncio.to_thread(wait_for_line, children[0])
            os.kill(os.getpid(), signal.SIGTERM)
            await asyncio.sleep(60)

    with pytest.raises(SystemExit), asyncio.Runner(loop_factory=asyncio.new_event_loop) as runner:
        runner.run(program())
    assert children[0].exit_code() == -signal.SIGTERM


SUPERVISED = """
import sys, time
from pathlib import Path
from src.bootstrap.processes import Supervisor
with Supervisor(Path(sys.argv[1]), patience=60) as supervisor:
    print(supervisor.start("worker", [sys.executable, "-c", sys.argv[2]]).pid, flush=True)
    time.sleep(300)
"""

# As Celery's pool: the children ask for it themselves (see worker_process_init).
POOL = """
import os, time
from src.bootstrap.processes import die_with_parent
main = os.getpid()
if os.fork() == 0:
    die_with_parent(parent=main)
print("up", flush=True)
time.sleep(300)
"""


def supervised(tmp_path: Path, code: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [*python(SUPERVISED), str(tmp_path), code],
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": PYTHONPATH},
        cwd=PROJECT,
    )


def test_children_and_their_pools_die_with_a_supervisor_that_is_killed(tmp_path: Path) -> None:
    with supervised(tmp_path, POOL) as process:
        assert process.stdout is not None
        worker = int(process.stdout.readline())
        log = tmp_path / "worker.log"
        wait_for(lambda: log.read_text() == "up\nup\n")
        members = group_of(worker)
        assert len(members) == 2
        process.kill()
    wait_for(lambda: all(is_gone(pid) for pid in members))


def test_a_second_signal_kills_what_does_not_stop(tmp_path: Path) -> None:
    with supervised(tmp_path, STUBBORN_GROUP) as process:
        assert process.stdout is not None
        worker = int(process.stdout.readline())
        wait_for(lambda: len(group_of(worker)) == 3)
        log = tmp_path / "worker.log"
        wait_for(lambda: log.read_text() == "up\n")
        process.send_signal(signal.SIGTERM)
        with pytest.raises(subprocess.TimeoutExpired):
            process.wait(timeout=0.5)
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=10) == 128 + signal.SIGTERM
    wait_for(lambda: not group_of(worker))


def test_a_parent_that_is_gone_already_counts_as_ended() -> None:
    code = "from src.bootstrap.processes import die_with_parent; die_with_parent(parent=1 << 22); print('alive')"
    env = {**os.environ, "PYTHONPATH": PYTHONPATH}
    done = subprocess.run(python(code), capture_output=True, env=env, check=False)
    assert (done.returncode, done.stdout) == (-signal.SIGKILL, b"")
