"""The cards about an app's end and its owner: a reminder, a Keep that waits, a hand-over, an orphan."""

from collections.abc import Mapping

from bot.chat import Block, Message
from bot.wording import labels, words
from bot.wording.blocks import actions, button, context, section

KEEP, VOUCH, REFUSE = "slipway.keep", "slipway.vouch", "slipway.refuse"
HAND, ACCEPT, DECLINE, ADOPT = "slipway.hand", "slipway.accept", "slipway.decline", "slipway.adopt"
PEOPLE = "slipway.people"


def reminder(app: str, text: str, archive: str, trace: str) -> Message:
    """An app is about to end; `archive` is asked before it is archived."""
    about = {"app": app}
    row = actions(
        _button(KEEP, about, style="primary"),
        _button("slipway.archive", about, confirm=archive),
        _button(HAND, about),
    )
    return _message(text, row, trace)


def keeping(app: str, keep: str, text: str, trace: str) -> Message:
    """Somebody wants to keep it, and another has to agree."""
    about = {"app": app, "keep": keep}
    return _message(text, actions(_button(VOUCH, about, style="primary"), _button(REFUSE, about)), trace)


def offer(app: str, hand: str, text: str, budget_kept: str, trace: str) -> Message:
    """A hand-over, for its receiver to answer; `budget_kept` names the budget that may stay, if another would pay."""
    about = {"app": app, "hand": hand}
    stays = [button(labels.KEEP_BUDGET.format(tag=budget_kept), ACCEPT, {**about, "budget": "stays"})]
    row = actions(_button(ACCEPT, about, style="primary"), *(stays if budget_kept else []), _button(DECLINE, about))
    return _message(text, row, trace)


def orphan(app: str, text: str, trace: str) -> Message:
    """Nobody looks after it: whoever may can."""
    return _message(text, actions(_button(ADOPT, {"app": app}, style="primary")), trace)


def _button(action: str, about: Mapping[str, str], *, style: str = "", confirm: str = "") -> Block:
    return button(labels.BUTTONS[action], action, about, style=style, confirm=confirm)


def _message(text: str, row: Block, trace: str) -> Message:
    return Message(text, (section(text), row, context(words.trace(trace))))
