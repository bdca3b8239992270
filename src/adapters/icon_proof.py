"""Proving an account without Riot Sign On: who can change its profile icon owns it."""

import secrets
from random import Random
from typing import Final

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

from src.core.domain.binding import IconTask, LinkAttempt, Proof, ProvenAccount, SignInRequest
from src.core.domain.regions import Platform
from src.core.domain.riot_id import RiotId
from src.core.domain.starter_icons import STARTER_ICONS
from src.core.errors import AccountNotFound, IconOnly, ProofPending, SignInRefused
from src.core.ports.riot_api import RiotApi

_ENTROPY: Final = 32  # bytes: 256 bits for the name of an attempt
_LOOK_AGAIN: Final = 10.0  # seconds; Riot's own answer may be a minute behind the client


class IconProofSettings(BaseSettings):
    """Where the pictures of profile icons are: Data Dragon, at a version that has all of the starter icons."""

    model_config = SettingsConfigDict(
        env_file=("var/servers.env", ".env"),
        env_file_encoding="utf-8",
        env_ignore_empty=True,
        extra="ignore",
        frozen=True,
    )

    ddragon_base_url: str = Field(default="https://ddragon.leagueoflegends.com", pattern=r"^https?://[^\s/?#]")
    ddragon_version: str = Field(default="16.12.1", pattern=r"^\d+\.\d+\.\d+$")

    def picture(self, icon: int) -> str:
        """The address of a profile icon's picture."""
        return f"{self.ddragon_base_url.rstrip('/')}/cdn/{self.ddragon_version}/img/profileicon/{icon}.png"


class IconProofAdapter:
    """Implements `RSOPort` by tasks: names a profile icon, and looks whether the account shows it.

    The icon is one that every account owns, other than the present one, and not to be foretold. An icon that comes
    true by chance (1 in 28) proves nothing of who asked: see to it that few may ask for the same account at a time,
    and for different icons.

    Riot is asked anew for every look, at the beginning as well. Else a question that was under way already could
    show the icon as it was before the task was set, and pass an account whose owner has done nothing.
    """

    def __init__(
        self, riot: RiotApi, *, random: Random | None = None, settings: IconProofSettings | None = None
    ) -> None:
        """Ask `riot`, which should be on the lane of people who wait. `random` is for tests."""
        self._riot = riot
        self._random = random or secrets.SystemRandom()
        self._settings = settings or IconProofSettings()

    async def begin(self, platform: Platform, riot_id: RiotId | None = None) -> SignInRequest:
        """See `RSOPort.begin`. `platform` counts where Riot does not say where the account plays."""
        if riot_id is None:
            raise IconOnly
        account = await self._riot.account_by_riot_id(riot_id, platform.account_routing)
        home = await self._riot.active_platform(account.puuid, platform.account_routing) or platform
        present = await self._shown_icon(account.puuid, home)
        icon = self._random.choice([icon for icon in STARTER_ICONS if icon != present])
        proven = ProvenAccount(puuid=account.puuid, riot_id=account.riot_id or riot_id, platform=home, proof=Proof.ICON)
        picture = self._settings.picture(icon)
        return SignInRequest(
            auth_url=picture,
            state=SecretStr(secrets.token_urlsafe(_ENTROPY)),
            task=IconTask(account=proven, icon=icon),
        )

    async def prove(self, attempt: LinkAttempt, *, code: str = "", issuer: str | None = None) -> ProvenAccount:  # noqa: ARG002
        """See `RSOPort.prove`. The Riot ID is the present one."""
        if attempt.task is None:
            raise SignInRefused
        asked = attempt.task.account
        try:
            shown = await self._shown_icon(asked.puuid, asked.platform)
            if shown != attempt.task.icon:
                raise ProofPending(retry_after=_LOOK_AGAIN)
            account = await self._riot.account_by_puuid(asked.puuid, asked.platform.account_routing)
        except AccountNotFound as error:
            raise SignInRefused("This account no longer plays there.") from error
        return asked.model_copy(update={"riot_id": account.riot_id or asked.riot_id, "proof": Proof.ICON})

    async def _shown_icon(self, puuid: str, platform: Platform) -> int:
        """The icon that an account shows now.

        Raises:
            AccountNotFound: it does not play on that platform.
        """
        try:
            return (await self._riot.summoner(puuid, platform, fresh=True)).profile_icon_id
        except AccountNotFound as error:
            raise AccountNotFound(
                f"This Riot account does not play League of Legends on {platform.upper()}."
            ) from error
