"""Mail: to granted domains, plain and from the platform, within a day's limit, and once."""

import asyncio
import email
import email.policy
import smtplib
import sqlite3
import ssl
import threading
from collections.abc import Iterator, Mapping, Sequence
from email.message import EmailMessage
from typing import Any

import pytest

from runtime.broker import mail
from runtime.broker.mail import Deliver, Mail, NotSent
from runtime.broker.refusal import Refusal
from tests.runtime.broker.stage import NOW, Stage

SENDER = "slipway@example.org"
LETTER: Mapping[str, Any] = {"key": "r1.0", "to": "ben@example.com", "subject": "Lunch", "text": "Soup?\n"}


class Post:
    """A broker's mail, and what its relay was handed."""

    def __init__(self, stage: Stage, deliver: Deliver | None = None) -> None:
        self.stage = stage
        self.handed: list[EmailMessage] = []
        self.mail = Mail(stage.home / "broker.db", stage.ledger, deliver or self.handed.append, SENDER)

    def send(self, app: str = "app_1", **changed: Any) -> Mapping[str, Any]:
        answer = dict(asyncio.run(self.mail.send(self.stage.rights(app), {**LETTER, **changed})))
        self.spent = answer.pop("spent")
        return answer


@pytest.fixture
def post(stage: Stage) -> Iterator[Post]:
    made = Post(stage)
    yield made
    made.mail.close()


def test_a_mail_goes_out_plain_and_from_the_platform(stage: Stage, post: Post) -> None:
    stage.mails()
    assert post.send(subject="Grüße", text="Suppe für alle\n") == {"sent": True}
    (sent,) = post.handed
    assert (sent["From"], sent["To"], sent["Subject"]) == (SENDER, "ben@example.com", "Grüße")
    assert (sent.get_content_type(), sent.is_multipart()) == ("text/plain", False)
    assert sent.get_content() == "Suppe für alle\n"
    assert (sent["Auto-Submitted"], sent["X-Slipway-App"]) == ("auto-generated", "lunch-survey-app-1 (live)")
    assert sent["Date"] == "Fri, 15 Jan 2027 08:00:00 +0000"


@pytest.mark.parametrize("to", ["ana@evil.net", "ana@mail.example.com", "ana@example.com.evil.net", "ana@xample.com"])
def test_only_named_domains_get_mail(stage: Stage, post: Post, to: str) -> None:  # S11
    stage.mails()
    domain = to.partition("@")[2]
    assert post.send(to=["ben@example.com", to]) == {
        "error": f"blocked: @{domain}: not granted: mail to {domain}; "
        f"the template.yaml line that asks for it: - kind: mail, domains: [{domain}]",
        "kind": "blocked",
        "blocked": f"@{domain}",
    }
    assert post.handed == []


def test_a_domain_that_is_not_granted_or_not_declared_gets_none(stage: Stage, post: Post) -> None:  # S4, S11
    stage.mails("example.com", "example.net", granted=("mail:example.net", "mail:evil.net", "egress:example.com"))
    assert [post.send(to=f"a@{one}").get("kind", "sent") for one in ("example.com", "evil.net", "example.net")] == [
        "blocked",
        "blocked",
        "sent",
    ]


@pytest.mark.parametrize(
    "changed",
    [
        {"to": "ben@example.com\r\nBcc: cy@evil.net"},
        {"to": "ben@example.com, cy@evil.net"},
        {"to": '"x@evil.net"@example.com'},
        {"to": "Ben <ben@example.com>"},
        {"to": "a@evil.net@example.com"},
        {"to": "bén@example.com"},
        {"to": "ben@Example.com"},
        {"to": "@example.com"},
        {"to": []},
        {"to": [f"a{n}@example.com" for n in range(11)]},
        {"to": None},
        {"subject": "Lunch\r\nBcc: cy@evil.net"},
        {"subject": "Lunch\nx"},
        {"subject": "Lunch\u2028Bcc: cy@evil.net"},
        {"subject": "Lunch\0"},
        {"subject": ""},
        {"subject": "x" * 201},
        {"text": "x" * 20_001},
        {"text": "a\0b"},
        {"text": {"html": "x"}},
        {"key": ""},
        {"key": "a b"},
        {"key": None},
    ],
)
def test_what_would_slip_something_in_is_refused(changed: dict[str, Any]) -> None:
    refused = mail.read({**LETTER, **changed})
    assert isinstance(refused, Refusal)
    assert refused.kind == "bad_request"


def test_a_mail_that_is_refused_is_not_handed_over(stage: Stage, post: Post) -> None:
    stage.mails()
    assert post.send(subject="Lunch\r\nBcc: cy@evil.net")["kind"] == "bad_request"
    assert post.handed == []


def test_a_text_cannot_end_the_mail_early(stage: Stage, post: Post) -> None:
    stage.mails()
    text = "one\n.\nRCPT TO:<cy@evil.net>\n\nFrom: x\n"
    post.send(text=text)
    read = email.message_from_bytes(post.handed[0].as_bytes(policy=email.policy.SMTP), policy=email.policy.SMTP)
    assert (read["From"], read.get_content().replace("\r\n", "\n")) == (SENDER, text)


def test_a_day_s_mails_are_limited_by_recipients(stage: Stage, post: Post) -> None:  # S10
    stage.mails(per_day=3)
    assert post.send(key="a", to=["a@example.com", "b@example.com"]) == {"sent": True}
    refused = post.send(key="b", to=["a@example.com", "b@example.com"])
    assert refused["error"] == (
        "limit: this app may use 3 mails a day and has used 2. Its owner can ask for a version with more."
    )
    assert post.send(key="c") == {"sent": True}
    stage.now += 86_400
    assert post.send(key="b") == {"sent": True}


def test_a_mail_is_sent_once(stage: Stage, post: Post) -> None:
    stage.mails()
    stage.mails(app="app_2")
    assert post.send() == {"sent": True}
    assert post.spent == {"mails": 1}
    assert [post.send() for _ in range(2)] == [{"sent": True}] * 2
    assert (post.spent, len(post.handed)) == ({"mails": 0}, 1)
    assert post.send(app="app_2") == {"sent": True}
    assert len(post.handed) == 2
    assert post.send(text="another")["error"] == "this key already names another mail"


UNKNOWN = {
    "error": "it is unknown whether this mail went out; it is not sent again",
    "kind": "failed",
    "state": "unknown",
}


def test_after_a_kill_in_the_middle_it_is_unknown_and_not_sent_again(stage: Stage) -> None:
    stage.mails()

    Post(stage).send()
    with sqlite3.connect(stage.home / "broker.db") as connection:
        # As the kill leaves it: written down before the relay was called, and nothing since.
        connection.execute("UPDATE mail SET state = 'sending'")
    post = Post(stage)
    assert post.send() == UNKNOWN
    assert post.handed == []


def test_a_mail_is_written_down_before_the_relay_is_called(stage: Stage) -> None:
    stage.mails()
    states = []

    def looks(_message: EmailMessage) -> None:
        with sqlite3.connect(stage.home / "broker.db") as connection:
            states.extend(connection.execute("SELECT state FROM mail").fetchall())

    assert Post(stage, looks).send() == {"sent": True}
    assert states == [("sending",)]


def test_whoever_asked_does_not_wait_for_a_slow_relay_and_can_ask_again(stage: Stage) -> None:
    stage.mails()
    may_go_on = threading.Event()
    mail = Mail(stage.home / "broker.db", stage.ledger, lambda _message: _wait(may_go_on), SENDER, patience=0.05)

    async def run() -> list[Mapping[str, Any]]:
        answers = [await mail.send(stage.rights(), LETTER), await mail.send(stage.rights(), LETTER)]
        may_go_on.set()
        while (answer := await mail.send(stage.rights(), LETTER)) == answers[1]:
            await asyncio.sleep(0.01)
        return [*answers, answer]

    on_its_way = {"error": "this mail is being sent right now", "kind": "failed", "state": "sending"}
    assert asyncio.run(run()) == [
        {**on_its_way, "spent": {"mails": 1}},
        {**on_its_way, "spent": {"mails": 0}},
        {"sent": True, "spent": {"mails": 0}},
    ]
    mail.close()


def _wait(event: threading.Event) -> None:
    assert event.wait(10)


def test_a_relay_that_breaks_off_leaves_it_unknown_and_one_that_refuses_says_no(stage: Stage) -> None:
    stage.mails()

    def breaks(_message: EmailMessage) -> None:
        raise smtplib.SMTPServerDisconnected

    def refuses(_message: EmailMessage) -> None:
        raise NotSent

    assert Post(stage, breaks).send() == UNKNOWN
    refused = {"error": "the mail server refused this mail", "kind": "failed", "state": "failed"}
    assert [Post(stage, one).send(key="b") for one in (refuses, breaks)] == [refused, refused]


def test_without_a_relay_nothing_is_said_to_be_sent(stage: Stage) -> None:
    stage.mails()
    post = Mail(stage.home / "broker.db", stage.ledger, None, SENDER)
    answer = asyncio.run(post.send(stage.rights(), LETTER))
    assert answer["error"] == "mail is not set up here: see docs/outside.md"
    post.close()


def test_what_cannot_be_written_down_is_not_sent(stage: Stage, post: Post) -> None:
    stage.mails()
    post.mail.close()
    assert post.send()["error"] == "it cannot be written down that a mail is sent, so it is not sent"
    assert post.handed == []


def test_the_demo_keeps_mails_as_files_and_the_log_keeps_no_words(stage: Stage) -> None:
    stage.mails()
    post = Post(stage, mail.folder(stage.home / "mail"))
    assert post.send(text="a word like aardvark") == {"sent": True}
    (path,) = (stage.home / "mail").glob("*.eml")
    assert b"aardvark" in path.read_bytes()
    post.mail.close()
    with sqlite3.connect(stage.home / "broker.db") as connection:
        (row,) = connection.execute("SELECT * FROM mail").fetchall()
    assert row[:5] == ("app_1", "live", "r1.0", "sent", NOW)
    assert "aardvark" not in str(row)


def test_mails_are_forgotten_after_a_while(stage: Stage, post: Post) -> None:
    stage.mails()
    post.send()
    post.mail.forget(NOW)
    assert post.send() == {"sent": True}
    assert len(post.handed) == 1
    post.mail.forget(NOW + 1)
    post.send()
    assert len(post.handed) == 2


class Relay:
    """A mail relay on loopback that speaks just enough SMTP, not even a proper goodbye, and keeps what it hears."""

    def __init__(self, recipient: str = "250 ok", hangs_up: bool = False) -> None:
        self.heard: list[str] = []
        self.over = asyncio.Event()
        self._recipient = recipient
        self._hangs_up = hangs_up

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"220 relay\r\n")
        while line := (await reader.readline()).decode().rstrip("\r\n"):
            self.heard.append(line)
            writer.write(f"{self._answer(line)}\r\n".encode())
            if line == "data":
                text = await reader.readuntil(b"\r\n.\r\n")
                self.heard += text.decode().split("\r\n")
                if self._hangs_up:
                    break
                writer.write(b"250 taken\r\n")
        writer.close()
        await writer.wait_closed()
        self.over.set()

    def _answer(self, line: str) -> str:
        if line.startswith("rcpt"):
            return self._recipient
        return "354 go on" if line == "data" else "250 ok"


def through(relay: Relay, stage: Stage, user: str = "") -> Mapping[str, Any]:
    async def run() -> Mapping[str, Any]:
        server = await asyncio.start_server(relay.serve, "127.0.0.1", 0)
        async with server:
            url = f"smtp://{user}127.0.0.1:{server.sockets[0].getsockname()[1]}"
            post = Mail(stage.home / "broker.db", stage.ledger, mail.relay(url, ssl.create_default_context()), SENDER)
            try:
                return await post.send(stage.rights(), LETTER)
            finally:
                post.close()
                await relay.over.wait()

    return asyncio.run(run())


def test_a_relay_gets_the_mail(stage: Stage) -> None:
    stage.mails()
    relay = Relay()
    assert through(relay, stage)["sent"]
    assert "Soup?" in relay.heard
    assert "mail FROM:<slipway@example.org>" in relay.heard[1]


@pytest.mark.parametrize(
    ("relay", "user", "state"),
    [
        (Relay(recipient="550 nobody here"), "", "failed"),
        (Relay(hangs_up=True), "", "unknown"),
        (Relay(), "user:password@", "failed"),
    ],
    ids=["refuses", "hangs up after the text", "wants a password in clear"],
)
def test_what_a_relay_does_is_said(stage: Stage, relay: Relay, user: str, state: str) -> None:
    stage.mails()
    assert through(relay, stage, user)["state"] == state
    assert not any("password" in line or line.lower().startswith("auth") for line in relay.heard)


def test_no_relay_at_all_is_a_no(stage: Stage) -> None:
    stage.mails()
    assert Post(stage, mail.relay("smtp://127.0.0.1:1", ssl.create_default_context())).send()["state"] == "failed"


@pytest.mark.parametrize("url", ["http://relay", "smtp://", "relay:25"])
def test_a_relay_s_address_is_checked_at_the_start(url: str) -> None:
    with pytest.raises(ValueError, match="it is not smtp://host or smtps://host"):
        mail.relay(url, ssl.create_default_context())


def test_recipients_are_named_once() -> None:
    letter = mail.read({**LETTER, "to": ["a@example.com", "a@example.com"]})
    assert isinstance(letter, mail.Letter)
    recipients: Sequence[str] = letter.to
    assert recipients == ("a@example.com",)
