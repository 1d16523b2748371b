"""The question of a poll and what people can pick."""

import re
from itertools import chain, islice

from generator import lists
from generator.dates import MONTH
from generator.phrases import SENTENCE_END, phrase
from generator.rows import or_row, quoted_row, shared_head, without_articles
from generator.utterance import GAP

_CHOICE = re.compile(
    r"\b(?:options?(?: are| is)?|choices?(?: are)?|candidates|optionen(?: sind)?|zur (?:wahl|auswahl)(?: stehen)?|"
    r"between|zwischen|choose one of|one of|choose|pick|either|entweder|namely|names are|vote:|poll:|"
    r"abstimmung:|w(?:ä|ae)hlen|from among|from|antworten|antwortm(?:ö|oe)glichkeiten|auswahl|possibilities|"
    r"the answers)"
    r"\b\s*[:,-]?\s*",
    re.I,
)
_ASKING = re.compile(
    rf"(?:^|(?:[.!?:,;\n{GAP}]|\s-)\s*|\b(?:say|says|state|indicate|hear|learn|see|decide|know|vote(?: on)?|ask|"
    rf"asking|tell (?:us|me)|"
    r"find out|settle(?: on)?|agree(?: on)?|figure out|clarify|choose|pick|einigen|kl(?:ä|ae)ren|"
    r"abstimmen(?: lassen)?|entscheiden|sagen|wissen|whether|fragen?|"
    r"w(?:ä|ae)hlen)\s*[,:]?\s+)(?:(?:so+|ok|okay|hey|um|well|also|na|guys|gang|peeps|people|folks|team|all|"
    r"everyone|hi all|leute|and|und|y'?all)[,]?\s+)*"
    r"(?P<q>(?:(?:on|in|for|at|to|by|f(?:ü|ue)r|an|zu|wo|um|mit|bei|with|from|aus) )?(?:wh?ich|wh?at|wot|when|"
    r"where|who|whom|how|should|shall|do(?= (?:we|you|they|i|u|people|the|our)\b)|does|did|are|is|will|would|"
    r"whether|if|welche[rsnm]?|wer|wen|wann|"
    r"wohin|wo|was|wie|"
    rf"sollen|sollten|soll|wollen|wollt|brauchen|machen wir|ob)\b(?:(?!{SENTENCE_END})[^\n{GAP}])*\??)",
    re.I,
)
_POLITE = re.compile(
    r"(?:could|would|can|do|is|are|shall|will|should|may|might) (?:you|i|we|people|it|there|the team|that|"
    r"this|somebody|someone)\b"
    r".{0,40}\b(?:vote|poll|set up|make|create|arrange|choose|say|run|possible|put|ask|let|kindly|please|help)\b|"
    r"if (?:you|u|we|possible|need)\b(?: (?:can|could|may|like|want|wish|please|would|don'?t|do|be)\b)?|"
    r"who(?:'s| is)? in\b|(?:do|would) you mind|is that|wie gehts|how are",
    re.I,
)
_SUBJECT = re.compile(
    r"\b(?:vote|poll|abstimmung|ballot|votum|abstimmen(?: lassen)?|choose|decide|pick|entscheidung|voting|"
    rf"straw poll|umfrage)[\s{GAP}]+(?:on|about|for|over|re|zu[mr]?|(?:ü|ue)ber|f(?:ü|ue)rs?)\s+(?=\S)",
    re.I,
)
_DAY = r"(?:(?:mon|tue|wed|thu|fri|sat|sun|mo|di|mi|do|fr|sa|so)[a-z]*\.?|the)"
_DAYS = re.compile(rf"(?:\b{_DAY} \d{{1,2}}(?:st|nd|rd|th|\.)?[\s,]*(?:(?:or|oder|and|und)\s+)?){{2,}}", re.I)
_TWO_DAYS = re.compile(
    rf"\b(?P<first>\d{{1,2}}\.?) (?:or|oder) (?:on |am |the |den )*(?P<second>\d{{1,2}}(?:\.|st|nd|rd|th)? {MONTH})",
    re.I,
)
_OPTIONS_ARE = re.compile(
    r"^(?:the )?(?:options?|choices|candidates|optionen|names|either|entweder|between|zwischen|auswahl|"
    r"ask)(?: are| is| sind)?"
    r"\s*[:,-]?\s+",
    re.I,
)
_ABOUT_POLL = re.compile(
    r"\b(?:poll|vote|voting|ballot|abstimm\w*|umfrage|votum|entscheidung|let|lass\w*|stimmt|mach\w*|help|"
    r"majority|decide|"
    r"please|bitte|choose|which|welche[rsn]?|everyone|people|ppl|put it|we|i|wir|kurze?)\b|^(?:on|about|for|zu[mr]?|"
    r"f(?:ü|ue)rs?|(?:ü|ue)ber) ",
    re.I,
)
_ALTERNATIVE = re.compile(
    rf"(?:[:.!\n{GAP}]|\s-)\s+(?P<q>[^.!?:,;\n{GAP}]{{3,60}}\s(?:or|oder)\s[^.!?:,;\n{GAP}]{{2,60}})\?", re.I
)
_MARKED = re.compile(
    rf"(?:^|[:.!?\n{GAP}]|\s-)\s*(?P<q>[^.!?:,;\n{GAP}]{{3,60}}|"
    rf"(?:[^.!?:,;\s{GAP}]+ ){{2,8}}[^.!?:,;\s{GAP}]+, [^.!?:;\n{GAP}]{{3,60}})\?"
)
_ABOUT_VOTING = re.compile(r"\b(?:polls?|vot\w+|ballot|abstimm\w*|umfrage|please|bitte)\b", re.I)
_HEADING = re.compile(rf"(?:^|[.!?\n{GAP}])\s*([^.!?:,\n{GAP}]{{4,60}}):(?=\s)")
_PICKED = re.compile(
    r"\b(?:pick|choose|decide|select)\s+(?:the|a|our|an)\s+(?P<what>[^.!?:,;\n¦]{3,40}?)\s*:(?=\s)", re.I
)
_AHEAD = re.compile(
    rf"\s*(?P<what>[^\W\d_][^.!?:,;\n{GAP}]{{3,40}})[.]\s+(?=[^.!?\n]*\b(?:or|oder)\b|[^.!?\n]*[,/])", re.I
)
"""A subject that stands alone before the sentence with the options: "New gloves. Red, blue or grey?"."""
_ASKED = re.compile(
    rf"\b(?:poll|vote|ballot|abstimmung|"
    rf"umfrage)\b[^.:\n]{{0,30}}:\s+(?P<what>[^.:,;?!\n{GAP}]{{4,60}})[.]\s+(?:options?|optionen|choices|auswahl)\b",
    re.I,
)
_KIND_AHEAD = re.compile(r"^(?:(?:quick|kurze) )?(?:poll|vote|voting|ballot|abstimmung|umfrage|wahl)\s+(?=\S+)", re.I)
_NO_HEADING = re.compile(
    r"\b(?:polls?|vot\w+|ballot|options?|choices?|optionen|abstimm\w*|umfrage|wahl|auswahl|choose|pick|ask|"
    r"between|zwischen|"
    r"please|bitte|candidates|kandidaten|answers|antworten|question|frage|one|ende|end|deadline|closes?|schluss|"
    r"^names?$|we|wir|i|ich|need|agree|nobody|everyone|let|decide|lass\w*)\b",
    re.I,
)
_BEHIND = re.compile(
    r"\s+(?:(?:for|f(?:ü|ue)r|beim|bei der) (?:the|our|die|den|das|unser\w*)\b.*|(?:as|als) (?:the |a |our )?\w+)$",
    re.I,
)
_EITHER = re.compile(
    r"((?:\b(?:a|an|the|in|im|on|at|am|um|by|with|mit|per|vor|nach|before|after|next|die|der|das|den|zum|zur|"
    r"nach) )*[\w'-]+)\s+"
    r"(?:or|oder|vs\.?|versus)\s+"
    r"((?:\b(?:a|an|the|in|im|on|at|am|um|by|with|mit|per|vor|nach|before|after|next|die|der|das|den|zum|zur|"
    r"nach) )*[\w'-]+)",
    re.I,
)
_FOR_WHAT = re.compile(rf"\s+(?:for|f(?:ü|ue)rs?|zu[mr]?|beim)\s+(?P<what>[^,.;:!?{GAP}]{{2,40}})", re.I)
_MOST_WORDS = 7
_SHORT_HALF = 3
_MOST = 12


def find_question(text: str) -> str:
    """The question people vote on, without its mark; what asks us to make a poll is not it."""
    asked = [match["q"].strip(" ,.!") for match in islice(_ASKING.finditer(text), _MOST)]
    asked = [one for one in asked if len(one.split()) >= 3 and not _POLITE.match(one)]
    if asked:
        # What only begins like a question gives way to one: "so let us do it here. Which colour is it to be?"
        chosen = next((one for one in asked if one.endswith("?")), asked[0])
        return re.sub(r"^(?:whether|if|ob)\s+", "", chosen.strip(" ,.?!"), flags=re.I)
    for match in chain(_ALTERNATIVE.finditer(text), _MARKED.finditer(text)):
        words = match["q"].strip(" ,-")
        if words and not _POLITE.match(words) and not _ABOUT_VOTING.search(words):
            return words
    return ""


def find_subject(text: str, options: list[str]) -> str:
    """What is voted on, when no question is asked: "vote on the new logo", "mascot name: Gizmo or Sprocket"."""
    if match := _SUBJECT.search(text):
        return phrase(text, match.end())
    heading = _HEADING.search(text)
    words = _KIND_AHEAD.sub("", heading[1]) if heading else ""
    if words and not _NO_HEADING.search(words):
        return phrase(words)
    if (named := _PICKED.search(text)) or ((named := _AHEAD.match(text)) and not _NO_HEADING.search(named["what"])):
        return phrase(named["what"])
    if asked := _ASKED.search(text):
        return phrase(asked["what"])
    return _around(text, options) if options else ""


def _around(text: str, options: list[str]) -> str:
    """What shares its clause with the options: "hackathon in March, April or May", "Oslo or Rome for the offsite?"."""
    start, end = text.find(options[0]), text.find(options[-1])
    if start < 0 or end < start:
        return ""
    if behind := _FOR_WHAT.match(text[end + len(options[-1]) :]):
        return phrase(behind["what"])
    before = re.split(rf"[.!?:,;\n{GAP}]", text[:start])[-1]
    head, first = shared_head(f"{before}{options[0]}".strip(), options[1:])
    return phrase(head) if first and not _NO_HEADING.search(head) else ""


def without_options(question: str, options: list[str]) -> str:
    """Cut off what comes before or behind the listed options, when the question itself holds them."""
    if (
        options
        and (at := question.find(options[0])) > 8
        and (re.search(r"[,:(-]\s*\S{0,8}\s*$", question[:at]) or len(options) > 2 or _DAYS.search(question))
    ):
        question = re.sub(
            r"\s+(?:in|at|on|to|between|by|from|near|nach|zwischen|bei|into|for)\s*$", "", question[:at], flags=re.I
        )
    question = re.sub(
        r",?\s+(?:put it|please|pls|bitte|let|make (?:it|a|an|this|that)|lass\w*|names are)\b.*$",
        "",
        question,
        flags=re.I,
    )
    question = re.sub(
        r"[\s,:;(-]+(?:options?|optionen|either|between|zwischen|entweder|choose|is it|the|an?|die|der|"
        r"das)?\s*(?:are)?$",
        "",
        question,
        flags=re.I,
    )
    return question.strip(" ,:;-?")


def find_options(text: str, behind: int, question: str) -> list[str]:
    """What can be picked: listed behind place `behind`, where the question ends, else anywhere."""
    tail = text[behind:].lstrip(" ?!.")
    for found in (
        lists.bullets(text),
        quoted_row(text),
        or_row(question or text),
        _within(question),
        _listed(tail),
        lists.list_after(tail, _CHOICE),
        lists.list_after(text, _CHOICE),
        _either_or(question),
        lists.after_colon(text),
        lists.longest_run(text),
        _either_or(text),
    ):
        kept = [_BEHIND.sub("", one).strip() for one in lists.without_intro(found, _OPTIONS_ARE, _ABOUT_POLL)]
        if 2 <= len(kept) <= _MOST and not (question and question in kept) and all(kept):
            first = "" if question else shared_head(kept[0], kept[1:])[1]
            last = kept[-1] if question else _FOR_WHAT.sub("", kept[-1])
            return without_articles([first or kept[0], *kept[1:-1], last])
    return []


def _within(question: str) -> list[str]:
    """The options that a question carries behind a comma, a colon or its verb: "which pizza, A, B or C"."""
    if span := _TWO_DAYS.search(question):
        return [span["first"], span["second"]]
    if days := _DAYS.search(question):
        return [one.strip(" ,.") for one in re.findall(rf"{_DAY} \d{{1,2}}(?:st|nd|rd|th)?", days[0], re.I)]
    match = re.search(r"(?:[,:]| -+)\s+(?P<options>\S.*)$", question)
    if not match or len(question[: match.start()].split()) < 3:
        return []
    found = lists.items(match["options"])
    found = [*filter(None, shared_head(question[: match.start()], found)[1:]), *found]
    short = all(len(one.split()) <= _MOST_WORDS for one in found)
    return found if len(found) >= 2 and short and re.search(r"\b(?:or|oder|and|und)\b|,|/", match["options"]) else []


def _listed(tail: str) -> list[str]:
    """The first sentence of `tail` that is itself a list."""
    for sentence in re.split(rf"(?:{SENTENCE_END})\s+|\n|{GAP}", tail, flags=re.I):
        cue = _CHOICE.search(sentence)
        words = (sentence[cue.end() :] if cue else sentence).rpartition(": ")[2].strip(" .,;:!?-")
        found = [one for one in lists.items(words) if len(one.split()) <= _MOST_WORDS]
        if len(found) >= 2 and len(found) == len(lists.items(words)):
            return found
    return []


def _without_use(option: str) -> str:
    return _BEHIND.sub("", option).strip(" ,")


def _either_or(text: str) -> list[str]:
    halves = re.split(r"\s(?:or|oder|vs\.?|versus)\s", text, flags=re.I)
    if (
        len(halves) == 2
        and not lists.ASKING.match(text)
        and all(len(one.split()) <= _SHORT_HALF for one in map(_without_use, halves))
    ):
        return [_without_use(one) for one in halves]
    match = _EITHER.search(text)
    return [match[1].strip(), match[2].strip()] if match else []
