"""Whatever a rule finds, the card says which field, why and whose rule it is, and has a button that resolves it."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from bot.reviewing import reviewer
from bot.threads import card
from guardrails.policy import REFERENCE, Policies
from guardrails.review import document, review
from guardrails.verdict import Verdict
from templates.audience import Audience
from templates.manifest import (
    EgressCapability,
    Lifecycle,
    MailCapability,
    Manifest,
    ScheduleCapability,
    StoreCapability,
    Table,
    Time,
)
from tests.bot.house import House
from tests.bot.test_card import CONFIRMED, DRAFT, buttons, must_be_fine, words_of
from tests.templates.shelf import bundle, shelf

OPS = Audience(kind="channel", id="C_OPS", label="#ops")
PUBLIC = Audience(kind="public", label="the public")
CALLS = EgressCapability(hosts=("api.example.com",))
KEYS = StoreCapability(tables={"entries": Table(fields={"owner": "person", "windows_password": "text"})})
OFTEN = ScheduleCapability.model_construct(
    kind="schedule", times={f"t{hour}": Time(every="day", at=f"0{hour}:00") for hour in range(5)}
)
RESOLVES = {"slipway.answer", "slipway.publish", "slipway.plead"}
"""Change the value, ask the approvers, ask the platform team."""
TRIPPED: Mapping[str, tuple[dict[str, Any], Audience, str]] = {
    "audience": ({}, PUBLIC, "slipway.answer"),
    "budget": ({"budget_tag": ""}, OPS, "slipway.answer"),
    "capability": ({}, OPS, "slipway.plead"),
    "credentials": ({"capabilities": (KEYS,)}, OPS, "slipway.plead"),
    "document": ({}, OPS, "slipway.plead"),
    "egress": ({"capabilities": (CALLS,)}, OPS, "slipway.publish"),
    "lifetime": ({"lifecycle": Lifecycle(ttl_days=181)}, OPS, "slipway.plead"),
    "mail": ({"capabilities": (MailCapability(domains=("example.com",)),)}, OPS, "slipway.publish"),
    "named_policy": ({"policies": ("sandbox/unheard-of",)}, OPS, "slipway.plead"),
    "personal_data": ({"data_class": "personal"}, OPS, "slipway.publish"),
    "retention": ({"retention_days": 3650}, OPS, "slipway.answer"),
    "schedule": ({"capabilities": (OFTEN,)}, OPS, "slipway.plead"),
    "template": ({"template": "miner@6.6.6"}, OPS, "slipway.plead"),
    REFERENCE: ({"policies": (REFERENCE,), "capabilities": (CALLS,)}, OPS, "slipway.plead"),
}
BROKEN: Mapping[str, Any] = {"capability": [{"kind": "shell"}], "document": [{"kind": "store"}]}
LABELS = {one.name: one.label for one in shelf().get("survey").questions}


def tripping(rule: str) -> Verdict:
    """A Verdict in which this rule stands in the way, alone of those that do."""
    changes, audience, _ = TRIPPED[rule]
    app: Manifest = bundle("survey").manifest.model_copy(update={"capabilities": (), **changes})
    asked = dict(document(app, audience, OPS, "live", (shelf().get("survey").ref,)))
    if rule in BROKEN:
        asked["app"] = {**asked["app"], "capabilities": BROKEN[rule]}
    found = [one for one in Policies().findings(asked) if one["rule"] in (rule, "template")]
    return review(type("Found", (), {"digest": Policies().digest, "findings": lambda _, __: found})(), asked)


def test_every_shipped_rule_is_tried_here() -> None:
    assert set(TRIPPED) == {*Policies().rules, REFERENCE} - {"findings"}


@pytest.mark.parametrize("rule", TRIPPED)
def test_a_denial_says_field_reason_and_owner_and_has_a_button_that_resolves_it(rule: str) -> None:  # S15
    verdict = tripping(rule)
    (first, *_) = verdict.findings
    assert first.rule == rule and first.decision != "allow"
    state = "denied" if verdict.decision == "deny" else "previewed"
    message = card.card(replace(CONFIRMED, state=state, verdict=verdict, labels=LABELS))
    must_be_fine(message)
    said = words_of(message)
    label = LABELS.get(first.field.rpartition(".")[2])
    assert first.why and first.why in said
    assert first.fix and first.fix in said
    assert (f"*{label}*" if label else f"`{first.field}`") in said
    assert first.owner and f"_Rule of {first.owner}._" in said
    offered = set(buttons(message))
    assert TRIPPED[rule][2] in offered & RESOLVES
    beyond = TRIPPED[rule][2] == "slipway.plead"
    assert ("slipway.plead" in offered) == beyond, "the platform team is not asked what the asker can change"
    if first.decision == "needs_approval":
        assert f"_@{first.approvers} decides._" in said


def test_what_goes_wrong_while_judging_has_an_owner_and_a_button_too() -> None:  # S15
    verdict = review(Policies(), {})
    message = card.card(replace(DRAFT, state="denied", verdict=verdict, labels=LABELS))
    assert "The policies could not be evaluated" in words_of(message)
    assert "_Rule of platform._" in words_of(message)
    assert "slipway.plead" in buttons(message)


def test_an_answer_that_is_denied_can_be_changed_until_it_is_not() -> None:  # S15
    judged = reviewer(Policies(), shelf())
    app = bundle("survey").manifest
    long = app.model_copy(update={"retention_days": 3650})
    assert judged(long, OPS, OPS, "live").decision == "deny"
    assert judged(app, OPS, OPS, "live").decision == "allow"


@pytest.mark.scenario
def test_a_column_for_passwords_is_denied_and_the_asker_takes_it_out(house: House) -> None:  # S15
    thread = house.ask("a tracker for our shared accounts: service, owner, password")
    said = house.card(thread)
    assert "what people enter as “password”" in said and "password manager" in said
    assert "slipway.answer" in house.offered(thread)
    assert not {"slipway.publish", "slipway.open"} & house.offered(thread)
    house.say("take out password", thread=thread.root)
    house.press(thread, "slipway.apply")
    assert {"slipway.publish", "slipway.open"} <= house.offered(thread)


@pytest.mark.scenario
def test_a_form_for_peoples_passwords_is_refused_and_nobody_can_wish_for_it(house: House) -> None:
    thread = house.ask("a form where everybody in the team enters their password, in case they fall ill")
    assert house.request().state == "declined" and "enter passwords or PINs" in house.card(thread)
    assert not {"slipway.want", "slipway.choose"} & house.offered(thread)
