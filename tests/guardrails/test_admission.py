"""Who may ask, decided before anything is understood, and always with a reason."""

from typing import TypedDict

import pytest

from guardrails.admission import LONGEST, PER_HOUR, admit


class Facts(TypedDict, total=False):
    """What may differ from a member's ordinary sentence."""

    outsider: str
    bot: bool
    text: str
    recent: int


ORDINARY: Facts = {"outsider": "", "bot": False, "text": "a survey", "recent": 1}


@pytest.mark.parametrize(
    ("different", "why"),
    [
        ({"bot": True}, "I only build apps for people."),
        ({"outsider": "guest"}, "Guests cannot create apps here. Please ask a member of this workspace to do it."),
        (
            {"outsider": "partner"},
            "People of other organisations cannot create apps here. Please ask a member of this workspace to do it.",
        ),
        ({"recent": PER_HOUR + 1}, "That is more than 60 requests in an hour. Please try again in an hour."),
        (
            {"text": "x" * (LONGEST + 1)},
            "That message is too long for me. Please say it in fewer than 8000 characters.",
        ),
        ({"text": " \n"}, "I did not find any words in that. Tell me what app you need, in a sentence."),
    ],
)
def test_a_refusal_says_why_in_a_sentence(different: Facts, why: str) -> None:
    admission = admit(**{**ORDINARY, **different})
    assert (admission.allowed, admission.why) == (False, why)


@pytest.mark.parametrize("different", [{}, {"recent": PER_HOUR}, {"text": "x" * LONGEST}, {"text": "🥪"}])
def test_a_member_may_ask_up_to_the_bounds(different: Facts) -> None:
    admission = admit(**{**ORDINARY, **different})
    assert admission.allowed
    assert admission.why
