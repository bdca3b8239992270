"""What somebody who wants to link an account is told to do."""

from typing import Final

from pydantic import BaseModel, ConfigDict, SecretStr

from src.core.domain.binding import IconTask, SignInRequest

LINK_LIFETIME: Final = 600
"""Seconds for which each step on the way to a link waits for the next."""

_MINUTES: Final = LINK_LIFETIME // 60


class BindingResponse(BaseModel):
    """A proof that is ready: what to do, and the address to open, which expires in seconds.

    With `task` the address is a picture of the icon to set, and `attempt` names the attempt for `verify`.
    """

    model_config = ConfigDict(frozen=True)

    instructions: str
    auth_url: str
    expires_in: int = LINK_LIFETIME
    attempt: SecretStr = SecretStr("")
    task: IconTask | None = None
    takes_over: bool = False

    @property
    def message(self) -> str:
        """All that the person needs in one text, the address included."""
        return f"{self.instructions}\n<{self.auth_url}>"


def sign_in_at(url: str) -> BindingResponse:
    """Open this address, and sign in."""
    return BindingResponse(
        instructions=(
            "Sign in with Riot to link your account. "
            f"The link is yours alone: it works once, for {_MINUTES} minutes. "
            "Never open such a link that somebody else gives you."
        ),
        auth_url=url,
    )


def show_icon(request: SignInRequest, task: IconTask, *, takes_over: bool) -> BindingResponse:
    """Set this icon, and have it looked for."""
    return BindingResponse(
        instructions=(
            f"Show that {task.account.riot_id} is yours: in League, set this as your profile icon, then verify within "
            f"{_MINUTES} minutes. Afterwards you can take your old icon again."
        ),
        auth_url=request.auth_url,
        attempt=request.state,
        task=task,
        takes_over=takes_over,
    )
