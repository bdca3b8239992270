"""Secrets that tests can foretell."""

from itertools import count


class FakeSecretSource:
    """Implements SecretSource: secret-1, secret-2, ..."""

    def __init__(self) -> None:
        self._numbers = count(1)

    def token(self) -> str:
        return f"secret-{next(self._numbers)}"
