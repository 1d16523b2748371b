"""Routes: which host leads to which bundle, read from the control database by its version, without an ORM.

A gateway worker holds one read-only connection. Only when anybody committed is `route_version` read, and only when
that rose are routes read anew, each when it is visited: however many apps there are, a change costs what is visited
after it. A session is read again after any commit at all: it may have been the end of it.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from runtime import frozen, source
from runtime.frozen import Frozen
from runtime.source import Source
from runtime.traces import trace_id

Where = Literal["preview", "live"]
STAGES: tuple[Where, ...] = ("preview", "live")
SERVED: Mapping[Where, frozenset[str]] = {
    "preview": frozenset({"draft", "approved", "live", "suspended"}),
    # Approved while live: a newer version waits to replace what stands.
    "live": frozenset({"approved", "live"}),
}
"""In which stages of its app a deployment is served; in any other, known or not, it is not (G1)."""

_ROUTE = """
SELECT app.id, app.title, app.owner, app.stage, app.ended_at, app.export, app.trace, app.audience,
  app.workspace || ':' || coalesce(nullif(app.budget_tag, ''), app.team),
  coalesce(deployment.bundle, ''), coalesce(lease.ends_at, 0), coalesce(deployment.paused, '') <> '',
  coalesce(tombstone.owner, ''), coalesce(tombstone.until, 0)
FROM app
LEFT JOIN deployment ON deployment.app = app.id AND deployment.stage = ? AND deployment.ended_at IS NULL
LEFT JOIN lease ON lease.app = deployment.app AND lease.stage = deployment.stage
LEFT JOIN tombstone ON tombstone.app = app.id
WHERE app.slug = ?
"""
_PREVIEW = """
SELECT app.id, app.title, app.owner, app.stage, app.ended_at, app.export, app.trace, app.audience,
  app.workspace || ':' || coalesce(nullif(app.budget_tag, ''), app.team),
  CASE WHEN deployment.ended_at IS NULL THEN deployment.bundle ELSE '' END,
  coalesce(lease.ends_at, 0), coalesce(deployment.paused, '') <> '',
  coalesce(tombstone.owner, ''), coalesce(tombstone.until, 0)
FROM deployment
JOIN app ON app.id = deployment.app
LEFT JOIN lease ON lease.app = deployment.app AND lease.stage = deployment.stage
LEFT JOIN tombstone ON tombstone.app = app.id
WHERE deployment.stage = ? AND app.slug || '-' || substr(deployment.id, 5) = ? AND deployment.id = ?
"""
"""Of a preview's own label alone: its slug would be guessed."""
_GRANTS = "SELECT name, until FROM app_grant WHERE app = ? AND revoked_at IS NULL ORDER BY id"
_SESSION = "SELECT person, name, handle, csrf, expires_at FROM visit_session WHERE digest = ? AND app = ? AND stage = ?"
DEPLOYMENT = "dep_"
"""Begins the id of a Deployment; twelve random hexadecimal digits follow."""
SHELF = "shelf"
"""The label of the gallery's own origin, and what stands for an app in its visitors' sessions."""
MOST_SESSIONS = 10_000
"""Sessions that one worker holds in memory."""
_NEWEST = """
SELECT coalesce((SELECT max(version) FROM route_version), 0), coalesce((SELECT max("offset") FROM clock), 0)
"""
_REVOKED = "SELECT count(*) FROM signing_key WHERE revoked_at IS NOT NULL"
_NAMED = """
SELECT person.name, identity.handle FROM person JOIN identity ON identity.person = person.id
WHERE person.id = ? ORDER BY identity.id
"""


def preview_label(slug: str, deployment: str) -> str:
    """The label of a preview's host: nobody who was not told it finds it, and each change has another (D2)."""
    return f"{slug}-{deployment.removeprefix(DEPLOYMENT)}"


@dataclass(frozen=True, slots=True)
class Route:
    """Where a host leads. `slug` is its label; `bundle` is empty when nothing is deployed there (any more)."""

    app: str
    slug: str
    stage: Where
    title: str
    owner: str
    bundle: str
    ends_at: int
    app_stage: str
    ended_at: int | None
    export: str
    trace: str
    """The id of the trace that the app began with."""
    grants: Mapping[str, int]
    """Granted capability names, each with the UNIX second until which it holds."""
    parent: str = ""
    """Where in that trace its visits belong, as a W3C traceparent."""
    team: str = ""
    """Whose apps share one limit: who pays for it, or else who asked for it."""
    paused: bool = False
    """Whether it was suspended, because something went wrong again and again."""
    frozen: int = 0
    """Since when operators have stopped it, or the template that it is made of; 0 while it is not."""
    stilled: Mapping[str, int] = field(default_factory=dict)
    """Capabilities that operators have stopped, each with since when (`runtime.frozen`)."""
    keeper: str = ""
    """Whose it was, by name; of an ended app alone."""
    until: int = 0
    """Until when an ended app can be restored."""
    public: bool = False
    """Whether it was approved for anyone with the link."""
    over: bool = False
    """Whether this was a preview that another one, or none, has taken the place of."""

    @property
    def name(self) -> str:
        """What its own limits are counted by."""
        return f"{self.app}.{self.stage}"

    def still(self, now: int) -> bool:
        """Whether it would stand there for visitors, had it not been frozen."""
        return bool(self.frozen) and bool(self.bundle) and now < self.ends_at

    def suspended(self, now: int) -> bool:
        """Whether it would answer, had it not been suspended."""
        stopped = self.paused or (self.stage == "live" and self.app_stage == "suspended")
        return bool(self.bundle) and now < self.ends_at and stopped

    def open(self, now: int) -> bool:
        """Whether Calls are answered: something is deployed and its Lease has not lapsed (Invariant 7)."""
        served = self.app_stage in SERVED[self.stage] and not self.paused and not self.frozen
        return bool(self.bundle) and now < self.ends_at and served


@dataclass(frozen=True, slots=True)
class Session:
    """A signed-in visitor of one app and stage."""

    person: str
    name: str
    handle: str
    csrf: str
    expires_at: int


GALLERY = Route(
    app=SHELF, slug=SHELF, stage="live", title="The shelf", owner="", bundle="", ends_at=0, app_stage="live",
    ended_at=None, export="", trace="", grants={},
)  # fmt: skip  # its empty parts are many
"""Where the gallery is: no app, and reached as one."""


class Routes:
    """The routes. A visit begins with `find`, which sees the last commit; the rest is as new as the last `find`.

    In PostgreSQL that is the last commit that we were told of, or asked about within the half-second.
    """

    def __init__(self, database: Path | str | Source, template: Callable[[str], str] = lambda bundle: "") -> None:
        """Open the control database, a file or an address, for reading; an error when it is not there yet.

        `template` says what a bundle is made of, by its digest; empty when that cannot be read.
        """
        self._source = source.opened(database)
        self._template = template
        self._frozen = Frozen()
        self._committed = -1
        self._version = -1
        self._offset = 0
        self._visited: dict[tuple[str, Where], Route] = {}
        self.revoked = 0
        """How many signing keys are revoked; what such a key signed must not run."""
        self._sessions: dict[tuple[str, str, Where], Session] = {}

    @property
    def version(self) -> int:
        """Rises when any route, grant or audience changed."""
        return self._version

    def close(self) -> None:
        """Let go of the database."""
        self._source.close()

    def find(self, slug: str, stage: Where) -> Route | None:
        """The route of a slug at a stage, or None."""
        self._refresh()
        if (slug, stage) == (SHELF, "live"):
            return GALLERY
        found = self._visited.get((slug, stage))
        if found is None:
            found = self._read(slug, stage)
            # Of hosts that lead nowhere there is no end, and none is remembered.
            if found is not None:
                self._visited[slug, stage] = found
        return found

    def age(self, _: int) -> int:
        """See `runtime.sleeping.Held`: to read a route again costs less than to remember who has none to visit."""
        self._visited.clear()
        return 0

    def clock_offset(self) -> int:
        """Seconds by which the demo's clock runs ahead of the wall's."""
        return self._offset

    def contact(self, person: str) -> str:
        """Whom to ask about an app, by its owner's id: their name, and how the chat calls them; empty for nobody."""
        rows = self._source.rows(_NAMED, (person,))
        return f"{rows[0][0]} (@{rows[0][1]})" if rows else ""

    def session(self, digest: str, app: str, stage: Where) -> Session | None:
        """The session whose token has this SHA-256, if it is this app's and stage's own."""
        key = (digest, app, stage)
        found = self._sessions.get(key)
        if found is None:
            rows = self._source.rows(_SESSION, key)
            if not rows:
                return None
            if len(self._sessions) >= MOST_SESSIONS:
                self._sessions.clear()
            found = self._sessions[key] = Session(*rows[0])
        return found

    def _refresh(self) -> None:
        committed = self._source.version()
        if committed == self._committed:
            return
        self._sessions.clear()
        (version, offset) = self._source.rows(_NEWEST)[0]
        self._offset = offset
        if version != self._version:
            ((self.revoked,),) = self._source.rows(_REVOKED)
            self._frozen = frozen.read(self._source.rows)
            self._visited.clear()
        self._version, self._committed = version, committed

    def _read(self, slug: str, stage: Where) -> Route | None:
        query, named = (_PREVIEW, (f"{DEPLOYMENT}{slug.rpartition('-')[2]}",)) if stage == "preview" else (_ROUTE, ())
        rows = self._source.rows(query, (stage, slug, *named))
        if not rows:
            return None
        app, title, owner, app_stage, ended_at, export, trace, audience, team, bundle, ends_at, paused, *stone = rows[0]
        still, stilled = self._still(app, bundle)
        return Route(
            app=app,
            slug=slug,
            stage=stage,
            title=title,
            owner=owner,
            bundle=bundle,
            ends_at=ends_at,
            app_stage=app_stage,
            ended_at=ended_at,
            export=export,
            trace=trace_id(trace),
            parent=trace,
            grants=dict(self._source.rows(_GRANTS, (app,))),
            team=team,
            paused=bool(paused),
            frozen=still,
            stilled=stilled,
            keeper=stone[0],
            until=stone[1],
            public=stage == "live" and json.loads(audience).get("kind") == "public",
            over=stage == "preview" and not bundle,
        )

    def _still(self, app: str, bundle: str) -> tuple[int, Mapping[str, int]]:
        """Since when the app stands still, and which capabilities do."""
        if not self._frozen:
            return 0, {}
        workspace, template = self._source.rows(frozen.WHOSE, (app,))[0]
        made_of = (template, self._template(bundle) if bundle else "")
        return self._frozen.app(workspace, app, made_of), self._frozen.capabilities(workspace)
