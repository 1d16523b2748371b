"""The broker's socket: who may ask what, and that an answer is always one document."""

import asyncio
import stat
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path
from typing import Any

import httpx2
import pytest
from sqlmodel import Session

from guardrails import freezes
from guardrails.freezes import Target
from runtime.bearer import Issuer, Verifier
from runtime.broker import server
from runtime.broker.mail import Mail
from runtime.broker.server import Broker, Vault
from runtime.broker.vault import Locked
from runtime.broker_wire import BrokerWire
from runtime.supervisor import listen_locally
from tests.runtime.broker.stage import NOW, Stage

Ask = Callable[..., Awaitable[Mapping[str, Any]]]
KEY = "k1:" + "MTEx" * 10 + "MTE="


def asked(stage: Stage, questions: Callable[[Ask], Awaitable[None]], keys: Callable[[], str] = lambda: KEY) -> None:
    """Ask a broker that stands on its socket."""

    async def run() -> None:
        mail = Mail(stage.home / "broker.db", stage.ledger, lambda _message: None, "slipway@example.org")
        verifier = Verifier(stage.home / "run" / "gateway.pub")
        broker = Broker(stage.book, verifier, stage.egress, mail, Vault(keys), lambda: stage.now)
        path = stage.home / "run" / "broker.sock"
        serving, wire = server.server(broker), BrokerWire(path)
        task = asyncio.create_task(serving.serve([listen_locally(path)]))
        try:
            await questions(wire.ask)
        finally:
            await wire.close()
            serving.should_exit = True
            await task
            mail.close()

    asyncio.run(run())


def test_an_app_s_fetch_and_mail_need_its_own_token(stage: Stage) -> None:  # S3
    stage.calls_out()
    stage.mails(app="app_2")
    issuer = Issuer(stage.home / "run" / "gateway.pub")
    mine, other = (issuer.mint(app, "live", "r1", NOW) for app in ("app_1", "app_2"))

    async def questions(ask: Ask) -> None:
        fetch = {"app": "app_1", "url": stage.internet.url()}
        assert (await ask("egress.fetch", {**fetch, "token": mine}))["status"] == 200
        stolen = await ask("egress.fetch", {**fetch, "token": other})
        assert stolen == {"error": "the token is another app's", "kind": "token"}
        assert (await ask("egress.fetch", fetch))["kind"] == "bad_request"
        letter = {"app": "app_2", "key": "a", "to": "ben@example.com", "subject": "x", "text": "y"}
        assert (await ask("mail.send", {**letter, "token": other}))["sent"]
        assert (await ask("mail.send", {**letter, "app": "app_1", "token": mine}))["kind"] == "blocked"
        stage.now += 60
        late = await ask("egress.fetch", {**fetch, "token": mine})
        assert late == {"error": "the token is not good now", "kind": "token"}

    asked(stage, questions)


def test_what_the_asker_says_is_granted_counts_for_nothing(stage: Stage) -> None:  # S2, S4
    stage.calls_out(granted=())
    token = Issuer(stage.home / "run" / "gateway.pub").mint("app_1", "live", "r1", NOW)

    async def questions(ask: Ask) -> None:
        host = stage.internet.host()
        lie = {"granted": [host], "hosts": [host], "grants": [f"egress:{host}"], "stage": "preview"}
        answer = await ask("egress.fetch", {"app": "app_1", "token": token, "url": stage.internet.url(), **lie})
        assert answer["kind"] == "blocked"

    asked(stage, questions)
    assert stage.internet.connections == 0


def test_it_says_whether_something_taken_back_could_still_be_used(stage: Stage) -> None:  # K5
    stage.calls_out()
    stage.keep("kept", "a value of theirs")
    host = f"egress:{stage.internet.host()}"

    async def questions(ask: Ask) -> None:
        async def holds(name: str, app: str = "app_1") -> object:
            return (await ask("holds", {"workspace": "T1", "app": app, "name": name}))["holds"]

        assert await holds(host) is True
        assert await holds("egress:other.example") is False
        assert await holds(host, "app_2") is False
        assert await holds("secret:kept") is True
        assert await holds("secret:crm") is False

    asked(stage, questions)


def freeze(stage: Stage, kind: str, name: str) -> None:
    with Session(stage.engine) as session, session.begin():
        target = Target("T1", "capability" if kind == "capability" else "app", name)
        assert freezes.freeze(session, target, reason="", person="ben", account="", now=NOW)


@pytest.mark.parametrize("name", ["mail", "mail:example.com", "*"])
def test_what_operators_froze_is_refused_as_that_without_a_restart(stage: Stage, name: str) -> None:  # N14
    stage.mails()
    token = Issuer(stage.home / "run" / "gateway.pub").mint("app_1", "live", "r1", NOW)
    letter = {"app": "app_1", "token": token, "to": "ana@example.com", "subject": "Lunch", "text": "Soup"}

    async def questions(ask: Ask) -> None:
        sent = await ask("mail.send", {**letter, "key": "r1:1"})
        assert "error" not in sent, sent
        freeze(stage, "capability", name)
        refused = await ask("mail.send", {**letter, "key": "r1:2"})
        assert refused["kind"] == "frozen" and refused["error"].startswith("frozen: mail:example.com: ")
        assert "blocked" not in refused and refused["spent"] == {"mails": 0}
        assert not (await ask("holds", {"workspace": "T1", "app": "app_1", "name": "mail:example.com"}))["holds"]

    asked(stage, questions)


def test_a_frozen_app_reaches_nothing_outside(stage: Stage) -> None:  # N14
    stage.mails()
    stage.mails(app="app_2")
    issuer = Issuer(stage.home / "run" / "gateway.pub")

    async def questions(ask: Ask) -> None:
        freeze(stage, "app", "app_1")
        for app, kind in (("app_1", "frozen"), ("app_2", "")):
            letter = {"app": app, "token": issuer.mint(app, "live", "r1", NOW), "key": f"{app}:1"}
            told = await ask("mail.send", {**letter, "to": "ana@example.com", "subject": "Lunch", "text": "Soup"})
            assert told.get("kind", "") == kind, told

    asked(stage, questions)


def test_a_preview_has_what_was_granted_and_nothing_of_its_own(stage: Stage) -> None:  # S11
    stage.calls_out()
    token = Issuer(stage.home / "run" / "gateway.pub").mint("app_1", "preview", "r1", NOW)

    async def questions(ask: Ask) -> None:
        answer = await ask("egress.fetch", {"app": "app_1", "token": token, "url": stage.internet.url()})
        assert answer["error"] == "this app does not run (any more)"

    asked(stage, questions)


def test_values_go_into_the_vault_and_nothing_brings_them_out(stage: Stage) -> None:  # S5
    document = {"workspace": "T1", "app": "app_1", "name": "api-key", "hosts": ["api.example.com"]}

    async def questions(ask: Ask) -> None:
        sealed = await ask("secret.seal", {**document, "value": "sesame-open-7"})
        assert (sealed["key"], "sesame" in str(sealed)) == ("k1", False)
        again = await ask("secret.rewrap", {**document, "sealed": sealed})
        assert (again["key"], again["value"]) == ("k1", sealed["value"])
        moved = await ask("secret.rewrap", {**document, "hosts": ["evil.net"], "sealed": sealed})
        assert moved["error"] == "a sealed value is damaged, or was moved to where it does not belong"
        assert (await ask("secret.seal", {**document, "value": "short"}))["error"] == "a secret has 8 to 4,096 bytes"
        for question in ("secret.open", "secret.get", "vault.open", ""):
            assert (await ask(question, {**document, "sealed": sealed}))["error"] == "the broker has no such question"

    asked(stage, questions)


def test_without_a_key_nothing_is_sealed(stage: Stage) -> None:  # K3
    async def questions(ask: Ask) -> None:
        document = {"workspace": "T1", "app": "", "name": "a", "hosts": [], "value": "sesame-open-7"}
        assert (await ask("secret.seal", document))["error"] == "the vault has no key: see docs/outside.md"

    asked(stage, questions, keys=lambda: "")


def test_a_bad_source_of_keys_leaves_those_that_were_there() -> None:
    said = [KEY]

    def source() -> str:
        if said[0] == "gone":
            raise Locked("the key cannot be read")
        return said[0]

    vault = Vault(source)
    asyncio.run(vault.reload())
    for bad in ("gone", "k1:nonsense"):
        said[0] = bad
        with pytest.raises(Locked):
            asyncio.run(vault.reload())
        assert vault.keyring().current == "k1"


NO_QUESTIONS = (b"", b"[]", b"7", b"{}", b'{"app": "app_1"}', b"\xff", b"{" * 3000)


def test_what_is_no_question_is_said_to_be_none(stage: Stage) -> None:
    async def questions(ask: Ask) -> None:
        transport = httpx2.AsyncHTTPTransport(uds=str(stage.home / "run" / "broker.sock"), verify=False)
        async with httpx2.AsyncClient(transport=transport, base_url="http://broker") as client:
            for path in ("/egress.fetch", "/mail.send", "/secret.seal", "/secret.rewrap"):
                for content in NO_QUESTIONS:
                    reply = await client.post(path, content=content)
                    assert (reply.status_code, reply.json()["kind"]) == (200, "bad_request")
        assert (await ask("egress.fetch", {"x": "y" * (3 << 20)}))["error"] == "the broker has no such question"

    asked(stage, questions)


def test_only_our_own_user_reaches_the_socket(stage: Stage) -> None:
    async def questions(_ask: Ask) -> None:
        assert stat.S_IMODE((stage.home / "run" / "broker.sock").stat().st_mode) == 0o600

    asked(stage, questions)


def test_a_broker_that_is_away_is_a_no(tmp_path: Path) -> None:  # S2
    async def ask() -> Mapping[str, Any]:
        wire = BrokerWire(tmp_path / "nobody.sock")
        try:
            return await wire.ask("egress.fetch", {})
        finally:
            await wire.close()

    assert asyncio.run(ask()) == {
        "error": "egress.fetch: nothing leaves the machine right now",
        "kind": "unavailable",
    }


def test_an_idle_connection_is_kept_for_longer_than_a_worker_does(stage: Stage) -> None:
    mail = Mail(stage.home / "broker.db", stage.ledger, lambda _message: None, "slipway@example.org")
    broker = Broker(
        stage.book,
        Verifier(stage.home / "run" / "gateway.pub"),
        stage.egress,
        mail,
        Vault(lambda: KEY),
        lambda: stage.now,
    )
    theirs = httpx2.Limits().keepalive_expiry
    assert theirs is not None and server.server(broker).config.timeout_keep_alive > 2 * theirs
