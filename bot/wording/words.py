"""The sentences people read. Plain words, absolute dates, one next step."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

from bot.wording import labels
from guardrails.personal import KINDS

HELP = (
    "Tell me in a sentence what you need, and I build it from our shelf of templates.\n"
    "• `/slipway a lunch survey for ops, three questions, keep it two weeks`\n"
    "• `/slipway approval for purchases over 500 EUR, approver @ben`\n"
    "• `/slipway track our laptops: model, serial number, price`\n"
    "• `/slipway templates` shows everything that you can make here\n"
    "You get a preview in the thread. Nothing is published before you press Publish."
)
SAY_AGAIN = "I could not check that message for secrets, so I kept nothing of it. Please say it again."
OLD_BUTTON = "That button is from an older message and does nothing any more. Please use the newest card in the thread."
OLD_FORM = "This form is from an older version and cannot be sent any more. Please open it again from the newest card."
NOT_NOW = "I could not do that just now. Nothing was changed; please press the button again."
READ_ONLY = "Slipway can only read now: its disk is full. Nothing was kept or changed; its operators have to make room."
FORM_LATER = "I cannot take the form right now; it keeps what you typed. Please send it again in a moment."
NOT_IN_CHANNEL = "I am not in this conversation yet. Type `/invite @Slipway` here, then try again."

QUESTION = "I am not sure which kind of app you mean. Which of these is it?"
ONE_KIND = "I am not sure what you mean. Is it this kind of app?"
DENIED = "I may not build this as it is."
FAILED = "That did not work, and nothing was published."
AGAIN = "I am trying again."
MOVED_ON = "This app has ended or was changed meanwhile. Please ask for it again with `/slipway`."
TO_PUBLISH = "*To publish this:*"
DISCARD_WARNING = "The preview and its entries go away."
BACK_WARNING = "The change goes away. What is live stays as it is."
DECIDED: Mapping[str, str] = {
    "approved": ":white_check_mark: Allowed by the policies; nobody's approval was needed.",
    "void": "This request for approval is void: the app was changed or has ended.",
    "expired": "Nobody decided in time. Press Publish to ask again.",
}
"""Stands where the buttons of a request for approval were, when it was no person who decided."""
OVER = "Nobody asked to keep it, so it has ended."
PRESSED_ALREADY = "I have that press already; once is enough. The card shows how it stands."
UNEXPLAINED, AND_MORE = "This rule gave no reason.", "… and more."
CHECK_GUESSES = "Please check what I guessed: one press says that it is right; *Change answers* puts it right."

NO_MODEL = "No model was asked and nothing left this machine: the router and rules of Slipway itself read your words."
WHOSE_ANSWERS = "*Your app's answers, and where each comes from:*"
LEFT_OUT = "… there is more than a window holds; the receipt's digest covers all of it."

PROGRESS: Mapping[str, str] = {
    "received": "Reading your words …",
    "briefed": "Filling in the template …",
    "bundled": "Checking the policies …",
    "reviewed": "Trying it in the sandbox …",
    "approved": "Publishing …",
}
"""What comes next, by the state that a Request stands in; in the order of the journey."""


def when(at: int) -> str:
    """An absolute date and time: `Mon 7 Dec 2026, 10:00 UTC`."""
    moment = datetime.fromtimestamp(at, UTC)
    return f"{moment:%a} {moment.day} {moment:%b %Y, %H:%M} UTC"


def kind(name: str) -> str:
    """A kind of app with its article."""
    return labels.KINDS.get(name, f"a {name.replace('_', ' ')}")


def counted(count: int, one: str, many: str) -> str:
    """A number of things: `1 person`, `2 people`."""
    return f"{count} {one if count == 1 else many}"


def secret_warning(removed: Sequence[str], *, form: bool = False) -> str:
    """For the asker alone: what was taken out of a message or a form, and what to do about it."""
    kinds = ", ".join(sorted({one.replace("-", " ") for one in removed}))
    where, still = ("form", "") if form else ("message", "It may still stand in the chat: delete or edit it")
    taken = f":lock: I took something out of your {where} before anything was stored or sent: *{kinds}*."
    if set(removed) <= KINDS:
        return f"{taken} {still}." if still else taken
    return f"{taken} {f'{still}, and' if still else 'Please'} *replace that secret* with a new one."


def plain(name: str) -> str:
    """A name of the Manifest as people read it."""
    return name.replace("_", " ")


def cost(low: int, high: int, currency: str, basis: str = "a guess: no history yet") -> str:
    """A range in words, and where it comes from. `low` and `high` are cents a month."""
    sign = {"EUR": "€", "USD": "$", "GBP": "£"}.get(currency, f"{currency} ")
    return f"{sign}{low / 100:.2f}–{high / 100:.2f} a month, {basis}"


def incomplete(labels: Sequence[str]) -> str:
    """Which required answers are missing; `labels` are escaped."""
    return f"Almost there. I still need: *{', '.join(labels)}*."


def declined(reason: str, nearest: str) -> str:
    """Why nothing is built, and the next safe move."""
    opening = {
        "unsafe": "I cannot do that: I only build small apps from our shelf, and I never act on other apps or data.",
        **labels.HARMS,
        "empty": "I did not find a request in that.",
    }.get(reason, "None of our templates fits that.")
    return f"{opening} The nearest I have is *{kind(nearest)}*." if nearest else f"{opening} {HELP}"


def not_on_shelf(wanted: str, nearest: str) -> str:
    """The kind was understood, but nobody has written its template yet."""
    noted = f"That sounds like *{kind(wanted)}*, which is not on our shelf yet."
    return f"{noted} The nearest I have is *{kind(nearest)}*." if nearest else noted


def finding(why: str, fix: str, field: str, approvers: str, owner: str, rule: str) -> str:
    """One rule's remark as a line: the reason, the fix, where, and who answers for it. All parts are mrkdwn."""
    parts = [f"• {why or UNEXPLAINED}"]
    parts += [fix] if fix else []
    parts += [field] if field else []
    parts += [f"_@{approvers} decides._"] if approvers else []
    parts += [f"_Rule of {owner}._" if owner else f"_Rule `{rule}`, of which nobody here knows the owner._"]
    return " ".join(parts)


def more(count: int) -> str:
    """How many lines were left out below a list."""
    return f"… and {count} more."


def choices_hint(choices: Sequence[str]) -> str:
    """For a choice that is typed in, because a menu could not hold it."""
    return f"Write one of: {', '.join(choices)}."


def too_long(labels: Sequence[str]) -> str:
    """Which answers a form cannot hold; `labels` are escaped."""
    return f"Too long for a form, so it stays as it is: *{', '.join(labels)}*."


def made_of(url: str) -> str:
    """Where the list of an app's parts is; `url` is the app's own address."""
    return f"*Made of* the parts on <{url}_slipway/sbom|this signed list>."


def changed(since: str) -> str:
    """Above what is not as it was; `since` is `what is live` or `the last request`."""
    return f"*Changed since {since}:*"


def untrue(why: str) -> str:
    """An app that is not what it says of itself is not published."""
    return f"This cannot be published: what the app says it can do is not true, because {why}. Nothing was changed."


def removed(counted: Sequence[str]) -> str:
    """What was taken out before, as kinds and counts."""
    said = f"these, whose values were never kept: *{', '.join(counted)}*" if counted else "nothing"
    return f"*Taken out of what you wrote, before anything was stored or sent:* {said}."


def model_asked(model: str, calls: int, prompts: str, *, fell_back: bool) -> str:
    """Which model was asked, how often, and with which version of our instructions; `model` is escaped."""
    asked = f"The model *{model}* was asked {counted(calls, 'time', 'times')}, with the prompts `{prompts[:19]}…`."
    rules = " It gave no answer that could be used, so rules on our own machine read your words instead."
    return asked + (rules if fell_back else "") + " What it was sent stands below, to the letter."


def call(number: int, calls: int, tokens: int, *, again: bool) -> str:
    """The heading of one call to a model; `again` when it sent all of the call before as well."""
    spent = f", {counted(tokens, 'token', 'tokens')}" if tokens else ""
    more = "; it sent all of the call before, and:" if again else ":"
    return f"*Call {number} of {calls}*{spent}{more}"


def trace(ident: str) -> str:
    """The trace id, in small print."""
    return f"trace {ident}" if ident else ""


def retrying(doing: str, trouble: str) -> str:
    """A step that did not work at once; `trouble` is escaped."""
    return f"{doing}\n{trouble} {AGAIN}" if trouble else doing


def answered(label: str, value: str, origin: str) -> str:
    """One answer and where it came from, as a line. `label` and `value` are escaped."""
    return f"• {label}: {value}  _({labels.ORIGIN[origin]})_"


def may(can: Sequence[str], cannot: Sequence[str]) -> str:
    """What the app may and may not do, as two lines or one; all escaped."""
    return f"*Can* {'; '.join(can)}." + (f"\n*Cannot* {'; '.join(cannot)}." if cannot else "")


def open_to(audience: str) -> str:
    """Who may open it."""
    return f"*Open to* {audience}."


def costs(cost: str) -> str:
    """What it costs."""
    return f"*Costs* {cost}."


def ends(at: int) -> str:
    """When a live app ends."""
    return f"*Ends* {when(at)}."


def preview_ends(at: int, days: int) -> str:
    """When a preview ends, and how long the app would run."""
    return f"*Preview ends* {when(at)}. Published, it runs {counted(days, 'day', 'days')}; I remind you before."


def runs(days: int) -> str:
    """How long an app will run once it is live."""
    return f"*Runs* {counted(days, 'day', 'days')}."


def approves(digest: str) -> str:
    """The digest that an approval is bound to, in small print."""
    return f"what you approve: `{digest[:19]}…`"


def app(title: str, stage: str, url: str) -> str:
    """A card in one line, for notifications and screen readers."""
    return f"{title}: {stage}. <{url}>" if url else f"{title}: {stage}."


def still_live(url: str, ends_at: int) -> str:
    """What visitors see while a change of a live app waits to be published."""
    return f"*Live* <{url}> stays as it is until you publish. It ends on {when(ends_at)}."


STRANGERS = "Somebody is named there whom nobody here knows."


def strangers(handles: Sequence[str]) -> str:
    """People who are named and not here."""
    named = ", ".join(f"@{one}" for one in handles)
    return f"I know nobody here called {named}. Write people by their handle, such as ben."


def not_published(title: str) -> str:
    """A preview's days are over. `title` as it was written."""
    return f"Nobody published “{title}” in time, so its preview is gone. Ask again with /slipway when it is needed."


def discarded(title: str) -> str:
    """A Request was dropped before it was live."""
    return f"*{title}* was discarded; nothing of it is left." if title else "Discarded; nothing of it is left."


def wants_approval(title: str, groups: Sequence[str]) -> str:
    """The request for approval, in a line for notifications."""
    return f"{title} needs a yes from {' and '.join('@' + one for one in groups)}"


def asks_approval(asker: str, title: str, groups: Sequence[str], pinged: int) -> str:
    """Who wants what from whom. `asker` is the chat's id, `groups` are mrkdwn, the title is escaped."""
    many = counted(pinged, "person", "people")
    return f"<@{asker}> wants to publish *{title}*. It needs a yes from {' and '.join(groups)} ({many})."


def archive_warning(title: str) -> str:
    """Asked before archiving."""
    return f"*{title}* stops answering. Its entries are exported and kept."


def retire_warning(title: str) -> str:
    """Asked before retiring."""
    return f"*{title}* stops answering for good. Its entries are exported, then removed."


def live(title: str, url: str, ends_at: int) -> str:
    """The live URL, in the thread."""
    return f":rocket: *{title}* is live: <{url}>\nIt ends on *{when(ends_at)}*; I will remind you before."


def ended(title: str, stage: str, export_url: str) -> str:
    """An app has ended."""
    kept = f" Its entries were exported first: <{export_url}|download them>." if export_url else ""
    return f":wave: *{title}* {'was archived' if stage == 'archived' else 'has ended'}.{kept}"


def blocked(title: str, name: str) -> str:
    """An app asked for what it may not reach. `name` is a host, or a domain behind `@`."""
    return f":no_entry: blocked: {name}. *{title}* tried to reach it and may not; nothing was sent."


def anchored(seq: int, digest: str) -> str:
    """For the operators, once a week: what to hold against the audit chain later."""
    return (
        f":anchor: The audit chain has {seq} events; its head is `{digest}`. Whether it still is: "
        f"`platformctl audit verify --anchor {seq}:{digest}`"
    )
