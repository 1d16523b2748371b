"""What stands in the thread about a change that the asker's words would make: what was, will be, and follows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from pydantic import JsonValue

from bot.chat import Block, Message
from bot.threads.card import spoken
from bot.wording import labels, words
from bot.wording.blocks import actions, button, context, cut, lines, quoted, section
from generator.brief import Brief
from generator.entries import Objection
from templates.errors import BadAnswer
from templates.template import Question

ROWS, VALUE, ENTRY, PLAIN = 2500, 300, 120, 2900
"""Characters: of all rows, of a value within one, of an entry that comes or goes, of the plain text."""
APPLY, LEAVE = "slipway.apply", "slipway.leave"
HEADING = "*Shall I change this?*"
UNCLEAR = (
    "I did not understand what to change. Press the button, or say it in other words, such as “make it anonymous”."
)
CHANGED_MEANWHILE = "The answers were changed meanwhile, so nothing of this was applied. Please say it again."
LATER = "I could not read that just now, and nothing was changed. Please say it again."
READ_BY_MODEL = "A language model read these words; *What was sent* shows them."
REPLACED = "Replaced by what stands further down."
UNDONE = "Nothing is left to change."
WRONG = "It cannot be applied like this; *Change answers* keeps everything else of it."
WHAT_IT_DOES: Mapping[str, str] = {
    "previewed": "A new preview is built from it; nothing is published.",
    "proposed": "This waits for approval now. That request becomes void, and you publish the new preview.",
    "live": "What is live stays as it is until you publish the change; a change of a live app needs approval again, "
    "wherever the policies ask for one.",
    "denied": "It is checked by the policies again.",
    "incomplete": "A preview is built from it as soon as nothing is missing.",
}
"""What happens when a change is applied, by the state that the Request stands in."""
RIGHTS = ":warning: This changes who may see or decide something."


@dataclass(frozen=True)
class ChangeView:
    """Everything that the message about a change shows."""

    request: str
    key: str
    state: str
    questions: Sequence[Question]
    before: Brief
    after: Brief
    objections: Sequence[Objection] = ()
    bad: Sequence[BadAnswer] = ()
    """What the template says against the answers as they would be."""
    ignored: str = ""
    note: str = ""
    origin: str = ""
    """Whose words it follows from, when they were not said in the thread by whoever wants it."""
    trace: str = ""


def labels_of(view: ChangeView) -> Mapping[str, str]:
    """What the form calls each answer, by its name."""
    return {one.name: one.label for one in view.questions}


def differing(before: Brief, after: Brief) -> Sequence[str]:
    """The names of the answers that are not the same, in the order of the later Brief."""
    return [one.name for one in after.answers if not _same(one.value, before.value(one.name))]


def _same(one: JsonValue, other: JsonValue) -> bool:
    return one == other or (not_said(one) and not_said(other))


def not_said(value: JsonValue) -> bool:
    """Whether an answer is none. "No" and 0 are answers."""
    return value is None or value in ("", [])


def shown(view: ChangeView) -> Message:
    """The change, with buttons to apply it or leave it; with a form instead where it could not be applied."""
    rows = [_row(view, name) for name in differing(view.before, view.after)]
    asked = {one.name: one for one in view.questions}
    rights = any(asked[name].privileged for name in differing(view.before, view.after) if name in asked)
    wrong = [f":x: {quoted(f'{one.why} {one.fix}')}" for one in view.bad]
    told = [f":grey_question: {objected(one, labels_of(view).get(one.name, one.name))}" for one in view.objections]
    does = WRONG if view.bad else WHAT_IT_DOES.get(view.state, "")
    below = [one for one in (view.origin, view.ignored, view.note, words.trace(view.trace)) if one]
    blocks = [
        section(f"{HEADING}\n{lines(rows, ROWS)}"),
        *([section(lines([*wrong, *told], ROWS))] if wrong or told else []),
        section("\n".join([*([RIGHTS] if rights else []), does])),
        actions(*_buttons(view)),
        *([context(*below)] if below else []),
    ]
    plain = " ".join(one.removeprefix("• ") + "." for one in rows)
    return Message(cut(f"Shall I change this? {plain}", PLAIN), tuple(blocks))


def _buttons(view: ChangeView) -> Sequence[Block]:
    about = {"request": view.request, "change": view.key}
    leave = button(labels.BUTTONS[LEAVE], LEAVE, about)
    if view.bad:
        return [button(labels.BUTTONS["slipway.answer"], "slipway.answer", about, style="primary"), leave]
    return [button(labels.BUTTONS[APPLY], APPLY, about, style="primary"), leave]


def _row(view: ChangeView, name: str) -> str:
    label = quoted(labels_of(view).get(name, words.plain(name)), 80)
    before, after = view.before.value(name), view.after.value(name)
    if isinstance(before, list) and isinstance(after, list) and before and after:
        return f"• {label}: {_moves(before, after)}"
    return f"• {label}: {_value(before)} → {_value(after)}"


def _moves(before: Sequence[JsonValue], after: Sequence[JsonValue]) -> str:
    """What comes and goes, and what it is then."""
    gone = [f"− {quoted(spoken(one), ENTRY)}" for one in before if one not in after]
    come = [f"+ {quoted(spoken(one), ENTRY)}" for one in after if one not in before]
    return f"{', '.join([*gone, *come][:20]) or 'in another order'}; then: {_value(list(after))}"


def _value(value: JsonValue) -> str:
    if not_said(value):
        return labels.NOTHING
    if isinstance(value, str) and len(value) == len("2026-11-27"):
        try:
            day = date.fromisoformat(value)
        except ValueError:
            return quoted(value, VALUE)
        return f"{day.day} {day:%B %Y}"
    return quoted(spoken(value), VALUE)


def objected(one: Objection, label: str) -> str:
    """Why a wish cannot be met, at the field that it is about."""
    said, name = quoted(one.said, 80), quoted(label, 80)
    if one.why == "counted":
        number, _, named = one.said.partition(":")
        return f"{name}: you said {quoted(number, 10)} and named {quoted(named, 10)}; I took those that you named."
    if one.why in labels.HARMS:
        return labels.HARMS[one.why]
    if one.why == "cut":
        return f"That was long: I read its first {said} characters and nothing of the rest."
    return {
        "absent": f"{name}: there is no “{said}”, so I took nothing out.",
        "several": f"{name}: more than one fits “{said}”. Please name it in full.",
        "no_date": f"{name}: “{said}” is no day of the calendar.",
        "past": f"{name}: “{said}” is over already.",
        "nowhere": f"{name}: I know no channel or group called “{said}”.",
        "stranger": f"{name}: I know nobody here called @{said}.",
        "quoted": f"{name}: no comment of somebody else changes that. Say it in the thread in your own words.",
        "one": f"{name}: this takes the place of “{said}”. Say “also for …” to keep both.",
    }.get(one.why, f"{name}: “{said}” cannot be done.")


def unclear(request: str, told: Sequence[str], trace: str, ignored: str = "") -> Message:
    """That a wish was not understood or cannot be met, with the form; `told` are mrkdwn lines."""
    text = "\n".join(told) or UNCLEAR
    change = button(labels.BUTTONS["slipway.answer"], "slipway.answer", {"request": request})
    return Message(text, (section(text), actions(change), context(ignored, words.trace(trace))))


def origin(author: str, user: str, *, partly: bool) -> str:
    """Whose comment it was, and who sent it; `partly` when a change that follows from it was taken up."""
    if partly:
        return f"Partly from what <@{author}> wrote."
    return f"From what <@{author}> wrote" + (f"; <@{user}> sent it." if author != user else ".")


def ignored(guests: int, bots: int, others: int) -> str:
    """Whose messages in the thread were read by nobody; empty when there were none."""
    said = [
        words.counted(guests, "message from a guest", "messages from guests") if guests else "",
        words.counted(bots, "message from a bot", "messages from bots") if bots else "",
        words.counted(others, "message from somebody else", "messages from others") if others else "",
    ]
    told = [one for one in said if one]
    return f"Ignored {' and '.join(told)}: only what its owner says changes an app." if told else ""


def applied(user: str, at: int) -> str:
    """Stands where the buttons were."""
    return f":white_check_mark: Applied by <@{user}> on {words.when(at)}."


def left(user: str, at: int) -> str:
    """Stands where the buttons were."""
    return f"Left as it was by <@{user}> on {words.when(at)}."
