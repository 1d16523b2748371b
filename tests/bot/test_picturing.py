"""T17: the thread shows a picture of the preview with its link, in words for whoever cannot see it."""

import hashlib
import struct
from collections.abc import Iterator, Mapping
from typing import Any

import httpx2
import pytest
from sqlmodel import Session, select

from bot.building import first_page, picturing
from bot.building.camera import NoPicture
from bot.building.picturing import PictureRow
from bot.chat import ChatError
from bot.conversation import Thread
from bot.database import transaction
from runtime import viewing
from runtime.viewing import HEADER, ViewingRow
from templates.manifest import Digest
from tests.bot.house import House

pytestmark = pytest.mark.scenario
SURVEY = "a lunch survey for ops with the questions: Was it warm? Was it enough?"
PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 16


@pytest.fixture
def pictured(house: House) -> Iterator[House]:
    """A house with a camera that always works."""
    house.wire(photograph=lambda slug, files, token: PNG)
    yield house


def take(house: House) -> None:
    """The pictures that are due, and their messages."""
    for _ in range(3):
        picturing.tick(house.wiring)
        house.settle()


def images(house: House, thread: Thread) -> list[Mapping[str, Any]]:
    """Every picture in the thread."""
    return [block for one in thread.messages(house.ana) for block in one["blocks"] if block["type"] == "image"]


def bytes_of(house: House, image: Mapping[str, Any]) -> bytes:
    """What the workspace's page draws for it."""
    reply = house.ana.web.get(f"{house.harbor.config.base_url}/page/file/{image['slack_file']['id']}")
    assert reply.status_code == 200 and reply.headers["content-type"] == "image/png"
    return reply.content


def row(house: House) -> PictureRow:
    with Session(house.engine) as session:
        return session.exec(select(PictureRow)).one()


@pytest.mark.browser
def test_the_thread_shows_how_the_preview_looks(house: House) -> None:  # T17
    house.wire(photograph=first_page.photographer(house.settings.gateway, ""))
    thread = house.ask(SURVEY)
    take(house)
    [image] = images(house, thread)
    assert "Was it warm?; Was it enough?" in image["alt_text"] and "Lunch" in image["alt_text"]
    png = bytes_of(house, image)
    width, height = struct.unpack(">II", png[16:24])
    assert png.startswith(b"\x89PNG") and width == 1140 and height > 400
    said = thread.messages(house.ana)[-1]
    assert house.preview(thread) in said["text"] and "Was it warm?" in said["text"]


def test_a_changed_preview_gets_a_new_picture_in_place_of_the_old_one(pictured: House) -> None:  # T17
    house = pictured
    thread = house.ask(SURVEY)
    take(house)
    [before] = images(house, thread)
    count = len(thread.messages(house.ana))
    house.fill(thread, title="Dinner")
    take(house)
    house.later(0.001)
    take(house)
    [after] = images(house, thread)
    assert after["slack_file"] != before["slack_file"] and "“Dinner”" in after["alt_text"]
    assert len(thread.messages(house.ana)) == count
    gone = house.ana.web.get(f"{house.harbor.config.base_url}/page/file/{before['slack_file']['id']}")
    assert gone.status_code == 404 and row(house).due_at is None


def test_without_a_renderer_the_words_and_the_link_stand_there_and_no_error(house: House) -> None:  # T17
    house.wire(photograph=first_page.photographer(house.settings.gateway, "/nowhere/chromium"))
    thread = house.ask(SURVEY)
    take(house)
    said = thread.messages(house.ana)[-1]
    assert images(house, thread) == [] and house.preview(thread) in str(said["blocks"])
    assert "Was it warm?; Was it enough?" in str(said["blocks"]) and house.told() == ""
    assert not any(word in house.card(thread).lower() for word in ("error", "chromium", "could not"))
    for _ in picturing.AGAIN:
        house.later(0.01)
        take(house)
    assert row(house).due_at is None  # given up silently


def test_a_picture_that_works_later_takes_the_place_of_the_words(pictured: House) -> None:  # T17
    house, working = pictured, pictured.wiring.photograph

    def broken(*_: object) -> bytes:
        raise NoPicture("the page was not drawn in time")

    house.wire(photograph=broken)
    thread = house.ask(SURVEY)
    take(house)
    assert images(house, thread) == []
    house.wire(photograph=working)
    house.later(0.01)
    take(house)
    assert len(images(house, thread)) == 1


@pytest.mark.parametrize("code", ["unknown_method", "not_allowed_token_type", "invalid_auth", "ratelimited"])
def test_a_chat_that_takes_no_files_gets_the_words(pictured: House, code: str) -> None:  # T17
    house = pictured

    class Fileless:
        def __getattr__(self, name: str) -> Any:
            return getattr(house.chat, name)

        def upload(self, content: bytes, name: str, alt: str) -> str:
            raise ChatError(code, permanent=code != "ratelimited")

    house.wire(chat=Fileless())
    thread = house.ask(SURVEY)
    take(house)
    assert images(house, thread) == [] and "Was it enough?" in str(thread.messages(house.ana)[-1])


def test_a_picture_that_the_chat_does_not_know_yet_is_shown_a_little_later(pictured: House) -> None:  # T17
    house = pictured
    hidden = True

    class Slow:
        def __getattr__(self, name: str) -> Any:
            return getattr(house.chat, name)

        def post(self, place: Any, message: Any, key: str) -> str:
            if hidden and key.startswith("picture:") and any(one["type"] == "image" for one in message.blocks):
                raise ChatError("invalid_blocks", permanent=True)
            return house.chat.post(place, message, key)

    house.wire(chat=Slow())
    thread = house.ask(SURVEY)
    take(house)
    house.later(0.001)
    take(house)
    assert images(house, thread) == [] and "Was it enough?" in str(thread.messages(house.ana)[-1])
    hidden, first = False, row(house).file
    house.later(0.01)
    take(house)
    [image] = images(house, thread)
    assert image["slack_file"]["id"] == first  # not drawn a second time


def test_of_a_discarded_preview_no_picture_is_left(pictured: House) -> None:  # T17
    house = pictured
    thread = house.ask(SURVEY)
    take(house)
    [image] = images(house, thread)
    house.press(thread, "slipway.discard")
    take(house)
    gone = house.ana.web.get(f"{house.harbor.config.base_url}/page/file/{image['slack_file']['id']}")
    assert images(house, thread) == [] and gone.status_code == 404
    with Session(house.engine) as session:
        assert session.exec(select(PictureRow)).all() == []


def test_of_a_retired_app_no_picture_is_left(pictured: House) -> None:  # T17 D3
    house = pictured
    thread = house.ask(SURVEY)
    take(house)
    house.press(thread, "slipway.publish")
    house.press(thread, "slipway.retire")
    take(house)
    assert images(house, thread) == []


# The viewing: one look at one page, and at nothing of anybody's.


def allowed(house: House, thread: Thread) -> tuple[str, str]:
    """The preview's address, and a token for one look at it."""
    request = house.request()
    with transaction(house.engine) as session:
        token = viewing.allow(session, request.app or "", Digest(request.bundle or ""), house.now())
    return house.preview(thread), token


def look(house: House, url: str, token: str, method: str = "GET") -> httpx2.Response:
    """As the camera asks."""
    client = type(house.ana.web)(transport=house.ana.web._transport)
    return client.request(method, url, headers={HEADER: token}, follow_redirects=False)


def test_a_viewing_shows_the_first_page_once(house: House) -> None:  # T17
    thread = house.ask(SURVEY)
    url, token = allowed(house, thread)
    first = look(house, url, token)
    assert first.status_code == 200 and "Was it warm?" in first.text and "set-cookie" not in first.headers
    assert look(house, url, token).status_code == 403
    with Session(house.engine) as session:
        assert [one.digest for one in session.exec(select(ViewingRow))] == [hashlib.sha256(token.encode()).hexdigest()]
    assert token not in house.dump()


@pytest.mark.parametrize("path", ["results", "?q=1", "_slipway/rehearsal", "_slipway/about", "static/look.css"])
def test_a_viewing_shows_no_other_page(house: House, path: str) -> None:  # T17
    thread = house.ask(SURVEY)
    url, token = allowed(house, thread)
    refused = look(house, url + path, token)
    assert refused.status_code in (302, 403) and "Was it warm?" not in refused.text
    assert look(house, url, token).status_code == 200  # it was not used up


def test_a_viewing_enters_nothing_changes_nothing_and_is_of_no_use_elsewhere(house: House) -> None:  # T17
    thread = house.ask(SURVEY)
    url, token = allowed(house, thread)
    assert look(house, url, token, "POST").status_code == 403
    other = house.ask("a survey about the coffee machine")
    assert look(house, house.preview(other), token).status_code == 403
    house.press(thread, "slipway.publish")
    assert look(house, house.live(thread), token).status_code == 403  # of the live app there is none
    assert look(house, url, "A" * 43).status_code == 403 and look(house, url, "../../etc").status_code == 403
    house.later(0.01)
    assert look(house, url, token).status_code == 403  # a minute is over


def test_what_people_entered_is_on_no_picture(house: House) -> None:  # T17
    thread = house.ask("track our laptops: model, serial number")
    url, token = allowed(house, thread)
    house.answer(house.ana, url + "add", model="ThinkPad", serial_number="PF-3XK2")
    assert "PF-3XK2" in house.ana.web.get(url).text
    assert "PF-3XK2" not in look(house, url, token).text


def test_a_viewing_for_an_older_preview_does_not_show_the_newer_one(house: House) -> None:  # T17
    thread = house.ask(SURVEY)
    url, token = allowed(house, thread)
    house.fill(thread, title="Dinner")
    assert look(house, url, token).status_code == 403
