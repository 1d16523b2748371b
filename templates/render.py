"""Rendering: a template and answers become a Bundle. Pure; equal in, equal out, on every machine."""

import re
import unicodedata
from collections.abc import Mapping

from templates.answers import Answers, settle_all, validate
from templates.blanks import environment
from templates.bundle import Bundle
from templates.manifest import (
    Capability,
    Lifecycle,
    Manifest,
    NotifyCapability,
    ScheduleCapability,
    StoreCapability,
    Table,
    Time,
)
from templates.template import Need, NotifyShape, ScheduleShape, StoreShape, TableShape, Template, TimeShape


def render(
    template: Template,
    answers: Answers,
    *,
    name: str = "",
    purpose: str = "",
    budget_tag: str = "unassigned",
    labels: Mapping[str, str] | None = None,
) -> Bundle:
    """The app that these answers make of the template; `name` is the app's, the title's slug when left out.

    Answers are by question name; what is left out takes its default. Audience and collaborators are checked
    but do not enter the bundle: they are rows, and change without a redeploy. Raises BadAnswer.
    """
    bad = validate(template, answers)
    if bad:
        raise bad[0]
    settled = settle_all(template, answers)
    days = settled["retention_days"]
    retention = days if isinstance(days, int) else 90
    manifest = Manifest(
        name=name or slug(str(settled["title"])) or template.name,
        template=template.ref,
        template_digest=template.digest,
        title=str(settled["title"]),
        purpose=purpose,
        capabilities=tuple(filter(None, (_capability(need, settled) for need in template.needs))),
        limits=template.limits,
        lifecycle=_lifecycle(template, retention),
        retention_days=retention,
        data_class=template.data_class,
        secrets=template.secrets,
        policies=template.policies,
        labels=dict(labels or {}),
        budget_tag=budget_tag,
    )
    return Bundle(manifest, _files(template, settled))


def slug(title: str) -> str:
    """The title as a host name may spell it: `Quarterly Feedback` is `quarterly-feedback`. May be empty."""
    plain = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain)[:40].strip("-")


def _lifecycle(template: Template, retention: int) -> Lifecycle:
    """The template's, but an app ends no later than its first entries: "keep it two weeks" means both."""
    return template.lifecycle.model_copy(update={"ttl_days": min(template.lifecycle.ttl_days, retention)})


def _capability(need: Need, settled: Answers) -> Capability | None:
    if isinstance(need, ScheduleShape):
        return _schedule(need, settled)
    if isinstance(need, NotifyShape):
        return NotifyCapability(per_day=need.per_day) if need.when is None or settled[need.when] else None
    if not isinstance(need, StoreShape):
        return need
    return StoreCapability(tables={name: _table(shape, settled) for name, shape in need.tables.items()})


def _schedule(need: ScheduleShape, settled: Answers) -> ScheduleCapability | None:
    """The times that are set; an app without any has no schedule."""
    wanted = {name: shape for name, shape in need.times.items() if shape.when is None or settled[shape.when]}
    times = {name: _time(shape, settled) for name, shape in wanted.items()}
    return ScheduleCapability(times=times) if times else None


def _time(shape: TimeShape, settled: Answers) -> Time:
    days = settled[shape.every_from] if shape.every_from else []
    every = ",".join(map(str, days)) if isinstance(days, list) and days else shape.every
    return Time(every=every, at=str((shape.at_from and settled[shape.at_from]) or shape.at))


def _table(shape: TableShape, settled: Answers) -> Table:
    columns = settled[shape.fields_from] if shape.fields_from else []
    asked = {one["key"]: one["type"] for one in columns if isinstance(one, dict)} if isinstance(columns, list) else {}
    return Table.model_validate(
        {
            "fields": {**shape.fields, **asked},
            "anonymous": bool(shape.anonymous_when and settled[shape.anonymous_when]),
            "per_user": shape.per_user,
            "scrub": shape.scrub,
        }
    )


def _files(template: Template, settled: Answers) -> dict[str, bytes]:
    blanks = environment(template)
    return {
        path.removesuffix(".j2"): blanks.get_template(path).render(settled).encode()
        if path.endswith(".j2")
        else content
        for path, content in template.files.items()
    }
