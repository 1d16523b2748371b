"""The sentences people read. Plain words, absolute dates, one next step."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

from templates.manifest import Capability, EgressCapability, NotifyCapability

ORIGIN = {"said": "you said", "guessed": "I guessed", "default": "default"}

KINDS: Mapping[str, str] = {
    "survey": "a survey",
    "poll": "a poll",
    "rsvp": "a sign-up list",
    "approval": "an approval flow",
    "form_tracker": "a tracker",
    "calculator": "a calculator",
    "checklist": "a checklist",
    "oncall_rota": "a rota",
    "faq": "an FAQ page",
    "retro": "a retro board",
    "standup": "a stand-up",
    "booking": "a booking page",
}

HELP = (
    "Tell me in a sentence what you need, and I build it from our shelf of templates.\n"
    "• `/slipway a lunch survey for ops, three questions, keep it two weeks`\n"
    "• `/slipway approval for purchases over 500 EUR, approver @ben`\n"
    "• `/slipway track visitors: name, company, arrival date`\n"
    "You get a preview in the thread. Nothing is published before you press Publish."
)
DEMO_CLOCK = "\n• `/slipway clock +13d` moves the clock of this demo, to see reminders and endings."
SAY_AGAIN = "I could not check that message for secrets, so I kept nothing of it. Please say it again."
OLD_BUTTON = "That button is from an older message and does nothing any more. Please use the newest card in the thread."
NOT_NOW = "I could not do that just now. Nothing was changed; please press the button again."
FORM_LATER = "I cannot take the form right now; it keeps what you typed. Please send it again in a moment."
NOT_IN_CHANNEL = "I am not in this channel yet. Type `/invite @Slipway` here, then ask me again."
WORKING = "Working …"


def when(at: int) -> str:
    """An absolute date and time: `Mon 7 Dec 2026, 10:00 UTC`."""
    moment = datetime.fromtimestamp(at, UTC)
    return f"{moment:%a} {moment.day} {moment:%b %Y, %H:%M} UTC"


def kind(name: str) -> str:
    """A kind of app with its article."""
    return KINDS.get(name, f"a {name.replace('_', ' ')}")


def secret_warning(removed: Sequence[str]) -> str:
    """For the asker alone: what was taken out, and what to do about it."""
    kinds = ", ".join(sorted({one.replace("-", " ") for one in removed}))
    return (
        f":lock: I took something out of your message before anything was stored or sent: *{kinds}*. "
        "It may still stand in the chat: delete or edit your message, and *replace that secret* with a new one."
    )


def can(capabilities: Sequence[Capability], retention_days: int) -> Sequence[str]:
    """What the app may do, from what its Manifest declares."""
    sentences = [f"keep entries in a table of its own, for {retention_days} days"]
    for one in capabilities:
        if isinstance(one, NotifyCapability):
            sentences.append(f"post up to {one.per_day} messages a day in this thread")
        if isinstance(one, EgressCapability):
            sentences.append(f"call {', '.join(one.hosts)}")
    return sentences


def cannot(capabilities: Sequence[Capability]) -> Sequence[str]:
    """What the app may not do; the host offers no way to it."""
    kinds = {one.kind for one in capabilities}
    sentences = ["read your Slack messages", "see other apps' data"]
    return sentences if "egress" in kinds else ["reach the internet", *sentences]


def cost(low: int, high: int, currency: str) -> str:
    """A range in words; cents in, and never a bare zero."""
    return f"{low / 100:.2f} to {high / 100:.2f} {currency} a month (a guess: no history yet)"


def declined(reason: str, nearest: str) -> str:
    """Why nothing is built, and the next safe move."""
    opening = {
        "unsafe": "I cannot do that: I only build small apps from our shelf, and I never act on other apps or data.",
        "empty": "I did not find a request in that.",
    }.get(reason, "None of our templates fits that.")
    return f"{opening} The nearest I have is *{kind(nearest)}*." if nearest else f"{opening} {HELP}"


def not_on_shelf(wanted: str, nearest: str) -> str:
    """The kind was understood, but nobody has written its template yet."""
    return (
        f"That sounds like *{kind(wanted)}*, which is not on our shelf yet. I noted that you want it. "
        f"The nearest I have is *{kind(nearest)}*."
    )


def reminder(title: str, ends_at: int, last_used: str) -> str:
    """An app is about to end."""
    return f":hourglass_flowing_sand: *{title}* ends on *{when(ends_at)}*. {last_used} What should happen?"


def live(title: str, url: str, ends_at: int) -> str:
    """The live URL, in the thread."""
    return f":rocket: *{title}* is live: {url}\nIt ends on *{when(ends_at)}*; I will remind you before."


def ended(title: str, stage: str, export_url: str) -> str:
    """An app has ended."""
    verb = "was archived" if stage == "archived" else "has ended"
    kept = f" Its entries were exported first: {export_url}" if export_url else ""
    return f":wave: *{title}* {verb}.{kept}"
