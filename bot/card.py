"""The card: the one live message of a Request in its thread. A pure function of state, so it can always be rebuilt."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bot import words
from bot.blocks import DIVIDER, Block, actions, bounded, button, context, escape, header, quoted, section, shorten
from bot.chat import Message
from generator.brief import Answer
from guardrails.verdict import Finding

PROGRESS: Mapping[str, tuple[int, str]] = {
    "received": (1, "Reading your words …"),
    "briefed": (2, "Filling in the template …"),
    "bundled": (3, "Checking the policies …"),
    "reviewed": (4, "Trying it in the sandbox …"),
    "approved": (4, "Publishing …"),
}


@dataclass(frozen=True)
class CardView:
    """Everything a card shows. Empty strings and 0 mean: there is none."""

    request: str
    state: str
    words: str
    """What was asked, scrubbed."""
    title: str = ""
    template: str = ""
    app: str = ""
    app_stage: str = ""
    preview_url: str = ""
    live_url: str = ""
    can: Sequence[str] = ()
    cannot: Sequence[str] = ()
    audience: str = ""
    cost: str = ""
    preview_ends_at: int = 0
    ends_at: int = 0
    answers: Sequence[Answer] = ()
    findings: Sequence[Finding] = ()
    alternatives: Sequence[str] = ()
    """Kinds to choose from, or the nearest one."""
    wanted: str = ""
    """A kind that was understood and is not on the shelf."""
    open: Sequence[str] = ()
    """Labels of required answers that are missing."""
    decided: str = ""
    trouble: str = ""
    reason: str = ""
    note: str = ""
    trace: str = ""


def card(view: CardView) -> Message:
    """The card for this state, with its plain text for notifications and screen readers."""
    text, blocks = _content(view)
    return Message(shorten(text, 2900), tuple(bounded([*blocks, _small_print(view)])))


def _content(view: CardView) -> tuple[str, Sequence[Block]]:
    if view.app_stage in ("archived", "retired"):
        text = words.ended(escape(view.title), view.app_stage, "")
        return text, [section(text)]
    if view.state in PROGRESS:
        return _progress(view)
    if view.state == "asked":
        return _question(view)
    if view.state == "incomplete":
        return _incomplete(view)
    if view.state == "declined":
        return _declined(view)
    if view.state == "denied":
        return _denied(view)
    if view.state == "failed":
        return _failed(view)
    if view.state == "discarded":
        text = f"*{escape(view.title)}* was discarded; nothing of it is left."
        return text, [section(text)]
    return _app(view)


def _progress(view: CardView) -> tuple[str, Sequence[Block]]:
    done, text = PROGRESS[view.state]
    bar = "▰" * done + "▱" * (5 - done)
    trouble = f"\n{escape(view.trouble)} I am trying again." if view.trouble else ""
    return text, [section(f"{bar}  {text}{trouble}")]


def _question(view: CardView) -> tuple[str, Sequence[Block]]:
    text = "I am not sure which kind of app you mean. Which of these is it?"
    buttons = [_choose(view, one) for one in view.alternatives[:3]]
    return text, [section(text), actions(*buttons)] if buttons else [section(words.HELP)]


def _choose(view: CardView, kind: str) -> Block:
    name = words.kind(kind)
    return button(name[0].upper() + name[1:], "slipway.choose", {"request": view.request, "kind": kind})


def _incomplete(view: CardView) -> tuple[str, Sequence[Block]]:
    missing = ", ".join(one.lower() for one in view.open)
    text = f"{escape(view.trouble)}" if view.trouble else f"Almost there. I still need: *{escape(missing)}*."
    fill = button("Fill in", "slipway.answer", _about(view), style="primary")
    return text, [section(text), *_answers(view), actions(fill, _discard(view))]


def _declined(view: CardView) -> tuple[str, Sequence[Block]]:
    nearest = view.alternatives[0] if view.alternatives else ""
    if view.trouble:
        return view.trouble, [section(escape(view.trouble))]
    text = words.not_on_shelf(view.wanted, nearest) if view.wanted else words.declined(view.reason, nearest)
    return text, [section(text), *([actions(_choose(view, nearest))] if nearest else [])]


def _denied(view: CardView) -> tuple[str, Sequence[Block]]:
    text = "I may not build this as it is."
    change = button("Change answers", "slipway.answer", _about(view), style="primary")
    return text, [section(f":no_entry: *{text}*"), *_findings(view), actions(change, _discard(view))]


def _failed(view: CardView) -> tuple[str, Sequence[Block]]:
    text = "That did not work, and nothing was published."
    retry = button("Try again", "slipway.retry", _about(view), style="primary")
    return text, [section(f":warning: *{text}*\n{escape(view.trouble)}"), actions(retry, _discard(view))]


def _app(view: CardView) -> tuple[str, Sequence[Block]]:
    """Previewed, proposed or live."""
    live = view.live_url and view.app_stage == "live"
    url = view.live_url if live else view.preview_url
    stage = {"proposed": "waiting for approval", "live": "live"}.get(view.state, "preview")
    text = f"{view.title}: {stage}. {url}"
    lines = [
        f"*Can* {'; '.join(view.can)}.",
        f"*Cannot* {'; '.join(view.cannot)}.",
        f"*Open to* {escape(view.audience)}.",
        f"*Costs* {view.cost}.",
        f"*Ends* {words.when(view.ends_at)}." if live else f"*Preview ends* {words.when(view.preview_ends_at)}.",
    ]
    blocks = [
        header(f"{view.title} · {stage}"),
        section(f":link: <{url}>"),
        section("\n".join(lines)),
        *_answers(view),
        *_findings(view, quiet=True),
        *([section(view.decided)] if view.decided else []),
        actions(*_buttons(view)),
    ]
    return text, blocks


def _buttons(view: CardView) -> Sequence[Block]:
    about = _about(view)
    live = view.app_stage == "live" and view.live_url
    url = view.live_url if live else view.preview_url
    open_it = button("Open" if live else "Open preview", "slipway.open", about, url=url)
    change = button("Change answers", "slipway.answer", about)
    if view.state == "previewed":
        publish = button("Publish", "slipway.publish", about, style="primary")
        return [open_it, publish, change, *([] if live else [_discard(view)])]
    if view.state == "live":
        return [open_it, change, *ending(about, view.title)]
    return [open_it, *([] if live else [_discard(view)])]


def ending(about: Mapping[str, str], title: str) -> Sequence[Block]:
    """Keep, Archive, Retire: on a live card and on each reminder."""
    archive = f"*{escape(title)}* stops answering. Its entries are exported and kept."
    retire = f"*{escape(title)}* stops answering for good. Its entries are exported, then removed."
    return [
        button("Keep", "slipway.keep", about),
        button("Archive", "slipway.archive", about, confirm=archive),
        button("Retire", "slipway.retire", about, style="danger", confirm=retire),
    ]


def _discard(view: CardView) -> Block:
    return button("Discard", "slipway.discard", _about(view), confirm="The preview and what was entered in it go away.")


def _about(view: CardView) -> Mapping[str, str]:
    return {"request": view.request}


def _answers(view: CardView) -> Sequence[Block]:
    shown = [one for one in view.answers if one.value not in (None, "", [])]
    lines = [f"• {_label(one.name)}: {spoken(one.value)}  _{words.ORIGIN[one.origin]}_" for one in shown]
    return [section("\n".join(lines))] if lines else []


def _label(name: str) -> str:
    return escape(name.replace("_", " "))


def spoken(value: Any) -> str:
    """An answer on one line."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return "; ".join(spoken(one) for one in value[:12]) + (" …" if len(value) > 12 else "")
    if isinstance(value, dict):
        return quoted(f"{value.get('name', '')} ({value.get('type', '')})")
    return quoted(str(value), 200)


def _findings(view: CardView, *, quiet: bool = False) -> Sequence[Block]:
    shown = [one for one in view.findings if one.decision != "allow"]
    lines = [
        f"• {escape(one.why)} {escape(one.fix)}  `{escape(one.field)}`"
        + (f"  _approved by @{escape(one.approvers)}_" if one.approvers else "")
        for one in shown[:8]
    ]
    opening = "*To publish this:*\n" if quiet else ""
    return [section(opening + "\n".join(lines))] if lines else []


def _small_print(view: CardView) -> Block:
    pieces = [f"“{quoted(view.words, 120)}”"] if view.words else []
    pieces += [escape(view.template)] if view.template else []
    pieces += [escape(view.note)] if view.note else []
    return context(*pieces, f"trace {view.trace}")


@dataclass(frozen=True)
class ApprovalView:
    """What approvers are asked to decide."""

    proposal: str
    title: str
    asker: str
    """The asker's chat id."""
    groups: Sequence[str]
    pinged: int
    reasons: Sequence[str]
    preview_url: str
    can: Sequence[str]
    audience: str
    cost: str
    days: int
    trace: str
    decided: str = ""


def approval(view: ApprovalView) -> Message:
    """The request for approval; once decided, who and when stand where the buttons were."""
    groups = " and ".join("@" + escape(one) for one in view.groups)
    text = f"{view.title} needs a yes from {groups}"
    lines = [
        f"<@{view.asker}> wants to publish *{escape(view.title)}*.",
        f"It needs a yes from *{groups}* ({view.pinged} people).",
        *(f"• {escape(one)}" for one in view.reasons),
        f"*Can* {'; '.join(view.can)}. *Open to* {escape(view.audience)}.",
        f"*Costs* {view.cost}. *Runs* {view.days} days.",
        f":link: <{view.preview_url}>",
    ]
    about = {"proposal": view.proposal}
    buttons = actions(
        button("Approve", "slipway.approve", about, style="primary"),
        button("Reject", "slipway.reject", about, style="danger"),
    )
    end = section(view.decided) if view.decided else buttons
    digest = f"what you approve: `{view.proposal[:19]}…`"
    return Message(text, (section("\n".join(lines)), DIVIDER, end, context(digest, f"trace {view.trace}")))


def reminder(app: str, title: str, ends_at: int, last_used: str, trace: str, decided: str = "") -> Message:
    """An app is about to end; with `decided` set, what was chosen stands where the buttons were."""
    text = words.reminder(escape(title), ends_at, last_used)
    end = section(decided) if decided else actions(*ending({"app": app}, title))
    return Message(text, (section(text), end, context(f"trace {trace}")))
