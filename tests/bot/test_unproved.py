"""An app that nobody whom we trust signed: a page for its visitors, a line in its thread, and how it comes back."""

import pytest

from bot.conversation import Thread
from bot.platformctl import command
from guardrails import signing
from runtime.bundles import BundleStore
from templates.bundle import digest_of
from templates.manifest import Digest
from tests.bot.house import House
from tests.runtime.door import request_id

SURVEY = "a lunch survey for ops, three questions, keep it two weeks"


@pytest.fixture
def survey(house: House) -> Thread:
    """A survey of ana's that is live, with an entry."""
    thread = house.ask(SURVEY)
    house.press(thread, "slipway.publish")
    house.answer(house.cy, house.live(thread), q1="1", q2="1", q3="soup")
    return thread


def refused(house: House, url: str) -> None:
    page = house.cy.web.get(url)
    assert (page.status_code, page.headers["retry-after"]) == (503, "60")
    assert "Nobody whom Slipway trusts signed its files, so nothing of it was run." in page.text
    assert request_id(page) in page.text
    house.worker.rest()
    house.settle()


def lines(house: House, thread: Thread, word: str) -> list[str]:
    return [one["text"] for one in thread.messages(house.ana) if word in one["text"]]


def test_a_signature_that_was_changed_on_disk_stops_the_app_until_it_is_signed_again(  # K1
    house: House, survey: Thread
) -> None:
    url, store = house.live(survey), BundleStore(house.home / "bundles")
    for signature in store.signatures(Digest(str(house.request().bundle))):
        blob = store.folder / "blobs" / "sha256" / digest_of(signature)[7:]
        blob.write_bytes(signature.replace(b'"hint":"sha256:', b'"hint":"sha255:'))
    house.worker.loader.forget()
    for _ in range(3):
        refused(house, url)
    [line] = lines(house, survey, "could not be opened")
    assert line == (
        ":warning: *Lunch* (live) could not be opened, because nothing proves where its files come from "
        "(nobody signed it), 3 times today. Nothing of it was run, and its entries are safe. Press Change answers and "
        "send them as they are: that builds and signs it anew."
    )
    assert "suspended" not in house.card(survey)
    house.fill(survey)
    assert "soup" in house.ana.sign_in(url + "results.csv").text


def test_revoking_the_key_stops_an_app_that_is_running_with_the_next_visit(  # K1
    house: House, survey: Thread, capsys: pytest.CaptureFixture[str]
) -> None:
    url, key = house.live(survey), signing.read(house.home / "signing.key").id
    assert house.cy.web.get(url).status_code == 200
    assert command.main(["key", "revoke", key[7:20], "--home", str(house.home)]) == 0
    assert "lunch  live  owner " in capsys.readouterr().out
    refused(house, url)
    assert len(lines(house, survey, "(live)")) == 1
    house.fill(survey)
    assert house.cy.web.get(url).status_code == 200


def test_the_card_leads_to_the_list_of_the_apps_parts(house: House, survey: Thread) -> None:  # G5
    url = house.live(survey) + "_slipway/sbom"
    assert f"*Made of* the parts on <{url}|this signed list>." in house.card(survey)
    listed = house.cy.web.get(url).json()
    assert (listed["bomFormat"], listed["specVersion"]) == ("CycloneDX", "1.6")
    assert listed["metadata"]["component"]["hashes"][0]["content"] == str(house.request().bundle)[7:]
