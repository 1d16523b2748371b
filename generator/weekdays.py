"""Days of the week, by name."""

import re
from datetime import date, timedelta

_DAYS = (
    r"mon(?:day|days|tags?|tag)?|mo",
    r"tue(?:s|sday|sdays)?|die(?:nstags?)?|di",
    r"wed(?:s|nesday|nesdays)?|mittwochs?|mi",
    r"thu(?:r|rs|rsday|rsdays)?|don(?:nerstags?)?|do",
    r"fri(?:day|days)?|frei(?:tags?)?|fr",
    r"sat(?:urday|urdays)?|samstags?|sonnabends?|sa",
    r"sun(?:day|days)?|sonn?tags?|so",
)
LONG_DAY = (
    r"mon(?:days?|tags?)?|tue(?:s|sdays?)?|dienstags?|wed(?:s|nesdays?)?|mittwochs?|thu(?:r|rs|rsdays?)?|"
    r"donnerstags?|fri(?:days?)?|"
    r"freitags?|sat(?:urdays?)?|samstags?|sonnabends?|sun(?:days?)?|sonntags?"
)
WEEKDAY = rf"(?:{LONG_DAY})\b\.?"


def weekday(word: str) -> int | None:
    """Monday is 0. Takes full names and the usual short ones, English and German."""
    plain = word.casefold().strip(" .,")
    return next((at for at, forms in enumerate(_DAYS) if re.fullmatch(forms, plain)), None)


def named_weekday(match: re.Match[str], today: date) -> date | None:
    """The day named by the groups `name`, `lead` and `trail` of `match`: the next one, or that of the coming week."""
    wanted = weekday(match["name"])
    if wanted is None or re.search(r"(?:days|tags)$", match["name"], re.I):
        return None
    around = f"{match['lead'] or ''} {match['trail'] or ''}".casefold()
    ahead = (wanted - today.weekday() - 1) % 7 + 1
    next_week = today + timedelta(days=7 - today.weekday() + wanted)
    if re.search(r"week|woche|\bnext\b", around) and not re.search(r"this|diese", around):
        later = bool(re.search(r"in einer woche|a week (?:on|from)|in a week|week$", around)) and "next" not in around
        return (
            today + timedelta(days=ahead + 7)
            if later and not re.search(r"nächste|naechste|kommende", around)
            else next_week
        )
    return today + timedelta(days=ahead)
