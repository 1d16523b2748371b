"""Sentences about limits: which one an app hit, that it was stopped for it, and what its owner can look at."""

from collections.abc import Mapping, Sequence

from bot.wording import words
from bot.wording.blocks import SECTION, escape, quoted, shorten
from bot.wording.handing_words import ORPHANED, stands_frozen
from runtime.breaches import TOO_MANY, UNPROVED, Breaches
from runtime.deployments import Deployment

NEEDED: Mapping[str, str] = {
    "OutOfCpu": "needed more computing time than it may use",
    "OutOfMemory": "needed more memory than it may use",
    "TimedOut": "took too long to answer",
    "TooMuchOutput": "gave an answer larger than allowed",
    "StoreFull": "had no room for more entries",
    "Crashed": "ran into an error of its own",
    "Denied": "tried something it may not do",
    "TooManyRequests": "was asked more often than it may be in a minute",
    "Killed": "brought a worker down, which was replaced",
    "Damaged": "could not be opened, because its files on disk are missing or damaged",
    "Unproved": "could not be opened, because nothing proves where its files come from",
}
"""What an app did, by the kind of its breach."""
SHORT: Mapping[str, str] = {
    "OutOfCpu": "CPU",
    "OutOfMemory": "memory",
    "TimedOut": "time",
    "TooMuchOutput": "output",
    "Crashed": "errors",
    "Denied": "rights",
    "Killed": "quarantine",
}
"""The same in a word."""
NEXT: Mapping[str, str] = {
    "StoreFull": "Remove entries, or ask for fewer days to keep them.",
    "Damaged": (
        "Nothing of it was run, and its entries are safe. Press Change answers and send them as they are: that writes "
        "its files anew. Or have `bundles/` restored from a copy."
    ),
    "Unproved": (
        "Nothing of it was run, and its entries are safe. Press Change answers and send them as they are: that builds "
        "and signs it anew."
    ),
    "TooManyRequests": "Who was refused was asked to come back within a minute.",
}
"""What to do about it, where it is not to look; no such breach suspends an app."""
LOOK_FIRST = "Look at it first; then press Run again, or change its answers and publish that."
NOTHING_SEEN = "Nothing went wrong with this app in the last 30 days."
NO_LOGS = "The app logged nothing."


OURS = frozenset({"OutOfCpu", "OutOfMemory", "TimedOut", "TooMuchOutput", UNPROVED})
"""Kinds whose detail is the host's own words, with the number: nothing of the app's or its visitors' is in it."""
OVER = "This app has ended; there is nothing left to look at."


def hit(title: str, stage: str, seen: Breaches, by_itself: str = "", again: int = 0) -> str:
    """An app hit a limit, so often today. `title` is escaped.

    `by_itself` names the time of its schedule at which it did, if it was no visit, and `again` is the next one.
    """
    if seen.kind == TOO_MANY:
        return f":warning: *{title}* ({stage}) is asked very often. {quoted(seen.detail)} {NEXT[TOO_MANY]}"
    often = "" if seen.count == 1 else f", {words.counted(seen.count, 'time', 'times')} today"
    if by_itself:
        due = f"It ran by itself ({words.plain(by_itself)}), and does so next on {words.when(again)}."
        return f":warning: *{title}* ({stage}) {NEEDED[seen.kind]}{_number(seen)}{often}. {due}"
    after = NEXT.get(seen.kind, "Its visitors saw a page that says so; nothing else was touched.")
    return f":warning: *{title}* ({stage}) {NEEDED[seen.kind]}{_number(seen)}{often}. {after}"


def _number(seen: Breaches) -> str:
    return f" ({quoted(seen.detail)})" if seen.kind in OURS else ""


def stopped_by_key(title: str, stage: str, how: str) -> str:
    """The key that signed an app does not count any more; `how` says what became of it. `title` is escaped."""
    return f":octagonal_sign: *{title}* ({stage}) is stopped: the key that signed it {how}. {NEXT[UNPROVED]}"


def apps_stopped(key: str, how: str, titles: Sequence[str]) -> str:
    """For the operators: a key does not count any more, and which apps stopped with it. `titles` are escaped."""
    what = f"{words.counted(len(titles), 'app', 'apps')} stopped: {', '.join(titles)}" if titles else "No app stopped"
    return f":octagonal_sign: The signing key `{key}` {how}. {what}."


def key_ended(ended: int, grace: int) -> str:
    """For whoever asks or publishes: the key that signs has ended, and what is to be done."""
    return (
        f"The key that signs apps ended on {words.when(ended)}, so nothing new is built or published. The platform "
        "team has to make another, with `platformctl key rotate`; then ask again. "
        f"What is live runs on until {words.when(grace)}."
    )


def key_ends(key: str, ends: int, grace: int, *, over: bool) -> str:
    """For the operators: a key ends soon, or has."""
    then = f"On {words.when(grace)} everything that it signed stops."
    if over:
        what = f"THE SIGNING KEY `{key}` ENDED on {words.when(ends)}. Nothing new is signed with it. {then}"
        return f":rotating_light: {what} Run `platformctl key rotate` now: what runs is signed anew within the hour."
    return (
        f":key: The signing key `{key}` ends on {words.when(ends)}; then nothing new is built. "
        "Run `platformctl key rotate`: what runs is signed anew within the hour, and goes on."
    )


def suspended(title: str, stage: str, kind: str) -> str:
    """An app was stopped. `title` is escaped."""
    why = f"it {NEEDED[kind]}, three times in a row"
    if kind == "Killed":
        why = "three times within ten minutes, a worker had to be replaced while it ran"
    return (
        f":octagonal_sign: *{title}* ({stage}) is suspended: {why}. "
        f"Visitors see that it is paused. Its entries and its end date stay as they are. {LOOK_FIRST}"
    )


def standing(paused: Deployment | None) -> str:
    """On the card, while something of the app is suspended; empty otherwise."""
    if paused is None:
        return ""
    if paused.paused == ORPHANED:
        return stands_frozen(paused.paused_at or 0)
    what, since = "The preview is" if paused.stage == "preview" else "It is", words.when(paused.paused_at or 0)
    return f":octagonal_sign: *{what} suspended* since {since}: it {NEEDED[paused.paused]}. {LOOK_FIRST}"


def short(paused: Deployment | None) -> str:
    """What stands behind "suspended" on a card."""
    return {**SHORT, ORPHANED: "orphan"}.get(paused.paused, "") if paused else ""


def runs_again(user: str, at: int) -> str:
    """Somebody let it run; `user` is the chat's id."""
    return f":white_check_mark: <@{user}> let it run again on {words.when(at)}."


def no_longer(names: Sequence[str]) -> str:
    """What an app was granted once and may not do any more, by name; on its card."""
    return f":no_entry_sign: *No longer allowed* {', '.join(quoted(one, 80) for one in names)}. The rest of it works."


def unset(names: Sequence[str]) -> str:
    """Secrets that an app of this template uses and that nobody has set, by name; on its card."""
    named = ", ".join(f"`{quoted(one, 80)}`" for one in names)
    return f":key: *No such secret yet:* {named}. What needs it is refused by that name. The platform team sets it."


def gate_closed(title: str, name: str, *, expired: bool) -> str:
    """One thing that an app may not do any more. `title` is escaped."""
    why = "its time is over" if expired else "the platform team took it back"
    rest = "The rest of the app works. To have it back, change the answers and publish again."
    return f":no_entry_sign: *{title}* may not use `{quoted(name, 80)}` any more: {why}. {rest}"


def only_until(name: str, until: int) -> str:
    """What an app may use until a time only; on its card."""
    return f":key: *Until {words.when(until)}* it may use `{quoted(name, 80)}`."


def opened(title: str, name: str, until: int, missing: Sequence[str]) -> str:
    """What an app may use until when, or whose yes that still needs. `title` and `name` are escaped."""
    may = f":key: *{title}* may use `{name}` until *{words.when(until)}*"
    if missing:
        return f"{may} once all have said yes whom the policies name: {' and '.join(missing)}."
    return f"{may}; then it ends by itself. What was published stays as it is."


def to_allow(title: str, name: str) -> str:
    """What is about to be allowed, above the form. Both are escaped."""
    return f"*{title}* may use `{name}` for so long, as it is live now. What was published stays as it is."


def allowed_again(until: int) -> str:
    """Where the button was that asks for it."""
    return f":key: It is allowed again until *{words.when(until)}*."


def gate(digest: str) -> str:
    """What was agreed on, in small print."""
    return f"what was allowed: `{digest[:19]}…`"


def never_asked(title: str, name: str, declared: Sequence[str]) -> str:
    """What is asked for was never part of the app. All parts are escaped."""
    asks = f"it asks for {', '.join(f'`{one}`' for one in declared)}" if declared else "it asks for nothing"
    return f"*{title}* has no use for `{name or '…'}`: {asks}. What its template does not declare is never given."


def held_already(title: str, name: str) -> str:
    """There is nothing to give. Both are escaped."""
    return f"*{title}* may use `{name}` already. Nothing was changed."


def not_so_long(days: int, ends_at: int) -> str:
    """An end that is over, too far away, or beyond the app's own."""
    end = f" and no longer than the app itself, which ends {words.when(ends_at)}" if ends_at else ""
    return f"That is no time I can allow it until: it must be ahead, at most {days} days away{end}."


def exposed(title: str, name: str, since: int, trouble: str) -> str:
    """To the operators: what was taken back and may still be used. All parts are escaped."""
    return (
        f":rotating_light: *{title}* may still use `{name}`, which was taken back on {words.when(since)}: nobody could "
        f"confirm that it is gone. {trouble} I go on asking; `platformctl grant exposures` lists what is open."
    )


def closed(title: str, name: str) -> str:
    """In place of that: it is gone."""
    return f":white_check_mark: *{title}* cannot use `{name}` any more; that is confirmed now."


def looked_at(seen: Sequence[Breaches]) -> Sequence[str]:
    """What its owner sees, a paragraph a kind: the limit, the app's own words, the visits, the log."""
    return [_paragraph(one) for one in seen] or [NOTHING_SEEN]


def _paragraph(seen: Breaches) -> str:
    visits = "\n".join(f"• `{quoted(request, 40)}` on {words.when(at)}" for at, request in seen.visits)
    head = f"*The {seen.stage} {NEEDED[seen.kind]}* ({words.counted(seen.count, 'time', 'times')} on that day)."
    detail = f"\n{quoted(seen.detail, 300)}" if seen.detail else ""
    logs = shorten("\n".join(seen.logs), 1200).replace("```", "'''")
    log = f"\n*Its last log lines*\n```{escape(logs)}```" if logs.strip() else f"\n{NO_LOGS}"
    return shorten(f"{head}{detail}\n*Visits*\n{visits}{log}", SECTION)
