"""Results of the parts, kept as JSON in var/bench."""

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Self

from benchmarks.machine import machine

PROJECT = Path(__file__).resolve().parents[1]
RESULTS = PROJECT / "var" / "bench"


@dataclass(frozen=True, slots=True)
class Result:
    """What a part came to, and where and when."""

    part: str
    quick: bool
    machine: dict[str, str]
    measured: dict[str, Any]

    @classmethod
    def of(cls, part: str, measured: dict[str, Any], *, quick: bool) -> Self:
        """A result of now and here."""
        return cls(part, quick, machine(), measured)

    @classmethod
    def load(cls, part: str, folder: Path = RESULTS) -> Self | None:
        """The last result of a part, or None."""
        path = folder / f"{part}.json"
        return cls(**json.loads(path.read_text("utf-8"))) if path.exists() else None

    def save(self, folder: Path = RESULTS) -> None:
        """Keep it in place of the part's last one."""
        folder.mkdir(parents=True, exist_ok=True)
        (folder / f"{self.part}.json").write_text(json.dumps(asdict(self), indent=1) + "\n", "utf-8")

    def circumstances(self) -> str:
        """Date and machine in one line."""
        here = self.machine
        told = f"{here['date']}, {here['cores']} cores ({here['cpu']}), Python {here['python']}"
        return f"{told}, short run" if self.quick else told
