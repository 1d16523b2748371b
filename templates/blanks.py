"""Blanks: how answers enter a template's files, as JavaScript literals and in no other way."""

import json
from collections.abc import Mapping

from jinja2 import BaseLoader, StrictUndefined, TemplateNotFound
from jinja2.sandbox import SandboxedEnvironment
from pydantic import JsonValue

from templates.template import Template

_UNSAFE = str.maketrans({"<": "\\u003c", ">": "\\u003e", "&": "\\u0026", "'": "\\u0027", "`": "\\u0060"})


def js(value: JsonValue) -> str:
    """A literal that means `value` in JavaScript, in plain ASCII and without anything HTML or a quote could end."""
    return json.dumps(value, allow_nan=False).translate(_UNSAFE)


class _Parts(BaseLoader):
    """Fragments go in as they stand: what looks like a blank in them is JavaScript."""

    def __init__(self, fragments: Mapping[str, bytes]) -> None:
        self._fragments = fragments

    def get_source(self, environment: object, template: str) -> tuple[str, None, None]:
        if template not in self._fragments:
            raise TemplateNotFound(template)
        return "{% raw %}" + self._fragments[template].decode() + "{% endraw %}", None, None


def environment(template: Template) -> SandboxedEnvironment:
    """Where the template's files are rendered: sandboxed, an unknown name is an error."""
    made = SandboxedEnvironment(
        loader=_Parts(template.fragments),
        undefined=StrictUndefined,
        autoescape=False,  # the output is JavaScript, and lint lets no blank out but through js
        keep_trailing_newline=True,
        cache_size=64,
    )
    made.filters["js"] = js
    made.globals.clear()
    return made
