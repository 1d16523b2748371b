"""The sentences about sign-ins that are linked to accounts of the chat."""

from collections.abc import Mapping, Sequence

from bot.wording.words import when

INVALID: Mapping[str, str] = {
    "changed": "The e-mail address of this account is not the one it had when it was linked. Please confirm it anew.",
    "reused": "Somebody else signed in with this account's e-mail address. Please confirm it anew.",
}
"""Why a link has to be confirmed again."""
NONE = "No sign-in of your organisation is linked to your account. Sign in to an app with it, and I offer to link it."
GONE = "That sign-in is not linked any more. `/slipway sign-ins` shows those that are."
UNLINK = "Remove"


def code(company: str, shown: str, number: str) -> str:
    """To the account that somebody named; company and shown are escaped."""
    return (
        f":key: Somebody signed in with {company} as *{shown}* and wants to link that to your account here. If this "
        f"was you, type this code into the page that asks for it: *{number}*\nIf it was not you, do nothing, and give "
        "the code to nobody: whoever has it can open apps as you."
    )


def linked(company: str, shown: str, at: int) -> str:
    """To the account that was linked."""
    return (
        f":link: From {when(at)} on, whoever signs in with {company} as *{shown}* is you here. If you did not do this, "
        "type `/slipway sign-ins` and remove it."
    )


def removed(shown: str) -> str:
    """To whoever removed one; it is escaped."""
    return f":white_check_mark: *{shown}* is not linked to you any more, and you are signed out of every app."


def listed(shown: str, at: int, invalid: str) -> str:
    """One line of the list."""
    doubt = " It has to be confirmed anew at the next sign-in." if invalid else ""
    return f"*{shown}*, linked on {when(at)}.{doubt}"


def all_of(lines: Sequence[str]) -> str:
    """The list in plain text."""
    return "Sign-ins that are you here: " + " ".join(lines)
