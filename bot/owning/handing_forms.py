"""The forms about an app's end and its people: why it should stay, who gets which role, who takes it over."""

import json
from collections.abc import Mapping
from typing import Any

from bot import deciding
from bot.chat import Block, Pressed, Submitted
from bot.database import transaction
from bot.owning import keeping, members
from bot.rows.requests import Request
from bot.threads import forms
from bot.threads.handing_card import HAND, KEEP, PEOPLE
from bot.who import rights
from bot.who.roles import Act
from bot.wiring import Wiring
from bot.wording import handing_words, labels
from bot.wording.blocks import INPUT, OPTION_TEXT, plain, quoted, section
from runtime import apps, deployments
from runtime.apps import App, Stage

OPENS: Mapping[str, Act] = {KEEP: "keep", HAND: "hand", PEOPLE: "people"}
"""Buttons that open such a form, which carries the same name when it is sent."""


def form(wiring: Wiring, press: Pressed, request: Request) -> Mapping[str, Any] | str:
    """The form that a press opens, or the reason for a no."""
    if why := rights.why_not(wiring, press.user, OPENS[press.action], request):
        return why
    with transaction(wiring.engine) as session:
        app = apps.get(session, request.app) if request.app else None
        lease = deployments.leased(session, app.id, "live") if app else None
        if app is None or lease is None or app.stage not in (Stage.LIVE, Stage.SUSPENDED):
            return handing_words.NOT_LIVE if app and app.stage not in apps.ENDED else deciding.OVERTAKEN
        rung, rows = keeping.rung(keeping.kept(session, app.id)), members.listed(session, app)
    if press.action == KEEP:
        return _keep(app, handing_words.keep_form(quoted(app.title), rung, lease.ends_at))
    return _people(app, handing_words.people(quoted(app.title), rows)) if press.action == PEOPLE else _hand(app)


def wrong(sent: Submitted) -> Mapping[str, str]:
    """What is wrong with such a form, by field."""
    if sent.form == KEEP:
        return {} if str(sent.values.get("reason") or "").strip() else {"reason": handing_words.KEEP_WHY}
    return {} if sent.values.get("person") else {"person": handing_words.PICK}


def _keep(app: App, what: str) -> Mapping[str, Any]:
    element = {"type": "plain_text_input", "multiline": True, "max_length": INPUT}
    reason = forms.wrapped("reason", labels.KEEP_WHY, element, labels.KEEP_HINT, optional=False)
    return forms.modal(KEEP, _about(app), labels.KEEP_TITLE, [section(what), reason], submit=labels.BUTTONS[KEEP])


def _people(app: App, what: str) -> Mapping[str, Any]:
    role = _menu("role", labels.ROLE_WHICH, labels.ROLES, labels.ROLE_HINT)
    fields = [section(what), _picker(labels.PEOPLE_WHO, labels.PEOPLE_WHO_HINT), role]
    return forms.modal(PEOPLE, _about(app), labels.BUTTONS[PEOPLE], fields, submit=labels.PEOPLE_SEND)


def _hand(app: App) -> Mapping[str, Any]:
    stay = _menu("stay", labels.HAND_STAY, labels.HAND_STAYS, labels.HAND_STAY_HINT)
    fields = [_picker(labels.HAND_WHO, labels.HAND_WHO_HINT), stay]
    return forms.modal(HAND, _about(app), labels.BUTTONS[HAND], fields, submit=labels.HAND_SEND)


def _picker(label: str, hint: str) -> Block:
    return forms.wrapped("person", label, {"type": "users_select"}, hint, optional=False)


def _menu(name: str, label: str, choices: Mapping[str, str], hint: str) -> Block:
    options = [{"text": plain(text, OPTION_TEXT), "value": value} for value, text in choices.items()]
    element = {"type": "static_select", "options": options, "initial_option": options[0]}
    return forms.wrapped(name, label, element, hint, optional=False)


def _about(app: App) -> str:
    return json.dumps({"app": app.id})
