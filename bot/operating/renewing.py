"""Keys end: the operators are warned, what stands is signed anew with the next key, and after its grace a key stops."""

import logging
from collections.abc import Iterator
from dataclasses import dataclass

from sqlmodel import Session

from bot import telemetry
from bot.chat import Message, Place
from bot.database import transaction
from bot.operating import keyring
from bot.operating.keyring import Ending
from bot.posting import outbox
from bot.posting.outbox import Post
from bot.rows.requests import Request
from bot.wiring import Wiring
from bot.wording import limits
from guardrails import audit, envelope, evidence, keys
from guardrails.envelope import NotSigned, short
from guardrails.evidence import Evidence
from guardrails.keys import Key
from guardrails.proof import proof
from guardrails.provenance import Proof
from guardrails.signing import NoKey, SigningKey
from runtime.errors import Corrupt
from templates.bundle import digest_of
from templates.manifest import Digest

OVER = "its days of grace were over"

log = logging.getLogger("slipway.keys")


def tick(wiring: Wiring) -> None:
    """Sign anew, warn, stop: whatever of it is due. Doing it again changes nothing."""
    now = wiring.now()
    _renew(wiring, now)
    with transaction(wiring.engine) as session:
        in_use = _signing(session, wiring)
        for one in keys.every(session):
            if one.revoked_at is None and keys.due(one, now) and (in_use == one.id or _needed(session, wiring, one)):
                _warn(session, wiring, one, now)
        lapsed = [one for one in keys.every(session) if one.revoked_at is None and now >= one.grace_at]
    for one in lapsed:
        ending = Ending(one.id, OVER, "slipway", "has ended", wiring.operators)
        stopped = keyring.stop(wiring.engine, wiring.bundles, ending, now)
        log.error("the key %s is over: %d deployments stopped", short(one.id), len(stopped))


def _signing(session: Session, wiring: Wiring) -> str:
    current = _current(wiring)
    return current.id if current is not None else ""


def _current(wiring: Wiring) -> SigningKey | None:
    """The key in the file, which may have ended; None when there is none that can be used."""
    try:
        return keyring.current_key(wiring.notary.key.parent)
    except (NoKey, OSError):
        return None


@dataclass(frozen=True, slots=True)
class _Old:
    """What a bundle stands by that is to be signed anew, and what that rests on."""

    request: Request
    statement: bytes
    sbom: Digest
    kept: Evidence


def _renew(wiring: Wiring, now: int) -> None:
    """Sign once more what stands by a key that ends soon, when there is a younger one.

    Only signatures that the database remembers as ours are renewed, so that a key that leaked proves nothing new.
    """
    key = _current(wiring)
    with transaction(wiring.engine) as session:
        mine = keys.get(session, key.id) if key is not None else None
        if key is None or mine is None or mine.revoked_at is not None or now >= mine.ends_at - keys.NOTICE:
            return
        ending = {one.id for one in keys.every(session) if one.id != key.id and now >= one.ends_at - keys.NOTICE}
        in_use = {bundle: request for request, bundle in keyring.in_use(session)} if ending else {}
        left = [one for bundle, request in in_use.items() if (one := _old(session, wiring, bundle, request, ending))]
    for one in left:
        _sign_anew(wiring, key, one, now)


def _old(session: Session, wiring: Wiring, bundle: Digest, request: Request, ending: set[str]) -> _Old | None:
    """Its newest signature that is remembered; None when there is none, or a younger key signed it as well."""
    resting = {one.attestation: one for one in evidence.of_bundle(session, bundle)}
    trusted = keys.trusted(session)
    for signature, found, by in _signed(session, wiring, bundle):
        if by not in ending:
            return None
        if kept := resting.get(digest_of(signature)):
            return _Old(request, envelope.opened(signature, trusted)[0], found.sbom, kept)
    return None


def _sign_anew(wiring: Wiring, key: SigningKey, old: _Old, now: int) -> None:
    """The same statement by another key. What it rests on is kept first: killed in between, it is signed again."""
    anew, request, bundle = envelope.sign(old.statement, key), old.request, old.kept.bundle
    try:
        whole, listed = wiring.bundles.get(bundle), wiring.bundles.blob(old.sbom)
    except Corrupt as error:
        log.error("%s is not signed anew: %s", bundle, error)
        return
    fresh = old.kept.model_copy(update={"attestation": digest_of(anew), "key": key.id})
    with transaction(wiring.engine) as session:
        if fresh.attestation not in {one.attestation for one in evidence.of_bundle(session, bundle)}:
            evidence.keep(session, fresh)
            audit.append(
                session,
                workspace=request.workspace,
                actor="slipway",
                action="app.signed_anew",
                subject=request.app or request.id,
                facts={"bundle": bundle, "attestation": fresh.attestation, "key": key.id},
                trace=telemetry.trace_id(request.trace),
                now=now,
            )
    wiring.bundles.attach(whole, listed, anew)


def _signed(session: Session, wiring: Wiring, bundle: Digest) -> Iterator[tuple[bytes, Proof, str]]:
    """The good signatures of a bundle, newest first, each with what it proves and its key."""
    trusted = keys.trusted(session)
    for one in wiring.bundles.signatures(bundle):
        try:
            found, key = proof(bundle, one, trusted)
        except NotSigned:
            continue
        yield one, found, key


def _needed(session: Session, wiring: Wiring, key: Key) -> bool:
    """Whether something stands by this key alone."""
    standing = (bundle for _, bundle in keyring.in_use(session))
    return any({by for _, _, by in _signed(session, wiring, one)} == {key.id} for one in standing)


def _warn(session: Session, wiring: Wiring, key: Key, now: int) -> None:
    """Weekly while it ends soon, daily once it has; in the log, and in the operators' channel where there is one."""
    keys.warned(session, key.id, now)
    text = limits.key_ends(short(key.id), key.ends_at, key.grace_at, over=now >= key.ends_at)
    log.warning("%s", text)
    for workspace in audit.workspaces(session) if wiring.operators else ():
        place = Place(workspace, wiring.operators)
        outbox.put(session, Post(f"key:{key.id}:{workspace}:{now}", place, Message(text)), now)
