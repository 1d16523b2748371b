"""What people read about an app that is broken: what visitors see, since when, what was tried, and how it ended."""

from collections.abc import Sequence

from bot.wording import limits, words
from bot.wording.blocks import quoted
from runtime import pages
from runtime.breaches import DAMAGED, KILLED, UNPROVED
from runtime.history import Version

NO_GOOD = "No other version of it is known to be good."
BEGAN_BY = {
    "itself": "It answers again by itself.",
    "repair": "Its files were made anew, and every check was green.",
    "revert": "The version before it is live again.",
    "person": "Another version is live.",
    "end": "The app has ended.",
}
"""What ended a window."""
OTHER_DIGEST = "Filled in again, its template gives something else than what was approved, so nothing was replaced."
NO_TEMPLATE = "Its template or its answers are not there any more."


def sees(kind: str, title: str, *, paused: bool) -> str:
    """The very sentences on the page that visitors get. `title` is as it is, not escaped."""
    if paused:
        page = pages.paused(title)
    elif kind in (DAMAGED, UNPROVED):
        page = pages.unusable(title, unproved=kind == UNPROVED)
    else:
        page = pages.INTERRUPTED if kind == KILLED else pages.breach(kind, title)
    return f"Visitors see: “{quoted(page.title, 160)}. {quoted(page.text, 300)}”"


def heading(title: str, kind: str, since: int) -> str:
    """What is wrong. `title` is escaped."""
    return f":rotating_light: *{title}* is broken since *{words.when(since)}*: it {limits.NEEDED[kind]}."


def visit(request: str) -> str:
    """Which visit to look at."""
    return f"One such visit is `{quoted(request, 40)}`; paste that here and I show it."


def last_good(version: Version | None) -> str:
    """What can be gone back to."""
    if version is None:
        return NO_GOOD
    return f"Last good version: {version.number}, published {words.when(version.published_at)}."


def tried(number: int, at: int, result: str) -> str:
    """One repair, and what came of it."""
    done = quoted(result, 300) if result else "all checks were green, and it was let run again."
    return f"• {words.when(at)}, repair {number} of 2: its files were made anew; {done[:1].lower()}{done[1:]}"


def reverted(version: Version, at: int) -> str:
    """Slipway went back by itself."""
    return (
        f":rewind: On {words.when(at)} I went back to version {version.number} by myself, because repairing did not "
        "help. The version that was broken is not repaired again; change its answers and publish that."
    )


def handed() -> str:
    """Nothing is left to try."""
    return (
        f":octagonal_sign: Nothing is left that I may try, so it is suspended: visitors see a calm page, and its "
        f"entries are safe. {NO_GOOD} Look at it, change its answers and publish that, or ask the platform team."
    )


def again(title: str, by: str, began: int, since: int) -> str:
    """It is over. `title` is escaped."""
    minutes = max(1, round((since - began) / 60))
    return (
        f":white_check_mark: *{title}* is well again since *{words.when(since)}*. It was broken from "
        f"{words.when(began)}, {words.counted(minutes, 'minute', 'minutes')}. {BEGAN_BY[by]}"
    )


def asks(mention: str, user: str, title: str, kind: str, visit: str) -> str:
    """The platform team is called. `title` is escaped, `mention` is mrkdwn."""
    what = f"*{title}* is broken: it {limits.NEEDED[kind]}. A visit: `{quoted(visit, 40)}`."
    return f":raised_hand: {mention}, <@{user}> asks for your help. {what} Repairing it did not help."


def by_us(lines: Sequence[str]) -> str:
    """What was tried, together."""
    return "*What I did*\n" + "\n".join(lines)
