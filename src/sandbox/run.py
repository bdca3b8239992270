"""`make run`: the whole system until Ctrl-C, against Discord and Riot or in the sandbox."""

import signal
from pathlib import Path
from typing import Final

from src.bootstrap.console import Console
from src.bootstrap.credentials import MISSING_HEADINGS, credentials, missing_credentials, missing_table
from src.bootstrap.real_run import run_for_real
from src.bootstrap.servers import only_run
from src.bootstrap.settings import BotSettings, read_settings
from src.bot.sync_commands import is_uploaded
from src.sandbox.playground import run_playground
from src.sandbox.settings_check import check_sandbox_settings

_VAR: Final = Path("var")
_ASKED_TO_END: Final = {128 + signal.SIGTERM, 128 + signal.SIGHUP}


def run_system(*, sandbox: bool) -> None:
    """Run until SIGINT or SIGTERM, or until a process does not stay up.

    Raises:
        ConfigurationError: a setting is wrong, or a credential is refused.
        ServerStartError: something does not start, or ends again and again.
    """
    console = Console()
    try:
        with only_run(_VAR):
            _run(console, sandbox=sandbox)
    except KeyboardInterrupt:
        pass
    except SystemExit as asked:
        if asked.code not in _ASKED_TO_END:
            raise
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # all is done: one more Ctrl-C ends nothing
    console.say("stopped; the data stay in var/")


def _run(console: Console, *, sandbox: bool) -> None:
    missing = missing_credentials()
    if sandbox or missing:
        if missing and not sandbox:
            _say_why(console, missing)
        check_sandbox_settings()
        run_playground(console, _VAR)
        return
    _tell_missing(console)
    if not is_uploaded(read_settings(BotSettings)):
        console.warn("These commands were not uploaded from here: run `chimera sync-commands` in another shell.")
    run_for_real(console, _VAR)


def _say_why(console: Console, missing: list[str]) -> None:
    """Why it is the sandbox. Whoever has set a part of what is needed is told all that is missing."""
    if any(credential.is_set for credential in credentials()):
        console.warn(f"{' and '.join(missing)} not set: playing in the sandbox.")
        _tell_missing(console)
    else:
        console.say("No credentials in .env: playing in the sandbox, where Discord and Riot are stand-ins.")


def _tell_missing(console: Console) -> None:
    rows = missing_table()
    if rows:
        console.table(MISSING_HEADINGS, rows)
