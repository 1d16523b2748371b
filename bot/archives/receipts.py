"""Receipts: that an app's archive was deleted, what it held by its digests, when, and where the record tells it."""

from collections.abc import Sequence

from sqlmodel import Session

from bot.posting import outbox
from bot.rows import requests
from bot.threads import thread
from bot.wiring import Wiring
from bot.wording import ending_words, words
from bot.wording.blocks import quoted, section
from guardrails.chain import AuditEvent
from runtime import archives
from runtime.apps import App
from runtime.archives import Kept
from templates.manifest import Digest, Frozen


class Receipt(Frozen):
    """What is gone. It names no person and no entry; times are UNIX seconds."""

    app: str
    title: str
    archive: Digest
    store: Digest
    bundle: Digest
    size: int
    place: str
    name: str
    export: bool
    """Whether the export that people read went as well."""
    archived_at: int
    deleted_at: int
    event: int
    """The number of the AuditEvent that tells of it, and its digest."""
    audit: Digest


def made(kept: Kept, app: App, event: AuditEvent, *, export: bool) -> Receipt:
    """The receipt of an archive that is gone."""
    return Receipt(
        app=app.id,
        title=app.title,
        archive=kept.digest,
        store=kept.store,
        bundle=kept.bundle,
        size=kept.size,
        place=kept.place,
        name=kept.name,
        export=export,
        archived_at=kept.archived_at,
        deleted_at=event.at,
        event=event.seq,
        audit=event.digest,
    )


def lines(receipt: Receipt) -> Sequence[str]:
    """The receipt as people read it, a fact a line."""
    export = (
        "The archive, with the store in it, and the export" if receipt.export else "The archive, with the store in it"
    )
    return (
        f"{export}: deleted on {words.when(receipt.deleted_at)}.",
        f"Archived on {words.when(receipt.archived_at)} as {receipt.name}, {receipt.size} bytes.",
        f"Archive: `{receipt.archive}`",
        f"Store: `{receipt.store}`",
        f"Event {receipt.event} of the audit: `{receipt.audit}`",
    )


def post(session: Session, wiring: Wiring, app: App, receipt: Receipt, now: int) -> None:
    """Into the app's thread; what offered to restore it says so no more."""
    request = requests.of_app(session, app.id)
    if request is None:
        return
    message = thread.note(request, ending_words.receipt(quoted(app.title), lines(receipt)))
    outbox.put(session, thread.post(request, f"receipt:{app.id}:{receipt.archived_at}", message), now)
    outbox.settle_buttons(session, f"ended:{app.id}:", section(ending_words.NO_LONGER), now)


def kept(session: Session, app: str) -> Sequence[Receipt]:
    """Every receipt of an app, oldest first."""
    return tuple(Receipt.model_validate_json(one) for one in archives.receipts(session, app))
