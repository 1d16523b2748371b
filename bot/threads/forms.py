"""Forms: a template's questions as a modal, five fields at a time, each saying where its answer came from."""

import json
from collections.abc import Collection, Mapping, Sequence
from types import MappingProxyType
from typing import Any

from pydantic import JsonValue

from bot.chat import Block
from bot.rows import drafts
from bot.rows.drafts import Draft
from bot.threads.handing_card import HAND, KEEP, PEOPLE
from bot.wording import labels, words
from bot.wording.blocks import (
    INPUT,
    LABEL,
    METADATA,
    MODAL_TITLE,
    OPTION_TEXT,
    OPTION_VALUE,
    VERSION,
    actions,
    button,
    plain,
    quoted,
    section,
)
from bot.wording.leafing import leaf, silent
from generator.brief import Answer
from templates import spelling
from templates.template import Question

MAX_OPTIONS = 100
"""Slack's limit for a menu; a longer list of choices is typed in."""
ANSWERS, REJECT, APPROVE, GIVE = "slipway.answers", "slipway.reject", "slipway.consent", "slipway.give"
ASK, ROLL, WHO, SHARE = "slipway.ask", "slipway.roll", "slipway.audience", "slipway.shared"
COMMENT = "slipway.comment"
FORMS = frozenset({ANSWERS, REJECT, APPROVE, GIVE, ASK, COMMENT, ROLL, WHO, SHARE, KEEP, HAND, PEOPLE})
"""Every form that this version knows how to read."""
UNTYPED = "\x00"
"""In the place of what somebody typed into a field, where they typed nothing: no field can hold it."""
PICKED = (
    "selected_users",
    "selected_user",
    "selected_conversations",
    "selected_option",
    "selected_options",
    "selected_date",
    "value",
)
_MULTILINE = frozenset({"text", "strings", "fields"})


def answers_form(
    about: str,
    questions: Sequence[Question],
    answers: Sequence[Answer],
    faulty: Collection[str] = (),
    reckoned: Mapping[str, str] = MappingProxyType({}),
    draft: Draft | None = None,
    anew: bool = False,
    page: int = 0,
) -> Mapping[str, Any]:
    """The form for these questions, filled with what is known; faulty, missing and guessed answers come first.

    `about` is a JSON object of ids; `faulty` names the answers that a rule or the template objects to; `reckoned` says
    of formulas and rules what they come to. An answer too long for a field stands aside, so that sending loses none.
    `draft` is what was typed here before; `anew`: not even what stands in an open form is to be kept. `page` is how far
    somebody has leafed through the questions.
    """
    known = {one.name: one for one in answers}
    typed = draft.typed if draft else {}
    fitting = [one for one in questions if len(_initial(one, known.get(one.name))) <= INPUT]
    chosen, more = leaf(fitting, known, faulty, typed, page)
    if not chosen:
        return modal(ANSWERS, about, labels.FORM_TITLE, [section(labels.NOTHING_ASKED)])
    aside = [quoted(one.label, 80) for one in questions if one.ask and one not in fitting]
    fields = (
        _input(one, known.get(one.name), reckoned.get(one.name, ""), typed.get(one.name, UNTYPED)) for one in chosen
    )
    blocks = [
        *([_resumed(about, draft.at)] if draft else []),
        *(_watched(one, anew=anew) for one in fields),
        # What is typed where a change is shown is kept nowhere, so there is no leafing.
        *([_more(about, page, more=more)] if (more or page) and "change" not in json.loads(about) else []),
        *([section(words.too_long(aside))] if aside else []),
    ]
    return modal(ANSWERS, about, labels.FORM_TITLE, blocks, submit=labels.FORM_SEND)


def reject_form(about: str) -> Mapping[str, Any]:
    """Saying no takes a reason, so that the asker can do something about it. `about` is a JSON object of ids."""
    element = {"type": "plain_text_input", "multiline": True, "max_length": INPUT}
    reason = wrapped("reason", labels.REJECT_WHY, element, labels.REJECT_HINT, optional=False)
    return modal(REJECT, about, labels.REJECT_TITLE, [reason], submit=labels.REJECT_TITLE)


def approve_form(about: str) -> Mapping[str, Any]:
    """Saying yes with a reason, for the record. `about` is a JSON object of ids."""
    element = {"type": "plain_text_input", "multiline": True, "max_length": INPUT}
    reason = wrapped("reason", labels.APPROVE_WHY, element, labels.APPROVE_HINT, optional=True)
    return modal(APPROVE, about, labels.APPROVE_TITLE, [reason], submit=labels.APPROVE_TITLE)


def give_form(about: str, what: str) -> Mapping[str, Any]:
    """Allowing a capability for a while, with a reason. `about` is a JSON object of ids, `what` says it in mrkdwn."""
    options = [{"text": plain(text, OPTION_TEXT), "value": seconds} for seconds, text in labels.ALLOW_FOR.items()]
    menu = {"type": "static_select", "options": options, "initial_option": options[0]}
    long = wrapped("for", labels.ALLOW_LONG, menu, labels.ALLOW_LONG_HINT, optional=False)
    element = {"type": "plain_text_input", "multiline": True, "max_length": INPUT}
    reason = wrapped("reason", labels.ALLOW_WHY, element, labels.ALLOW_WHY_HINT, optional=False)
    return modal(GIVE, about, labels.ALLOW_TITLE, [section(what), long, reason], submit=labels.ALLOW_TITLE)


def versions_form(about: str, paragraphs: Sequence[str], choices: Mapping[str, str]) -> Mapping[str, Any]:
    """An app's versions, in mrkdwn, and those of them to choose from, by what stands for each in the answer."""
    options = [{"text": plain(text, OPTION_TEXT), "value": value} for value, text in choices.items()]
    shown = [section(one) for one in paragraphs]
    if not options:
        return modal("slipway.looked", about, labels.VERSIONS_TITLE, shown)
    menu = {"type": "static_select", "options": options}
    choose = wrapped("version", labels.VERSIONS_CHOOSE, menu, labels.VERSIONS_HINT, optional=False)
    return modal(ROLL, about, labels.VERSIONS_TITLE, [*shown, choose], submit=labels.BUTTONS["slipway.revert"])


def look_form(about: str, paragraphs: Sequence[str]) -> Mapping[str, Any]:
    """What there is to see; nothing is sent. Paragraphs are mrkdwn."""
    return modal("slipway.looked", about, labels.LOOK_TITLE, [section(one) for one in paragraphs])


def sent_form(about: str, blocks: Sequence[Block]) -> Mapping[str, Any]:
    """What was sent, to read only."""
    return modal("slipway.looked", about, labels.SENT_TITLE, blocks)


def read(values: Mapping[str, Any]) -> Mapping[str, str | Sequence[str] | None]:
    """A view's state by our field names: text, a list of picks, or None."""
    found: dict[str, str | Sequence[str] | None] = {}
    for name, block in values.items():
        element: Mapping[str, Any] = next(iter(block.values()), {})
        found[name] = _picked(element)
    return found


def _picked(element: Mapping[str, Any]) -> str | Sequence[str] | None:
    for key in PICKED:
        if key in element:
            value = element[key]
            if isinstance(value, list):
                return [str(one["value"]) if isinstance(one, dict) else str(one) for one in value]
            picked = value["value"] if isinstance(value, dict) else value
            return None if picked is None else str(picked)
    return None


def value_of(question: Question, given: str | Sequence[str] | None) -> JsonValue:
    """The answer that a field stands for; the template judges it afterwards.

    An emptied text or list is empty, not the default: the form showed the default, and somebody took it out.
    """
    value = spelling.read(question, given)
    if value is not None:
        return value
    if question.type in ("strings", "people", "fields", "choices"):
        return []
    return "" if question.type in ("string", "text", "date", "time", "formula", "rule") else None


def _initial(question: Question, answer: Answer | None) -> str:
    return spelling.spell(question, answer.value if answer is not None else question.default)


def _input(question: Question, answer: Answer | None, reckoned: str, typed: str | Sequence[str] | None) -> Block:
    untyped = typed is UNTYPED
    initial = _initial(question, answer) if untyped else typed if isinstance(typed, str) else "\n".join(typed or ())
    picked = _options(question)
    if picked:
        several = question.type == "choices"
        element = _select(picked, initial.split("\n") if several else [initial], several=several)
    else:
        element = _typed(question, initial)
    hint = (
        f"{_hint(question, answer, picked)} {reckoned}".strip() if untyped else _helped(question, labels.TYPED, picked)
    )
    return wrapped(question.name, question.label, element, hint, optional=not question.required)


def _hint(question: Question, answer: Answer | None, picked: Sequence[str]) -> str:
    """Where the value comes from, what it is for, and how to write it."""
    if answer is not None and not silent(answer.value):
        origin: str = answer.origin
    else:
        origin = "open" if silent(question.default) or answer is not None else "default"
    return _helped(question, labels.ORIGINS_HINT[origin], picked)


def _helped(question: Question, origin: str, picked: Sequence[str]) -> str:
    how = {"strings": labels.LINES_HINT, "fields": labels.LINES_HINT, "people": labels.PEOPLE_HINT}.get(
        question.type, ""
    )
    if question.choices and not picked:
        how = words.choices_hint(question.choices)
    if how.rstrip(".") in question.help:
        how = ""  # the template says it in its own words
    return " ".join(one for one in (origin, question.help, how) if one)


def _options(question: Question) -> Sequence[str]:
    """What a menu offers; nothing when the answer is typed in, also because a menu cannot hold the choices."""
    if question.type == "bool":
        return (labels.YES, labels.NO)
    if question.type not in ("choice", "choices") or len(question.choices) > MAX_OPTIONS:
        return ()
    return question.choices if all(0 < len(one) <= OPTION_VALUE for one in question.choices) else ()


def _select(choices: Sequence[str], values: Sequence[str], *, several: bool) -> Mapping[str, Any]:
    options = [{"text": plain(one, OPTION_TEXT), "value": one} for one in choices]
    chosen = [one for one in options if one["value"] in values]
    if several:
        return {"type": "multi_static_select", "options": options, **({"initial_options": chosen} if chosen else {})}
    return {"type": "static_select", "options": options, **({"initial_option": chosen[0]} if chosen else {})}


def _typed(question: Question, initial: str) -> Mapping[str, Any]:
    element = {"type": "plain_text_input", "multiline": question.type in _MULTILINE, "max_length": INPUT}
    return {**element, **({"initial_value": initial} if initial else {})}


def wrapped(name: str, label: str, element: Mapping[str, Any], hint: str, *, optional: bool) -> Block:
    """A field of a form."""
    return {
        "type": "input",
        "block_id": name,
        "label": plain(label, LABEL),
        "hint": plain(hint, LABEL),
        "optional": optional,
        "element": {**element, "action_id": name},
    }


def _resumed(about: str, at: int) -> Block:
    """That this was typed before and is not sent, with a way to be rid of it."""
    again = button(labels.ANEW, "slipway.anew", json.loads(about))
    return {**section(drafts.resumed(at)), "accessory": again}


def _more(about: str, page: int, *, more: bool) -> Block:
    """The way to the other questions, and from the last of them back to the first."""
    onward = {**json.loads(about), "page": str(page + 1 if more else 0)}
    turn = button(labels.MORE if more else labels.FIRST, "slipway.more", onward)
    return actions(turn)


def _watched(field: Block, *, anew: bool) -> Block:
    """The field, of which every change is sent, so that it can be kept; `anew` makes it another than stood there."""
    element = dict(field["element"])
    if element["type"] == "plain_text_input":
        element["dispatch_action_config"] = {"trigger_actions_on": ["on_character_entered"]}
    if anew:
        element["action_id"] = f"{element['action_id']}.anew"
    return {**field, "dispatch_action": True, "element": element}


def modal(callback: str, about: str, title: str, blocks: Sequence[Block], *, submit: str = "") -> Mapping[str, Any]:
    """A modal; without `submit` it only says something. ValueError when the ids do not fit."""
    held = json.dumps({"v": VERSION, **json.loads(about)}, separators=(",", ":"))
    if len(held) > METADATA:
        raise ValueError(f"a form's metadata holds ids, not {len(held)} characters")
    view: dict[str, Any] = {
        "type": "modal",
        "callback_id": callback,
        "private_metadata": held,
        "title": plain(title, MODAL_TITLE),
        "close": plain(labels.CANCEL if submit else labels.CLOSE, MODAL_TITLE),
        "blocks": list(blocks),
    }
    return {**view, "submit": plain(submit, MODAL_TITLE)} if submit else view
