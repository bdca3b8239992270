"""The job of an erasure in a process of its own: `python -m tests.integration.pseudonymise URL PUUID`.

It says how many matches are done whenever some are, and waits for a line before it goes on.
"""

import asyncio
import sys

from src.adapters.database import DatabaseAdapter, PostgresPersonalData


async def main(url: str, puuid: str) -> None:
    async with DatabaseAdapter(url=url, pool_size=1) as database:
        data = PostgresPersonalData(database)
        done = 0
        while count := await data.pseudonymise(puuid, limit=2):
            done += count
            sys.stdout.write(f"{done}\n")
            sys.stdout.flush()


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
