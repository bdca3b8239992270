"""`chimera doctor`: every setting and server, one by one, and what to do about it."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from pydantic import SecretStr

from src.adapters.database import DatabaseSettings, pending_revisions
from src.adapters.discord_messages.token_check import bot_identity
from src.adapters.discord_sign_in import DiscordSignInSettings
from src.adapters.riot_api import RiotAPIAdapter, RiotSettings
from src.adapters.rso_adapter import RSOSettings
from src.bootstrap.container import Container
from src.bootstrap.credentials import credentials, redirect_hint
from src.bootstrap.settings import (
    ENV_FILES,
    BotSettings,
    WebSettings,
    check_settings,
    named_settings,
    names_credentials,
    read_settings,
    sandbox_runs,
)
from src.core.domain.binding import LinkAttempt
from src.core.domain.job import Lane
from src.core.domain.regions import Platform, RoutingValue
from src.core.domain.riot_id import RiotId
from src.core.errors import AccountNotFound, ChimeraError, ConfigurationError, SignInRefused, Unavailable

_PATIENCE = 12.0  # seconds for one answer
_LITTLE_PATIENCE = 4.0  # ... while somebody waits for the start
_NO_CODE = "chimera-doctor"  # nobody has been given it: whose secret is right hears that the code is not
_NO_VERIFIER = "0" * 64


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of the report.

    `remedy` is empty when all is well; `optional` things may stay undone; what `is_down` may be up in a minute.
    """

    subject: str
    state: str
    remedy: str = ""
    optional: bool = False
    is_down: bool = False

    @property
    def is_good(self) -> bool:
        """True if there is nothing to do."""
        return not self.remedy

    def __str__(self) -> str:
        """Everything in one line."""
        return f"{self.subject}: {self.state}{f' -> {self.remedy}' if self.remedy else ''}"


async def examine() -> AsyncIterator[Finding]:
    """Check settings first; servers only if the settings can be read."""
    try:
        check_settings(Path(".env"))
        services = Container.build()
    except ConfigurationError as error:
        yield Finding("settings", str(error).rstrip("."), "Correct it in .env or in the environment.")
        return
    yield Finding("settings", _whose())
    for finding in _settings():
        yield finding
    good: set[str] = {""}
    try:
        for check in (_redis_check(services), *_credentials(services), *_sign_ins(services), *_servers(services)):
            if check.needs in good:
                finding = await check.run()
                good |= {finding.subject} if finding.is_good else set()
                yield finding
    finally:
        await services.close()


def _whose() -> str:
    if not sandbox_runs():
        return "all can be read"
    if names_credentials():
        return "yours can be read; of the sandbox that runs here only its storage is looked at"
    return "of the sandbox that runs here (stop it to check .env)"


async def check_credentials() -> list[Finding]:
    """What Discord says to the bot's token, and Riot to the key, while they are there to say it.

    Raises:
        ConfigurationError: some are refused; says which, and what to do.
    """
    services = Container.build()
    try:
        findings = await asyncio.gather(*(check.run(_LITTLE_PATIENCE) for check in _credentials(services)))
    finally:
        await services.close()
    refused = [finding for finding in findings if not (finding.is_good or finding.is_down)]
    if refused:
        raise ConfigurationError(" ".join(f"{finding.state}. {finding.remedy}" for finding in refused))
    return findings


@dataclass(frozen=True, slots=True)
class _Check:
    """Something to ask.

    `remedy` is for a wrong setting; `address` names the one of somebody else's server. What this check `needs` is
    another one's subject, without which there is no use in asking.
    """

    subject: str
    ask: Callable[[], Awaitable[str]]
    remedy: str
    address: str = ""
    needs: str = ""
    optional: bool = False

    async def run(self, patience: float = _PATIENCE) -> Finding:
        try:
            async with asyncio.timeout(patience):
                return Finding(self.subject, await self.ask())
        except (Unavailable, TimeoutError) as error:
            state = _first_sentence(error) or f"no answer within {patience:.0f} s"
            return Finding(self.subject, state, self._when_down(), self.optional, is_down=True)
        except ChimeraError as error:
            return Finding(self.subject, _first_sentence(error), self.remedy, self.optional)

    def _when_down(self) -> str:
        if self.address:
            return f"See that it is up and reachable, and that {self.address} is right."
        if self.optional:
            return self.remedy
        return f"See that it is up and reachable. {self.remedy}"


def _first_sentence(error: Exception) -> str:
    """What is wrong, without what people at Discord are told to do about it."""
    return str(error).partition(". ")[0].rstrip(".")


def _redis_check(services: Container) -> _Check:
    return _storage("Redis", partial(_redis, services), "CELERY_BROKER_URL")


def _storage(subject: str, ask: Callable[[], Awaitable[str]], setting: str) -> _Check:
    """A server that nobody has named, here or by running it, is embedded: it comes with `make run`."""
    named = named_settings() | named_settings(Path(ENV_FILES[0]))
    if setting in named:
        return _Check(subject, ask, f"Run `make run`, or set {setting}.")
    return _Check(subject, ask, f"Start it with `make run`, or set {setting}.", optional=True)


def _credentials(services: Container) -> list[_Check]:
    checks = []
    if read_settings(BotSettings).discord_bot_token is not None:
        remedy = "Reset the token on the Bot page of your application (discord.com/developers) and copy it again."
        checks.append(_Check("Discord", _discord, remedy, "DISCORD_API_BASE_URL"))
    if read_settings(RiotSettings).riot_api_key.get_secret_value():
        remedy = "Renew RIOT_API_KEY at developer.riotgames.com; a development key lasts for 24 hours."
        checks.append(_Check("Riot API", partial(_riot, services), remedy, "RIOT_API_BASE_URL"))
    return checks


def _sign_ins(services: Container) -> list[_Check]:
    checks = []
    sign_in = read_settings(DiscordSignInSettings)
    if sign_in.discord_client_id and read_settings(BotSettings).discord_bot_token is not None:
        remedy = "Copy DISCORD_CLIENT_ID from the General page of the application that the bot's token is of."
        application = partial(_application, sign_in.discord_client_id)
        checks.append(_Check("Discord application", application, remedy, "DISCORD_API_BASE_URL", needs="Discord"))
    if services.discord_sign_in.is_configured:
        remedy = "Copy DISCORD_CLIENT_ID and DISCORD_CLIENT_SECRET from the application's OAuth2 page again."
        checks.append(_Check("Discord sign-in", partial(_discord_sign_in, services), remedy, "DISCORD_OAUTH_BASE_URL"))
    if read_settings(RSOSettings).rso_client_id:
        remedy = "Check RSO_CLIENT_ID and RSO_CLIENT_SECRET (or RSO_PRIVATE_KEY_FILE) against what Riot gave you."
        checks.append(_Check("Riot sign-in", partial(_rso, services), remedy, "RSO_ISSUER_URL"))
    return checks


def _servers(services: Container) -> list[_Check]:
    return [
        _Check(
            "worker", partial(_worker, services), "Start one: scripts/start_worker.sh", needs="Redis", optional=True
        ),
        _storage("Postgres", partial(_database, services), "DATABASE_URL"),
        _Check("schema", _schema, "Run `chimera migrate`.", needs="Postgres"),
    ]


def _settings() -> list[Finding]:
    found = []
    for credential in credentials():
        without = f" Without it {credential.without}." if credential.without else ""
        hint = f" {redirect_hint()}" if credential.name == "DISCORD_CLIENT_SECRET" else ""
        remedy = "" if credential.is_set else f"Get it from {credential.where}.{hint}{without}"
        found.append(Finding(credential.name, "set" if credential.is_set else "not set", remedy, optional=True))
    if read_settings(WebSettings).flower_basic_auth is None:
        remedy = "Set it (user:password) before Flower leaves this machine."
        found.append(Finding("FLOWER_BASIC_AUTH", "not set", remedy, optional=True))
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
    return f"knows the bot as {(await bot_identity(read_settings(BotSettings))).name}"


async def _application(client_id: str) -> str:
    found = (await bot_identity(read_settings(BotSettings))).application_id
    if found != client_id:
        raise ConfigurationError(f"DISCORD_CLIENT_ID is another application's: that of the bot's token is {found}")
    return "is the bot's"


async def _discord_sign_in(services: Container) -> str:
    with suppress(SignInRefused):
        await services.discord_sign_in.who(_NO_CODE, _NO_VERIFIER)
    return "accepts the client and its secret"


async def _riot(services: Container) -> str:
    """Within the limits that all processes share; while their Redis is away nobody else asks either."""
    try:
        await services.queue.ping()
    except ChimeraError:
        async with RiotAPIAdapter(settings=read_settings(RiotSettings), lane=Lane.INTERACTIVE) as alone:
            return await _riot_says(alone)
    return await _riot_says(services.riot.with_lane(Lane.INTERACTIVE))


async def _riot_says(riot: RiotAPIAdapter) -> str:
    with suppress(AccountNotFound):
        await riot.account_by_riot_id(RiotId(game_name="Chimera", tag_line="0000"), RoutingValue.AMERICAS)
    return "accepts the key"


async def _rso(services: Container) -> str:
    nobody = LinkAttempt(
        discord_id="0", discord_name="doctor", platform=Platform.NA1,
        nonce=SecretStr(_NO_VERIFIER), code_verifier=SecretStr(_NO_VERIFIER),
    )  # fmt: skip
    with suppress(SignInRefused):
        await services.rso.prove(nobody, code=_NO_CODE)
    return "accepts the client"
