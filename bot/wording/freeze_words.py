"""Sentences about freezing and thawing: to operators, to owners, and on cards. Names are escaped by whoever calls."""

import re
from collections.abc import Mapping, Sequence

from bot.wording import words
from bot.wording.blocks import quoted
from guardrails.freezes import EVERYTHING, Freeze, Kind, Target

COMMANDS: tuple[tuple[str, str], ...] = (
    ("/slipway freeze app|template|capability|model NAME [reason]", "operators: see what it would stop, then stop it"),
    ("/slipway thaw [app|template|capability|model NAME]", "operators: what stands frozen, and let it go on"),
)
"""What operators may say, each with what it does."""
USAGE = (
    "Say what to freeze: `/slipway freeze app lunch`, `… template survey`, `… capability mail`, `… model gpt-4o-mini`, "
    "and a reason after it if you like. You see first what it would stop; nothing is stopped before you press. "
    "`everything` stands for all of a kind. `/slipway thaw` lists what stands frozen."
)
EVERYTHING_SAID = "everything"
NO_GLOB = "I freeze no pattern. To freeze all of a kind, say it in one word: `/slipway freeze {kind} everything`."
FREEZE, LEAVE, THAW = "Freeze", "Leave it", "Thaw"
TWO = "Whoever freezes does not thaw: that is another operator's press."
LEFT = "Nothing was frozen."
LATE = "You were shown that more than ten minutes ago, and much may have changed. Please say the freeze again."
NOT_YOURS = "That was shown to somebody else, or never. Say the freeze yourself to see what it would stop."
PRESSED = "That was pressed already. `/slipway thaw` lists what stands frozen."
FORBIDDEN = "Only operators can freeze and thaw. Who they are stands in the setting SLIPWAY_ROLES."
OWN = "You froze this yourself, so another operator has to thaw it: two people look before it runs again."
SAID_ALREADY = "Your word counts already; it takes another operator's as well."
GONE = "That does not stand frozen any more. `/slipway thaw` lists what does."
AGREED = (
    "Noted. It was frozen at the command line by nobody that I know, so it takes one more operator who presses Thaw."
)
NOTHING_FROZEN = "Nothing stands frozen."
NO_MODEL = "No model is asked here: the router and rules of Slipway itself read what people say."
MODEL_NOTE = "The platform team froze the model, so the rules alone read these words."
_PLAIN = re.compile(r"[A-Za-z0-9.@-]{1,60}")
"""A name that can be said back as it was said."""
KINDS: Mapping[Kind, str] = {"app": "app", "template": "template", "capability": "capability", "model": "model"}


def called(target: Target, title: str = "") -> str:
    """What is frozen, in a few words: `the app *Lunch*`, `all templates`."""
    if target.name == EVERYTHING:
        return {"capability": "all capabilities"}.get(target.kind, f"all {target.kind}s")
    return f"the {KINDS[target.kind]} *{quoted(title or target.name, 120)}*"


def unknown(kind: Kind, name: str, near: Sequence[str]) -> str:
    """Nothing is called so; what is called nearly so."""
    nearest = ", ".join(f"`{quoted(one, 80)}`" for one in near)
    then = f" Near it: {nearest}." if near else ""
    called = f"called “{name}”" if _PLAIN.fullmatch(name) else "of that name"
    return f"There is no {KINDS[kind]} {called}.{then} Nothing was frozen."


def already(what: str, at: int, who: str) -> str:
    """It stands frozen."""
    return f"{_first(what)} stands frozen already, since {words.when(at)}, by {who}. `/slipway thaw` lists what does."


def frozen(what: str, at: int) -> str:
    """To whoever pressed."""
    return (
        f":snowflake: {_first(what)} stands frozen since {words.when(at)}. Another operator than you can thaw it: "
        "`/slipway thaw`."
    )


def thawed(what: str, at: int) -> str:
    """To whoever thawed."""
    return f":sunny: {_first(what)} goes on since {words.when(at)}, unless another freeze holds it."


def in_channel(one: Freeze, what: str, who: str, struck: int) -> str:
    """To the operators: what stands frozen, or that it does not any more."""
    apps = f" It stops {words.counted(struck, 'app', 'apps')}." if struck else ""
    why = f" Reason: “{quoted(one.reason, 300)}”." if one.reason else ""
    return f":snowflake: {_first(what)} stands frozen since {words.when(one.at)}, by {who}.{apps}{why}"


def in_channel_thawed(one: Freeze, what: str, who: str, thawed: str) -> str:
    """In its place, once it was thawed."""
    until = words.when(one.thawed_at or 0)
    return f":sunny: {_first(what)} was frozen on {words.when(one.at)} by {who}, and thawed on {until} by {thawed}."


def row(one: Freeze, what: str, who: str) -> str:
    """In the list of what stands frozen."""
    why = f"\n“{quoted(one.reason, 200)}”" if one.reason else ""
    half = "\nOne of two has agreed to thaw it." if one.agreed_by else ""
    return f":snowflake: {_first(what)}\nsince {words.when(one.at)}, by {who}{why}{half}"


def on_card(one: Freeze, who: str) -> str:
    """On the card of an app, while it stands frozen."""
    since = f"since {words.when(one.at)} by {who}"
    if one.target.kind == "capability":
        return f":snowflake: *`{_capability(one)}` is frozen* for all apps {since}. The rest of it works."
    what = f"with its template `{quoted(one.target.name, 80)}` " if one.target.kind == "template" else ""
    return f":snowflake: *Frozen* {what}{since}: visitors see a calm page. Its entries are safe, and it can be ended."


def to_owner(title: str, one: Freeze) -> str:
    """In an app's thread, once. `title` is escaped."""
    if one.target.kind == "capability":
        return f":snowflake: *{title}*: {_part(one)} The rest of it works; nothing has to be done here."
    return (
        f":snowflake: *{title}* is switched off for now by the platform team, since {words.when(one.at)}. Visitors see "
        "a calm page, its entries are safe, and it can be archived or retired as always. I say here when it is back."
    )


def digest(titles: Sequence[str], one: Freeze) -> str:
    """To the owner of many apps, once. Titles are escaped."""
    many = words.counted(len(titles), "of your apps is", "of your apps are")
    head = (
        f":snowflake: {_part(one)} It concerns {len(titles)} of your apps:"
        if one.target.kind == "capability"
        else f":snowflake: {many} switched off for now by the platform team, since {words.when(one.at)}. "
        "Visitors see a calm page and the entries are safe:"
    )
    return f"{head}\n" + "\n".join(f"• {title}" for title in titles)


def back(title: str, one: Freeze, skipped: Sequence[str]) -> str:
    """In an app's thread, once it goes on. `title` is escaped."""
    return f":sunny: {_back(title, one)}{_skipped(skipped)}"


def back_digest(rows: Sequence[tuple[str, Sequence[str]]], one: Freeze) -> str:
    """To the owner of many apps that go on: each title with what it skipped."""
    lines = [f"• {title}{_skipped(skipped)}" for title, skipped in rows]
    return f":sunny: These apps of yours go on since {words.when(one.thawed_at or 0)}:\n" + "\n".join(lines)


def skip(name: str, at: int) -> str:
    """One time at which an app did not run by itself."""
    return f"{words.plain(name)} on {words.when(at)}"


def waits(what: str, at: int) -> str:
    """On the card of a Request that cannot go on."""
    return f"The platform team froze {what} on {words.when(at)}. I go on by myself once that is thawed."


def no_new(ref: str, at: int) -> str:
    """To whoever asks for a kind of app whose template stands frozen."""
    return (
        f"The platform team froze the template {ref} on {words.when(at)}, so no new app is made of it for now. "
        "Please ask again later, or ask them."
    )


def _part(one: Freeze) -> str:
    return f"the platform team switched off `{_capability(one)}` for all apps on {words.when(one.at)}."


def _capability(one: Freeze) -> str:
    return "everything that apps may do" if one.target.name == EVERYTHING else quoted(one.target.name, 80)


def _back(title: str, one: Freeze) -> str:
    since = words.when(one.thawed_at or 0)
    if one.target.kind == "capability":
        return f"*{title}* may use `{_capability(one)}` again since {since}."
    return f"*{title}* is back since {since}. Its end date did not move."


def _skipped(skipped: Sequence[str]) -> str:
    return f" It did not run by itself meanwhile: {'; '.join(skipped)}. That is not made up for." if skipped else ""


def _first(what: str) -> str:
    return what[:1].upper() + what[1:]
