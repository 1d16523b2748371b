"""Sentences about posts themselves: why one waits, what was kept together, what a link shows, what one may do."""

from collections.abc import Mapping

from bot.posting.undelivered import CLOSED, LIMITED, OUTSIDE
from bot.wording import words
from bot.wording.blocks import cut

BELOW = "… this was too long for one message; the rest stands below."
ABOVE = "This stands in the message above now."
INVITE = (
    "I am not in this conversation yet. Type `/invite @Slipway` here: "
    "what you asked for is kept, and comes then by itself."
)
ARCHIVED = (
    "This channel is closed to me: what you asked for is kept, and comes by itself once the channel is open again."
)


def waits(code: str, until: int) -> str:
    """For whoever sent a command whose answer waits: why, and until when."""
    if code in OUTSIDE:
        return INVITE
    if code in CLOSED:
        return ARCHIVED
    return f"Slack takes no more messages here now. What you asked for is kept; it comes after {words.when(until)}."


REASONS: Mapping[frozenset[str], str] = {
    OUTSIDE: "I am not in that channel; invite me with `/invite @Slipway`",
    CLOSED - OUTSIDE: "the channel is archived or closed to me; open it again",
    LIMITED: "Slack takes no more messages there for now",
    frozenset({"token_revoked", "token_expired", "invalid_auth", "account_inactive", "not_authed"}): (
        "Slipway was removed from the workspace; its operators have to install it again"
    ),
}


def why_parked(code: str) -> str:
    """Why the chat does not take a post, in words that say what helps."""
    return next((said for codes, said in REASONS.items() if code in codes), f"Slack says `{code or 'nothing'}`")


def parked(count: int, channel: str, code: str, until: int) -> str:
    """For the owner, on Home: that something of theirs cannot be said where it belongs."""
    what = words.counted(count, "message waits", "messages wait")
    return f":warning: {what} to be said in <#{channel}>: {why_parked(code)}. I try again until {words.when(until)}."


def elsewhere(channel: str, code: str, text: str) -> str:
    """For the fallback channel: what cannot be said where it belongs. `text` is mrkdwn of ours."""
    said = cut(" ".join(text.split()), 300)
    return f":warning: This waits to be said in <#{channel}>: {why_parked(code)}.\n>{said}"


MAY = "This is what you may do here. Only you see this."
NOT_YOURS = "That app is not open to you. Ask whoever told you its name to let you in."


def may_nothing(asker: str) -> str:
    """For somebody who may do nothing with an app: whose it is."""
    return f"Nothing here is yours to press. Ask <@{asker}>, whose app it is, or make one of your own with `/slipway`."


def shown(title: str, channel: str, link: str) -> str:
    """Where an app's card is; `title` is escaped."""
    where = f"<{link}|its card> in <#{channel}>" if link else f"its thread in <#{channel}>"
    return f"*{title}*: {where}. If the card was gone, it stands there again in a moment."


WHY_TOGETHER = "Kept together, so that this thread stays readable. What needs somebody is posted at once."
KINDS: Mapping[str, tuple[str, str]] = {
    "notice": ("more message from the app", "more messages from the app"),
    "blocked": ("more thing that it was kept from", "more things that it was kept from"),
    "schedule": ("more run that did not work", "more runs that did not work"),
}


def together(title: str, counted: Mapping[str, int], week: int) -> str:
    """How many posts of which kind a digest tells; `title` is escaped."""
    parts = [words.counted(count, *KINDS.get(kind, ("more post", "more posts"))) for kind, count in counted.items()]
    since = words.when(week).partition(",")[0]
    return f":inbox_tray: *{title}*, the week of {since}: {' and '.join(parts)}."


REMOVE = "Remove the oldest"


def no_room(most: int) -> str:
    """Why there is no preview: as many are open as one person may have."""
    return (
        f"You have {most} previews open, which is as many as one person may have. Remove one, then press *Try again*."
    )


def oldest(title: str, made_at: int, most: int) -> str:
    """Which preview is offered for removal; `title` is escaped."""
    since = words.when(made_at).partition(",")[0]
    return f"You have {most} previews open. The oldest that you did not publish is *{title}*, of {since}."
