"""The doctor's findings in the terminal."""

from rich.text import Text

from src.bootstrap.console import Console
from src.bootstrap.doctor import Finding

_SUBJECT_WIDTH = 22


def tell(console: Console, finding: Finding) -> None:
    """Say one: aligned, with what to do in a line below, for whoever looks on; in a single line for programs."""
    mark, style = ("ok", "green") if finding.is_good else ("--", "dim") if finding.optional else ("BAD", "bold red")
    if not console.is_terminal:
        console.say(f"{mark:<4} {finding}")
        return
    state_style = "" if finding.is_good else "dim" if finding.optional else "red"
    console.say(
        Text.assemble((f"{mark:<4} ", style), finding.subject.ljust(_SUBJECT_WIDTH), (finding.state, state_style))
    )
    if finding.remedy:
        console.indented(finding.remedy, 5, "dim" if finding.optional else "yellow")
