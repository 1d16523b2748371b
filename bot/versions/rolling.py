"""Rolling back, or forward again: another version of an app is live within seconds, judged by what is true now (D12).

What is decided slowly (policies, files, entries) comes first. One transaction then makes it true, if what was live
when it was shown still is: of two at once one wins. Where entries have to be put back, the app stands still until they
are, and a tick finds that in the rows (`bot.archives.putting_back`).
"""

import re
from collections.abc import Mapping
from dataclasses import replace

from sqlmodel import Session

from bot.archives import putting_back, remembering
from bot.chat import Submitted
from bot.database import transaction
from bot.deciding import OVERTAKEN, About, Refused, record
from bot.posting import outbox
from bot.rows import requests
from bot.rows.requests import Request, State
from bot.versions import choosing, undoing
from bot.versions.choosing import Choice
from bot.wiring import Wiring
from bot.wording import rolling_words
from bot.wording.blocks import quoted, section
from guardrails import approvals, grants
from runtime import apps, history, schedules, snapshots, switching
from runtime.errors import NotAllowed
from runtime.history import Version

FOREVER = 10 * 365 * 86_400
"""Seconds; as for what is published, an app's Lease ends long before."""
WANTED = re.compile(r"(\d{1,9})(?:\+(snap_[0-9a-f]{12}))?")
"""What stands for a choice: a version's number, and the snapshot with whose entries it is wanted."""


def roll(wiring: Wiring, about: About, hint: Mapping[str, str]) -> None:
    """The chosen version is live, in the place of what was when it was shown; Refused with the reason."""
    chosen = about.press.values.get("version") if isinstance(about.press, Submitted) else None
    wanted = WANTED.fullmatch(chosen if isinstance(chosen, str) else hint.get("version", ""))
    if wanted is None:
        raise Refused(rolling_words.NOT_OFFERED)
    request = about.request
    choice = choosing.choose(wiring, request, int(wanted[1]), wanted[2] or "", hint.get("from", ""))
    if why := choosing.against(wiring, request, choice.offer.version):
        raise Refused(rolling_words.refused(choice.offer.version, why))
    choice = with_entries_kept(wiring, choice)
    now = wiring.now()
    with transaction(wiring.engine) as session:
        facts = switch(session, wiring, request, choice, f"<@{about.press.user}>", now)
        record(session, wiring, about, "app.rolled_back", why=choice.offer.fit.fate, **facts)
    putting_back.finish(wiring)


def with_entries_kept(wiring: Wiring, choice: Choice) -> Choice:
    """Where the versions keep entries in different ways, they are copied first, as when one is published."""
    with transaction(wiring.engine) as session:
        current = history.of(session, choice.was)
    differ = current is not None and current.store != choice.offer.version.store
    # What a restore takes away it sets aside by itself.
    restored = "+" in choice.offer.value
    taken = remembering.taken(wiring, choice.app.id) if differ and not restored else None
    return replace(choice, taken=taken)


def switch(session: Session, wiring: Wiring, request: Request, choice: Choice, by: str, now: int) -> Mapping[str, str]:
    """Make a choice true, but for its AuditEvent, whose facts these are. Raises NotAllowed or Refused, when overtaken.

    `by` says in the thread who did it.
    """
    offer, app = choice.offer, choice.app
    version, restored = offer.version, offer.snapshot if "+" in offer.value else None
    standing = approvals.get(session, version.proposal)
    if standing is None or not approvals.given(session, version.proposal):
        raise NotAllowed(f"{version.proposal} was never approved")
    what = standing.proposal
    current = history.of(session, choice.was)
    still = restored is not None
    before = snapshots.writers(session, app.id)
    open_to = what.audience.both(app.audience, app.owner)  # what was narrowed since stays narrow
    live = switching.switch(session, version, was=choice.was.id, audience=open_to, still=still, now=now)
    apps.change(session, app.id, title=what.title, collaborators=what.collaborators, named=what.named)
    apps.charge(session, app.id, live.budget_tag)
    kept_back = grants.restore(
        session,
        workspace=app.workspace,
        app=app.id,
        wanted=what.grants,
        proposal=version.proposal,
        until=now + FOREVER,
        now=now,
    )
    times = wiring.bundles.get(version.bundle).manifest.times
    schedules.keep(session, workspace=app.workspace, app=app.id, times=times, now=now)
    remembering.keep(session, wiring, app.workspace, choice.taken)
    if restored:
        snapshots.begin(session, restored, workspace=app.workspace, deployment=live.id, was=before, now=now)
    _answers(session, request, version, now)
    fate = rolling_words.restoring(restored) if restored else offer.fate
    url = wiring.url(app.slug, "live")
    text = rolling_words.rolled(quoted(what.title or app.title), version, by, now, fate, url, kept_back)
    instead = section(rolling_words.gone_on(version, by, now))
    outbox.settle_buttons(session, f"live:{choice.was.id}", instead, now)
    undo = () if restored else undoing.button_of(live, current)
    outbox.put(session, undoing.live_line(request, live, text, undo), now)
    return {
        "version": str(version.number),
        "was": str(current.number) if current else "",
        "bundle": version.bundle,
        "proposal": version.proposal,
        "deployment": live.id,
        **({"restored": restored.id} if restored else {}),
    }


def _answers(session: Session, request: Request, version: Version, now: int) -> None:
    """The answers are those of what is live; a change that waits beside it stays as it is."""
    changes: dict[str, str | None] = {"standing": version.answers}
    state = request.state
    if state in (State.LIVE, State.FAILED):
        own = {"brief": version.answers, "bundle": version.bundle, "proposal": version.proposal}
        state, changes = State.LIVE, {**changes, **own, "verdict": None, "trouble": "", "hands": "[]"}
    if not requests.advance(session, request, state, now, **changes):
        raise Refused(OVERTAKEN)
