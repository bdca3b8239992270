"""What a button under an answer is about, in the few characters that Discord lets it hold."""

import re
from hashlib import sha256
from typing import Final, NamedTuple, Self

from src.core.errors import ControlOutdated

_MARK_LENGTH: Final = 12
ACCOUNT_MARK: Final = rf"[0-9a-f]{{{_MARK_LENGTH}}}"
"""The pattern of an `account_mark`."""


def account_mark(puuid: str) -> str:
    """A short name of an account, for telling a person's few accounts apart: a PUUID alone nearly fills a custom_id."""
    return sha256(puuid.encode()).hexdigest()[:_MARK_LENGTH]


def is_account_mark(text: str) -> bool:
    """True of what `account_mark` may have answered; no Riot ID or PUUID looks like it."""
    return re.fullmatch(ACCOUNT_MARK, text) is not None


class AnswerKey(NamedTuple):
    """The match that an answer is about, the account (see `account_mark`), and the Discord user whose answer it is.

    >>> AnswerKey.parse(AnswerKey("NA1_5", "0123456789ab", "42").text)
    AnswerKey(match_id='NA1_5', account='0123456789ab', owner='42')
    """

    match_id: str
    account: str
    owner: str

    @property
    def text(self) -> str:
        """At most 60 characters, matched by `ANSWER_KEY`."""
        return f"{self.match_id}:{self.account}:{self.owner}"

    @classmethod
    def parse(cls, text: str) -> Self:
        """The key with this `text`.

        Raises:
            ControlOutdated: there is none.
        """
        found = re.fullmatch(ANSWER_KEY, text)
        if found is None:
            raise ControlOutdated
        return cls(*found.groups())


ANSWER_KEY: Final = rf"([A-Z0-9]{{2,5}}_[0-9]{{1,19}}):({ACCOUNT_MARK}):([0-9]{{1,20}})"
"""The pattern of a key's text."""
