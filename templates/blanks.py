"""Blanks: how answers enter a template's files, as JavaScript literals and in no other way."""

import json
from functools import lru_cache

from jinja2 import BaseLoader, StrictUndefined, TemplateNotFound
from jinja2.sandbox import SandboxedEnvironment
from pydantic import JsonValue

from templates.template import Template

_UNSAFE = str.maketrans({"<": "\\u003c", ">": "\\u003e", "&": "\\u0026", "'": "\\u0027", "`": "\\u0060"})


def js(value: JsonValue) -> str:
    """A literal that means `value` in JavaScript, in plain ASCII and without anything HTML or a quote could end."""
    return json.dumps(value, allow_nan=False).translate(_UNSAFE)


class _Sources(BaseLoader):
    """The template's `.j2` files; fragments go in as they stand: what looks like a blank in them is JavaScript."""

    def __init__(self, template: Template) -> None:
        self._template = template

    def get_source(self, environment: object, template: str) -> tuple[str, None, None]:
        if template.endswith(".j2") and template in self._template.files:
            return self._template.files[template].decode(), None, None
        if template in self._template.fragments:
            return "{% raw %}" + self._template.fragments[template].decode() + "{% endraw %}", None, None
        raise TemplateNotFound(template)


@lru_cache(maxsize=64)
def environment(template: Template) -> SandboxedEnvironment:
    """Where the template's files are rendered: sandboxed, an unknown name is an error. Compiles each file once."""
    made = SandboxedEnvironment(
        loader=_Sources(template),
        undefined=StrictUndefined,
        autoescape=False,  # the output is JavaScript, and lint lets no blank out but through js
        auto_reload=False,
        keep_trailing_newline=True,
    )
    made.filters["js"] = js
    made.globals.clear()
    return made
