"""Rights: what an app may do now, read from the control database by the broker itself. The asker is never believed."""

import json
import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from runtime import frozen
from runtime.broker.quota import Limit, Measure
from runtime.broker.refusal import Refusal
from runtime.broker.secret import NAME
from runtime.broker.vault import Purpose, Sealed
from runtime.bundles import BundleStore
from runtime.errors import Corrupt
from runtime.routes import SERVED, Where
from templates.manifest import Digest, EgressCapability, MailCapability, Manifest

Rows = Callable[[str, Sequence[object]], Sequence[tuple[Any, ...]]]
"""Answers a question, with `?` for its values. Raises OSError."""
MOST_KEPT = 500
"""Manifests kept in memory; they are named by their digest, so they never grow stale."""
_ROUTE = """
SELECT app.workspace, app.slug, app.team, app.stage, deployment.bundle, lease.ends_at
FROM app
JOIN deployment ON deployment.app = app.id AND deployment.stage = ? AND deployment.ended_at IS NULL
JOIN lease ON lease.app = app.id AND lease.stage = ?
WHERE app.id = ?
"""
_AHEAD = 'SELECT coalesce(max("offset"), 0) FROM clock'
_GRANTS = "SELECT name FROM app_grant WHERE app = ? AND revoked_at IS NULL AND until > ?"
_SECRET = """
SELECT app, hosts, "key", wrapped, value FROM secret
WHERE workspace = ? AND name = ? AND app IN (?, '') ORDER BY app DESC
"""
_KEPT = "SELECT 1 FROM secret WHERE workspace = ? AND name = ? AND app = ?"


@dataclass(frozen=True, slots=True)
class TeamLimits:
    """What the apps of one team may use together."""

    requests_per_hour: int = 2000
    mb_per_day: int = 200
    mails_per_day: int = 200


@dataclass(frozen=True, slots=True)
class Rights:
    """One app at one stage, as it stands in this second (`now`, on the installation's clock)."""

    app: str
    stage: Where
    workspace: str
    slug: str
    team: str
    """Who asked for it, as the chat calls them."""
    now: int
    manifest: Manifest
    grants: frozenset[str]
    teams: TeamLimits
    stilled: Mapping[str, int] = field(default_factory=dict)
    """Capabilities that operators have stopped for everybody, each with since when."""

    def explained(self, answer: Mapping[str, Any]) -> Mapping[str, Any]:
        """The answer; when what it refuses was stopped by operators, it says that instead."""
        name = answer.get("blocked")
        if not isinstance(name, str):
            return answer
        asked = f"mail:{name.removeprefix('@')}" if name.startswith("@") else f"egress:{name}"
        at = frozen.since(self.stilled, asked)
        if not at:
            return answer
        kept = {key: value for key, value in answer.items() if key != "blocked"}
        return {**kept, "error": frozen.refusal(asked, at), "kind": "frozen"}

    @property
    def hosts(self) -> frozenset[str]:
        """Hosts that the app declares *and* was granted: of two opinions the smaller counts (S4)."""
        declared = self.manifest.capability("egress")
        wanted = declared.hosts if isinstance(declared, EgressCapability) else ()
        return frozenset(one for one in wanted if f"egress:{one}" in self.grants)

    @property
    def domains(self) -> frozenset[str]:
        """Domains that mail may go to, declared and granted."""
        declared = self.manifest.capability("mail")
        wanted = declared.domains if isinstance(declared, MailCapability) else ()
        return frozenset(one for one in wanted if f"mail:{one}" in self.grants)

    def limits(self, measure: Measure) -> tuple[Limit, Limit]:
        """The app's own limit and its team's."""
        team = f"{self.workspace}/{self.team}"
        app_most, team_most = self._most(measure)
        return Limit("app", self.app, measure, app_most), Limit("team", team, measure, team_most)

    def _most(self, measure: Measure) -> tuple[int, int]:
        egress, mail = self.manifest.capability("egress"), self.manifest.capability("mail")
        if measure == "mails":
            return (mail.per_day if isinstance(mail, MailCapability) else 0), self.teams.mails_per_day
        if not isinstance(egress, EgressCapability):
            return 0, 0
        if measure == "requests":
            return egress.requests_per_hour, self.teams.requests_per_hour
        return egress.mb_per_day << 20, self.teams.mb_per_day << 20


class Book:
    """Reads rights and sealed secrets. Nothing is cached that can be revoked."""

    def __init__(self, database: Path | Rows, bundles: BundleStore, teams: TeamLimits) -> None:
        self._database = database
        self._bundles = bundles
        self._teams = teams
        self._manifests: dict[Digest, Manifest] = {}

    def rights(self, app: str, stage: Where, wall: int) -> Rights | Refusal:
        """What the app may do at this stage, or why nothing; `wall` is UNIX seconds."""
        try:
            return self._rights(app, stage, wall)
        except (sqlite3.Error, OSError, Corrupt, ValueError, KeyError):
            return Refusal("unavailable", "what this app is granted cannot be read right now, so nothing is sent")

    def _rights(self, app: str, stage: Where, wall: int) -> Rights | Refusal:
        with self._asking() as ask:
            ((ahead,),) = ask(_AHEAD, ())
            now = wall + ahead
            row = next(iter(ask(_ROUTE, (stage, stage, app))), None)
            # A preview runs what nobody has approved yet: what the live app was granted is not for it (S11).
            granted = ask(_GRANTS, (app, now)) if stage == "live" else ()
            grants = frozenset(name for (name,) in granted)
            still = frozen.read(lambda statement: ask(statement, ()))
            made_of = next(iter(ask(frozen.WHOSE, (app,))), ("", ""))
        if row is None or row[3] not in SERVED[stage] or row[5] <= now:
            return Refusal("blocked", "this app does not run (any more)")
        workspace, slug, team, _, bundle, _ = row
        manifest, stilled = self._manifest(Digest(bundle)), still.capabilities(workspace)
        if at := still.app(workspace, app, (made_of[1], manifest.template)):
            return Refusal("frozen", frozen.refusal("this app", at))
        moving = frozenset(name for name in grants if not frozen.since(stilled, name))
        return Rights(app, stage, workspace, slug, team, now, manifest, moving, self._teams, stilled)

    def secret(self, rights: Rights, name: str) -> tuple[Purpose, Sealed] | None:
        """The app's own secret of this name, or the platform's if the app's template declares it.

        sqlite3.Error or OSError when it cannot be read.
        """
        if not NAME.fullmatch(name):
            return None
        with self._asking() as ask:
            rows = ask(_SECRET, (rights.workspace, name, rights.app))
        for app, hosts, key, wrapped, value in rows:
            if app or name in rights.manifest.secrets:
                return Purpose(rights.workspace, app, name, tuple(json.loads(hosts))), Sealed(key, wrapped, value)
        return None

    def holds(self, workspace: str, app: str, name: str, wall: int) -> bool:
        """Whether the app could still have this used for it: a host, a domain, or `secret:<name>`.

        sqlite3.Error or OSError when it cannot be read.
        """
        kind, _, rest = name.partition(":")
        if kind != "secret":
            rights = self._rights(app, "live", wall)
            return isinstance(rights, Rights) and name in rights.grants
        with self._asking() as ask:
            return bool(ask(_KEPT, (workspace, rest, app)))

    @contextmanager
    def _asking(self) -> Iterator[Rows]:
        if not isinstance(self._database, Path):
            yield self._database
            return
        address = f"file:{self._database}?mode=ro"
        with closing(sqlite3.connect(address, uri=True, isolation_level=None, timeout=1.0)) as connection:
            yield lambda statement, values: connection.execute(statement, tuple(values)).fetchall()

    def _manifest(self, bundle: Digest) -> Manifest:
        found = self._manifests.get(bundle)
        if found is None:
            index = json.loads(self._bundles.blob(bundle))
            found = self._manifests[bundle] = Manifest.model_validate(index["manifest"])
            if len(self._manifests) > MOST_KEPT:
                self._manifests.pop(next(iter(self._manifests)))
        return found
