"""`python -m src.sandbox.riot`: the stand-ins as a process of their own."""

import argparse
import asyncio
import contextlib
import json
import os
import signal
import sys
from pathlib import Path

import structlog
from pydantic import ValidationError

from src.bootstrap.logs import configure_logs
from src.sandbox.riot.rso_grants import RsoClient
from src.sandbox.riot.sandbox import Limits, RiotSandbox
from src.sandbox.riot.world import World
from src.sandbox.settings import SandboxSettings

_log = structlog.get_logger("src.sandbox.riot")


def from_settings(settings: SandboxSettings) -> RiotSandbox:
    """A sandbox as the settings describe it, not started yet."""
    key_file = settings.rso_sandbox_public_key_file
    return RiotSandbox(
        World(
            settings.riot_sandbox_seed,
            now=settings.riot_sandbox_now,
            matches_per_player=settings.riot_sandbox_matches_per_player,
        ),
        data=settings.riot_sandbox_data,
        copies=settings.riot_sandbox_copies,
        limits=Limits(settings.riot_sandbox_app_limit, settings.riot_sandbox_method_limit),
        client=RsoClient(
            client_id=settings.rso_sandbox_client_id,
            redirect_uris=settings.rso_sandbox_redirect_uris,
            secret=settings.rso_sandbox_client_secret.get_secret_value(),
            public_key_pem=key_file.read_text() if key_file else None,
        ),
        cpid_in_userinfo=settings.rso_sandbox_cpid_in_userinfo,
        host=settings.riot_sandbox_host,
        port=settings.riot_sandbox_port,
        latency=settings.riot_sandbox_latency or 0.0,
    )


def announce(sandbox: RiotSandbox, ready_file: Path | None) -> None:
    """Say where the sandbox listens: one log line, and a file that appears in one piece."""
    if ready_file is not None:
        unfinished = ready_file.with_name(f"{ready_file.name}.{os.getpid()}")
        unfinished.write_text(json.dumps(sandbox.addresses(), ensure_ascii=False))
        unfinished.replace(ready_file)
    _log.info("riot_sandbox_ready", riot=sandbox.riot_base_url, rso=sandbox.rso_issuer_url)


async def serve(sandbox: RiotSandbox, ready_file: Path | None) -> None:
    """Serve until SIGINT or SIGTERM."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    async with sandbox:
        announce(sandbox, ready_file)
        await stop.wait()


def main(arguments: list[str] | None = None) -> int:
    """Parse arguments and serve. Exit status 2 for bad settings, 1 when the port is taken."""
    parser = argparse.ArgumentParser(prog="python -m src.sandbox.riot", description=__doc__)
    parser.add_argument("--ready-file", type=Path, help="write the addresses here as JSON, once listening")
    options = parser.parse_args(arguments)
    configure_logs()
    try:
        sandbox = from_settings(SandboxSettings())
    except (ValidationError, OSError) as error:
        sys.stderr.write(f"riot sandbox: {error}\n")
        return 2
    try:
        with contextlib.suppress(KeyboardInterrupt):
            asyncio.run(serve(sandbox, options.ready_file))
    except OSError as error:
        sys.stderr.write(f"riot sandbox: {error}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
