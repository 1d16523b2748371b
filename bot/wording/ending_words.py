"""What people are told about the ends of apps: archives, restoring, receipts, and what is stuck."""

from collections.abc import Mapping, Sequence

from bot.wording import words

STEPS: Mapping[str, str] = {
    "archive": "its archive could not be written",
    "export": "its entries could not be exported",
    "clear": "what it left could not be cleared away",
    "restore": "it could not be restored",
    "delete": "its archive could not be deleted",
}
"""What did not work, by the step that is stuck."""
ENDING = frozenset({"archive", "export", "clear"})
"""Steps of which the app is said to be retiring."""
RESTORE, RESTORE_SURE = "Restore", "*{title}* goes live again with its entries, if the policies still allow it."
RETIRE = "Retire without an archive"
NO_ARCHIVE = "There is nothing to restore: it has no archive, or that was deleted. The card shows how it stands."

STILL_CLOSING = "It is still being put away. Please press Restore again in a minute."
GOES_BACK = "It stays archived, and nothing of it was lost."
NOTHING_STUCK = "Nothing is stuck."
NO_LONGER = "It cannot be restored any more: its archive was deleted."
ANEW = "Ask for it anew with `/slipway`, or have the rules looked at."
NOTHING_LEFT = "The app has ended; there is nothing to press here any more."


def unusable(why: str) -> str:
    """Nothing goes live whose archive could not be kept."""
    return f"It was not published: its archive could not be kept. {why} Ask an operator to mend that, then publish."


def closing(title: str) -> str:
    """It answers nobody, and its archive is being written."""
    return f":hourglass_flowing_sand: *{title}* answers nobody any more. It is being archived."


def archived(title: str, ended_at: int, until: int) -> str:
    """It can come back."""
    back = f" It can be restored until *{words.when(until)}*." if until else ""
    return f":file_cabinet: *{title}* was archived on {words.when(ended_at)}.{back}"


def can_return(until: int) -> str:
    """Below the message that it was archived."""
    return f"It can be restored until *{words.when(until)}*; then its archive is deleted."


def restoring(title: str) -> str:
    """It is on its way back."""
    return f":hourglass_flowing_sand: *{title}* is being restored."


def restored(user: str, now: int) -> str:
    """Where the Restore button was."""
    return (
        f":white_check_mark: <@{user}> restored it on {words.when(now)}." if user else f"Restored on {words.when(now)}."
    )


def not_restored(title: str, why: str) -> str:
    """In the thread, when it stays where it is."""
    return f":warning: *{title}* was not restored. {why} {GOES_BACK}"


def forbidden(why: str) -> str:
    """What was approved once is not allowed any more."""
    return f"The policies no longer allow what was approved. {why} {ANEW}"


def more_approvers(groups: Sequence[str]) -> str:
    """The policies ask for a yes that nobody gave."""
    named = " and ".join(f"@{one}" for one in groups)
    return f"The policies now ask for a yes from {named}, which it does not have. {ANEW}"


def stage(step: str) -> str:
    """What stands behind the title while a step is stuck."""
    return f"retiring (stuck: {step})" if step in ENDING else f"stuck: {step}"


def stuck(title: str, step: str, trouble: str, due_at: int) -> str:
    """On the card. `trouble` is escaped."""
    safe = " It is suspended, and nothing of it was deleted." if step == "archive" else ""
    return (
        f":warning: *{title}* · {stage(step)}\n{STEPS.get(step, step).capitalize()}: {trouble}{safe} "
        f"It is tried again on {words.when(due_at)}."
    )


def stuck_line(title: str, slug: str, step: str, trouble: str, since: int, attempts: int, due_at: int) -> str:
    """One line of the list."""
    tried = words.counted(attempts, "time", "times")
    return (
        f"• *{title}* (`{slug}`): {stage(step)} since {words.when(since)}. {trouble} "
        f"Tried {tried}; again on {words.when(due_at)}."
    )


def receipt(title: str, lines: Sequence[str]) -> str:
    """That its archive is gone for good, and what was in it."""
    return f":receipt: *Deletion receipt* for *{title}*\n" + "\n".join(lines)
