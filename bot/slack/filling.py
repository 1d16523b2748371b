"""A form that is filled in: its fields as they change, its words as they are sent. Kept, then acked."""

import logging
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from bot.chat import Chat
from bot.database import ReadOnly
from bot.hearing.ears import Ears, Scrub
from bot.slack import payloads
from bot.threads import forms
from bot.wording import blocks, words

Values = Mapping[str, str | Sequence[str] | None]
"""What stands in the fields, by their names."""

log = logging.getLogger("slipway.slack")


def listen(app: Any, chat: Chat, ears: Ears, scrub: Scrub) -> None:
    """Hear on a bolt app of each form of ours; before other actions, since the names of fields are anybody's."""

    def anew(ack: Callable[..., Any], body: Mapping[str, Any]) -> None:
        ack()
        try:
            form = ears.anew(payloads.pressed(body))
            if not isinstance(form, str):
                chat.update_form(body["view"]["id"], form)
        except Exception:
            # The rim: the form stands there as it did.
            log.exception("a form could not be begun anew")

    def drafted(ack: Callable[..., Any], body: Mapping[str, Any]) -> None:
        try:
            values, _ = _scrubbed(scrub, forms.read(body["view"]["state"]["values"]))
            ears.drafted(payloads.drafted(body, body["view"], values))
        except Exception:
            # The rim: it still stands on the screen, so nobody is told at each letter.
            log.exception("a draft could not be kept")
        ack()

    def sent(ack: Callable[..., Any], body: Mapping[str, Any], view: Mapping[str, Any]) -> None:
        wrong = _wrong(body, view, ears, scrub)
        ack(response_action="errors", errors=dict(wrong)) if wrong else ack()

    app.action(re.compile(r"^slipway\.(anew|more)\b"))(anew)
    app.action(re.compile(r"^(?!slipway\.)"), matchers=[_of_answers])(drafted)
    app.view(re.compile(r"^slipway\."))(sent)


def why_not(error: Exception, otherwise: str) -> str:
    """What a person is told of an error: that nothing can be written, or the usual sentence."""
    return words.READ_ONLY if isinstance(error, ReadOnly) else otherwise


def _of_answers(body: Mapping[str, Any]) -> bool:
    """Whether a field of the form of answers was changed."""
    return (body.get("view") or {}).get("callback_id") == forms.ANSWERS


def _wrong(body: Mapping[str, Any], view: Mapping[str, Any], ears: Ears, scrub: Scrub) -> Mapping[str, str]:
    """Hand over what was sent; what is wrong with it, by field."""
    if view["callback_id"] not in forms.FORMS or not blocks.current(view.get("private_metadata", "")):
        return {payloads.first(view): words.OLD_FORM}
    try:
        values, removed = _scrubbed(scrub, forms.read(view["state"]["values"]))
        return ears.submitted(payloads.submitted(body, view, values, removed))
    except Exception as error:
        # Fail closed and lose nothing: the form stays open with what was typed.
        log.exception("a form could not be kept")
        return {payloads.first(view): why_not(error, words.FORM_LATER)}


def _scrubbed(scrub: Scrub, values: Values) -> tuple[Values, tuple[str, ...]]:
    """The values without their secrets, and the kinds that were removed."""
    removed: list[str] = []

    def clean(value: str) -> str:
        text, kinds = scrub(value)
        removed.extend(kinds)
        return text

    cleaned = {
        name: clean(value) if isinstance(value, str) else [clean(one) for one in value] if value else None
        for name, value in values.items()
    }
    return cleaned, tuple(dict.fromkeys(removed))
