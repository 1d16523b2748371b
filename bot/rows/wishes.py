"""Wishes: an asker's sentence about what their app should do, as a check of a rehearsal."""

from generator.expectations import expectation
from templates.checks import ANY_FORM, Check, Step


def wish(text: str) -> Check | None:
    """The check that an asker's sentence describes; None when it describes none."""
    found = expectation(text)
    if found is None:
        return None
    verb = "never says" if found.never else "says"
    # “thanks” is meant when a page says “thank you”.
    word = found.shows.removesuffix("s") if found.shows.isalpha() and len(found.shows) > 4 else found.shows
    sees = {"sees_not" if found.never else "sees": (word,)}
    step = Step.model_validate({"as": "ana", "submit": ANY_FORM, "types": found.enters, **sees})
    return Check(says=f"It {verb} “{_short(found.shows)}” for “{_short(found.enters)}”.", steps=(step,))


def _short(text: str) -> str:
    return text if len(text) <= 60 else f"{text[:59]}…"
