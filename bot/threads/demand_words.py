"""What is said of unmet demand: on the asker's card, in the template team's channel, and of what became of it."""

from collections.abc import Sequence

from bot.chat import Message
from bot.rows.demand import OTHER, Demand
from bot.wording import labels, words
from bot.wording.blocks import actions, button, context, quoted, section
from runtime.pages import day

UNSOUGHT = ("unsafe", "empty", *labels.HARMS)
"""Reasons for a no that nobody can wish away."""
ASK, ALSO = "slipway.want", "slipway.also"
ASK_LABEL, ALSO_LABEL = "Ask for this kind", "+1"
ASKED_ALREADY = "You asked for this kind already; once is enough. Your thread says how it stands."
ALSO_ALREADY = "You want this already, and you are counted once."
CLOSED = "This wish is closed: nothing more is counted. Ask again with `/slipway` if you still need it."
NOTHING_WANTED = "There is nothing to ask for here any more. The card shows how it stands."


def missing(lacks: Sequence[str]) -> str:
    """What the nearest template cannot, as the end of a sentence about it."""
    named = [f"*no {one.removeprefix('a ').removeprefix('an ')}*" for one in lacks]
    return f", but with {named[0] if len(named) == 1 else ', '.join(named[:-1]) + ' and ' + named[-1]}" if named else ""


def confirm(text: str) -> str:
    """Asked before it is filed: whose eyes the words are for."""
    return f"The template team is shown what you wrote: “{quoted(text, 180)}”"


def receipt(demand: Demand, *, joined: bool) -> str:
    """For the asker, in their thread."""
    assert demand.filed_at is not None
    people = words.counted(demand.people, "person wants", "people want")
    then = "You are told here what becomes of it."
    if joined:
        return f":inbox_tray: That is *{demand.name}* already, filed on {day(demand.filed_at)}; {people} it now. {then}"
    return f":inbox_tray: Filed as *{demand.name}* on {day(demand.filed_at)}; {people} it. {then}"


def standing(demand: Demand) -> str:
    """On the asker's card, where the button was."""
    people = words.counted(demand.people, "person wants", "people want")
    return f":inbox_tray: You asked for this kind: *{demand.name}*, {people} it."


def team(demand: Demand) -> Message:
    """In the template team's channel; nobody is called, and whose words they are is not said."""
    assert demand.filed_at is not None
    text = f"{demand.name}: “{quoted(demand.words, 250)}”"
    kind = f" It would be {words.kind(demand.kind)}." if demand.kind != OTHER else ""
    lacks = f" Nothing on the shelf has: {quoted(demand.lacks, 200)}." if demand.lacks else ""
    wanted = words.counted(demand.people, "person wants", "people want")
    people = f"*{wanted} it*, first filed on {day(demand.filed_at)}."
    said = section(f":bulb: *{demand.name}* “{quoted(demand.words, 250)}”\n{people}{kind}{lacks}")
    if demand.closed_at is not None:
        return Message(text, (said, section(outcome(demand))))
    plus = button(ALSO_LABEL, ALSO, {"demand": str(demand.id)})
    return Message(text, (said, actions(plus), context("Press +1 if you want it as well; everybody counts once.")))


def outcome(demand: Demand) -> str:
    """What became of it."""
    assert demand.closed_at is not None
    if demand.met_with:
        return f":white_check_mark: On {day(demand.closed_at)}: it is on the shelf as *{quoted(demand.met_with, 80)}*."
    return f":no_entry_sign: Closed on {day(demand.closed_at)}, it will not be built: “{quoted(demand.why, 300)}”"


def told(demand: Demand) -> str:
    """For each who asked, in their thread, once."""
    again = " Ask for it again with `/slipway`, or see `/slipway templates`." if demand.met_with else ""
    return f"*{demand.name}*, which you asked for. {outcome(demand)}{again}"


def weekly(wishes: int, people: int, noticed: int) -> str:
    """A line for the operators."""
    wanted = f"{words.counted(wishes, 'kind of app is', 'kinds of app are')} wanted that the shelf does not have"
    by = f", by {words.counted(people, 'person', 'people')}" if people else ""
    came = f"{words.counted(noticed, 'request', 'requests')} came to nothing"
    return f":bulb: {wanted}{by}; {came}. `platformctl demand list`"
