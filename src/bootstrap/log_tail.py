"""Following the logs of a folder while others write them."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from src.bootstrap.console import Console
from src.bootstrap.log_lines import readable

_MOST = 256 * 1024  # bytes of a log that one look takes in; what is older has been overtaken


class LogTail:
    """New lines of the logs `folder`/<name>.log, from the moment on at which this is made."""

    def __init__(self, folder: Path, names: Sequence[str]) -> None:
        self._logs = {name: folder / f"{name}.log" for name in names}
        self._read = {name: _size(log) for name, log in self._logs.items()}
        self._begun = dict.fromkeys(names, b"")

    def news(self) -> Iterator[tuple[str, str]]:
        """Name and text of each whole line written since the last call, log by log."""
        for name, log in self._logs.items():
            for line in self._new_lines(name, log):
                yield name, line.decode(errors="replace")

    def tell(self, console: Console) -> None:
        """Write what is new, and says something, to the console."""
        for name, line in self.news():
            if (told := readable(name, line)) is not None:
                console.say(told)

    def _new_lines(self, name: str, log: Path) -> Sequence[bytes]:
        size = _size(log)
        if size < self._read[name]:  # it has been put aside
            self._read[name], self._begun[name] = 0, b""
        if size == self._read[name]:
            return ()
        if size - self._read[name] > _MOST:
            self._read[name], self._begun[name] = size - _MOST, b""
        with log.open("rb") as file:
            file.seek(self._read[name])
            written = file.read(size - self._read[name])
        self._read[name] += len(written)
        *lines, self._begun[name] = (self._begun[name] + written).split(b"\n")
        return lines


def _size(log: Path) -> int:
    try:
        return log.stat().st_size
    except OSError:
        return 0
