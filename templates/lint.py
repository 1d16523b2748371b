"""What a template must keep to, beyond its form: checked whenever it is loaded."""

from collections.abc import Iterator, Sequence
from pathlib import PurePath

from jinja2 import TemplateSyntaxError, nodes
from jinja2.meta import find_undeclared_variables

from templates.answers import RESERVED, STAND_INS, STOOD_IN_FOR, settle
from templates.blanks import environment
from templates.errors import BadAnswer, FaultyTemplate, together
from templates.fragments import Used
from templates.scaffold import Written
from templates.template import PLATFORM, NotifyShape, ScheduleShape, StoreShape, Template

MOST_ASKED = 5
"""A form shows at most this many fields."""

Faults = Iterator[FaultyTemplate]


def check(template: Template, written: Written, used: Sequence[Used]) -> None:
    """Raise FaultyTemplate for all that is wrong. `used` are the fragments that come with its own list."""
    found = sorted(_faults(template, written, used), key=lambda one: str(one.path) != str(written.document.path))
    if found:
        raise together(found)


def _faults(template: Template, written: Written, used: Sequence[Used]) -> Faults:
    path = written.document.path
    if not template.owner:
        yield FaultyTemplate(path, written.line("owner"), "nobody owns it", "Say owner: and a team")
    if len(template.asked) > MOST_ASKED:
        line = written.line("parameters")
        yield FaultyTemplate(path, line, f"it asks {len(template.asked)} questions", f"Ask at most {MOST_ASKED}")
    yield from _defaults(template, written)
    yield from _stand_ins(template, written)
    yield from _shapes(template, written)
    entry = path.parent / "files" / "app.js.j2"
    if "app.js.j2" not in template.files:
        yield FaultyTemplate(path, 0, "there is no files/app.js.j2", "Add the app's entry")
        return
    blanks: set[str] = set()
    for name in sorted(one for one in template.files if one.endswith(".j2")):
        file = path.parent / "files" / name
        try:
            tree = environment(template).parse(template.files[name].decode())
        except TemplateSyntaxError as error:
            yield FaultyTemplate(file, error.lineno, f"{error.message}", "Correct the blank")
            return  # Whether a question is used cannot be said then.
        except UnicodeDecodeError:
            yield FaultyTemplate(file, 0, "not UTF-8", "Save it as UTF-8")
            return
        yield from _outputs(tree, file)
        yield from _includes(tree, template, file)
        if file == entry:
            yield from _order(tree, file, used, written)
        blanks |= find_undeclared_variables(tree)
    yield from _blanks(template, written, blanks)


def _blanks(template: Template, written: Written, blanks: set[str]) -> Faults:
    path, used = written.document.path, blanks | {name for name, _ in _shaping(template)}
    names = {one.name for one in template.questions}
    for name in sorted(used - names):
        yield FaultyTemplate(path, 0, f"the blank {name!r} has no question", "Add a parameter with this name")
    for name in sorted(names - used - {one.name for one in PLATFORM}):
        line = written.line("parameters", name)
        yield FaultyTemplate(path, line, f"it asks for {name!r} and never uses it", "Drop the parameter")


def _defaults(template: Template, written: Written) -> Faults:
    path = written.document.path
    for question in template.questions:
        line = written.line("parameters", question.name)
        if question.type in ("choice", "choices") and not question.choices:
            yield FaultyTemplate(path, line, f"{question.name} has no choices", "List its choices")
            continue
        try:
            settle(question.model_copy(update={"required": False}), question.default)
        except BadAnswer as bad:
            line = written.line("parameters", question.name, "default")
            yield FaultyTemplate(path, line, f"the default of {bad.field}: {bad.why.rstrip('.')}", bad.fix)


def _stand_ins(template: Template, written: Written) -> Faults:
    for question in template.questions:
        for name in question.default_from:
            source = template.question(name)
            if question.type not in STOOD_IN_FOR or source is None or source.type not in STAND_INS:
                why = f"{name} cannot stand in for {question.name}"
                fix = f"For a string, name questions of type {', '.join(sorted(STAND_INS))}"
                line = written.line("parameters", question.name, "default_from")
                yield FaultyTemplate(written.document.path, line, why, fix)


def _outputs(tree: nodes.Template, file: PurePath) -> Faults:
    """Every blank must go through the filter `js`."""
    for output in tree.find_all(nodes.Output):
        for one in output.nodes:
            if not isinstance(one, nodes.TemplateData) and not (isinstance(one, nodes.Filter) and one.name == "js"):
                yield FaultyTemplate(file, one.lineno, "a blank without the filter js", "Write {{ name | js }}")


def _includes(tree: nodes.Template, template: Template, file: PurePath) -> Faults:
    for name, line in _included(tree):
        if name not in template.fragments:
            yield FaultyTemplate(file, line, f"nothing to include as {name!r}", "List the fragment it is in")


def _order(tree: nodes.Template, file: PurePath, used: Sequence[Used], written: Written) -> Faults:
    """A fragment's script stands after those that it builds on, or the app would break at its first visit."""
    lines = dict(reversed(list(_included(tree))))
    by_ref = {one.fragment.ref: one.fragment for one in used}
    for fragment in by_ref.values():
        own = [name for name in fragment.scripts if name in lines]
        if not own and fragment.scripts and fragment.ref in written.scaffold.fragments:
            line = written.line("fragments", written.scaffold.fragments.index(fragment.ref))
            yield FaultyTemplate(written.document.path, line, f"{fragment.ref} is never included", "Drop it")
        for below in (by_ref[ref] for ref in fragment.builds_on if own):
            for needed in below.scripts:
                if lines.get(needed, lines[own[0]]) >= lines[own[0]]:
                    why = f"{own[0]} builds on {needed}, which does not stand before it"
                    yield FaultyTemplate(file, lines[own[0]], why, f'Put {{% include "{needed}" %}} before it')


def _included(tree: nodes.Template) -> Iterator[tuple[str, int]]:
    for include in tree.find_all(nodes.Include):
        yield include.template.value if isinstance(include.template, nodes.Const) else "", include.lineno


def _shaping(template: Template) -> Sequence[tuple[str, str]]:
    """The questions whose answers shape tables, set times, or allow messages, each with the type it has to be of."""
    shapes = [table for need in template.needs if isinstance(need, StoreShape) for table in need.tables.values()]
    times = [time for need in template.needs if isinstance(need, ScheduleShape) for time in need.times.values()]
    asked = [
        (name, kind) for one in shapes for name, kind in ((one.fields_from, "fields"), (one.anonymous_when, "bool"))
    ]
    notices = [need for need in template.needs if isinstance(need, NotifyShape)]
    asked += [(one.when, "bool") for one in times] + [(one.when, "bool") for one in notices]
    asked += [(one.every_from, "choices") for one in times] + [(one.at_from, "time") for one in times]
    return [(name, kind) for name, kind in asked if name]


def _shapes(template: Template, written: Written) -> Faults:
    path, line = written.document.path, written.line("capabilities")
    for name, kind in _shaping(template):
        question = template.question(name)
        if question is None or question.type != kind:
            yield FaultyTemplate(path, line, f"{name} is not a question of type {kind}", "Name one that is")
    shapes = [table for need in template.needs if isinstance(need, StoreShape) for table in need.tables.values()]
    for shape in shapes:
        if shape.fields_from and not set(shape.fields) <= RESERVED:
            reserved = ", ".join(sorted(RESERVED))
            yield FaultyTemplate(path, line, "its own fields may clash with the asked ones", f"Name them {reserved}")
