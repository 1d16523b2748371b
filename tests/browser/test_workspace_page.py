"""The workspace's page in a real browser, with a small bolt app as the bot."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, WebSocketRoute, expect

from tests.browser.legible import faint
from tests.workspace.harbour import Running, config

pytestmark = pytest.mark.browser
HOSTILE = "<img src=x onerror=\"document.title='hacked'\"><script>document.title='hacked'</script>"


def plain(text: str) -> dict[str, str]:
    return {"type": "plain_text", "text": text}


def button(action: str, text: str, **more: Any) -> dict[str, Any]:
    return {"type": "button", "action_id": action, "text": plain(text), "value": "1", **more}


CARD = [
    {"type": "header", "text": plain("Lunch survey")},
    {
        "type": "section",
        "text": {
            "type": "mrkdwn",
            "text": "*Preview is ready.* Three questions for `#ops`, kept until :calendar: *8 December*.",
        },
        "fields": [
            {"type": "mrkdwn", "text": "*Audience*\n#ops · 3 people"},
            {"type": "mrkdwn", "text": "*Cost*\n€0.00 – €0.40 a month"},
            {"type": "mrkdwn", "text": "*May do*\nkeep answers in its own store"},
            {"type": "mrkdwn", "text": "*Ends*\n<!date^1796688000^{date_short_pretty}|8 Dec>"},
        ],
    },
    {
        "type": "actions",
        "block_id": "card",
        "elements": [
            button("open", "Open preview", url="http://lunch.localhost:1/"),
            button("publish", "Publish", style="primary"),
            button(
                "retire",
                "Retire",
                style="danger",
                confirm={
                    "title": plain("Retire this app?"),
                    "text": plain("Its answers are exported first."),
                    "confirm": plain("Retire"),
                    "deny": plain("Keep it"),
                    "style": "danger",
                },
            ),
        ],
    },
    {"type": "context", "elements": [{"type": "mrkdwn", "text": "survey@1 · trace 4bf92f35"}]},
]
FORM = {
    "type": "modal",
    "callback_id": "details",
    "title": plain("Publish the survey"),
    "submit": plain("Publish"),
    "close": plain("Not yet"),
    "blocks": [
        {
            "type": "input",
            "block_id": "title",
            "label": plain("Title"),
            "hint": plain("You said"),
            "element": {
                "type": "plain_text_input",
                "action_id": "v",
                "initial_value": "Lunch survey",
                "max_length": 30,
            },
        },
        {
            "type": "input",
            "block_id": "who",
            "optional": True,
            "label": plain("Who helps you with it"),
            "element": {"type": "multi_users_select", "action_id": "v"},
        },
        {
            "type": "input",
            "block_id": "days",
            "label": plain("Days it stays"),
            "hint": plain("I guessed"),
            "element": {
                "type": "number_input",
                "action_id": "v",
                "is_decimal_allowed": False,
                "min_value": "1",
                "max_value": "90",
            },
        },
    ],
}


def scripted(harbor: Running) -> Any:
    """A bot that answers, posts a card, opens a form and edits its message."""
    app = harbor.bolt()

    @app.command("/slipway")
    def asked(ack: Any, client: Any, body: dict[str, Any]) -> None:
        ack()
        root = client.chat_postMessage(
            channel=body["channel_id"], text=f"<@{body['user_id']}> asked for {body['text']}"
        )
        place = {"channel": body["channel_id"], "thread_ts": root["ts"]}
        said = client.chat_postMessage(**place, text="Working on it…")
        client.chat_update(channel=body["channel_id"], ts=said["ts"], text="Done: understood, drawn, judged.")
        client.chat_postMessage(**place, text="Lunch survey", blocks=CARD)
        client.chat_postEphemeral(**place, user=body["user_id"], text="I took a *password* out of what you wrote.")

    @app.action("publish")
    def published(ack: Any, client: Any, body: dict[str, Any]) -> None:
        ack()
        client.views_open(trigger_id=body["trigger_id"], view=FORM)

    @app.action(re.compile("open|retire"))
    def pressed(ack: Any, client: Any, body: dict[str, Any]) -> None:
        ack()
        place = {"channel": body["channel"]["id"], "thread_ts": body["container"]["thread_ts"]}
        client.chat_postMessage(**place, text=f"You pressed {body['actions'][0]['action_id']}.")

    @app.view("details")
    def filled(ack: Any, body: dict[str, Any]) -> None:
        title = body["view"]["state"]["values"]["title"]["v"]["value"]
        if title == "Lunch survey":
            ack(response_action="errors", errors={"title": "There is one with this title already."})
        else:
            ack()

    @app.event(re.compile(".*"))
    def other() -> None: ...

    return harbor.connect(app)


@pytest.fixture(scope="module")
def harbor() -> Iterator[Running]:
    running = Running(config())
    handler = scripted(running)
    yield running
    handler.close()
    running.stop()


@pytest.fixture
def visit(harbor: Running, browser: Browser) -> Iterator[Callable[..., Page]]:
    """Opens the page as a person; any error or refused resource on it fails the test."""
    contexts: list[Any] = []
    wrong: list[str] = []

    def go(handle: str, width: int = 1280, channel: str = "slipway-demo") -> Page:
        context = browser.new_context(viewport={"width": width, "height": 844 if width < 500 else 860})
        contexts.append(context)
        base = harbor.config.base_url
        context.request.post(f"{base}/page/api/me", data={"person": handle})
        page = context.new_page()
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.on("console", lambda said: wrong.append(said.text) if said.type == "error" else None)
        page.goto(f"{base}/archives/{harbor.channel(channel)}")
        expect(page.locator("#channel-name")).to_have_text(f"# {channel}")
        return page

    yield go
    for context in contexts:
        context.close()
    assert wrong == []


@pytest.fixture
def shots(tmp_path: Path) -> Path:
    """Where pictures go; a run that wants to keep them names a folder with `--basetemp`."""
    return tmp_path


def test_a_person_asks_presses_and_fills_a_form_and_sees_it_all_live(visit: Callable[..., Page], shots: Path) -> None:
    page = visit("ana")
    page.get_by_role("button", name="/slipway a lunch survey for ops").click()
    page.keyboard.press("Enter")
    thread = page.get_by_role("complementary", name="Thread")
    expect(thread.get_by_role("heading", name="Lunch survey")).to_be_visible()
    expect(thread.get_by_text("Done: understood, drawn, judged.")).to_be_visible()
    expect(thread.get_by_text("Only visible to you")).to_be_visible()
    assert faint(page) == []
    dismiss = thread.get_by_role("button", name="Dismiss").last
    assert dismiss.evaluate("one => one.getBoundingClientRect().height") >= 24, "a finger has to find it"
    page.screenshot(path=shots / "thread-1280.png")
    thread.get_by_role("button", name="Publish").click()
    form = page.get_by_role("dialog", name="Publish the survey")
    expect(form.get_by_label("Title")).to_be_focused()
    form.get_by_role("button", name="Publish").click()
    expect(form.get_by_text("Please complete this required field.")).to_be_visible()
    form.get_by_label("Days it stays").fill("14")
    page.screenshot(path=shots / "form-1280.png")
    form.get_by_role("button", name="Publish").click()
    expect(form.get_by_text("There is one with this title already.")).to_be_visible()
    form.get_by_label("Title").fill("Lunch in spring")
    form.get_by_label("Ben Okafor").check()
    page.keyboard.press("Enter")
    expect(form).to_be_hidden()
    thread.get_by_role("button", name="Retire").click()
    page.get_by_role("dialog", name="Retire this app?").get_by_role("button", name="Keep it").click()
    thread.get_by_role("button", name="Retire").click()
    page.get_by_role("dialog", name="Retire this app?").get_by_role("button", name="Retire").click()
    expect(thread.get_by_text("You pressed retire.")).to_be_visible()


def test_everything_is_there_on_a_phone(visit: Callable[..., Page], shots: Path) -> None:
    page = visit("ana", width=390)
    page.screenshot(path=shots / "channel-390.png")
    page.get_by_role("combobox").fill("/slipway a form")
    page.keyboard.press("Enter")
    page.get_by_role("button", name=re.compile("replies")).last.click()
    thread = page.get_by_role("complementary", name="Thread")
    expect(thread.get_by_role("heading", name="Lunch survey")).to_be_visible()
    page.screenshot(path=shots / "thread-390.png")
    thread.get_by_role("button", name="Publish").click()
    expect(page.get_by_role("dialog")).to_be_visible()
    page.screenshot(path=shots / "form-390.png")
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_be_hidden()
    page.keyboard.press("Escape")
    expect(thread).to_be_hidden()
    page.get_by_role("button", name="Channels and people").click()
    expect(page.get_by_role("button", name="finance")).to_be_in_viewport()
    page.screenshot(path=shots / "menu-390.png", animations="disabled")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_hostile_words_and_blocks_stay_words(visit: Callable[..., Page], harbor: Running) -> None:
    page = visit("cy", channel="general")
    ben = harbor.person("ben")
    ben.say(f"{HOSTILE} <!channel> <javascript:alert(1)|press> *bold*", "#general")
    text = f"{HOSTILE} <javascript:document.title='hacked'|press me>"
    section = {"type": "section", "text": {"type": "mrkdwn", "text": text}, "fields": [plain(HOSTILE)]}
    pressed = {"type": "actions", "elements": [button("x", "<b>Go</b>", url="javascript:document.title='hacked'")]}
    image = {"type": "context", "elements": [{"type": "mrkdwn", "text": HOSTILE}]}
    harbor.client.chat_postMessage(channel="#general", text="x", blocks=[section, pressed, image])
    expect(page.get_by_text("press me")).to_be_visible()
    expect(page.get_by_text("<b>Go</b>")).to_be_visible()
    expect(page.get_by_text("<!channel>")).to_be_visible()
    assert page.locator(".log script, .log img[src='x'], .log a[href^='javascript']").count() == 0
    expect(page).to_have_title("# general · Harbor")


def test_someone_else_sees_the_badge_and_one_becomes_them_with_the_keyboard(
    visit: Callable[..., Page], harbor: Running, shots: Path
) -> None:
    page = visit("dora", channel="general")
    harbor.person("ana").say("@dora could you look at this?", "#slipway-demo")
    expect(page.get_by_role("button", name=re.compile("slipway-demo .*unread"))).to_be_visible()
    assert faint(page) == []
    page.locator("#switch").press("Enter")
    page.screenshot(path=shots / "switch-1280.png")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.locator("#switch")).to_contain_text("You are Ben")


def test_the_message_box_completes_people_and_channels(visit: Callable[..., Page], shots: Path) -> None:
    page = visit("ana", channel="ops")
    box = page.get_by_role("combobox")
    box.press_sequentially("ask @be")
    page.screenshot(path=shots / "complete-1280.png")
    box.press("Tab")
    box.press_sequentially("about #fin")
    box.press("Enter")
    expect(box).to_have_value("ask @ben about #finance ")
    box.press("Enter")
    expect(page.locator("#log .mention").filter(has_text="Ben Okafor").last).to_be_visible()


def test_signing_in_takes_one_click_as_the_person_one_is(
    visit: Callable[..., Page], harbor: Running, shots: Path
) -> None:
    page = visit("ben")
    query = "response_type=code&scope=openid&state=s1&client_id=client.1&redirect_uri=http://lunch.localhost:9/callback"
    page.route("http://lunch.localhost:9/**", lambda route: route.fulfill(body="welcome"))
    page.goto(f"{harbor.config.base_url}/openid/connect/authorize?{query}")
    page.screenshot(path=shots / "signin-1280.png")
    page.get_by_role("button", name="Continue as Ben Okafor").click()
    page.wait_for_url("http://lunch.localhost:9/callback?**")
    assert "state=s1" in page.url
    assert "code=" in page.url


def test_what_is_said_while_the_page_opens_is_not_lost(harbor: Running, browser: Browser) -> None:
    context = browser.new_context()
    context.request.post(f"{harbor.config.base_url}/page/api/me", data={"person": "ana"})
    page = context.new_page()

    def connect(socket: WebSocketRoute) -> None:
        harbor.person("ben").say("said before the news began", "#slipway-demo")
        socket.connect_to_server()

    page.route_web_socket("**/page/live", connect)
    page.goto(f"{harbor.config.base_url}/archives/{harbor.channel('slipway-demo')}")
    expect(page.locator("#log").get_by_text("said before the news began")).to_be_visible()
    context.close()


def test_what_cannot_be_sent_stays_in_the_box(harbor: Running, browser: Browser) -> None:
    context = browser.new_context(viewport={"width": 1280, "height": 860})
    base = harbor.config.base_url
    context.request.post(f"{base}/page/api/me", data={"person": "ana"})
    page = context.new_page()
    page.goto(f"{base}/archives/{harbor.channel('general')}")
    box = page.locator("#composer").get_by_role("combobox")
    expect(box).to_be_visible()
    context.set_offline(True)
    box.fill("a long thought")
    box.press("Enter")
    expect(page.get_by_text("That could not be sent (the workspace does not answer).")).to_be_visible()
    expect(box).to_have_value("a long thought")
    context.set_offline(False)
    box.press("Enter")
    expect(page.locator("#log .message").filter(has_text="a long thought")).to_be_visible()
    expect(box).to_have_value("")
    context.close()
