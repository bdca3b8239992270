"""The operating system's randomness, for secrets."""

import secrets

_BYTES = 32  # 256 bits


class SystemSecrets:
    """Implements `SecretSource`."""

    def token(self) -> str:
        """See `SecretSource.token`."""
        return secrets.token_urlsafe(_BYTES)
