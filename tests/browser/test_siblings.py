"""One app's page against another, with the visitor's own session, in a real browser: it reaches nothing (S1, R1)."""

from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Route
from sqlmodel import Session

from guardrails import grants
from runtime.identity import COOKIE
from runtime.wasm import WasmSandbox
from tests.runtime import scene
from tests.runtime.door import Door, sign_in
from tests.runtime.scene import NOW

pytestmark = pytest.mark.browser
VICTIM = """
export function handle(call) {
  if (call.path === "/save") {
    store.insert("answers", { meal: "soup" });
    return { status: 303, headers: { location: "/" }, body: "" };
  }
  const rows = store.count("answers");
  return html`<!doctype html><title>victim</title><p id=rows>${rows}</p><p id=who>${call.visitor.name}</p>
    <form method=post action=/save><input type=hidden name=_csrf value=${call.csrf}>
    <button id=save>Save</button></form>`;
}
"""
ATTACKER = """
export function handle(call) {
  return html`<!doctype html><title>attacker</title><p id=said></p><script src=/static/attack.js></script>`;
}
"""
HOSTS = {"victim": "victim.localhost", "attacker": "attacker.localhost"}


@pytest.fixture(scope="module")
def door(tmp_path_factory: pytest.TempPathFactory, sandbox: WasmSandbox) -> Iterator[Door]:
    with Door(tmp_path_factory.mktemp("door"), sandbox) as one:
        for name, source in (("victim", VICTIM), ("attacker", ATTACKER)):
            digest = one.bundles.put(
                scene.bundle(source, **{"attack.js": b"", "worker.js": b"self.onfetch = () => {}"})
            )
            with Session(one.engine) as session, session.begin():
                scene.app(session, f"app_{name}", name)
                scene.publish(session, f"app_{name}", bundle=digest)
                grants.grant(
                    session, workspace="T1", app=f"app_{name}", wanted=("store",), proposal="p", until=NOW + 9, now=NOW
                )
        yield one


@pytest.fixture
def context(browser: Browser, door: Door, request: pytest.FixtureRequest) -> Iterator[BrowserContext]:
    """Ana's browser, signed in to both. The policies of the pages themselves are lifted, unless a test wants them."""
    made = browser.new_context(bypass_csp=getattr(request, "param", True))
    with Session(door.engine) as session, session.begin():
        for name, host in HOSTS.items():
            token = sign_in(session, "ana", NOW, app=f"app_{name}")
            cookie = {"name": COOKIE, "value": token, "domain": host, "path": "/", "httpOnly": True, "sameSite": "Lax"}
            made.add_cookies([cookie])
    yield made
    made.close()


def url(door: Door, name: str, path: str = "/") -> str:
    return f"http://{HOSTS[name]}:{door.port}{path}"


@pytest.fixture
def attacker(context: BrowserContext, door: Door) -> Page:
    """The attacker's page, with whatever script it likes."""
    page = context.new_page()
    page.goto(url(door, "attacker"))
    return page


def acts(page: Page, script: str, door: Door) -> object:
    """What a script on the attacker's page gets, as if the policy of its own page allowed everything."""
    return page.evaluate(script.replace("VICTIM", url(door, "victim").rstrip("/")))


def rows(context: BrowserContext, door: Door) -> str:
    """How many rows the victim app has, as Ana sees them."""
    page = context.new_page()
    page.goto(url(door, "victim"))
    found = page.inner_text("#rows")
    page.close()
    return found


@pytest.fixture
def untouched(context: BrowserContext, door: Door) -> Iterator[None]:
    before = rows(context, door)
    yield
    assert rows(context, door) == before


def test_the_visitor_herself_can(context: BrowserContext, door: Door) -> None:
    """A control: the victim app works for her."""
    page = context.new_page()
    page.goto(url(door, "victim"))
    before = int(page.inner_text("#rows"))
    page.click("#save")
    assert int(page.inner_text("#rows")) == before + 1


@pytest.mark.usefixtures("untouched")
def test_a_form_sent_across_changes_nothing(attacker: Page, door: Door) -> None:
    acts(
        attacker,
        """() => { const f = document.createElement('form'); f.method = 'post'; f.action = 'VICTIM/save';
                   document.body.append(f); f.submit(); }""",
        door,
    )
    attacker.wait_for_url(url(door, "victim", "/save"))
    assert attacker.title() in ("That form is too old", "Please sign in first")


@pytest.mark.usefixtures("untouched")
def test_nothing_is_read_across(attacker: Page, door: Door) -> None:
    for options in ("", ", {credentials: 'include'}", ", {method: 'POST', credentials: 'include', body: 'a=b'}"):
        said = acts(attacker, f"() => fetch('VICTIM/'{options}).then(r => r.text(), e => 'refused: ' + e.name)", door)
        assert said == "refused: TypeError"
    options = "{mode: 'no-cors', credentials: 'include'}"
    opaque = f"() => fetch('VICTIM/', {options}).then(r => r.text(), e => 'refused: ' + e.name)"
    assert acts(attacker, opaque, door) in ("", "refused: TypeError")


@pytest.mark.parametrize("context", [False], indirect=True)
def test_a_page_in_a_frame_is_not_shown(attacker: Page, door: Door) -> None:
    """The frame's own policy stands; only the attacker's page comes without one."""

    def without_policy(route: Route) -> None:
        route.fulfill(content_type="text/html", body="<!doctype html><title>attacker</title><p>free of any policy")

    attacker.route(url(door, "attacker"), without_policy)
    attacker.reload()
    said = acts(
        attacker,
        """() => new Promise(done => { const f = document.createElement('iframe'); f.src = 'VICTIM/';
             f.onload = () => { let seen; try { seen = f.contentDocument && f.contentDocument.title }
                                catch (e) { seen = e.name } done(String(seen)) }; document.body.append(f); })""",
        door,
    )
    assert said in ("null", "SecurityError")
    [frame] = [one for one in attacker.frames if one != attacker.main_frame]
    assert frame.query_selector("#save") is None and frame.query_selector("#who") is None


def test_a_page_in_a_window_is_out_of_reach(attacker: Page, door: Door) -> None:
    said = acts(
        attacker,
        """() => new Promise(done => { const w = window.open('VICTIM/');
             setTimeout(() => { try {
               done(w === null || w.closed ? 'closed' : w.document.title) } catch (e) { done(e.name) }
             }, 500); })""",
        door,
    )
    assert said in ("closed", "SecurityError")


def test_a_service_worker_serves_only_its_own_origin(attacker: Page, door: Door) -> None:
    across = "() => navigator.serviceWorker.register('VICTIM/static/worker.js').then(() => 'done', e => e.name)"
    assert acts(attacker, across, door) == "SecurityError"
    wide = "() => navigator.serviceWorker.register('/static/worker.js', {scope: '/'}).then(() => 'done', e => e.name)"
    assert acts(attacker, wide, door) == "SecurityError"


def test_a_cookie_for_everybody_neither_signs_in_nor_out(attacker: Page, context: BrowserContext, door: Door) -> None:
    """`localhost` takes no cookie for all of its names; where a domain does, __Host- names are refused with one."""
    acts(attacker, f"() => {{ document.cookie = '{COOKIE}=tossed; Domain=localhost; Path=/' }}", door)
    page = context.new_page()
    page.goto(url(door, "victim"))
    assert page.inner_text("#who") == "Ana"
    tossed = [one for one in context.cookies() if one.get("value") == "tossed"]
    assert [one for one in tossed if one.get("domain") != HOSTS["attacker"]] == []


@pytest.mark.parametrize("context", [False], indirect=True)
def test_the_own_policy_of_a_page_lets_no_script_out_either(attacker: Page, door: Door) -> None:
    said = attacker.evaluate(
        f"() => fetch('{url(door, 'victim')}', {{mode: 'no-cors'}}).then(() => 'sent', e => 'refused: ' + e.name)"
    )
    assert said == "refused: TypeError"
    assert urlsplit(attacker.url).hostname == HOSTS["attacker"]
