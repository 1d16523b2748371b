"""Answers of the kinds that show words: FAQ and checklist."""

import re

from pydantic import JsonValue

from generator import lists
from generator.audience import find_audience
from generator.extract_forms import QUESTION, TO_US
from generator.found import Leftover
from generator.rows import quoted_row, without_articles, without_tail
from generator.taking import take_date, take_helpers
from generator.titles import LEFT, find_title, ungreeted
from generator.utterance import Utterance

Answers = dict[str, JsonValue]

_ITEMS = re.compile(
    r"\b(?:(?<=[\"”“»«] )(?:with|mit)|steps? (?:are|to mark)|steps|items(?: are)?|schritte(?: sind)?|punkte|things|"
    r"tasks(?: are)?|"
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
_TOPICS_ARE = re.compile(
    r"^(?:(?:zu )?behandeln (?:sind|w(?:ä|ae)ren)\s+(?:die |folgende )?(?:punkte|themen)?|(?:with |mit )?(?:the |den )?"
    r"(?:topics?|themen|subjects?|regarding|covering|on|about|re|wegen|zu[mr]?|"
    r"(?:ü|ue)ber)(?: are| sind| would be| will be| w(?:ä|ae)ren)?)\s*[:,-]?\s+(?:the |die |den |our )?",
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
    r"\b(?:cover(?:s|ing)?|topics?(?: are| would be| will be)?|themen(?: sind| w(?:ä|ae)ren)?|answers? (?:about|on|"
    r"to|for)|"
    r"replies (?:about|on|to)|questions (?:about|on|re|regarding)|antworten (?:zu[mr]?|auf|(?:ü|ue)ber)|"
    r"fragen (?:zu[mr]?|(?:ü|ue)ber)|faqs?(?: page)? (?:about|on|re|regarding|zu[mr]?|for|f(?:ü|ue)r|"
    r"(?:ü|ue)ber|with)|n(?:ä|ae)mlich|namely|a?bout|abt|(?:werde|werden|wird) (?:ich|wir|man) (?:\w+ )?nach|wegen|"
    r"regarding|on|re|"
    r"rund um|zu[mr]?|(?:ü|ue)ber)\b:?\s+(?:the |our |die |den |"
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


def faq(utterance: Utterance) -> Answers:
    """Topics, who keeps them current, for whom."""
    rest = Leftover(ungreeted(utterance.own))
    answers: Answers = {"audience": rest.take(find_audience(utterance)), "collaborators": take_helpers(rest, utterance)}
    topics = (
        lists.after_colon(rest.text)
        or lists.after_dash(rest.text)
        or _asked(rest.text)
        or quoted_row(rest.text)
        or lists.asked_in_a_row(rest.text)
        or lists.without_intro(
            lists.list_after(rest.text, _TOPICS) or lists.list_after(rest.text, _WITH) or lists.longest_run(rest.text),
            _TOPICS_ARE,
            _ABOUT_PAGE,
        )
    )
    if not topics and (match := _ABOUT.search(rest.text)):
        topics = lists.items(lists.passage_from(rest.text, match.end()))
    topics = [_TOPICS_ARE.sub("", _PLACE.sub("", one)) for one in topics[:1]] + [
        _TOPICS_ARE.sub("", _PLACE.sub("", one)) for one in topics[1:] if not _ANSWERED.search(one)
    ]
    topics = without_tail(without_articles([one for one in topics if one]))
    for topic in topics:
        at = rest.text.find(topic)
        rest.blank(at, at + len(topic) if at >= 0 else at)
    return answers | {"topics": list[JsonValue](topics), "title": find_title("faq", rest.text), LEFT: rest.text}


def _asked(text: str) -> list[str]:
    """Questions that stand in the text, if there are at least two of them."""
    asked = [one.strip(" ,;-") for one in QUESTION.findall(text)]
    asked = [one for one in asked if not TO_US.match(one)]
    return asked if len(asked) >= 2 else []


def checklist(utterance: Utterance) -> Answers:
    """Items, who ticks them, until when."""
    rest = Leftover(utterance.own)
    deadline = take_date(rest, utterance, closing=True) or take_date(rest, utterance)
    assignees = take_helpers(rest, utterance)
    steps = lists.after_colon(rest.text) or lists.without_intro(
        lists.list_after(rest.text, _ITEMS, 3)
        or lists.after_dash(rest.text)
        or lists.parenthesised(rest.text)
        or lists.longest_run(rest.text),
        _STEPS_ARE,
        _ABOUT_STEPS,
    )
    if steps:
        at = lists.start_of(rest.text, steps)
        rest.blank(at, len(rest.text)) if at > 3 else None
    return {
        "deadline": deadline,
        "assignees": assignees,
        "items": list[JsonValue](steps),
        "title": find_title("checklist", rest.text),
        LEFT: rest.text,
    }
