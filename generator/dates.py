"""Days as people write them, in English and German, counted from the day of the request."""

import calendar
import re
from collections.abc import Callable, Iterator, Mapping
from datetime import date, timedelta
from itertools import chain

from generator import numbers
from generator.found import Found
from generator.utterance import GAP
from generator.weekdays import LONG_DAY, named_weekday

_MONTHS = {
    "jan": 1, "feb": 2, "mar": 3, "mär": 3, "mae": 3, "apr": 4, "may": 5, "mai": 5, "jun": 6, "jul": 7, "aug": 8,
    "sep": 9, "oct": 10, "okt": 10, "nov": 11, "dec": 12, "dez": 12, "jän": 1,
}  # fmt: skip  # a table, a line each
MONTH = (
    r"(?:jan(?:uary|uar)?|j(?:ä|ae)n(?:ner)?|feb(?:ruary|ruar)?|mar(?:ch)?|m(?:ä|ae)r(?:z)?|apr(?:il)?|may|"
    r"mai|june?|juni|july?|juli|"
    r"aug(?:ust)?|sept?(?:ember)?|o[ck]t(?:ober)?|nov(?:ember)?|de[cz](?:ember)?)\b\.?"
)
_FESTIVALS = {
    r"christmas eve|heiligabend|heilig abend": (12, 24), r"boxing day": (12, 26), r"christmas day": (12, 25),
    r"new year'?s eve|silvester": (12, 31), r"new year'?s day|neujahr": (1, 1),
    r"nikolaus(?:tag)?|st\.? nicholas(?: day)?": (12, 6),
    r"(?<=bis )weihnachten|(?<=vor )weihnachten": (12, 24), r"(?<=until )christmas|(?<=by )christmas": (12, 25),
    r"valentine'?s(?: day)?|valentinstag": (2, 14), r"halloween": (10, 31),
}  # fmt: skip  # a table, a line each
_ORDINALS = {
    "first": 1, "second": 2, "third": 3, "fourth": 4, "fifth": 5, "sixth": 6, "seventh": 7, "eighth": 8, "ninth": 9,
    "tenth": 10, "eleventh": 11, "twelfth": 12, "thirteenth": 13, "fourteenth": 14, "fifteenth": 15, "sixteenth": 16,
    "seventeenth": 17, "eighteenth": 18, "nineteenth": 19, "twentieth": 20, "thirtieth": 30, "ersten": 1, "zweiten": 2,
    "dritten": 3, "vierten": 4, "fünften": 5, "sechsten": 6, "siebten": 7, "achten": 8, "neunten": 9, "zehnten": 10,
    "elften": 11, "zwölften": 12,
}  # fmt: skip  # a table, a line each
_DAY_NUMBER = r"(?P<day>[0-3]?\d)"
_DAY_WORD = rf"(?P<day>{'|'.join(_ORDINALS)})"
_YEAR = r"(?:,? (?P<year>20\d\d))?"
_LEAD = rf"(?:(?:{LONG_DAY}|mo|di|mi|do|fr|sa|so)\b\.?,? (?:the |dem |den )?)?"


_VERSION = re.compile(r"\b(?:release|version|build|sprint|v|v\.)\s?$", re.I)
"""What stands before a number with a point that is no day: "release 4.2"."""


def find_dates(text: str, today: date) -> list[Found[str]]:
    """Every single day that the text names, as ISO dates in order of appearance.

    A day and month without a year is the next such day. A bare weekday is the next one after `today`; with
    "next" it is that day of the coming week. Recurring days ("every Monday", "montags") are not dates.
    """
    found: list[Found[str]] = []
    for pattern, reader in _READERS.items():
        for match in pattern.finditer(text):
            if any(one.within(match.start(), match.end()) for one in found):
                continue
            day = _read(reader, match, today)
            if day and not _VERSION.search(text[: match.start()]):
                found.append(Found(day.isoformat(), match.start(), match.end()))
    return sorted(found, key=lambda one: one.start)


def no_such_day(text: str, today: date) -> re.Match[str] | None:
    """The first day written as one that no calendar has, such as 30 February; None when there is none."""
    for pattern, reader in _READERS.items():
        for match in pattern.finditer(text):
            if reader in (_month_name, _numeric, _slashed, _iso) and _read(reader, match, today) is None:
                return match
    return None


def _read(reader: Callable[[re.Match[str], date], date | None], match: re.Match[str], today: date) -> date | None:
    try:
        return reader(match, today)
    except (ValueError, OverflowError):
        return None


def _iso(match: re.Match[str], _: date) -> date:
    return date.fromisoformat(match[0].replace("/", "-"))


def _upcoming(month: int, day: int, year: str | None, today: date) -> date:
    if year:
        return date(int(year) + (2000 if len(year) == 2 else 0), month, day)
    this = date(today.year, month, day)
    return this if this >= today else date(today.year + 1, month, day)


def month_of(name: str) -> int:
    """The month that a name which fits `MONTH` names."""
    return _MONTHS[name.casefold().rstrip(".")[:3]]


def _month_name(match: re.Match[str], today: date) -> date:
    month = month_of(match["month"])
    return _upcoming(month, _ORDINALS.get(match["day"].casefold()) or int(match["day"]), match["year"], today)


def _numeric(match: re.Match[str], today: date) -> date:
    return _upcoming(int(match["month"]), int(match["day"]), match["year"], today)


def _slashed(match: re.Match[str], today: date) -> date:
    """3/12 and 12/3 are both the third of December when that comes first."""
    first, second = int(match["first"]), int(match["second"])
    readings = [(month, day) for month, day in ((second, first), (first, second)) if month <= 12]
    days = [_upcoming(month, day, match["year"], today) for month, day in readings]
    return days[0] if match["year"] else min(days)


def _day_of_month(match: re.Match[str], today: date) -> date:
    day = int(match["day"])
    return _month_after(today, day) if match["next"] else _coming_day(today, day)


def _coming_day(today: date, day: int) -> date:
    this = date(today.year, today.month, day)
    return this if this >= today else _month_after(today, day)


def _month_after(today: date, day: int) -> date:
    year, month = (today.year + 1, 1) if today.month == 12 else (today.year, today.month + 1)
    return date(year, month, day)


def _first_of_month(match: re.Match[str], today: date) -> date:
    month = _MONTHS[match["month"].casefold()[:3]]
    return _upcoming(month, 1, match["year"], today)


def _relative(match: re.Match[str], today: date) -> date:
    word = match[0].casefold()
    if re.search(r"day after|übermorgen|uebermorgen", word):
        return today + timedelta(days=2)
    return today if re.match(r"today|tonight|heut|this (?:after|even|morn)", word) else today + timedelta(days=1)


def _in_some_time(match: re.Match[str], today: date) -> date | None:
    number = numbers.count(match["n"]) if match["n"] else 1
    if number is None:
        number = 1
    if match["unit"][0].casefold() in "m":
        month = today.month - 1 + number
        year, month = today.year + month // 12, month % 12 + 1
        return date(year, month, min(today.day, calendar.monthrange(year, month)[1]))
    return today + timedelta(days=number * {"d": 1, "t": 1, "f": 14}.get(match["unit"][0].casefold(), 7))


def _end(match: re.Match[str], today: date) -> date:
    what = match[0].casefold()
    following = bool(re.search(r"next|nächst|naechst|kommend", what))
    if re.search(r"eod|cob|close of", what):
        return today
    if re.search(r"year|jahr|eoy", what):
        return date(today.year + following, 12, 31)
    if re.search(r"quart|eoq", what):
        return _last_of_quarter(today.year, (today.month - 1) // 3 + following)
    if re.search(r"month|monat|eom", what):
        base = _month_after(today, 1) if following else today
        return date(base.year, base.month, calendar.monthrange(base.year, base.month)[1])
    friday = today + timedelta(days=4 - today.weekday() + 7 * following)
    return friday if friday >= today else friday + timedelta(days=7)


def _last_of_quarter(year: int, quarter: int) -> date:
    """Of quarter 0 to 3, or of the first one of the next year."""
    year, month = year + quarter // 4, 3 * (quarter % 4) + 3
    return date(year, month, calendar.monthrange(year, month)[1])


def _quarter_end(match: re.Match[str], today: date) -> date:
    this = _last_of_quarter(today.year, int(match["quarter"]) - 1)
    return this if this >= today else _last_of_quarter(today.year + 1, int(match["quarter"]) - 1)


def _month_end(match: re.Match[str], today: date) -> date:
    month = _MONTHS[match["month"].casefold()[:3]]
    first = _upcoming(month, 1, match["year"], today.replace(day=1))
    return date(first.year, month, calendar.monthrange(first.year, month)[1])


def _festival(match: re.Match[str], today: date) -> date:
    month, day = next(
        at
        for words, at in _FESTIVALS.items()
        if re.compile(words, re.I).fullmatch(match.string, match.start(), match.end())
    )
    return _upcoming(month, day, None, today)


def _days_of_the_calendar() -> Iterator[tuple[str, Callable[[re.Match[str], date], date | None]]]:
    yield r"(?<!\d)20\d\d(?P<sign>[-/])\d\d(?P=sign)\d\d(?!\d)", _iso
    yield (
        r"\b(?:the )?(?:end of|last (?:day )?of|ende|letzte[rnm]? (?:tag )?(?:im|des)) "
        rf"(?P<month>{MONTH}){_YEAR}",
        _month_end,
    )
    yield (
        rf"{_LEAD}\b(?:the )?{_DAY_NUMBER}(?:st|nd|rd|th|\.)? ?(?:-|to|until|till|bis(?: zum)?|and|und|\+|"
        rf"&) ?(?:the )?[0-3]?\d"
        rf"(?:st|nd|rd|th|\.)?(?: of)? ?(?P<month>{MONTH}){_YEAR}",
        _month_name,
    )
    yield rf"{_LEAD}\b(?:the )?{_DAY_NUMBER}(?:st|nd|rd|th|\.)?(?: of)? ?(?P<month>{MONTH}){_YEAR}", _month_name
    yield rf"{_LEAD}\b(?:the )?{_DAY_WORD}(?: of)? (?P<month>{MONTH}){_YEAR}", _month_name
    yield rf"{_LEAD}\b(?P<month>{MONTH}) (?:the )?{_DAY_WORD}\b{_YEAR}", _month_name
    yield (
        rf"{_LEAD}\b(?P<month>{MONTH}) (?:the )?{_DAY_NUMBER}(?:st|nd|rd|th)?(?!:?\d|[.,]\d|"
        rf" ?(?:am|pm|people|percent)\b){_YEAR}",
        _month_name,
    )
    yield (
        rf"{_LEAD}(?<![\d.])(?<!room )(?<!raum ){_DAY_NUMBER}\.(?P<month>[01]?\d)(?:\.(?P<year>20\d\d|\d\d(?!\d|:))?|"
        r"(?= ?(?:$|[,;!)]|um\b|at\b)))(?!\d)",
        _numeric,
    )
    yield (
        rf"{_LEAD}(?<![\d/])(?!24/7)(?P<first>[0-3]?\d)/(?P<second>[0-3]?\d)(?:/(?P<year>20\d\d|\d\d))?(?![\d/])",
        _slashed,
    )
    yield (
        r"\b(?:(?:on |by |until |till )the|(?:am|zum|bis zum|bis|den|der|vom)) (?P<day>[0-3]?\d)(?:st|nd|rd|th|"
        r"\.)(?! ?[A-Za-z]*(?:floor|question|stock))(?P<next> (?:of next month|(?:des )?n(?:ä|ae)chsten monats))?",
        _day_of_month,
    )
    yield (
        rf"{_LEAD}\b(?:the )(?P<day>[0-3]?\d)(?:st|nd|rd|th)(?! floor| question| anniversary|"
        r" birthday)(?P<next> of next month)?",
        _day_of_month,
    )
    yield (
        rf"{_LEAD}(?<![\d.:,])(?P<day>[0-3]?\d)\.(?=[ ,;]|$)(?P<next>(?<=\d\.) (?:des )?n(?:ä|ae)chsten monats)",
        _day_of_month,
    )


def _days_from_today() -> Iterator[tuple[str, Callable[[re.Match[str], date], date | None]]]:
    yield (
        r"\b(?P<lead>next week(?:'s)? (?:on )?|n(?:ä|ae)chste woche (?:am )?|kommende woche (?:am )?|"
        r"this (?:coming )?|next |the coming |coming |kommenden? |diesen |n(?:ä|ae)chsten? |"
        r"a week on )?(?<!black )(?<!cyber )(?<!casual )(?<!every )(?<!each )(?<!jeden )(?<!jeder )(?<!jed )(?<!evry "
        rf")(?P<name>{LONG_DAY})\b(?:'s\b)?(?!s\b)(?P<trail> (?:next week|in a week|week\b|n(?:ä|ae)chster? woche|"
        r"n(?:ä|ae)chste woche|in einer woche|kommender woche))?",
        named_weekday,
    )
    yield (
        rf"(?:\b(?:today|heute) )?\b(?:in|within|innerhalb von) (?P<n>{numbers.COUNT}|an?|einem?r?) (?P<unit>days?|"
        rf"tage?n?|weeks?|wks?|"
        r"wochen?|months?|monate?n?|fortnights?)\b(?! (?:slot|block|stück))",
        _in_some_time,
    )
    yield (
        rf"\b(?P<n>{numbers.COUNT}|an?) (?P<unit>days?|weeks?|months?|fortnights?) from (?:now|today)\b",
        _in_some_time,
    )
    yield r"\b(?:the )?(?:end of|ende(?: von)?) q(?P<quarter>[1-4])\b", _quarter_end
    yield r"\b(?:eo[dwmqy]|c[o]b|close of business)\b(?! (?:on |this |next |today|tomorrow|mon|tue|wed|thu|fri))", _end
    yield r"\b(?:the )?day after tomorrow\b|\b(?:ü|ue)bermorgen\b", _relative
    yield r"\b(?:today|tonight|heute(?: abend)?|tomorrow|tomorow|tommorow|tmrw?|tmw|tmo|2moro|2mrw)(?:'s)?\b", _relative
    yield (
        r"(?<!guten )(?<!jeden )(?<!schönen )(?<!am )\bmorgen\b(?= (?:um|fr(?:ü|ue)h|nach|mittag|abend|vor|schon|"
        rf"is)|[,.;!?]|$| \d|\s*$|[ ,]*{GAP})",
        _relative,
    )
    yield (
        r"\b(?:by |at |until |till |before |bis |zum |am )?(?:the )?(?:end of|ende|end) (?:(?:of )?the |this |"
        r"next |des |der |dieser |diese[ns] |n(?:ä|ae)chste[rns]? |kommende[rn] )?(?:year|month|week|quarter|"
        r"jahre?s|jahr|"
        r"monats?|woche|quartals?)\b|\b(?:monatsende|jahresende|quartalsende|quarter'?s? end|"
        r"wochenende nächster woche|year'?s end|month'?s end)\b",
        _end,
    )
    yield (
        r"\b(?P<lead>)(?P<name>(?-i:Mo|Di|Mi|Do|Fr|Sa|So))\b\.?(?P<trail>)(?=,? ¦|"
        r",? (?:um |ab )?\d{1,2}(?:[:.]\d\d| ?uhr|h)\b)",
        named_weekday,
    )


def _days_with_names() -> Iterator[tuple[str, Callable[[re.Match[str], date], date | None]]]:
    yield "|".join(rf"\b(?:{words})\b" for words in _FESTIVALS), _festival
    yield (
        r"\b(?:from|starting|start|beginning|since|ab|von|in|the (?:first|1st) of|"
        rf"ersten) (?P<month>{MONTH}){_YEAR}(?! \d)",
        _first_of_month,
    )
    yield (
        r"\bn(?:ä|ae)chsten ersten\b|\bthe first of next month\b|\bersten des n(?:ä|ae)chsten monats\b|"
        r"\bzum (?:monats)?ersten\b|\bn(?:ä|ae)chsten monat(?:s)?(?:anfang)?\b|"
        r"\b(?:beginning|start) of next month\b",
        lambda _, today: _month_after(today, 1),
    )


_READERS: Mapping[re.Pattern[str], Callable[[re.Match[str], date], date | None]] = {
    re.compile(pattern, re.IGNORECASE): reader
    for pattern, reader in chain(_days_of_the_calendar(), _days_from_today(), _days_with_names())
}
