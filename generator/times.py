"""Times of day as people write them, in English and German, as `HH:MM`."""

import re
from collections.abc import Callable, Iterator, Mapping

from generator import numbers
from generator.found import Found
from generator.weekdays import WEEKDAY

_HOUR = rf"(?P<hour>[01]?\d|2[0-4]|{numbers.WORD})"
_MINUTE = r"(?P<minute>[0-5]\d)"
_PART = (
    r"(?P<part> ?(?:[ap]\.?m\b\.?|in the (?:morning|afternoon|evening)|at night|eve(?:ning)?\b|"
    r"o'? ?clock(?: in the (?:morning|afternoon|evening))?|"
    r"(?:uhr )?(?:morgens|fr(?:ü|ue)h|vormittags|nachmittags|abends|nachts|am (?:abend|morgen|nachmittag))|sharp))"
)
_LATE = re.compile(r"p\.?m|afternoon|eve\b|evening|night|nachmittag|abend|nachts", re.I)
_EARLY = re.compile(r"a\.?m\b|morning|morgens|fr(?:ü|ue)h|vormittag", re.I)
_NOT_TIME = (
    r"(?! ?(?:%|€|\$|eur|usd|gbp|people|ppl|guests|persons|seats|places|spots|min|hours?|hrs?|days?|weeks?|"
    r"months?|votes?|questions?|tagen?|wochen?|uhr \w+ leute|leute|personen|pl(?:ä|ae)tze|st(?:unden|immen)|"
    r"fragen|prozent|euro|\d|[.:,]\d|st\b|nd\b|rd\b|th\b|"
    r"\.? ?(?:jan|feb|m(?:a|ä)r|apr|may|mai|jun|jul|aug|sep|o[ck]t|nov|de[cz])))"
)


def find_times(text: str) -> list[Found[str]]:
    """Every time of day in order of appearance. An hour without any sign of being one is left alone."""
    found: list[Found[str]] = []
    for pattern, reader in _READERS.items():
        for match in pattern.finditer(text):
            if any(one.within(match.start(), match.end()) for one in found):
                continue
            minutes = reader(match)
            if minutes is not None and 0 <= minutes <= 24 * 60:
                found.append(Found(f"{minutes // 60 % 24:02d}:{minutes % 60:02d}", match.start(), match.end()))
    return sorted(found, key=lambda one: one.start)


def likely(found: Found[str], text: str, *, before: int) -> str:
    """The time of something that happens by day: a spoken hour below `before` is of the afternoon or evening.

    "06:30", "0630", "3 am" and "6 Uhr 30" in the morning stay as they are.
    """
    said = text[found.start : found.end]
    hour = int(found.value[:2])
    exact = re.search(r"\b0\d|\d{4}|uhr [0-5]\d", said, re.I) or _EARLY.search(said) or _LATE.search(said)
    whole = hour == 0 and found.value.endswith(":00")
    return found.value if exact or whole or hour >= before else f"{hour + 12:02d}{found.value[2:]}"


def _clock(match: re.Match[str]) -> int | None:
    groups = match.groupdict()
    hour = numbers.count(groups["hour"] or "")
    if hour is None or hour > 24:
        return None
    return _shifted(hour, groups.get("part") or "") * 60 + int(groups.get("minute") or 0)


def _shifted(hour: int, part: str) -> int:
    if _LATE.search(part) and hour < 12:
        return hour + 12
    return 0 if hour == 12 and re.search(r"a\.?m\b", part, re.I) else hour


def _range(match: re.Match[str]) -> int | None:
    """From when: in "10-2pm" ten is in the morning, in "2-4pm" two is not."""
    first, last = numbers.count(match["hour"]), int(match["last"])
    if first is None:
        return None
    part = (match["part"] or "") if first <= last else ""
    return _shifted(first, part) * 60 + int(match["minute"] or 0)


def _spoken(match: re.Match[str]) -> int | None:
    hour, minutes = numbers.count(match["hour"]), numbers.count(match["spoken"].replace("-", " "))
    if hour is None or hour > 12:
        return None
    return _shifted(hour, match["part"] or "") * 60 + (minutes or 0)


def _military(match: re.Match[str]) -> int:
    return int(match["hour"]) * 60 + int(match["minute"])


def _around(match: re.Match[str]) -> int | None:
    hour, part, words = numbers.count(match["hour"]), match["part"] or "", match["how"].casefold()
    if hour is None or (hour > 12 and "halb" in words):
        return None
    return _shifted(hour, part) * 60 + _OFFSETS[words]


def _digits_around(match: re.Match[str]) -> int | None:
    hour = numbers.count(match["hour"])
    minutes = int(match["digits"]) * (-1 if match["side"].casefold() == "vor" else 1)
    return None if hour is None else _shifted(hour, match["part"] or "") * 60 + minutes


_OFFSETS = {
    "half past": 30,
    "half": 30,
    "a quarter past": 15,
    "quarter past": 15,
    "a quarter to": -15,
    "quarter to": -15,
    "halb": -30,
    "viertel": -45,
    "viertel nach": 15,
    "viertel vor": -15,
    "dreiviertel": -15,
    "ten past": 10,
    "ten to": -10,
    "twenty past": 20,
    "twenty to": -20,
    "five past": 5,
    "five to": -5,
    "zehn nach": 10,
    "zehn vor": -10,
    "zwanzig nach": 20,
    "zwanzig vor": -20,
    "fünf nach": 5,
    "fünf vor": -5,
}
_HOW = "|".join(sorted(_OFFSETS, key=len, reverse=True))
_FOUR = r"(?P<hour>[01]\d|2[0-3])(?P<minute>[0-5]\d)"


def _patterns() -> Iterator[tuple[str, Callable[[re.Match[str]], int | None]]]:
    yield (
        r"\b(?P<part>abends|nachmittags|morgens|fr(?:ü|ue)h) (?:um |gegen )(?P<hour>1[0-2]|\d|"
        rf"{numbers.WORD})\b(?! uhr \d)",
        _clock,
    )
    yield (
        rf"(?<![\d:.,#@€$£]){_HOUR}(?:[:.]{_MINUTE})? ?(?:-|to|until|till|bis) ?(?P<last>[01]?\d|"
        rf"2[0-4])(?:[:.][0-5]\d)?"
        r"(?: ?(?P<part>[ap]\.?m\b\.?)| ?(?:uhr|h)\b|(?<=[:.]\d\d)(?![\d.:]))",
        _range,
    )
    ends = r"(?!\d|[:.,]\d)"
    yield rf"(?<![\d:.,]){_HOUR}[:.]{_MINUTE}(?: ?(?:h|uhr)\b)?{_PART}", _clock
    yield rf"(?<![\d:.,]){_HOUR}:{_MINUTE}(?: ?(?:h|uhr)\b)?{ends}", _clock
    yield (
        rf"(?<![\d:.,]){_HOUR}(?:\.{_MINUTE})? ?(?:uhr|h(?! slot|"
        rf" block))\b(?: (?P<late>{_MINUTE.replace('minute', 'after')}))?{_PART}?",
        _clock_after,
    )
    yield rf"\b{_HOUR} (?P<spoken>fifteen|thirty|forty[- ]five)(?: ?{_PART})?\b", _spoken
    yield rf"\b(?P<how>{_HOW}) (?P<hour>1[0-2]|\d|{numbers.WORD})(?:(?: uhr)?{_PART})?\b", _around
    yield (
        rf"\b(?P<digits>5|10|20|25) (?P<side>past|nach|vor) (?P<hour>1[0-2]|\d|{numbers.WORD})(?:(?: uhr)?{_PART})?\b",
        _digits_around,
    )
    yield rf"\b(?:at|um) {_HOUR}\.{_MINUTE}(?![\d.])", _clock
    yield rf"(?<![\d:.,#@])\b{_HOUR}{_PART}(?!\w)", _clock


def _bare_patterns() -> Iterator[tuple[str, Callable[[re.Match[str]], int | None]]]:
    """Of numbers that only their neighbours make a time of day."""
    yield (
        r"(?:\b(?:at|um|from|by|ab|gegen|@|every day|daily|t(?:ä|ae)glich|weekdays|werktags|start) ?|"
        rf"{WEEKDAY},? ?){_FOUR}(?!\d|[.,]\d| ?(?:eur|usd|people|units|€))",
        _military,
    )
    yield (
        rf"(?<![\d.,:#$€£-])(?!202\d){_FOUR}(?= ?(?:hrs\b|-(?:[01]\d|2[0-3])[0-5]\d\b|hours\b|h\b|uhr\b|ping|bay|yard|"
        rf"hall|gate|halle|tor|swap|change|hand-?over|,|:|;|"
        r"\.(?!\d)|$|¦|"
        r"#|@)|"
        r" (?:in|at|to|sharp|every|each|daily|weekdays|jeden|mon|mo)\b)",
        _military,
    )
    yield rf"(?<![\d:.,])(?P<hour>[01]?\d|2[0-3])h{_MINUTE}\b", _clock
    yield (
        r"\b(?:at |around |about |from )?(?P<hour>1[0-2]|\d)(?::(?P<minute>[0-5]\d))?-?ish\b(?! (?:people|guests|"
        r"questions))",
        _clock,
    )
    yield r"\b(?:at |um )?(?P<noon>noon|midday|12 noon|mittags)\b", lambda _: 12 * 60
    yield r"\b(?:at )?(?P<midnight>midnight|mitternacht)\b", lambda _: 0
    yield (
        r"\b(?:at|um|punkt|doors at|starts? at|gegen) (?!eine[nmr]?\b)(?P<hour>[01]?\d|2[0-3]|"
        rf"{numbers.WORD})(?:\.{_MINUTE})?\b{_NOT_TIME}(?! (?:of|the|questions|columns|vot|desks?|rooms?|different|"
        r"each(?! (?:mon|tue|wed|thu|fri|sat|sun|morning|day|week))|von))",
        _clock,
    )
    yield (
        r"\b(?:change ?over|hand ?over|handoff|swap|switch(?:ing)?|start|wechsel|"
        rf"(?:ü|ue)bergabe) (?P<hour>[01]?\d|2[0-3])\b{_NOT_TIME}",
        _clock,
    )
    yield rf"{WEEKDAY},? (?P<hour>[01]?\d|2[0-3])(?:\.{_MINUTE})?(?=\s*(?:$|[,;!]|in |at ))", _clock


def _clock_after(match: re.Match[str]) -> int | None:
    minutes = _clock(match)
    return minutes + int(match["after"]) if minutes is not None and match["late"] else minutes


_READERS: Mapping[re.Pattern[str], Callable[[re.Match[str]], int | None]] = {
    re.compile(pattern, re.IGNORECASE): reader for pattern, reader in (*_patterns(), *_bare_patterns())
}
