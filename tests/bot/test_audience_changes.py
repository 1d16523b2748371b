"""No sequence of audience changes lets somebody in whom no approved Proposal names (D7, K7)."""

import json
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlmodel import Session

from bot.answering import visitors
from bot.who import audiences
from bot.who.meeting import meet
from guardrails import approvals
from templates.audience import Audience, Opening, Part
from tests.bot.house import House

PLACES = ("C1", "C2", "G1", "G2")
PEOPLE = ("ana", "ben", "cy", "gil")
parts = st.sampled_from([("channel", "C1"), ("channel", "C2"), ("group", "G1"), ("group", "G2")])


@st.composite
def some(draw: st.DrawFn) -> Audience:
    kind = draw(st.sampled_from(["me", "several", "org", "public"]))
    also = tuple(draw(st.sets(st.sampled_from(PEOPLE), max_size=2)))
    if kind != "several":
        return Audience.model_validate({"kind": kind, "id": "ana" if kind == "me" else "", "also": also})
    first, *rest = draw(st.lists(parts, min_size=1, max_size=3, unique=True))
    more = tuple(Opening.model_validate({"kind": one[0], "id": one[1]}) for one in rest)
    return Audience.model_validate({"kind": first[0], "id": first[1], "also": also, "more": more})


def holds(part: Part, who: str, inside: dict[str, set[str]], guests: set[str]) -> bool:
    kind, name = part
    if kind == "me":
        return who == name
    if kind in ("channel", "group"):
        return who in inside[name]
    return kind == "public" or who not in guests


@given(some(), some(), st.fixed_dictionaries({one: st.sets(st.sampled_from(PEOPLE)) for one in PLACES}), st.data())
def test_what_is_within_lets_in_nobody_more_whoever_is_where(  # D7
    narrow: Audience, wide: Audience, inside: dict[str, set[str]], data: st.DataObject
) -> None:
    guests = data.draw(st.sets(st.sampled_from(PEOPLE)))
    if narrow.within(wide, owner="ana"):
        for who in PEOPLE:
            let_in = who in narrow.also or any(holds(one, who, inside, guests) for one in narrow.parts)
            could = who in wide.also or any(holds(one, who, inside, guests) for one in wide.parts)
            assert not let_in or could or who == "ana"


@given(some(), some())
def test_what_goes_live_again_is_open_to_nobody_whom_either_leaves_out(one: Audience, other: Audience) -> None:  # D7
    both = one.both(other, "ana")
    assert both.within(one, "ana")
    assert both.within(other, "ana")
    assert one.both(one, "ana").parts.keys() == one.parts.keys()


@given(some())
def test_an_audience_is_read_as_it_was_written(one: Audience) -> None:
    assert Audience.model_validate_json(one.model_dump_json()) == one
    assert one.within(one)


def test_rows_from_before_there_were_several_read_as_they_did() -> None:
    old = '{"kind":"channel","id":"C1","label":"#ops","also":[]}'
    assert Audience.model_validate_json(old).model_dump_json() == old
    with pytest.raises(ValueError, match="more"):
        Audience(kind="channel", id="C0", more=tuple(Opening(kind="channel", id=f"C{n}") for n in range(1, 9)))


@pytest.mark.parametrize("seed", [1, 2])
def test_whatever_is_pressed_nobody_comes_in_without_a_yes(house: House, seed: int) -> None:  # D7 K7
    chance = random.Random(seed)
    thread = house.ask("a survey about biscuits, three questions")
    house.press(thread, "slipway.publish")
    request, team = house.request(), house.harbor.config.team_id
    everybody = [meet(house.wiring, team, one.id) for one in (house.ben, house.cy, house.dora, house.gil)]
    about = json.dumps({"v": "1", "request": request.id})
    for step in range(8):
        said = chance.choice(["me", "this channel", "everyone", "named", "this channel"])
        names = chance.choice(["", "#finance", "@audit", "@dora", "#finance, @ops"])
        house.door.submit("slipway.audience", about.replace("}", f',"n":"{step}"}}'), open_to=said, names=names)
        house.settle()
        if chance.random() < 0.6 and house.request().state == "proposed":
            hint = json.dumps({"v": "1", "proposal": house.request().proposal})
            verb = chance.choice(["slipway.approve", "slipway.approve", "slipway.approve.late"])
            house.door.press(verb, hint, who=house.ben, at=f"9.{step}")
            house.settle()
        with Session(house.engine) as session:
            given = approvals.every(session, request.app or "")
        named = [one.proposal.audience for one in given if one.approvals and all(each.yes for each in one.approvals)]
        named += [one.proposal.audience for one in given if not one.groups]
        for person in everybody:
            asked = {"app": request.app, "stage": "live", "person": person.id}
            if visitors.admits(house.wiring, asked)["admitted"]:
                assert any(
                    person.handle in one.also or audiences.includes(house.wiring.chat, one, person) for one in named
                ), f"{person.handle} was let in after {said} {names}"
