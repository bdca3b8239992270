"""What the bot calls about people and their accounts, in memory."""

import asyncio
from base64 import urlsafe_b64encode
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha512
from uuid import UUID

from pydantic import SecretStr

from src.core.domain.binding import Binding, IconTask, Proof, ProvenAccount, choose_binding
from src.core.domain.personal_data import Erased, KeptData
from src.core.domain.regions import Platform, parse_platform
from src.core.domain.reply import Reply
from src.core.domain.riot_id import RiotId
from src.core.errors import InvalidInput, NotYours, ProofPending, SignInRefused

BOUND_AT = datetime(2026, 1, 1, tzinfo=UTC)


class FakeLinkedAccounts:
    """Implements `LinkedAccounts`. `failure` is raised by every call; `on_call` runs before each."""

    on_call: Callable[[], object]

    def __init__(self) -> None:
        self.bindings: dict[str, list[Binding]] = {}
        self.failure: Exception | None = None
        self.on_call = lambda: None

    def link(
        self, discord_id: int | str, riot_id: str, platform: Platform = Platform.EUW1, proof: Proof = Proof.RSO
    ) -> Binding:
        """Arrange a linked account."""
        mine = self.bindings.setdefault(str(discord_id), [])
        binding = Binding(
            discord_id=str(discord_id),
            puuid=puuid_of(riot_id),
            riot_id=RiotId.parse(riot_id),
            platform=platform,
            is_main=not mine,
            bound_at=BOUND_AT,
            validated_at=BOUND_AT,
            proof=proof,
        )
        mine.append(binding)
        return binding

    async def bindings_of(self, discord_id: str) -> tuple[Binding, ...]:
        """See `LinkedAccounts.bindings_of`."""
        self._called()
        return tuple(sorted(self.bindings.get(discord_id, ()), key=lambda binding: not binding.is_main))

    async def make_main(self, discord_id: str, account: str) -> Binding:
        """See `LinkedAccounts.make_main`."""
        self._called()
        mine = self.bindings.get(discord_id, [])
        chosen = choose_binding(mine, account)
        mine[:] = [binding.model_copy(update={"is_main": binding == chosen}) for binding in mine]
        return choose_binding(mine, account)

    async def unbind(self, discord_id: str, account: str | None) -> Binding:
        """See `LinkedAccounts.unbind`."""
        self._called()
        mine = self.bindings.get(discord_id, [])
        if account is None and len(mine) > 1:
            raise InvalidInput("Several accounts are linked; say which.")
        removed = choose_binding(mine, account)
        mine.remove(removed)
        return removed

    def _called(self) -> None:
        self.on_call()
        if self.failure is not None:
            raise self.failure


def puuid_of(riot_id: str) -> str:
    """As long as Riot's, and of the same letters."""
    return urlsafe_b64encode(sha512(riot_id.encode()).digest()).decode().rstrip("=")[:78]


@dataclass(frozen=True)
class FakeInvitation:
    """Implements `Invitation`."""

    instructions: str
    auth_url: str


class FakeLinking:
    """Implements `Linking`. `codes` are those that browsers show: whose, and for which account."""

    def __init__(self, binding: FakeLinkedAccounts) -> None:
        self._binding = binding
        self.signs_in_at_discord = True
        self.auth_url = "http://127.0.0.1/link/1"
        self.replies: list[Reply | None] = []
        self.codes: dict[str, tuple[str, str]] = {}
        self.failure: Exception | None = None

    async def invite(self, discord_id: str, region: str, *, discord_name: str, reply: Reply | None) -> FakeInvitation:
        """See `Linking.invite`."""
        await self._binding.bindings_of(discord_id)
        parse_platform(region)
        self.replies.append(reply)
        return FakeInvitation(f"Sign in at Riot, {discord_name}.", self.auth_url)

    async def confirm_by_code(self, discord_id: str, code: str) -> Binding:
        """See `Linking.confirm_by_code`."""
        if self.failure is not None:
            raise self.failure
        whose, riot_id = self.codes.get(code, ("", ""))
        if whose != discord_id:
            raise SignInRefused("That code is wrong or has expired.")
        return self._binding.link(discord_id, riot_id)


@dataclass(frozen=True)
class FakeIconRequest:
    """Implements `IconRequest`."""

    auth_url: str
    attempt: SecretStr
    task: IconTask | None
    takes_over: bool
    expires_in: int = 600


class FakeIconProof:
    """Implements `IconProof`: the icon is seen once `is_shown`."""

    def __init__(self, binding: FakeLinkedAccounts) -> None:
        self._binding = binding
        self.is_shown = False
        self.takes_over = False
        self.failure: Exception | None = None
        self.looks = 0
        self.asked: dict[str, tuple[str, RiotId, Platform]] = {}

    async def initiate_binding(
        self, discord_id: str, region: str, *, riot_id: str | None, discord_name: str
    ) -> FakeIconRequest:
        """See `IconProof.initiate_binding`."""
        name, platform, attempt = RiotId.parse(riot_id or ""), parse_platform(region), f"{len(self.asked):->43}"
        self.asked[attempt] = discord_id, name, platform
        account = ProvenAccount(puuid=puuid_of(str(name)), riot_id=name, platform=platform, proof=Proof.ICON)
        url = "https://pictures.test/icon/12.png"
        task = IconTask(account=account, icon=12)
        return FakeIconRequest(url, SecretStr(attempt), task, self.takes_over)

    async def verify(self, discord_id: str, attempt: str) -> Binding:
        """See `IconProof.verify`."""
        self.looks += 1
        if self.failure is not None:
            raise self.failure
        whose, name, platform = self.asked.get(attempt, ("", None, None))
        if name is None or platform is None:
            raise SignInRefused("This sign-in was used already or has expired.")
        if whose != discord_id:
            raise NotYours
        if not self.is_shown:
            raise ProofPending
        del self.asked[attempt]
        return self._binding.link(discord_id, str(name), platform, Proof.ICON)


class FakePrivacy:
    """Implements `Privacy`."""

    def __init__(self, binding: FakeLinkedAccounts) -> None:
        self._binding = binding
        self.document = b'{"accounts": []}'
        self.erased: list[str] = []
        self.failure: Exception | None = None
        self.goes_on = asyncio.Event()  # an erasure under way waits for it
        self.goes_on.set()

    async def summary(self, discord_id: str) -> KeptData:
        """See `Privacy.summary`."""
        names = tuple(str(binding.riot_id) for binding in await self._binding.bindings_of(discord_id))
        some = len(names)
        return KeptData(accounts=names, matches=1234 * some, years=some, jobs=2 * some, audit_lines=some)

    async def export(self, discord_id: str) -> bytes:
        """See `Privacy.export`."""
        await self._binding.bindings_of(discord_id)
        return self.document

    async def erase(self, discord_id: str) -> Erased:
        """See `Privacy.erase`."""
        if self.failure is not None:
            raise self.failure
        self.erased.append(discord_id)
        await self.goes_on.wait()
        gone = self._binding.bindings.pop(discord_id, [])
        return Erased(id=UUID(int=1), accounts=len(gone), job_ids=(UUID(int=2), UUID(int=3)) if gone else ())
