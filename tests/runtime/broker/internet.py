"""A hostile internet on 127.0.0.1: HTTP over TLS that says exactly what it is told to, and a DNS server that lies."""

import asyncio
import datetime
import socket
import ssl
import struct
import tempfile
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from ipaddress import ip_address, ip_network
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

HERE = "127.0.0.1"
REACHABLE = (ip_network(f"{HERE}/32"),)
"""Plays the internet. Every other loopback address stays what it is: forbidden."""
CERTIFIED = ("api.example.com", "other.example.com")
Script = bytes | Callable[["Seen"], bytes]


@dataclass(frozen=True)
class Seen:
    """One request, as it came off the wire."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes
    raw: bytes


def ok(body: bytes = b"", *headers: str, status: str = "200 OK") -> bytes:
    """A plain response."""
    lines = [f"HTTP/1.1 {status}", f"content-length: {len(body)}", *headers]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


def redirect(location: str, status: int = 302) -> bytes:
    return ok(b"", f"location: {location}", status=f"{status} Found")


@dataclass
class Internet:
    """Servers on one address: HTTPS, plain HTTP, and names. `script` maps a path to what is answered."""

    script: dict[str, Script | Sequence[bytes | float]] = field(default_factory=dict)
    seen: list[Seen] = field(default_factory=list)
    connections: int = 0

    def __post_init__(self) -> None:
        self.tls = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        served = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        with tempfile.TemporaryDirectory() as folder:
            certificate, key = _certificate()
            path = Path(folder) / "server.pem"
            path.write_bytes(key + certificate)
            served.load_cert_chain(path)
            self.tls.load_verify_locations(cadata=certificate.decode())
            self.authority = certificate
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        self._servers = [self._listen(served), self._listen(None)]
        self.port, self.plain_port = (one.sockets[0].getsockname()[1] for one in self._servers)

    def _listen(self, tls: ssl.SSLContext | None) -> asyncio.Server:
        starting = asyncio.start_server(self._serve, HERE, 0, ssl=tls)
        return asyncio.run_coroutine_threadsafe(starting, self._loop).result(5)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        try:
            seen = await _read(reader)
            self.seen.append(seen)
            said = self.script.get(seen.path.partition("?")[0], ok(b"hello"))
            for part in [said(seen)] if callable(said) else [said] if isinstance(said, bytes) else said:
                if isinstance(part, float):
                    await asyncio.sleep(part)
                else:
                    writer.write(part)
                    await writer.drain()
        except (OSError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()

    def host(self, name: str = "api.example.com") -> str:
        """The name with the port of HTTPS, as a Grant spells it."""
        return f"{name}:{self.port}"

    def url(self, path: str = "/", name: str = "api.example.com") -> str:
        return f"https://{self.host(name)}{path}"

    def reset(self) -> None:
        self.script.clear()
        self.seen.clear()
        self.connections = 0

    def close(self) -> None:
        async def end() -> None:
            for one in self._servers:
                one.close()
            for task in asyncio.all_tasks() - {asyncio.current_task()}:
                task.cancel()
            await asyncio.sleep(0)
            await self._loop.shutdown_asyncgens()

        asyncio.run_coroutine_threadsafe(end(), self._loop).result(5)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(5)
        self._loop.close()


async def _read(reader: asyncio.StreamReader) -> Seen:
    first = await reader.readexactly(1)
    if first == b"\x16":
        raise ConnectionError("a TLS handshake where HTTP is spoken")
    head = first + await reader.readuntil(b"\r\n\r\n")
    line, *lines = head.decode("latin-1").split("\r\n")
    method, path, _ = line.split(" ")
    headers = {k.lower(): v for k, _, v in (line.partition(": ") for line in lines if line)}
    body = await reader.readexactly(int(headers.get("content-length", 0)))
    return Seen(method, path, headers, body, head + body)


def _certificate() -> tuple[bytes, bytes]:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "a test's own authority")])
    now = datetime.datetime.now(datetime.UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(one) for one in CERTIFIED]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    secret = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    return certificate.public_bytes(Encoding.PEM), secret


A, AAAA = 1, 28


class Names:
    """A DNS server over UDP, and the resolver that asks it. `answers` maps a host to what each lookup gives in turn."""

    def __init__(self) -> None:
        self.answers: dict[str, list[Sequence[str]]] = {}
        self.asked: list[str] = []
        self.reset()
        self._server = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._server.bind((HERE, 0))
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def _serve(self) -> None:
        while True:
            question, sender = self._server.recvfrom(512)
            if len(question) < 13:
                return
            reply = self._reply(question)
            if reply:
                self._server.sendto(reply, sender)

    def _reply(self, question: bytes) -> bytes:
        host, kind = _question(question)
        left = self.answers.get(host)
        if left is None:
            return b""
        if kind == A:
            self.asked.append(host)
        found = [ip_address(one) for one in left[0]]
        if kind == AAAA and len(left) > 1:
            left.pop(0)
        records = [one.packed for one in found if (one.version == 4) == (kind == A)]
        body = b"".join(struct.pack(">HHHIH", 0xC00C, kind, 1, 0, len(one)) + one for one in records)
        return question[:2] + struct.pack(">HHHHH", 0x8180, 1, len(records), 0, 0) + question[12:] + body

    async def resolve(self, host: str) -> Sequence[str]:
        """As a resolver of the broker: every address, or none when nobody answers."""
        return await asyncio.to_thread(self._look_up, host)

    def _look_up(self, host: str) -> Sequence[str]:
        found: list[str] = []
        for kind in (A, AAAA):
            with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asking:
                asking.settimeout(0.3)
                labels = b"".join(bytes([len(one)]) + one.encode() for one in host.split("."))
                asking.sendto(
                    struct.pack(">HHHHHH", 7, 0x0100, 1, 0, 0, 0) + labels + b"\0" + struct.pack(">HH", kind, 1),
                    self._server.getsockname(),
                )
                try:
                    found += _addresses(asking.recv(2048))
                except TimeoutError:
                    return ()
        return tuple(found)

    def reset(self) -> None:
        self.asked.clear()
        self.answers = {name: [[HERE]] for name in (*CERTIFIED, "wrong.example.com")}

    def close(self) -> None:
        self._server.sendto(b"", self._server.getsockname())
        self._thread.join(5)
        self._server.close()


def _question(message: bytes) -> tuple[str, int]:
    labels, at = [], 12
    while message[at]:
        labels.append(message[at + 1 : at + 1 + message[at]].decode())
        at += 1 + message[at]
    return ".".join(labels), struct.unpack(">H", message[at + 1 : at + 3])[0]


def _addresses(reply: bytes) -> list[str]:
    count = struct.unpack(">H", reply[6:8])[0]
    at = 12 + len(_question(reply)[0]) + 2 + 4
    found = []
    for _ in range(count):
        (length,) = struct.unpack(">H", reply[at + 10 : at + 12])
        found.append(str(ip_address(reply[at + 12 : at + 12 + length])))
        at += 12 + length
    return found
