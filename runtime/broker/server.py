"""The broker's local socket: one question is one POST of a JSON document; a refusal is an answer with `error`.

The socket is our own user's alone. Questions for an app carry a service token; rights are then read from the control
database. The vault's questions need no token: they seal, and can never open.
"""

import asyncio
import json
import logging
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import uvicorn

from runtime.bearer import BadToken, Verifier
from runtime.broker.egress import Egress
from runtime.broker.mail import Mail
from runtime.broker.refusal import Refusal
from runtime.broker.rights import Book, Rights
from runtime.broker.secret import LONGEST, SHORTEST
from runtime.broker.vault import Keyring, Locked, Purpose, Sealed, parse_keys
from runtime.visit import Receive, Scope, Send

MAX_ASKED = 2 << 20
"""Bytes of one question."""
IDLE_SECONDS = 15
"""How long an idle connection is kept: longer than by the workers, who let go of one after five seconds (httpx).
Whoever asks on a connection that is closed at that very moment is not answered."""

Document = Mapping[str, Any]
Answer = Callable[[Document], Awaitable[Document]]

log = logging.getLogger("slipway.broker")


class Vault:
    """The keyring, read from where the settings say, and read again when somebody seals or rotates."""

    def __init__(self, source: Callable[[], str]) -> None:
        """`source` gives the key lines, empty when there are none; it may block."""
        self._source = source
        self._ring = Keyring()

    def keyring(self) -> Keyring:
        """The keys as they were last read."""
        return self._ring

    async def reload(self) -> Keyring:
        """Read the keys anew; Locked leaves those that were there."""
        self._ring = parse_keys(await asyncio.to_thread(self._source))
        return self._ring

    async def seal(self, asked: Document) -> Document:
        """A value becomes a row that only the broker can read."""
        value = str(asked["value"]).encode()
        if not SHORTEST <= len(value) <= LONGEST:
            return Refusal("bad_request", f"a secret has {SHORTEST} to {LONGEST:,} bytes").document
        sealed = (await self.reload()).seal(_purpose(asked), value)
        return {"key": sealed.key, "wrapped": sealed.wrapped, "value": sealed.value}

    async def rewrap(self, asked: Document) -> Document:
        """The same value under the current key."""
        before = Sealed(str(asked["sealed"]["key"]), str(asked["sealed"]["wrapped"]), str(asked["sealed"]["value"]))
        sealed = (await self.reload()).rewrap(_purpose(asked), before)
        return {"key": sealed.key, "wrapped": sealed.wrapped, "value": sealed.value}


def _purpose(asked: Document) -> Purpose:
    hosts = tuple(str(one) for one in asked["hosts"])
    return Purpose(str(asked["workspace"]), str(asked["app"]), str(asked["name"]), hosts)


class Broker:
    """The ASGI application on the socket."""

    def __init__(
        self, book: Book, verifier: Verifier, egress: Egress, mail: Mail, vault: Vault, wall: Callable[[], int]
    ) -> None:
        self._book = book
        self._verifier = verifier
        self._wall = wall
        self._questions: Mapping[str, Answer] = {
            "/egress.fetch": lambda asked: self._for_app(asked, egress.fetch),
            "/mail.send": lambda asked: self._for_app(asked, mail.send),
            "/holds": self._holds,
            "/secret.seal": vault.seal,
            "/secret.rewrap": vault.rewrap,
        }

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one question. Always 200 and a JSON object: what went wrong stands in it."""
        if scope["type"] != "http":
            return
        content = json.dumps(await self._answer(scope["path"], await _body(receive))).encode()
        headers = [(b"content-type", b"application/json"), (b"content-length", str(len(content)).encode())]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": content})

    async def _answer(self, path: str, content: bytes | None) -> Document:
        answer = self._questions.get(path)
        if answer is None or content is None:
            return Refusal("bad_request", "the broker has no such question").document
        try:
            return await answer(json.loads(content))
        except Locked as locked:
            return Refusal("secret", str(locked)).document
        except (ValueError, KeyError, TypeError, AttributeError):
            return Refusal("bad_request", "the question was not understood").document
        except Exception as error:
            # The rim: whatever we did not foresee is a no. Only its kind is written down, for it may hold a value.
            log.error("the broker could not answer %s: %s", path, type(error).__name__)
            return Refusal("unavailable", "the broker cannot do that right now").document

    async def _holds(self, asked: Document) -> Document:
        """Whether something that was taken back could still be used; no token is needed to hear that it is gone."""
        known = (str(asked["workspace"]), str(asked["app"]), str(asked["name"]))
        return {"holds": self._book.holds(*known, self._wall())}

    async def _for_app(self, asked: Document, do: Callable[[Rights, Document], Awaitable[Document]]) -> Document:
        wall = self._wall()
        try:
            bearer = self._verifier.check(str(asked["token"]), str(asked["app"]), wall)
        except BadToken as bad:
            return Refusal("token", str(bad)).document
        rights = self._book.rights(bearer.app, bearer.stage, wall)
        if isinstance(rights, Refusal):
            return rights.document
        return rights.explained(await do(rights, asked))


async def _body(receive: Receive) -> bytes | None:
    content: bytes = b""
    while True:
        message = await receive()
        content += message.get("body", b"")
        if len(content) > MAX_ASKED or message["type"] == "http.disconnect":
            return None
        if not message.get("more_body"):
            return content


def server(broker: Broker) -> uvicorn.Server:
    """What answers on the socket until SIGTERM or Ctrl-C."""
    return uvicorn.Server(
        uvicorn.Config(
            broker,
            http="httptools",
            ws="none",
            lifespan="off",
            access_log=False,
            server_header=False,
            log_config=None,
            timeout_keep_alive=IDLE_SECONDS,
        )
    )
