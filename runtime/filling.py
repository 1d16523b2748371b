"""Filling in: what a synthetic person sends with a form, and which words of it can be recognised anywhere."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from runtime.formpage import Form, Offered, path_of, plain
from templates.checks import Step
from templates.synthetic import CANARY, Control, Synthetic

CANARIES = re.compile(rf"{CANARY}[0-9a-f]{{16}}", re.I)
_ROOM = 60
"""Characters that words with a canary take at most."""
_WORDS = frozenset({"text", "textarea", "search", ""})


@dataclass(frozen=True, slots=True)
class Sent:
    """A form as it was sent: `canaries` are those that its words held."""

    action: str
    method: str
    fields: Mapping[str, list[str]]
    canaries: tuple[str, ...]


class NoButton(Exception):
    """What the step wants pressed is not there."""


def fill(form: Form, action: str, step: Step, synthetic: Synthetic, csrf: str) -> Sent:
    """The form, filled in as the step says and otherwise with synthetic data. Raises NoButton."""
    fields = {name: values for name, one in form.controls.items() if (values := _values(one, step, synthetic))}
    if step.types:
        fields |= _typed(form, step.types)
    fields |= {name: [text] for name, text in step.with_.items()}
    button = form.button(action, step.press)
    if button is None and (step.press or path_of(form.action) != action):
        raise NoButton
    if button is not None and button.name:
        fields[button.name] = [button.value]
    if "_csrf" in fields:
        fields["_csrf"] = [csrf]
    held = CANARIES.findall(" ".join(one for values in fields.values() for one in values))
    return Sent(action, form.method, fields, tuple(dict.fromkeys(held)))


def wordy(one: Offered) -> bool:
    """Whether it takes words as people type them."""
    return one.kind in _WORDS and one.attributes.get("inputmode", "text") in ("text", "search")


def _values(one: Offered, step: Step, synthetic: Synthetic) -> list[str]:
    if one.kind == "hidden":
        return [one.value]
    if step.empty:
        return [] if one.kind in ("radio", "checkbox") else [""]
    if one.kind in ("radio", "select"):
        return [synthetic.one_of(one.choices)] if one.choices else [""]
    if one.kind == "checkbox":
        return synthetic.some_of(one.choices)
    if wordy(one):
        return [_words(one, synthetic)]
    return [synthetic.value(_control(one))]


def _words(one: Offered, synthetic: Synthetic) -> str:
    longest = _number(one.attributes.get("maxlength", ""), int)
    if not synthetic.plants:
        return synthetic.words(int(longest) if longest is not None else _ROOM)
    canary = synthetic.canary()
    if longest is not None and longest < len(canary):
        return synthetic.words(int(longest))
    room = min(_ROOM, int(longest) if longest is not None else _ROOM) - len(canary) - 1
    return f"{synthetic.words(room)} {canary}" if room > 0 else canary


def _control(one: Offered) -> Control:
    given = one.attributes
    mode = given.get("inputmode", "")
    return Control(
        "number" if mode in ("decimal", "numeric") else mode or one.kind,
        least=_number(given.get("min", ""), float),
        most=_number(given.get("max", ""), float),
        longest=int(_number(given.get("maxlength", ""), int) or _ROOM),
    )


def _number(text: str, kind: Callable[[str], float]) -> float | None:
    try:
        return kind(text)
    except (ValueError, OverflowError):
        return None


def _typed(form: Form, text: str) -> Mapping[str, list[str]]:
    """The choice that reads so; else the words, in the first control that takes any."""
    wanted = plain(text)
    for one in form.controls.values():
        for value, label in zip(one.choices, one.labels, strict=True):
            if wanted in (plain(value), label):
                return {one.name: [value]}
    named = next((one.name for one in form.controls.values() if wordy(one)), None)
    return {named: [text]} if named else {}
