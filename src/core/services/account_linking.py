"""The web side of linking: whoever typed /bind, and nobody else, completes it in one browser."""

from typing import Final

import structlog
from pydantic import BaseModel, ConfigDict, SecretStr

from src.core.domain.binding import Binding, DiscordSignIn, LinkInvitation, PendingLink, one_time_hash, step_key
from src.core.domain.link_codes import code_of, key_of_code, read_code, written_code
from src.core.domain.regions import parse_platform
from src.core.domain.reply import Reply, user_hash
from src.core.errors import Rejected, SignInOver, SignInRefused
from src.core.ports.answers import Answers
from src.core.ports.direct_messages import DirectMessages
from src.core.ports.discord_sign_in import DiscordSignInPort
from src.core.ports.link_steps import LinkSteps, S
from src.core.ports.secrets import SecretSource
from src.core.ports.user_binding import IUserBindingRepository
from src.core.services.binding_response import LINK_LIFETIME, BindingResponse, sign_in_at
from src.core.services.link_answers import LinkAnswers
from src.core.services.link_limits import LinkLimits
from src.core.services.link_refusals import LinkRefusals
from src.core.services.user_binding import UserBindingService

_log = structlog.get_logger(__name__)

_OVER: Final = "This link was used already or has expired. Type /bind in Discord for a new one."
_OTHER_BROWSER: Final = "This sign-in began in another browser, was used already, or has expired."
_NOTHING_WAITS: Final = (
    "Nothing waits for your confirmation here: it was given already, or 10 minutes have passed. "
    "/accounts in Discord shows what is linked."
)
_WRONG_CODE: Final = "That code is wrong or has expired."
_OTHER_PERSON: Final = (
    "You are signed in at Discord as somebody other than the person who asked for this link, so nothing was linked."
)


class NextStep(BaseModel):
    """Where the browser goes next, and the session token it takes there in place of the one it had."""

    model_config = ConfigDict(frozen=True)

    url: str
    session: SecretStr


class Confirmation(BaseModel):
    """What the last page shows: the link, and the code for Discord if that is how it is confirmed."""

    model_config = ConfigDict(frozen=True)

    link: PendingLink
    code: str | None = None


class AccountLinking:
    """Leads a browser from the address that /bind gave to a confirmed link.

    Each step is kept under the hash of a session token that only this browser holds, is used up once, and leads to
    the next under a new token. With `discord` the browser signs in there first: the Riot account goes to whoever
    typed /bind, so that nobody can send their link to somebody else and get that person's account. Without it, the
    last page shows a code to be typed into Discord instead. `public_url` is where browsers reach our pages.
    """

    def __init__(
        self,
        *,
        binding: UserBindingService,
        database: IUserBindingRepository,
        steps: LinkSteps,
        secrets: SecretSource,
        limits: LinkLimits,
        public_url: str,
        discord: DiscordSignInPort | None = None,
        answers: Answers | None = None,
        messages: DirectMessages | None = None,
    ) -> None:
        self._binding = binding
        self._steps = steps
        self._secrets = secrets
        self._limits = limits
        self._public_url = public_url.rstrip("/")
        self._discord = discord
        self._refusals = LinkRefusals(database)
        self._answers = LinkAnswers(answers, messages)

    @property
    def signs_in_at_discord(self) -> bool:
        """Whether the browser proves who it is at Discord; else a code is typed there."""
        return self._discord is not None

    # In Discord.

    async def invite(
        self, discord_id: str, region: str, *, discord_name: str = "", reply: Reply | None = None
    ) -> BindingResponse:
        """Make the address that /bind shows to one person.

        Raises:
            InvalidInput: no such region.
            TooManyAccounts: no further account may be linked.
            TooOften: the user has asked for many links.
            Unavailable: the database does not answer.
        """
        platform = parse_platform(region)
        await self._limits.request(discord_id)
        await self._binding.check_room(discord_id)
        token = self._secrets.token()
        invitation = LinkInvitation(
            discord_id=discord_id,
            discord_name=discord_name,
            platform=platform,
            reply=reply,
        )
        await self._steps.open(one_time_hash(token), invitation, ttl=LINK_LIFETIME)
        _log.info("link_invited", user=user_hash(discord_id), platform=platform)
        return sign_in_at(f"{self._public_url}/link/{token}")

    async def confirm_by_code(self, discord_id: str, code: str) -> Binding:
        """Save the link whose last page shows this code; it must be typed by whoever typed /bind.

        Raises:
            SignInRefused: the code is wrong, expired, or for somebody else.
            TooOften: the user has tried many codes.
            AccountTaken, TooManyAccounts: see `UserBindingService.save`.
            Unavailable: the database does not answer.
        """
        await self._limits.code(discord_id)
        key = key_of_code(read_code(code))
        link = await self._steps.peek(PendingLink, key)
        if link is None or link.discord_id != discord_id:
            reason, puuid = ("wrong_code", None) if link is None else ("code_of_another_user", link.account.puuid)
            await self._refusals.note(discord_id, reason, puuid)
            raise SignInRefused(_WRONG_CODE)
        return await self._binding.save(link, uses=key)

    # In the browser.

    async def count_callback(self, address: str) -> None:
        """Count a callback that has led nowhere, by where it came from.

        Raises:
            TooOften: with the seconds until the next one.
        """
        await self._limits.callback(address)

    async def look(self, token: str) -> LinkInvitation:
        """What stands behind an address of `invite`. Looking does not use it up.

        Raises:
            SignInRefused: nothing (any more).
        """
        return _present(await self._steps.peek(LinkInvitation, one_time_hash(token)), _OVER)

    async def begin(self, token: str) -> NextStep:
        """Use an invitation up and send the browser to sign in. It stays good while nobody can sign in.

        Raises:
            SignInRefused: the address was used or has expired.
            ConfigurationError: Discord's or Riot's sign-in is not set up.
            Unavailable: they or the database do not answer.
        """
        key = one_time_hash(token)
        invitation = _present(await self._steps.peek(LinkInvitation, key), _OVER)
        # Nobody holds what is prepared here before the invitation is used up, and whoever comes second never will.
        step = await (
            self._to_riot(invitation) if self._discord is None else self._to_discord(self._discord, invitation)
        )
        _present(await self._steps.take(LinkInvitation, key), _OVER)
        return step

    async def receive_discord(self, session: str, code: str, state: str) -> NextStep:
        """Learn who sits at the browser, and send them on to Riot if it is who typed /bind.

        Raises:
            SignInRefused: another person, or a state that is unknown, used, expired or another browser's.
            ConfigurationError: Discord or Riot refuses our client.
            Unavailable: Discord, Riot or the database does not answer.
        """
        if self._discord is None:
            raise SignInRefused(_OTHER_BROWSER)
        step = await self._take_discord(session, state)
        invitation = step.invitation
        async with self._answers.failures(invitation.reply):
            person = await self._discord.who(code, step.code_verifier.get_secret_value())
        if person.discord_id != invitation.discord_id:
            await self._refusals.note(invitation.discord_id, "link_opened_by_another_user")
            await self._refusals.note(person.discord_id, "link_of_another_user")
            await self._answers.tell(
                invitation.reply,
                "Not linked: somebody who is signed in at Discord as another person opened your link. It is used up "
                "now. /bind gives you a new one; keep it to yourself.",
            )
            raise SignInRefused(_OTHER_PERSON)
        async with self._answers.failures(invitation.reply):
            return await self._to_riot(invitation.model_copy(update={"discord_name": person.name}))

    async def discord_failed(self, session: str, state: str) -> None:
        """Give a sign-in up that its person or Discord refused. An unknown one is nobody's and ignored."""
        try:
            step = await self._take_discord(session, state)
        except SignInRefused:
            return
        await self._refusals.note(step.invitation.discord_id, "given_up_at_discord")
        await self._answers.tell(step.invitation.reply, "Not linked: the sign-in at Discord was not completed.")

    async def receive_riot(self, session: str, code: str, state: str, issuer: str = "") -> NextStep:
        """Prove the account of a callback and let the link wait for its person's word. `issuer` is its `iss`, or "".

        Raises:
            SignInRefused: see `UserBindingService.prove`.
            Unavailable: Riot or the database does not answer.
        """
        if not session:
            raise SignInRefused(_OTHER_BROWSER)
        attempt = await self._binding.under_way(state, session=session)
        async with self._answers.failures(attempt.reply if attempt else None):
            link = await self._binding.prove(code, state, issuer, session=session)
            owner = await self._binding.owner_of(link.account.puuid)
            former_owner = owner.discord_id if owner and owner.discord_id != link.discord_id else None
            token = self._secrets.token()
            waiting = link.model_copy(update={"former_owner": former_owner, "by_code": self._discord is None})
            await self._steps.open(self._pending_key(token), waiting, ttl=LINK_LIFETIME)
        return NextStep(url=f"{self._public_url}/link/confirm", session=SecretStr(token))

    async def riot_failed(self, session: str, state: str) -> None:
        """Give a sign-in up that its person or Riot refused. An unknown one is nobody's and ignored."""
        if not session:  # without one, it would be the state of a proof that no browser of ours began
            return
        try:
            attempt = await self._binding.abandon(state, session=session)
        except SignInRefused:
            return
        await self._refusals.note(attempt.discord_id, "given_up_at_riot")
        await self._answers.tell(attempt.reply, "Not linked: the sign-in at Riot was not completed.")

    async def pending(self, session: str) -> Confirmation:
        """The link that waits for this browser's word, and its code where one is to be typed into Discord.

        Raises:
            SignInRefused: none does (any more).
        """
        link = _present(await self._steps.peek(PendingLink, self._pending_key(session)), _NOTHING_WAITS)
        return Confirmation(link=link, code=written_code(code_of(session)) if link.by_code else None)

    async def confirm(self, session: str) -> Binding:
        """Save the link and tell Discord; a notice that fails is logged and fails nothing.

        Raises:
            SignInRefused: the session is unknown, used or expired, or the word is to be given in Discord.
            AccountTaken, TooManyAccounts: see `UserBindingService.save`.
            Unavailable: the database does not answer.
        """
        if self._discord is None:
            raise SignInRefused("Type the code into Discord to link this account.")
        key = self._pending_key(session)
        link = _present(await self._steps.peek(PendingLink, key), _NOTHING_WAITS)
        try:
            # Used up with it: while it cannot be saved, the person may press again.
            binding = await self._binding.save(link, uses=key)
        except SignInOver as error:
            raise SignInOver(_NOTHING_WAITS) from error
        except Rejected as error:
            await self._steps.take(PendingLink, key)
            await self._answers.tell_failure(link.reply, error)
            raise
        linked = f"{binding.riot_id} ({binding.platform.upper()})"
        await self._answers.tell(link.reply, f"Linked: {linked}. Try /analyze or /profile.")
        return binding

    async def refuse(self, session: str) -> None:
        """Throw the link away.

        Raises:
            SignInRefused: the session is unknown, used or expired.
        """
        link = _present(await self._steps.take(PendingLink, self._pending_key(session)), _NOTHING_WAITS)
        await self._refusals.note(link.discord_id, "not_confirmed", link.account.puuid)
        await self._answers.tell(link.reply, "Not linked: the confirmation was refused.")

    async def _to_discord(self, discord: DiscordSignInPort, invitation: LinkInvitation) -> NextStep:
        request = await discord.begin()
        session = self._secrets.token()
        step = DiscordSignIn(invitation=invitation, code_verifier=request.code_verifier)
        await self._steps.open(step_key(request.state.get_secret_value(), session), step, ttl=LINK_LIFETIME)
        return NextStep(url=request.auth_url, session=SecretStr(session))

    async def _to_riot(self, invitation: LinkInvitation) -> NextStep:
        session = self._secrets.token()
        url = await self._binding.begin_sign_in(
            invitation.discord_id,
            invitation.platform,
            session=session,
            discord_name=invitation.discord_name,
            reply=invitation.reply,
        )
        return NextStep(url=url, session=SecretStr(session))

    async def _take_discord(self, session: str, state: str) -> DiscordSignIn:
        if not session:
            raise SignInRefused(_OTHER_BROWSER)
        return _present(await self._steps.take(DiscordSignIn, step_key(state, session)), _OTHER_BROWSER)

    def _pending_key(self, session: str) -> str:
        return one_time_hash(session) if self._discord else key_of_code(code_of(session))


def _present(step: S | None, otherwise: str) -> S:
    if step is None:
        raise SignInOver(otherwise)
    return step
