"""Riot Sign On without Riot."""

from itertools import count

from pydantic import SecretStr

from src.core.domain.binding import LinkAttempt, ProvenAccount, SignInRequest
from src.core.domain.regions import Platform
from src.core.domain.riot_id import RiotId
from src.core.errors import ChimeraError, SignInRefused

ISSUER = "https://rso.test"


class FakeRSO:
    """Implements RSOPort. `sign_in` is what the person does in the browser; it answers the callback's code.

    `error`, once set, is what every call raises. With `promises_issuer`, a callback must say who sent it.
    """

    def __init__(self) -> None:
        self.error: ChimeraError | None = None
        self.promises_issuer = False
        self.proofs_asked: list[str] = []
        self._numbers = count(1)
        self._codes: dict[str, tuple[SignInRequest, str, RiotId, Platform | None]] = {}

    async def begin(self, platform: Platform, riot_id: RiotId | None = None) -> SignInRequest:
        self._fail()
        number = next(self._numbers)
        return SignInRequest(
            auth_url=f"{ISSUER}/authorize?state=state-{number}",
            state=SecretStr(f"state-{number}"),
            nonce=SecretStr(f"nonce-{number}"),
            code_verifier=SecretStr(f"verifier-{number}"),
        )

    def sign_in(self, request: SignInRequest, puuid: str, riot_id: RiotId, cpid: Platform | None = None) -> str:
        """The code with which the browser comes back from `request.auth_url`; `cpid` is what RSO tells, if anything."""
        code = f"code-{next(self._numbers)}"
        self._codes[code] = (request, puuid, riot_id, cpid)
        return code

    async def prove(self, attempt: LinkAttempt, *, code: str = "", issuer: str | None = None) -> ProvenAccount:
        self.proofs_asked.append(code)
        self._fail()
        is_its_own = issuer in (None, ISSUER) or (not issuer and not self.promises_issuer)
        if not is_its_own or code not in self._codes:
            raise SignInRefused
        request, puuid, riot_id, cpid = self._codes.pop(code)
        if (request.nonce, request.code_verifier) != (attempt.nonce, attempt.code_verifier):
            raise SignInRefused
        return ProvenAccount(puuid=puuid, riot_id=riot_id, platform=cpid or attempt.platform)

    def _fail(self) -> None:
        if self.error is not None:
            raise self.error
