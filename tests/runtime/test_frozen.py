"""What stands still, as everybody reads it: by names that are equal, never by patterns."""

import pytest

from runtime import frozen
from runtime.frozen import Frozen, Still


def still(kind: str, name: str, at: int = 10, workspace: str = "T1") -> Still:
    return Still(workspace, kind, name, at)


@pytest.mark.parametrize(
    ("one", "since"),
    [
        (still("app", "app_1"), 10),
        (still("app", "app_2"), 0),
        (still("app", "*"), 10),
        (still("app", "app_%"), 0),
        (still("app", "app_1", workspace="T2"), 0),
        (still("template", "survey"), 10),
        (still("template", "survey@1.2.0"), 10),
        (still("template", "survey@1.3.0"), 0),
        (still("template", "surv"), 0),
        (still("template", "*"), 10),
        (still("template", "survey", workspace="T2"), 0),
        (still("capability", "*"), 0),
        (still("model", "*"), 0),
    ],
)
def test_an_app_stands_still_by_itself_or_with_its_template(one: Still, since: int) -> None:  # N14
    assert Frozen((one,)).app("T1", "app_1", ("survey@1.2.0", "")) == since


def test_of_two_freezes_the_first_says_since_when(  # N14
) -> None:
    both = Frozen((still("template", "survey", 5), still("app", "app_1", 7)))
    assert both.app("T1", "app_1", ("survey@1.2.0",)) == 5


@pytest.mark.parametrize(
    ("name", "stands"),
    [
        ("mail", {"mail:a.example", "mail:b.example"}),
        ("mail:a.example", {"mail:a.example"}),
        ("egress:api.example", {"egress:api.example:443"}),
        ("*", {"mail:a.example", "mail:b.example", "egress:api.example:443", "store"}),
        ("store", {"store"}),
        ("ma%", set()),
    ],
)
def test_a_capability_stands_still_by_its_name_or_its_kind(name: str, stands: set[str]) -> None:  # N14
    held = ("mail:a.example", "mail:b.example", "egress:api.example:443", "store")
    stilled = Frozen((still("capability", name),)).capabilities("T1")
    assert {one for one in held if frozen.since(stilled, one)} == stands
    assert Frozen((still("capability", name),)).capabilities("T2") == {}


def test_an_app_that_only_says_that_something_is_frozen_is_not_believed() -> None:  # S2
    said = f"MailError: {frozen.refusal('mail', 10)}"
    assert frozen.asked_for({"mail": 10}, said) == ("mail", 10)
    assert frozen.asked_for({}, said) is None
    assert frozen.asked_for({"store": 10}, said) is None
    assert frozen.asked_for({"mail": 10}, "Error: something else; frozen: mail: ") is None


def test_what_an_app_is_told_names_the_day() -> None:
    told = frozen.refusal("mail", 1_796_637_600)
    assert told == (
        "frozen: mail: the platform's operators switched it off on 7 December 2026, 10:00 UTC; "
        "it comes back when they let it"
    )
