"""All that stands between /bind and a link: Postgres, the stand-ins for Discord's and Riot's sign-ins, our pages."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from urllib.parse import parse_qsl, urlsplit

import aiohttp

from src.adapters.database import DatabaseAdapter, PostgresLinkSteps
from src.adapters.discord_sign_in import DiscordSignInAdapter, DiscordSignInSettings
from src.adapters.rso_adapter import RSOAdapter, RSOSettings
from src.api.app import create_app
from src.bootstrap.system import free_port
from src.core.domain.binding import LinkAudit, LinkEvent
from src.core.services.account_linking import AccountLinking
from src.sandbox.browser import Browser, Page
from src.sandbox.discord.oauth import DiscordOAuth
from src.sandbox.discord.oauth_grants import CLIENT_ID, CLIENT_SECRET, Person
from src.sandbox.riot import RiotSandbox, RsoClient
from tests.fakes.api import FakeApiServices, running
from tests.fakes.discord_oauth import JONAS, MARA, serving_oauth

_CLIENT = "chimera"
_SECRET = "sandbox-secret"


@dataclass
class LinkTown:
    """What stands. `base` is where browsers reach our pages, as they are told."""

    database: DatabaseAdapter
    riot: RiotSandbox
    services: FakeApiServices
    base: str

    @property
    def linking(self) -> AccountLinking:
        assert self.services.linking is not None
        return self.services.linking

    async def invite(self, person: Person = MARA) -> str:
        """Type /bind; answers the address."""
        return (await self.linking.invite(person.id, "na1", discord_name=person.username)).auth_url

    async def to_riot(self, browser: Browser, person: Person = MARA, *, signs_in: Person | None = None) -> Page:
        """Type /bind, open the address, go on and sign in at Discord (as somebody else, if so told)."""
        page = await browser.submit(await browser.open(await self.invite(person)))
        return await browser.submit(page, user_id=(signs_in or person).id, decision="authorize")

    async def to_last_page(self, browser: Browser, person: Person = MARA) -> Page:
        """All the way to the last question, with the world's main account."""
        page = await self.to_riot(browser, person)
        return await browser.submit(page, puuid=self.riot.world.main.puuid, decision="allow")

    async def owner(self) -> str | None:
        """Whose the world's main account is."""
        binding = await self.database.owner_of(self.riot.world.main.puuid)
        return binding.discord_id if binding else None

    async def refusals(self, person: Person) -> list[str | None]:
        """Why links of a person were refused, as the audit log tells."""
        audits: tuple[LinkAudit, ...] = await self.database.audits_of(person.id)
        return [audit.reason for audit in audits if audit.event is LinkEvent.REFUSED]

    async def press(self, auth_url: str, decision: str = "allow") -> dict[str, str]:
        """Press a button on Riot's page by hand; answers the callback's query."""
        form = dict(parse_qsl(urlsplit(auth_url).query)) | {
            "puuid": self.riot.world.main.puuid,
            "decision": decision,
        }
        url = auth_url.partition("?")[0]
        async with aiohttp.ClientSession() as session, session.post(url, data=form, allow_redirects=False) as answer:
            return dict(parse_qsl(urlsplit(answer.headers["Location"]).query))


@asynccontextmanager
async def link_town(database_url: str, *, signs_in_at_discord: bool = True) -> AsyncIterator[LinkTown]:
    """Set it up; without `signs_in_at_discord`, Chimera has no Discord client."""
    port = free_port(0)
    base = f"http://127.0.0.1:{port}"
    client = RsoClient(_CLIENT, (f"{base}/rso/callback",), secret=_SECRET)
    database = DatabaseAdapter(url=database_url)
    try:
        async with RiotSandbox(client=client) as riot, serving_oauth(DiscordOAuth([MARA, JONAS])) as discord_url:
            services = FakeApiServices(
                database,
                RSOAdapter(_rso_settings(riot, base)),
                PostgresLinkSteps(database),
                DiscordSignInAdapter(_discord_settings(discord_url, base)) if signs_in_at_discord else None,
                base,
            )
            async with running(create_app(services), port=port):
                yield LinkTown(database, riot, services, base)
    finally:
        await database.close()


def _rso_settings(riot: RiotSandbox, base: str) -> RSOSettings:
    return RSOSettings(
        rso_client_id=_CLIENT,
        rso_client_secret=_SECRET,
        rso_private_key_file=None,
        rso_issuer_url=riot.rso_issuer_url,
        riot_api_base_url=riot.riot_base_url,
        riot_api_key=None,
        public_base_url=base,
    )


def _discord_settings(url: str, base: str) -> DiscordSignInSettings:
    return DiscordSignInSettings(
        discord_client_id=CLIENT_ID,
        discord_client_secret=CLIENT_SECRET,
        discord_oauth_base_url=url,
        public_base_url=base,
    )
