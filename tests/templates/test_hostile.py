"""Whatever people write: it loads in the guest, and it reaches a page as words."""

import re
from html.parser import HTMLParser
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import JsonValue

from runtime.wasm import WasmSandbox
from templates.answers import validate
from templates.render import render
from tests.templates.shelf import shelf
from tests.templates.stage import ANA, BEN, Stage

pytestmark = pytest.mark.scenario

PAYLOADS = [
    "</script><script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "' onfocus='alert(1)",
    "</title><h1>x",
    "</textarea><b>",
    "<!--",
    "`-${alert(1)}-`",
    "{{7*7}}{% for x in y %}",
    "javascript:alert(1)",
    "\u2028\u2029",
    "\u202egnp.exe",
    "__proto__",
    "=1+1",
]
HOSTILE = st.one_of(
    st.text(min_size=1, max_size=40),
    st.sampled_from(PAYLOADS),
    st.builds("{}{}".format, st.sampled_from(PAYLOADS), st.text(max_size=10)),
)
few = settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def opened(sandbox: WasmSandbox, folder: str, template: str, answers: dict[str, JsonValue]) -> Stage | None:
    """The app on a stage, or None when the template takes no such answers."""
    if validate(shelf().get(template), answers):
        return None
    return Stage(render(shelf().get(template), answers), Path(folder), sandbox)


class Elements(HTMLParser):
    """Counts scripts, and keeps the attributes and addresses that a page has no need of."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.scripts = 0
        self.strange: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.scripts += tag == "script"
        self.strange += [tag] if tag in ("img", "iframe", "object", "style", "base") else []
        self.strange += [name for name, _ in attrs if name.startswith("on") or name == "style"]
        self.strange += [value for name, value in attrs if name == "href" and value and ":" in value.split("/")[0]]


def is_clean(page: str, *words: str) -> bool:
    """No tag, script or attribute of the words' own: a tag in them would stand in the page as they have it."""
    raw = [one for one in words if re.search("<[a-zA-Z/!]", one) and one.strip() in page]
    found = Elements(page)
    return not raw and found.scripts == 1 and not found.strange


@few
@given(HOSTILE, HOSTILE, HOSTILE)
def test_a_survey_about_anything(sandbox: WasmSandbox, title: str, question: str, said: str) -> None:
    with TemporaryDirectory() as folder:
        app = opened(sandbox, folder, "survey", {"title": title, "questions": [question, "What else?"]})
        if app is None:
            return
        assert app.post("/", BEN, q2=said).status in (303, 422)
        for path in ("/", "/results", "/thanks"):
            page = app.get(path, BEN if path == "/" else ANA).text
            assert is_clean(page, title, question, said)
        assert app.get("/results.csv").status == 200


@few
@given(HOSTILE, HOSTILE, HOSTILE)
def test_approvals_of_anything(sandbox: WasmSandbox, title: str, approver: str, said: str) -> None:
    with TemporaryDirectory() as folder:
        app = opened(sandbox, folder, "approval", {"title": title, "approvers": [approver]})
        if app is None:
            return
        filed = app.post("/new", BEN, subject=said, reason=said)
        address = filed.headers.get("location", "/new")
        for path in ("/", "/all", "/new", address):
            page = app.get(path, BEN if path == address else ANA).text
            assert is_clean(page, title, approver, said)


@few
@given(HOSTILE, st.lists(HOSTILE, min_size=2, max_size=5), st.booleans())
def test_a_poll_about_anything(sandbox: WasmSandbox, question: str, options: list[str], anonymous: bool) -> None:
    with TemporaryDirectory() as folder:
        answers: dict[str, JsonValue] = {"question": question, "options": [*options], "anonymous": anonymous}
        app = opened(sandbox, folder, "poll", answers)
        if app is None:
            return
        assert app.post("/vote", BEN, pick=options[0]).status in (303, 422)
        for path in ("/", "/vote", "/tally"):
            assert is_clean(app.get(path, ANA).text, question, *options)
        assert app.get("/votes.csv").status == 200


@few
@given(HOSTILE, st.lists(HOSTILE, min_size=1, max_size=4), HOSTILE)
def test_a_tracker_of_anything(sandbox: WasmSandbox, title: str, names: list[str], said: str) -> None:
    with TemporaryDirectory() as folder:
        fields: JsonValue = [{"name": name, "type": "text"} for name in names]
        app = opened(sandbox, folder, "form_tracker", {"title": title, "fields": fields})
        if app is None:
            return
        store = app.bundle.manifest.capability("store")
        assert store is not None and store.kind == "store"
        keys = [key for key in store.tables["entries"].fields if key != "author"]
        added = app.post("/add", BEN, **dict.fromkeys(keys, said))
        for path in ("/", "/add", added.headers.get("location", "/")):
            page = app.get(path).text
            assert is_clean(page, title, said, *names)


@few
@given(HOSTILE, HOSTILE, HOSTILE)
def test_a_sign_up_for_anything(sandbox: WasmSandbox, title: str, place: str, said: str) -> None:
    with TemporaryDirectory() as folder:
        app = opened(sandbox, folder, "rsvp", {"title": title, "location": place, "date": "2026-12-11"})
        if app is None:
            return
        assert app.post("/", BEN, answer="yes", note=said).status == 303
        assert app.post("/", ANA, answer=said, note=said).status in (303, 422)
        for visitor in (ANA, BEN):
            assert is_clean(app.get("/", visitor).text, title, place, said)
        assert app.get("/replies.csv").status == 200


@few
@given(HOSTILE, st.lists(HOSTILE, min_size=1, max_size=4))
def test_bookings_of_anything(sandbox: WasmSandbox, title: str, things: list[str]) -> None:
    with TemporaryDirectory() as folder:
        app = opened(sandbox, folder, "booking", {"title": title, "resources": things})
        if app is None:
            return
        form = {"resource": [things[0]], "day": ["2026-11-24"], "starts": [str(app.now)]}
        assert app.post("/book", BEN, **form).status in (303, 404)
        late = app.post("/book", ANA, **form)
        assert is_clean(late.text, title, *things) or late.status == 303
        for path in ("/", "/mine"):
            assert is_clean(app.get(path, BEN).text, title, *things)
        assert app.get("/bookings.csv").status == 200
