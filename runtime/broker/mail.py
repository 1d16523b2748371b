"""Mail: plain text to named domains, from the platform's own address, within a day's limit, and never twice.

A row with the mail's key is committed before it is handed over. Whatever a kill leaves at "sending" is unknown: it
may have gone out, so it is not sent again, and whoever asks is told so.
"""

import asyncio
import re
import smtplib
import sqlite3
import ssl
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from email.message import EmailMessage
from email.utils import format_datetime
from pathlib import Path
from typing import Any, Literal
from urllib.parse import unquote, urlsplit

from runtime.broker.ledger import Ledger
from runtime.broker.refusal import Refusal
from runtime.broker.rights import Rights
from templates.bundle import digest_of

MOST_RECIPIENTS = 10
LONGEST_SUBJECT = 200
LONGEST_TEXT = 20_000
RELAY_SECONDS = 10.0
PATIENCE = 8.0
"""Seconds after which whoever asked is told that the mail is still on its way."""
ADDRESS = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@([a-z0-9.-]{1,253})")
_KEY = re.compile(r"[A-Za-z0-9_.:-]{1,120}")

REFUSALS = (
    smtplib.SMTPRecipientsRefused,
    smtplib.SMTPSenderRefused,
    smtplib.SMTPDataError,
    smtplib.SMTPAuthenticationError,
    smtplib.SMTPNotSupportedError,
)
"""What a relay says instead of taking a mail."""

Deliver = Callable[[EmailMessage], None]
"""Hands a mail over: NotSent when it certainly did not leave, OSError when it may have. Blocks, for a bounded time."""
State = Literal["sending", "sent", "failed", "unknown"]

_SCHEMA = """
CREATE TABLE IF NOT EXISTS mail (
  app TEXT NOT NULL, stage TEXT NOT NULL, "key" TEXT NOT NULL, state TEXT NOT NULL, at INTEGER NOT NULL,
  content TEXT NOT NULL, PRIMARY KEY (app, stage, "key")
) WITHOUT ROWID;
"""


class NotSent(Exception):
    """The mail did not leave."""


@dataclass(frozen=True, slots=True)
class Letter:
    """One mail, read strictly."""

    key: str
    to: Sequence[str]
    subject: str
    text: str

    @property
    def digest(self) -> str:
        """Names the content; the log of mails keeps nothing else of it."""
        return digest_of("\0".join([*self.to, self.subject, self.text]).encode())


def read(asked: Mapping[str, Any]) -> Letter | Refusal:
    """What `mail.send` was asked for."""
    key, to, subject, text = (asked.get(one) for one in ("key", "to", "subject", "text"))
    recipients = [to] if isinstance(to, str) else to
    if not isinstance(key, str) or not _KEY.fullmatch(key):
        return _bad("mail.send takes a key that names this mail")
    if not isinstance(recipients, list) or not 0 < len(recipients) <= MOST_RECIPIENTS:
        return _bad(f"mail.send takes one to {MOST_RECIPIENTS} addresses")
    if not all(isinstance(one, str) and ADDRESS.fullmatch(one) and ".." not in one for one in recipients):
        return _bad("an address is plain, such as ana@example.com: without a name, in ASCII, its domain in lower case")
    if not isinstance(subject, str) or not 0 < len(subject) <= LONGEST_SUBJECT or not subject.isprintable():
        return _bad(f"a subject is one line of at most {LONGEST_SUBJECT} characters")
    if not isinstance(text, str) or len(text) > LONGEST_TEXT or "\0" in text:
        return _bad(f"a mail is plain text of at most {LONGEST_TEXT:,} characters")
    return Letter(key, tuple(dict.fromkeys(recipients)), subject, text)


def against(letter: Letter, domains: frozenset[str]) -> Refusal | None:
    """What stands against these recipients, if anything."""
    for one in letter.to:
        domain = one.rpartition("@")[2]
        if domain not in domains:
            line = f"- kind: mail, domains: [{domain}]"
            why = f"blocked: @{domain}: not granted: mail to {domain}; the template.yaml line that asks for it: {line}"
            return Refusal("blocked", why, {"blocked": f"@{domain}"})
    return None


def compose(letter: Letter, sender: str, rights: Rights) -> EmailMessage:
    """The mail as it goes out. The library refuses a header with a line break of its own accord."""
    message = EmailMessage()
    message["From"] = sender
    message["To"] = ", ".join(letter.to)
    message["Subject"] = letter.subject
    message["Date"] = format_datetime(datetime.fromtimestamp(rights.now, UTC))
    name = digest_of(f"{rights.app}/{rights.stage}/{letter.key}".encode())[7:39]
    message["Message-ID"] = f"<{name}@{sender.rpartition('@')[2]}>"
    message["Auto-Submitted"] = "auto-generated"
    message["X-Slipway-App"] = f"{rights.slug} ({rights.stage})"
    message.set_content(letter.text)
    return message


class Mail:
    """Sends mail, and keeps which ones were sent in the broker's own file."""

    def __init__(
        self, path: Path, ledger: Ledger, deliver: Deliver | None, sender: str, patience: float = PATIENCE
    ) -> None:
        """`deliver` is None where no relay was set up."""
        self._connection = sqlite3.connect(path, isolation_level=None, timeout=1.0)
        self._connection.execute("PRAGMA journal_mode=WAL")
        # A power cut must not forget that a mail was under way.
        self._connection.execute("PRAGMA synchronous=FULL")
        self._connection.executescript(_SCHEMA)
        self._connection.execute("UPDATE mail SET state = 'unknown' WHERE state = 'sending'")
        self._ledger = ledger
        self._deliver = deliver
        self._sender = sender
        self._patience = patience
        self._sending: set[asyncio.Task[State]] = set()

    async def send(self, rights: Rights, asked: Mapping[str, Any]) -> Mapping[str, Any]:
        """Send one mail, or say why not; the same key again gives the same answer and sends nothing.

        `seconds` may shorten the wait for the relay, which goes on by itself. The answer has `spent`, with the mails
        that were counted: for the meter, not for the app.
        """
        spent = {"mails": 0}
        return {**await self._send(rights, asked, spent), "spent": spent}

    async def _send(self, rights: Rights, asked: Mapping[str, Any], spent: dict[str, int]) -> Mapping[str, Any]:
        letter = read(asked)
        if isinstance(letter, Refusal):
            return letter.document
        refusal = against(letter, rights.domains)
        if refusal is None and self._deliver is None:
            refusal = Refusal("unavailable", "mail is not set up here: see docs/outside.md")
        if refusal is not None:
            return refusal.document
        try:
            seconds = asked.get("seconds")
            patience = min(seconds, self._patience) if isinstance(seconds, int | float) else self._patience
            return await self._once(rights, letter, spent, max(0.05, patience))
        except sqlite3.Error:
            return Refusal("unavailable", "it cannot be written down that a mail is sent, so it is not sent").document

    async def _once(self, rights: Rights, letter: Letter, spent: dict[str, int], patience: float) -> Mapping[str, Any]:
        where = (rights.app, rights.stage, letter.key)
        row = self._connection.execute(
            'SELECT state, content FROM mail WHERE app = ? AND stage = ? AND "key" = ?', where
        ).fetchone()
        if row is not None:
            return _again(row[0], row[1], letter)
        message, count = compose(letter, self._sender, rights), len(letter.to)
        taken = self._ledger.take(rights.limits("mails"), count, count, rights.now)
        if isinstance(taken, Refusal):
            return taken.document
        spent["mails"] = count
        self._connection.execute(
            "INSERT INTO mail VALUES (?, ?, ?, 'sending', ?, ?)", (*where, rights.now, letter.digest)
        )
        sending = asyncio.create_task(self._hand_over(where, message))
        self._sending.add(sending)
        sending.add_done_callback(self._sending.discard)
        # A slow relay goes on after whoever asked was told; asking again with the same key tells how it ended.
        done, _ = await asyncio.wait([sending], timeout=patience)
        return _answer(sending.result() if done else "sending")

    async def _hand_over(self, where: tuple[str, str, str], message: EmailMessage) -> State:
        assert self._deliver is not None
        state: State = "unknown"
        try:
            await asyncio.to_thread(self._deliver, message)
            state = "sent"
        except NotSent:
            state = "failed"
        except OSError:
            # It may have been accepted before the connection broke.
            pass
        finally:
            self._connection.execute(
                'UPDATE mail SET state = ? WHERE app = ? AND stage = ? AND "key" = ?', (state, *where)
            )
        return state

    def forget(self, before: int) -> None:
        """Drop what is kept of mails from before this UNIX second."""
        self._connection.execute("DELETE FROM mail WHERE at < ?", (before,))

    def close(self) -> None:
        """Let go of the file."""
        self._connection.close()


def _again(state: State, content: str, letter: Letter) -> Mapping[str, Any]:
    if content != letter.digest:
        return _bad("this key already names another mail").document
    return _answer(state)


def _answer(state: State) -> Mapping[str, Any]:
    if state == "sent":
        return {"sent": True}
    if state == "sending":
        return Refusal("failed", "this mail is being sent right now", {"state": state}).document
    if state == "failed":
        return Refusal("failed", "the mail server refused this mail", {"state": state}).document
    why = "it is unknown whether this mail went out; it is not sent again"
    return Refusal("failed", why, {"state": "unknown"}).document


def folder(path: Path) -> Deliver:
    """Keeps mails as files instead of sending them: for the demo."""
    path.mkdir(parents=True, exist_ok=True, mode=0o700)

    def deliver(message: EmailMessage) -> None:
        name = message["Message-ID"].strip("<>").partition("@")[0]
        (path / f"{name}.eml").write_bytes(message.as_bytes())

    return deliver


def relay(url: str, tls: ssl.SSLContext) -> Deliver:
    """Hands mails to the relay at `smtp://[user:password@]host[:port]`, or `smtps://` for TLS from the first byte.

    With `smtp`, TLS is used where the relay offers it, and a password is never sent without it.
    """
    parts = urlsplit(url)
    host, secure = parts.hostname or "", parts.scheme == "smtps"
    if parts.scheme not in ("smtp", "smtps") or not host:
        raise ValueError("it is not smtp://host or smtps://host")
    port = parts.port or (465 if secure else 25)

    def deliver(message: EmailMessage) -> None:
        try:
            connection = _greeted(host, port, tls, secure)
        except OSError as error:
            raise NotSent from error
        try:
            if parts.username:
                _log_in(connection, unquote(parts.username), unquote(parts.password or ""))
            connection.send_message(message)
        except REFUSALS as error:
            raise NotSent from error
        finally:
            # Whatever the relay says to our goodbye, the mail went out or did not.
            with suppress(OSError):
                connection.quit()
            connection.close()

    return deliver


def _greeted(host: str, port: int, tls: ssl.SSLContext, secure: bool) -> smtplib.SMTP:
    if secure:
        return smtplib.SMTP_SSL(host, port, timeout=RELAY_SECONDS, context=tls)
    connection = smtplib.SMTP(host, port, timeout=RELAY_SECONDS)
    try:
        connection.ehlo()
        if connection.has_extn("starttls"):
            connection.starttls(context=tls)
    except OSError:
        connection.close()
        raise
    return connection


def _log_in(connection: smtplib.SMTP, user: str, password: str) -> None:
    if not isinstance(connection.sock, ssl.SSLSocket):
        raise smtplib.SMTPNotSupportedError("the relay offers no TLS")
    connection.login(user, password)


def _bad(why: str) -> Refusal:
    return Refusal("bad_request", why)
