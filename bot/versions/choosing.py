"""Choosing: which versions of an app can be live again, what becomes of its entries then, and why one cannot be."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

from bot.approving import excepting
from bot.archives import remembering
from bot.database import transaction
from bot.deciding import OVERTAKEN, Refused
from bot.rows.requests import Request, State
from bot.threads import labelled, still
from bot.wiring import Wiring
from bot.wording import freeze_words, rolling_words
from bot.wording.blocks import quoted
from guardrails import approvals, keys
from guardrails.proof import problem
from guardrails.verdict import Verdict
from runtime import apps, compatible, deployments, history, snapshots, switching
from runtime.apps import App, Stage
from runtime.compatible import Fit
from runtime.deployments import Deployment
from runtime.errors import Corrupt
from runtime.history import Version
from runtime.snapshots import Snapshot
from templates.excess import excess


@dataclass(frozen=True, slots=True)
class Offer:
    """One version that was live, and what becomes of the entries when it is again."""

    version: Version
    live: bool
    fit: Fit = field(default_factory=Fit)
    snapshot: Snapshot | None = None
    """The entries from before those that it could not read, where a copy is kept."""
    shorter: int = 0
    """For how many days it keeps entries, where that is less than now."""

    @property
    def possible(self) -> bool:
        """Whether its entries allow it at all."""
        return not self.live and (self.fit.fate != "unreadable" or self.snapshot is not None)

    @property
    def value(self) -> str:
        """What stands for it in a form or a button."""
        restored = self.fit.fate == "unreadable" and self.snapshot is not None
        return f"{self.version.number}+{self.snapshot.id}" if restored and self.snapshot else str(self.version.number)

    @property
    def fate(self) -> str:
        """What becomes of the entries, in words."""
        return rolling_words.data(self.fit, self.snapshot, self.shorter)


@dataclass(frozen=True, slots=True)
class Choice:
    """One offer, taken: what takes whose place."""

    app: App
    was: Deployment
    offer: Offer
    taken: Snapshot | None = None
    """The entries as they were just before, kept because the versions differ in how they keep them."""


def offers(wiring: Wiring, request: Request) -> tuple[Deployment | None, tuple[Offer, ...]]:
    """What is live of a Request's app, and its last versions, newest first."""
    with transaction(wiring.engine) as session:
        remembering.adopt(session, wiring, request)
        app = request.app or ""
        live = deployments.active(session, app, "live")
        current = history.of(session, live) if live else None
        versions = history.last(session, app)
        writers = snapshots.writers(session, app)
        stored = snapshots.of(session, app)
        lives = history.deployed(session, app)
    if live is None or current is None:
        return live, ()
    differ = any(one.store != current.store for one in (*versions, *(each[0] for each in lives)))
    filled = snapshots.filled(wiring.data.export(app, "live")) if differ else frozenset()
    there = _There(lives, writers, stored, filled)
    return live, tuple(_offer(one, current, there) for one in versions)


@dataclass(frozen=True, slots=True)
class _There:
    """What is known of an app's entries: when each version was live, whose rows are there, and copies of before."""

    lives: Sequence[tuple[Version, int, int | None]]
    writers: tuple[int, ...]
    stored: Sequence[Snapshot]
    filled: frozenset[str]

    def fit(self, reader: Version, writers: Collection[int], tables: frozenset[str], before: int | None = None) -> Fit:
        """What a version makes of rows that these wrote until then. Those that it was published over are its own."""
        others = [
            one.store
            for one, since, _ in self.lives
            if one.number in writers
            and one.number != reader.number
            and (since, one.number) > (reader.published_at, reader.number)
            and (before is None or since < before)
        ]
        return compatible.fit(reader.store, others, tables)


def _offer(version: Version, current: Version, there: _There) -> Offer:
    if version.number == current.number:
        return Offer(version, live=True)
    tables = frozenset(version.store.tables) if version.store else frozenset()
    good = (one for one in there.stored if there.fit(version, one.writers, tables, one.taken_at).fate != "unreadable")
    fit = there.fit(version, there.writers, there.filled)
    snapshot = next(good, None) if fit.fate == "unreadable" else None
    shorter = version.retention_days if version.retention_days < current.retention_days else 0
    return Offer(version, False, fit, snapshot, shorter)


def choose(wiring: Wiring, request: Request, number: int, snapshot: str, was: str) -> Choice:
    """What is asked for, as far as it can be had. Raises Refused."""
    live, offered = offers(wiring, request)
    with transaction(wiring.engine) as session:
        app = apps.get(session, request.app) if request.app else None
        busy = app is not None and bool(snapshots.under_way(session, app.id))
        frozen = still.of_app(session, wiring.bundles, app) if app else 0
    if app is None or live is None or app.stage not in {Stage.LIVE, *switching.WAITS}:
        raise Refused(OVERTAKEN)
    if request.state is State.APPROVED:
        raise Refused(rolling_words.COMING)
    if frozen:
        raise Refused(freeze_words.waits("this app", frozen))
    if busy:
        raise Refused(rolling_words.RESTORING)
    if live.id != was:
        raise Refused(rolling_words.OVERTAKEN)
    offer = next((one for one in offered if one.version.number == number), None)
    if offer is None or offer.live:
        raise Refused(rolling_words.IS_LIVE if offer else rolling_words.NOT_OFFERED)
    # Entries are put back only for whoever asked for exactly that, never as a surprise.
    if not offer.possible or offer.value.partition("+")[2] != snapshot:
        raise Refused(rolling_words.refused(offer.version, offer.fate))
    return Choice(app, live, offer)


def against(wiring: Wiring, request: Request, version: Version) -> str:
    """Why a version may not be live again now, in a sentence; empty when it may."""
    try:
        manifest = wiring.bundles.get(version.bundle).manifest
    except (Corrupt, OSError):
        return rolling_words.DAMAGED
    with transaction(wiring.engine) as session:
        standing = approvals.get(session, version.proposal)
        if standing is None or not approvals.given(session, version.proposal):
            return rolling_words.NEVER_APPROVED
        trusted = keys.trusted(session)
    unproved = problem(version.bundle, wiring.bundles.signatures(version.bundle), trusted, wiring.bundles.holds)
    if unproved:
        return rolling_words.damaged_proof(unproved)
    if manifest.template in wiring.catalog.refused or wiring.catalog.known(manifest.template) is None:
        return rolling_words.withdrawn(manifest.template)
    if not version.answers:
        return rolling_words.NO_ANSWERS
    if more := excess(manifest, wiring.catalog):
        return rolling_words.forbidden(f"it asks for more than its template may, {quoted('; '.join(more))}.", "")
    what = standing.proposal
    verdict = wiring.billing.judged(excepting.judged(wiring, request, manifest, what.audience, "live"), manifest)
    return _policies(verdict, bool(standing.groups)) or labelled.untrue(wiring, version.bundle, what.grants)


def _policies(verdict: Verdict, asked: bool) -> str:
    if verdict.decision == "deny":
        first = verdict.findings[0]
        return rolling_words.forbidden(quoted(first.why), quoted(first.fix))
    return rolling_words.NOT_ASKED if verdict.decision == "needs_approval" and not asked else ""
