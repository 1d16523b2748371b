"""Counts that a request gives in passing: people that fit, questions, votes, reservations."""

import re

from generator import numbers
from generator.found import Found

_N = rf"(?P<n>{numbers.COUNT})"

_PEOPLE = (
    r"(?:people|persons?|ppl|guests?|seats?|spots?|places?|slots?|pax|participants?|attendees|heads|mats|mann|"
    r"leuten?|personen|pl(?:ä|ae)tzen?|teilnehmer\w*|g(?:ä|ae)sten?|k(?:ö|oe)pfe|members?|folks|of us|chairs|"
    r"humans|bodies|tickets?|men|women)"
)
_CAPACITY = (
    re.compile(
        r"\b(?:(?:up to|max(?:imum|imal|\.)?|at most|limited to|limit(?: of)?|limit is|no more th[ae]n|"
        r"not more th[ae]n|(?:can'?t|cannot) be more th[ae]n|stretch(?:es)? to|"
        r"capacity|capped at|cap it at|cap at|cap|we are|wir sind|room for|space for|seats for|places for|spots for|"
        r"h(?:ö|oe)chstens|bis zu|"
        r"maximal|nicht mehr als|begrenzt auf|platz f(?:ü|ue)r|pl(?:ä|ae)tze f(?:ü|ue)r|boote f(?:ü|ue)r|"
        r"squeeze in|allows? for|fits?|seats|holds?|can (?:only )?(?:take|receive|host|seat|fit)|accommodates?|"
        r"only have|fasst|"
        rf"kapazit(?:ä|ae)t|(?:reicht|langt|gen(?:ü|ue)gt) f(?:ü|ue)r|not exceed)(?: of| von|:| is| ist| at)?)"
        rf"(?: about| around| roughly| some| etwa| rund| ca\.?)? {_N}(?: {_PEOPLE}\b)?",
        re.I,
    ),
    re.compile(rf"{_N} ?(?:max(?:imum|imal)?|tops|at most|h(?:ö|oe)chstens)\b(?: please)?", re.I),
    re.compile(
        r"\b(?:(?:places|seats|chairs) number|number of (?:participants|places|seats|people|guests)|(?:teilnehmer|"
        r"personen)zahl)"
        rf"(?: is| ist|:| =)* {_N}",
        re.I,
    ),
    re.compile(
        rf"\b(?:only|just|nur) (?:have|got|haben|hab)?\b ?(?!room|space|platz|time)[\w-]+(?: [\w-]+)? "
        rf"(?:for|f(?:ü|ue)r) {_N}(?: {_PEOPLE})?(?=\s*(?:[,.;!?¦)]|$))",
        re.I,
    ),
    re.compile(rf"\bmore th[ae]n {_N}(?: {_PEOPLE})? (?:have|has|find|there is) not? (?:room|place|seats?)\b", re.I),
    re.compile(rf"\bauf {_N}(?: {_PEOPLE})? (?:begrenzt|beschr(?:ä|ae)nkt|limitiert)", re.I),
    re.compile(
        rf"\bmehr als (?P<m>{numbers.COUNT})(?: \w+)? (?:passen|gehen|haben|gibt|sind|k(?:ö|oe)nnen|d(?:ü|"
        rf"ue)rfen)[^.;!?]{{0,20}}\bnicht\b",
        re.I,
    ),
    re.compile(rf"{_N}(?: \w+)? (?:passen|d(?:ü|ue)rfen|k(?:ö|oe)nnen) (?:rein|hinein|mit|kommen|teilnehmen)", re.I),
    re.compile(
        r"(?:\b(?:only|just|nur|for|f(?:ü|ue)r|with|mit|we have|there are|es gibt|exactly|"
        rf"brauchen)\s+)?{_N}(?: (?:available|free|freie))? {_PEOPLE}\b(?: (?:max(?:imum|imal)?|only|tops|at most|"
        r"h(?:ö|oe)chstens|available))?",
        re.I,
    ),
    re.compile(rf"{_N} (?!per\b|each\b)[a-z]+s (?:only|max|tops)\b", re.I),
    re.compile(rf"{_N} only\b|\bonly {_N.replace('<n>', '<m>')}\b(?! (?:per|each|pro))", re.I),
)
_QUESTIONS = re.compile(
    r"(?:\bwith |\bmit )?(?:about |around |maybe |some |exactly |ungef(?:ä|ae)hr |etwa |circa |ca\.? |"
    rf"so )?{_N}[- ](?:(?:short|brief|quick|open|simple|little|multiple[- ]choice|kurze[nr]?|einfache[nr]?|"
    r"offene[nr]?) )*(?:questions?|quest(?!ionn?aire)\w+|qs\b|q\b\.?|items?|things? to (?:answer|ask)|"
    r"fragen)\b(?: (?:is plenty|will do|would suffice|tops|max|reichen|gen(?:ü|ue)gen|in total|please))?",
    re.I,
)
_VOTES = re.compile(
    r"(?:\b(?:each (?:person|one|participant|of us)?|everyone|everybody|jede[rsn]?|people)\s+(?:person |"
    rf"one )?(?:has|have|gets?|having|hat|bekommt|kriegt)?\s*)?{_N} (?:votes?|dots?|points?|upvotes|stimmen?|"
    r"(?:klebe)?punkte?|dot votes|stickers?)\b(?: (?:each|per (?:person|head|participant|nose|member|user)|a head|"
    r"a person|apiece|pro (?:person|kopf|nase|teilnehmer|mann)|je (?:person|teilnehmer|kopf)|f(?:ü|ue)r jeden|"
    r"jeder|for everybody|for each))*|\bvotes?(?: per person| each)?(?: limited to|:| =|"
    rf" is)? (?P<m>{numbers.COUNT})\b",
    re.I,
)
_EACH = (
    r"(?:each|(?:per|pro|je) (?!hour|day|month|slot|booking|stunde|tag|monat|buchung|termin|cent)\w+|"
    r"a (?:person|head|week|man|nose)|p\.?/?p\.?(?!\w)|apiece|for (?:everyone|any \w+(?: person)?|each(?: \w+)?))"
)
_THING = (
    r"(?:bookings?|bookins?|reservations?|blocks?|slots?|spots?|spaces?|desks?|rooms?|times?|appointments?|buchung(?:en)?|"
    r"reservierung(?:en)?|termine?|pl(?:ä|ae)tze?|mal|bikes?|at a time|gleichzeitig|of them|items?|devices?|"
    r"cars?|ger(?:ä|ae)te?|go(?:es)?|turns?|visits?|sessions?|seats?|tickets?|claims?|time)"
)
_PER_PERSON = (
    re.compile(
        rf"\b(?:more than|mehr als) (?P<n>{numbers.COUNT})(?: {_THING})+(?: {_EACH})+[^.;!?¦]{{0,25}}\b(?:not|nicht)\b"
        r"(?: sein)?",
        re.I,
    ),
    re.compile(
        r"(?<!\bhave )(?<!\bhas )(?<!\bgot )(?<!\bare )(?<!\bhaben )(?<!\bgibt )(?<!\bgibt es )"
        r"\b(?:max(?:imum|imal|\.)?|at most|up to|(?:no|not|never) more th[ae]n|only|just|limit(?:ed)?(?: to| of)?|"
        r"h(?:ö|oe)chstens|maximal|nur|bis zu|nicht mehr als) (?:(?:pro|per|je) \w+ (?:nur |max\.? |"
        rf"h(?:ö|oe)chstens )?)?(?P<n>{numbers.COUNT}|einmal|zweimal|dreimal|once|"
        r"twice)(?! ?(?:min|h\b|hours?|hrs?|stunden|days?|tage?))(?: (?:active |open |aktive |"
        rf"offene ))?(?: {_THING})*(?: {_EACH})*",
        re.I,
    ),
    re.compile(
        rf"(?P<n>{numbers.COUNT}|einmal|zweimal|dreimal|once|"
        rf"twice)(?: (?:active |open ))?(?: {_THING})*(?: a (?:day|week|month))?(?: at most|"
        rf" max)? (?:{_EACH})(?: {_EACH})*",
        re.I,
    ),
    re.compile(
        r"\b(?:jede[rsn]?|no (?:group|team|user|person|lab|class|family)|everyone|everybody|each (?:person|one|"
        r"of us|user|member)|each|(?:one|a) person|person|nobody|"
        r"per (?:person|head|user)|pro (?:person|kopf|nase))(?: (?:may|can|hold|take|darf|kann|gets?|has|have|books?|"
        r"bekommt|hat|only|just|nur))*(?: (?:max(?:imum|imal|\.)?|h(?:ö|oe)chstens|at most|no more th[ae]n|up to|"
        rf"only|have|more than|book))* (?P<n>{numbers.COUNT}|einmal|zweimal|once|"
        rf"twice)(?! ?(?:min|h\b|hours?|hrs?|stunden?|days?|tage?))(?: {_THING})*(?: at most| max)?",
        re.I,
    ),
)
_TIMES = {"einmal": 1, "once": 1, "zweimal": 2, "twice": 2, "dreimal": 3}


def find_capacity(text: str) -> Found[int] | None:
    """How many people fit."""
    return _first(text, *_CAPACITY)


def find_question_count(text: str) -> Found[int] | None:
    """How many questions are wanted; "a few" is not a number."""
    return _first(text, _QUESTIONS)


def find_votes(text: str) -> Found[int] | None:
    """How many votes each person has."""
    return _first(text, _VOTES)


def find_per_person(text: str) -> Found[int] | None:
    """How many reservations one person may have."""
    return _first(text, *_PER_PERSON)


_AT_LEAST = re.compile(
    r"\b(?:at least|minimum(?: of)?|min\.?|mind\.|mindestens|"
    r"(?<!no )(?<!not )(?<!never )(?<!nobody )(?<!no one )(?<!may hold )(?<!can hold )(?<!may have )(?<!may take )more "
    r"than|(?<!nicht )(?<!keiner )(?<!niemand )mehr als)\s*$",
    re.I,
)

_DENIED = re.compile(r"\bnicht\b|^(?:no|nobody|never)\b|\bnot? (?:room|place|fit)", re.I)
"""Turns "more than so many" into a limit."""


def _first(text: str, *patterns: re.Pattern[str]) -> Found[int] | None:
    for pattern in patterns:
        for match in pattern.finditer(text):
            groups = match.groupdict()
            said = (groups.get("n") or groups.get("m") or "").casefold()
            number = _TIMES.get(said) or numbers.count(said)
            least = _AT_LEAST.search(text[: match.start("n" if groups.get("n") else "m")])
            if number and (not least or _DENIED.search(match[0])):
                return Found(number, match.start(), match.end())
    return None
