"""A secret that a template's apps use and that nobody has set: the app runs, and its card names what is missing."""

from sqlmodel import Session

from bot.threads import thread
from runtime.broker import secret
from runtime.broker.vault import Purpose, Sealed
from tests.bot.house import House

NAME = "analytics-write-key"
MISSING = f":key: *No such secret yet:* `{NAME}`. What needs it is refused by that name. The platform team sets it."


def test_the_card_names_a_secret_that_is_missing_until_it_is_set_and_again_when_it_is_deleted(house: House) -> None:
    # T16, SD6
    asked = house.ask("simple-survey about our lunch")
    assert MISSING in house.card(asked)
    house.press(asked, "slipway.publish")
    assert MISSING in house.card(asked)
    assert house.ana.sign_in(house.live(asked)).status_code == 200, "it runs without"
    request = house.request()
    for change, there in ((put, True), (remove, False)):
        with Session(house.engine) as session, session.begin():
            change(session, request.workspace)
            thread.refresh(session, house.wiring, request.id, house.now())
        house.settle()
        assert (MISSING in house.card(asked)) is not there


def put(session: Session, workspace: str) -> None:
    secret.put(session, Purpose(workspace, "", NAME, ("in.example.com",)), Sealed("k1", "wrapped", "value"), 1)


def remove(session: Session, workspace: str) -> None:
    assert secret.remove(session, workspace, "", NAME)


def test_no_other_app_is_told_of_it(house: House) -> None:
    asked = house.ask("a lunch survey for ops, three questions, keep it two weeks")
    assert "No such secret" not in house.card(asked)
