"""What the sign-in stand-in says wrongly on demand, so that a client's checks can be seen to work."""

from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel, ConfigDict, Field


class Forgeries(BaseModel):
    """Entries laid over what would be said in each place; null takes one out.

    Attributes:
        metadata: The discovery document.
        callback: The parameters with which the browser is sent back.
        claims: The id token's claims, before it is signed.
        tokens: The token endpoint's answer.
        userinfo: The userinfo endpoint's answer.
    """

    model_config = ConfigDict(extra="forbid")

    metadata: dict[str, Any] = Field(default_factory=dict)
    callback: dict[str, str | None] = Field(default_factory=dict)
    claims: dict[str, Any] = Field(default_factory=dict)
    tokens: dict[str, Any] = Field(default_factory=dict)
    userinfo: dict[str, Any] = Field(default_factory=dict)


def forged(truth: Mapping[str, Any], forgery: Mapping[str, Any]) -> dict[str, Any]:
    """The truth with the forgery laid over it.

    >>> forged({"iss": "riot", "sub": "me"}, {"iss": None, "aud": "you"})
    {'sub': 'me', 'aud': 'you'}
    """
    return {name: value for name, value in {**truth, **forgery}.items() if value is not None}
