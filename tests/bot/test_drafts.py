"""What was typed and not sent is there again, for a day, for whoever typed it (A1: nothing is lost)."""

from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from sqlmodel import Session, select

from bot.clockwork import DAY
from bot.conversation import Thread
from bot.database import transaction
from bot.operating import upkeep
from bot.rows import drafts
from bot.rows.drafts import DraftRow
from bot.workspace.person import Person
from tests.bot.house import House
from tests.workspace.harbour import until

SURVEY = "a lunch survey for ops, three questions, keep it two weeks"
HOUR = 3600


def kept(house: House) -> list[DraftRow]:
    with Session(house.engine) as session:
        return list(session.exec(select(DraftRow).order_by(DraftRow.kept_at)))


def type_in(house: House, thread: Thread, who: Person | None = None, **values: str) -> Mapping[str, Any]:
    """Open the form, change fields one after the other, and close the window unsent."""
    who = who or house.ana
    view = house.form(thread, who)
    whole: dict[str, str] = {}
    for name, text in values.items():
        whole[name] = text
        assert who.type(view["id"], name, whole) == ""
    until(lambda: any(text in one.typed for one in kept(house) for text in [*values.values()][-1:]))
    who.close_view(view["id"])
    return view


def field(view: Mapping[str, Any], name: str) -> Any:
    return next(one for one in view["blocks"] if one.get("block_id") == name)


def shown(view: Mapping[str, Any], name: str) -> str:
    return str(field(view, name)["element"].get("initial_value", ""))


def said(view: Mapping[str, Any]) -> str:
    return " ".join(one["text"]["text"] for one in view["blocks"] if one["type"] == "section")


@pytest.fixture
def thread(house: House) -> Iterator[Thread]:
    yield house.ask(SURVEY)
    for who in (house.ana, house.ben):
        for view in who.views():
            who.close_view(view["id"])


def test_what_was_typed_stands_in_the_form_again(house: House, thread: Thread) -> None:  # A1
    type_in(house, thread, title="Lunch, but with soup")
    view = house.form(thread)
    assert shown(view, "title") == "Lunch, but with soup"
    assert "This is what you typed until" in said(view) and "Nothing of it is sent yet." in said(view)
    assert field(view, "title")["hint"]["text"].startswith("You typed this and did not send it.")


def test_each_change_takes_the_place_of_the_one_before(house: House, thread: Thread) -> None:  # A1
    type_in(house, thread, title="one")
    type_in(house, thread, title="two")
    assert len(kept(house)) == 1 and shown(house.form(thread), "title") == "two"


def test_after_a_day_it_is_gone(house: House, thread: Thread) -> None:  # A1
    type_in(house, thread, title="Lunch tomorrow")
    house.later(23 / 24)
    assert shown(house.form(thread), "title") == "Lunch tomorrow"
    house.later(2 / 24)
    view = house.form(thread)
    assert shown(view, "title") != "Lunch tomorrow" and said(view) == ""
    upkeep.purge(house.wiring)
    assert kept(house) == []


def test_what_was_sent_is_no_draft_any_more(house: House, thread: Thread) -> None:  # A1
    type_in(house, thread, title="Lunch, but with soup")
    assert house.fill(thread, title="Lunch at last") == {}
    assert kept(house) == [] and said(house.form(thread)) == ""


def test_a_form_that_was_refused_is_kept_with_what_is_wrong_in_it(house: House, thread: Thread) -> None:  # A1
    wrong = house.fill(thread, title="x" * 121)
    assert wrong["title"].startswith("“Title” is 121 characters long.")
    house.ana.close_view(house.ana.views()[-1]["id"])
    assert shown(house.form(thread), "title") == "x" * 121


def test_starting_over_forgets_it(house: House, thread: Thread) -> None:  # A1
    before = type_in(house, thread, title="Lunch, but with soup")
    view = house.form(thread)
    assert house.ana.press_in_view(view["id"], "slipway.anew") == ""
    view = until(lambda: [one for one in house.ana.views() if said(one) == ""])[-1]
    assert shown(view, "title") == shown(before, "title") and kept(house) == []
    # Slack keeps what stands in a field of the same action id, so the new one has another.
    assert field(view, "title")["element"]["action_id"] == "title.anew"
    assert house.ana.submit(view["id"], {"title": "Lunch anew"}) == {}
    house.settle()
    assert "Lunch anew" in house.card(thread)


def test_a_secret_in_it_is_not_kept(house: House, thread: Thread) -> None:  # A1
    secret = "ghp_" + "A1b2C3d4E5f6G7h8I9j0" + "K1l2M3n4O5p6Q7r8"
    view = house.form(thread)
    house.ana.type(view["id"], "title", {"title": f"Lunch {secret} soup"})
    until(lambda: kept(house))
    assert secret not in house.dump() and "Lunch" in kept(house)[0].typed


def test_nobody_else_sees_it(house: House) -> None:  # A1
    thread = house.ask(f"{SURVEY}, with @ben")
    type_in(house, thread, title="Only ana knows")
    view = house.form(thread, house.ben)
    assert shown(view, "title") != "Only ana knows" and said(view) == ""
    type_in(house, thread, house.ben, title="Only ben knows")
    assert shown(house.form(thread), "title") == "Only ana knows"
    house.ben.close_view(house.ben.views()[-1]["id"]) if house.ben.views() else None


def test_discarding_the_app_discards_drafts(house: House, thread: Thread) -> None:
    type_in(house, thread, title="Never mind")
    house.press(thread, "slipway.discard")
    assert kept(house) == []


def test_a_draft_is_of_a_request_that_is_known(house: House) -> None:
    from bot.chat import Drafted
    from bot.verbs.filling import drafted

    drafted(house.wiring, Drafted("T", "U", '{"request":"req_none"}', {"title": "x"}))
    drafted(house.wiring, Drafted("T", "U", "nonsense", {"title": "x"}))
    assert kept(house) == []


def test_a_person_keeps_so_many_drafts_and_no_more(house: House) -> None:
    with transaction(house.engine) as session:
        for number in range(drafts.MOST + 5):
            drafts.keep(session, f"r{number}", "T", "U", {"title": str(number)}, number)
        drafts.keep(session, "other", "T", "V", {"title": "x"}, 0)
    assert [one.request for one in kept(house)] == ["other", *(f"r{n}" for n in range(5, drafts.MOST + 5))]
    assert drafts.KEPT_S == DAY
