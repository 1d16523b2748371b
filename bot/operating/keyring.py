"""The installation's signing key and the keys it trusts: made, changed and taken back; and bundles from before."""

import logging
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Engine
from sqlmodel import Session

from bot import clockwork, foundations
from bot.chat import Message, Place
from bot.database import transaction
from bot.notary import KEY, Notary
from bot.posting import outbox
from bot.posting.outbox import Post
from bot.rows import requests
from bot.rows.requests import Request
from bot.settings import CannotStart
from bot.threads import thread
from bot.wiring import Wiring
from bot.wording import limits
from bot.wording.blocks import quoted
from guardrails import audit, evidence, keys, signing
from guardrails.envelope import short
from guardrails.evidence import Evidence
from guardrails.keys import Key
from guardrails.proof import problem
from guardrails.signing import NoKey, SigningKey
from runtime import apps, deployments
from runtime.apps import App
from runtime.breaches import UNPROVED
from runtime.bundles import BundleStore
from runtime.deployments import Deployment
from runtime.errors import Corrupt
from templates.manifest import Digest

log = logging.getLogger("slipway.keys")


def ready(engine: Engine, notary: Notary, bundles: BundleStore, now: int) -> None:
    """Have a key to sign with, before anything is signed or run. Apps from before there was one are signed now, once.

    A key that was lost or revoked is replaced. CannotStart when the file holds a key that nobody trusts here.
    """
    with transaction(engine) as session:
        known = {one.id: one for one in keys.every(session)}
    try:
        current = _current(notary.key)
    except (NoKey, OSError) as error:
        raise CannotStart(f"The signing key cannot be used: {error}") from error
    if not known:
        current = current or _made(notary.key)
        _adopt(engine, notary, bundles, current, now)
    elif current is None or (current.id in known and known[current.id].revoked_at is not None):
        rotate(engine, notary.key, "slipway", now)
    elif current.id not in known:
        raise CannotStart(
            f"Nobody trusts the key in {notary.key} here: it is of another installation, or control.db is an old copy. "
            "Run `platformctl key rotate` to go on with a new one."
        )


def current_key(home: Path) -> SigningKey | None:
    """The key that signs here, if its file is there; NoKey or OSError when it cannot be used."""
    return _current(home / KEY)


def _current(path: Path) -> SigningKey | None:
    try:
        return signing.read(path)
    except FileNotFoundError:
        return None


def _made(path: Path) -> SigningKey:
    made = signing.make()
    made.keep(path)
    return made


def _adopt(engine: Engine, notary: Notary, bundles: BundleStore, key: SigningKey, now: int) -> None:
    """Sign what this installation built before it had a key, then trust the key: a start that was cut short is redone.

    From then on, whatever is unsigned stays unsigned.
    """
    with transaction(engine) as session:
        before = {digest: request for request, digest in in_use(session)}
    signed: list[Evidence] = []
    for digest, request in before.items():
        try:
            signed.append(notary.attest(request, bundles.get(digest)))
        except Corrupt as error:
            log.error("%s of %s is not signed: %s", digest, request.id, error)
    with transaction(engine) as session:
        keys.trust(session, key.id, key.public, now)
        for one in signed:
            evidence.keep(session, one)
        _record(session, "key.made", "slipway", now, key.id, adopted=len(signed))


def in_use(session: Session) -> Iterator[tuple[Request, Digest]]:
    """Every bundle that is reachable, or that a Request may yet bring up, with the Request that it came from."""
    for standing in deployments.standing(session):
        request = requests.of_app(session, standing.app)
        if request is not None:
            yield request, standing.bundle
    for request in requests.built(session):
        yield request, Digest(str(request.bundle))


def rotate(engine: Engine, path: Path, actor: str, now: int, days: int = keys.VALID_DAYS) -> Key:
    """Sign with a new key for so many days. What the old one signed runs on, until that is over or revoked."""
    made = signing.make()
    with transaction(engine) as session:
        # Trusted before it is used: killed in between, the old key signs on and the new one is nobody's.
        keys.trust(session, made.id, made.public, now, days)
        _record(session, "key.rotated", actor, now, made.id)
        kept = keys.get(session, made.id)
    made.keep(path)
    assert kept is not None
    return kept


def refusal(wiring: Wiring) -> str:
    """Why nothing new is signed or published now, in a sentence for whoever asks; empty when it is (G6)."""
    if why := foundations.refusal(wiring.now()):
        return why
    try:
        current = _current(wiring.notary.key)
    except (NoKey, OSError):
        return ""  # Whoever then signs says so.
    with transaction(wiring.engine) as session:
        known = keys.get(session, current.id) if current is not None else None
    if known is None or wiring.now() < known.ends_at:
        return ""
    return limits.key_ended(known.ends_at, known.grace_at)


@dataclass(frozen=True, slots=True)
class Stopped:
    """An app that does not run any more, and where."""

    app: App
    stage: str
    why: str


@dataclass(frozen=True, slots=True)
class Ending:
    """Of which key, why and by whom; `how` says in the threads what became of it, `operators` is their channel."""

    key: str
    why: str
    actor: str
    how: str = "was revoked"
    operators: str = ""


def revoke(
    engine: Engine, home: Path, key: str, why: str, actor: str, now: int, operators: str = ""
) -> Sequence[Stopped]:
    """Let nothing that this trusted key signed run; which apps that stops. Threads and operators are told."""
    bundles, current = BundleStore(home / "bundles"), current_key(home)
    if current is not None and current.id == key:
        # First, so that nothing is ever signed with a key that is revoked, killed in between or not.
        rotate(engine, home / KEY, actor, now)
    return stop(engine, bundles, Ending(key, why, actor, operators=operators), now)


def stop(engine: Engine, bundles: BundleStore, ending: Ending, now: int) -> Sequence[Stopped]:
    """The same for a key that no other one takes the place of."""
    key, why = ending.key, ending.why
    with transaction(engine) as session:
        keys.revoke(session, key, why, now)
        stopped = list(_stopped(session, bundles))
        apps.touch_routes(session)
        for one in stopped:
            _tell(session, one, ending.how, now)
        _post(session, ending, [one.app for one in stopped], now)
        _record(session, "key.revoked", ending.actor, now, key, why, apps=len({one.app.id for one in stopped}))
    return stopped


def _stopped(session: Session, bundles: BundleStore) -> Iterator[Stopped]:
    trusted = keys.trusted(session)
    for standing in deployments.standing(session):
        found = apps.get(session, standing.app)
        why = unproved(bundles, standing, trusted)
        if why and found is not None:
            yield Stopped(found, standing.stage, why)


def unproved(bundles: BundleStore, standing: Deployment, trusted: keys.Trusted) -> str:
    """Why what stands there must not run, empty when it may."""
    return problem(standing.bundle, bundles.signatures(standing.bundle), trusted, bundles.holds)


def _tell(session: Session, stopped: Stopped, how: str, now: int) -> None:
    """Under the key of the line that a visit would bring about, so that the thread has one of them."""
    app, request = stopped.app, requests.of_app(session, stopped.app.id)
    if request is not None:
        key = f"breach:{app.id}:{stopped.stage}:{UNPROVED}:{now // clockwork.DAY}"
        text = limits.stopped_by_key(quoted(app.title), stopped.stage, how)
        outbox.put(session, thread.post(request, key, thread.note(request, text)), now)


def _post(session: Session, ending: Ending, stopped: Sequence[App], now: int) -> None:
    """The operators of each workspace read which of its apps have stopped."""
    for workspace in audit.workspaces(session) if ending.operators else ():
        titles = sorted({one.title for one in stopped if one.workspace == workspace})
        text = limits.apps_stopped(short(ending.key), ending.how, [quoted(one, 80) for one in titles])
        place = Place(workspace, ending.operators)
        outbox.put(session, Post(f"stopped:{ending.key}:{workspace}", place, Message(text)), now)


def _record(session: Session, action: str, actor: str, now: int, key: str, why: str = "", **facts: int) -> None:
    for workspace in audit.workspaces(session):
        audit.append(
            session, workspace=workspace, actor=actor, action=action, subject=key, why=why, facts=facts, now=now
        )
