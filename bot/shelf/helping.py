"""Help: what this person may do here and now, and nothing else, with their own apps as examples.

Every command and button has one line in `COMMANDS`, with the act that it takes; who may is `bot.who.roles`' word, as at
the press. A new command is a new line here.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from bot.chat import Heard, Message, Pressed
from bot.database import transaction
from bot.posting import outbox
from bot.rows import presses, requests
from bot.rows.requests import Request, State
from bot.shelf import creating, waiting
from bot.who import rights, roles
from bot.who.meeting import meet
from bot.who.people import Person
from bot.who.roles import Act, Role
from bot.who.tongues import of as tongue_of
from bot.wiring import Wiring
from bot.wording import labels
from bot.wording.blocks import VERSION, cut, lines, quoted, section
from bot.wording.shelf_words import Tongue
from runtime import apps
from runtime.apps import App

HELP = "slipway.help"
ASKED: Mapping[str, Tongue | None] = {"": None, "?": None, "help": None, "hilfe": "de"}
"""The words that ask for help, and the language that they ask in; None for the person's own."""
NAMED = 3
"""Of their apps, so many stand as examples."""
LOOKED_AT = 40
"""Of their apps, so many are looked at; nobody reads more."""
AN_APP: Mapping[Tongue, str] = {"en": "APP", "de": "APP"}
MAKER, ANYBODY = "maker", "anybody"

Now = frozenset[str]
PREVIEW, LIVE, STOPPED = frozenset({"preview"}), frozenset({"live", "suspended"}), frozenset({"suspended"})
STANDING = PREVIEW | LIVE
"""Where an app must stand for an act to do anything."""


@dataclass(frozen=True, slots=True)
class Command:
    """One thing to type or press. `act` is whose right it is, or `maker` for whoever may ask for apps here."""

    usage: str
    """As it is typed or as the button reads; `{app}` becomes an app's name in its address, `{say}` a sentence."""
    says: Mapping[Tongue, str]
    act: Act | str
    now: Now = STANDING


COMMANDS: Sequence[Command] = (
    Command(
        "`/slipway {say}`",
        {"en": "or whatever you need, in your own words", "de": "oder was du sonst brauchst, in deinen Worten"},
        MAKER,
    ),
    Command(
        "`/slipway templates`",
        {"en": "shows everything that you can make here", "de": "zeigt, was du hier machen kannst (auch `vorlagen`)"},
        MAKER,
    ),
    Command(
        "*Make an app from this*",
        {"en": "in the menu of any message, to begin with its words", "de": "im Menü jeder Nachricht: beginnt mit ihr"},
        MAKER,
    ),
    Command(
        f"*{labels.BUTTONS['slipway.answer']}*",
        {"en": "on the card, to change what it says and asks", "de": "auf der Karte: ändert, was darin steht"},
        "answer",
    ),
    Command(
        "*Change the app like this*",
        {"en": "in the menu of a message below the card", "de": "im Menü einer Nachricht unter der Karte"},
        "answer",
    ),
    Command(
        f"*{labels.BUTTONS['slipway.publish']}*",
        {"en": "lets people in, after the policies and perhaps an approver", "de": "veröffentlicht die Vorschau"},
        "publish",
        PREVIEW,
    ),
    Command(
        f"*{labels.BUTTONS['slipway.discard']}*",
        {"en": "drops it before it is live", "de": "verwirft es, bevor es live ist"},
        "discard",
        PREVIEW,
    ),
    Command(
        f"*{labels.BUTTONS['slipway.sent']}*",
        {"en": "shows what a model was sent of your words", "de": "zeigt, was ein Modell von dir bekam"},
        "sent",
    ),
    Command(
        f"*{labels.BUTTONS['slipway.keep']}*",
        {"en": "gives it another term", "de": "verlängert die Laufzeit"},
        "keep",
        LIVE,
    ),
    Command(
        f"*{labels.BUTTONS['slipway.archive']}*, *{labels.BUTTONS['slipway.retire']}*",
        {"en": "end it; its entries are exported first", "de": "beenden es; die Einträge werden vorher exportiert"},
        "archive",
        LIVE,
    ),
    Command(
        f"*{labels.BUTTONS['slipway.look']}*, *{labels.BUTTONS['slipway.run']}*",
        {"en": "see what went wrong, and let it run again", "de": "zeigen, was schiefging, und starten es neu"},
        "run",
        STOPPED,
    ),
    Command(
        "`/slipway audit {app}`",
        {"en": "reads an app's record", "de": "liest die Aufzeichnung einer App"},
        "audit",
    ),
    Command(
        "`/slipway NUMBER`",
        {
            "en": "says what became of a visit, by the number that stood on its page",
            "de": "sagt, was aus einem Besuch wurde: NUMBER steht auf der Seite",
        },
        ANYBODY,
    ),
)
"""In the order in which people read them."""
OPENING: Mapping[Tongue, str] = {
    "en": "Tell me in a sentence what you need, and I build it from our shelf of templates.",
    "de": "Sag mir in einem Satz, was du brauchst, und ich baue es aus unseren Vorlagen.",
}
PREVIEWS: Mapping[Tongue, str] = {
    "en": "You get a preview in the thread. Nothing is published before you press Publish.",
    "de": "Du bekommst eine Vorschau im Thread. Nichts wird veröffentlicht, bevor du *Publish* drückst.",
}
VISITS: Mapping[Tongue, str] = {
    "en": "You can open the apps that are shared with a channel of yours.",
    "de": "Du kannst die Apps öffnen, die mit einem deiner Kanäle geteilt sind.",
}
CLOCK: Mapping[Tongue, str] = {
    "en": "`/slipway clock +13d` moves the clock of this demo, to see reminders and endings.",
    "de": "`/slipway clock +13d` stellt die Uhr dieser Demo vor: so siehst du Erinnerungen und Enden.",
}
HEAD: Mapping[Tongue, str] = {"en": "What you may do", "de": "Was du tun kannst"}
EVERY_APP: Mapping[Tongue, str] = {"en": "any app", "de": "jede App"}


@dataclass(frozen=True, slots=True)
class May:
    """What somebody may do: why they may not ask for apps, or a sentence to begin with; and with which apps what."""

    barred: str = ""
    say: str = ""
    mine: Mapping[str, Sequence[str]] = field(default_factory=dict)
    """By the usage of a command, the titles of their apps that it does something with now."""
    every: frozenset[Act] = frozenset()
    """Acts that they may do with any app, by a role of the platform."""
    waiting: int = 0
    slug: str = ""
    """An app's name in its address, to show how one is named."""


def asked(heard: Heard, *, demo: bool) -> Pressed | None:
    """The word `help` as a press, for who asks has to be looked up; None when something else was said."""
    word = heard.text.strip().lower()
    if word not in ASKED or heard.via == "thread" or heard.removed:
        return None
    hint = json.dumps({"v": VERSION, "tongue": ASKED[word] or "", "demo": "1" if demo else ""})
    return Pressed(f"help:{heard.key}", heard.place, heard.user, HELP, hint, "", "", heard.response_url)


def show(wiring: Wiring, press: Pressed, hint: Mapping[str, str]) -> None:
    """Tell this person alone what they may do here. Raises ChatError."""
    person, now = meet(wiring, press.place.workspace, press.user), wiring.now()
    tongue: Tongue = "de" if hint.get("tongue") == "de" else tongue_of(wiring, press.user)
    text = said(gather(wiring, person, press.place.channel, tongue), tongue, demo=bool(hint.get("demo")))
    message = Message(text, (section(text),))
    with transaction(wiring.engine) as session:
        outbox.put(session, outbox.Post(press.key, press.place, message, press.user, respond=press.response_url), now)
        presses.settle(session, press.key, now)


def said(may: May, tongue: Tongue, *, demo: bool = False) -> str:
    """The whole of it, as mrkdwn."""
    opening = [may.barred, VISITS[tongue]] if may.barred else [OPENING[tongue]]
    end = [] if may.barred else [PREVIEWS[tongue]]
    rows = [*points(may, tongue), *([f"• {CLOCK[tongue]}"] if demo else [])]
    return cut("\n".join([*opening, lines(rows, 2200), *end]), 2900)


def points(may: May, tongue: Tongue) -> Sequence[str]:
    """A line for each command that does something for this person."""
    rows = [row for one in COMMANDS if (row := _point(one, may, tongue))]
    return [*_waiting(may, tongue), *rows]


def _point(one: Command, may: May, tongue: Tongue) -> str:
    mine = may.mine.get(one.usage, ())
    every = one.act in may.every
    shown = {MAKER: not may.barred, ANYBODY: True}
    if not shown.get(one.act, every or bool(mine)):
        return ""
    usage = one.usage.format(say=quoted(may.say, 120) or "help", app=may.slug or AN_APP[tongue])
    whose = [EVERY_APP[tongue]] if every and one.act != "audit" else [f"_{quoted(title, 60)}_" for title in mine]
    named = f": {', '.join(whose[:NAMED])}{' …' if len(whose) > NAMED else ''}" if whose else ""
    return f"• {usage} {one.says[tongue]}{named}"


def _waiting(may: May, tongue: Tongue) -> Sequence[str]:
    if not may.waiting:
        return []
    if tongue == "de":
        what = "Entscheidung wartet" if may.waiting == 1 else "Entscheidungen warten"
        return [f"• *Approve* oder *Reject*: {may.waiting} {what} auf dich"]
    what = "decision waits" if may.waiting == 1 else "decisions wait"
    return [f"• *Approve* or *Reject*: {may.waiting} {what} for you"]


def gather(wiring: Wiring, person: Person, channel: str, tongue: Tongue) -> May:
    """What is true of this person now. Asks the chat for groups: never within a transaction. Raises ChatError."""
    held: frozenset[Role] = frozenset() if person.outsider or person.bot else rights.platform(wiring, person)
    with transaction(wiring.engine) as session:
        own = requests.of_person(session, person.workspace, person.user, person.id)
        helped = apps.helped_by(session, person.workspace, person.handle.lower(), LOOKED_AT)
        known = {one.app for one in own}
        others = [found for app in helped if app.id not in known and (found := requests.of_app(session, app.id))]
        about = {one.id: rights.subject(session, wiring, one) for one in [*own[:LOOKED_AT], *others]}
        seen = [(one, apps.get(session, one.app) if one.app else None) for one in [*own[:LOOKED_AT], *others]]
        open_ones = requests.proposed(session, person.workspace)
    mine: dict[str, list[str]] = {}
    for request, app in seen:
        for one in COMMANDS:
            title = _title(request, app)
            right = one.act in roles.MAY and roles.may(person, _act(one), about[request.id]).allowed
            if right and _stands(request, app) in one.now and title not in mine.setdefault(one.usage, []):
                mine[one.usage].append(title)
    barred = creating.barred(wiring, person, channel)
    asked_of = [] if person.outsider or person.bot else waiting.decisions(wiring, person, open_ones)
    return May(
        barred=barred,
        say="" if barred else _example(wiring, tongue),
        mine={usage: titles for usage, titles in mine.items() if titles},
        every=frozenset(act for act, allowed in roles.MAY.items() if allowed & held),
        waiting=len(asked_of),
        slug=next((app.slug for _, app in seen if app), ""),
    )


def _act(one: Command) -> Act:
    return next(act for act in roles.MAY if act == one.act)


def _stands(request: Request, app: App | None) -> str:
    """`preview`, `live` or `suspended`; empty where nothing is to be done about it."""
    if request.state in (State.DECLINED, State.DISCARDED) or (app is not None and app.stage in apps.ENDED):
        return ""
    if app is not None and app.stage in ("live", "suspended"):
        return str(app.stage)
    return "preview" if request.brief is not None else ""


def _title(request: Request, app: App | None) -> str:
    said = app.title if app else str((request.brief.value("title") if request.brief else "") or "")
    return said or request.text[:40]


def _example(wiring: Wiring, tongue: Tongue) -> str:
    offered = creating.templates(wiring)
    first = next((one for one in offered if one.kind == "survey"), offered[0] if offered else None)
    return creating.example(first, tongue) if first else ""
