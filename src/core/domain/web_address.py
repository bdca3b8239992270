"""Which web addresses may carry secrets."""

from ipaddress import ip_address
from urllib.parse import urlsplit


def is_confidential(url: str) -> bool:
    """Whether nobody on the way can read what is sent to `url`: https, or http that stays on this machine.

    >>> [is_confidential(url) for url in ("https://riot.test/x", "http://127.0.0.1:8000", "http://riot.test", "x")]
    [True, True, False, False]
    """
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        return False
    if not host or port == 0 or any(letter.isspace() for letter in url):
        return False
    return parts.scheme == "https" or (parts.scheme == "http" and _is_loopback(host))


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
