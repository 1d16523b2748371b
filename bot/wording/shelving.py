"""What people read about templates that make no new apps. Plain words, one next step."""

from datetime import date

from bot.wording import words

GONE = "The template of this app is not on the shelf any more."
RUN_ON = "Apps that were made with it run on and can be changed."


def frozen(ref: str, owner: str) -> str:
    """For the asker: nobody answers for the template any more."""
    return (
        f"Nobody looks after {ref} any more: its group @{owner} was deactivated, so I make no new apps with it. "
        f"Please ask the people who run Slipway to give it a new owner. {RUN_ON}"
    )


def lapsed(ref: str, until: date) -> str:
    """For the asker: somebody has to stand up for it again."""
    return (
        f"Apps of {ref} may run very long, and the word for that held until {until:%-d %b %Y}. "
        f"Please ask the people who run Slipway to confirm it again. {RUN_ON}"
    )


def withheld(kind: str, why: str) -> str:
    """For the asker: the shelf has a template, and new apps are not made with it."""
    name = words.kind(kind)
    return f"I make no new apps of this kind just now ({name}). {why} Please ask the people who run Slipway. {RUN_ON}"


def refused(why: str) -> str:
    """On the card of an app that was to be built with other bytes than were released."""
    return f"{why} Please tell the people who run Slipway; then press Try again."


def changed(why: str) -> str:
    """For the operators: a released template is not what it was."""
    return f":rotating_light: A template on the shelf is not what was released, so nothing is built with it. {why}"


def seen_before(ref: str, first: str, found: str) -> str:
    """That this installation knows a released version by other bytes, whatever the ledger says now."""
    return (
        f"{ref} was {first} when this installation first saw it released, and is {found} now, in its ledger as well. "
        "Put both back, or copy the folder and raise the number."
    )
