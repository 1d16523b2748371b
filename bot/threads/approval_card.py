"""The request for approval: what exactly is to be decided, by whom, and, once it was, who and when."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.chat import Message
from bot.threads.card import DECIDED, FACTS, FALLBACK, all_quoted, title_of
from bot.wording import labels, words
from bot.wording.blocks import DIVIDER, actions, button, context, cut, lines, quoted, section


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
    cannot: Sequence[str] = ()
    decided: str = ""
    changes: Sequence[str] = ()
    """What is not as it was before, a line each, escaped; `since` says before what."""
    since: str = ""
    spared: Sequence[str] = ()
    """What exceptions spare the app, in mrkdwn."""
    mentions: Sequence[str] = ()
    """What calls the groups, as the chat writes it; their names when nobody is to be called."""


def approval(view: ApprovalView) -> Message:
    """The request for approval; once decided, who and when stand where the buttons were."""
    title, groups = title_of(view.title), [quoted(one, 80) for one in view.groups]
    facts = [
        words.asks_approval(view.asker, title, view.mentions or [f"*@{one}*" for one in groups], view.pinged),
        *(f"• {quoted(one)}" for one in view.reasons),
        *view.spared,
    ]
    terms = [
        words.may(all_quoted(view.can), all_quoted(view.cannot)),
        words.open_to(quoted(view.audience, 100)),
        f"{words.costs(quoted(view.cost, 300))} {words.runs(view.days)}",
        f":link: <{view.preview_url}>",
    ]
    about = {"proposal": view.proposal}
    buttons = actions(
        button(labels.BUTTONS["slipway.approve"], "slipway.approve", about, style="primary"),
        button(labels.BUTTONS["slipway.consent"], "slipway.consent", about),
        button(labels.BUTTONS["slipway.reject"], "slipway.reject", about, style="danger"),
    )
    end = section(view.decided, DECIDED) if view.decided else buttons
    small = context(words.approves(view.proposal), words.trace(view.trace))
    changed = [section(lines([words.changed(view.since), *(f"• {one}" for one in view.changes)]))]
    blocks = (
        section(lines(facts)),
        section("\n".join(terms), FACTS),
        *(changed if view.since else ()),
        DIVIDER,
        end,
        small,
    )
    return Message(cut(words.wants_approval(title, groups), FALLBACK), blocks)
