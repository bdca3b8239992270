"""Linking a Discord user with the Riot account they prove to own."""

from typing import Final

import structlog

from src.core.domain.binding import (
    MOST_ACCOUNTS,
    Binding,
    IconTask,
    LinkAttempt,
    PendingLink,
    SignInRequest,
    choose_binding,
    step_key,
)
from src.core.domain.regions import Platform, parse_platform
from src.core.domain.reply import Reply, user_hash
from src.core.domain.riot_id import RiotId
from src.core.errors import (
    AccountNotLinked,
    AccountTaken,
    BindingNotFound,
    InvalidInput,
    LinkRests,
    NotYours,
    SignInOver,
    SignInRefused,
    TooManyAccounts,
    TooManyClaims,
)
from src.core.ports.match_store import MatchStore
from src.core.ports.riot_api import RiotApi
from src.core.ports.rso import RSOPort
from src.core.ports.user_binding import IUserBindingRepository
from src.core.services.binding_check import BindingCheck
from src.core.services.binding_response import LINK_LIFETIME, BindingResponse, show_icon, sign_in_at
from src.core.services.link_limits import LinkLimits
from src.core.services.link_notices import LinkNotices, Notice
from src.core.services.link_refusals import LinkRefusals
from src.core.services.profile_requests import ProfileRequests

_log = structlog.get_logger(__name__)

_TAKEN: Final = "account_taken"
_TOO_MANY: Final = "too_many_accounts"
_TRIES: Final = 4  # at an icon that nobody else is asked to show at the moment


class UserBindingService:
    """Starts, completes, reads, checks and ends links.

    Only `database` and `rso_adapter` are needed. With `riot_api`, `validate_binding` also asks Riot (and compares
    with what is stored in `matches`); with `notices`, people hear of links that others or Riot have ended; with
    `limits`, wishes for a proof and looks for one are counted; with `profiles`, the matches of an account that was
    linked are on their way.
    """

    def __init__(
        self,
        database: IUserBindingRepository,
        rso_adapter: RSOPort,
        *,
        riot_api: RiotApi | None = None,
        matches: MatchStore | None = None,
        notices: LinkNotices | None = None,
        limits: LinkLimits | None = None,
        profiles: ProfileRequests | None = None,
    ) -> None:
        self._database = database
        self._limits = limits
        self._rso = rso_adapter
        self._notices = notices
        self._profiles = profiles
        self._refusals = LinkRefusals(database)
        self._check = BindingCheck(database, riot_api, matches=matches, notices=notices) if riot_api else None

    async def initiate_binding(
        self,
        discord_id: str,
        region: str,
        *,
        riot_id: str | None = None,
        discord_name: str = "",
        reply: Reply | None = None,
    ) -> BindingResponse:
        """Prepare a proof for a Discord user: a sign-in at Riot, or an icon to set.

        `region` is a platform (`na1`) or what players call it (`NA`); it serves where Riot tells none. `riot_id`
        (`Name#TAG`) is the account to prove, which a sign-in does without. `discord_name` is shown on the
        confirmation page, `reply` is where the outcome is told.

        Raises:
            InvalidInput: no such region, no Riot ID, or none where it is needed.
            TooManyAccounts: no further account may be linked.
            TooOften: the user has asked for many proofs.
            AccountTaken: somebody has that account linked by a better proof than an icon.
            LinkRests: or by an icon, since less than a day (icons only).
            ConfigurationError: no RSO client is configured.
            AccountNotFound: nobody has that Riot ID there (icons only).
            RateLimited: Riot is not asked now (icons only).
            TooManyClaims: several others try to prove that account (icons only).
            Unavailable: Riot or the database does not answer.
        """
        platform = parse_platform(region)
        wanted = RiotId.parse(riot_id) if riot_id is not None else None
        if self._limits is not None:
            await self._limits.request(discord_id)
        attempt = LinkAttempt(discord_id=discord_id, discord_name=discord_name, platform=platform, reply=reply)
        for _ in range(_TRIES):
            request = await self._rso.begin(platform, wanted)
            former_owner = await self._check_claim(discord_id, request.task)
            prepared = _prepared(attempt, request, former_owner)
            key = step_key(request.state.get_secret_value())
            if await self._database.open_attempt(key, prepared, ttl=LINK_LIFETIME):
                _log.info("binding_initiated", user=user_hash(discord_id), platform=platform)
                if request.task is None:
                    return sign_in_at(request.auth_url)
                return show_icon(request, request.task, takes_over=former_owner is not None)
        await self._refusals.note(discord_id, "too_many_claims")
        raise TooManyClaims(retry_after=float(LINK_LIFETIME))

    async def begin_sign_in(
        self, discord_id: str, platform: Platform, *, session: str, discord_name: str, reply: Reply | None
    ) -> str:
        """Prepare a sign-in that only the browser with this session can complete; answers the address to go to.

        Raises:
            ConfigurationError: no RSO client is configured.
            Unavailable: Riot or the database does not answer.
        """
        request = await self._rso.begin(platform)
        attempt = LinkAttempt(discord_id=discord_id, discord_name=discord_name, platform=platform, reply=reply)
        key = step_key(request.state.get_secret_value(), session)
        await self._database.open_attempt(key, _prepared(attempt, request, None), ttl=LINK_LIFETIME)
        return request.auth_url

    async def prove(self, code: str, state: str, issuer: str | None = None, *, session: str = "") -> PendingLink:
        """Learn which account somebody has proven to own, and save nothing.

        A sign-in's state is used up before the code goes to Riot, so that one callback is answered once; and it is
        found only together with the session it began in. An icon may be looked for until the link is saved.

        Raises:
            SignInRefused: the state is unknown, used, expired or another session's, or Riot does not confirm it.
            ProofPending: the icon is not to be seen yet.
            Unavailable: Riot or the database does not answer.
        """
        key = step_key(state, session)
        attempt = await self._database.peek_attempt(key)
        if attempt is None or attempt.task is None:
            attempt = await self._take_attempt(key)
        try:
            account = await self._rso.prove(attempt, code=code, issuer=issuer)
        except SignInRefused:
            await self._refusals.note(attempt.discord_id, "proof_refused")
            raise
        return PendingLink(
            discord_id=attempt.discord_id,
            discord_name=attempt.discord_name,
            account=account,
            former_owner=attempt.former_owner,
            reply=attempt.reply,
        )

    async def under_way(self, state: str, *, session: str = "") -> LinkAttempt | None:
        """The proof that this state, in this session, would complete. Looking does not use it up."""
        return await self._database.peek_attempt(step_key(state, session))

    async def abandon(self, state: str, *, session: str = "") -> LinkAttempt:
        """Use up the state of a sign-in that Riot or its person refused; answers what was under way.

        Raises:
            SignInRefused: the state is unknown, used, expired or another session's.
        """
        return await self._take_attempt(step_key(state, session))

    async def complete_binding(self, code: str, state: str, *, issuer: str | None = None) -> Binding:
        """Check a callback and save the link, without a further question to the person.

        Raises:
            SignInRefused: see `prove`.
            ProofPending: see `prove`.
            AccountTaken: the account belongs to another Discord user, and nobody was told that it would change hands.
            TooManyAccounts: no further account may be linked.
            Unavailable: Riot or the database does not answer.
        """
        begun = await self.under_way(state)
        # An icon that was seen stays good until its link is saved: a database that was away costs no proof.
        uses = step_key(state) if begun and begun.task else None
        return await self.save(await self.prove(code, state, issuer), uses=uses)

    async def verify(self, discord_id: str, attempt: str) -> Binding:
        """Look whether the account shows the icon that `initiate_binding` named, and save the link if it does.

        Raises:
            NotYours: somebody else began this.
            TooOften: the user has looked many times.
            Others: see `complete_binding`.
        """
        if self._limits is not None:
            await self._limits.look(discord_id)
        begun = await self._database.peek_attempt(step_key(attempt))
        if begun is not None and begun.discord_id != discord_id:
            await self._refusals.note(discord_id, "icon_of_another_user")
            raise NotYours("Only who typed /bind can press this.")
        return await self.complete_binding("", attempt)

    async def save(self, proven: PendingLink, *, uses: str | None = None) -> Binding:
        """Save a proven link; saving it again only refreshes it. A former owner whom the person knows of is told.

        `uses` is the key of what the link rests on, which is used up with it (see `IUserBindingRepository`).

        Raises:
            AccountTaken: the account belongs to somebody the person was not told of, or by a better proof.
            TooManyAccounts: no further account may be linked.
            SignInOver: what it rests on is used up or has expired.
        """
        former = await self._former(proven)
        notice = self._notices.job(Notice.TAKEN_OVER, former) if self._notices and former else None
        jobs = [self._profiles.for_link(proven.account)] if self._profiles else []
        try:
            saved = await self._database.save_binding(
                proven.discord_id,
                proven.account,
                former_owner=former.discord_id if former else None,  # nobody loses an account without a notice
                notice=notice,
                jobs=jobs,
                uses=uses,
            )
        except (AccountTaken, TooManyAccounts) as error:
            reason = _TAKEN if isinstance(error, AccountTaken) else _TOO_MANY
            await self._refusals.note(proven.discord_id, reason, proven.account.puuid)
            raise
        _log.info(
            "binding_completed",
            user=user_hash(proven.discord_id),
            account=user_hash(saved.binding.puuid),
            proof=proven.account.proof.value,
            taken_over=saved.former is not None,
        )
        if self._notices and notice and saved.former:
            await self._notices.announce(notice)
        if self._profiles and saved.is_new:
            await self._profiles.announce(jobs)
        return saved.binding

    async def owner_of(self, puuid: str) -> Binding | None:
        """The link of an account, whoever has it."""
        return await self._database.owner_of(puuid)

    async def get_binding(self, discord_id: str) -> Binding | None:
        """The user's main account."""
        return next(iter(await self._database.bindings_of(discord_id)), None)

    async def bindings_of(self, discord_id: str) -> tuple[Binding, ...]:
        """The user's accounts, the main one first."""
        return await self._database.bindings_of(discord_id)

    async def validate_binding(self, discord_id: str) -> bool:
        """Whether the user's main account is linked and, asked with `riot_api`, still exists.

        What is new is written down: a changed Riot ID, another platform, the PUUID under a new API key. An account
        that Riot has not known for a day is dropped (see `BindingCheck`).

        Raises:
            RateLimited: Riot is not asked now.
            Unavailable: Riot or the database does not answer.
            RiotKeyRejected: Riot refuses the API key.
            PlayerForgotten: under the PUUID that Riot gives the account now, it has asked to be forgotten.
        """
        binding = await self.get_binding(discord_id)
        if binding is None or self._check is None:
            return binding is not None
        return (await self._check.check(binding)).is_good

    async def make_main(self, discord_id: str, account: str) -> Binding:
        """Make one of the user's accounts the main one. `account` is a Riot ID or PUUID.

        Raises:
            BindingNotFound: it is not linked to the user.
        """
        chosen = choose_binding(await self._database.bindings_of(discord_id), account)
        main = await self._database.make_main(discord_id, chosen.puuid)
        if main is None:
            raise AccountNotLinked
        return main

    async def unbind(self, discord_id: str, account: str | None = None) -> Binding:
        """End a link and answer which. `account` is a Riot ID or PUUID; it may be None when only one is linked.

        Raises:
            BindingNotFound: nothing is linked, or not that.
            InvalidInput: several accounts are linked and none is named.
        """
        bindings = await self._database.bindings_of(discord_id)
        if len(bindings) > 1 and account is None:
            linked = ", ".join(str(binding.riot_id) for binding in bindings)
            raise InvalidInput(f"Several accounts are linked; say which: {linked}.")
        chosen = choose_binding(bindings, account)
        if not await self._database.remove_binding(discord_id, chosen.puuid):
            raise BindingNotFound
        _log.info("binding_removed", user=user_hash(discord_id), account=user_hash(chosen.puuid))
        return chosen

    async def check_room(self, discord_id: str, puuid: str | None = None) -> None:
        """See that one more account (that with this PUUID, if it is known) may be linked.

        Raises:
            TooManyAccounts: it may not.
        """
        bindings = await self._database.bindings_of(discord_id)
        if len(bindings) >= MOST_ACCOUNTS and puuid not in {binding.puuid for binding in bindings}:
            await self._refusals.note(discord_id, _TOO_MANY)
            raise TooManyAccounts

    async def _check_claim(self, discord_id: str, task: IconTask | None) -> str | None:
        """See that the proof can lead to a link; answers who else has the account that the task is about.

        Raises:
            AccountTaken: somebody else has, by a better proof than an icon, or by one of the last day (LinkRests).
        """
        await self.check_room(discord_id, task.account.puuid if task else None)
        owner = await self._database.owner_of(task.account.puuid) if task else None
        if task is None or owner is None or owner.discord_id == discord_id:
            return None
        if not await self._database.gives_way(owner.puuid, task.account.proof):
            await self._refusals.note(discord_id, _TAKEN, owner.puuid)
            raise LinkRests if task.account.proof.is_as_good_as(owner.proof) else AccountTaken
        return owner.discord_id

    async def _former(self, proven: PendingLink) -> Binding | None:
        if proven.former_owner is None:
            return None
        owner = await self._database.owner_of(proven.account.puuid)
        return owner if owner and owner.discord_id == proven.former_owner else None

    async def _take_attempt(self, key: str) -> LinkAttempt:
        attempt = await self._database.take_attempt(key)
        if attempt is None:
            raise SignInOver
        return attempt


def _prepared(attempt: LinkAttempt, request: SignInRequest, former_owner: str | None) -> LinkAttempt:
    return attempt.model_copy(
        update={
            "nonce": request.nonce,
            "code_verifier": request.code_verifier,
            "task": request.task,
            "former_owner": former_owner,
        }
    )
