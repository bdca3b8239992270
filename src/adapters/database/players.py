"""Players in Postgres."""

from src.adapters.database.json_codec import clean_text
from src.adapters.database.pool import PostgresPool
from src.adapters.database.queries import load_queries
from src.core.domain.account import Account
from src.core.domain.regions import Platform
from src.core.domain.riot_id import RiotId

_SQL = load_queries("players.sql")


class PostgresPlayerStore:
    """The PlayerStore port. An account that Riot now returns without a name keeps the name it had."""

    def __init__(self, database: PostgresPool) -> None:
        """Use the pool of `database`."""
        self._database = database

    async def remember(self, account: Account, platform: Platform) -> None:
        """Keep or refresh an account."""
        name = account.riot_id
        await self._database.execute(
            _SQL["remember"],
            account.puuid,
            platform.value,
            clean_text(name.game_name) if name else None,
            clean_text(name.tag_line) if name else None,
            folded(name) if name else None,
        )

    async def find(self, puuid: str) -> tuple[Account, Platform] | None:
        """A kept account and where it plays, or None."""
        row = await self._database.fetchrow(_SQL["find"], puuid)
        if row is None:
            return None
        named = row["game_name"] is not None
        riot_id = RiotId(game_name=row["game_name"], tag_line=row["tag_line"]) if named else None
        return Account(puuid=row["puuid"], riot_id=riot_id), Platform(row["platform"])


def folded(riot_id: RiotId) -> str:
    """The form in which Riot IDs are compared: without regard to case."""
    return clean_text(str(riot_id)).casefold()
