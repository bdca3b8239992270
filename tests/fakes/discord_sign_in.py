"""Discord's sign-in without Discord."""

from itertools import count

from pydantic import SecretStr

from src.core.domain.binding import SignInRequest
from src.core.errors import ChimeraError, ConfigurationError, SignInRefused
from src.core.ports.discord_sign_in import DiscordPerson

AUTHORIZE = "https://discord.test/oauth2/authorize"


class FakeDiscordSignIn:
    """Implements DiscordSignInPort. `sign_in` is what the person does in the browser; it answers the callback's code.

    `error`, once set, is what every call raises; `is_configured = False` is a Chimera without a client.
    `codes_asked` are the codes that were to be exchanged.
    """

    def __init__(self) -> None:
        self.error: ChimeraError | None = None
        self.is_configured = True
        self.codes_asked: list[str] = []
        self._numbers = count(1)
        self._codes: dict[str, tuple[SignInRequest, DiscordPerson]] = {}

    async def begin(self) -> SignInRequest:
        self._fail()
        number = next(self._numbers)
        return SignInRequest(
            auth_url=f"{AUTHORIZE}?state=discord-state-{number}",
            state=SecretStr(f"discord-state-{number}"),
            code_verifier=SecretStr(f"discord-verifier-{number}"),
        )

    def sign_in(self, request: SignInRequest, person: DiscordPerson) -> str:
        """The code with which this person's browser comes back from `request.auth_url`."""
        code = f"discord-code-{next(self._numbers)}"
        self._codes[code] = (request, person)
        return code

    async def who(self, code: str, code_verifier: str) -> DiscordPerson:
        self.codes_asked.append(code)
        self._fail()
        request, person = self._codes.pop(code, (None, None))
        if request is None or person is None or request.code_verifier.get_secret_value() != code_verifier:
            raise SignInRefused
        return person

    async def close(self) -> None:
        pass

    def _fail(self) -> None:
        if not self.is_configured:
            raise ConfigurationError
        if self.error is not None:
            raise self.error
