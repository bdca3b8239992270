"""The code with which a link is confirmed in Discord where a browser cannot sign in there."""

from base64 import b32encode
from hashlib import sha256
from typing import Final

from src.core.domain.binding import one_time_hash

_BYTES: Final = 5  # 40 bits: eight letters


def code_of(session: str) -> str:
    """The code that a browser's last page shows, derived one way from its session token.

    >>> len(code_of("secret"))
    8
    """
    digest = sha256(f"chimera/link-code.{session}".encode()).digest()
    return b32encode(digest[:_BYTES]).decode()


def key_of_code(code: str) -> str:
    """Under which the link is kept that the code confirms."""
    return one_time_hash(f"chimera/link-code-key.{code}")


def written_code(code: str) -> str:
    """The code as people read it.

    >>> written_code("ABCDEFGH")
    'ABCD-EFGH'
    """
    return f"{code[:4]}-{code[4:]}"


def read_code(text: str) -> str:
    """The code as it was made, however it was typed: 0, 1 and 8 are no letters of base32, but look like some.

    >>> read_code(" abcd-ef8h")
    'ABCDEFBH'
    """
    return "".join(text.split()).replace("-", "").upper().translate(str.maketrans("018", "OIB"))
