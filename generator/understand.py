"""From scrubbed words to an Understanding: the model chooses and fills in, this module checks what it chose."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date

from pydantic import JsonValue

from generator.brief import Understanding
from generator.doubts import doubted
from generator.harm import harms
from generator.language import language_of
from generator.model import Model, Reading
from generator.utterance import hear
from templates.kinds import kind_named


def understand(text: str, today: date, model: Model) -> Reading:
    """Read `text`, which has no secrets in it any more. Never raises; the worst answer is a question back."""
    return _in_language(_refused(text, today) or model.read(text, today), text, today)


def understand_as(kind: str, text: str, today: date, model: Model) -> Reading:
    """Read `text` as a request for the kind that the asker picked. ValueError for what is no kind."""
    if kind_named(kind) is None:
        raise ValueError(f"there is no kind called {kind}")
    return _in_language(_refused(text, today) or model.fill(text, today, kind), text, today)


def _refused(text: str, today: date) -> Reading | None:
    """The no to what nobody gets, whichever model reads: none is asked."""
    why = harms(hear(text, today).bare)
    return Reading(Understanding(action="decline", reason=why)) if why else None


def _in_language(reading: Reading, text: str, today: date) -> Reading:
    """With the language of the asker's own words, what they quote may be in another; and what of them cannot be."""
    utterance = hear(text, today)
    found = reading.understanding.model_copy(update={"language": language_of(utterance.bare)})
    return replace(reading, understanding=doubted(found, utterance) if found.action == "build" else found)


def as_json(understanding: Understanding) -> Mapping[str, JsonValue]:
    """The Understanding in the catalogue's words: action, template, params, alternatives, confidence."""
    return {
        "action": understanding.action,
        "template": understanding.kind,
        "params": {one.name: _catalogued(one.value) for one in understanding.answers},
        "alternatives": list(understanding.alternatives),
        "confidence": round(understanding.confidence, 4),
    }


def _catalogued(value: JsonValue) -> JsonValue:
    """The catalogue knows a column by its name and its type; what it offers to choose from is the template's."""
    if not isinstance(value, list):
        return value
    return [{"name": one["name"], "type": one["type"]} if isinstance(one, dict) else one for one in value]
