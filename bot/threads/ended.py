"""What is shown of an app that is over or on its way back, read from the rows, and the blocks for it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlmodel import Session

from bot.chat import Block
from bot.wording import ending_words, words
from bot.wording.blocks import actions, button, quoted, section
from runtime import archives, stuck
from runtime.apps import App, Stage
from runtime.archives import State
from runtime.stuck import Stuck

TITLE = 120
RESTORE = "slipway.restore"
RETIRE = "slipway.retire"


@dataclass(frozen=True, slots=True)
class Ended:
    """An app that is over. `until` is the UNIX second up to which it can be restored, 0 when it cannot."""

    title: str
    stage: str
    ended_at: int
    until: int = 0
    restoring: bool = False
    stuck: Stuck | None = None


def shown(session: Session, app: App | None, now: int) -> Ended | None:
    """How an app is over; None while it is not, or when nothing of it ever was published."""
    if app is None:
        return None
    kept = archives.newest(session, app.id)
    restoring = kept is not None and kept.state is State.RESTORING
    if not app.over and not restoring:
        return None
    held = next(iter(stuck.of_app(session, app.id)), None)
    until = kept.until if kept and kept.state is State.KEPT and now < kept.until else 0
    return Ended(quoted(app.title, TITLE), app.stage, app.ended_at or 0, until, restoring, held)


def text(one: Ended) -> str:
    """In a sentence or two."""
    if one.stuck is not None:
        return ending_words.stuck(one.title, one.stuck.step, quoted(one.stuck.trouble), one.stuck.due_at)
    if one.restoring:
        return ending_words.restoring(one.title)
    if one.stage == Stage.SUSPENDED:
        return ending_words.closing(one.title)
    if one.stage == Stage.ARCHIVED:
        return ending_words.archived(one.title, one.ended_at, one.until)
    return words.ended(one.title, one.stage, "")


def blocks(one: Ended, about: Mapping[str, str]) -> Sequence[Block]:
    """The text, and the one thing that can be done: have it back, or end what cannot be archived."""
    return [section(text(one)), *buttons(one, about)]


def offer(one: Ended, about: Mapping[str, str]) -> Sequence[Block]:
    """Below the message that it has ended: until when it can come back, and the button for it."""
    return [section(ending_words.can_return(one.until)), *buttons(one, about)] if one.until else []


def buttons(one: Ended, about: Mapping[str, str]) -> Sequence[Block]:
    """A row of buttons, or none."""
    if one.stage == Stage.ARCHIVED and one.until:
        sure = ending_words.RESTORE_SURE.format(title=one.title)
        return [actions(button(ending_words.RESTORE, RESTORE, about, confirm=sure))]
    if one.stage == Stage.SUSPENDED and one.stuck is not None:
        sure = words.retire_warning(one.title)
        return [actions(button(ending_words.RETIRE, RETIRE, about, style="danger", confirm=sure))]
    return []
