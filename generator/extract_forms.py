"""Answers of the kinds that gather words: survey, form, calculator."""

import re

from pydantic import JsonValue

from generator import counts, flags, lists
from generator.audience import find_audience
from generator.columns import column, columns
from generator.durations import find_retention
from generator.formulas import find_formula, find_inputs, find_spoken_inputs
from generator.found import Leftover
from generator.measures import hide
from generator.taking import take_date, take_helpers
from generator.titles import LEFT, find_title, given_title
from generator.typed import find_listed, find_put_in, find_typed
from generator.utterance import GAP, Utterance
from templates.units import declared

Answers = dict[str, JsonValue]

QUESTION = re.compile(rf"[^.!?:\n\"{GAP}]{{4,200}}\?")
TO_US = re.compile(
    r"(?:and |so )?(?:can|could|would|will|may|might|kannst|k(?:ö|oe)nn\w*|w(?:ü|ue)rd\w*|w(?:ä|ae)re|is it|do you|"
    r"kann|darf)\b",
    re.I,
)
"""A question that is asked of us."""
_FIELDS = re.compile(
    r"\b(?:with (?:the )?(?:fields|columns)|fields?(?: are)?|columns?(?: are)?|felder[n]?|spalten|with|mit|"
    r"containing|consisting of|w/|just gimme|including|capture|holding|listing|showing|recording|noting|stating|"
    r"need(?: to know)?(?= (?:their|its|his|her)\b)|mit (?:den )?(?:angaben|daten)|"
    r"comprising|required are|ben(?:ö|oe)tigt werden|erfasst werden|festzuhalten sind)(?:\b|(?<=/))[:,\s]*",
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
    r"somewhere|place|need|must|want|we|i|i'd|where(?= \w)|which(?= \w)|please|pls|collect|write|incoming|"
    r"report|replace|my|our|"
    r"ich|wir|brauche|brauchen|mach|bitte|f(?:ü|ue)rs?|k(?:ö|oe)nnten|irgendwas|wo|erfassen|uns)\b|"
    r"(?:liste|buch|verzeichnis|tabelle|datenbank|bestand|protokoll|zettel|(?:ü|ue)bersicht|tracker|register|journal|"
    r"formular|kartei)\b",
    re.I,
)


_PREDICATE = re.compile(r"\s+(?:would|will|should|might|could)\s.*$", re.I)
"""What a sentence goes on with behind the columns: "... and the date would help me"."""
_OR_NOT = re.compile(r"\s+(?:or not|oder nicht|yes or no|ja oder nein)\b", re.I)
_SENTENCE = re.compile(r"(?<=[^\W\d]{2})\.(?=\s)|(?<=\d)\.(?=\s+[A-ZÄÖÜ])")
"""Where a sentence ends, and a formula with it."""


def survey(utterance: Utterance) -> Answers:
    """Title, questions, how many, for whom, until when, kept how long."""
    rest = Leftover(utterance.own)
    answers: Answers = {
        "audience": rest.take(find_audience(utterance)),
        "retention_days": rest.take(find_retention(rest.text)),
        "anonymous": rest.take(flags.find_flag(rest.text, flags.ANONYMOUS)),
        "num_questions": rest.take(counts.find_question_count(rest.text)),
        "deadline": take_date(rest, utterance, closing=True),
        "collaborators": take_helpers(rest, utterance),
    }
    questions = _questions(rest, counted=answers["num_questions"] is not None)
    title = find_title("survey", rest.text, not questions)
    return answers | {"questions": questions, "title": title, LEFT: rest.text}


def form_tracker(utterance: Utterance) -> Answers:
    """Title and columns, for whom, kept how long."""
    rest = Leftover(utterance.own)
    answers: Answers = {
        "audience": rest.take(find_audience(utterance)),
        "retention_days": rest.take(find_retention(rest.text)),
        "collaborators": take_helpers(rest, utterance),
    }
    named = _column_names(_OR_NOT.sub(" y/n", rest.text))
    if named:
        at = lists.start_of(rest.text, named)
        rest.blank(at, len(rest.text)) if at > 12 else None
    return answers | {"fields": columns(named), "title": find_title("form_tracker", rest.text), LEFT: rest.text}


def calculator(utterance: Utterance) -> Answers:
    """Inputs, formula, and what it works out."""
    hidden = hide(utterance.own)
    formula, names, result = find_formula(_SENTENCE.sub(GAP, hidden.text))
    found = names if formula else find_put_in(hidden.text) or find_listed(hidden.text)
    found = found or find_inputs(hidden.text) or find_typed(hidden.text)
    found = found or find_spoken_inputs(hidden.text)
    inputs = [hidden.with_unit(one) if formula else hidden.shown(one) for one in found]
    formula, result = hidden.shown(formula), hidden.shown(result)
    ahead = utterance.own.partition(result or formula)[0] if formula else ""
    title = (
        given_title(utterance.own)
        or find_title("calculator", ahead)
        or declared(result)[0]
        or find_title("calculator", utterance.own)
    )
    return {"inputs": list[JsonValue](inputs), "formula": formula, "title": title, LEFT: utterance.own}


def _questions(rest: Leftover, *, counted: bool) -> list[JsonValue]:
    """The questions, word for word; a single one beside a number of questions only says what it is about."""
    quoted = re.findall(r'"([^"\n]{4,200}\?)"', rest.text)
    asked = [one.strip(" ,;-") for one in QUESTION.findall(rest.text)]
    colon = re.search(r":\s", rest.text)
    after = [one.strip(" ,;-") for one in QUESTION.findall(rest.text[colon.end() :])] if colon else []
    if quoted:
        return list[JsonValue](quoted)
    if after and (len(after) > 1 or not counted):
        rest.blank(colon.end() if colon else 0, len(rest.text))
        return list[JsonValue](after)
    own = [one for one in asked if not TO_US.match(one)]
    if len(own) >= 2 and GAP not in own[0]:
        return list[JsonValue](own)
    listed = lists.list_after(
        rest.text, re.compile(r"\b(?:questions? (?:are|is)|fragen (?:sind|lauten))\s*:?\s*", re.I)
    ) or lists.list_after(rest.text, re.compile(rf"(?:\bquestions?|\bfragen|{GAP})\s*:\s+", re.I))
    return list[JsonValue](listed)


def _column_names(text: str) -> list[str]:
    for found in (lists.after_colon(text), lists.parenthesised(text) if _lonely_brackets(text) else []):
        if len(found) >= 2:
            return _without_talk(found)
    for found in (
        [_PREDICATE.sub("", one) for one in lists.list_after(text, _FIELDS)],
        lists.after_dash(text),
        lists.longest_run(text),
        _after_subject(text),
    ):
        if len(found) >= 2:
            return _without_talk(lists.without_intro(found, _COLUMNS_ARE, _ABOUT_FORM))
    return []


def _lonely_brackets(text: str) -> bool:
    """Whether brackets hold the columns, and not what one of them offers: "with title, severity (low, high)"."""
    inside = re.search(r"\(([^()]*)\)", text)
    if inside is None or not re.search("[,;]", inside[1]):
        return False
    return not any(inside[0] in one and "choices" in column(one) for one in lists.list_after(text, _FIELDS))


def _after_subject(text: str) -> list[str]:
    """Columns listed right behind the subject: "lead tracker, company, email"."""
    first, *others = lists.items(lists.passage_from(text, 0)) or [""]
    return others if first and len(others) >= 2 else []


def _without_talk(found: list[str]) -> list[str]:
    """Entries that are names, not clauses."""
    head = [re.sub(r"^.*\b(?:with|mit|gimme|fields?|columns?|spalten|felder)\s+", "", found[0], flags=re.I), *found[1:]]
    return [one for one in head if len(one.split()) <= 9]
