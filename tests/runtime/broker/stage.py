"""Where the broker's tests play: a control database, a ledger, a vault, and a hostile internet."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlalchemy import Engine
from sqlmodel import Session

from guardrails import grants
from runtime.broker import secret
from runtime.broker.decision import Reach
from runtime.broker.egress import Egress
from runtime.broker.ledger import Ledger
from runtime.broker.refusal import Refusal
from runtime.broker.rights import Book, Rights, TeamLimits
from runtime.broker.vault import Keyring, Purpose
from runtime.bundles import BundleStore
from runtime.routes import Where
from templates.bundle import Bundle
from templates.manifest import Capability, EgressCapability, MailCapability, Manifest
from tests.runtime import scene
from tests.runtime.broker.internet import REACHABLE, Internet, Names

NOW = scene.NOW


@dataclass
class Stage:
    """Everything in one folder."""

    home: Path
    engine: Engine
    internet: Internet
    names: Names
    ring: Keyring = field(default_factory=lambda: Keyring({"k1": b"k" * 32}))
    now: int = NOW

    def __post_init__(self) -> None:
        self.bundles = BundleStore(self.home / "bundles")
        self.book = Book(self.home / "control.db", self.bundles, TeamLimits())
        self.ledger = Ledger(self.home / "broker.db")
        self.egress = self.made()
        self.spent: Mapping[str, int] = {}

    def made(self) -> Egress:
        """The broker's egress, with this machine's loopback as the internet."""
        return Egress(
            book=self.book,
            ledger=self.ledger,
            keyring=lambda: self.ring,
            resolve=self.names.resolve,
            tls=self.internet.tls,
            reach=Reach(REACHABLE, frozenset({self.internet.plain_port})),
        )

    def share(self, teams: TeamLimits) -> None:
        """Give teams these limits."""
        self.book = Book(self.home / "control.db", self.bundles, teams)
        self.egress = self.made()

    def publish(
        self,
        *capabilities: Capability,
        granted: Sequence[str] | None = None,
        app: str = "app_1",
        secrets: tuple[str, ...] = (),
        until: int = NOW + 1000 * scene.DAY,
        team: str = "",
    ) -> None:
        """An app that declares this and is live; granted all of it, unless `granted` says otherwise."""
        manifest = Manifest(
            name="lunch",
            template="survey@1.0",
            template_digest=scene.BUNDLE,
            title="Lunch survey",
            capabilities=capabilities,
            secrets=secrets,
        )
        digest = self.bundles.put(Bundle(manifest, {"app.js": b""}))
        wanted = grants.names(capabilities) if granted is None else tuple(granted)
        with Session(self.engine) as session, session.begin():
            scene.app(session, app, title=f"Lunch survey {app}", team=team)
            scene.publish(session, app, digest, days=900)
            grants.grant(session, workspace="T1", app=app, wanted=wanted, proposal="p", until=until, now=NOW)

    def calls_out(self, *hosts: str, **more: Any) -> None:
        """The app may call these hosts; the test's own API when none is named."""
        limits = {key: more.pop(key) for key in ("requests_per_hour", "mb_per_day") if key in more}
        self.publish(EgressCapability(hosts=hosts or (self.internet.host(),), **limits), **more)

    def mails(self, *domains: str, per_day: int = 20, **more: Any) -> None:
        self.publish(MailCapability(domains=domains or ("example.com",), per_day=per_day), **more)

    def rights(self, app: str = "app_1", stage: Where = "live") -> Rights:
        found = self.book.rights(app, stage, self.now)
        assert isinstance(found, Rights), found
        return found

    def fetch(self, url: str = "", app: str = "app_1", **asked: Any) -> Mapping[str, Any]:
        """What an app gets for this fetch."""
        rights = self.book.rights(app, "live", self.now)
        if isinstance(rights, Refusal):
            return rights.document
        answer = dict(asyncio.run(self.egress.fetch(rights, {"url": url or self.internet.url(), **asked})))
        self.spent = answer.pop("spent")
        return answer

    def keep(self, name: str, value: str, *hosts: str, app: str = "app_1") -> None:
        """A secret, sealed as the broker seals it."""
        purpose = Purpose("T1", app, name, hosts or (self.internet.host(),))
        with Session(self.engine) as session, session.begin():
            secret.put(session, purpose, self.ring.seal(purpose, value.encode()), NOW)

    def close(self) -> None:
        self.ledger.close()
