"""Numbers as people write them, in digits or in English and German words."""

import re

_SMALL = {
    "one": 1,
    "two": 2,
    "three": 3,
    "four": 4,
    "five": 5,
    "six": 6,
    "seven": 7,
    "eight": 8,
    "nine": 9,
    "ten": 10,
    "eleven": 11,
    "twelve": 12,
    "thirteen": 13,
    "fourteen": 14,
    "fifteen": 15,
    "sixteen": 16,
    "seventeen": 17,
    "eighteen": 18,
    "nineteen": 19,
    "twenty": 20,
    "thirty": 30,
    "forty": 40,
    "fifty": 50,
    "sixty": 60,
    "seventy": 70,
    "eighty": 80,
    "ninety": 90,
    "dozen": 12,
    "single": 1,
    "ein": 1,
    "eine": 1,
    "einen": 1,
    "einem": 1,
    "einer": 1,
    "eins": 1,
    "zwei": 2,
    "zwo": 2,
    "drei": 3,
    "vier": 4,
    "fünf": 5,
    "fuenf": 5,
    "sechs": 6,
    "sieben": 7,
    "acht": 8,
    "neun": 9,
    "zehn": 10,
    "elf": 11,
    "zwölf": 12,
    "zwoelf": 12,
    "dreizehn": 13,
    "vierzehn": 14,
    "fünfzehn": 15,
    "fuenfzehn": 15,
    "sechzehn": 16,
    "siebzehn": 17,
    "achtzehn": 18,
    "neunzehn": 19,
    "zwanzig": 20,
    "dreißig": 30,
    "dreissig": 30,
    "vierzig": 40,
    "fünfzig": 50,
    "fuenfzig": 50,
    "sechzig": 60,
    "siebzig": 70,
    "achtzig": 80,
    "neunzig": 90,
    "dutzend": 12,
}
_TENS = {word: value for word, value in _SMALL.items() if value in range(20, 100, 10)}
_UNITS = {word: value for word, value in _SMALL.items() if value < 10}
_PHRASES = {
    "half a dozen": 6,
    "a dozen": 12,
    "ein halbes dutzend": 6,
    "ein dutzend": 12,
    "a couple of": 2,
    "a couple": 2,
    "a hundred": 100,
    "two dozen": 24,
    "zwei dutzend": 24,
    "a pair of": 2,
    "ein paar": 3,
    "a handful of": 5,
}
_VAGUE = {"ein paar", "a handful of"}
"""Not numbers, but they look like one."""

_GERMAN_TENS = {
    f"{unit}und{ten}": _SMALL[unit] + _TENS[ten]
    for unit in ("ein", "zwei", "drei", "vier", "fünf", "sechs", "sieben", "acht", "neun")
    for ten in ("zwanzig", "dreißig", "vierzig", "fünfzig", "sechzig", "siebzig", "achtzig", "neunzig")
}
_ALL = _SMALL | _GERMAN_TENS
_ENGLISH_TENS = "|".join(one for one in _TENS if one.isascii() and one.endswith("ty"))
_DIGITS = r"\d{1,3}(?:[.,' ]\d{3})+(?:[.,]\d{1,2})?|\d+(?:[.,]\d{1,2})?"

WORD = (
    rf"(?:{'|'.join(_PHRASES)}|(?:{_ENGLISH_TENS})[- ](?:one|two|three|four|five|six|seven|eight|nine)"
    rf"|{'|'.join(sorted(_ALL, key=len, reverse=True))})"
)
_LARGE = {"hundred": 100, "hundert": 100, "thousand": 1000, "tausend": 1000, "grand": 1000, "million": 1_000_000}
_TIMES = "|".join(_LARGE)
SPELLED = rf"(?:(?:(?:{WORD}|half a|a)[- ]?)?(?:{_TIMES})(?:(?:[- ]| and |und)?(?:{WORD}|{_TIMES})){{0,8}}|{WORD})"
"""A number in words, however long: "two thousand five hundred", "zweihundertfünfzig"."""
COUNT = rf"(?:(?<![\w.,:])\d{{1,5}}(?![\d:]|[.,]\d)|\b{SPELLED}\b)"
"""A whole number, in digits or words."""
AMOUNT = (
    rf"(?:(?<![\w.,])(?:{_DIGITS})(?: ?(?:k|tsd\.?|thousand|tausend|grand|mio\.?|million|m)\b)?|"
    rf"\b{SPELLED}\b)"
)
"""An amount, with thousands separators or a `k`."""
_MORPHEMES = re.compile("|".join(sorted((*_SMALL, *_LARGE, "half"), key=len, reverse=True)))


def count(said: str) -> int | None:
    """The whole number that `said` spells, or None."""
    number = amount(said)
    return int(number) if number is not None and number == int(number) else None


def amount(said: str) -> float | None:
    """The number that `said` spells, or None. Both `12.400` and `2,500` are thousands; `12,50` is not."""
    text = said.strip().casefold().replace("ß", "ß")
    if re.fullmatch(SPELLED, text):
        return None if text in _VAGUE else _spelled(text)
    match = re.fullmatch(rf"({_DIGITS})\s*(k|tsd\.?|thousand|tausend|grand|mio\.?|million|m|hundred|hundert)?", text)
    if not match:
        return None
    unit = (match[2] or "").rstrip(".")
    factor = {"": 1, "hundred": 100, "hundert": 100, "mio": 1e6, "million": 1e6, "m": 1e6}.get(unit, 1000)
    return _digits(match[1]) * factor


def _digits(text: str) -> float:
    if re.fullmatch(r"\d{1,3}(?:[.,' ]\d{3})+(?:[.,]\d{1,2})?", text):
        cents = re.search(r"[.,](\d{1,2})$", text)
        whole = text[: cents.start()] if cents else text
        return float(re.sub(r"\D", "", whole)) + (float(f"0.{cents[1]}") if cents else 0.0)
    return float(text.replace(",", "."))


def _spelled(text: str) -> float:
    """As one says it: what stands before "hundred" is multiplied, what stands behind it is added."""
    if text in _PHRASES:
        return float(_PHRASES[text])
    total = part = 0.0
    for word in _MORPHEMES.findall(text):
        if word not in _LARGE:
            part += 0.5 if word == "half" else _SMALL[word]
        elif word in ("hundred", "hundert"):
            part = (part or 1) * 100
        else:
            total, part = total + (part or 1) * _LARGE[word], 0.0
    return total + part
