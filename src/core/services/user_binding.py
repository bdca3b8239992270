"""Linking a Discord user with the Riot account they prove to own."""

import structlog
from pydantic import BaseModel, ConfigDict

from src.core.domain.account import Account
from src.core.domain.binding import Binding, LinkAttempt, PendingLink, ProvenAccount, one_time_hash
from src.core.domain.regions import parse_platform
from src.core.domain.reply import Reply, user_hash
from src.core.errors import AccountNotFound, BindingNotFound, InvalidInput, SignInRefused, Unavailable
from src.core.ports.player_store import PlayerStore
from src.core.ports.riot_api import RiotApi
from src.core.ports.rso import RSOPort
from src.core.ports.user_binding import IUserBindingRepository

_log = structlog.get_logger(__name__)

_LINK_LIFETIME = 600  # seconds


class BindingResponse(BaseModel):
    """A sign-in that is ready: what to do, and the address to open, which expires in seconds."""

    model_config = ConfigDict(frozen=True)

    instructions: str
    auth_url: str
    expires_in: int

    @property
    def message(self) -> str:
        """All that the person needs in one text, the address included."""
        return f"{self.instructions}\n<{self.auth_url}>"


class UserBindingService:
    """Starts, completes, reads, checks and ends links.

    Only `database` and `rso_adapter` are needed. With `riot_api`, `validate_binding` also asks Riot; with
    `players`, linked accounts are known to the rest of Chimera too.
    """

    def __init__(
        self,
        database: IUserBindingRepository,
        rso_adapter: RSOPort,
        *,
        riot_api: RiotApi | None = None,
        players: PlayerStore | None = None,
    ) -> None:
        self._database = database
        self._rso = rso_adapter
        self._riot_api = riot_api
        self._players = players

    async def initiate_binding(
        self, discord_id: str, region: str, *, discord_name: str = "", reply: Reply | None = None
    ) -> BindingResponse:
        """Prepare a Riot sign-in for a Discord user.

        `region` is a platform (`na1`) or what players call it (`NA`); it serves where RSO tells none.
        `discord_name` is shown on the confirmation page, `reply` is where the outcome is told.

        Raises:
            InvalidInput: no such region.
            ConfigurationError: no RSO client is configured.
            Unavailable: Riot or the database does not answer.
        """
        platform = parse_platform(region)
        request = await self._rso.begin(platform)
        attempt = LinkAttempt(
            discord_id=discord_id,
            discord_name=discord_name,
            platform=platform,
            nonce=request.nonce,
            code_verifier=request.code_verifier,
            reply=reply,
        )
        await self._database.open_attempt(one_time_hash(request.state.get_secret_value()), attempt, ttl=_LINK_LIFETIME)
        _log.info("binding_initiated", user=user_hash(discord_id), platform=platform)
        instructions = (
            "Sign in with Riot to link your account. "
            f"The link is yours alone: it works once, for {_LINK_LIFETIME // 60} minutes. "
            "Never open such a link that somebody else gives you."
        )
        return BindingResponse(instructions=instructions, auth_url=request.auth_url, expires_in=_LINK_LIFETIME)

    async def prove(self, code: str, state: str, issuer: str | None = None) -> PendingLink:
        """Learn from a callback which account its person owns, and save nothing.

        The state is used up before the code goes to Riot, so that one callback is answered once.

        Raises:
            SignInRefused: the state is unknown, used or expired, or Riot does not confirm the sign-in.
            Unavailable: Riot or the database does not answer.
        """
        attempt = await self._take_attempt(state)
        account = await self._rso.prove(attempt, code=code, issuer=issuer)
        return PendingLink(
            discord_id=attempt.discord_id, discord_name=attempt.discord_name, account=account, reply=attempt.reply
        )

    async def abandon(self, state: str) -> LinkAttempt:
        """Use up the state of a sign-in that Riot or its person refused; answers what was under way.

        Raises:
            SignInRefused: the state is unknown, used or expired.
        """
        return await self._take_attempt(state)

    async def complete_binding(self, code: str, state: str, *, issuer: str | None = None) -> Binding:
        """Check a callback and save the link, without a further question to the person.

        Raises:
            SignInRefused: see `prove`.
            AccountTaken: the account belongs to another Discord user.
            Unavailable: Riot or the database does not answer.
        """
        proven = await self.prove(code, state, issuer)
        return await self.save(proven)

    async def save(self, proven: PendingLink) -> Binding:
        """Save a proven link; saving it again only refreshes it.

        Raises:
            AccountTaken: the account belongs to another Discord user.
        """
        binding = await self._database.save_binding(proven.discord_id, proven.account)
        _log.info("binding_completed", user=user_hash(proven.discord_id), account=user_hash(binding.puuid))
        await self._remember(binding)
        return binding

    async def get_binding(self, discord_id: str) -> Binding | None:
        """The user's main account."""
        return next(iter(await self._database.bindings_of(discord_id)), None)

    async def bindings_of(self, discord_id: str) -> tuple[Binding, ...]:
        """The user's accounts, the main one first."""
        return await self._database.bindings_of(discord_id)

    async def validate_binding(self, discord_id: str) -> bool:
        """Whether the user's main account is linked and, asked with `riot_api`, still exists.

        A changed Riot ID is written down. False removes nothing: an account that Riot does not find under this
        API key may be found under another.

        Raises:
            RateLimited: Riot is not asked now.
            Unavailable: Riot or the database does not answer.
            RiotKeyRejected: Riot refuses the API key.
        """
        binding = await self.get_binding(discord_id)
        if binding is None or self._riot_api is None:
            return binding is not None
        try:
            account = await self._riot_api.account_by_puuid(binding.puuid, binding.platform.account_routing)
        except AccountNotFound:
            _log.info("binding_invalid", user=user_hash(discord_id), account=user_hash(binding.puuid))
            return False
        seen = ProvenAccount(puuid=binding.puuid, riot_id=account.riot_id or binding.riot_id, platform=binding.platform)
        validated = await self._database.mark_validated(discord_id, seen)
        if validated is None:
            return False
        await self._remember(validated)
        return True

    async def unbind(self, discord_id: str, account: str | None = None) -> Binding:
        """End a link and answer which. `account` is a Riot ID or PUUID; it may be None when only one is linked.

        Raises:
            BindingNotFound: nothing is linked, or not that.
            InvalidInput: several accounts are linked and none is named.
        """
        bindings = await self._database.bindings_of(discord_id)
        chosen = _choose(bindings, account)
        if not await self._database.remove_binding(discord_id, chosen.puuid):
            raise BindingNotFound
        _log.info("binding_removed", user=user_hash(discord_id), account=user_hash(chosen.puuid))
        return chosen

    async def _remember(self, binding: Binding) -> None:
        if self._players is None:
            return
        try:
            await self._players.remember(Account(puuid=binding.puuid, riot_id=binding.riot_id), binding.platform)
        except Unavailable:
            # The link itself is saved, and whoever needs the player asks Riot again.
            _log.warning("bound_player_not_remembered", account=user_hash(binding.puuid))

    async def _take_attempt(self, state: str) -> LinkAttempt:
        attempt = await self._database.take_attempt(one_time_hash(state))
        if attempt is None:
            raise SignInRefused("This sign-in was used already or has expired. Start again with /bind.")
        return attempt


def _choose(bindings: tuple[Binding, ...], account: str | None) -> Binding:
    if not bindings:
        raise BindingNotFound
    if account is None:
        if len(bindings) > 1:
            linked = ", ".join(str(binding.riot_id) for binding in bindings)
            raise InvalidInput(f"Several accounts are linked; say which: {linked}.")
        return bindings[0]
    wanted = account.strip().casefold()
    for binding in bindings:
        if account == binding.puuid or wanted == str(binding.riot_id).casefold():
            return binding
    raise BindingNotFound("That Riot account is not linked to you.")
