"""Rendering: a template and answers become a Bundle. Pure; equal in, equal out, on every machine."""

from collections.abc import Mapping
from difflib import get_close_matches

from pydantic import JsonValue

from templates.answers import settle
from templates.blanks import environment
from templates.bundle import Bundle
from templates.errors import BadAnswer
from templates.manifest import Capability, Manifest, StoreCapability, Table
from templates.template import Need, StoreShape, TableShape, Template

Answers = Mapping[str, JsonValue]


def render(
    template: Template,
    answers: Answers,
    *,
    name: str,
    purpose: str = "",
    budget_tag: str = "unassigned",
    labels: Mapping[str, str] | None = None,
) -> Bundle:
    """The app `name` that these answers make of the template.

    Answers are by question name; what is left out takes its default. Audience and collaborators are checked
    but do not enter the bundle: they are rows, and change without a redeploy. Raises BadAnswer.
    """
    bad = validate(template, answers)
    if bad:
        raise bad[0]
    settled = settle_all(template, answers)
    retention = settled["retention_days"]
    manifest = Manifest(
        name=name,
        template=template.ref,
        template_digest=template.digest,
        title=str(settled["title"]),
        purpose=purpose,
        capabilities=tuple(_capability(need, settled) for need in template.needs),
        limits=template.limits,
        lifecycle=template.lifecycle,
        retention_days=retention if isinstance(retention, int) else 90,
        data_class=template.data_class,
        secrets=template.secrets,
        policies=template.policies,
        labels=dict(labels or {}),
        budget_tag=budget_tag,
    )
    return Bundle(manifest, _files(template, settled))


def validate(template: Template, answers: Answers) -> tuple[BadAnswer, ...]:
    """Everything that is wrong with the answers, in the order of the questions; empty when `render` will do."""
    bad = [_unknown(template, name) for name in answers if template.question(name) is None]
    for question in template.questions:
        try:
            settle(question, answers.get(question.name))
        except BadAnswer as one:
            bad.append(one)
    return tuple(bad)


def settle_all(template: Template, answers: Answers) -> dict[str, JsonValue]:
    """Every question's answer, tidied, defaults filled in. Raises BadAnswer."""
    return {one.name: settle(one, answers.get(one.name)) for one in template.questions}


def _unknown(template: Template, name: str) -> BadAnswer:
    names = [one.name for one in template.questions]
    near = get_close_matches(name, names, n=1, cutoff=0.0)[0]
    return BadAnswer(name, f"is not asked by {template.ref}", f"The nearest question is {near}")


def _capability(need: Need, settled: Answers) -> Capability:
    if not isinstance(need, StoreShape):
        return need
    return StoreCapability(tables={name: _table(shape, settled) for name, shape in need.tables.items()})


def _table(shape: TableShape, settled: Answers) -> Table:
    columns = settled[shape.fields_from] if shape.fields_from else []
    asked = {one["key"]: one["type"] for one in columns if isinstance(one, dict)} if isinstance(columns, list) else {}
    return Table.model_validate({
        "fields": {**shape.fields, **asked},
        "anonymous": bool(shape.anonymous_when and settled[shape.anonymous_when]),
    })  # fmt: skip


def _files(template: Template, settled: Answers) -> dict[str, bytes]:
    blanks = environment(template)
    return {
        path.removesuffix(".j2"): blanks.get_template(path).render(settled).encode()
        if path.endswith(".j2")
        else content
        for path, content in template.files.items()
    }
