"""What a template must keep to, beyond its form: checked whenever it is loaded."""

from pathlib import PurePath

from jinja2 import TemplateSyntaxError, nodes
from jinja2.meta import find_undeclared_variables

from templates.answers import RESERVED, STAND_INS, STOOD_IN_FOR, settle
from templates.blanks import environment
from templates.errors import BadAnswer, FaultyTemplate
from templates.template import PLATFORM, NotifyShape, ScheduleShape, StoreShape, Template

MOST_ASKED = 5
"""A form shows at most this many fields."""


def check(template: Template, path: PurePath) -> None:
    """Raise FaultyTemplate for the first thing that is wrong; `path` is the template's `template.yaml`."""
    if not template.owner:
        raise FaultyTemplate(path, 0, "nobody owns it", "Say owner: and a team")
    if len(template.asked) > MOST_ASKED:
        raise FaultyTemplate(path, 0, f"it asks {len(template.asked)} questions", f"Ask at most {MOST_ASKED}")
    _check_defaults(template, path)
    _check_stand_ins(template, path)
    used = _blanks(template, path) | _shaping(template, path)
    names = {one.name for one in template.questions}
    for name in sorted(used - names):
        raise FaultyTemplate(path, 0, f"the blank {name!r} has no question", "Add a parameter with this name")
    for name in sorted(names - used - {one.name for one in PLATFORM}):
        raise FaultyTemplate(path, 0, f"it asks for {name!r} and never uses it", "Drop the parameter")


def _check_defaults(template: Template, path: PurePath) -> None:
    for question in template.questions:
        if question.type in ("choice", "choices") and not question.choices:
            raise FaultyTemplate(path, 0, f"{question.name} has no choices", "List its choices")
        try:
            settle(question.model_copy(update={"required": False}), question.default)
        except BadAnswer as bad:
            raise FaultyTemplate(path, 0, f"the default of {bad.field}: {bad.why.rstrip('.')}", bad.fix) from None


def _check_stand_ins(template: Template, path: PurePath) -> None:
    for question in template.questions:
        for name in question.default_from:
            source = template.question(name)
            if question.type not in STOOD_IN_FOR or source is None or source.type not in STAND_INS:
                why = f"{name} cannot stand in for {question.name}"
                fix = f"For a string, name questions of type {', '.join(sorted(STAND_INS))}"
                raise FaultyTemplate(path, 0, why, fix)


def _blanks(template: Template, path: PurePath) -> set[str]:
    """The names of the blanks in the files. Every blank must go through the filter `js`."""
    if "app.js.j2" not in template.files:
        raise FaultyTemplate(path, 0, "there is no files/app.js.j2", "Add the app's entry")
    used: set[str] = set()
    for name, content in template.files.items():
        if not name.endswith(".j2"):
            continue
        file = path.parent / "files" / name
        try:
            tree = environment(template).parse(content.decode())
        except TemplateSyntaxError as error:
            raise FaultyTemplate(file, error.lineno, f"{error.message}", "Correct the blank") from None
        _check_outputs(tree, file)
        _check_includes(tree, template, file)
        used |= find_undeclared_variables(tree)
    return used


def _check_outputs(tree: nodes.Template, file: PurePath) -> None:
    for output in tree.find_all(nodes.Output):
        for one in output.nodes:
            if not isinstance(one, nodes.TemplateData) and not (isinstance(one, nodes.Filter) and one.name == "js"):
                raise FaultyTemplate(file, one.lineno, "a blank without the filter js", "Write {{ name | js }}")


def _check_includes(tree: nodes.Template, template: Template, file: PurePath) -> None:
    for include in tree.find_all(nodes.Include):
        name = include.template.value if isinstance(include.template, nodes.Const) else ""
        if name not in template.fragments:
            raise FaultyTemplate(file, include.lineno, f"nothing to include as {name!r}", "List the fragment it is in")


def _shaping(template: Template, path: PurePath) -> set[str]:
    """The questions whose answers shape tables, set times, or allow messages."""
    shapes = [table for need in template.needs if isinstance(need, StoreShape) for table in need.tables.values()]
    times = [time for need in template.needs if isinstance(need, ScheduleShape) for time in need.times.values()]
    asked = [
        (name, kind) for one in shapes for name, kind in ((one.fields_from, "fields"), (one.anonymous_when, "bool"))
    ]
    notices = [need for need in template.needs if isinstance(need, NotifyShape)]
    asked += [(one.when, "bool") for one in times] + [(one.when, "bool") for one in notices]
    asked += [(one.every_from, "choices") for one in times] + [(one.at_from, "time") for one in times]
    for name, kind in asked:
        question = template.question(name) if name else None
        if name and (question is None or question.type != kind):
            raise FaultyTemplate(path, 0, f"{name} is not a question of type {kind}", "Name one that is")
    for shape in shapes:
        if shape.fields_from and not set(shape.fields) <= RESERVED:
            reserved = ", ".join(sorted(RESERVED))
            raise FaultyTemplate(path, 0, "its own fields may clash with the asked ones", f"Name them {reserved}")
    return {name for name, _ in asked if name}
