"""Runs embedded servers until standard input ends: a program for the tests to start, look at and kill."""

import sys
from pathlib import Path

from src.bootstrap.servers import EmbeddedServers
from src.core.errors import ChimeraError


def main() -> None:
    try:
        with EmbeddedServers(Path(sys.argv[1])) as servers:
            print(servers.addresses.model_dump_json(), flush=True)  # noqa: T201 - the test reads it
            sys.stdin.read()
    except ChimeraError as error:
        sys.exit(str(error))


if __name__ == "__main__":
    main()
