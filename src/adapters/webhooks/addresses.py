"""Which callback addresses may be called, as far as they tell by themselves."""

import re
from collections.abc import Collection
from dataclasses import dataclass
from ipaddress import ip_address
from typing import NoReturn

from yarl import URL

from src.adapters.webhooks.networks import is_public
from src.core.errors import WebhookRefused

_LONGEST = 2048
_HTTPS_PORT = 443
_NAME = re.compile(r"(?!-)[a-z0-9_-]{1,63}(\.[a-z0-9_-]{1,63})+\.?")
# A last label that is a number makes an IPv4 address of a name for some (https://url.spec.whatwg.org/#ends-in-a-number).
_NUMBER = re.compile(r"[0-9]+|0x[0-9a-f]*")
_LOCAL_DOMAINS = (".localhost", ".local", ".internal", ".home.arpa")


@dataclass(frozen=True, slots=True)
class Receiver:
    """An address that may be called; `is_trusted` if the admin lists it, wherever it leads."""

    url: URL
    is_trusted: bool

    @property
    def host(self) -> str:
        """The name or address to connect to, in ASCII."""
        return self.url.raw_host or ""

    @property
    def port(self) -> int:
        """The port to connect to."""
        return _HTTPS_PORT if self.url.port is None else self.url.port

    @property
    def is_address(self) -> bool:
        """True where there is no name to resolve."""
        return _is_address(self.host)


class WebhookAddresses:
    """The rules, and the admin's exceptions: `host` or `host:port` as WebhookSettings has them."""

    def __init__(self, allowed: Collection[str]) -> None:
        self._allowed = frozenset(allowed)

    def check(self, url: str) -> Receiver:
        """Read an address. What is connected to later is what was looked at here: no second parser.

        Raises:
            WebhookRefused: with the reason, which does not repeat the address: there may be a secret in it.
        """
        if len(url) > _LONGEST:
            _refuse(f"is longer than {_LONGEST} characters")
        if any(letter <= " " or letter == "\x7f" for letter in url):
            _refuse("has blanks in it")
        try:
            parsed = URL(url)
        except ValueError:
            _refuse("is no URL")
        if parsed.scheme not in {"http", "https"} or not parsed.raw_host:
            _refuse("must be an https URL")
        if parsed.raw_user is not None or parsed.raw_password is not None:
            _refuse("must not contain a user or password")
        receiver = Receiver(parsed, is_trusted=self._is_allowed(parsed))
        if not receiver.is_trusted:
            _check_stranger(receiver)
        return receiver

    def _is_allowed(self, url: URL) -> bool:
        host = (url.host_subcomponent or "").rstrip(".")
        return not self._allowed.isdisjoint({host, f"{host}:{url.port}"})


def _check_stranger(receiver: Receiver) -> None:
    if receiver.url.scheme != "https":
        _refuse("must be an https URL")
    if receiver.port != _HTTPS_PORT:
        _refuse(f"must use port {_HTTPS_PORT}")
    if receiver.is_address:
        if not is_public(receiver.host):
            _refuse("is not public")
        return
    host = receiver.host.rstrip(".")
    if not _NAME.fullmatch(host) or _NUMBER.fullmatch(host.rpartition(".")[2]):
        _refuse("has no full host name")
    if host.endswith(_LOCAL_DOMAINS):
        _refuse("is not public")


def _is_address(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True


def _refuse(reason: str) -> NoReturn:
    raise WebhookRefused(f"The callback address {reason}.")
