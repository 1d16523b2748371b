"""The rehearsal: green for what the shelf promises, red for what is broken, and no canary gets away (T7, N9, P4)."""

import json
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
from pydantic import JsonValue

from runtime.appdata import SqliteAppData
from runtime.loaded import Loaded
from runtime.rehearsal import KEEPS_NOTHING, MOST_SECONDS, NO_TIME, RETIRES, Rehearsal, furnish, rehearse
from runtime.sandbox import Sandbox
from runtime.stage import Stage
from templates.bundle import Bundle
from templates.checks import Check, Retirement
from templates.manifest import Capability, EgressCapability, Limits, Table
from templates.planning import Plan, plan
from templates.render import render
from templates.synthetic import Synthetic, cast
from templates.template import Template
from tests.runtime import scene
from tests.templates.shelf import ANSWERS, shelf

NOW = 1_795_514_400
AWKWARD: Mapping[str, Sequence[Mapping[str, JsonValue]]] = {
    "survey": [
        {"title": "שלום <b>“&amp;”</b>", "questions": ["x" * 300, "How many?", "All? (select all: a, b, c)"]},
        {"questions": ["How many?"], "anonymous": True, "deadline": "2020-02-29"},
        {"num_questions": 30, "questions": [], "share_results": True},
    ],
    "poll": [
        {"options": [" a ", "a\u00a0b", "x" * 300], "multi_select": True, "deadline": "1999-12-31"},
        {"options": ["=cmd()", "</form>"], "anonymous": True},
    ],
    "rsvp": [
        {"capacity": 1, "plus_ones": True, "date": "2020-01-01", "time": ""},
        {"date": "", "time": "23:59", "capacity": None},
    ],
    "approval": [
        {"approvers": ["ben", "cy", "dora"], "mode": "all", "amount_threshold": None},
        {"approvers": ["ana"], "mode": "any", "amount_threshold": 0.01},
    ],
    "booking": [
        {"resources": ["x" * 200], "slot_minutes": 1440, "max_per_person": 1},
        {"opens_at": "22:00", "closes_at": "06:00", "slot_minutes": 15, "resources": [f"Desk {n}" for n in range(40)]},
    ],
    "calculator": [
        {"formula": "a / (b - b)"},
        {"formula": "sqrt(0 - x)"},
        {"formula": "round(net * 1.19; 2)", "inputs": ["net"]},
    ],
    "checklist": [
        {"items": [], "assignees": ["cy", "ben"], "deadline": "2020-01-01", "remind": True},
        {"items": ["x" * 300], "assignees": ["ana"]},
    ],
    "faq": [{"topics": []}, {"topics": ["<script>alert(1)</script>?", "x" * 290]}],
    "form_tracker": [
        {
            "fields": [
                {"name": "Mail", "type": "email", "required": True},
                {"name": "Link", "type": "url", "required": True},
                ["Who", "person"],
                ["Done", "checkbox"],
                {"name": "Kind", "type": "select", "choices": ["a", "b"], "required": True},
                {"name": "Tags", "type": "choices", "choices": ["x", "y"]},
                {"name": "On", "type": "date", "required": True},
                ["More", "long_text"],
            ],
            "weekly_summary": True,
        },
        {"fields": [["Cost", "money"]]},
    ],
    "oncall_rota": [
        {"members": ["ana"], "rotation": "daily", "start_date": ""},
        {"members": ["cy", "Ben"], "rotation": "monthly", "start_date": "2031-01-31"},
    ],
    "retro": [
        {"columns": ["x" * 60], "votes_per_person": 0, "anonymous": True},
        {"columns": [], "votes_per_person": 1, "date": "2020-01-01"},
    ],
    "standup": [{"questions": ["x" * 300], "days": ["sun"]}, {"questions": [], "time": "00:00"}],
    "simple-survey": [{"title": "x" * 120}],
}
"""Answers that stretch what a template's checks may rely on."""


def loaded(sandbox: Sandbox, bundle: Bundle) -> Loaded:
    return Loaded(bundle.manifest, {}, sandbox.prepare(bundle.files["app.js"], bundle.manifest.limits))


def tried(sandbox: Sandbox, template: Template, answers: Mapping[str, JsonValue], source: Any = None) -> Rehearsal:
    made = render(template, answers, name="app")
    if source is not None:
        changed = source(made.files["app.js"].decode())
        assert changed != made.files["app.js"].decode()
        made = Bundle(made.manifest, {**made.files, "app.js": changed.encode()})
    return rehearse(sandbox, str, loaded(sandbox, made), plan(template, answers, NOW, 7))


@pytest.mark.parametrize("language", ["English", "Deutsch"])
@pytest.mark.parametrize("template", shelf().templates, ids=lambda one: one.ref)
def test_every_template_keeps_its_promises_for_awkward_answers(  # T7 P4 N9
    sandbox: Sandbox, template: Template, language: str
) -> None:
    for more in ({}, *AWKWARD[template.name]):
        found = tried(sandbox, template, {**ANSWERS[template.name], **more, "language": language})
        assert [(one.says, one.why) for one in found.ticks if not one.passed] == [], more
        assert found.leaks == ()
        assert len(found.ticks) >= 4
        assert found.ticks[-1].says in (RETIRES, KEEPS_NOTHING)


@pytest.mark.parametrize(
    ("template", "answers", "here", "there", "red"),
    [
        ("survey", {}, "SHARE_RESULTS;\n", "true;\n", "The results are for the owner alone."),
        ("survey", {}, 'store.insert("responses", row)', "0", "A member's answers reach the owner."),
        (
            "survey",
            {},
            "if (before) store.update",
            "if (false) store.update",
            "The same answers sent twice count once.",
        ),
        (
            "poll",
            {},
            "hasVoted(call);\n}\n\nfunction navigation",
            "true;\n}\n\nfunction navigation",
            "Nobody sees the tally",
        ),
        ("booking", {}, "if (faster) return { faster };", "", "Two people cannot book the same slot."),
        ("rsvp", {}, "call.visitor.owner && reply.note", "reply.note", "Notes are for the owner alone."),
        ("approval", {}, "tell(automatic ?", "(automatic ?", "A request reaches its approver"),
        ("faq", {}, "if (!call.visitor.owner) return refused(call);", "", "Only the owner writes answers."),
        ("form_tracker", {}, 'insert("changes"', 'count("changes"', "When it ends, its export holds"),
        (
            "retro",
            {"anonymous": True},
            "const ANONYMOUS = true",
            "const ANONYMOUS = false",
            "Nobody learns whose card it is.",
        ),
        ("standup", {}, "notify(SAY.ask", "(SAY.ask", "It asks by itself, in the thread."),
        ("calculator", {}, "parseNumber(text) === null ?", "false ?", "What is no number is asked for again."),
        ("checklist", {}, "all.some((one) => one.text === text)", "false", "The same step is there once."),
        ("oncall_rota", {}, "if (!isMember(visitor) ||", "if (false &&", "Who takes no turns changes none."),
    ],
)
def test_a_promise_that_is_broken_is_red(  # T7
    sandbox: Sandbox, template: str, answers: Mapping[str, JsonValue], here: str, there: str, red: str
) -> None:
    def broken(source: str) -> str:
        return source.replace(here, there)

    found = tried(sandbox, shelf().get(template), {**ANSWERS[template], **answers}, broken)
    assert any(one.says.startswith(red) and one.why for one in found.ticks if not one.passed), found


APP = """
const page = (call, more) => ({ headers: { "content-type": "text/html" }, body:
  `<form method="post" action="/"><input type="hidden" name="_csrf" value="${call.csrf}">
  <textarea name="meal"></textarea><button>Send</button></form><a href="/all">all</a>${more}` });
export function handle(call) {
  if (call.method === "POST") { const meal = call.form.meal[0]; store.insert(TABLE, { meal }); POSTED
    return { status: 303, headers: { location: "/" } }; }
  if (call.path === "/all") return page(call, LISTED);
  return page(call, "");
}
export function scheduled(call) { TIMED }
"""
LEAKING: Sequence[tuple[str, dict[str, str], str]] = [
    ("a log line", {"POSTED": "log(`got ${meal}`);"}, "a log line / as ana"),
    ("a message", {"POSTED": "notify(`Ana says ${meal}`);"}, "a message in the thread / as ana"),
    ("an error", {"POSTED": "throw new Error(meal);"}, "an error message / as ana"),
    (
        "the outside",
        {"POSTED": 'egress.fetch("https://menu.example.com/?" + meal).catch(() => 0);'},
        "what it asks of the outside / as ana",
    ),
    (
        "another's page",
        {"LISTED": 'store.list(TABLE).map((one) => one.meal).join(" ")'},
        "the page /all / as ben",
    ),
]


def small(parts: Mapping[str, str], table: str = "answers") -> Bundle:
    source = APP.replace("TABLE", json.dumps(table))
    for name, code in {"POSTED": "", "LISTED": '""', "TIMED": "", **parts}.items():
        source = source.replace(name, code.replace("TABLE", json.dumps(table)))
    declared: Sequence[Capability] = (EgressCapability(hosts=("menu.example.com",)),)
    made = scene.bundle(source, declared)
    store = made.manifest.capability("store")
    assert store is not None and store.kind == "store"
    tables = {"answers": Table(fields={"meal": "text"}), "own": Table(fields={"meal": "text"}, per_user=True)}
    capabilities = (store.model_copy(update={"tables": tables}), *made.manifest.capabilities[1:])
    return Bundle(made.manifest.model_copy(update={"capabilities": capabilities}), made.files)


def small_plan(**more: Any) -> Plan:
    steps = [{"as": "ana", "submit": "/"}]
    check = Check.model_validate({"says": "It takes a meal.", "steps": steps})
    retirement = Retirement.model_validate({"steps": steps, "exports": ["answers"]})
    given = {"checks": (check,), "retirement": retirement, "private": {"answers": ()}, **more}
    return Plan(people=cast(Synthetic(1, NOW), {}), now=NOW, seed=1, **given)


@pytest.mark.parametrize(("parts", "place"), [one[1:] for one in LEAKING], ids=[one[0] for one in LEAKING])
def test_a_canary_that_gets_away_is_a_leak_with_its_place(  # N9
    sandbox: Sandbox, parts: dict[str, str], place: str
) -> None:
    assert place in rehearse(sandbox, str, loaded(sandbox, small(parts)), small_plan()).leaks


def test_nothing_leaks_from_an_app_that_keeps_things_to_itself(sandbox: Sandbox) -> None:  # N9
    found = rehearse(sandbox, str, loaded(sandbox, small({})), small_plan())
    assert found.green and [one.says for one in found.ticks] == ["It takes a meal.", RETIRES]


def test_what_is_for_everybody_may_be_seen_and_told_where_the_template_says_so(sandbox: Sandbox) -> None:  # N9
    parts = {**LEAKING[1][1], **LEAKING[4][1]}
    assert rehearse(sandbox, str, loaded(sandbox, small(parts)), small_plan(private={}, tells=True)).leaks == ()
    told = rehearse(sandbox, str, loaded(sandbox, small(parts)), small_plan(private={})).leaks
    assert told == ("a message in the thread / as ana",)


def test_what_is_private_is_never_told_whatever_the_template_says(sandbox: Sandbox) -> None:  # N9
    found = rehearse(sandbox, str, loaded(sandbox, small(LEAKING[1][1])), small_plan(tells=True))
    assert found.leaks == ("a message in the thread / as ana",)


def test_somebody_who_may_look_is_no_leak(sandbox: Sandbox) -> None:  # N9
    found = rehearse(sandbox, str, loaded(sandbox, small(LEAKING[4][1])), small_plan(private={"answers": ("ben",)}))
    assert found.leaks == ()


def test_what_each_keeps_for_themselves_is_private_without_being_said(sandbox: Sandbox) -> None:  # N9
    parts = {"POSTED": "notify(meal);"}
    retirement = Retirement.model_validate({"steps": [{"as": "ana", "submit": "/"}], "exports": ["own"]})
    made = small_plan(private={}, tells=True, retirement=retirement)
    assert rehearse(sandbox, str, loaded(sandbox, small(parts, "own")), made).leaks == (
        "a message in the thread / as ana",
    )


def test_a_copy_into_a_table_for_all_does_not_make_it_public(sandbox: Sandbox) -> None:  # N9
    parts = {"POSTED": 'store.insert("own", { meal });', **LEAKING[4][1]}
    found = rehearse(sandbox, str, loaded(sandbox, small(parts)), small_plan(private={}))
    assert found.leaks == ("the page /all / as ben",)


def test_an_export_that_lacks_what_was_written_is_red(sandbox: Sandbox) -> None:  # P4
    made = small({"POSTED": "for (const one of store.list(TABLE)) store.remove(TABLE, one.id);"})
    found = rehearse(sandbox, str, loaded(sandbox, made), small_plan())
    assert found.ticks[-1] == type(found.ticks[-1])(RETIRES, False, "Its export has nothing of answers.")


def test_an_app_that_keeps_what_it_said_it_would_not_is_red(sandbox: Sandbox) -> None:  # P4
    retirement = Retirement.model_validate({"steps": [{"as": "ana", "submit": "/"}]})
    found = rehearse(sandbox, str, loaded(sandbox, small({})), small_plan(retirement=retirement))
    assert (found.ticks[-1].says, found.ticks[-1].why) == (KEEPS_NOTHING, "It keeps answers.")


def test_strangers_get_the_doors_page_and_the_app_is_not_run(sandbox: Sandbox) -> None:  # N9
    check = {"says": "No.", "steps": [{"as": "guest", "get": "/", "status": 403, "sees": ["is not open to you"]}]}
    made = (
        small({}).files["app.js"].replace(b"export function handle(call) {", b"export function handle(call) { throw 1;")
    )
    broken = Bundle(small({}).manifest, {"app.js": made})
    found = rehearse(sandbox, str, loaded(sandbox, broken), small_plan(checks=(Check.model_validate(check),)))
    assert found.ticks[0].passed and not found.ticks[1].passed


def test_a_rehearsal_is_the_same_for_the_same_seed(sandbox: Sandbox, tmp_path: Path) -> None:  # T6
    template, answers = shelf().get("faq"), ANSWERS["faq"]
    ready, made = loaded(sandbox, render(template, answers, name="app")), plan(template, answers, NOW, 5)
    exported = []
    for name in ("one", "other"):
        stage = Stage(sandbox, str, ready, made, SqliteAppData(tmp_path / name))
        assert furnish(stage, made) == ""
        exported.append(stage.export())
        assert stage.retire() and not list((tmp_path / name).iterdir())
    assert exported[0] == exported[1] != {}


def test_an_app_that_takes_its_time_ends_the_rehearsal_and_what_was_not_tried_is_red(sandbox: Sandbox) -> None:
    slow = "export function handle(call) { let n = 0; while (n < 4e7) n += 1; return 'x'; }"
    check = {"says": "It answers.", "steps": [{"get": "/", "status": 200}] * 12}
    many = tuple(Check.model_validate(check) for _ in range(12))
    made = scene.bundle(slow, limits=Limits(cpu_ms=1000, wall_ms=10_000))
    began = time.thread_time()
    found = rehearse(sandbox, str, loaded(sandbox, made), small_plan(checks=many))
    assert time.thread_time() - began < MOST_SECONDS + 2
    assert not found.green and NO_TIME in [one.why for one in found.ticks]


def test_an_app_that_never_answers_is_red_and_says_why(sandbox: Sandbox) -> None:
    check = Check.model_validate({"says": "It answers.", "steps": [{"get": "/"}]})
    endless = scene.bundle("export function handle(call) { while (true) {} }")
    found = rehearse(sandbox, str, loaded(sandbox, endless), small_plan(checks=(check,)))
    assert "OutOfCpu" in found.ticks[0].why and not found.green
