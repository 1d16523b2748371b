"""Excess: what a Manifest asks for and its template may not. Rendering makes none; what comes otherwise is judged."""

from collections.abc import Iterator

from pydantic import BaseModel

from templates.catalog import Catalog
from templates.errors import UnknownTemplate
from templates.manifest import Manifest, ScheduleCapability, StoreCapability, Time
from templates.template import ScheduleShape, StoreShape, Template, TimeShape


def excess(manifest: Manifest, shelf: Catalog) -> tuple[str, ...]:
    """Each thing by its name, with what the template allows; empty when the Manifest stays within."""
    try:
        return tuple(_beyond(manifest, shelf.get(manifest.template)))
    except UnknownTemplate:
        return (f"template: {manifest.template} is not on the shelf",)


def _beyond(manifest: Manifest, template: Template) -> Iterator[str]:
    needs = {one.kind: one for one in template.needs}
    for one in manifest.capabilities:
        need = needs.get(one.kind)
        if need is None:
            yield f"{one.kind}: the template has no such capability"
        elif isinstance(one, StoreCapability) and isinstance(need, StoreShape):
            yield from _tables(one, need)
        elif isinstance(one, ScheduleCapability) and isinstance(need, ScheduleShape):
            yield from _times(one, need)
        else:
            yield from _more(one.kind, one, need)
    yield from _more("limits", manifest.limits, template.limits)
    for name in manifest.secrets:
        if name not in template.secrets:
            yield f"secrets: {name}"


def _tables(asked: StoreCapability, shape: StoreShape) -> Iterator[str]:
    for name, table in asked.tables.items():
        known = shape.tables.get(name)
        if known is None:
            yield f"store.tables: {name}"
            continue
        if known.per_user and not table.per_user:
            yield f"store.tables.{name}: everybody's rows, the template allows the visitor's own"
        if known.scrub and not table.scrub:
            yield f"store.tables.{name}: rows as people write them, the template takes secrets out"
        for field in table.fields:
            if field not in known.fields and not known.fields_from:
                yield f"store.tables.{name}: {field}"


def _times(asked: ScheduleCapability, shape: ScheduleShape) -> Iterator[str]:
    for name, time in asked.times.items():
        known = shape.times.get(name)
        if known is None or not _allowed(known, time):
            yield f"schedule.times: {name}, every {time.every} at {time.at}"


def _allowed(known: TimeShape, time: Time) -> bool:
    """What an answer decides may be any day, or any time, but nothing else."""
    return (known.every_from is not None or known.every == time.every) and (
        known.at_from is not None or known.at == time.at
    )


def _more(where: str, asked: BaseModel, allowed: BaseModel) -> Iterator[str]:
    """Numbers that are greater, entries that are not there, and whatever else differs."""
    for name, ours in asked:
        theirs = getattr(allowed, name)
        if isinstance(ours, tuple) and isinstance(theirs, tuple):
            for one in ours:
                if one not in theirs:
                    yield f"{where}.{name}: {one}"
        elif isinstance(ours, int) and isinstance(theirs, int):
            if ours > theirs:
                yield f"{where}.{name}: {ours}, the template allows {theirs}"
        elif ours != theirs:
            yield f"{where}.{name}: {ours}"
