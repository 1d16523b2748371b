"""Lists inside a sentence: where they begin, where they end, what they hold."""

import re
from collections.abc import Sequence
from itertools import islice

from generator.phrases import SENTENCE_END, is_filler
from generator.utterance import GAP

_JOINT = r"(?:and then|and finally|and also|and|und dann|und|or|oder|sowie|plus|n|&)"
_POLITE = re.compile(
    r"[\s,]*\b(?:please|pls|plz|bitte|thanks|(?<!said )(?<!say )thank you|thx|danke|cheers|etc\.?|usw\.?|tia|ta|"
    r"vielen dank|"
    r"(?:and )?(?:that|this) (?:kind|sort) of thing|and the like|(?:things|stuff) like that|und so was|und so|"
    r"that's it|das war'?s|as options?|zur auswahl|als optionen|respectively|resp|or so|and so on|und so weiter|"
    r"to (?:choose|pick) from|in this order|in that order|in der reihenfolge|that's all|das ist alles|is all|"
    r"reicht|reichen|suffices?|(?:will|would|should) (?:do|suffice|be (?:great|nice|enough|fine|good|perfect))|"
    r"is enough|to tick off|tick each|(?:zum )?abhaken|ausleihen|w(?:ä|ae)hlen|"
    r"to be ticked(?: off)?|each|as topics|als themen)\b[\s.!]*$",
    re.I,
)
_ENDING = re.compile(
    rf"{SENTENCE_END}|\n\s*\n|{GAP}|;(?=\s)|(?<=\w)\s+-\s+(?=\w)|\s\((?=[^)]*$)|"
    r"\s\((?=[^)]*(?:please|bitte|max|each)\b)",
    re.I,
)
_BULLET = re.compile(
    r"^[ ]*(?:[-*•+]|\(?\d{1,2}[.)](?! ?(?:jan|feb|m(?:a|ä)r|apr|ma[iy]|jun|jul|aug|sep|o[ck]t|nov|de[cz]))|"
    r"\[[ x]?\])[ ]+(\S.*)$",
    re.M | re.I,
)
_OPENING = re.compile(
    r"^(?:and|und|or|oder|then|dann|namely|nämlich|either|entweder|the|sowie|plus|also|between|zwischen|like|"
    r"e\.g\.|for example|wie(?= z\.|(?-i: [A-ZÄÖÜ]))|as follows|following|finally|firstly|erstens|lastly|(?:are|"
    r"is|sind)(?! (?:it|he|she|there|that|this|my|the|your|our)\b)|it'?s|that'?s|they'?re|"
    r"there(?:'s| are)|es sind|das sind|"
    r"maybe|vielleicht|die (?:folgenden )?punkte)\s+",
    re.I,
)
_TALK = re.compile(
    r"^(?:(?:and |und |so |but |aber |dann |please |bitte )*"
    r"(?:(?:it|its|it's|they|they're|we|we'll|i|i'd|i'll|you|he|she|people|ppl|nobody|no ?one|anyone|keiner|niemand|"
    r"man|wir|ich|ihr|sie|es|while|because|since|wenn|weil|damit|dass|wobei|nothing else)\b|"
    r"(?:everyone|everybody|each|jede[rsn]?|alle)(?: \w+)? (?:gets?|has|have|having|may|can|should|must|will|max|"
    r"at most|only|one|two|three|\d|hat|bekommt|kriegt|darf|kann|soll|nur|ein|zwei|drei|vier|d(?:ü|ue)rfen|haben)\b|"
    r"(?:everyone|everybody|(?:each|every)(?: (?:person|one|participant|head))?|jede[rsn]?|alle)$|"
    r"(?:make|put|keep|let|close|leave|do|give|build|create|set up) (?:it|this|that|them|me|us|a|an|one)\b|"
    r"(?:mach|macht|bau|baut|leg|legt|stell|stellt|schick|schickt|kannst|k(?:ö|oe)nnt\w*|can|could) (?:ma|mal|bitte|"
    r"you|u|we|ihr|du|uns|mir|ne|nen|eine?n?|me|us|das|es|die|den)\b|"
    r"(?:the|das|die|der|den|dem|this|that) (?:total|result|rest|number|amount|tool|app|bot|soll|answers?|ergebnis|"
    r"betrag)\b|max(?:imum|imal|\.)? |at most |up to |no more than |for (?:the |our |#|everyone)|only for|"
    r"nur f(?:ü|ue)r|where (?:each|every|people|we|the|you)\b|wo (?:jede[rs]?|man|wir|alle)\b|(?:pro|per|"
    r"je) (?:person|kopf|nase|head)\b|(?:abrufbar|einsehbar|zug(?:ä|ae)nglich|sichtbar)\b|"
    r"(?:available|accessible|visible) (?:for|to)\b|just one|only one|more than one|"
    r"one (?:can|may|could)\b|(?:might|may) (?:we|i|one)\b|(?:should|must|may|can|could|would|soll(?:en)?|muss|"
    r"m(?:ü|ue)ssen|d(?:ü|ue)rfen|darf|kann|k(?:ö|oe)nnen) |"
    r"(?:pls|plz|please|thanks?|thx|danke|cheers|bitte)\b))",
    re.I,
)
"""How a clause begins that follows a list in the same sentence."""
_ASIDE = re.compile(r"^(?:who|whose|which|wer|welche[rs]?|wem|wen)\b(?! to\b)", re.I)
ASKING = re.compile(
    r"^(?:and |und )?(?:what|who|whom|whose|which|where|when|why|how|is|are|do|does|did|any|was|wer|wo|wann|warum|wie|"
    r"woran|wof(?:ü|ue)r|welche[rs]?|gibt|hast|habt)(?:'?s)?\b",
    re.I,
)
"""How a question begins."""
_BRACKETS = re.compile(r"\([^()\n]{1,80}\)|\[[^\[\]\n]{1,80}\]")
_HIDDEN = {ord(sign): 0xE000 + at for at, sign in enumerate(",;/ ")}
_SHOWN = {hidden: chr(sign) for sign, hidden in _HIDDEN.items()}
"""What would part entries, and how it is kept from doing so while it stands in brackets."""
_LONGEST = 120
_NUMBERED = re.compile(r"(?:^|(?<=\s))(?:\(?\d{1,2}\)|[1-9]\.|\(?[a-e]\))\s+(?=[^\W\d])", re.I)
"""What counts entries within a line: "1) white 2) silver"."""
_DASHED = re.compile(rf"(?:^|[?:!.\n])\s*-\s+(?P<row>[^\n.?!,{GAP}]+?\s-\s[^\n.?!,{GAP}]+)")
_SHORT_CLAUSE = 3
"""So many words with "who" in front may be an entry: "who ordered it"."""
_FEWEST_LINES = 3
_MOST_CUES = 12
"""So many places where a list may begin are tried: what nobody writes takes no long time either."""


def items(passage: str) -> list[str]:
    """The entries of a passage that is a list: bullets, or parts between arrows, slashes, semicolons or commas.

    What parts entries does not part what stands in brackets: "severity (low, high)" is one entry.
    """
    if found := bullets(passage):
        return found
    if whole := re.fullmatch(r"\s*[(\[]([^()\[\]]+)[)\]][\s.]*", passage):
        passage = whole[1]
    return [one.translate(_SHOWN) for one in _parted(_BRACKETS.sub(lambda one: one[0].translate(_HIDDEN), passage))]


def _parted(passage: str) -> list[str]:
    lines = [line for line in passage.split("\n") if line.strip()]
    if len(lines) >= _FEWEST_LINES:
        return _tidy(lines)
    for sign in (";", "->"):
        if sign in passage:
            return _tidy(passage.split(sign))
    if passage.count(",") > passage.count("/") > 0 and " / " in passage:
        passage = passage.partition(" / ")[0]
    if re.search(r"\S\s*/\s*\S.*/|\s/\s", passage) or (
        "/" in passage and "," not in passage and not re.search(rf"\b{_JOINT}\b", passage)
    ):
        first, *others, last = passage.split("/")
        inner = [first.rsplit(",", 1)[-1], *others]
        return _tidy([*inner, last if any("," in one for one in inner) else last.split(",")[0]])
    if "," not in passage and re.search(r"\svs\.?\s|\s\|\s", passage):
        return _tidy(re.split(r"\svs\.?\s|\s\|\s", passage))
    return _tidy(_by_commas(passage))


def bullets(text: str) -> list[str]:
    """The entries of the lines that begin with a bullet or a number, or that are numbered in a row; at least two."""
    found = _BULLET.findall(text)
    if len(found) >= 2:
        return _tidy(found)
    dashed = _DASHED.search(text)
    return _tidy(re.split(r"\s-\s", dashed["row"])) if dashed else _counted(text)


def _counted(text: str) -> list[str]:
    """The entries of "1) white 2) silver", "a) chili b) ramen"."""
    marks = list(islice(_NUMBERED.finditer(text), _MOST_CUES * 2))
    at = next((at for at, mark in enumerate(marks) if mark[0].strip(" ().\n") in ("1", "a")), len(marks))
    row = [
        mark
        for step, mark in enumerate(marks[at:])
        if mark[0].strip(" ().\n").lower() in (str(step + 1), "abcdefghij"[min(step, 9)])
    ]
    if len(row) < 2:
        return []
    ends = [*(mark.start() for mark in row[1:]), len(text)]
    found = [text[mark.end() : end] for mark, end in zip(row, ends, strict=True)]
    ending = _ENDING.search(found[-1])
    return _tidy([*found[:-1], found[-1][: ending.start()] if ending else found[-1]])


def _by_commas(passage: str) -> list[str]:
    """Parts between commas, the last of them at its "and"; what follows the list in the same sentence is not in it."""
    parts = [
        part
        for part in re.split(r",(?!\d{3}\b)", passage)
        if part.strip(f" \n{GAP}") and not is_filler(part, passage.partition(",")[2])
    ]
    talk = next((at for at, part in enumerate(parts) if at and _is_talk(part, parts[0])), len(parts))
    parts = parts[:talk]
    if not parts:
        return []
    closing = next((at for at, part in enumerate(parts) if at and _joined(part)), len(parts) - 1)
    if len(parts) > closing + 1 and not any(_joined(part) for part in parts[closing + 1 :]) and closing >= 2:
        parts = parts[: closing + 1]
    return parts[:-1] + re.split(rf"\s+{_JOINT}\s+", parts[-1])


def _is_talk(part: str, first: str) -> bool:
    return bool(_TALK.match(part.strip())) or bool(
        _ASIDE.match(part.strip()) and not ASKING.match(first.strip()) and len(part.split()) > _SHORT_CLAUSE
    )


def _joined(part: str) -> bool:
    return bool(re.search(rf"\S\s+{_JOINT}\s+\S", part))


def _tidy(parts: Sequence[str]) -> list[str]:
    kept = []
    for part in parts:
        one = _POLITE.sub("", part.strip().strip("¦ "))
        one = _OPENING.sub("", one).strip(" \t\n\"'.,:;!*•¦-").strip()
        if one.count("(") > one.count(")"):
            one = one.replace("(", "").strip()
        if one.count(")") > one.count("("):
            one = one.replace(")", "").strip()
        if one and len(one) <= _LONGEST and not is_filler(one, "".join(parts[1:2])):
            kept.append(one)
    return list(dict.fromkeys(kept))


def passage_from(text: str, start: int) -> str:
    """What a list that begins at `start` can reach: to the end of the sentence, the next `GAP`, or all its bullets."""
    rest = text[start:].lstrip(" :,-")
    if _BULLET.match(rest.lstrip("\n")) or rest.startswith("\n"):
        block = re.split(r"\n\s*\n", rest.lstrip("\n"), maxsplit=1)[0]
        return block.split(GAP)[0]
    places = [one.start() for one in islice(_ENDING.finditer(rest), _MOST_CUES)]
    while len(places) > 1 and rest[places[0]] == ";" and rest.count(";", 0, places[1] + 1) > 1:
        places.pop(0)  # they part the entries
    return rest[: places[0]] if places else rest


def list_after(text: str, cue: re.Pattern[str], least: int = 2) -> list[str]:
    """The first list of at least `least` entries that follows a match of `cue`."""
    for match in islice(cue.finditer(text), _MOST_CUES):
        found = items(passage_from(text, match.end()))
        if len(found) >= least and not _cued_again(cue, found[0]):
            return found
    return []


def _cued_again(cue: re.Pattern[str], entry: str) -> bool:
    """Whether the list begins later: "answers to the questions on travel" is cued twice."""
    again = cue.search(entry)
    return bool(again and entry[again.end() :].strip() and len(entry[: again.start()].split()) > 1)


def parenthesised(text: str) -> list[str]:
    """The entries of the first list in parentheses."""
    for match in re.finditer(r"\(([^()]{3,400})\)", text):
        found = items(match[1])
        if len(found) >= 2:
            return found
    return []


def after_colon(text: str, least: int = 2) -> list[str]:
    """The list after a colon (not one inside a time or an address), or the bulleted one anywhere."""
    return bullets(text) or list_after(text, re.compile(r":(?=\s|$)(?!//)"), least)


def after_dash(text: str) -> list[str]:
    """The list after a dash or an arrow."""
    return list_after(text, re.compile(r"\s[-=]+>?\s"))


def longest_run(text: str) -> list[str]:
    """The entries of the sentence with the most commas or slashes, if it has at least three of them."""
    sentences = re.split(rf"(?:{SENTENCE_END})\s*|\n|{GAP}", text, flags=re.I)
    best = max(sentences, key=lambda one: len(re.findall(r",|/", one)), default="")
    found = items(best.strip(" .,;:!?-"))
    return found if len(found) >= 3 else []


def without_intro(found: Sequence[str], lead: re.Pattern[str], intro: re.Pattern[str]) -> list[str]:
    """The entries that are the list itself.

    What stands before an entry that begins with `lead` ("columns", "options") is cut off, and so is a first entry in
    which `intro` is found, as long as two entries remain.
    """
    entries = list(found)
    if len(entries) >= 3 and all(map(ASKING.match, entries[1:])) and not ASKING.match(entries[0]):
        starts = [one.start() for one in re.finditer(rf"\b{re.escape(entries[1].split()[0])}\b", entries[0], re.I)]
        entries[0] = entries[0][starts[-1] :] if starts else entries[0]
    starts = [at for at, one in enumerate(entries[:3]) if lead.match(one) and lead.sub("", one, count=1).strip()]
    if starts and len(entries) - max(starts) >= 2:
        entries = entries[max(starts) :]
    entries = behind_lead(entries, lead)
    if len(entries) >= 3 and intro.search(entries[0]):
        entries = entries[1:]
    return entries


def pair(text: str, most_words: int = 3) -> list[str]:
    """Two short things joined by "and" or a comma that make up a whole clause of `text`."""
    for clause in reversed(re.split(rf"(?:{SENTENCE_END})\s*|\n|[:;{GAP}]", text, flags=re.I)):
        for part in (clause, *clause.split(",")[::-1]):
            found = items(part.strip(" ,"))
            if len(found) == 2 and all(len(one.split()) <= most_words for one in found):
                return found
    return []


def asked_in_a_row(text: str) -> list[str]:
    """Questions in a row that no comma parts: "whats shipping whats blocked"."""
    word = r"(?:wh?at(?:'?s)?|who(?:'?s)?|where|were(?= (?:to|is|do))|why|was|wer|wie|wo)"
    for clause in re.split(rf"(?:{SENTENCE_END})\s*|\n|[,:;{GAP}]", text, flags=re.I):
        starts = [match.start() for match in re.finditer(rf"\b{word}\b", clause, re.I)]
        if len(starts) >= 2:
            ends = [*starts[1:], len(clause)]
            found = _tidy([clause[start:end].strip() for start, end in zip(starts, ends, strict=True)])
            found = [re.sub(rf"\s+{_JOINT}$", "", one) for one in found]
            if all(2 <= len(one.split()) <= 7 for one in found):
                return found
    return []


def behind_lead(found: Sequence[str], lead: re.Pattern[str]) -> list[str]:
    """The entries, the first of them without the words up to its last match of `lead`."""
    if not found:
        return []
    ends = [match.end() for match in lead.finditer(found[0]) if found[0][match.end() :].strip()]
    return [found[0][max(ends) :].strip() if ends else found[0], *found[1:]]


def start_of(text: str, entries: Sequence[str]) -> int:
    """Where the list of these entries begins in `text`, or -1."""
    if len(entries) < 2:
        return text.find(entries[0]) if entries else -1
    match = re.search(
        rf"(?<!\w){re.escape(entries[0])}\W{{0,6}}(?:\([^)]*\)|\w{{1,8}})?\W{{0,6}}{re.escape(entries[1])}", text
    )
    return match.start() if match else text.find(entries[0])
