"""The list of an app's versions: when, by whom, what changed in words, and what becomes of the entries."""

import json
from collections.abc import Mapping, Sequence
from itertools import zip_longest
from typing import Any

from sqlmodel import Session

from bot.database import transaction
from bot.rows.requests import Request
from bot.threads import changing, forms
from bot.threads.card import spoken
from bot.versions import choosing
from bot.versions.choosing import Offer
from bot.who import people
from bot.wiring import Wiring
from bot.wording import differences, labels, rolling_words, words
from bot.wording.blocks import quoted
from generator.brief import Brief
from guardrails import approvals
from runtime.errors import Corrupt
from runtime.history import Version
from templates.bundle import Bundle
from templates.manifest import Digest

MOST_CHANGES, VALUE = 4, 60
"""Changes named of one version, and characters of a value in it."""


def form(wiring: Wiring, request: Request) -> Mapping[str, Any] | str:
    """The form that shows them, to choose from; or why there is nothing to choose."""
    live, offered = choosing.offers(wiring, request)
    if live is None:
        return words.OLD_BUTTON
    if len(offered) < 2:
        return rolling_words.ONLY_ONE
    about = json.dumps({"app": live.app, "from": live.id})
    choices = {one.value: rolling_words.choice(one.version, _restored(one)) for one in offered if one.possible}
    return forms.versions_form(about, paragraphs(wiring, offered), choices)


def paragraphs(wiring: Wiring, offered: Sequence[Offer], *, mention: bool = True) -> Sequence[str]:
    """A paragraph each, newest first; without `mention` whoever published is named, for a terminal."""
    with transaction(wiring.engine) as session:
        return [
            rolling_words.paragraph(
                one.version,
                _who(session, one.version.published_by, mention=mention),
                live=one.live,
                changed=_changed(session, wiring, older.version if older else None, one.version),
                fate=one.fate,
            )
            for one, older in zip_longest(offered, offered[1:])
        ]


def _restored(one: Offer) -> Any:
    return one.snapshot if "+" in one.value else None


def _who(session: Session, person: str, *, mention: bool) -> str:
    found = people.by_id(session, person) if person else None
    return "" if found is None else f"<@{found.user}>" if mention else f"@{found.handle}"


def _changed(session: Session, wiring: Wiring, older: Version | None, version: Version) -> Sequence[str]:
    """What this version has otherwise than the one before: its answers in words, else what approvers read."""
    if older is None:
        return []
    found = [*_answers(wiring, older, version), *_terms(session, wiring, older, version)]
    left = len(found) - MOST_CHANGES
    return [*found[:MOST_CHANGES], *([words.more(left)] if left > 0 else [])]


def _answers(wiring: Wiring, older: Version, version: Version) -> Sequence[str]:
    if not older.answers or not version.answers:
        return []
    before, after = Brief.model_validate_json(older.answers), Brief.model_validate_json(version.answers)
    template = wiring.catalog.known(after.template)
    named = {one.name: one.label for one in template.questions} if template else {}
    moved = [] if before.template == after.template else [f"made of {after.template}, before: {before.template}"]
    rows = (
        (named.get(one, words.plain(one)), before.value(one), after.value(one))
        for one in changing.differing(before, after)
    )
    return [*moved, *(f"{quoted(label, 80)}: {_value(was)} → {_value(now)}" for label, was, now in rows)]


def _value(value: Any) -> str:
    return labels.NOTHING if changing.not_said(value) else quoted(spoken(value), VALUE)


def _terms(session: Session, wiring: Wiring, older: Version, version: Version) -> Sequence[str]:
    before, after = approvals.get(session, older.proposal), approvals.get(session, version.proposal)
    if before is None or after is None:
        return []
    said = differences.changes(
        before.proposal, after.proposal, _bundle(wiring, older.bundle), _bundle(wiring, version.bundle)
    )
    return [one for one in said if not one.startswith(("its files", "called", "costs"))]


def _bundle(wiring: Wiring, digest: Digest) -> Bundle | None:
    try:
        return wiring.bundles.get(digest)
    except Corrupt:
        return None
