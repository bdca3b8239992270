"""The proof by profile icon without Riot."""

from itertools import count

from pydantic import SecretStr

from src.core.domain.binding import IconTask, LinkAttempt, Proof, ProvenAccount, SignInRequest
from src.core.domain.regions import Platform
from src.core.domain.riot_id import RiotId
from src.core.errors import AccountNotFound, ChimeraError, InvalidInput, ProofPending, SignInRefused


class FakeIconProof:
    """Implements RSOPort for tasks: `accounts` are those there are, `shown` the icon that each shows.

    It asks for the icons 1, 2, 3 ..., but not for one that is shown already, or for `always` once that is set.
    `error`, once set, is what every call raises.
    """

    def __init__(self, *accounts: ProvenAccount) -> None:
        self.accounts = {str(account.riot_id).casefold(): account for account in accounts}
        self.shown: dict[str, int] = {}
        self.always: int | None = None
        self.error: ChimeraError | None = None
        self.looks = 0
        self._numbers = count(1)

    async def begin(self, platform: Platform, riot_id: RiotId | None = None) -> SignInRequest:
        """See the port."""
        self._fail()
        if riot_id is None:
            raise InvalidInput
        account = self.accounts.get(str(riot_id).casefold())
        if account is None:
            raise AccountNotFound
        number = next(number for number in self._numbers if number != self.shown.get(account.puuid))
        icon = number if self.always is None else self.always
        proven = account.model_copy(update={"proof": Proof.ICON})
        url = f"https://pictures.test/{icon}.png"
        task = IconTask(account=proven, icon=icon)
        return SignInRequest(auth_url=url, state=SecretStr(f"icon-state-{number}"), task=task)

    async def prove(self, attempt: LinkAttempt, *, code: str = "", issuer: str | None = None) -> ProvenAccount:
        """See the port."""
        self._fail()
        if attempt.task is None:
            raise SignInRefused
        self.looks += 1
        if self.shown.get(attempt.task.account.puuid) != attempt.task.icon:
            raise ProofPending(retry_after=10.0)
        return attempt.task.account

    def _fail(self) -> None:
        if self.error is not None:
            raise self.error
