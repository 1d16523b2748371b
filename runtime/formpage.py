"""A page as a visitor reads it: its words, its links, its forms with their controls. For rehearsals; never rendered."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Literal

_SPACE = re.compile(r"\s+")
_UNREAD = frozenset({"script", "style", "template"})
_BLOCKS = frozenset(
    ("p", "div", "li", "dt", "dd", "h1", "h2", "h3", "h4", "td", "th", "tr", "section", "main", "header", "footer")
) | {"option", "legend", "label", "br"}
_FILLED = frozenset({"submit", "button", "image", "reset", "file"})


@dataclass(slots=True)
class Offered:
    """One control of a form, or several radios or checkboxes of one name. `labels` are the choices' own words."""

    name: str
    kind: str
    value: str = ""
    choices: list[str] = field(default_factory=list)
    labels: list[str] = field(default_factory=list)
    picked: list[str] = field(default_factory=list)
    attributes: Mapping[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class Button:
    """A button that sends a form; `action` is empty where it is the form's own."""

    name: str
    value: str
    action: str


@dataclass(slots=True)
class Form:
    """One form of a page."""

    action: str
    method: Literal["GET", "POST"]
    controls: dict[str, Offered] = field(default_factory=dict)
    buttons: list[Button] = field(default_factory=list)

    def leads_to(self, action: str) -> bool:
        """Whether it, or a button of it, is sent there."""
        return path_of(self.action) == action or any(path_of(one.action) == action for one in self.buttons)

    def button(self, action: str, value: str) -> Button | None:
        """The button that sends it there, with this value when one is named; None when there is none to press."""
        there = [one for one in self.buttons if path_of(one.action or self.action) == action]
        return next((one for one in there if value in ("", one.value)), None)


@dataclass(slots=True)
class ReadPage:
    """What stands on it. `text` holds what is typed into controls as well; its space is single."""

    text: str
    links: Sequence[str]
    forms: Sequence[Form]

    def holds(self, wanted: str) -> bool:
        """Whether these words stand there, whatever their case."""
        return plain(wanted) in self.text

    def offers(self, path: str) -> bool:
        """Whether a link or a form leads there."""
        return any(path_of(one) == path_of(path) or one.startswith(path) for one in self.links) or any(
            one.leads_to(path) for one in self.forms
        )


def plain(text: str) -> str:
    """Words as they are compared."""
    return _SPACE.sub(" ", text).strip().casefold()


def path_of(address: str) -> str:
    """An address without its query."""
    return address.partition("?")[0].partition("#")[0]


def read(body: str, path: str) -> ReadPage:
    """The page that came from this path; whatever it is, something is read."""
    reader = _Reader(path)
    reader.feed(body)
    reader.close()
    return ReadPage(plain("".join(reader.words)), reader.links, reader.forms)


class _Reader(HTMLParser):
    def __init__(self, path: str) -> None:
        super().__init__()
        self.words: list[str] = []
        self.links: list[str] = []
        self.forms: list[Form] = []
        self._path = path
        self._form: Form | None = None
        self._unread = 0
        self._area: Offered | None = None
        self._select: Offered | None = None
        self._label_of: Offered | None = None
        self._label: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag in _UNREAD:
            self._unread += 1
        elif tag in _BLOCKS:
            self.words.append(" ")
        match tag:
            case "a":
                self._link(given.get("href", ""))
            case "form":
                method: Literal["GET", "POST"] = "POST" if given.get("method", "").lower() == "post" else "GET"
                self._form = Form(given.get("action") or self._path, method)
                self.forms.append(self._form)
            case "label":
                self._label = []
            case _:
                self._control(tag, given)

    def _link(self, href: str) -> None:
        if href.startswith("/") and not href.startswith(("//", "/_slipway", "/static/")):
            self.links.append(href)

    def _control(self, tag: str, given: Mapping[str, str]) -> None:
        form = self._form
        if tag in ("input", "textarea") and given.get("type") != "hidden":
            self.words.append(f" {given.get('value', '')} ")
        if form is None or "disabled" in given:
            return
        kind = given.get("type", "text").lower() if tag == "input" else tag
        if tag == "button" or kind == "submit":
            if given.get("type", "submit") == "submit":
                form.buttons.append(Button(given.get("name", ""), given.get("value", ""), given.get("formaction", "")))
        elif tag in ("input", "select", "textarea") and given.get("name") and kind not in _FILLED:
            self._offered(form, kind, given)
        elif tag == "option" and self._select is not None:
            self._choice(self._select, given.get("value"), picked="selected" in given)

    def _offered(self, form: Form, kind: str, given: Mapping[str, str]) -> None:
        name = given["name"]
        one = form.controls.get(name)
        if one is None or one.kind != kind:
            one = form.controls[name] = Offered(name, kind, given.get("value", ""), attributes=given)
        if kind in ("radio", "checkbox"):
            self._choice(one, given.get("value", "on"), picked="checked" in given)
        self._area = one if kind == "textarea" else self._area
        self._select = one if kind == "select" else self._select

    def _choice(self, one: Offered, value: str | None, *, picked: bool) -> None:
        if value is None or (one.kind == "select" and value == ""):
            self._label_of = None
            return
        one.choices.append(value)
        one.labels.append("")
        if picked:
            one.picked.append(value)
        self._label_of, self._label = one, []

    def handle_endtag(self, tag: str) -> None:
        if tag in _UNREAD:
            self._unread = max(0, self._unread - 1)
        elif tag in _BLOCKS:
            self.words.append(" ")
        if tag in ("label", "option") and self._label_of is not None and self._label_of.labels:
            self._label_of.labels[-1] = plain("".join(self._label))
            self._label_of = None
        if tag == "form":
            self._form = None
        elif tag == "textarea":
            self._area = None
        elif tag == "select":
            self._select = None

    def handle_data(self, data: str) -> None:
        if self._unread:
            return
        self.words.append(data)
        self._label.append(data)
        if self._area is not None:
            self._area.value += data
