"""The sentences and labels about who may open an app, and about passing it on."""

from collections.abc import Mapping, Sequence

WHO, WHO_SEND = "Who may open it", "Change it"
"""On the button, above the form, and on the button that sends it."""
PICK, PICK_HINT = "Open to", "Narrower counts at once. Wider may need a yes first; until then it stays as it is."
NAMES = "Channels, groups and people"
NAMES_HINT = "Such as #ops, @finance and @cy. Each may open it, besides what is picked above."
KINDS: Mapping[str, str] = {
    "this channel": "the people of the channel where it was asked for",
    "me": "only me",
    "everyone": "everyone in the organisation",
    "public": "anyone with the link, without signing in",
    "named": "only those whom I name below",
}
"""What can be picked, by the word that the answer holds; `named` is none of its own."""
NOBODY_NAMED = "Please name a channel, a group or a person, such as #ops or @finance."
TOO_MANY = "An app can be open to eight channels and groups at most."
PAUSED = "This app is suspended. Let it run again first; then it can be opened to more people."
SAME = "It is open to exactly these already, so nothing was changed."

SHARE, SHARE_SEND = "Share", "Share"
TO_PERSON, TO_CHANNEL = "With a person", "With a channel"
SHARE_HINT = "Each gets the address in a direct message. Who may not open the app gets nothing."
CHANNEL_HINT = "A channel that you are in, and that I am in as well."
NOBODY_PICKED = "Please pick a person or a channel."
ASK_TO_OPEN = "Ask to open it"
NOT_LIVE = "Only a live app can be shared. Publish it first; its preview is for this thread."
ENOUGH = "You have shared 20 times today. Please go on tomorrow, or post the address yourself."


def unknown(names: Sequence[str]) -> str:
    """Names that are nobody's here. Not escaped: it stands at a field of a form."""
    return f"I know no channel, group or person called {', '.join(names)}."


def narrowed(label: str) -> str:
    """What counts at once. `label` is escaped."""
    return f":lock: From now on this is open to {label} alone."


def shared(sharer: str, title: str, url: str) -> str:
    """What they get. `sharer` is the chat's id, `title` is escaped."""
    return f":outbox_tray: <@{sharer}> shares *{title}* with you: <{url}>"


def sent_to(names: Sequence[str]) -> str:
    """For the sharer: who got it, in mrkdwn."""
    return f":white_check_mark: Shared with {', '.join(names)}."


def not_open_to(name: str, owner: str) -> str:
    """For a sharer who cannot widen it. `name` is mrkdwn, `owner` the chat's id."""
    return f"{name} may not open this app, so nothing was sent. <@{owner}> can open it for them."


def may_be_opened(name: str) -> str:
    """For an owner or collaborator, above the button that asks."""
    return f"{name} may not open this app, so nothing was sent. You can ask to open it for them."


def not_in(channel: str) -> str:
    """The bot is no member there. `channel` is mrkdwn."""
    return f"I am not in {channel}, so I could not post there. Type `/invite @Slipway` in it, then share again."


def not_yours(channel: str) -> str:
    """The sharer is no member there."""
    return f"You are not in {channel}, so I posted nothing there. Somebody who is can share it."


def no_account(name: str) -> str:
    """A bot, or somebody who is gone."""
    return f"{name} is no person who could open an app, so nothing was sent."
