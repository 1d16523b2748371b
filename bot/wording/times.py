"""Sentences about times at which apps run by themselves, when they did not or were cut off."""

from bot.wording import words


def missed(title: str, name: str, due: int, again: int) -> str:
    """An app could not be run when it was time. `title` is escaped."""
    why = f"it was due on {words.when(due)}, and nobody could run it for too long"
    return f"{_opening(title, 'did not run', name)}: {why}. It runs next on {words.when(again)}."


def cut_off(title: str, name: str, due: int, again: int, request: str) -> str:
    """An app was begun when it was time, and nobody knows how it ended. `title` is escaped."""
    why = f"it was due on {words.when(due)} and was cut off, so it may have done a part of it"
    next_ = f"I do not run it again for that; it runs next on {words.when(again)}"
    return f"{_opening(title, 'ran', name)}: {why}. {next_}. Its visit is `{request}`."


def _opening(title: str, did: str, name: str) -> str:
    return f":alarm_clock: *{title}* {did} by itself ({words.plain(name)})"
