"""Answers of the kinds that gather or show words: survey, form, calculator, FAQ, checklist."""

import re

from pydantic import JsonValue

from generator import lists, traits
from generator.audience import find_audience
from generator.columns import columns
from generator.dates import find_dates
from generator.durations import find_retention
from generator.formulas import find_formula, find_inputs, find_spoken_inputs
from generator.found import Found, Leftover
from generator.mentions import find_people
from generator.titles import find_title, given_title
from generator.utterance import GAP, Utterance, outside_quotes

Answers = dict[str, JsonValue]

DATE_LEAD = re.compile(
    r"[,\s]*(?:\b(?:it |voting |vote |survey |answers? |and |which |should be |must be |that )*(?:closes?|"
    r"closing|close it|open|ends?|ending|finish\w*|done|finished|completed|due|deadline|fällig|bis|by|until|"
    r"till|before|on|from|starting|starts?|startin|start|beginning|begins|commencing|spätestens|am|ab|zum|vom|"
    r"los gehts|los geht's|beginn|for|this|is|ist|at|the|der|dem|den|schluss|erledigt|fertig|latest|zuletzt|"
    r"bitte|läuft|is schluss)\b[:\s]*)+$",
    re.I,
)
_ENDS = re.compile(
    r"\b(?:clos\w+|ends?|ending|finish\w*|done|due|deadline|bis|by|until|till|before|sp(?:ä|ae)testens|latest|frist|"
    r"l(?:ä|ae)uft|open)\b[^.;!?]{0,25}$",
    re.I,
)
_ALONE = re.compile(
    rf"\s*(?:[,.;!?)]|{GAP}|$|(?:latest|please|pls|bitte|at the latest|is (?:the )?deadline|ist schluss)\b)", re.I
)
_HELP = re.compile(
    r"(?:[,;.\s]*\b(?:co-?owners?|owners?|owned by|together with|along with|with|and|me|by|mit|und|managed by|"
    r"kept (?:current|fresh) by|maintained by|looked after by|collaborators?|results (?:with|visible to)|"
    r"gepflegt von|betreut von|verwaltet von|visible to|shared with|gemeinsam|zusammen|frau|herr|as|helping|ich)\b[:\s]*)+$",
    re.I,
)
_HELPED = re.compile(
    rf"^[^.,;!?\n{GAP}]{{0,8}}?(?:[ ,]*(?:\b(?:and|und|&)\b ?)?[ ,]*)?(?:\b(?:owns?|maintains?|keeps?|"
    r"looks? after|helping|helps?|hilft|helfen|pflegt|pflegen|will be|is|are|manages?|can edit|may edit|"
    rf"should|soll|sollen|darf|dürfen|too|as well|mit)\b[^.;!?\n{GAP}]{{0,60}})?",
    re.I,
)
_QUESTION = re.compile(rf"[^.!?:\n\"{GAP}]{{4,200}}\?")
_TO_US = re.compile(
    r"(?:and |so )?(?:can|could|would|will|may|might|kannst|k(?:ö|oe)nn\w*|w(?:ü|ue)rd\w*|w(?:ä|ae)re|is it|do you|kann|darf)\b", re.I
)
"""A question that is asked of us."""
_FIELDS = re.compile(
    r"\b(?:with (?:the )?(?:fields|columns)|fields?(?: are)?|columns?(?: are)?|felder[n]?|spalten|with|mit|"
    r"containing|consisting of|w/|just gimme|including|capture)(?:\b|(?<=/))[:,\s]*",
    re.I,
)
_ITEMS = re.compile(
    r"\b(?:steps? (?:are|to mark)|steps|items(?: are)?|schritte(?: sind)?|punkte|things|tasks(?: are)?|"
    r"aufgaben|the list|list|liste|checkliste|checklist|todos?|to-?dos?|tick off|abhaken)\b(?: is| are|"
    r" sind)?\s*[:,-]?\s*",
    re.I,
)
_STEPS_ARE = re.compile(r"^(?:steps?|items?|tasks?|schritte|punkte|aufgaben|things)(?: are| sind)?\s*[:,-]?\s+", re.I)
_ABOUT_STEPS = re.compile(
    r"check ?lis|liste?\b|^(?:for|of|before|after|f(?:ü|ue)rs?|zu[mr]?|vor|nach|der|des|bei|on|to)\b|"
    r"to-?dos?\b|\bsteps\b|"
    r"\bchecks\b|duties|abhaken|abgehakt|\btick|\bvorbereitung\b|\brundgang\b|preparations?\b|\bsheet\b|"
    r"\b(?:i|we|you|ich|wir|please|bitte|make|mach\w*|need|what|was)\b|\bprep\b|onboarding|\bplan\b|pr(?:ü|ue)fliste",
    re.I,
)
_COLUMNS_ARE = re.compile(
    r"^(?:with |mit )?(?:the )?(?:fields?|columns?|spalten|felder[n]?|with|mit|including|containing)(?: are|"
    r" sind)?\s*[:,-]?\s+",
    re.I,
)
_ABOUT_FORM = re.compile(
    r"\b(?:tracker|register|log|logbook|inventory|database|sheet|crm|list|table|book|form|record|records|"
    r"track|tracking|"
    r"somewhere|place|need|must|want|we|i|i'd|where|which|please|pls|collect|write|incoming|report|replace|my|our|"
    r"ich|wir|brauche|brauchen|mach|bitte|f(?:ü|ue)rs?|k(?:ö|oe)nnten|irgendwas|wo|erfassen|uns)\b|"
    r"(?:liste|buch|verzeichnis|tabelle|datenbank|bestand|protokoll|zettel|(?:ü|ue)bersicht|tracker|register|journal|"
    r"formular|kartei)\b",
    re.I,
)
_TOPICS_ARE = re.compile(
    r"^(?:with |mit )?(?:the |den )?(?:topics?|themen|subjects?|regarding|covering|on|about|re|wegen|zu[mr]?|"
    r"(?:ü|ue)ber)(?: are| sind| would be| will be| w(?:ä|ae)ren)?\s*[:,-]?\s+(?:the |die |den |our )?",
    re.I,
)
_ABOUT_PAGE = re.compile(
    r"\bfaqs?\b|\bpages?\b|\w*seite\b|\bsame\b|\banswers?\b|\bquestions?\b|fragen\b|antworten\b|enquir|\bwiki\b|"
    r"\b(?:i|we|people|everyone|everybody|put|please|bitte|alle|ich|wir)\b|cent(?:re|er)\b|\bguide\b|"
    r"^(?:for|f(?:ü|ue)r)\b|"
    r"conference|themen|knowledge",
    re.I,
)
_WITH = re.compile(r"\b(?:with|mit|w/)\s+(?:the |den |answers (?:on|about) )?", re.I)
_TOPICS = re.compile(
    r"\b(?:cover(?:s|ing)?|topics?(?: are| would be| will be)?|themen(?: sind| w(?:ä|ae)ren)?|answers? (?:about|on|to|for)|"
    r"replies (?:about|on|to)|questions (?:about|on|re|regarding)|antworten (?:zu[mr]?|auf|(?:ü|ue)ber)|"
    r"fragen (?:zu[mr]?|(?:ü|ue)ber)|faqs?(?: page)? (?:about|on|re|regarding|zu[mr]?|for|f(?:ü|ue)r|"
    r"(?:ü|ue)ber|with)|about|wegen|regarding|on|re|rund um|zu[mr]?|(?:ü|ue)ber)\b:?\s+(?:the |our |die |den |"
    r"unser\w* )?",
    re.I,
)
_ABOUT = re.compile(
    r"\b(?:questions|faqs?|page|answers|fragen|antworten|seite|replies|knowledge base)\s+(?:page )?(?:about|"
    r"on|re|regarding|concerning|zu[mr]?|(?:ü|ue)ber|rund um)\s+(?:the |our |die |den |das |der )?",
    re.I,
)
_ANSWERED = re.compile(r"\b(?:a page|eine? seite|ne seite|answers|antworten|point (?:people|them) to)\b", re.I)
_PLACE = re.compile(
    r"\s+(?:(?:could|can|may|should)? ?(?:live|be kept|stay|sit|be collected)|in one|at one|on one|auf einer|"
    r"an einem|in einer|an einer|pflegt|so (?:that|people|i)|to stop|damit|please|bitte)\b.*$",
    re.I,
)


def survey(utterance: Utterance) -> Answers:
    """Title, questions, how many, for whom, until when, kept how long."""
    rest = Leftover(utterance.own)
    answers: Answers = {
        "audience": rest.take(find_audience(utterance)),
        "retention_days": rest.take(find_retention(rest.text)),
        "anonymous": rest.take(traits.find_flag(rest.text, traits.ANONYMOUS)),
        "num_questions": rest.take(traits.find_question_count(rest.text)),
        "deadline": take_date(rest, utterance, closing=True),
        "collaborators": take_helpers(rest, utterance),
    }
    questions = _questions(rest)
    return answers | {"questions": questions, "title": find_title("survey", rest.text, not questions)}


def form_tracker(utterance: Utterance) -> Answers:
    """Title and columns, for whom, kept how long."""
    rest = Leftover(utterance.own)
    answers: Answers = {
        "audience": rest.take(find_audience(utterance)),
        "retention_days": rest.take(find_retention(rest.text)),
        "collaborators": take_helpers(rest, utterance),
    }
    named = _column_names(rest.text)
    if named:
        at = lists.start_of(rest.text, named)
        rest.blank(at, len(rest.text)) if at > 12 else None
    return answers | {"fields": columns(named), "title": find_title("form_tracker", rest.text)}


def calculator(utterance: Utterance) -> Answers:
    """Inputs, formula, and what it works out."""
    formula, names, result = find_formula(utterance.own)
    inputs = names if formula else find_inputs(utterance.own) or find_spoken_inputs(utterance.own)
    ahead = utterance.own.partition(result or formula)[0] if formula else ""
    title = given_title(utterance.own) or find_title("calculator", ahead) or result or find_title("calculator", utterance.own)
    return {"inputs": list[JsonValue](inputs), "formula": formula, "title": title}


def faq(utterance: Utterance) -> Answers:
    """Topics, who keeps them current, for whom."""
    rest = Leftover(utterance.own)
    answers: Answers = {"audience": rest.take(find_audience(utterance)), "collaborators": take_helpers(rest, utterance)}
    topics = lists.after_colon(rest.text) or lists.after_dash(rest.text) or _asked(rest.text) or lists.without_intro(
        lists.list_after(rest.text, _TOPICS) or lists.list_after(rest.text, _WITH) or lists.longest_run(rest.text), _TOPICS_ARE, _ABOUT_PAGE
    )
    if not topics and (match := _ABOUT.search(rest.text)):
        topics = lists.items(lists.passage_from(rest.text, match.end()))
    topics = [_TOPICS_ARE.sub("", _PLACE.sub("", one)) for one in topics[:1]] + [
        _TOPICS_ARE.sub("", _PLACE.sub("", one)) for one in topics[1:] if not _ANSWERED.search(one)
    ]
    topics = [one for one in topics if one]
    for topic in topics:
        at = rest.text.find(topic)
        rest.blank(at, at + len(topic) if at >= 0 else at)
    return answers | {"topics": list[JsonValue](topics), "title": find_title("faq", rest.text)}


def _asked(text: str) -> list[str]:
    """Questions that stand in the text, if there are at least two of them."""
    asked = [one.strip(" ,;-") for one in _QUESTION.findall(text)]
    asked = [one for one in asked if not _TO_US.match(one)]
    return asked if len(asked) >= 2 else []


def checklist(utterance: Utterance) -> Answers:
    """Items, who ticks them, until when."""
    rest = Leftover(utterance.own)
    deadline = take_date(rest, utterance)
    assignees = take_helpers(rest, utterance)
    steps = lists.after_colon(rest.text) or lists.without_intro(
        lists.list_after(rest.text, _ITEMS, 3) or lists.after_dash(rest.text)
        or lists.parenthesised(rest.text) or lists.longest_run(rest.text), _STEPS_ARE, _ABOUT_STEPS,
    )  # fmt: skip
    if steps:
        at = lists.start_of(rest.text, steps)
        rest.blank(at, len(rest.text)) if at > 3 else None
    return {
        "deadline": deadline,
        "assignees": assignees,
        "items": list[JsonValue](steps),
        "title": find_title("checklist", rest.text),
    }


def take_date(rest: Leftover, utterance: Utterance, *, closing: bool = False) -> str | None:
    """The first day named, with the words that lead up to it; with `closing`, one that can be a last day."""
    dates = find_dates(outside_quotes(rest.text), utterance.today)
    if closing:
        dates = [one for one in dates if _ENDS.search(rest.text[: one.start]) or _ALONE.match(rest.text[one.end :])]
    for extra in dates[1:]:
        rest.take(extra, DATE_LEAD)
    return rest.take(dates[0], DATE_LEAD) if dates else None


def take_helpers(rest: Leftover, utterance: Utterance) -> list[JsonValue] | None:
    """Everybody mentioned, with the words that say what they are to do."""
    people = find_people(utterance)
    if not people:
        return None
    for person in people:
        _blank_person(rest, person)
    return [person.value for person in people]


def _blank_person(rest: Leftover, person: Found[str]) -> None:
    before = _HELP.search(rest.text[: person.start])
    after = _HELPED.match(rest.text[person.end :])
    end = person.end + (after.end() if after and after[0].strip(" ,") else 0)
    rest.blank(before.start() if before else person.start, end)


def _questions(rest: Leftover) -> list[JsonValue]:
    quoted = re.findall(r'"([^"\n]{4,200}\?)"', rest.text)
    asked = [one.strip(" ,;-") for one in _QUESTION.findall(rest.text)]
    colon = re.search(r":\s", rest.text)
    after = [one.strip(" ,;-") for one in _QUESTION.findall(rest.text[colon.end() :])] if colon else []
    if quoted:
        return list[JsonValue](quoted)
    if after:
        rest.blank(colon.end() if colon else 0, len(rest.text))
        return list[JsonValue](after)
    own = [one for one in asked if not _TO_US.match(one)]
    if len(own) >= 2 and GAP not in own[0]:
        return list[JsonValue](own)
    listed = lists.list_after(
        rest.text, re.compile(r"\b(?:questions? (?:are|is)|fragen (?:sind|lauten))\s*:?\s*", re.I)
    )
    return list[JsonValue](listed)


def _column_names(text: str) -> list[str]:
    for found in (lists.after_colon(text), lists.parenthesised(text) if _lonely_brackets(text) else []):
        if len(found) >= 2:
            return _without_talk(found)
    for found in (
        lists.list_after(text, _FIELDS),
        lists.after_dash(text),
        lists.longest_run(text),
        _after_subject(text),
    ):
        if len(found) >= 2:
            return _without_talk(lists.without_intro(found, _COLUMNS_ARE, _ABOUT_FORM))
    return []


def _lonely_brackets(text: str) -> bool:
    inside = re.search(r"\(([^()]*)\)", text)
    return bool(inside and inside[1].count(",") >= 1)


def _after_subject(text: str) -> list[str]:
    """Columns listed right behind the subject: "lead tracker, company, email"."""
    first, *others = lists.items(lists.passage_from(text, 0)) or [""]
    return others if first and len(others) >= 2 else []


def _without_talk(found: list[str]) -> list[str]:
    """Entries that are names, not clauses."""
    head = [re.sub(r"^.*\b(?:with|mit|gimme|fields?|columns?|spalten|felder)\s+", "", found[0], flags=re.I), *found[1:]]
    return [one for one in head if len(one.split()) <= 9]
