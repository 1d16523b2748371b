"""With no model, and with a model that is down, slow, refusing or talking nonsense: every way is open all the same."""

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any

import pytest

from generator.openai_model import OpenAIModel
from tests.bot.house import House
from tests.generator.endpoint import Said, endpoint
from tests.workspace.harbour import free_port

SURVEY = "a lunch survey for ops, three questions, keep it two weeks"
FAILURES: dict[str, Said] = {
    "it took too long": Said(wait=5),
    "it refused to answer": Said(content=None, refusal="I cannot help with surveys."),
    "its answers did not fit the form": Said(content="<html>"),
    "its answer could not be read": Said(body=b"\x00 nonsense"),
    "its answer was empty": Said(body=b'{"id":"c","object":"chat.completion","created":1,"model":"m","choices":[]}'),
    "it answered with status 500": Said(status=500, body=b"boom"),
    "it answered with status 401": Said(status=401, body=b"{}"),
}


def walk(house: House) -> None:
    """Ask, preview, use, publish, change, end."""
    thread = house.ask(SURVEY)
    assert house.answer(house.ana, house.preview(thread), q1="4", q2="4", q3="soup").status_code == 200
    house.press(thread, "slipway.publish")
    assert house.ben.sign_in(house.live(thread)).status_code == 200
    house.press(thread, "slipway.retire")
    assert "has ended" in house.card(thread)


def test_every_way_is_open_without_a_model(house: House) -> None:  # U4
    walk(house)
    thread = house.ask("I need a tool for the invoices, please. It should be simple.")
    house.press(thread, "slipway.choose")
    assert "slipway.answer" in house.offered(thread)
    assert "The language model" not in house.card(thread)


@pytest.mark.parametrize("why", FAILURES)
def test_when_the_model_fails_the_rules_carry_on_and_the_card_says_so(house: House, why: str) -> None:  # U4
    with endpoint(lambda asked: FAILURES[why]) as served:
        patience = 0.3 if why == "it took too long" else 5
        house.wire(model=OpenAIModel(model="m", base_url=served.url, timeout=patience))
        thread = house.ask(SURVEY)
    assert f"The language model gave no answer ({why}), so I read your words by rule." in house.card(thread)
    assert house.ana.sign_in(house.preview(thread)).status_code == 200


def test_a_model_that_is_not_there_is_said_on_the_card(house: House) -> None:  # U4
    house.wire(model=OpenAIModel(model="m", base_url=f"http://127.0.0.1:{free_port()}/v1", timeout=5))
    thread = house.ask(SURVEY)
    assert "The language model gave no answer (it could not be reached)" in house.card(thread)
    house.press(thread, "slipway.publish")
    assert house.ana.sign_in(house.live(thread)).status_code == 200


def test_an_endpoint_that_trickles_is_left_behind(house: House) -> None:  # U4
    with trickling() as url:
        house.wire(model=OpenAIModel(model="m", base_url=url, timeout=0.5))
        began = time.perf_counter()
        thread = house.ask(SURVEY)
        assert time.perf_counter() - began < 3
    assert "(it took too long)" in house.card(thread)
    assert house.ana.sign_in(house.preview(thread)).status_code == 200


@contextmanager
def trickling() -> Iterator[str]:
    """An endpoint that always has one more byte."""
    ended = threading.Event()

    def serve(caller: socket.socket) -> None:
        # The caller hangs up: that is what is tried.
        with caller, suppress(OSError):
            caller.sendall(b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 99999\r\n\r\n")
            while not ended.wait(0.05):
                caller.sendall(b" ")

    def listen(door: socket.socket) -> None:
        # The test closes the door: that ends it.
        with suppress(OSError):
            while True:
                threading.Thread(target=serve, args=(door.accept()[0],), daemon=True).start()

    with socket.create_server(("127.0.0.1", 0)) as door:
        threading.Thread(target=listen, args=(door,), daemon=True).start()
        yield f"http://127.0.0.1:{door.getsockname()[1]}/v1"
        ended.set()
        door.shutdown(socket.SHUT_RDWR)


@pytest.mark.parametrize(
    "nonsense", ["__import__('os')", '{"kind":"rootkit","sure":true}', "null", "[]", "\u202e" * 99]
)
def test_nonsense_of_a_model_chooses_nothing(house: House, nonsense: str) -> None:  # U4
    answer: Callable[[Any], Said] = lambda asked: Said(content=nonsense)  # noqa: E731  # one line says it
    with endpoint(answer) as served:
        house.wire(model=OpenAIModel(model="m", base_url=served.url, timeout=0.5))
        thread = house.ask(SURVEY)
    assert "(its answers did not fit the form)" in house.card(thread)
    assert '"survey@1.0"' in house.card(thread)
