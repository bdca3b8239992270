"""Bringing a database's schema up to date."""

import asyncio
import logging
import subprocess
import sys
import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from importlib.resources import files
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import asyncpg
import pytest
from pydantic import SecretStr

from src.adapters.database import DatabaseAdapter, pending_revisions
from src.adapters.database.migrate import current_revision, pending, upgrade
from src.core.errors import ConfigurationError, Unavailable

_TABLES = """
SELECT count(*) FROM information_schema.tables WHERE table_schema = 'public' AND table_name <> 'alembic_version'
"""

_FIRST_RELEASE = """
CREATE TABLE alembic_version (version_num varchar(32) PRIMARY KEY);
INSERT INTO alembic_version VALUES ('0001');
INSERT INTO players VALUES ('p-1', 'kr', NULL, NULL, NULL, now());
INSERT INTO bindings VALUES ('p-2', '42', 'euw1', 'Ann', 'EUW', true, now(), now());
INSERT INTO matches VALUES (
    'KR_1', 'kr', 420, 11, 'CLASSIC', '16.1', '16.1.1', '2026-01-01 08:59:59+09', 1500, 'rift', false, false, 'gone',
    now(), '{}', ''
);
INSERT INTO participants VALUES (
    'KR_1', 1, 'p-1', 'A', NULL, NULL, 'Ahri', 103, 18, 100, NULL, 'win', 1, 2, 3, 4, 5, 6, 7, 8, NULL, NULL,
    '2026-01-01 08:59:59+09'
);
"""


@pytest.fixture
def empty_database_url(postgres_url: str) -> Iterator[str]:
    """A database without tables, dropped after the test."""
    name = f"test_{uuid.uuid4().hex}"
    run(postgres_url, f"CREATE DATABASE {name}")
    yield urlsplit(postgres_url)._replace(path=f"/{name}").geturl()
    run(postgres_url, f"DROP DATABASE {name} WITH (FORCE)")


def run(url: str, script: str) -> Any:
    """Run statements; a single one is answered with its first value."""

    async def work() -> Any:
        connection = await asyncpg.connect(url)
        try:
            return await (connection.execute if script.rstrip().endswith(";") else connection.fetchval)(script)
        finally:
            await connection.close()

    with asyncio.Runner(loop_factory=asyncio.new_event_loop) as runner:
        return runner.run(work())


def test_an_empty_database_comes_up_to_date(empty_database_url: str) -> None:
    assert current_revision(empty_database_url) is None
    missing = pending(empty_database_url)
    assert missing[0] == "0001"
    upgrade(empty_database_url)
    assert current_revision(empty_database_url) == missing[-1]
    assert pending(empty_database_url) == ()


def test_upgrading_again_changes_nothing(database_url: str) -> None:
    before = current_revision(database_url)
    upgrade(database_url)
    assert current_revision(database_url) == before


def test_a_released_database_keeps_its_rows(empty_database_url: str) -> None:
    """What the first release has stored is there, and known by what came later."""
    folder = files("src.adapters.database.migrations").joinpath("versions")
    run(empty_database_url, folder.joinpath("v0001_first_tables.sql").read_text("utf-8"))
    run(empty_database_url, _FIRST_RELEASE)
    upgrade(empty_database_url)
    assert pending(empty_database_url) == ()
    assert run(empty_database_url, "SELECT string_agg(puuid, ',' ORDER BY number) FROM players") == "p-1,p-2"
    assert run(empty_database_url, "SELECT riot_id_folded FROM players WHERE puuid = 'p-2'") == "ann#euw"
    assert run(empty_database_url, "SELECT count(*) FROM participants WHERE NOT is_counted") == 1
    assert run(empty_database_url, "SELECT year FROM player_games") == 2025
    assert run(empty_database_url, "SELECT count(*) FROM matches WHERE facts_version = 0") == 1


def test_several_processes_may_upgrade_at_once(empty_database_url: str) -> None:
    with ThreadPoolExecutor(6) as threads:
        list(threads.map(upgrade, [empty_database_url] * 6))
    assert pending(empty_database_url) == ()


def test_a_failed_upgrade_leaves_nothing_behind(empty_database_url: str) -> None:
    run(empty_database_url, "CREATE TABLE jobs ()")  # in the way of the last tables
    with pytest.raises(Exception, match="jobs"):
        upgrade(empty_database_url)
    assert run(empty_database_url, _TABLES) == 1
    run(empty_database_url, "DROP TABLE jobs")
    upgrade(empty_database_url)
    assert pending(empty_database_url) == ()


async def test_it_works_while_an_event_loop_runs(empty_database_url: str) -> None:
    assert await pending_revisions(SecretStr(empty_database_url)) != ()
    upgrade(empty_database_url)
    assert await pending_revisions(SecretStr(empty_database_url)) == ()
    async with DatabaseAdapter(url=empty_database_url) as database:
        await database.ping()


def test_logging_stays_as_it_was(empty_database_url: str) -> None:
    root = logging.getLogger()
    before = (root.level, list(root.handlers), logging.getLogger("alembic").level)
    upgrade(empty_database_url)
    assert (root.level, list(root.handlers), logging.getLogger("alembic").level) == before


def test_it_needs_no_file_of_the_checkout(empty_database_url: str, tmp_path: Path) -> None:
    """An installed package upgrades from any folder, writing nothing into it."""
    spec = find_spec("src")
    assert spec is not None
    assert spec.origin is not None
    code = "import sys; from src.adapters.database.migrate import upgrade; upgrade(sys.argv[1])"
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", code, empty_database_url],
        cwd=tmp_path,
        env={"PYTHONPATH": str(Path(spec.origin).parents[1]), "PATH": ""},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert list(tmp_path.iterdir()) == []
    assert pending(empty_database_url) == ()


def test_a_database_that_is_not_there_is_unavailable() -> None:
    with pytest.raises(Unavailable):
        upgrade("postgresql://ann:secret@127.0.0.1:1/chimera")


def test_no_url_is_a_configuration_error() -> None:
    with pytest.raises(ConfigurationError):
        upgrade("")
