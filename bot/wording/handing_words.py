"""Sentences about an app's end, its people and its owner: reminders, Keeps, hand-overs, orphans. Titles are escaped."""

from collections.abc import Sequence

from bot.wording import words

HOW_OFTEN = {1: "the owner's own", 2: "the team lead's", 3: "the platform team's"}
"""Whose yes a Keep needs, by the rung of the ladder."""
ORPHANED = "Orphaned"
"""Why an app is suspended that nobody looks after."""
ROLE = {"owner": "owner", "editor": "editor", "viewer": "viewer", "none": "no role"}
WHY_GONE = {"deactivated": "their account was deactivated", "left": "they left the channel"}
NEVER_OUTSIDE = "Outsiders, bots and accounts that are gone cannot have an app. Pick a member of this workspace."
LAST_OWNER = (
    "An app has an owner at all times: press *Hand over* first, or make somebody else an owner as well. "
    "Nothing was changed."
)
NOT_ADMITTED = (
    "A role goes to people whom the app is open to already: that is what was approved. Nothing was changed. "
    "Open it to more people first, with *Change answers*."
)
THEIRS_ALREADY = "It is theirs already. Nothing was changed."
NOT_LIVE = "Only a live app has people and can be handed over. Nothing was changed."
WAITS_ALREADY = "This app is being handed over already, and waits for an answer. Nothing was changed."
NOT_YOURS = "Somebody else was asked to take this app over. Nothing was changed."
OWN_WORD = "You look after this app yourself, so somebody else has to say yes. Nothing was changed."
NOT_THAT_RUNG = "That takes a word from the platform team. Nothing was changed."
ORPHAN_RUNS = "Nobody looks after this app any more: adopt it first, with the button in its thread. Then it runs again."
NOT_AN_ORPHAN = "Somebody looks after this app already. Nothing was changed."
ADOPT_WHO = "Members of this workspace who may open the app can adopt it. Nothing was changed."
KEEP_WHY = "Please say why; it stands in the thread."
PICK = "Please pick somebody."


def reminder(owner: str, title: str, ends_at: int, used: str) -> str:
    """An app is about to end. `owner` is the chat's id."""
    return f":hourglass_flowing_sand: <@{owner}>, *{title}* ends on *{words.when(ends_at)}*. {used} What should happen?"


def reminder_elsewhere(owner: str, channel: str, title: str, ends_at: int, used: str) -> str:
    """The same, where somebody else is asked because its own people cannot be."""
    return (
        f":hourglass_flowing_sand: *{title}*, an app of <@{owner}>'s from {where(channel)}, ends on "
        f"*{words.when(ends_at)}*. {used} What should happen?"
    )


def put_off(owner: str, channel: str, title: str, why: str, ends_at: int, used: str) -> str:
    """Nobody could be told, so the end was put off once."""
    return (
        f":hourglass_flowing_sand: *{title}*, an app of <@{owner}>'s from {where(channel)}, was about to end, and "
        f"nobody could be told: {why}. Its end was put off once, by 72 hours: it now ends on "
        f"*{words.when(ends_at)}*. {used} What should happen?"
    )


def where(channel: str) -> str:
    """The place where it was asked for."""
    return f"<#{channel}>" if channel.startswith("C") else "a direct conversation"


def undelivered(code: str) -> str:
    """Why a reminder did not arrive, by the chat's word for it."""
    return {
        "is_archived": "its channel is archived",
        "channel_is_archived": "its channel is archived",
        "channel_not_found": "its channel is gone",
        "not_in_channel": "I am not in its channel any more",
        "owner_gone": "the account of its owner was deactivated",
        "not_sent": "no reminder could be sent in time",
    }.get(code, "the chat did not take the reminder")


def kept(user: str, ends_at: int, why: str, other: str = "") -> str:
    """Somebody keeps it; `other` said yes to that. Both are the chat's ids, `why` is escaped."""
    agreed = f", and <@{other}> agreed" if other else ""
    return f":white_check_mark: <@{user}> keeps it{agreed}: it now ends on *{words.when(ends_at)}*. “{why}”"


def asks_to_keep(user: str, title: str, why: str, mentions: Sequence[str], times: int, ends_at: int, days: int) -> str:
    """Somebody wants to keep it once more, and it takes another's yes."""
    return (
        f":hourglass_flowing_sand: <@{user}> wants to keep *{title}* for another {words.counted(days, 'day', 'days')}: "
        f"“{why}” It was kept {words.counted(times, 'time', 'times')} before, so {' and '.join(mentions)} must agree. "
        f"Its clock goes on: without a yes it ends on *{words.when(ends_at)}*."
    )


def asked_to_keep(user: str) -> str:
    """Where the buttons of a reminder were."""
    return f":hourglass_flowing_sand: <@{user}> asked to keep it; whether it stays stands below."


def asked_already(ends_at: int) -> str:
    """Somebody asks for what waits."""
    return f"That was asked already, and waits for a yes. Without one it ends on *{words.when(ends_at)}*."


def keep_refused(user: str, ends_at: int) -> str:
    """No to another term."""
    return f":x: <@{user}> said no: it ends on *{words.when(ends_at)}*, as it would have."


def keep_lapsed(at: int) -> str:
    """The end came first."""
    return f":x: Nobody answered before it ended on *{words.when(at)}*."


def nobody_to_ask(rung: int) -> str:
    """No one could ever say yes."""
    setting = "`lead=@group` or `operator=@group`" if rung == 2 else "`operator=@group`"
    return (
        f"Keeping it once more takes {HOW_OFTEN[rung]} yes, and nobody is set up who could say it. "
        "Nothing was changed. "
        f"Ask whoever runs Slipway to name a group in SLIPWAY_ROLES, as {setting}; or publish the app anew."
    )


def keep_form(title: str, rung: int, ends_at: int) -> str:
    """Above the form: what a yes does."""
    more = "" if rung == 1 else f" It was kept before, so this takes {HOW_OFTEN[rung]} yes."
    return f"*{title}* ends on *{words.when(ends_at)}*. Why should it stay?{more}"


def people(title: str, rows: Sequence[str]) -> str:
    """Who has which role."""
    return f"*The people of {title}*\n" + "\n".join(rows)


def person(user: str, role: str, since: str) -> str:
    """One of them; `since` says how they came by it."""
    return f"• <@{user}>: {ROLE[role]}{f', {since}' if since else ''}"


def given(by: str, user: str, role: str) -> str:
    """A role was given or taken."""
    if role == "none":
        return f":busts_in_silhouette: <@{by}> took <@{user}>'s role away, from now on."
    return f":busts_in_silhouette: <@{by}> made <@{user}> {'an' if role[0] in 'aeio' else 'a'} {role}, from now on."


def still_admitted() -> str:
    """Who has no role may be in the audience."""
    return "Whoever the app is open to can still open it."


def hands_over(giver: str, receiver: str, title: str, until: int, budget: str, stays: bool) -> str:
    """The offer, for the thread and the receiver."""
    after = "stays an editor" if stays else "keeps no role"
    return (
        f":handshake: <@{giver}> hands *{title}* over to <@{receiver}>. With it go its reminders, the secrets that "
        f"<@{giver}> answers for, and {budget}. <@{giver}> {after}. "
        f"Until *{words.when(until)}* it waits for <@{receiver}>'s yes; nothing changes before."
    )


def budget(before: str, after: str) -> str:
    """Whose budget it is counted against afterwards; both are escaped."""
    return f"its budget, which stays `{before}`" if after in ("", before) else f"its budget, `{after}` for `{before}`"


def accepted(receiver: str, title: str, tag: str, at: int) -> str:
    """It is theirs."""
    return f":white_check_mark: <@{receiver}> took *{title}* over on {words.when(at)}. It is charged to `{tag}`."


def declined(receiver: str, giver: str, at: int) -> str:
    """It is not."""
    return f":x: <@{receiver}> declined on {words.when(at)}; it stays <@{giver}>'s."


def reverted(receiver: str, giver: str) -> str:
    """Nobody answered."""
    return f":x: <@{receiver}> did not answer within 7 days; it stays <@{giver}>'s."


VOID = ":x: The app has ended or changed hands meanwhile, so there is nothing to take over any more."


def orphaned(title: str, user: str, why: str, freeze_at: int, secrets: Sequence[str]) -> str:
    """Nobody looks after it any more."""
    dropped = f" Their secrets were removed from it: {', '.join(f'`{one}`' for one in secrets)}." if secrets else ""
    return (
        f":ring_buoy: *{title}* has nobody who looks after it: it was <@{user}>'s, and {WHY_GONE[why]}.{dropped} "
        f"Whoever may open it can adopt it, with its budget, by one press. Without an owner it pauses on "
        f"*{words.when(freeze_at)}*; nothing of it is deleted."
    )


def asked_for(mentions: Sequence[str]) -> str:
    """Who is called to see to it."""
    return f" {' and '.join(mentions)}, who could?" if mentions else ""


def frozen(title: str, early: bool) -> str:
    """It was suspended."""
    why = "its end has come while it has no owner" if early else "nobody adopted it within 14 days"
    return f":ring_buoy: *{title}* is paused: {why}. Its entries are safe, and it can still be adopted."


def stands_frozen(since: int) -> str:
    """On the card."""
    return (
        f":ring_buoy: *It is paused* since {words.when(since)}: nobody looks after it. "
        "Adopt it with the button in its thread, and it runs again."
    )


def adopted(user: str, title: str, tag: str, ends_at: int) -> str:
    """Somebody looks after it again."""
    return (
        f":white_check_mark: <@{user}> adopted *{title}*. It is charged to `{tag}` and ends on *{words.when(ends_at)}*."
    )


def back(user: str) -> str:
    """The owner was gone and is here again."""
    return f":white_check_mark: <@{user}> is back, and looks after it again."


def next_owner(gone: str, user: str) -> str:
    """Another owner stands in."""
    return f":handshake: <@{gone}> is gone, so <@{user}>, who is an owner as well, looks after it from now on."
