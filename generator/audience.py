"""Which group of people a request is for, in the asker's own words."""

import re
from collections.abc import Sequence

from generator.found import Found
from generator.mentions import find_channels, find_people
from generator.utterance import GAP, Utterance

_LEAD = (
    r"(?:\b(?:only |nur )?(?:for|to|ask|among|from|in|with|across|at|put it (?:in|to)|f(?:ü|ue)rs?|an|unter|"
    r"im|in|von|vom|bei|beim|mit|aus)\s+)?(?:(?:the|our|all|all of|whole|everyone in|everybody in|"
    r"everyone from|whole of|my|das|dem|den|der|die|alle|alle[nr]? in|unser\w*)\s+)*"
)
_CHANNEL_LEAD = re.compile(
    r"(?:\b(?:only |nur )?(?:for|to|ask|among|from|in|with|w|across|at|into|on|of|let|have|invite|ping|prompt|"
    r"poll|put it (?:in|to)|post (?:in|to)|it'?s for|f(?:ü|ue)rs?|an|unter|im|von|bei|mit|aus|frag\w*|"
    r"lass\w*)\s+)?"
    r"(?:(?:the|our|all|all of|whole|everyone|everybody|every one|people|members|folks|in|of|from|den|dem|das|"
    r"die|der|alle[nr]?|kanal|leute)\s+)*$",
    re.I,
)
_CHANNEL_TRAIL = re.compile(r"^\s+(?:channel|kanal|folks|people|team|leute)\b", re.I)
_NOT_NAMES = (
    r"(?!(?:my|our|the|a|an|this|that|whole|entire|your|their|each|every|no|any|other|same|new|small|as|is|"
    r"and|or|per|one|"
    r"mein|meine[nmr]?|unser\w*|das|dem|den|der|die|ganze[ns]?|ein|eine[nmr]?|kein\w*|jede[nsr]?|im|ins?|"
    r"f(?:ü|ue)rs?|vom|beim|ans|aufs|zum|all|everyone|people)\b)"
)
_NAME = rf"\b{_NOT_NAMES}(?P<name>[^\W\d_][\w&/-]+(?: (?:&|and|und) [A-Z][\w-]*)?)"
_CREW = (
    r"staff|shift|crew|volunteers|nurses|engineers|developers|managers|drivers|interns|apprentices|trainees|"
    r"trustees|parents|members|residents|"
    r"teachers|students|technicians|operators|contractors|freelancers|partners|customers|participants|users|"
    r"directors|doctors|supporters|helpers|"
    r"committee|council|guild|vorstand|beirat|squad|schicht|azubis|auszubildenden?|lehrlinge|ehrenamtlichen?|"
    r"eltern|mitglieder|monteure|fahrer|kunden|"
    r"lieferanten|lehrer|sch(?:ü|ue)ler|belegschaft|mannschaft|au(?:ß|ss)endienst(?:ler)?|innendienst|"
    r"fr(?:ü|ue)hschicht|sp(?:ä|ae)tschicht|nachtschicht|tagschicht|new hires|newcomers|carers|sales reps|"
    r"reps|leads"
)
_PATTERNS = (
    re.compile(
        rf"{_LEAD}{_NAME}[- ](?:team|department|dept\.?|division)\b(?! (?:lunch|dinner|event|offsite|building|"
        r"outing|party|breakfast|meeting))",
        re.I,
    ),
    re.compile(
        r"(?:\b(?:for|f(?:ü|ue)r|im|vom|beim|an|in|ans|of|from|ask|to)\s+)?(?:(?:the|our|das|dem|"
        r"unser\w*)\s+)?(?:\bf(?:ü|ue)rs\s+)?\b[Tt]eam (?P<name>[A-ZÄÖÜ][\w-]*)(?! (?:Lunch|Dinner|Event))"
    ),
    re.compile(
        r"\b(?:f(?:ü|ue)rs?|im|vom|beim|ans|for|the) team (?P<name>(?!lunch|dinner|event|offsite|day|essen|building|"
        r"ausflug|feier|abend|treffen|meeting|so|wie|bitte|"
        r"mit|to|and|in|on|at|is|was|pls|plz|please|thx|asap|ok|too|now|today|anon|anonym|please|who|that|how|was|"
        r"wie|am|um|ab|bis|jeden|every)[a-zäöü][\w-]*)(?=\s*(?:[,.;:!?¦]|$)|\s(?:am|um|ab|on|at|with|mit|bis|"
        r"every|jeden)\b)",
        re.I,
    ),
    re.compile(
        r"(?:\b(?:for|in|f(?:ü|ue)r|an|aus|in der|from|f(?:ü|ue)r die)\s+)?(?:(?:the|die|"
        r"der)\s+)?\b(?:[Aa]bteilung|[Dd]epartment of|[Bb]ereich|[Rr]eferat)\s+(?P<name>[A-ZÄÖÜ][\w-]*)"
    ),
    re.compile(
        r"\b(?:everyone|everybody|all|anyone|people|folks|colleagues|kolleg(?:en|innen|innen und kollegen)|"
        r"alle[nr]?|leute|jeden)\s+(?:in|from|at|of|aus|in|im|bei|vom|"
        r"von)\s+(?:(?:the|our|der|dem|den|das)\s+)?(?P<name>(?!by\b|this|that|us|you|them|team\b|einem|which|"
        r"most\b|least\b|once\b|all\b|any\b|work\b|home\b|"
        r"whom)[A-ZÄÖÜa-z][\w-]*(?: (?:marketing|sales|support|operations|engineering|service|relations|finance|"
        r"design|research|success|control|development|management|care)\b)?)",
        re.I,
    ),
    re.compile(
        rf"{_LEAD}\b(?P<name>(?:[A-Z]|night|day|late|early|front|back|first|second|third|morning|weekend|red|blue|"
        r"green|yellow|dayshift) (?:shift|crew|staff|squad)\b|\b(?:shift|crew|schicht|gang) [A-Z0-9]\b)",
        re.I,
    ),
    re.compile(
        r"\b(?:only )?(?:for|among|to|ask|ping|prompt|remind|nudge|from|with|mit|f(?:ü|ue)r|nur|an|unter|of|let|want|"
        r"invite|all|"
        r"alle)\s+(?:(?:the|our|all|all the|my|die|den|der|dem|unsere[nr]?|alle|allen|"
        rf"meine[nr]?)\s+)*(?P<name>(?:(?!the|our|all|my|new|die|den)[\w-]+ )?(?:{_CREW})n?)\b(?! (?:rm|room|"
        rf"kitchen|canteen|meeting)\b)",
        re.I,
    ),
    re.compile(
        r"\b(?:what|how|whether|if|was|wie|ob)(?: do| does| did)?\s+(?:the |our |my |all |die |unsere |alle )*"
        rf"(?P<name>(?:(?!the|our|all|my|new|die|alle|neuen)[\w-]+ )?(?:{_CREW}))(?=\s+(?:think|feel|like|find|"
        r"want|are|"
        r"were|need|say|see|would|find\w*|denk\w*|halten|meinen|sehen|wollen|sind|m(?:ö|oe)gen)\b)",
        re.I,
    ),
    re.compile(
        r"\b(?:what|how|whether|if|was|wie|ob)(?: do| does| did| happy| satisfied| zufrieden| gern)?\s+"
        r"(?P<alone>)(?:the|our|my|all|die|unsere|alle|meine)\s+(?:the |our |new )?"
        r"(?P<name>(?:[\w-]+ )?\w{3,}(?<!team)(?<!people)(?<!folks)(?:s|en|er|i|is))(?= (?:of|from|in|"
        r"at) [\w ]{2,20}? (?:think|feel|felt|find|found|experience)|\s+(?:think|feel|felt|find|"
        r"found|"
        r"experience|experienced|find\w*|fand\w*|denk\w*|halten|meinen|mit|(?:are |were )?(?:with|happy|satisfied))\b)",
        re.I,
    ),
    re.compile(
        r"\b(?:survey|questionn?aire|poll|quiz|umfrage|befragung|fragebogen|vote|abstimmung)\s+(?:to|among|amongst|of|"
        r"unter|an|bei) (?P<alone>)(?:all |the |our |my |allen |den |alle |unseren |meinen )+(?P<name>[\w-]{4,})\b",
        re.I,
    ),
    re.compile(
        r"\b(?:umfrage|befragung|survey)\s+(?P<alone>)(?:unserer|aller|der|of (?:our|all|"
        r"the))\s+(?P<name>[\w-]{4,}(?:n|s|er))(?=\s+(?:zu|zur|zum|"
        r"(?:ü|ue)ber|on|about|regarding)\b)",
        re.I,
    ),
    re.compile(
        r"\b(?:only|just|nur|ausschlie(?:ß|ss)lich) (?:for|f(?:ü|ue)rs?) (?:the |our |die |den |das |unsere? )?"
        r"(?P<name>[^\W\d_][\w-]+(?: [\w-]+)?)(?=\s*(?:[.,;!?¦)]|$))",
        re.I,
    ),
    re.compile(
        r"\b(?:let|have|lass\w*) (?:the|our|my|die|das|den|"
        r"unsere?)\s+(?P<name>[\w-]{4,}(?: [\w-]+)?)(?<!team)(?<!people)"
        r"(?=\s+(?:decide|vote|choose|pick|entscheiden|abstimmen|w(?:ä|ae)hlen)\b)",
        re.I,
    ),
    re.compile(
        r"\b(?:ask|poll|frag\w*) (?:the|our|all|die|unsere|"
        r"das) (?P<alone>)(?P<name>[\w-]{3,}(?: [\w-]+)?)(?<!team)(?<!people)"
        r"(?= (?:how|what|whether|if|which|who|about|wie|was|ob|wer)\b)",
        re.I,
    ),
    re.compile(r"\bwhere (?:the|our|all) (?P<name>[\w-]{4,}s)(?= (?:can|may|should|could|will)\b)", re.I),
    re.compile(r"\b(?:for|among) (?:the |our |all )?(?P<name>[^\W\d_][\w-]+(?: [\w-]+)?) only\b", re.I),
    re.compile(
        rf"\bif (?P<alone>)(?:the|our|all) (?P<name>(?:(?!new|all|our)[\w-]+ )?(?:{_CREW}))(?= (?:can|could|may|"
        rf"might) (?:book|reserve|borrow|share|vote|answer)\b)",
        re.I,
    ),
    re.compile(rf"\b(?:our|unsere) (?P<alone>)(?P<name>{_CREW})(?=\s+(?:haben|sind|have|are|were|just)\b)", re.I),
    re.compile(
        r"\b(?:where|on which|in which|so that|so|damit|wo|auf der|in der) (?P<alone>)(?:our|the|all|all our|"
        r"die|unsere|alle) "
        rf"(?P<name>(?:(?!the|our|all|my|new|die|alle|neuen)[\w-]+ )?(?:{_CREW}))(?=\s+\w)",
        re.I,
    ),
    re.compile(
        r"\b(?:Sie|f(?:ü|ue)r|an|in|bei|aus) (?:der|die|das|dem) (?P<name>[A-ZÄÖÜ]\w*(?:abteilung|referat|"
        r"dezernat|verwaltung|leitung))\b"
    ),
    re.compile(rf"(?:^|[,.;¦]\s*)(?P<name>(?:[\w-]+ )?(?:{_CREW})) only\b", re.I),
    re.compile(
        r"\b(?:(?:nur |only )?f(?:ü|ue)r|nur (?:vom|von)) (?:den |die |das |der )?(?P<name>Vertrieb|Einkauf|"
        r"Marketing|Pflege|Verwaltung|"
        r"Buchhaltung|Produktion|Fertigung|Personal(?:abteilung)?|Technik|Entwicklung|IT|Werkstatt|Lager|Labor|"
        r"Redaktion|Logistik|Montage|Qualit(?:ä|ae)t|Empfang|Controlling|Instandhaltung)\b"
    ),
    re.compile(r"\b(?:nur|only)\s+(?P<name>[A-ZÄÖÜ][\w-]+)(?=\s*(?:[,.;!¦]|$))"),
    re.compile(
        r"\bfor (?P<name>(?:engineering|marketing|sales|finance|hr|legal|support|operations|ops|procurement|"
        r"logistics|accounting|people|purchasing|it|design|product|facilities|reception|security|maintenance|"
        r"quality|customer success|customer service))\b(?=\s*(?:$|[,.;:!?¦)]|with|by|until|please|pls|on|at|every|"
        r"to))",
        re.I,
    ),
    re.compile(r"\b(?:ask|frag\w*) (?:the |our |das |die )?(?P<name>[a-z]+)(?: team)?(?=: )", re.I),
)
_NOT_ASKED = re.compile(
    r"[@#][\w.-]+|^\s*(?:dear|hi|hello|hey|good (?:morning|afternoon|evening|day)|hallo|liebe[rs]?|"
    r"guten (?:morgen|tag|abend)|sehr geehrte[rs]?|moin|servus|gr(?:ü|ue)ezi)\b[^,.!\n]{0,60}[,!\n]",
    re.I,
)
"""Who is greeted is not yet who is asked, and a part of a handle is nobody."""
_NOBODY = re.compile(
    r"^(?:team|the|our|all|everyone|people|us|dasselbe|gleiche|same|following|folgendes|mich|them|me|him|her|it|"
    r"this|user|person|each|whole|entire|"
    r"staff members|new|my|work|core team|questions|alle|uns|everybody|users|participants|leads|"
    r"partners|guests|them:|kanal|channel|pls|plz|please|us all|other|others|last|next|first|group|gruppe|leute)$",
    re.I,
)


def find_audience(utterance: Utterance, *, named: bool = True, handles: bool = False) -> Found[str] | None:
    """The channel, user group or, with `named`, the group of people that is named first, "for the" in its span.

    With `handles`, where people play no other part, also the only `@handle`, when it stands behind "for" or the like.
    """
    if channels := find_channels(utterance):
        return _several(utterance.bare, channels)
    people = find_people(utterance) if handles else []
    if len(people) == 1 and (found := _widened(utterance.bare, people[0])).start < people[0].start:
        return found
    if not named:
        return None
    text = _NOT_ASKED.sub(lambda other: GAP * len(other[0]), utterance.bare)
    for pattern in _PATTERNS:
        for match in pattern.finditer(text):
            name = match["name"].strip(" -")
            if not _NOBODY.match(name):
                return Found(name, match.start("alone" if "alone" in match.groupdict() else 0), match.end())
    return None


HERE = "this channel"
"""How an answer names the place where an app was asked for, where it names others as well."""
_ALSO = re.compile(
    r"\b(?:also|too|as well|additionally|in addition|plus|auch|zus(?:ä|ae)tzlich|au(?:ß|ss)erdem)\b", re.I
)
_ONLY = re.compile(r"\b(?:only|just|nur|ausschlie(?:ß|ss)lich)\b", re.I)
_AND = re.compile(r"\s*(?:,|,?\s(?:and|und|&|\+))\s+(?:(?:for|f(?:ü|ue)r) )?(?:the |den |die )?", re.I)


def opened_to(before: str, named: str, words: str) -> str:
    """The answer when more is named: "also" adds to what it was, anything else takes its place."""
    if not _ALSO.search(words) or _ONLY.search(words):
        return named
    kept = before or HERE
    there = {one.strip().lstrip("#@").lower() for one in kept.split(",")}
    come = [one.strip() for one in (named or HERE).split(",") if one.strip().lstrip("#@").lower() not in there]
    return ", ".join([kept, *come]) if come else before


def _several(text: str, channels: Sequence[Found[str]]) -> Found[str]:
    """The first channel, and those that follow it with nothing but an "and" between."""
    found = _widened(text, channels[0])
    for one in channels[1:]:
        if not _AND.fullmatch(text[found.end : one.start]):
            break
        found = Found(f"{found.value}, {one.value}", found.start, _widened(text, one).end)
    return found


def _widened(text: str, found: Found[str]) -> Found[str]:
    before = _CHANNEL_LEAD.search(text[: found.start])
    after = _CHANNEL_TRAIL.match(text[found.end :])
    start = before.start() if before else found.start
    return Found(found.value, start, found.end + (after.end() if after else 0))
