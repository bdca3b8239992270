"""The database adapter against a real Postgres: faults, restarts, and what must never show in an error."""

import asyncio
import traceback
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from pathlib import Path
from urllib.parse import urlsplit

import asyncpg
import pytest

from src.adapters.database import DatabaseAdapter, PostgresJobLedger, PostgresMatchStore, PostgresPlayerStore
from src.adapters.database.pool import Connection
from src.bootstrap.servers import EmbeddedServers
from src.core.domain.account import Account
from src.core.domain.regions import Platform
from src.core.errors import BrokenInvariant, ChimeraError, ConfigurationError, Unavailable
from tests.contract.job_ledger.world import a_job
from tests.fakes.matches import a_participant, a_stored_match

NOBODY_LISTENS = "postgresql://ann:hunter2@127.0.0.1:1/chimera"
ACCOUNT = Account(puuid="p-1", riot_id=None)
_TERMINATE = """
SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()
"""


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[DatabaseAdapter]:
    async with DatabaseAdapter(url=database_url) as adapter:
        yield adapter


async def disturb(url: str, statement: str = _TERMINATE) -> None:
    """Run a statement from outside the pool."""
    connection = await asyncpg.connect(url)
    try:
        await connection.execute(statement)
    finally:
        await connection.close()


async def last_statements(url: str) -> list[str]:
    """What each other connection of the database was asked last."""
    connection = await asyncpg.connect(url)
    try:
        sql = "SELECT query FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
        return [row["query"] for row in await connection.fetch(sql)]
    finally:
        await connection.close()


async def one(connection: Connection) -> int:
    return int(await connection.fetchval("SELECT 1"))


class TestConnecting:
    """When connections are made, and to what."""

    def test_constructing_takes_no_argument_and_no_event_loop(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("DATABASE_URL", "postgresql://nobody@127.0.0.1:1/nothing")
        monkeypatch.setenv("DATABASE_POOL_SIZE", "3")
        DatabaseAdapter()

    async def test_giving_a_connection_back_asks_the_server_nothing(
        self, database: DatabaseAdapter, database_url: str
    ) -> None:
        await database.execute("SELECT 4711")
        assert "SELECT 4711" in await last_statements(database_url)

    async def test_the_environment_names_the_database(self, database_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("DATABASE_URL", database_url)
        async with DatabaseAdapter() as database:
            await database.ping()

    async def test_the_url_of_sqlalchemy_is_understood(self, database_url: str) -> None:
        async with DatabaseAdapter(url=database_url.replace("postgresql:", "postgresql+asyncpg:")) as database:
            await database.ping()

    async def test_many_first_uses_at_once_open_one_pool(self, database_url: str) -> None:
        async with DatabaseAdapter(url=database_url, pool_size=2) as database:
            await asyncio.gather(*(database.ping() for _ in range(20)))
            row = await database.fetchrow("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()")
        assert row is not None
        assert row[0] <= 2

    async def test_one_connection_is_enough_for_everything(self, database_url: str) -> None:
        async with DatabaseAdapter(url=database_url, pool_size=1) as database:
            ledger, matches = PostgresJobLedger(database), PostgresMatchStore(database)
            async with asyncio.timeout(20):
                await asyncio.gather(
                    *(matches.store(a_stored_match(f"EUW1_{number}")) for number in range(5)),
                    *(ledger.submit([a_job()]) for _ in range(5)),
                    *(PostgresPlayerStore(database).remember(ACCOUNT, Platform.KR) for _ in range(5)),
                )
                await matches.load("EUW1_1")

    def test_each_event_loop_gets_connections_of_its_own(self, database_url: str) -> None:
        """A pool must not outlive its loop: a worker that forks, or two `asyncio.run`, would hang."""
        database = DatabaseAdapter(url=database_url)

        async def use() -> None:
            async with database:
                await database.ping()

        for _ in range(2):
            with asyncio.Runner(loop_factory=asyncio.new_event_loop) as runner:
                runner.run(use())

    async def test_closing_twice_or_unused_is_fine(self, database_url: str) -> None:
        database = DatabaseAdapter(url=database_url)
        await database.close()
        await database.close()
        with pytest.raises(Unavailable, match="closed"):
            await database.ping()


class TestErrors:
    """What goes wrong is said in Chimera's words, without secrets."""

    @pytest.mark.parametrize("url", ["", "mysql://u:hunter2@h/d", "postgresql://u:hunter2@h:hunter2/d", "hunter2"])
    async def test_a_wrong_url_is_a_configuration_error(self, url: str, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("DATABASE_URL", url)
        monkeypatch.chdir("/")  # no .env
        with pytest.raises(ConfigurationError, match="DATABASE_URL") as caught:
            await DatabaseAdapter().ping()
        assert "hunter2" not in "".join(traceback.format_exception(caught.value))

    async def test_a_server_that_is_not_there_is_unavailable(self) -> None:
        database = DatabaseAdapter(url=NOBODY_LISTENS)
        with pytest.raises(Unavailable, match="database cannot be reached") as caught:
            await database.ping()
        assert caught.value.retry_after is not None
        assert "hunter2" not in "".join(traceback.format_exception(caught.value))

    async def test_a_wrong_password_or_database_is_a_configuration_error(self, database_url: str) -> None:
        parts = urlsplit(database_url)
        wrong = f"{parts.username}:hunter2@{parts.hostname}:{parts.port}"
        for url in (parts._replace(netloc=wrong), parts._replace(path="/no_such_database")):
            with pytest.raises(ConfigurationError) as caught:
                await DatabaseAdapter(url=url.geturl()).ping()
            text = "".join(traceback.format_exception(caught.value))
            assert "hunter2" not in text
            assert (parts.password or "?") not in text

    async def test_a_database_without_tables_asks_for_migration(self, postgres_url: str) -> None:
        async with DatabaseAdapter(url=postgres_url) as database:
            with pytest.raises(ConfigurationError, match="chimera migrate"):
                await PostgresPlayerStore(database).find("p-1")

    async def test_a_busy_pool_is_unavailable_not_a_hang(
        self, database_url: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("src.adapters.database.pool._ACQUIRE_TIMEOUT", 0.2)
        async with DatabaseAdapter(url=database_url, pool_size=1) as database, database.connection():
            with pytest.raises(Unavailable, match="too long"):
                await database.ping()

    async def test_a_slow_statement_is_unavailable_not_a_hang(
        self, database_url: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("DATABASE_COMMAND_TIMEOUT", "0.3")
        async with DatabaseAdapter(url=database_url, pool_size=1) as database:
            with pytest.raises(Unavailable, match="too long"):
                await database.execute("SELECT pg_sleep(20)")
            await database.ping()

    async def test_a_full_server_is_unavailable(self, database: DatabaseAdapter, database_url: str) -> None:
        name = urlsplit(database_url).path.removeprefix("/")
        await database.execute(f"ALTER DATABASE {name} CONNECTION LIMIT 1")
        role = f"full_{name}"
        await database.execute(f"CREATE ROLE {role} LOGIN PASSWORD 'x' CONNECTION LIMIT 0")
        parts = urlsplit(database_url)
        url = parts._replace(netloc=f"{role}:x@{parts.hostname}:{parts.port}").geturl()
        try:
            with pytest.raises(Unavailable, match="overloaded"):
                await DatabaseAdapter(url=url).ping()
        finally:
            await database.execute(f"DROP ROLE {role}")

    async def test_values_that_no_column_holds_are_a_broken_invariant_and_store_nothing(
        self, database: DatabaseAdapter
    ) -> None:
        store = PostgresMatchStore(database)
        absurd = a_stored_match(participants=(a_participant(1), a_participant(2, gold=10**12)))
        with pytest.raises(BrokenInvariant):
            await store.store(absurd)
        assert await store.load("EUW1_1") is None
        assert await store.complete(["EUW1_1"]) == frozenset()

    async def test_an_error_within_a_transaction_undoes_it(self, database: DatabaseAdapter) -> None:
        class Stop(ChimeraError):
            """Stop."""

        async def work(connection: Connection) -> None:
            await connection.execute("INSERT INTO players VALUES ('p-1', 'kr', NULL, NULL, NULL, now())")
            raise Stop

        with pytest.raises(Stop):
            await database.run(work)
        with pytest.raises(Stop):
            async with database.transaction() as connection:
                await work(connection)
        assert await PostgresPlayerStore(database).find("p-1") is None

    async def test_a_cancelled_statement_gives_its_connection_back(self, database_url: str) -> None:
        async with DatabaseAdapter(url=database_url, pool_size=1) as database:
            sleeping = asyncio.create_task(database.execute("SELECT pg_sleep(20)"))
            await asyncio.sleep(0.2)
            sleeping.cancel()
            with pytest.raises(asyncio.CancelledError):
                await sleeping
            async with asyncio.timeout(5):
                await database.ping()


class TestLostConnections:
    """Sockets die: at a restart, a failover, by an administrator."""

    async def test_dead_sockets_in_the_pool_do_not_show(self, database: DatabaseAdapter, database_url: str) -> None:
        for _ in range(3):
            await asyncio.gather(*(database.fetch("SELECT pg_sleep(0.05)") for _ in range(8)))
            await disturb(database_url)
            await asyncio.gather(*(database.ping() for _ in range(8)))

    async def test_a_connection_that_dies_in_the_middle_is_replaced_once(
        self, database: DatabaseAdapter, database_url: str
    ) -> None:
        seen = []

        async def work(connection: Connection) -> int:
            seen.append(await connection.fetchval("SELECT pg_backend_pid()"))
            if len(seen) == 1:
                await disturb(database_url)
            return await one(connection)

        assert await database.run(work) == 1
        assert len(set(seen)) == 2

    async def test_a_connection_that_dies_every_time_is_unavailable(
        self, database: DatabaseAdapter, database_url: str
    ) -> None:
        seen = []

        async def work(connection: Connection) -> int:
            seen.append(1)
            await disturb(database_url)
            return await one(connection)

        with pytest.raises(Unavailable):
            await database.run(work)
        assert len(seen) == 2

    async def test_a_server_that_became_read_only_is_a_dead_connection(
        self, database_url: str, postgres_url: str
    ) -> None:
        """After a failover the old connections lead to what is now a replica (SQLSTATE 25006)."""
        name = urlsplit(database_url).path.removeprefix("/")
        await disturb(postgres_url, f"ALTER DATABASE {name} SET default_transaction_read_only = on")
        async with DatabaseAdapter(url=database_url) as database:
            await asyncio.gather(*(database.fetch("SELECT pg_sleep(0.05)") for _ in range(3)))
            await disturb(postgres_url, f"ALTER DATABASE {name} RESET default_transaction_read_only")
            store = PostgresPlayerStore(database)
            await store.remember(ACCOUNT, Platform.KR)
            assert await store.find("p-1") == (ACCOUNT, Platform.KR)

    async def test_a_deadlock_is_played_again(self, database: DatabaseAdapter) -> None:
        for puuid in ("a", "b"):
            await PostgresPlayerStore(database).remember(Account(puuid=puuid, riot_id=None), Platform.KR)
        meeting = asyncio.Barrier(2)

        def swap(first: str, second: str) -> Callable[..., Awaitable[None]]:
            is_first_try = True

            async def work(connection: Connection) -> None:
                nonlocal is_first_try
                await connection.execute("UPDATE players SET platform = 'na1' WHERE puuid = $1", first)
                if is_first_try:
                    is_first_try = False
                    await meeting.wait()
                await connection.execute("UPDATE players SET platform = 'na1' WHERE puuid = $1", second)

            return work

        await asyncio.gather(database.run(swap("a", "b")), database.run(swap("b", "a")))


class TestServerRestart:
    """The server itself goes away and comes back."""

    @pytest.fixture
    def own_servers(self, var: Path) -> Iterator[EmbeddedServers]:
        servers = EmbeddedServers(var, durable=False)
        servers.start(redis=False)
        yield servers
        servers.stop()

    async def test_work_goes_on_after_a_restart_and_a_crash(self, own_servers: EmbeddedServers) -> None:
        url = own_servers.addresses.database_url
        async with DatabaseAdapter(url=url) as database:
            await asyncio.gather(*(database.ping() for _ in range(5)))
            own_servers.restart("postgres")
            await database.ping()
            own_servers.kill("postgres")
            with pytest.raises(Unavailable):
                await database.ping()
            own_servers.restart("postgres")
            await asyncio.gather(*(database.ping() for _ in range(5)))
