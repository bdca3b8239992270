"""`chimera doctor`: every setting and server, one by one, and what to do about it."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from src.adapters.database import DatabaseSettings, pending_revisions
from src.adapters.discord_messages.token_check import bot_name
from src.adapters.discord_sign_in import DiscordSignInSettings
from src.adapters.riot_api import RiotSettings
from src.adapters.rso_adapter import RSOSettings
from src.bootstrap.container import Container
from src.bootstrap.settings import BotSettings, WebSettings, check_settings, read_settings
from src.core.domain.regions import Platform, RoutingValue
from src.core.domain.riot_id import RiotId
from src.core.errors import AccountNotFound, ChimeraError, ConfigurationError, Unavailable


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of the report. `remedy` is empty when all is well; `optional` things may stay undone."""

    subject: str
    state: str
    remedy: str = ""
    optional: bool = False

    @property
    def is_good(self) -> bool:
        """True if there is nothing to do."""
        return not self.remedy


async def examine() -> AsyncIterator[Finding]:
    """Check settings first; servers only if the settings can be read."""
    try:
        check_settings(Path(".env"))
        services = Container.build()
    except ConfigurationError as error:
        yield Finding("settings", str(error), "Correct it in .env or in the environment.")
        return
    yield Finding("settings", "all can be read")
    for finding in _credentials():
        yield finding
    try:
        for check in _checks(services):
            finding = await check.run()
            yield finding
            if check.others_need_it and not finding.is_good:
                return
    finally:
        await services.close()


@dataclass(frozen=True, slots=True)
class _Check:
    """Something to ask. `remedy` is for a wrong setting; a server that is down is told as such."""

    subject: str
    ask: Callable[[], Awaitable[str]]
    remedy: str
    others_need_it: bool = False
    optional: bool = False

    async def run(self) -> Finding:
        try:
            return Finding(self.subject, await self.ask())
        except Unavailable as error:
            return Finding(self.subject, str(error), f"See that it is up and reachable. {self.remedy}", self.optional)
        except ChimeraError as error:
            return Finding(self.subject, str(error), self.remedy, self.optional)


def _checks(services: Container) -> list[_Check]:
    checks = []
    if read_settings(BotSettings).discord_bot_token is not None:
        checks.append(_Check("Discord", _discord, "Reset DISCORD_BOT_TOKEN on its Bot page if it is refused."))
    if read_settings(RiotSettings).riot_api_key.get_secret_value():
        riot = partial(_riot, services)
        checks.append(_Check("Riot API", riot, "Renew RIOT_API_KEY at developer.riotgames.com if it is refused."))
    if read_settings(RSOSettings).rso_client_id:
        checks.append(_Check("Riot sign-in", partial(_rso, services), "Check RSO_CLIENT_ID and RSO_ISSUER_URL."))
    return [
        *checks,
        _Check("Redis", partial(_redis, services), "Run `make run`, or set CELERY_BROKER_URL."),
        _Check("worker", partial(_worker, services), "Start one: scripts/start_worker.sh", optional=True),
        _Check("Postgres", partial(_database, services), "Run `make run`, or set DATABASE_URL.", others_need_it=True),
        _Check("schema", _schema, "Run `chimera migrate`."),
    ]


def _credentials() -> list[Finding]:
    bot, riot, rso = read_settings(BotSettings), read_settings(RiotSettings), read_settings(RSOSettings)
    sign_in = read_settings(DiscordSignInSettings)
    oauth2 = f"discord.com/developers, your application, OAuth2; register {sign_in.redirect_uri} there as a redirect"
    wanted = [
        ("DISCORD_BOT_TOKEN", bot.discord_bot_token, "discord.com/developers, your application, Bot"),
        ("DISCORD_CLIENT_ID", sign_in.discord_client_id, "discord.com/developers, your application, General"),
        ("DISCORD_CLIENT_SECRET", sign_in.discord_client_secret, oauth2),
        ("RIOT_API_KEY", riot.riot_api_key.get_secret_value(), "developer.riotgames.com"),
        ("RSO_CLIENT_ID", rso.rso_client_id, "Riot, together with a production key"),
        ("RSO_CLIENT_SECRET", rso.rso_client_secret or rso.rso_private_key_file, "Riot, with RSO_CLIENT_ID"),
    ]
    found = [
        Finding(name, "set") if value else Finding(name, "not set", f"Get it from {where}.", optional=True)
        for name, value, where in wanted
    ]
    web = read_settings(WebSettings)
    if web.flower_basic_auth is None:
        found.append(
            Finding(
                "FLOWER_BASIC_AUTH",
                "not set",
                "Set it (user:password) before Flower leaves this machine.",
                optional=True,
            )
        )
    return found


async def _database(services: Container) -> str:
    await services.database.ping()
    return "answers"


async def _schema() -> str:
    pending = await pending_revisions(read_settings(DatabaseSettings).database_url)
    if pending:
        raise ConfigurationError(f"{len(pending)} migrations are missing")
    return "up to date"


async def _redis(services: Container) -> str:
    await services.queue.ping()
    return "answers"


async def _worker(services: Container) -> str:
    count = await services.queue.workers()
    if not count:
        raise ChimeraError("none answers")
    return f"{count} answering"


async def _discord() -> str:
    return f"knows the bot as {await bot_name()}"


async def _riot(services: Container) -> str:
    with suppress(AccountNotFound):
        await services.riot.account_by_riot_id(RiotId(game_name="Chimera", tag_line="0000"), RoutingValue.AMERICAS)
    return "accepts the key"


async def _rso(services: Container) -> str:
    await services.rso.begin(Platform.NA1)
    return "knows its endpoints"
