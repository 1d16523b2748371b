"""The table of roles, as a pure function: each role may what its row says, and whoever has none may nothing."""

import re
from pathlib import Path
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.who import roles
from bot.who.people import Person
from bot.who.roles import Act, Role, Subject

OTHERS, ASK = "People of other organisations", "Please ask a member of this workspace."
ACTS: tuple[Act, ...] = get_args(Act)
ROLES: tuple[Role, ...] = get_args(Role)
PAGE = (Path(__file__).parents[2] / "docs" / "roles.md").read_text()
SUBJECT = Subject(asker="person_ana", user="UANA", owner="person_ana", editors=frozenset({"cy"}))


def somebody(handle: str = "eve", **facts: object) -> Person:
    return Person(**{"id": f"person_{handle}", "workspace": "T1", "user": "U1", "name": "E", "handle": handle, **facts})


def allowed(person: Person, subject: Subject = SUBJECT, *held: Role) -> set[Act]:
    return {act for act in ACTS if roles.may(person, act, subject, frozenset(held)).allowed}


def test_whoever_has_no_role_may_nothing() -> None:  # G2
    assert allowed(somebody()) == set()


def test_each_role_may_what_its_row_says_and_no_more() -> None:
    makers = {"answer", "publish", "retry", "plead"}
    ending = {"archive", "retire", "look", "run", "roll"}
    opening = {"open", "share", "audience"}
    owning = {"people", "hand"}
    assert allowed(somebody("ana")) == {
        *makers,
        *ending,
        *opening,
        *owning,
        "keep",
        "restore",
        "results",
        "choose",
        "want",
        "discard",
        "sent",
    }
    assert allowed(somebody("cy")) == {*makers, *ending, *opening, "keep", "restore", "results", "adopt"}
    assert allowed(somebody(), SUBJECT, "viewer") == {"open", "share", "adopt"}
    assert allowed(somebody(), SUBJECT, "approver") == {"open", "decide", "give"}
    assert allowed(somebody(), SUBJECT, "operator") == {*ending, "keep", "vouch", "freeze", "thaw"}
    assert allowed(somebody(), SUBJECT, "lead") == {"keep", "vouch"}
    assert allowed(somebody(), SUBJECT, "receiver") == {"receive"}
    assert allowed(somebody(), SUBJECT, "auditor") == {"audit"}


def test_the_page_shows_this_very_table() -> None:
    told = {
        act: {role for role, mark in zip(ROLES, marks, strict=True) if mark.strip() == "yes"}
        for act, *marks in (
            [cell.strip() for cell in line.strip("|").split("|")][1:]
            for line in PAGE.splitlines()
            if re.match(r"\| .* \| `\w+` \|", line)
        )
        for act in (act.strip("`"),)
    }
    assert told == {act: set(roles.MAY[act]) for act in ACTS}


@pytest.mark.parametrize(
    ("facts", "act", "told"),
    [
        ({}, "discard", "Only <@UANA>, who asked for this, can do that."),
        ({}, "publish", "Only <@UANA>, who asked for this, and the collaborators can do that."),
        ({}, "keep", "Only <@UANA>, team leads, operators and the collaborators can do that."),
        ({}, "hand", "Only <@UANA>, whose app it is, can do that."),
        ({"guest": True}, "adopt", "Guests cannot adopt apps. Please ask a member of this workspace."),
        ({}, "retire", "Only <@UANA>, operators and the collaborators can do that."),
        ({}, "audit", "Only auditors can read an app's record. Who they are stands in the setting SLIPWAY_ROLES."),
        ({"guest": True}, "keep", "Guests cannot steer apps here. Please ask a member of this workspace."),
        (
            {"partner": True},
            "run",
            f"{OTHERS} cannot steer apps here. {ASK}",
        ),
        ({"guest": True}, "decide", "Guests never approve. Please ask a member of this workspace."),
        (
            {"partner": True},
            "give",
            f"{OTHERS} never approve. {ASK}",
        ),
        ({"bot": True}, "publish", "Only people of this workspace can do that."),
        ({"deleted": True}, "keep", "Only people of this workspace can do that."),
    ],
)
def test_a_refusal_says_who_could(facts: dict[str, object], act: Act, told: str) -> None:
    assert roles.may(somebody(**facts), act, SUBJECT) == roles.Ruling(False, told)


OUTSIDERS = st.sampled_from([{"guest": True}, {"partner": True}, {"guest": True, "partner": True}])


@given(OUTSIDERS, st.sampled_from(["ana", "cy", "eve"]), st.frozensets(st.sampled_from(ROLES)), st.booleans())
def test_an_outsider_never_approves_operates_or_audits_whatever_they_are(
    facts: dict[str, object], handle: str, held: frozenset[Role], welcoming: bool
) -> None:
    subject = Subject("person_ana", "UANA", "person_ana", frozenset({"cy"}), welcoming=welcoming)
    may = allowed(somebody(handle, **facts), subject, *held)
    assert may.isdisjoint({"decide", "give", "audit"})
    if not welcoming:
        assert may <= {"open"}


def test_a_partner_with_a_collaborators_handle_is_somebody_else() -> None:
    welcoming = Subject("person_ana", "UANA", "person_ana", frozenset({"cy"}), welcoming=True)
    assert allowed(somebody("cy", id="person_other", partner=True), welcoming) == set()


def test_a_second_account_is_the_same_human() -> None:  # G2
    second = somebody("ana2", also=frozenset({"person_ana2", "person_ana"}))
    assert allowed(second) == allowed(somebody("ana"))


def test_whoever_left_may_nothing_any_more() -> None:
    assert allowed(somebody("ana", deleted=True), SUBJECT, *ROLES) == set()
