"""An internet of one machine: names, addresses, TLS, and receivers behind them that do as a test says."""

import asyncio
import errno
import socket
import ssl
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

PUBLIC = "93.184.216.34"
NAME = "hooks.example"

Answer = Callable[[asyncio.StreamWriter], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Received:
    """A request; header names in lower case."""

    line: str
    headers: dict[str, str]
    body: bytes


def answering(status: int, *headers: str, body: bytes = b"") -> Answer:
    """A complete answer."""

    async def answer(writer: asyncio.StreamWriter) -> None:
        head = [f"HTTP/1.1 {status} Whatever", f"Content-Length: {len(body)}", *headers, "", ""]
        writer.write("\r\n".join(head).encode() + body)
        await writer.drain()

    return answer


class Receiver:
    """A server on the loopback that keeps what it gets."""

    def __init__(self) -> None:
        self.received: list[Received] = []
        self.answer: Answer = answering(204)
        self._tasks: set[asyncio.Task[None]] = set()

    @asynccontextmanager
    async def running(self, tls: ssl.SSLContext | None = None) -> AsyncIterator[int]:
        """Serve; answers the port."""
        server = await asyncio.start_server(self._serve, "127.0.0.1", 0, ssl=tls)
        try:
            yield server.sockets[0].getsockname()[1]
        finally:
            server.close()
            for task in self._tasks:
                task.cancel()
            await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        try:
            head = (await reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
            headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in head[1:])}
            body = await reader.readexactly(int(headers.get("content-length", 0)))
            self.received.append(Received(head[0], headers, body))
            await self.answer(writer)
        except (OSError, asyncio.IncompleteReadError, asyncio.CancelledError):
            pass  # the other side has had enough, or the test is over
        finally:
            writer.close()
            self._tasks.discard(task)


class Dns:
    """What each name leads to, question after question; the last answer stays. Numbers are understood, too."""

    def __init__(self, **names: Sequence[Sequence[str]]) -> None:
        self.names = {name.replace("_", "."): list(answers) for name, answers in names.items()}
        self.asked: list[str] = []

    async def __call__(self, host: str, port: int) -> Sequence[str]:
        self.asked.append(host)
        answers = self.names.get(host.rstrip("."))
        if not answers:
            raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
        return answers.pop(0) if len(answers) > 1 else answers[0]


class Internet:
    """Where connections really go: `routes` leads addresses to ports of the loopback, all others are unreachable."""

    def __init__(self, patch: pytest.MonkeyPatch) -> None:
        self.routes: dict[tuple[str, int], int] = {}
        self.tried: list[tuple[str, int]] = []
        connect = socket.socket.connect

        def routed(connection: socket.socket, address: Any) -> None:
            if connection.family not in {socket.AF_INET, socket.AF_INET6}:
                return connect(connection, address)
            self.tried.append(address[:2])
            if address[:2] not in self.routes:
                raise OSError(errno.ENETUNREACH, "Network is unreachable")
            return connect(connection, ("127.0.0.1", self.routes[address[:2]]))

        patch.setattr(socket.socket, "connect", routed)


@cache
def _authority() -> tuple[ec.EllipticCurvePrivateKey, x509.Certificate]:
    key = ec.generate_private_key(ec.SECP256R1())
    usage = x509.KeyUsage(
        digital_signature=True, key_cert_sign=True, crl_sign=True, content_commitment=False, key_encipherment=False,
        data_encipherment=False, key_agreement=False, encipher_only=False, decipher_only=False,
    )  # fmt: skip
    certificate = _unsigned("An authority for tests", key, "An authority for tests").add_extension(
        x509.BasicConstraints(ca=True, path_length=0), critical=True
    ).add_extension(usage, critical=True).sign(key, hashes.SHA256())  # fmt: skip
    return key, certificate


def _unsigned(subject: str, key: ec.EllipticCurvePrivateKey, issuer: str) -> x509.CertificateBuilder:
    now = datetime.now(UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(_common_name(subject))
        .issuer_name(_common_name(issuer))
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
    )


def _common_name(name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])


@cache
def server_tls(name: str = NAME) -> ssl.SSLContext:
    """TLS of a server that is called `name`, a name or an address."""
    authority_key, _ = _authority()
    key = ec.generate_private_key(ec.SECP256R1())
    try:
        called: x509.GeneralName = x509.IPAddress(ip_address(name))
    except ValueError:
        called = x509.DNSName(name)
    certificate = (
        _unsigned(name, key, "An authority for tests")
        .add_extension(x509.SubjectAlternativeName([called]), critical=False)
        .sign(authority_key, hashes.SHA256())
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    with tempfile.TemporaryDirectory() as folder:
        pem = Path(folder) / "server.pem"
        private = key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        pem.write_bytes(private + certificate.public_bytes(serialization.Encoding.PEM))
        context.load_cert_chain(pem)
    return context


@cache
def client_tls() -> ssl.SSLContext:
    """TLS of a client that trusts the tests' authority and no other."""
    _key, authority = _authority()
    return ssl.create_default_context(cadata=authority.public_bytes(serialization.Encoding.PEM).decode())
